"""Rows of one table that stand on a day in a place, under the reforms that reach it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from openzone.decide.binding import meets, openings, patched
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row
from openzone.rulebook.patching import Overlay


@dataclass(frozen=True)
class Standing:
    """Rows of one table on a day in a place. `late`: openings, over the rows that they name."""

    rows: tuple[Row, ...]
    late: tuple[Overlay, ...]

    @cached_property
    def ordered(self) -> tuple[Row, ...]:
        """The rows in order, each opening before the first row that it stands instead of."""
        found = list(self.rows)
        for overlay in self.late:
            if overlay.row is None:
                continue
            at = next((n for n, row in enumerate(found) if row.answers_to(overlay.removes)), None)
            if at is not None:
                found.insert(at, overlay.row)
        return tuple(found)

    def replaced(self, applying: Iterable[Row]) -> list[Row]:
        """The rows that are left when each opening among them has removed those it names."""
        rows = list(applying)
        for overlay in self.late:
            if overlay.row is not None and overlay.row in rows:
                named = overlay.removes
                rows = [row for row in rows if row is overlay.row or not row.answers_to(named)]
        return rows


def standing(law: Law, table: str, on: dt.date, inside: frozenset[str]) -> Standing:
    """The rows of a table in force on a day, under the reforms that reach the place."""
    rows = [row for row in _of_table(law, table) if row.in_force.holds(on)]
    ids = {name for row in rows for name in (row.id, row.key)}
    overlays = [
        overlay
        for overlay in law.overlays
        if overlay.span.holds(on)
        and (not overlay.territory or not overlay.territory.isdisjoint(inside))
        and (overlay.row.table == table if overlay.row else not ids.isdisjoint(overlay.removes))
    ]
    after, _ = patched(rows, overlays)
    late, _ = openings(overlays)
    here = [one for one in late if one.row is None or _in_place(one.row, on, inside)]
    return Standing(tuple(row for row in after if _in_place(row, on, inside)), tuple(here))


def _of_table(law: Law, table: str) -> tuple[Row, ...]:
    """The rows of a table, whatever the day and the place."""
    found: tuple[Row, ...] | None = law.memo.get(("rows of", table))
    if found is None:
        found = law.memo[("rows of", table)] = tuple(one for one in law.rows if one.table == table)
    return found


def _in_place(row: Row, on: dt.date, inside: frozenset[str]) -> bool:
    """Say whether what a row asks of place and day is met."""
    for condition in row.conditions:
        if condition.fact == "place":
            if inside.isdisjoint(condition.values) is not condition.negated:
                return False
        elif condition.fact == "date" and not meets(condition, on):
            return False
    return True
