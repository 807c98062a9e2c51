"""Law that is not held: the document that an answer of looking up sends its reader to."""

from __future__ import annotations

from collections.abc import Iterable

from openzone.decide.dmn.ground import Ground
from openzone.decide.entries import citation
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row


def to_look_up(law: Law, rows: Iterable[Row]) -> tuple[str, ...]:
    """A remark for each row of which the terms are not held: the document that has them."""
    return tuple(dict.fromkeys(f"to be looked up: {citation(law, row)}" for row in rows))


def before_record(ground: Ground, table: str) -> tuple[str, ...]:
    """What is said of a day before the rows of a table: the first document held, and its day."""
    key = ("before record", table)
    found: tuple[str, ...] | None = ground.memo.get(key)
    if found is None:
        found = ground.memo[key] = _before(ground, table)
    return found


def next_row(ground: Ground, table: str) -> Row | None:
    """The row of a table that begins first after the day; None where none does."""
    later = [
        (row.in_force.start, row)
        for row in ground.law.rows
        if row.table == table and row.in_force.start is not None
        if row.in_force.start > ground.on
    ]
    return min(later, key=lambda one: one[0])[1] if later else None


def _before(ground: Ground, table: str) -> tuple[str, ...]:
    row = next_row(ground, table)
    if row is None:
        return ()
    told = f"{citation(ground.law, row)}, from {row.in_force.start}"
    return (f"the law of that day is not on record; the first that is held after it: {told}",)
