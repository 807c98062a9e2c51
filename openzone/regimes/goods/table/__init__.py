"""A table of declaration lines: the same rows, answered by look-ups and whole-number arithmetic."""
