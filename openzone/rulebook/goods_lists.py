"""A list of goods by code: who is on it on a day, at which rate, or with which papers.

A list may have ten thousand codes, so that it is kept as columns: one array for each thing said.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from openzone.rulebook.model import Evidence, Interval, Record, Text
from openzone.rulebook.tariff import NONE, OTHER, Rate

SHORTEST = 2


class Paper(NamedTuple):
    """A paper that a line of a list asks for; `paper` is empty where the line needs none."""

    direction: str
    paper: str
    document: str


@dataclass(frozen=True)
class GoodsList:
    """A list of goods by code. `starts` and `ends` hold the days of each line as ordinals of 4
    bytes (0: those of the list); `rates`, 4 bytes a line, is as a column of a tariff."""

    id: str
    title: Text
    kind: str
    document: str
    in_force: Interval
    evidence: Evidence
    record: Record
    settles: str | None
    member: str | None
    hs: tuple[str, ...]
    starts: bytes
    ends: bytes
    rates: bytes
    others: Mapping[int, Rate]
    words: tuple[str, ...]
    papers: tuple[Paper, ...] = ()
    expected_lines: int | None = None
    expected_share: Decimal | None = None
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """The places of the lines of each code: more than one where its days are broken."""
        found: dict[str, list[int]] = {}
        for place, code in enumerate(self.hs):
            found.setdefault(code, []).append(place)
        return {code: tuple(held) for code, held in found.items()}

    @cached_property
    def days(self) -> tuple[memoryview, memoryview]:
        """The first day of each line and the first day no longer, as ordinals; 0: open."""
        return memoryview(self.starts).cast("i"), memoryview(self.ends).cast("i")

    @property
    def complete(self) -> bool:
        """Say whether the list is held whole, so that it also tells who is not on it."""
        return self.record.state == "complete"

    def stands(self, place: int, on: dt.date) -> bool:
        """Say whether a line stands on a day."""
        day = on.toordinal()
        starts, ends = self.days
        return starts[place] <= day and (not ends[place] or day < ends[place])

    def place(self, code: str, on: dt.date) -> int | None:
        """The line that a code falls in on a day: the longest that it begins with."""
        if self.in_force.holds(on):
            for length in range(len(code), SHORTEST - 1, -1):
                for place in self.places.get(code[:length], ()):
                    if self.stands(place, on):
                        return place
        return None

    def in_part(self, code: str, on: dt.date) -> bool:
        """Say whether lines longer than the code begin with it: a part of it is on the list."""
        if not self.in_force.holds(on):
            return False
        at = bisect_left(self.hs, code)
        while at < len(self.hs) and self.hs[at].startswith(code):
            if len(self.hs[at]) > len(code) and self.stands(at, on):
                return True
            at += 1
        return False

    def holds(self, code: str, on: dt.date) -> bool | None:
        """Say whether a code is on the list on a day. None: it cannot be told, since the list is
        partial, or names only a part of what begins with the code."""
        if self.place(code, on) is not None:
            return True
        if self.in_part(code, on) or not self.complete:
            return None
        return False

    def rate(self, place: int) -> Rate | None:
        """The rate of a line; None where it gives none."""
        value = memoryview(self.rates).cast("i")[place]
        if value == OTHER:
            return self.others[place]
        return None if value == NONE else Rate(value)

    def papers_for(self, code: str, direction: str, on: dt.date) -> tuple[Paper, ...] | None:
        """The papers for goods of a code; None where no line of the list covers the code."""
        if self.kind != "papers" or not self.in_force.holds(on):
            return None
        found = [
            self.papers[place]
            for length in range(len(code), SHORTEST - 1, -1)
            for place in self.places.get(code[:length], ())
            if self.stands(place, on) and self.papers[place].direction in (direction, "both")
        ]
        return tuple(one for one in found if one.paper) if found else None

    def content(self) -> list[object]:
        """What the lines say, for the content hash: columns, as they are kept."""
        columns = [column.hex() for column in (self.starts, self.ends, self.rates)]
        others = [[place, *rate] for place, rate in sorted(self.others.items())]
        words = [[place, text] for place, text in enumerate(self.words) if text]
        return [" ".join(self.hs), *columns, others, words, [list(one) for one in self.papers]]
