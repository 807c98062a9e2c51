"""Rows against a case: conditions met, matching, displacement, reforms early and late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openzone.rulebook.model import MILLION, Condition, Row
from openzone.rulebook.patching import Overlay

if TYPE_CHECKING:
    from openzone.decide.activities import ActivityView, Option
    from openzone.decide.frame import PlaceView

STRUCTURAL = frozenset(("activity", "industry", "place", "date"))


def fact_conditions(row: Row | None) -> tuple[Condition, ...]:
    """The conditions of a row that facts of the case decide, not place, activity or date."""
    if row is None or not row.conditions:
        return ()
    return tuple(c for c in row.conditions if c.fact not in STRUCTURAL)


def meets(condition: Condition, value: Any) -> bool:
    """Say whether a fact meets a condition; an absent fact never does, negated or not."""
    if value is None:
        return False
    if condition.kind in ("in", "is"):
        held = value in condition.values
    else:
        held = _between(condition, value)
    return held is not condition.negated


def _between(condition: Condition, value: Any) -> bool:
    return (
        (condition.min is None or value >= condition.min)
        and (condition.above is None or value > condition.above)
        and (condition.max is None or value <= condition.max)
        and (condition.below is None or value < condition.below)
    )


def structurally_bound(
    row: Row, option: Option, activity: ActivityView, place: PlaceView, on: dt.date
) -> bool:
    """Say whether the row binds this activity, in this place, on this day."""
    if row.not_activity and not option.lineage.isdisjoint(row.not_activity):
        return False
    if row.activity or row.industry:
        codes = activity.code_line if row.activity else option.codes
        if option.lineage.isdisjoint(row.activity) and not any(
            match == "exact" and code in codes for code, match in row.industry
        ):
            return False
    for condition in row.conditions:
        if condition.fact == "place":
            held = not place.named.isdisjoint(condition.values)
        elif condition.fact == "activity":
            held = not option.lineage.isdisjoint(condition.values)
        elif condition.fact == "industry":
            held = not option.codes.isdisjoint(condition.values)
        elif condition.fact == "date":
            held = _between(condition, on)
        else:
            continue
        if held is condition.negated:
            return False
    return True


def patched(rows: Iterable[Row], overlays: Iterable[Overlay]) -> tuple[list[Row], list[Overlay]]:
    """The rows of a list under the early changes in scope, and the changes that acted.

    Early changes are repeals, suspensions, amendments, extensions, and additions that displace
    nothing; they act before the rows of the list displace one another. An amended row keeps its
    place in the order.
    """
    pool = list(rows)
    acted: list[Overlay] = []
    for overlay in overlays:
        row = overlay.row
        if overlay.late:
            continue
        if row is None:
            after = [one for one in pool if not one.answers_to(overlay.removes)]
        elif overlay.change.kind == "add":
            after = [*pool, row]
        else:
            after = [row if one.version == row.version else one for one in pool]
        if [one.key for one in after] != [one.key for one in pool]:
            acted.append(overlay)
            pool = after
    return pool, acted


def openings(overlays: Iterable[Overlay]) -> tuple[list[Overlay], list[Overlay]]:
    """The late changes in scope that no later repeal lifts, and the repeals that lifted one."""
    late: list[Overlay] = []
    lifting: list[Overlay] = []
    for overlay in overlays:
        if overlay.late:
            late.append(overlay)
        elif overlay.row is None:
            kept = [o for o in late if o.row is None or not o.row.answers_to(overlay.removes)]
            if len(kept) < len(late):
                lifting.append(overlay)
                late = kept
    return late, lifting


def displaced(rows: Sequence[Row]) -> list[Row]:
    """The rows that remain when each bound row has removed the rows it names."""
    names: frozenset[str] = frozenset(name for row in rows for name in row.instead_of)
    if not names:
        return list(rows)
    return [row for row in rows if not row.answers_to(names)]


def apply_late(rows: list[Row], late: Iterable[Overlay]) -> list[Row]:
    """Put openings over the bound rows: each replaces rows it names, if one of them still binds."""
    for overlay in late:
        kept = [row for row in rows if not row.answers_to(overlay.removes)]
        if len(kept) < len(rows):
            rows = [*kept, overlay.row] if overlay.row is not None else kept
    return rows


def percent_micro(percent: Any) -> int:
    """A percentage of a row as whole millionths (49 → 490000), exactly."""
    micro = Decimal(percent) * MILLION / 100
    if micro != micro.to_integral_value():
        raise ValueError(f"{percent} percent is finer than a millionth")
    return int(micro)


def condition_values(conditions: Iterable[Condition], fact: str) -> list[Any]:
    """For a fact that conditions test: one value for each part of its range."""
    values: list[Any] = []
    cuts: set[Any] = set()
    for condition in conditions:
        if condition.fact != fact:
            continue
        values.extend(condition.values)
        cuts.update(
            c
            for c in (condition.min, condition.above, condition.max, condition.below)
            if c is not None
        )
    for cut in cuts:
        values += [cut, cut + 1] + ([cut - 1] if cut > 0 else [])
    return list(dict.fromkeys(values))
