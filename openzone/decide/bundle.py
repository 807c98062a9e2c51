"""Rows that bind together: matching, displacement, reforms; plans made ready for the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from openzone.decide.axes import candidates
from openzone.decide.binding import (
    apply_late,
    displaced,
    fact_conditions,
    meets,
    openings,
    patched,
    structurally_bound,
)
from openzone.decide.regime import Plan, Setting
from openzone.rulebook.model import Condition, ParameterRef, Row
from openzone.rulebook.patching import Overlay

if TYPE_CHECKING:
    from openzone.decide.activities import ActivityView, Option
    from openzone.decide.frame import Frame, PlaceView


@dataclass(frozen=True, slots=True)
class Conditional:
    """A row, or a late reform, that applies only when facts of the case meet its conditions."""

    conditions: tuple[Condition, ...]
    row: Row | None
    overlay: Overlay | None


class Alternative:
    """What binds if the case is this activity in this area; plans by the truth of conditions."""

    __slots__ = (
        "_plans",
        "area",
        "by_code",
        "conditionals",
        "facts",
        "fixed",
        "frame",
        "hints",
        "late",
        "plain",
        "reforms",
        "rows",
        "setting",
        "signature",
        "tag",
    )

    def __init__(
        self,
        frame: Frame,
        setting: Setting,
        tag: str | None,
        area: str | None,
        by_code: bool,
        rows: Sequence[Row],
        late: Sequence[Overlay],
        reforms: frozenset[str],
    ) -> None:
        self.frame = frame
        self.setting = setting
        self.tag = tag
        self.area = area
        self.by_code = by_code
        self.late = tuple(late)
        self.reforms = reforms
        self.rows = tuple(rows)
        self.fixed = tuple(row for row in rows if not fact_conditions(row))
        self.conditionals = tuple(
            Conditional(fact_conditions(row), row, None) for row in rows if fact_conditions(row)
        ) + tuple(
            Conditional(fact_conditions(o.row), None, o)
            for o in late
            if o.row is not None and fact_conditions(o.row)
        )
        self.hints = frame.regime.hints(rows, setting.lineage, setting.sections)
        self.facts = frozenset(c.fact for one in self.conditionals for c in one.conditions)
        self.signature = (
            tuple(row.key for row in rows),
            tuple(o.index for o in late),
            setting.list,
            setting.document and setting.document.id,
            setting.record_state(),
            tuple(sorted(self.hints.items())),
            by_code,
            tuple(sorted(setting.figures.items())),
        )
        self._plans: dict[tuple[bool, ...], Plan] = {}
        self.plain: Plan | None = None if self.conditionals else self._plan(())

    def plan(self, facts: Mapping[str, Any]) -> Plan:
        """The plan for facts that are complete in what the conditions consult."""
        if self.plain is not None:
            return self.plain
        truth = tuple(
            all(meets(c, self._value(c.fact, facts)) for c in one.conditions)
            for one in self.conditionals
        )
        return self._plan(truth)

    def _value(self, fact: str, facts: Mapping[str, Any]) -> Any:
        value = facts.get(fact)
        return self.hints.get(fact) if value is None else value

    def _plan(self, truth: tuple[bool, ...]) -> Plan:
        plan = self._plans.get(truth)
        if plan is not None:
            return plan
        held = [one for one, true in zip(self.conditionals, truth, strict=True) if true]
        meeting = {one.row.key for one in held if one.row is not None}
        rows = [row for row in self.rows if row.key in meeting or not fact_conditions(row)]
        chosen = {one.overlay.index for one in held if one.overlay is not None}
        late = [
            o for o in self.late if o.row is None or not fact_conditions(o.row) or o.index in chosen
        ]
        bound = tuple(apply_late(displaced(rows), late))
        key = (tuple(row.key for row in bound), self.signature[2:])
        plan = self.frame.plans.get(key)
        if plan is None:
            plan = self.frame.regime.plan(bound, self.setting)
            self.frame.plans[key] = plan
        self._plans[truth] = plan
        return plan

    def differs(self, other: Alternative) -> bool:
        """Say whether some facts let other rows, or other figures, apply here than there."""
        if self.signature == other.signature:
            return False
        names = sorted(self.facts | other.facts)
        values = [(*candidates(self.frame, (self, other), name, {}), None) for name in names]
        return any(
            self._applying(facts) != other._applying(facts)
            for chosen in product(*values)
            for facts in [dict(zip(names, chosen, strict=True))]
        )

    def _applying(self, facts: Mapping[str, Any]) -> list[Any]:
        """The rows that apply to these facts, with their figures."""
        figure = self.setting.figure
        rows = self.plan(facts).rows
        return [(row.key, [figure(row, name) for name, _ in row.params]) for row in rows]

    def plans(self) -> Iterable[Plan]:
        """Every plan that some facts can lead to."""
        if self.plain is not None:
            return (self.plain,)
        return [
            self._plan(truth) for truth in product((False, True), repeat=len(self.conditionals))
        ]


class Bundle:
    """The alternatives where an activity, a place and a segment meet."""

    __slots__ = ("alternatives", "id", "ready")

    def __init__(self, id: int, alternatives: tuple[Alternative, ...]) -> None:
        self.id = id
        self.alternatives = alternatives
        self.ready: Any = None


class Ground:
    """The rows of a place view under the early changes, indexed by what they bind."""

    __slots__ = ("acted", "by_code", "by_tag", "late", "order", "rest", "rows", "tags")

    def __init__(self, place: PlaceView, hinted: frozenset[str]) -> None:
        pool, acted = patched(place.rows, place.overlays)
        late, lifting = openings(place.overlays)
        self.tags = hinted | _tags(place)
        self.rows = tuple(pool)
        self.acted = tuple(dict.fromkeys((*acted, *lifting)))
        self.late = tuple(late)
        self.order = {row.key: rank for rank, row in enumerate(pool)}
        self.by_tag: dict[str, list[Row]] = {}
        self.by_code: list[Row] = []
        self.rest: list[Row] = []
        for row in pool:
            if not row.activity and not row.industry:
                self.rest.append(row)
            for tag in row.activity:
                self.by_tag.setdefault(tag, []).append(row)
            if any(match == "exact" for _, match in row.industry):
                self.by_code.append(row)

    def near(self, option: Option, activity: ActivityView) -> list[Row]:
        """The rows that may bind an option: by tag, by code, or whatever the activity."""
        found = {row.key: row for row in self.rest}
        for tag in option.lineage:
            found.update((row.key, row) for row in self.by_tag.get(tag, ()))
        if activity.code_line or option.codes:
            found.update((row.key, row) for row in self.by_code)
        return sorted(found.values(), key=lambda row: self.order[row.key])


def _tags(place: PlaceView) -> frozenset[str]:
    """Every tag that a row or a reform names in a place or in an area inside it."""
    found: set[str] = set()
    for view in (place, *(inner for _, inner in place.inner)):
        for row in (*view.rows, *(o.row for o in view.overlays if o.row is not None)):
            found.update(row.activity, row.not_activity)
            found.update(
                str(value) for c in row.conditions if c.fact == "activity" for value in c.values
            )
    return frozenset(found)


def bind(
    frame: Frame,
    activity: ActivityView,
    option: Option,
    place: PlaceView,
    area: str | None,
) -> Alternative:
    """What binds one activity in one place; `area` names the smaller place it is asked for."""
    on, ground = place.on, frame.ground(place)
    bound = [
        row
        for row in ground.near(option, activity)
        if structurally_bound(row, option, activity, place, on)
    ]
    late = [
        o
        for o in ground.late
        if o.row is not None and structurally_bound(o.row, option, activity, place, on)
    ]
    keys = {row.key for row in bound}
    touching = {
        overlay.key
        for overlay in ground.acted
        if (overlay.row is not None and overlay.row.key in keys)
        or (overlay.row is None and _lifts(overlay, option, activity, place))
    }
    rows = displaced(bound)
    for overlay in late:
        after = apply_late(rows, (overlay,))
        if [row.key for row in after] != [row.key for row in rows]:
            touching.add(overlay.key)
        rows = after
    figures = _figures(frame, place, on, (*bound, *(o.row for o in late if o.row is not None)))
    setting = Setting(
        frame.law,
        frame.table,
        on,
        place.list,
        place.document,
        option.lineage,
        activity.sections,
        figures,
    )
    return Alternative(
        frame, setting, option.tag, area, activity.by_code, bound, late, frozenset(touching)
    )


def _lifts(overlay: Overlay, option: Option, activity: ActivityView, place: PlaceView) -> bool:
    """Say whether a repeal or suspension lifts a row that would bind here."""
    return any(
        row.answers_to(overlay.removes)
        and structurally_bound(row, option, activity, place, place.on)
        for row in (*place.rows, *(o.row for o in place.overlays if o.late and o.row))
    )


def _figures(
    frame: Frame, place: PlaceView, on: dt.date, rows: Iterable[Row]
) -> dict[tuple[str, str], Any]:
    return {
        (row.key, name): frame.law.parameter(value.parameter, on, place.ancestors)
        for row in rows
        for name, value in row.params
        if isinstance(value, ParameterRef)
    }
