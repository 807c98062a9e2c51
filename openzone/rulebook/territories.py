"""Places: a place has several parents, some of them only for some days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from openzone.rulebook.model import Evidence, Interval, Text


@dataclass(frozen=True, slots=True)
class DatedParent:
    """A parent that holds on the days of `in_force`, known since `known_from`."""

    id: str
    in_force: Interval
    known_from: dt.date | None = None
    end_known_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Territory:
    """A place: kind, names, parents, the days on which it exists."""

    id: str
    kind: str
    name: Text
    valid: Interval
    aliases: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    dated: tuple[DatedParent, ...] = ()
    published: dt.date | None = None
    code: str | None = None
    area_km2: Decimal | int | None = None
    lon: Decimal | int | None = None
    lat: Decimal | int | None = None
    evidence: Evidence | None = None
    notes: tuple[str, ...] = ()


LINES_MAX = 1 << 14
ZONE_KINDS = ("ftz", "ftp")
"""Kinds of places that are zones: pilot free trade zones and free trade ports."""
NOWHERE: frozenset[str] = frozenset()


class Territories(Mapping[str, Territory]):
    """All places of a book, found by id or alias."""

    def __init__(self, places: Iterable[Territory]) -> None:
        self._by_id = {place.id: place for place in places}
        self._alias: dict[str, str] = {}
        self._lines: dict[tuple[str, dt.date, dt.date | None], frozenset[str]] = {}
        for place in self._by_id.values():
            for name in (place.id, *place.aliases):
                self._alias.setdefault(name.casefold(), place.id)

    def __getitem__(self, key: str) -> Territory:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, name: str) -> str | None:
        """The id that `name` (an id or an alias, any case) stands for."""
        if name in self._by_id:
            return name
        return self._alias.get(name.casefold())

    def ancestors(self, place: str, on: dt.date, known: dt.date | None = None) -> frozenset[str]:
        """The place and everything it lies in on the day, as published by `known`."""
        key = (place, on, known)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= LINES_MAX:
                self._lines.clear()
            line = self._lines[key] = self._line(place, on, known)
        return line

    def _line(self, place: str, on: dt.date, known: dt.date | None) -> frozenset[str]:
        found: set[str] = set()
        stack = [place]
        while stack:
            here = stack.pop()
            if here in found:
                continue
            territory = self._by_id[here]
            if self.exists(here, on, known):
                found.add(here)
            stack.extend(territory.parents)
            for parent in territory.dated:
                if _holds(parent, on, known):
                    stack.append(parent.id)
        return frozenset(found)

    def around(
        self, places: Iterable[str], on: dt.date, known: dt.date | None = None
    ) -> frozenset[str]:
        """Some places and all that they lie in on the day, as published by `known`."""
        if isinstance(places, tuple) and len(places) < 2:  # the same set each time: hashed once
            return self.ancestors(places[0], on, known) if places else NOWHERE
        return frozenset().union(*(self.ancestors(place, on, known) for place in places))

    def exists(self, place: str, on: dt.date, known: dt.date | None = None) -> bool:
        """Say whether the place exists on the day, as published by `known`."""
        territory = self._by_id[place]
        if not territory.valid.holds(on):
            return False
        since = territory.published or territory.valid.start
        return known is None or since is None or since <= known

    def cut_days(self) -> set[dt.date]:
        """Every day on which some place or parent begins or ends."""
        days: set[dt.date] = set()
        for territory in self._by_id.values():
            spans = [territory.valid, *(parent.in_force for parent in territory.dated)]
            for span in spans:
                days.update(day for day in (span.start, span.end) if day is not None)
        return days


def _holds(parent: DatedParent, on: dt.date, known: dt.date | None) -> bool:
    span = parent.in_force
    if known is not None:
        since = parent.known_from or span.start
        if since is not None and since > known:
            return False
        if parent.end_known_from is not None and parent.end_known_from > known:
            span = Interval(span.start, None)
    return span.holds(on)
