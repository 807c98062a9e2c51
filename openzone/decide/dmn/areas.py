"""Areas inside a named place in which the law differs: a case that does not say which is asked.

A place that is not in a zone stays out of it: an area of a zone inside a city counts only where a
reform reaches it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openzone.rulebook.authority import parameters_named
from openzone.rulebook.law import Law
from openzone.rulebook.territories import ZONE_KINDS


@dataclass(frozen=True, slots=True)
class Area:
    """An area that stands for all that the law treats alike; `inside`: all that it lies in."""

    id: str
    inside: frozenset[str]


def areas_in(
    law: Law, tables: Sequence[str], places: tuple[str, ...], on: dt.date
) -> tuple[Area, ...]:
    """The areas inside all the named places that rows or reforms of the tables tell apart."""
    if not places:
        return ()
    key = ("dmn areas", tuple(tables), places, bisect_right(law.cut_days, on))
    found: tuple[Area, ...] | None = law.memo.get(key)
    if found is None:
        found = law.memo[key] = tuple(_areas(law, tables, places, on))
    return found


def _areas(law: Law, tables: Sequence[str], places: tuple[str, ...], on: dt.date) -> Iterable[Area]:
    rows, reforms = _told_apart(law, tables)
    territories, known = law.territories, law.known
    base = territories.around(places, on, known)
    named = frozenset(places)
    seen = {base & (rows | reforms)}
    for id in territories:
        line = territories.ancestors(id, on, known)
        if id not in line or id in base or not named <= line:
            continue
        inside = line | base
        more = inside - base
        zone = any(territories[one].kind in ZONE_KINDS for one in more)
        told = more & reforms if zone else more & (rows | reforms)
        mark = inside & (rows | reforms)
        if told and mark not in seen:
            seen.add(mark)
            yield Area(id, inside)


def _told_apart(law: Law, tables: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The places that rows of the tables name, and those that reforms of them reach."""
    key = ("dmn places", tuple(tables))
    if key not in law.memo:
        mine = frozenset(tables)
        standing = [row for row in law.rows if row.table in mine]
        ids = {name for row in standing for name in (row.id, row.key)}
        figures = {name for row in standing for name in parameters_named(row)}
        reached: set[str] = set()
        for overlay in law.overlays:
            theirs = overlay.row.table in mine if overlay.row else bool(ids & overlay.removes)
            reached |= overlay.territory if theirs else set()
        for reform in (*law.live, *law.reforms):
            if any(change.parameter in figures for change in reform.changes):
                reached |= set(reform.territory)
        named = (
            str(value)
            for row in standing
            for condition in row.conditions
            if condition.fact == "place"
            for value in condition.values
        )
        law.memo[key] = frozenset(named), frozenset(reached)
    rows, reforms = law.memo[key]
    return rows, reforms
