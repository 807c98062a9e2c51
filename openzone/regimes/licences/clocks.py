"""The days of a permit or a filing: by when it is due, decided, or may be applied for again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from openzone.decide.dmn.ground import Ground
from openzone.decide.working_days import WorkingDays, working_days
from openzone.regimes.licences.items import Item
from openzone.regimes.licences.outcome import LOOK_UP

LIMIT, EXTENSION = "licence_limit_days", "licence_limit_extension_days"
WORKING = "working_days"
DEADLINE_UNKNOWN: Mapping[str, Any] = {"deadline": LOOK_UP}


def ending(days: WorkingDays, start: dt.date, n: int, unit: str) -> dt.date | str:
    """The last day of a clock; the word to look it up where the calendar does not reach."""
    if unit == WORKING:
        return days.add_working_days(start, n) or LOOK_UP
    return days.add_calendar_days(start, n) or LOOK_UP


def ordinary(ground: Ground, item: Item) -> tuple[int, str, bool] | None:
    """The limit of the ordinary procedure, its unit, and whether it is that of the general statute.

    A limit of none belongs to the route by commitment: the general limit then holds.
    """
    if item.limit is None:
        return None
    days, unit = item.limit
    if days:
        return days, unit, item.general
    general = ground.parameter(LIMIT)
    return None if general is None else (int(general), WORKING, True)


def decision(
    ground: Ground, item: Item, accepted_on: dt.date | None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """When the authority decides, with the dated figures that this rests on."""
    limit = ordinary(ground, item)
    if limit is None:
        return {"clock": LOOK_UP, "decision_due": LOOK_UP}, ()
    days, unit, general = limit
    found: dict[str, Any] = {"clock": {"value": days, "unit": unit}}
    used = (LIMIT,) if general else ()
    if accepted_on is None:
        return found, used
    calendar = working_days(ground.law)
    found["decision_due"] = due = ending(calendar, accepted_on, days, unit)
    further = ground.parameter(EXTENSION) if general and unit == WORKING else None
    if further is None:
        return found, used
    later = due if isinstance(due, str) else ending(calendar, due, int(further), WORKING)
    found["decision_latest"] = later
    return found, (*used, EXTENSION)


def filing(ground: Ground, item: Item, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """By when a filing is due; where its text names no days, that is to be looked up."""
    if item.filed is None:
        return {} if item.filing is None or item.filing.effect == "prior" else DEADLINE_UNKNOWN
    days, unit, event = item.filed
    found: dict[str, Any] = {"clock": {"value": days, "unit": unit, "from": event}}
    start = facts.get(event)
    if start is not None:
        found["deadline"] = ending(working_days(ground.law), start, days, unit)
    return found


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day some years later; the last day of February where that year has no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
