"""One case: dictionary look-ups and a short loop; missing facts by exact completion."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

from openzone.decide.axes import Axis, axes_of, compares_shares, frame_facts, side_of
from openzone.decide.bundle import Alternative, Bundle
from openzone.decide.facts import ASK, TIED, Case
from openzone.decide.frame import Frame
from openzone.decide.regime import Found, Plan
from openzone.rulebook.model import Row

AREA = "place"
TAG = "activity"
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Decision:
    """The answer to one case. `found.rows` are the rows it rests on; the rest is made on demand.

    `needs`: facts to ask for, in order. `possible`: outcomes that missing facts leave open.
    `assumed`: what absent facts were taken to be, where a rule consults them.
    """

    __slots__ = ("assumed", "bundle", "case", "found", "frame", "needs", "plans", "possible")

    def __init__(
        self,
        case: Case,
        frame: Frame,
        bundle: Bundle,
        found: Found,
        needs: tuple[str, ...] = (),
        possible: tuple[str, ...] | None = None,
        assumed: Mapping[str, Any] = NOTHING,
        plans: tuple[Plan, ...] = (),
    ) -> None:
        self.case = case
        self.frame = frame
        self.bundle = bundle
        self.found = found
        self.needs = needs
        self.possible = (found.outcome,) if possible is None else possible
        self.assumed = assumed
        self.plans = plans

    @property
    def outcome(self) -> str:
        """The regime's own word."""
        return self.found.outcome

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that the outcome rests on."""
        return self.found.rows

    @property
    def verdict(self) -> str:
        """One of the seven words of every regime."""
        return self.frame.regime.verdict(self.found)


class Ready:
    """A bundle made ready: what absence settles, what is consulted, answers already completed.

    `telling`: the facts consulted, and those that bound one of them while it is missing.
    """

    __slots__ = (
        "alone",
        "assumes",
        "axes",
        "completed",
        "consulted",
        "order",
        "relative",
        "settled",
        "telling",
    )

    def __init__(self, frame: Frame, bundle: Bundle) -> None:
        alternatives = bundle.alternatives
        self.consulted = consulted_facts(alternatives)
        facts = [fact for fact in frame_facts(frame) if fact.name in self.consulted]
        self.order = tuple(fact.name for fact in facts)
        tied = TIED if not self.consulted.isdisjoint(TIED) else ()
        self.telling = tuple(dict.fromkeys((*self.order, *tied)))
        self.assumes = {fact.name: fact.assume for fact in facts if fact.assume != ASK}
        self.settled = alternatives[0] if len(alternatives) == 1 else None
        self.alone: tuple[Bundle, ...] = ()
        self.axes: dict[str, Axis] | None = None
        self.relative = False
        self.completed: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def cell(self, frame: Frame, bundle: Bundle, facts: Mapping[str, Any]) -> tuple[Any, ...]:
        """The part of each fact that tells: in one cell every case is completed alike."""
        axes = self.axes_in(frame, bundle)
        parts = [axis.part(facts.get(name)) for name, axis in axes.items()]
        if self.relative:
            parts.append(side_of(*(facts.get(name) for name in TIED)))
        return tuple(parts)

    def axes_in(self, frame: Frame, bundle: Bundle) -> dict[str, Axis]:
        """The axes of the facts that tell, made when first wanted."""
        if self.axes is None:
            self.axes = axes_of(frame, bundle.alternatives, self.telling)
            self.relative = compares_shares(bundle.alternatives)
        return self.axes


CELL = object()  # marks the key of a cell beside keys of facts
COMPLETED_MAX = 8192
ALTERNATIVES_MAX = 24


def decide(frame: Frame, case: Case) -> Decision:
    """Decide one validated case under one law."""
    segment = bisect_right(frame.cuts, case.on.toordinal())
    key = (case.activity, case.industry, case.places, segment)
    bundle = frame.quick.get(key)
    if bundle is None:
        bundle = _bundle(frame, case, key)
    return decide_in(frame, case, bundle)


def decide_in(frame: Frame, case: Case, bundle: Bundle) -> Decision:
    """Decide a case whose bundle is found and ready."""
    ready: Ready = bundle.ready
    given = case.facts
    if ready.consulted <= given.keys():
        if ready.settled is not None:
            plan = ready.settled.plain or ready.settled.plan(given)
            return Decision(case, frame, bundle, plan.decide(given), plans=(plan,))
        return _completed(frame, case, bundle, dict(given), {})
    assumed = {name: value for name, value in ready.assumes.items() if name not in given}
    facts = {**given, **assumed}
    if ready.settled is not None and ready.consulted <= facts.keys():
        plan = ready.settled.plain or ready.settled.plan(facts)
        more = frame.regime.also_assumed((plan,), facts)
        if more:
            assumed.update(more)
        return Decision(case, frame, bundle, plan.decide(facts), (), None, assumed, (plan,))
    return _completed(frame, case, bundle, facts, assumed)


def _bundle(frame: Frame, case: Case, key: tuple[Any, ...]) -> Bundle:
    bundle = frame.bundle(
        frame.activity(case.activity, case.industry), frame.place(case.places, key[-1])
    )
    make_ready(frame, bundle)
    if len(frame.quick) >= QUICK_MAX:
        frame.quick.clear()
    frame.quick[key] = bundle
    return bundle


QUICK_MAX = 1 << 18


def make_ready(frame: Frame, bundle: Bundle) -> Ready:
    """The bundle made ready for facts, once."""
    ready: Ready | None = bundle.ready
    if ready is None:
        ready = bundle.ready = Ready(frame, bundle)
    return ready


def _completed(
    frame: Frame, case: Case, bundle: Bundle, facts: dict[str, Any], assumed: dict[str, Any]
) -> Decision:
    """Complete the missing facts; the same facts in the same bundle are completed once."""
    found, needs, possible, plans = _known(frame, bundle, facts)
    assumed.update(frame.regime.also_assumed(plans, facts))
    return Decision(case, frame, bundle, found, needs, possible, assumed, plans)


def consulted_facts(alternatives: tuple[Alternative, ...]) -> frozenset[str]:
    """The facts that some plan or condition of the alternatives tests."""
    found: set[str] = set()
    for alternative in alternatives:
        found |= alternative.facts
        for plan in alternative.plans():
            found |= plan.facts
    return frozenset(found)


def _known(frame: Frame, bundle: Bundle, facts: Mapping[str, Any]) -> Any:
    """The completion of the facts, as worked out before for them or others in the same cell."""
    ready = make_ready(frame, bundle)
    completed = ready.completed
    told = tuple(map(facts.get, ready.telling))
    done = completed.get(told)
    if done is None:
        if len(completed) >= COMPLETED_MAX:
            completed.clear()
        key = (CELL, *ready.cell(frame, bundle, facts))
        done = completed.get(key)
        if done is None:
            done = completed[key] = complete(frame, bundle, facts)
        completed[told] = done
    return done


def complete(
    frame: Frame, bundle: Bundle, facts: Mapping[str, Any]
) -> tuple[Found, tuple[str, ...], tuple[str, ...], tuple[Plan, ...]]:
    """Try every completion of the missing facts, one value for each part of a range.

    Gives what was found (rows common to all completions, else all of them), the facts for which two
    completions that differ only there change the outcome, and the outcomes that are possible.
    """
    ready = make_ready(frame, bundle)
    if len({one.tag for one in bundle.alternatives}) > ALTERNATIVES_MAX:
        return _complete_each(frame, bundle, facts)
    missing = [name for name in ready.order if name not in facts]
    outcomes: dict[tuple[Any, ...], Found] = {}
    plans: dict[int, Plan] = {}
    alternatives = bundle.alternatives
    for filled in _completions(frame, ready.axes_in(frame, bundle), facts, missing):
        values = tuple([filled[name] for name in missing])
        for alternative in alternatives:
            plan = alternative.plain or alternative.plan(filled)
            plans[id(plan)] = plan
            outcomes[(alternative.tag, alternative.area, *values)] = plan.decide(filled)
    words = {found.outcome for found in outcomes.values()}
    if len(words) == 1:
        return _common(outcomes, words), (), tuple(words), tuple(plans.values())
    several = len(alternatives) > 1
    asked = (((AREA, 1), (TAG, 0)) if several else ()) + tuple(zip(missing, count(2), strict=False))
    needs = tuple(name for name, index in asked if _matters(outcomes, index))
    if set(TIED) <= set(missing) and set(TIED).isdisjoint(needs):
        needs = _with_share(needs, outcomes, missing)
    ranked = tuple(word for word in frame.table.outcomes if word in words)
    found = _common(outcomes, words)
    return (
        Found(frame.regime.unknown, found.rows),
        needs or _all_together(bundle, missing),
        ranked + tuple(sorted(words - set(ranked))),
        tuple(plans.values()),
    )


def _complete_each(
    frame: Frame, bundle: Bundle, facts: Mapping[str, Any]
) -> tuple[Found, tuple[str, ...], tuple[str, ...], tuple[Plan, ...]]:
    """Where the activity is as good as unknown: ask for it first, the rest depends on it."""
    each = [_known(frame, one, facts) for one in _alone(frame, bundle)]
    plans = {id(plan): plan for _, _, _, found in each for plan in found}
    words = {word for _, _, possible, _ in each for word in possible}
    if len(words) > 1:
        ranked = tuple(word for word in frame.table.outcomes if word in words)
        return Found(frame.regime.unknown), (TAG,), ranked, tuple(plans.values())
    outcomes: dict[tuple[Any, ...], Found] = {}
    for number, one in enumerate(_alone(frame, bundle)):
        (alternative,) = one.alternatives
        ready = make_ready(frame, one)
        missing = [name for name in ready.order if name not in facts]
        for filled in _completions(frame, ready.axes_in(frame, one), facts, missing):
            values = tuple([filled[name] for name in missing])
            outcomes[(number, *values)] = alternative.plan(filled).decide(filled)
    return _common(outcomes, words), (), tuple(words), tuple(plans.values())


def _alone(frame: Frame, bundle: Bundle) -> tuple[Bundle, ...]:
    """Each alternative of a bundle as a bundle of its own, shared by those that bind alike."""
    ready = make_ready(frame, bundle)
    if not ready.alone:
        known: dict[Any, Bundle] = frame.plans.setdefault("alone", {})
        ready.alone = tuple(
            known.setdefault(one.signature, Bundle(-1, (one,))) for one in bundle.alternatives
        )
    return ready.alone


def _all_together(bundle: Bundle, missing: list[str]) -> tuple[str, ...]:
    """Outcomes that differ only when several facts change together: ask for all of them."""
    tags = {alternative.tag for alternative in bundle.alternatives}
    areas = {alternative.area for alternative in bundle.alternatives}
    return (*((AREA,) if len(areas) > 1 else ()), *((TAG,) if len(tags) > 1 else ()), *missing)


def _matters(outcomes: Mapping[tuple[Any, ...], Found], index: int) -> bool:
    """Say whether two completions that differ only at `index` have different outcomes."""
    groups: dict[tuple[Any, ...], str] = {}
    after = index + 1
    for key, found in outcomes.items():
        if groups.setdefault(key[:index] + key[after:], found.outcome) != found.outcome:
            return True
    return False


def _with_share(
    needs: tuple[str, ...], outcomes: Mapping[tuple[Any, ...], Found], missing: list[str]
) -> tuple[str, ...]:
    """The facts to ask, with the share where having none, and so no investor, changes the outcome.

    The two shares leave 0 only together: no completions differ in one of them there.
    """
    tied = [missing.index(name) + 2 for name in TIED]
    rest = {key: tuple(v for i, v in enumerate(key) if i not in tied) for key in outcomes}
    none = {rest[key]: found.outcome for key, found in outcomes.items() if key[tied[0]] == 0}
    if all(none[rest[key]] == found.outcome for key, found in outcomes.items()):
        return needs
    order = (AREA, TAG, *missing)
    return tuple(sorted((*needs, TIED[0]), key=order.index))


def _common(outcomes: Mapping[tuple[Any, ...], Found], words: set[str]) -> Found:
    """The rows that every outcome rests on; where there are none, or outcomes differ, all rows."""
    rows = {id(found.rows): found.rows for found in outcomes.values()}.values()
    union = {row.key: row for one in rows for row in one}
    if len(words) == 1:
        common = set(union).intersection(*({row.key for row in one} for one in rows))
        if common:
            union = {key: row for key, row in union.items() if key in common}
    requires = dict.fromkeys(one for found in outcomes.values() for one in found.requires)
    word = next(iter(words)) if len(words) == 1 else ""
    return Found(word, tuple(union.values()), tuple(requires))


def _completions(
    frame: Frame, axes: Mapping[str, Axis], facts: Mapping[str, Any], missing: list[str]
) -> Iterator[Mapping[str, Any]]:
    if not missing:
        yield facts
        return
    name, rest = missing[0], missing[1:]
    for value in axes[name].values(facts):
        filled = {**facts, name: value}
        if frame.regime.consistent(filled) is None:
            yield from _completions(frame, axes, filled, rest)
