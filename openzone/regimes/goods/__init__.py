"""Goods over the lines: admissibility, rate, taxes, what each line asks."""
