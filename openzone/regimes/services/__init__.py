"""Cross-border services: supply from abroad, consumption abroad, natural persons."""
