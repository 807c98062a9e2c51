"""The order of steps with dates: what waits for what, the critical path, what has no known length.

A step begins when all that it waits for is done. A step whose length is not on record counts no
days and says so: every day after it is then the earliest that can be said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from openzone.rulebook.model import Text

WORKING, CALENDAR = "working_days", "calendar_days"
OPENING, REGISTRATION = "opening", "registration"

After = Callable[[dt.date, int], dt.date | None]
"""The n-th working day after a day; None outside the years that are on record."""


class Step(NamedTuple):
    """Something to be done. `after`: ids of the steps it waits for.

    `days`: how long it takes at most, in `unit`; None where that is not on record, 0 on the spot.
    `due_from`: the step from whose end a deadline of `days` runs, for duties that hold nothing up.
    `holds_up`: the registration or the opening, where they wait for the step.
    `fixed`: a day before which it does not end (a wish of the plan, a date of a commitment).
    """

    id: str
    regime: str
    what: Text
    by: Text | None = None
    days: int | None = 0
    unit: str = WORKING
    after: tuple[str, ...] = ()
    due_from: str | None = None
    fixed: dt.date | None = None
    rows: tuple[str, ...] = ()
    part: str | None = None
    holds_up: tuple[str, ...] = ()


class Dated(NamedTuple):
    """A step with its days. `ends` None: the calendar of working days does not reach so far.

    `at_least`: a step before it has no known length. `critical`: a day more here is a day more for
    the opening.
    """

    step: Step
    starts: dt.date | None
    ends: dt.date | None
    at_least: bool
    critical: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The step as plain data."""
        step = self.step
        told: dict[str, Any] = {
            "id": step.id,
            "regime": step.regime,
            "what": {"zh": step.what.zh, "en": step.what.en},
            "days": step.days,
            "unit": step.unit,
            "after": list(step.after),
            "starts": self.starts and self.starts.isoformat(),
            "ends": self.ends and self.ends.isoformat(),
            "at_least": self.at_least,
            "critical": self.critical,
            "rows": list(step.rows),
        }
        if step.by is not None:
            told["by"] = {"zh": step.by.zh, "en": step.by.en}
        if step.due_from is not None:
            told["deadline"] = True
        return told


def dated(steps: Sequence[Step], start: dt.date, after: After) -> tuple[Dated, ...]:
    """The steps in their order with days, from a day on; those that the opening waits for marked.

    Raises ValueError where steps wait for each other in a circle.
    """
    by_id = {step.id: step for step in steps}
    found: dict[str, Dated] = {}
    for step in ordered(steps):
        found[step.id] = _dated(step, found, start, after)
    critical = _critical(by_id, found)
    rank = {id: n for n, id in enumerate(found)}
    told = [one._replace(critical=id in critical) for id, one in found.items()]
    return tuple(
        sorted(told, key=lambda one: (one.starts or dt.date.max, one.ends or dt.date.max,
                                      rank[one.step.id]))
    )  # fmt: skip


def ordered(steps: Iterable[Step]) -> list[Step]:
    """The steps, each after all that it waits for."""
    waiting = {step.id: step for step in steps}
    done: dict[str, Step] = {}
    while waiting:
        ready = [
            step
            for step in waiting.values()
            if all(id in done or id not in waiting for id in _before(step))
        ]
        if not ready:
            raise ValueError("steps wait for each other: " + ", ".join(waiting))
        for step in ready:
            done[step.id] = waiting.pop(step.id)
    return list(done.values())


def _before(step: Step) -> tuple[str, ...]:
    return step.after if step.due_from is None else (*step.after, step.due_from)


def _dated(step: Step, found: Mapping[str, Dated], start: dt.date, after: After) -> Dated:
    waited = [found[id] for id in _before(step) if id in found]
    open_ended = any(one.at_least or one.step.days is None for one in waited)
    ends = [one.ends for one in waited]
    if None in ends:
        return Dated(step, None, None, True)
    begins = max([start, *(end for end in ends if end is not None)])
    end = _end(begins, step, after)
    if end is not None and step.fixed is not None:
        end = max(end, step.fixed)
    return Dated(step, begins, end, open_ended)


def _end(begins: dt.date, step: Step, after: After) -> dt.date | None:
    if not step.days:
        return begins
    if step.unit == CALENDAR:
        last = begins + dt.timedelta(days=step.days)
        return after(last - dt.timedelta(days=1), 1)  # a last day that is a rest day moves on
    return after(begins, step.days)


def _critical(steps: Mapping[str, Step], found: Mapping[str, Dated]) -> set[str]:
    """The chain of steps, each ending on the day the next begins, that ends with the opening."""
    chain: set[str] = set()
    here = OPENING
    while here in steps:
        chain.add(here)
        waited = [found[id] for id in steps[here].after if id in found]
        longest = [one for one in waited if one.ends is not None]
        unknown = [one for one in waited if one.step.days is None or one.at_least]
        if not longest:
            break
        last = max(longest, key=lambda one: (one.ends or dt.date.min, one.step.days is None))
        chain.update(one.step.id for one in unknown if one.step.days is None)
        here = last.step.id
    return chain
