"""The counts at which a route changes, read from the conditions of the rows that stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.regimes.data.case import (
    COUNTED_IN,
    SUMMED,
    TABLE,
    VOLUME,
    VOLUME_ALL,
    VOLUME_OF,
    bounds,
)

COUNTERS = (*VOLUME_OF.values(), *VOLUME_OF)
"""Persons since the day the counts began, then persons in the data (exempt ones among them)."""
TESTED = (*COUNTERS, VOLUME_ALL)
Counts = tuple[int, ...]
"""A count for each of TESTED, in their order; the last is the sum of its parts."""
NONE: Counts = (0,) * len(TESTED)
_COUNTED_IN = tuple((COUNTERS.index(less), COUNTERS.index(more)) for less, more in COUNTED_IN)
_SUMMED = tuple(COUNTERS.index(name) for name in SUMMED)


class Threshold(NamedTuple):
    """The next count at which the route changes: of what, at how many, to what."""

    counter: str
    at: int
    becomes: str


class Marks:
    """Where counts turn a row, in one place on days that the law does not tell apart."""

    __slots__ = ("ground", "marks")

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        conditions = [one for table in (TABLE, VOLUME) for one in ground.sheet(table).conditions()]
        every = ((n, sorted(bounds(conditions, (name,)))) for n, name in enumerate(TESTED))
        self.marks = tuple((n, tuple(marks)) for n, marks in every if marks)

    def band(self, counts: Counts) -> tuple[int, ...]:
        """Counts of one band meet the same conditions."""
        return tuple([bisect_right(marks, counts[n]) for n, marks in self.marks])

    def ahead(self, counts: Counts) -> list[tuple[str, int, Counts]]:
        """For each counter, every mark above its count, and the counts when it is reached."""
        found: list[tuple[str, int, Counts]] = []
        for n, marks in self.marks:
            for mark in marks[bisect_right(marks, counts[n]) :]:
                then = list(counts)
                then[n if n < len(COUNTERS) else _SUMMED[0]] += mark - counts[n]
                for less, more in _COUNTED_IN:  # a volume grows with its counter
                    then[more] = max(then[more], then[less])
                then[-1] = sum(then[index] for index in _SUMMED)
                found.append((TESTED[n], mark, tuple(then)))
        return found


def value_of(counter: str, counts: Counts) -> int:
    """The count of a counter."""
    return counts[TESTED.index(counter)]


def facts_of(counts: Counts) -> Mapping[str, int]:
    """The counts under the names of the facts; the sum of parts is no fact of a case."""
    return dict(zip(COUNTERS, counts, strict=False))


def added(before: Counts, persons: Sequence[int], *, counted: bool, abroad: bool) -> Counts:
    """Counts with the persons of a transfer: counters where it counts, volumes where it left."""
    plain, sensitive, special = persons
    a, b, c, d, e, f, _ = before
    if counted:
        a, b, c = a + plain, b + sensitive, c + special
    if abroad:
        d, e, f = d + plain, e + sensitive, f + special
    return a, b, c, d, e, f, d + e
