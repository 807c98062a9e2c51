"""Schemes for some years: which tax years lie inside them, which year is broken."""

from __future__ import annotations

import datetime as dt

INSIDE = "inside"
BROKEN = "broken"
OUTSIDE = "outside"


def end_of_term(founded: dt.date, years: int) -> dt.date:
    """The first day after so many years from founding; 1 March where there is no 29 February."""
    try:
        return founded.replace(year=founded.year + years)
    except ValueError:
        return dt.date(founded.year + years, 3, 1)


def year_in_term(founded: dt.date, years: int, year: int) -> str:
    """Say whether a tax year lies inside the years from founding, outside, or is broken.

    The year of founding is inside: the firm has no day of it before.
    """
    end = end_of_term(founded, years)
    if year < founded.year or end <= dt.date(year, 1, 1):
        return OUTSIDE
    return INSIDE if dt.date(year, 12, 31) < end else BROKEN
