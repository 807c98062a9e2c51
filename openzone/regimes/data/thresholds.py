"""The counts at which a route changes, read from the conditions of the rows that stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.regimes.data.case import SUMMED, TABLE, VOLUME, VOLUME_ALL, VOLUME_OF, bounds

COUNTERS = (*VOLUME_OF.values(), *VOLUME_OF)
"""Persons since the day the counts began, then persons in the data (exempt ones among them)."""
TESTED = (*COUNTERS, VOLUME_ALL)
Counts = tuple[int, ...]
"""A count for each of COUNTERS, in their order."""
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
        self.marks = tuple(sorted(bounds(conditions, (name,))) for name in TESTED)

    def band(self, counts: Counts) -> tuple[int, ...]:
        """Counts of one band meet the same conditions."""
        tested = (*counts, sum(counts[index] for index in _SUMMED))
        return tuple(map(bisect_right, self.marks, tested))

    def ahead(self, counts: Counts) -> list[tuple[str, int, Counts]]:
        """For each counter, every mark above its count, and the counts when it is reached."""
        found: list[tuple[str, int, Counts]] = []
        for index, name in enumerate(TESTED):
            value = value_of(name, counts)
            raised = index if name != VOLUME_ALL else _SUMMED[0]
            for mark in self.marks[index][bisect_right(self.marks[index], value) :]:
                step = mark - value
                then = (*counts[:raised], counts[raised] + step, *counts[raised + 1 :])
                found.append((name, mark, then))
        return found


def value_of(counter: str, counts: Counts) -> int:
    """The count of a counter; `volume_all` is the sum of its parts."""
    if counter == VOLUME_ALL:
        return sum(counts[index] for index in _SUMMED)
    return counts[COUNTERS.index(counter)]


def facts_of(counts: Counts) -> Mapping[str, int]:
    """The counts under the names of the facts."""
    return dict(zip(COUNTERS, counts, strict=True))
