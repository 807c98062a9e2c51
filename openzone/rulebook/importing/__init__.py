"""Whole tariffs and lists of goods taken into a book of the user: all of a file, or nothing."""
