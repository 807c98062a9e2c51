"""One class of the industry classification read as a wholly foreign-owned firm would read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from openzone.decide.activities import ActivityView
from openzone.decide.axes import frame_facts
from openzone.decide.bundle import Alternative, Bundle
from openzone.decide.facts import ASK
from openzone.decide.frame import Frame, PlaceView
from openzone.decide.regime import Found, Plan
from openzone.decide.single import complete
from openzone.regimes.capital.case import BOARD, FORM, LEGAL_REP, MANAGER, SHARE, SINGLE, VEHICLE
from openzone.regimes.capital.decide import CapitalPlan
from openzone.rulebook.model import MILLION
from openzone.watch.weights import Weighing

State = Literal["open", "partly_open", "closed", "not_on_record", "not_covered"]
NO = "no"
LOOK_UP = "look_up"
WITH_TERMS = frozenset(("on_conditions", "on_approval"))


@dataclass(frozen=True, slots=True)
class Reading:
    """How open a class is in one place on one day.

    `low` and `high` are the scores of its least and its most restricted activity, in millionths.
    `some_whole`: some activity of it admits a wholly foreign-owned firm. `on_terms`: some admits
    one only after a decision of an authority, or on terms that no machine tests. `rows` are the
    rows that bind some activity of it.
    """

    state: State
    low: int = 0
    high: int = 0
    some_whole: bool = False
    on_terms: bool = False
    rows: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        """Say whether the class counts: the law on it is on record."""
        return self.state not in ("not_on_record", "not_covered")


@dataclass(frozen=True, slots=True)
class _Activity:
    """What one activity that a class may stand for may and may not do."""

    whole: frozenset[str]
    any_share: frozenset[str]
    low: int
    high: int
    rows: tuple[str, ...]


def firm(frame: Frame) -> dict[str, Any]:
    """The facts of the firm measured: its share is all that is foreign about it.

    A new company owned in full by one foreign investor; its legal representative, its manager and
    every member of its board are of the host country. Facts that the law counts (hospitals
    approved in an area) stand at what their absence means. What is to be asked stays open, and
    every completion of it is tried.
    """
    host = frame.law.book.info.host
    assumed = {f.name: f.assume for f in frame_facts(frame) if f.assume != ASK}
    return assumed | {
        SHARE: MILLION,
        SINGLE: MILLION,
        LEGAL_REP: host,
        MANAGER: host,
        BOARD: MILLION,
        VEHICLE: "company",
        FORM: "new",
    }


class Reader:
    """Reads classes under one law. Rows decide once for each set that binds together."""

    def __init__(self, frame: Frame, weighing: Weighing) -> None:
        self.frame = frame
        self.weighing = weighing
        self.facts = firm(frame)
        self.groups = _groups(frame)
        self._activities: dict[Any, _Activity] = {}
        self._places: dict[int, Mapping[str, Reading]] = {}

    def read(self, place: PlaceView) -> Mapping[str, Reading]:
        """Every class in a place, under its code."""
        known = self._places.get(place.id)
        if known is None:
            found: dict[str, Reading] = {}
            for view, codes in self.groups:
                reading = self._class(self.frame.bundle(view, place))
                found.update(dict.fromkeys(codes, reading))
            known = MappingProxyType({code: found[code] for code in sorted(found)})
            self._places[place.id] = known
        return known

    def _class(self, bundle: Bundle) -> Reading:
        """What holds throughout the place: a pilot in a part of it counts when that is named."""
        throughout = [one for one in bundle.alternatives if one.area is None]
        if any(one.setting.record_state() != "complete" for one in throughout):
            return Reading("not_covered")
        activities = [self._activity(one) for one in throughout]
        whole = frozenset[str]().union(*(one.whole for one in activities))
        any_share = frozenset[str]().union(*(one.any_share for one in activities))
        rows = tuple(dict.fromkeys(row for one in activities for row in one.rows))
        if LOOK_UP in whole | any_share:
            return Reading("not_on_record", rows=rows)
        state: State = "partly_open"
        if NO not in whole:
            state = "open"
        elif any_share == {NO}:
            state = "closed"
        return Reading(
            state,
            min(one.low for one in activities),
            max(one.high for one in activities),
            whole != {NO},
            bool(whole & WITH_TERMS),
            rows,
        )

    def _activity(self, alternative: Alternative) -> _Activity:
        found = self._activities.get(alternative.signature)
        if found is None:
            found = self._activities[alternative.signature] = self._decide(alternative)
        return found

    def _decide(self, alternative: Alternative) -> _Activity:
        whole, plans = self._verdicts(alternative, self.facts)
        any_share = whole
        if NO in whole:
            others = {k: v for k, v in self.facts.items() if k not in (SHARE, SINGLE)}
            any_share, _ = self._verdicts(alternative, others)
        scores = [self._score(plan) for plan in plans]
        rows = dict.fromkeys(row.id for plan in plans for row in plan.rows)
        return _Activity(whole, any_share, min(scores), max(scores), tuple(rows))

    def _verdicts(
        self, alternative: Alternative, facts: Mapping[str, Any]
    ) -> tuple[frozenset[str], tuple[Plan, ...]]:
        """The verdicts over all completions of the facts, and the plans that gave them."""
        _, _, outcomes, plans = complete(self.frame, Bundle(0, (alternative,)), facts)
        regime = self.frame.regime
        return frozenset(regime.verdict(Found(outcome)) for outcome in outcomes), plans

    def _score(self, plan: Plan) -> int:
        assert isinstance(plan, CapitalPlan)
        caps = [limit for limit, strict, _ in plan.shares if not strict]
        return self.weighing.score((row.effect for row in plan.rows), min(caps, default=None))


def _groups(frame: Frame) -> tuple[tuple[ActivityView, tuple[str, ...]], ...]:
    """The classes, those together that no rule tells apart, with a view that stands for them."""
    book = frame.law.book
    added = [overlay.row for overlay in frame.overlays if overlay.row is not None]
    named = _codes_named((*frame.rows, *added))
    found: dict[Any, tuple[ActivityView, list[str]]] = {}
    for code in book.classification:
        if book.classification.leaves[code] != (code,):
            continue
        view = frame.activity(None, code)
        key = (tuple(o.lineage for o in view.options), view.code_line & named, view.sections)
        found.setdefault(key, (view, []))[1].append(code)
    return tuple((view, tuple(codes)) for view, codes in found.values())


def _codes_named(rows: Iterable[Any]) -> frozenset[str]:
    codes: set[str] = set()
    for row in rows:
        codes.update(code for code, _ in row.industry)
        for condition in row.conditions:
            if condition.fact == "industry":
                codes.update(condition.values)
    return frozenset(codes)
