"""What is behind a firm: bars after earlier faults, and how long it may lie dormant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Facts, MissingFactError
from openzone.regimes.licences.case import BARS, REGISTRATION, Bar, Dormancy
from openzone.regimes.licences.clocks import years_later
from openzone.regimes.licences.items import by_effect
from openzone.regimes.licences.outcome import LOOK_UP
from openzone.rulebook.model import Row

DORMANCY_YEARS, DORMANCY_DAYS = "licence_dormancy_years", "licence_dormancy_days"


@dataclass(slots=True)
class Barred:
    """What bars an application for one permit: until when, or the route by commitment alone.

    `unsure`: it turns on whether public safety is touched, which is not stated.
    """

    until: dt.date | None = None
    route_closed: bool = False
    unsure: bool = False
    rows: list[Row] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def barred(ground: Ground, bars: Iterable[Bar], on: dt.date) -> dict[str, Barred]:
    """What bars applications on a day, by permit."""
    found: dict[str, Barred] = {}
    for bar in bars:
        if bar.decided_on is None or bar.decided_on <= on:
            _put(ground, bar, on, found.setdefault(bar.permit, Barred()))
    return found


def _put(ground: Ground, bar: Bar, on: dt.date, found: Barred) -> None:
    sheet = ground.sheet(BARS)
    facts = {"bar_kind": bar.kind, "bar_permit": bar.permit, "bar_repaired": bar.repaired}
    known = Facts(facts if bar.safety is None else {**facts, "bar_safety": bar.safety})
    stated = True
    try:
        row = sheet.first(known)
    except MissingFactError:  # a part of a list cannot be completed: the worse is tried
        row, stated = sheet.first(Facts({**facts, "bar_safety": True})), False
    if row is None:
        if not bar.repaired and bar.safety is not False:
            found.said.append(f"no bar is on record after '{bar.kind}' of {bar.permit}")
        return
    if row.effect != "time_bar":
        found.route_closed = True
        found.rows.append(row)
        return
    years = ground.figure(row, "bar_years")
    end = None if bar.decided_on is None else years_later(bar.decided_on, int(years))
    if end is None or on >= end:
        return
    found.rows.append(row)
    if stated:
        found.until = max(end, found.until or end)
    else:
        found.unsure = True


def dormancy(ground: Ground, asked: Dormancy) -> tuple[dict[str, Any], tuple[Row, ...]]:
    """Whether a period of dormancy may be filed, and the last end that it may have."""
    rows = by_effect(ground, REGISTRATION).get("dormancy", ())
    years, most = ground.parameter(DORMANCY_YEARS), ground.parameter(DORMANCY_DAYS)
    if not rows or years is None or most is None:
        return {"allowed": LOOK_UP}, ()
    used = sum(_length(one.start, one.end) for one in asked.periods)
    found: dict[str, Any] = {"used_days": used, "remaining_days": max(0, int(most) - used)}
    request = asked.request
    if request is not None and request.start is not None and request.end is not None:
        if asked.periods:
            latest = request.start + dt.timedelta(days=found["remaining_days"])
        else:
            latest = years_later(request.start, int(years))
        found |= {"allowed": request.end <= latest, "latest_end": latest,
                  "file_before": request.start}  # fmt: skip
    return found, tuple(rows)


def _length(start: dt.date | None, end: dt.date | None) -> int:
    return 0 if start is None or end is None else (end - start).days
