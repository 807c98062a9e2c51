"""Outbound investment: which desk approves, files or is told."""
