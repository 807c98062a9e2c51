"""The same plan in many places, side by side: blocked parts, days to the opening, duties."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.journey.path import Path, path_of
from openzone.regimes.journey.plan import Plan
from openzone.regimes.journey.walk import WORST_FIRST, Journey, walk
from openzone.rulebook.law import Law
from openzone.rulebook.territories import ZONE_KINDS


@dataclasses.dataclass(frozen=True)
class Compared:
    """The plan in one place; `faults` where it cannot be there (a place that did not exist)."""

    place: tuple[str, ...]
    journey: Journey | None
    path: Path | None
    faults: tuple[Fault, ...] = ()

    @property
    def rank(self) -> tuple[Any, ...]:
        """What places are ranked by: refused last, then blocked parts, verdicts, days, duty."""
        if self.journey is None or self.path is None:
            return (1,)
        journey, days = self.journey, self.path.days
        return (
            0,
            len(journey.barred),
            _rank(journey.enter),
            _rank(journey.operate),
            len(journey.blocked),
            len(journey.open),
            days is None,
            days or 0,
            len(journey.unpriced),
            journey.amounts["total"],
            self.place,
        )

    def as_dict(self) -> dict[str, Any]:
        """The line of a place as plain data; money in yuan, as text."""
        if self.journey is None or self.path is None:
            faults = [fault.as_dict() for fault in self.faults]
            return {"place": list(self.place), "verdict": "refused", "faults": faults}
        journey, path = self.journey, self.path
        return {
            "place": list(self.place),
            "enter": journey.enter,
            "operate": journey.operate,
            "blocked": [one.part.id for one in journey.blocked],
            "open": [one.part.id for one in journey.open],
            "days": path.days,
            "at_least": path.at_least,
            "opens": path.opens and path.opens.isoformat(),
            "amounts": {name: _money(sum_) for name, sum_ in journey.amounts.items()},
            "goods_without_amount": len(journey.unpriced),
            "outcomes": {one.part.id: one.outcome for one in journey.asked},
        }


def _rank(verdict: str | None) -> int:
    """Where a verdict stands, the best first; what is not asked stands with yes."""
    return -WORST_FIRST.index(verdict or "yes")


def _money(value: Decimal) -> str:
    return f"{value:.2f}"


def compare(
    desk: Desk, plan: Plan, places: Sequence[tuple[str, ...]] | None = None
) -> tuple[Compared, ...]:
    """The plan in each place, best first. Without places: every zone, the port, and outside."""
    chosen = default_places(desk.law, plan.date or desk.today) if places is None else places
    found = [_one(desk, plan, place) for place in dict.fromkeys(chosen)]
    return tuple(sorted(found, key=lambda one: one.rank))


def _one(desk: Desk, plan: Plan, place: tuple[str, ...]) -> Compared:
    try:
        journey = walk(desk, plan, place)
    except CaseError as error:
        if any(fault.field != "place" for fault in error.faults):
            raise  # what is wrong wherever the plan is
        return Compared(place, None, None, error.faults)
    return Compared(place, journey, path_of(journey))


def default_places(law: Law, on: dt.date) -> tuple[tuple[str, ...], ...]:
    """Every zone that exists on the day, the free trade port, and the country outside zones."""
    places = law.territories
    found = [
        id for id in places if places[id].kind in ZONE_KINDS and places.exists(id, on, law.known)
    ]
    return ((), *((id,) for id in found))


def differing(compared: Iterable[Compared]) -> tuple[str, ...]:
    """The parts whose outcome is not the same in all places."""
    outcomes: dict[str, set[str]] = {}
    for one in compared:
        for asked in one.journey.asked if one.journey else ():
            outcomes.setdefault(asked.part.id, set()).add(asked.outcome)
    return tuple(id for id, words in outcomes.items() if len(words) > 1)
