"""A firm's transfers over a year: the route in force after each, and the way to the next threshold.

Counts begin anew on the day that the law names. A transfer that an exemption carries does not
count; whether it does is decided by the rows, transfer by transfer. Thresholds are read from the
conditions of the rows, so that a reform of a row moves the warning too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from openzone.decide.dmn.desk import Decision, TableDesk
from openzone.decide.dmn.ground import Ground, ground
from openzone.decide.dmn.reading import read
from openzone.decide.dmn.regime import Case
from openzone.errors import CaseError, Fault
from openzone.regimes.data.decide import COUNTED, REGIME
from openzone.regimes.data.ledger_file import IMPLIED, Transfer
from openzone.regimes.data.thresholds import (
    COUNTERS,
    NONE,
    TESTED,
    Counts,
    Marks,
    Threshold,
    added,
    facts_of,
    value_of,
)
from openzone.rulebook.law import Law

WINDOW = "data_count_from_month_day"
WARN_PERCENT = 10
"""A warning is given when so much of a threshold, or less, is left. Ours, not of the law."""


Ahead = tuple[tuple[Threshold, ...], tuple[tuple[int, int], ...]]


class Route(NamedTuple):
    """What a decision says that the ledger needs of it."""

    outcome: str
    rule: str | None
    counted: bool
    needs: tuple[str, ...]


class Entry(NamedTuple):
    """A transfer in the ledger: what it needed itself, and what an ordinary one needs after it.

    `counts`: those after it, in the order of TESTED. `was`: the route before it, where the
    transfer itself crossed a threshold. `ahead`: the thresholds next in reach.
    """

    transfer: Transfer
    year: int
    own: Route
    counts: Counts
    route: Route
    was: str | None
    ahead: tuple[Threshold, ...]
    warns: bool

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain data, persons as whole numbers."""
        return {
            "id": self.transfer.id,
            "date": self.transfer.on.isoformat(),
            "line": self.transfer.line,
            "outcome": self.own.outcome,
            "rule": self.own.rule,
            "counted": self.own.counted,
            **facts_of(self.counts),
            "route": self.route.outcome,
            "route_rule": self.route.rule,
            "crossed_from": self.was,
            "next": [
                {**one._asdict(), "left": one.at - value_of(one.counter, self.counts)}
                for one in self.ahead
            ],
            "warn": self.warns,
            "needs": list(self.own.needs or self.route.needs),
        }


class Ledger:
    """The law asked about one firm. `base`: facts of the firm, `place` among them."""

    def __init__(
        self,
        law: Law,
        base: Mapping[str, Any],
        today: dt.date,
        warn_percent: int = WARN_PERCENT,
    ) -> None:
        self.law, self.base, self.today = law, dict(base), today
        for name in COUNTERS:
            if name in base:
                fault = Fault("wrong_value", "the ledger itself counts these persons", field=name,
                              seen=base[name], next="leave it out")  # fmt: skip
                raise CaseError(fault)
        self.warn_percent = warn_percent
        self._desk = TableDesk(law, REGIME)
        self._routes: dict[tuple[Any, ...], Route] = {}
        self._ahead: dict[tuple[Any, ...], Ahead] = {}
        self._marks: dict[int, Marks] = {}
        self._ordinary: dict[dt.date, tuple[Case, Marks, int]] = {}
        self._own: dict[int, tuple[Case, Marks, int]] = {}
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._starts: dict[dt.date, int] = {}
        self._seen: tuple[Marks | None, Counts, tuple[int, ...]] = (None, NONE, ())

    def entries(self, transfers: Iterable[Transfer]) -> Iterator[Entry]:
        """The ledger, transfer by transfer. They come in the order of their days."""
        counts, year = NONE, None
        for one in transfers:
            began = self._year(one.on)
            if began != year:
                counts, year = NONE, began
            entry = self._entry(one, began, counts)
            counts = entry.counts
            yield entry

    def _entry(self, one: Transfer, year: int, before: Counts) -> Entry:
        case, marks, number = self._of(one.case)
        whole = added(before, one.persons, counted=True, abroad=True)
        tried = marks.band(whole)
        own = self._route(case, marks, number, tried, whole)
        abroad = case.facts["transfer_abroad"]
        counts = own.counted and abroad
        after = whole if counts else added(before, one.persons, counted=False, abroad=abroad)
        ordinary, firm, number = self._firm(one.on)
        last, seen, held = self._seen
        if last is not firm or seen is not before:
            held = firm.band(before)
        band = tried if after is whole and firm is marks else firm.band(after)
        marks, self._seen = firm, (firm, after, band)
        route = self._route(ordinary, marks, number, band, after)
        was = None
        if band != held:
            earlier = self._route(ordinary, marks, number, held, before).outcome
            was = earlier if earlier != route.outcome else None
        ahead, levels = self._thresholds(ordinary, marks, number, band, after)
        warns = False
        for index, level in levels:
            if after[index] >= level:
                warns = True
        return Entry(one, year, own, after, route, was, ahead, warns)

    def _year(self, day: dt.date) -> int:
        """The year in whose counts a day falls, named by the day on which it began."""
        found = self._starts.get(day)
        if found is None:
            found = self._starts[day] = self._begun(day)
        return found

    def _begun(self, day: dt.date) -> int:
        start = self.law.parameter(WINDOW, day) if WINDOW in self.law.book.parameters else None
        if start is None:
            return day.year  # the measures of that day are not held; no count decides there
        try:
            month, first = map(int, str(start).split("-"))
            begins = dt.date(day.year, month, first)
        except ValueError:
            fault = Fault("wrong_value", "no day of a year", field=WINDOW, seen=start,
                          expected="MM-DD", next="correct the parameter")  # fmt: skip
            raise CaseError(fault) from None
        return day.year if day >= begins else day.year - 1

    def _of(self, case: Case) -> tuple[Case, Marks, int]:
        """A case with the marks of its place and a number for all that decide alike."""
        held = self._own.get(id(case))
        if held is None:
            here = self._ground(case)
            marks = self._marks.get(id(here)) or self._marks.setdefault(id(here), Marks(here))
            key = (id(here), case.places, frozenset(case.facts.items()))
            number = self._numbers.setdefault(key, len(self._numbers))
            held = self._own[id(case)] = (case, marks, number)
        return held

    def _firm(self, on: dt.date) -> tuple[Case, Marks, int]:
        """An ordinary transfer of the firm on a day: no exemption, nothing but its own facts."""
        held = self._ordinary.get(on)
        if held is None:
            case = read(self.law, REGIME, {**IMPLIED, **self.base, "date": on}, self.today)
            held = self._ordinary[on] = self._of(case)
        return held

    def _ground(self, case: Case) -> Ground:
        inside = self.law.territories.around(case.places, case.on, self.law.known)
        return ground(self.law, case.on, inside)

    def _route(
        self, case: Case, marks: Marks, number: int, band: tuple[int, ...], counts: Counts
    ) -> Route:
        """The decision of a case at counts; counts of one band decide alike."""
        key = (number, band)
        held = self._routes.get(key)
        if held is None:
            decision = self._decide(case, counts)
            effects = decision.found.effects
            held = self._routes[key] = Route(
                decision.outcome, effects.get("rule"), effects.get(COUNTED) is not False,
                decision.needs,
            )  # fmt: skip
        return held

    def _decide(self, case: Case, counts: Counts) -> Decision:
        return self._desk.decide(replace(case, facts={**case.facts, **facts_of(counts)}))

    def _thresholds(
        self, case: Case, marks: Marks, number: int, band: tuple[int, ...], counts: Counts
    ) -> Ahead:
        """For each counter, the next count at which an ordinary transfer has another outcome."""
        key = (number, band)
        held = self._ahead.get(key)
        if held is None:
            now = self._route(case, marks, number, band, counts).outcome
            found: dict[str, Threshold] = {}
            for counter, mark, then in marks.ahead(counts):
                if counter not in found:
                    becomes = self._route(case, marks, number, marks.band(then), then).outcome
                    if becomes != now:
                        found[counter] = Threshold(counter, mark, becomes)
            held = self._ahead[key] = (tuple(found.values()), self._levels(found.values()))
        return held

    def _levels(self, ahead: Iterable[Threshold]) -> tuple[tuple[int, int], ...]:
        """For each threshold: its counter by number, and the count from which it warns."""
        share = 100 - self.warn_percent
        return tuple((TESTED.index(one.counter), -(-one.at * share // 100)) for one in ahead)
