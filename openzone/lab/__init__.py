"""The laboratory: populations of cases, and a reform replayed over them."""
