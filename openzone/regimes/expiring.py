"""Rows that end soon: what an answer says of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from openzone.decide.dmn.answer import rule_of
from openzone.rulebook.model import Row


def ending(rows: Iterable[Row], day: dt.date) -> tuple[str, ...]:
    """A remark for each row that ends within a year of `day`."""
    found: list[str] = []
    for row in rows:
        end = row.in_force.end
        if end is not None and end.year <= day.year + 1 and day < end <= _year_after(day):
            found.append(f"{rule_of(row)} ends: {end} is its first day no longer in force")
    return tuple(found)


def _year_after(day: dt.date) -> dt.date:
    """The same day of the next year; 1 March where that year has no 29 February."""
    if day.year == dt.MAXYEAR:
        return dt.date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return dt.date(day.year + 1, 3, 1)
