"""Watching the zone: how open the law is, over time and place."""
