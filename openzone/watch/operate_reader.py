"""Classes read for entry and for operation, in one place on one day; each distinct case once."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.activities import ActivityView
from openzone.decide.case import read_case
from openzone.decide.dmn.ground import ground
from openzone.decide.dmn.reading import read
from openzone.decide.facts import Case
from openzone.decide.frame import Frame, PlaceView
from openzone.decide.single import decide_in, make_ready
from openzone.regimes.licences.items import (
    ABOLISHED,
    COMMITMENT,
    FILING,
    FILINGS,
    MODES,
    PERMITS,
    items,
)
from openzone.regimes.licences.outcome import LOOK_UP
from openzone.regimes.registry import regime_named, table_regime
from openzone.rulebook.book import Book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row, Text
from openzone.rulebook.patching import Overlay
from openzone.watch.openness import EDITION, NO_PLACE, Place, exists_there

ENTRY, OPERATION = "capital", "licences"
FIRM: Mapping[str, Any] = {"foreign_share": "1.0"}
"""The facts of the firm: what else the law may ask of it stays open."""

NO = "no"
ENTER = ("yes", "on_conditions", "on_approval", "ask", "look_up", NO)
BLOCKED, PERMIT, UNKNOWN, NOTHING, FREE = "blocked", "permit", "unknown", "nothing", "free"
WORDS = (BLOCKED, PERMIT, COMMITMENT, FILING, UNKNOWN, FREE, NOTHING)
"""The words of a class; of those for which it has an item, the first counts.

An item whose mode is not on record may turn out to be abolished: it counts last of what is hit, so
that the words before it are lower bounds.
"""
REMAINS = (PERMIT, COMMITMENT, FILING)
_OF_MODE = {ABOLISHED: FREE, FILING: FILING, COMMITMENT: COMMITMENT, LOOK_UP: UNKNOWN}


@dataclass(frozen=True, slots=True)
class Standing:
    """A class in one place on one day: the verdict on entry, the items hit each with its mode.

    `permits` stand in the order of the book. The mode of an item is `look_up` where nothing on
    record covers the day.
    """

    enter: str
    permits: tuple[tuple[str, str], ...]

    @property
    def word(self) -> str:
        """One of WORDS: the hardest thing that may remain, of what is held."""
        if self.enter == NO:
            return BLOCKED
        found = {_OF_MODE.get(mode, PERMIT) for _, mode in self.permits}
        return next((word for word in WORDS if word in found), NOTHING)

    def of_mode(self, mode: str) -> tuple[str, ...]:
        """The items hit that have this mode."""
        return tuple(permit for permit, one in self.permits if one == mode)


@dataclass(frozen=True)
class Tally:
    """Counts of classes: by verdict on entry, by word, all of them."""

    enter: Mapping[str, int]
    words: Mapping[str, int]
    classes: int

    @property
    def remains(self) -> int:
        """The classes open to entry for which some item may remain: a lower bound."""
        return sum(self.words.get(word, 0) for word in REMAINS)


@dataclass(frozen=True)
class Figure:
    """One place on one day. `classes` is empty where nothing can be told, `reason` says why.

    `held`: the permit items on record that stand there on that day.
    """

    place: Place
    on: dt.date
    held: int
    classes: Mapping[str, Standing]
    total: Tally
    sections: Mapping[str, Tally]
    reason: Text | None = None


Hit = tuple[tuple[str, str], ...]


class Reader:
    """Reads classes under one law; what the rows do not tell apart is decided once.

    Raises CaseError for a book without law of entry or of permits.
    """

    def __init__(self, law: Law) -> None:
        self.law = law
        self.frame = Frame(law, regime_named(ENTRY))
        self.codes = classes(law.book)
        on = law.book.classification.in_force.start or law.known
        day = {"date": on.isoformat()}
        read(law, table_regime(OPERATION), {**day, "activities": [self.codes[0]]}, on)
        rows = list(_rows(law, (PERMITS, MODES, FILINGS)))
        overlays = list(_overlays(law, rows))
        self.cuts = _cuts(rows, overlays)
        self._named = _named_places(rows).union(*(one.territory for one in overlays))
        triggers = {code for row in rows if row.table == PERMITS for code, _ in row.industry}
        self._views: dict[int, tuple[ActivityView, Case]] = {}
        self._alike: dict[tuple[int, frozenset[str], str], list[str]] = {}
        for code in self.codes:
            view = self.frame.activity(None, code)
            if view.id not in self._views:
                case = read_case(self.frame, {**FIRM, **day, "industry": code}, on)
                self._views[view.id] = (view, case)
            begun = frozenset(code[:n] for n in range(1, len(code) + 1)) & triggers
            section = law.book.classification.section(code)
            self._alike.setdefault((view.id, begun, section), []).append(code)
        self._known: dict[Any, Any] = {}

    def figure(self, place: Place, on: dt.date) -> Figure:
        """The classes of a place on a day, counted."""
        law = self.law
        reason = None if exists_there(law, place, on) else NO_PLACE
        if reason is None and not law.book.classification.in_force.holds(on):
            reason = EDITION
        if reason is not None:
            return Figure(place, on, 0, {}, tally({}), {}, reason)
        view = self.frame.place(place.ids, self.frame.segment(on))
        inside = law.territories.around(place.ids, on, law.known)
        here = (bisect_right(self.cuts, on.toordinal()), inside & self._named)
        enter = self._once(("enter", view.id), lambda: self._enter(view))
        held, permits = self._once(("permits", here), lambda: self._permits(on, inside))
        counted = self._once((view.id, here), lambda: self._counted(enter, permits))
        return Figure(place, on, held, *counted)

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _enter(self, place: PlaceView) -> dict[int, str]:
        """The verdict on entry, by view of the activity."""
        found: dict[int, str] = {}
        for view, case in self._views.values():
            bundle = self.frame.bundle(view, place)
            make_ready(self.frame, bundle)
            found[view.id] = decide_in(self.frame, case, bundle).verdict
        return found

    def _permits(
        self, on: dt.date, inside: frozenset[str]
    ) -> tuple[int, dict[frozenset[str], Hit]]:
        """How many items are held here; those that codes hit, each with its mode."""
        here = items(ground(self.law, on, inside))
        found: dict[frozenset[str], Hit] = {}
        for (_, begun, _), codes in self._alike.items():
            if begun not in found:
                hit = sorted(set(here.of_code(codes[0])), key=here.rank.__getitem__)
                found[begun] = tuple((id, here.by_id[id].shown["mode"]) for id in hit)
        return len(here.by_id), found

    def _counted(
        self, enter: Mapping[int, str], permits: Mapping[frozenset[str], Hit]
    ) -> tuple[Mapping[str, Standing], Tally, Mapping[str, Tally]]:
        found: dict[str, Standing] = {}
        by_section: dict[str, Counter[Standing]] = {}
        for (view, begun, section), codes in self._alike.items():
            one = Standing(enter[view], permits[begun])
            found.update(dict.fromkeys(codes, one))
            by_section.setdefault(section, Counter())[one] += len(codes)
        every = sum(by_section.values(), Counter[Standing]())
        sections = {letter: tally(by_section[letter]) for letter in sorted(by_section)}
        return {code: found[code] for code in self.codes}, tally(every), sections


def classes(book: Book) -> tuple[str, ...]:
    """The codes of the lowest level of the industry classification, in order."""
    codes = book.classification
    return tuple(sorted(code for code in codes if codes.leaves[code] == (code,)))


def tally(counted: Mapping[Standing, int]) -> Tally:
    """Classes, so many of each standing, by verdict on entry and by word."""
    enter: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for one, n in counted.items():
        enter[one.enter] += n
        words[one.word] += n
    return Tally(
        {name: enter[name] for name in ENTER},
        {name: words[name] for name in WORDS},
        sum(counted.values()),
    )


def _rows(law: Law, tables: Iterable[str]) -> Iterator[Row]:
    """The rows of some tables on any day, those of reforms among them."""
    wanted = frozenset(tables)
    added = (overlay.row for overlay in law.overlays if overlay.row is not None)
    return (row for row in (*law.rows, *added) if row.table in wanted)


def _overlays(law: Law, rows: Iterable[Row]) -> Iterator[Overlay]:
    """The changes of reforms that add or remove one of the rows."""
    names = {name for row in rows for name in (row.id, row.key)}
    for overlay in law.overlays:
        if not names.isdisjoint(overlay.removes) or (overlay.row and overlay.row.key in names):
            yield overlay


def _cuts(rows: Iterable[Row], overlays: Iterable[Overlay]) -> list[int]:
    """The days on which what the rows say may change, in order."""
    days: set[dt.date | None] = set()
    spans = [overlay.span for overlay in overlays]
    for row in rows:
        spans.append(row.in_force)
        for condition in row.conditions:
            for bound in (condition.min, condition.above, condition.max, condition.below):
                if isinstance(bound, dt.date):
                    days |= {bound, bound + dt.timedelta(days=1)}
    for span in spans:
        days |= {span.start, span.end}
    return sorted(day.toordinal() for day in days if day is not None)


def _named_places(rows: Iterable[Row]) -> frozenset[str]:
    """The places that conditions of the rows name."""
    return frozenset(
        str(value)
        for row in rows
        for condition in row.conditions
        if condition.fact == "place"
        for value in condition.values
    )
