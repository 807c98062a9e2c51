"""The whole path of a plan as dated steps: registration, permits, opening, what is due after.

Every day is the latest: each step takes its whole clock, and the next begins when it ends. A day
that cannot be told is the word that says why (ask, look_up).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.dmn.desk import Decision
from openzone.decide.working_days import WorkingDays, working_days
from openzone.regimes.licences import clocks
from openzone.regimes.licences.case import REGISTRATION
from openzone.regimes.licences.items import COMMITMENT, Item, by_effect, items
from openzone.regimes.licences.outcome import (
    ASK,
    COMMIT,
    FILE_AFTER,
    LOOK_UP,
    PERMIT,
)
from openzone.rulebook.model import Row, Text

PROCEDURES = "licence_procedures"
BEFORE, REGISTER, AFTER_REGISTRATION = "before_registration", "register", "after_registration"
BEFORE_OPENING, OPENING, AFTER_OPENING = "before_opening", "opening", "after_opening"
OPEN = Text("开业", "Open the business")
CHECK = Text("核查承诺", "Check of the commitment")

Day = dt.date | str


@dataclass(frozen=True, slots=True)
class Step:
    """A step: when it begins and by when it ends. `row`: what says so; `permit`: for which item."""

    stage: str
    title: Text
    start: Day
    by: Day
    clock: Mapping[str, Any] | None = None
    row: str | None = None
    permit: str | None = None
    outcome: str | None = None


def later(*days: Day) -> Day:
    """The last of some days; the first word that says why one of them cannot be told."""
    words = [day for day in days if isinstance(day, str)]
    if words:
        return words[0]
    return max(day for day in days if not isinstance(day, str))


class Path:
    """The steps of one decision, from the day on which registration is applied for."""

    def __init__(self, decision: Decision, start: dt.date) -> None:
        self.decision = decision
        self.start = start
        self.ground = decision.ground
        self.calendar: WorkingDays = working_days(decision.ground.law)
        self.permits: Mapping[str, Mapping[str, Any]] = decision.found.effects["permits"]
        self.by_id = items(decision.ground).by_id

    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        before = list(self._before_registration())
        begun = later(self.start, *(step.by for step in before))
        registering = list(self._registering(begun))
        registered = self.decision.facts.get("registered_on") or self._registered(begun)
        opening = list(self._before_opening(registered))
        opened = self.decision.facts.get("opened_on") or later(
            registered, *(step.by for step in opening)
        )
        after = [*self._after_registration(registered), *self._after_opening(registered, opened)]
        return (*before, *registering, *opening,
                Step(OPENING, OPEN, opened, opened), *after)  # fmt: skip

    def _end(self, start: Day, n: int, unit: str) -> Day:
        return start if isinstance(start, str) else clocks.ending(self.calendar, start, n, unit)

    def _needed(self, first: bool) -> Iterator[tuple[Item, Mapping[str, Any]]]:
        """The permits that hold the business up, those before registration or the others."""
        for id, shown in self.permits.items():
            if shown["blocks"] and bool(shown.get("before_registration")) is first:
                yield self.by_id[id], shown

    def _before_registration(self) -> Iterator[Step]:
        for item, shown in self._needed(True):
            yield self._permit(item, shown, self.start, BEFORE)

    def _before_opening(self, registered: Day) -> Iterator[Step]:
        for item, shown in self._needed(False):
            yield self._permit(item, shown, registered, BEFORE_OPENING)

    def _permit(self, item: Item, shown: Mapping[str, Any], start: Day, stage: str) -> Step:
        """When a permit or a filing that goes before opening is done."""
        outcome, clock = shown["outcome"], shown.get("clock")
        start = later(start, *(day for day in (shown.get("may_apply_from"),) if day is not None))
        by: Day = start
        if outcome in (ASK, LOOK_UP):
            by = outcome
        elif outcome == COMMIT:
            by = later(start, shown.get("operate_from", start))
        elif outcome == PERMIT:
            start = self.decision.facts.get("accepted_on") or start
            by = shown.get("decision_due") or self._decided(start, clock)
        return Step(stage, item.row.title, start, by, _clock(clock), item.row.id, item.id, outcome)

    def _decided(self, start: Day, clock: Any) -> Day:
        return self._end(start, clock["value"], clock["unit"]) if clock != LOOK_UP else LOOK_UP

    def _rows(self, stage: str) -> list[Row]:
        rows = by_effect(self.ground, REGISTRATION).get("step", ())
        return sorted((row for row in rows if row.param("stage") == stage),
                      key=lambda row: row.param("order"))  # fmt: skip

    def _registered(self, begun: Day) -> Day:
        """The day of the licence: the application with the whole clock of its check."""
        ends = (self._due(row, begun) for row in self._rows(REGISTER))
        return later(begun, *(day for day in ends if day is not None))

    def _due(self, row: Row, start: Day) -> Day | None:
        days, years = self.ground.figure(row, "due_days"), self.ground.figure(row, "due_years")
        if days is not None:
            return self._end(start, int(days), row.param("due_unit"))
        if years is not None and not isinstance(start, str):
            return clocks.years_later(start, int(years))
        return None

    def _registering(self, begun: Day) -> Iterator[Step]:
        licensed = self.decision.facts.get("registered_on")
        at = begun if licensed is None else licensed
        for row in self._rows(REGISTER):
            due = self._due(row, begun) if licensed is None else None
            at = at if due is None else due
            yield Step(REGISTER, row.title, begun if licensed is None else at, at,
                       _row_clock(self.ground.figure(row, "due_days"), row), row.id)  # fmt: skip

    def _after_registration(self, registered: Day) -> Iterator[Step]:
        for row in self._rows(AFTER_REGISTRATION):
            due = self._due(row, registered)
            yield Step(AFTER_REGISTRATION, row.title, registered, due or LOOK_UP,
                       _row_clock(self.ground.figure(row, "due_days"), row), row.id)  # fmt: skip

    def _after_opening(self, registered: Day, opened: Day) -> Iterator[Step]:
        """Filings that do not hold the business up, and the check of what was promised."""
        events = {"registered_on": registered, "opened_on": opened}
        told = {name: day for name, day in events.items() if not isinstance(day, str)}
        for id, shown in self.permits.items():
            item = self.by_id[id]
            if shown["outcome"] == FILE_AFTER:
                due = clocks.filing(self.ground, item, told)
                yield Step(AFTER_OPENING, item.row.title, opened, due.get("deadline", opened),
                           _clock(due.get("clock")), item.row.id, id, FILE_AFTER)  # fmt: skip
            elif shown["outcome"] == COMMIT:
                yield from self._checked(id, registered)

    def _checked(self, id: str, granted: Day) -> Iterator[Step]:
        for row in by_effect(self.ground, PROCEDURES).get(COMMITMENT, ()):
            months = self.ground.figure(row, "check_months_max")
            if months is not None:
                told = isinstance(granted, str)
                by = granted if told else _months_later(granted, int(months))
                yield Step(AFTER_OPENING, CHECK, granted, by, None, row.id, id)


def timeline(decision: Decision, start: dt.date) -> tuple[Step, ...]:
    """The path of a decision, if registration is applied for on `start`."""
    return Path(decision, start).steps()


FURTHER = ("change", "dormancy", "dormancy_duty", "exit", "penalty")


def duties(decision: Decision, effects: Iterable[str]) -> list[dict[str, Any]]:
    """Rows of registration with some effects, as data: what merges, changes, pauses, ends."""
    ground = decision.ground
    held = by_effect(ground, REGISTRATION)
    return [
        {
            "row": row.id,
            "zh": row.title.zh,
            "en": row.title.en,
            "figures": {name: ground.figure(row, name) for name, _ in row.params},
        }
        for effect in effects
        for row in held.get(effect, ())
    ]


def plain_step(step: Step) -> dict[str, Any]:
    """A step as data."""
    found = {
        "stage": step.stage,
        "title": {"zh": step.title.zh, "en": step.title.en},
        "start": str(step.start),
        "by": str(step.by),
    }
    for name in ("clock", "row", "permit", "outcome"):
        value = getattr(step, name)
        if value is not None:
            found[name] = value
    return found


def _clock(clock: Any) -> Mapping[str, Any] | None:
    return clock if isinstance(clock, Mapping) else None


def _row_clock(days: Any, row: Row) -> Mapping[str, Any] | None:
    return None if days is None else {"value": int(days), "unit": row.param("due_unit")}


def _months_later(day: Day, months: int) -> Day:
    """The same day some months later, or the last day of that month."""
    if isinstance(day, str):
        return day
    year, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + year, month + 1, 1)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    return min(first + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))
