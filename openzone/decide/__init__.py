"""Deciding: one case with its trace, a table of cases, the cells in which no answer changes."""
