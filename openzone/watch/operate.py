"""Entry against operation, by class, place and day: may a firm enter, which permits remain, how.

A lower bound by rule: the book holds a part of the permit items, and an industry code is a weak
hit. What is not held can only add permits, so a class of which nothing is on record is not free.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openzone.decide.dmn.ground import ground
from openzone.errors import CaseError, Fault
from openzone.regimes.journey.compare import default_places as zones_and_outside
from openzone.regimes.licences.case import REGISTRATION
from openzone.regimes.licences.items import MODES, by_effect, items
from openzone.rulebook.book import Book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Reform, Text
from openzone.watch.openness import Place, covered_from, default_places, places_asked
from openzone.watch.operate_reader import Figure, Reader, classes


@dataclass(frozen=True, slots=True)
class ListCount:
    """How many items a list of modes has, as the book records it."""

    list: str
    document: str
    title: Text
    count: int
    note: str | None
    evidence: str


@dataclass(frozen=True)
class Coverage:
    """How much of the permit items is held.

    `held` items of `listed` (None: the book does not say); `sections`: for each section the items
    that a code of it triggers, and the classes that some item hits. `modes_from`: the first day of
    the first list of modes; before it the mode of most items is not on record.
    """

    held: int
    listed: int | None
    note: str | None
    sections: Mapping[str, tuple[int, int]]
    lists: tuple[ListCount, ...]
    modes_from: dt.date | None


@dataclass(frozen=True)
class Operating:
    """The measure under one law."""

    book: Book
    known: dt.date
    reforms: tuple[Reform, ...]
    stamp: Mapping[str, Any]
    coverage: Coverage
    figures: tuple[Figure, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places asked, in their order."""
        return tuple({figure.place.id: figure.place for figure in self.figures}.values())

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days asked, in their order."""
        return tuple(sorted({figure.on for figure in self.figures}))

    def of_place(self, id: str) -> tuple[Figure, ...]:
        """The figures of a place, by day."""
        return tuple(figure for figure in self.figures if figure.place.id == id)

    def figure(self, place: str, on: dt.date) -> Figure:
        """The figure of a place on a day; KeyError when it was not asked for."""
        for figure in self.figures:
            if (figure.place.id, figure.on) == (place, on):
                return figure
        raise KeyError((place, on))


def operate(
    book: Book,
    *,
    known: dt.date,
    places: Mapping[str, Sequence[str]] | None = None,
    dates: Iterable[dt.date] | None = None,
    reforms: Sequence[Reform] = (),
) -> Operating:
    """For each class, place and day: may a wholly foreign-owned firm enter, which permits remain.

    `places`: names of territories under a label; without it, one place for each list of the book.
    `dates`: without it, the days on which a class changes in one of the places, from the day on
    which the first list is held in full. `reforms` are put on top, in force in their scope.
    Raises CaseError for a place or a day that cannot be asked.

    >>> from openzone import load_book
    >>> day = dt.date(2025, 6, 1)
    >>> found = operate(load_book("cn"), known=day, dates=[day]).figure("ftz", day)
    >>> found.classes["8610"].word, found.classes["6210"].word
    ('blocked', 'permit')
    """
    law = Law(book, known, reforms)
    asked = default_places(book) if places is None else places_asked(law, places)
    reader = Reader(law)
    if dates is None:
        figures = _changing(reader, asked)
    else:
        days = sorted({_day(one) for one in dates})
        figures = [reader.figure(place, on) for on in days for place in asked]
    stamp = {key: value for key, value in law.stamp(known).items() if key != "on"}
    last = max((one.on for one in figures), default=known)
    return Operating(book, known, law.reforms, stamp, coverage(law, last), tuple(figures))


def every_zone(book: Book, known: dt.date) -> dict[str, tuple[str, ...]]:
    """The country outside zones, and every zone and port of the book known by a day on its own."""
    places = zones_and_outside(Law(book, known), known)
    outside = next((one.id for one in default_places(book) if not one.ids), "")
    return {";".join(ids) or outside: ids for ids in places}


def _day(value: Any) -> dt.date:
    if type(value) is dt.date:
        return value
    raise CaseError(Fault("wrong_value", "this is no day", field="on", seen=value,
                          expected="a day of the calendar, YYYY-MM-DD"))  # fmt: skip


def _changing(reader: Reader, places: Sequence[Place]) -> list[Figure]:
    """The figures of the days on which some class changes in a place, and of the last day."""
    law = reader.law
    first = covered_from(law)
    ahead = {r.in_force.start for r in law.reforms if r.in_force and r.in_force.start}
    days = {dt.date.fromordinal(cut) for cut in (*reader.frame.cuts, *reader.cuts)}
    days = {day for day in days if day <= law.known} | ahead | {law.known}
    found: list[Figure] = []
    before: Any = None
    for day in sorted(day for day in days if first is None or day >= first):
        figures = [reader.figure(place, day) for place in places]
        now = [(figure.reason, figure.classes) for figure in figures]
        if now != before or day == law.known or day in ahead:
            found += figures
        before = now
    return found


# ---- how much is held ------------------------------------------------------------------------


def coverage(law: Law, on: dt.date) -> Coverage:
    """How much of the permit items the book holds on a day, outside zones and by section."""
    codes = law.book.classification
    here = ground(law, on, frozenset())
    held = items(here)
    by_section: dict[str, set[str]] = {}
    for id, item in held.by_id.items():
        for code, _ in item.row.industry:
            by_section.setdefault(codes.section(code), set()).add(id)
    hit: Counter[str] = Counter()
    every = classes(law.book)
    for code in every:
        hit[codes.section(code)] += any(held.of_code(code))
    letters = sorted({codes.section(code) for code in every})
    stating = by_effect(here, REGISTRATION).get("coverage", [])
    counts = [n for row in stating if (n := here.figure(row, "items_count")) is not None]
    stated = [d for row in stating if (d := law.documents.get(row.document)) is not None]
    listing = [d for d in law.documents.values() if d.table == MODES and d.list is not None]
    lists = tuple(
        ListCount(d.list, d.id, d.title, d.count, d.count_note, d.evidence.tag())
        for d in listing
        if d.list is not None and d.count is not None
    )
    starts = [d.in_force.start for d in listing if d.in_force.start is not None]
    return Coverage(
        len(held.by_id),
        int(sum(counts)) if counts else None,
        "; ".join(d.count_note for d in stated if d.count_note) or None,
        {letter: (len(by_section.get(letter, ())), hit[letter]) for letter in letters},
        lists,
        min(starts, default=None),
    )
