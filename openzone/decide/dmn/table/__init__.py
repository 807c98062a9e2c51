"""A table of cases of a regime of decision tables, decided as one query."""
