"""A table of cases: compiled to an expression that an engine for tables runs."""
