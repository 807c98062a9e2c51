"""The way from a plan to its opening: the steps that each answer asks for, and their days."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from openzone.decide.working_days import working_days
from openzone.regimes.journey.procedures import procedures
from openzone.regimes.journey.steps import OPENING, REGISTRATION, Dated, Step, dated
from openzone.regimes.journey.walk import Journey
from openzone.rulebook.model import Text


@dataclasses.dataclass(frozen=True)
class Path:
    """Dated steps. `start`: the day from which they run."""

    start: dt.date
    steps: tuple[Dated, ...]

    def of(self, id: str) -> Dated | None:
        """The step of that id."""
        return next((one for one in self.steps if one.step.id == id), None)

    @property
    def opens(self) -> dt.date | None:
        """The first day on which all that the opening waits for is done; None where unknown."""
        opening = self.of(OPENING)
        return opening.starts if opening else None

    @property
    def at_least(self) -> bool:
        """Say whether a step before the opening has no known length."""
        opening = self.of(OPENING)
        return opening is not None and opening.at_least

    @property
    def days(self) -> int | None:
        """Calendar days from the start to the opening; None where that cannot be told."""
        return None if self.opens is None else (self.opens - self.start).days

    @cached_property
    def critical(self) -> tuple[Dated, ...]:
        """The steps of which a day more is a day more for the opening."""
        return tuple(one for one in self.steps if one.critical)

    def as_dict(self) -> dict[str, Any]:
        """The path as plain data."""
        return {
            "start": self.start.isoformat(),
            "opens": self.opens and self.opens.isoformat(),
            "days": self.days,
            "at_least": self.at_least,
            "steps": [one.as_dict() for one in self.steps],
        }


def path_of(journey: Journey) -> Path:
    """The steps of a journey from its day on. A plan that may not enter has none."""
    if journey.enter == "no":
        return Path(journey.on, ())
    days = working_days(journey.desk.law).add_working_days
    return Path(journey.on, dated(tuple(_steps(journey)), journey.on, days))


def _steps(journey: Journey) -> Iterator[Step]:
    """Every step that an answer asks for, with registration and opening between them."""
    found = [step for asked in journey.asked for step in procedures(asked)]
    firm = journey.plan.firm
    before = tuple(step.id for step in found if REGISTRATION in step.holds_up)
    held = tuple(step.id for step in found if OPENING in step.holds_up)
    if not any(step.id == REGISTRATION for step in found):
        yield Step(
            REGISTRATION, "licences", Text("公司设立登记", "registration of the company"),
            days=None if firm.registered_on is None else 0, after=before,
            fixed=firm.registered_on,
        )  # fmt: skip
    for step in found:
        waits = (*step.after, *before) if step.id == REGISTRATION else step.after
        if step.id == REGISTRATION and firm.registered_on is not None:
            yield step._replace(after=waits, fixed=firm.registered_on, days=0)
        else:
            yield step._replace(after=waits)
    yield Step(
        OPENING, "licences", Text("开业", "the business begins"),
        after=(REGISTRATION, *held), fixed=firm.opens_on,
    )  # fmt: skip
