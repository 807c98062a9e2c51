"""Reforms put on top of one another: do they fit the book, do they meet on the same rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from openzone.errors import Fault
from openzone.rulebook.book import Book
from openzone.rulebook.model import Change, Interval, Reform
from openzone.rulebook.patching import fit_faults, scope_rows
from openzone.rulebook.territories import Territories


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """Two reforms that change the same rows (or parameter) in places and days they share.

    In a stack the later of the two prevails: it acts on what the earlier left.
    """

    first: str
    second: str
    rows: tuple[str, ...]
    places: tuple[str, ...]
    days: Interval

    @property
    def message(self) -> str:
        """The conflict in one sentence."""
        where = ", ".join(self.places) or "everywhere"
        return (
            f"{self.first} and {self.second} both change {', '.join(self.rows)} in {where} on"
            f" {self.days}; the later in the stack prevails"
        )

    def as_dict(self) -> dict[str, Any]:
        """The conflict as plain data."""
        return {
            "code": "conflict",
            "first": self.first,
            "second": self.second,
            "rows": list(self.rows),
            "places": list(self.places),
            "from": self.days.start and self.days.start.isoformat(),
            "to": self.days.end and self.days.end.isoformat(),
            "message": self.message,
        }


def fits(book: Book) -> list[Fault]:
    """The reforms of the book that no longer fit its rows."""
    return [fault for reform in book.reforms.values() for fault in fit_faults(book, reform)]


def conflicts(book: Book, reforms: Iterable[Reform]) -> list[Conflict]:
    """Pairs of reforms, in their order, that meet on the same rows or parameters.

    A reform that names the other (its id, or a change of it) means to act on it: no conflict.
    """
    found = []
    for one, other in combinations([r for r in reforms if r.in_force is not None], 2):
        if one.in_force is None or other.in_force is None:
            continue
        if not one.in_force.overlaps(other.in_force) or _means(other, one) or _means(one, other):
            continue
        rows = _meeting(book, one, other)
        places = shared_places(book.territories, one.territory, other.territory)
        if rows and places is not None:
            found.append(
                Conflict(one.id, other.id, rows, places, one.in_force.meet(other.in_force))
            )
    return found


def _means(one: Reform, other: Reform) -> bool:
    named = {id for change in one.changes for id in (*change.rows, *change.instead_of)}
    return other.id in named or any(id.startswith(f"{other.id}#") for id in named)


def _touched(book: Book, reform: Reform) -> list[tuple[Change, frozenset[str]]]:
    found = []
    for change in reform.changes:
        names = {*scope_rows(book, change), *change.instead_of}
        if change.parameter:
            names.add(f"parameter {change.parameter}")
        found.append((change, frozenset(names)))
    return found


def _meeting(book: Book, one: Reform, other: Reform) -> tuple[str, ...]:
    """Rows that changes of both touch for activities that both may bind."""
    rows: dict[str, None] = {}
    for mine, mine_rows in _touched(book, one):
        for theirs, their_rows in _touched(book, other):
            if _same_activities(book, mine, theirs):
                rows.update(dict.fromkeys(sorted(mine_rows & their_rows)))
    return tuple(rows)


def _same_activities(book: Book, one: Change, other: Change) -> bool:
    """Say whether two changes may bind one activity; a change without tags binds any."""
    if not one.activity or not other.activity:
        return True
    lineage = book.vocabulary.lineages
    return any(
        mine in lineage[theirs] or theirs in lineage[mine]
        for mine in one.activity
        for theirs in other.activity
    )


def shared_places(
    places: Territories, one: Sequence[str], other: Sequence[str]
) -> tuple[str, ...] | None:
    """The places that two territories share, widest first; None when they share none.

    An empty territory is the whole country; () means that both are.
    """
    if not one or not other:
        return tuple(one or other)
    import datetime as dt

    far = dt.date.max
    shared = {
        place
        for place in places
        if (line := places.ancestors(place, far)) & set(one) and line & set(other)
    }
    if not shared:
        return None
    return tuple(sorted(p for p in shared if not (places.ancestors(p, far) - {p}) & shared))
