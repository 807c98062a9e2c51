"""How open the law is to foreign investment, over time and place: three counts and a score.

The measure and the choices behind it are explained in docs/concepts/openness.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openzone.decide.axes import frame_facts
from openzone.decide.facts import shown
from openzone.decide.frame import Frame, PlaceView
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.registry import regime_named
from openzone.rulebook.book import Book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Document, ListSelection, Reform, Text
from openzone.watch.readings import Reader, Reading, firm
from openzone.watch.weights import weighing

REGIME = "capital"
NOT_A_PLACE = "the territory is not on record"
HELD = ("complete", "by_section")
OUTSIDE = Text("全国（各试验区以外）", "Nation, outside the zones")
RECORD = Text(
    "清单在该日、该地未完整收录：只有清单条目数，不作测算",
    "the list of that day and place is not held in full: its count alone, nothing measured",
)
NO_LIST = Text("该日、该地没有收录的清单", "no list is on record for that day and place")
NO_PLACE = Text("该日尚无此地", "the place did not exist on that day")
EDITION = Text(
    "该日适用行业分类的旧版本", "another edition of the industry classification was in force"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place measured: `ids` are the territories that it lies in; none is outside all of them."""

    id: str
    name: Text
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts and average scores of some classes. Scores are whole millionths, None without classes.

    `open`, `partly_open` and `closed` count the classes measured; `left_out` the others. Of the
    open, `open_on_terms` admit the firm to some activity only after approval or on terms; of the
    partly open, `partly_capped` admit a wholly foreign-owned firm to no activity.
    """

    open: int = 0
    open_on_terms: int = 0
    partly_open: int = 0
    partly_capped: int = 0
    closed: int = 0
    left_out: int = 0
    low: int | None = None
    score: int | None = None
    high: int | None = None

    @property
    def measured(self) -> int:
        """How many classes the counts and scores speak of."""
        return self.open + self.partly_open + self.closed


@dataclass(frozen=True)
class Figure:
    """The measure of one place on one day.

    `total` is None where nothing could be measured, and `reason` says why; `count` is the number
    of entries of the list in force as its publisher counts them, whatever else is known.
    """

    place: Place
    on: dt.date
    list: str | None
    document: str | None
    count: int | None
    classes: Mapping[str, Reading]
    total: Tally | None
    sections: Mapping[str, Tally]
    reason: Text | None = None

    @cached_property
    def not_on_record(self) -> tuple[str, ...]:
        """The classes left out because a row says that its terms are not on record."""
        return tuple(c for c, one in self.classes.items() if one.state == "not_on_record")


@dataclass(frozen=True, slots=True)
class ListCount:
    """How many entries an edition of a list has, as published."""

    list: str
    name: Text
    edition: str
    document: str
    number: str | None
    count: int
    on: dt.date
    until: dt.date | None
    note: str | None
    evidence: str


@dataclass(frozen=True)
class Openness:
    """The measure under one law: published counts of the lists, and figures by place and day."""

    book: Book
    known: dt.date
    reforms: tuple[Reform, ...]
    stamp: Mapping[str, Any]
    firm: Mapping[str, Any]
    covered_from: dt.date | None
    counts: tuple[ListCount, ...]
    figures: tuple[Figure, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The places measured, in their order."""
        return tuple({figure.place.id: figure.place for figure in self.figures}.values())

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days measured, in their order."""
        return tuple(sorted({figure.on for figure in self.figures}))

    def figure(self, place: str, on: dt.date) -> Figure:
        """The figure of a place on a day; KeyError when it was not asked for."""
        for figure in self.figures:
            if (figure.place.id, figure.on) == (place, on):
                return figure
        raise KeyError((place, on))


def openness(
    book: Book,
    *,
    known: dt.date,
    places: Mapping[str, Sequence[str]] | None = None,
    dates: Iterable[dt.date] | None = None,
    reforms: Sequence[Reform] = (),
) -> Openness:
    """Measure how open the law is, in each place on each day.

    `places`: names of territories under a label; without it, one place for each list of the book.
    `dates`: without it, `default_days`. `reforms` are put on top, in force in their scope.

    >>> from openzone import load_book
    >>> day = dt.date(2025, 6, 1)
    >>> measured = openness(load_book("cn"), known=day, dates=[day])
    >>> measured.figure("national", day).classes["8610"].state
    'closed'
    """
    law = Law(book, known, reforms)
    frame = Frame(law, regime_named(REGIME))
    asked = places_asked(law, places) if places is not None else default_places(book)
    days = default_days(frame, asked) if dates is None else tuple(sorted(set(dates)))
    reader = Reader(frame, weighing(book))
    figures = tuple(_figure(reader, place, on) for on in days for place in asked)
    stamp = {key: value for key, value in law.stamp(known).items() if key != "on"}
    return Openness(
        book=book,
        known=known,
        reforms=law.reforms,
        stamp=stamp,
        firm=_shown(frame),
        covered_from=covered_from(law),
        counts=list_counts(law),
        figures=figures,
    )


def _shown(frame: Frame) -> dict[str, Any]:
    kinds = {fact.name: fact for fact in frame_facts(frame)}
    return {name: shown(kinds[name], value) for name, value in firm(frame).items()}


def default_places(book: Book) -> tuple[Place, ...]:
    """One place for each list of the book, the widest list first."""
    table = book.tables[REGIME]
    return tuple(
        Place(one.id, _list_place(book, one), one.under[:1]) for one in reversed(table.lists)
    )


def _list_place(book: Book, selection: ListSelection) -> Text:
    return book.territories[selection.under[0]].name if selection.under else OUTSIDE


def default_days(frame: Frame, places: Sequence[Place]) -> tuple[dt.date, ...]:
    """The days on which the law of one of the places changes, and the last day known.

    They start where the first list on record is held in full. The days on which reforms that were
    put on top begin count though they lie ahead; other days do not.
    """
    law = frame.law
    first = covered_from(law)
    if first is None:
        return (law.known,)
    days = {law.known}
    days |= {r.in_force.start for r in law.reforms if r.in_force and r.in_force.start}
    before: Any = None
    for day in (dt.date.fromordinal(cut) for cut in frame.cuts):
        views = [(_view(frame, place, day).id, exists_there(law, place, day)) for place in places]
        if views != before and day <= law.known:
            days.add(day)
        before = views
    return tuple(sorted(day for day in days if day >= first))


def covered_from(law: Law) -> dt.date | None:
    """The first day on which some list is held in full: before it there are counts alone."""
    held = [d for d in _documents(law) if d.record is not None and d.record.state in HELD]
    return min((d.in_force.start for d in held if d.in_force.start is not None), default=None)


def _view(frame: Frame, place: Place, on: dt.date) -> PlaceView:
    return frame.place(place.ids, frame.segment(on))


def exists_there(law: Law, place: Place, on: dt.date) -> bool:
    """Say whether all that a place lies in exists on the day."""
    return all(law.territories.exists(id, on, law.known) for id in place.ids)


def list_counts(law: Law) -> tuple[ListCount, ...]:
    """The entries of every edition of every list, as published: a series by list, then by day."""
    order = {one.id: n for n, one in enumerate(reversed(law.book.tables[REGIME].lists))}
    names = {one.id: _list_place(law.book, one) for one in law.book.tables[REGIME].lists}
    found = [
        ListCount(
            d.list,
            names[d.list],
            d.edition or "",
            d.id,
            d.number,
            d.count,
            d.in_force.start,
            d.in_force.end,
            d.count_note,
            d.evidence.tag(),
        )
        for d in _documents(law)
        if d.list in order and d.count is not None and d.in_force.start is not None
    ]
    return tuple(sorted(found, key=lambda one: (order[one.list], one.on)))


def _documents(law: Law) -> list[Document]:
    return [d for d in law.documents.values() if d.table == REGIME and d.list is not None]


def places_asked(law: Law, asked: Mapping[str, Sequence[str]]) -> tuple[Place, ...]:
    """The places asked for under their labels. Raises CaseError for names not on record."""
    faults: list[Fault] = []
    found: list[Place] = []
    territories = law.territories
    for label, names in asked.items():
        known: list[str] = []
        for name in names:
            id = territories.find(name)
            if id is None:
                hint = nearest(name, territories) or "openzone law --place lists them"
                faults.append(
                    Fault("unknown_place", NOT_A_PLACE, field="place", seen=name, next=hint)
                )
            else:
                known.append(id)
        words = [territories[id].name for id in known]
        title = Text("、".join(w.zh for w in words), ", ".join(w.en for w in words))
        found.append(Place(label, title if known else OUTSIDE, tuple(known)))
    if faults:
        raise CaseError(faults)
    return tuple(found)


def _figure(reader: Reader, place: Place, on: dt.date) -> Figure:
    law = reader.frame.law
    view = _view(reader.frame, place, on)
    document = view.document
    classes: Mapping[str, Reading] = {}
    reason = _unfit(law, view, on) if exists_there(law, place, on) else NO_PLACE
    total: Tally | None = None
    sections: dict[str, Tally] = {}
    if reason is None:
        classes = reader.read(view)
        by_section: dict[str, list[Reading]] = {}
        for code, reading in classes.items():
            by_section.setdefault(law.book.classification.section(code), []).append(reading)
        sections = {letter: tally(by_section[letter]) for letter in sorted(by_section)}
        total = tally(classes.values())
        if total.left_out:
            reason = _partial(sections, total)
    return Figure(
        place,
        on,
        view.list,
        document.id if document else None,
        document.count if document else None,
        classes,
        total if total and total.measured else None,
        sections,
        reason,
    )


def _unfit(law: Law, view: PlaceView, on: dt.date) -> Text | None:
    """Why a place cannot be measured on a day, if it cannot."""
    if view.document is None:
        return NO_LIST
    if view.document.record is None or view.document.record.state not in HELD:
        return RECORD
    return None if law.book.classification.in_force.holds(on) else EDITION


def _partial(sections: Mapping[str, Tally], total: Tally) -> Text:
    letters = ", ".join(letter for letter, one in sections.items() if one.left_out)
    return Text(
        f"{total.left_out} 个小类因未收录而不计入（门类 {letters}）",
        f"{total.left_out} classes left out, not on record (sections {letters})",
    )


def tally(readings: Iterable[Reading]) -> Tally:
    """Count some classes and average their scores, every class with the same weight.

    The score of a class is the middle between its least and its most restricted activity.
    """
    counted = list(readings)
    measured = [one for one in counted if one.measured]
    states = [one.state for one in measured]
    low = sum(one.low for one in measured)
    high = sum(one.high for one in measured)
    return Tally(
        states.count("open"),
        sum(one.state == "open" and one.on_terms for one in measured),
        states.count("partly_open"),
        sum(one.state == "partly_open" and not one.some_whole for one in measured),
        states.count("closed"),
        len(counted) - len(measured),
        _half_up(low, len(measured)),
        _half_up(low + high, 2 * len(measured)),
        _half_up(high, len(measured)),
    )


def _half_up(total: int, parts: int) -> int | None:
    return (2 * total + parts) // (2 * parts) if parts else None
