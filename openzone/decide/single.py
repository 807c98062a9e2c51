"""One case: dictionary look-ups and a short loop; missing facts by exact completion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.bundle import Alternative, Bundle, condition_values
from openzone.decide.facts import ASK, Case, Fact
from openzone.decide.frame import Frame
from openzone.decide.regime import Found, Plan

AREA = "place"
TAG = "activity"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one case. `found.rows` are the rows it rests on; render the rest on demand."""

    case: Case
    frame: Frame
    bundle: Bundle
    found: Found
    needs: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    assumed: Mapping[str, Any] = field(default_factory=dict)
    plans: tuple[Plan, ...] = ()

    @property
    def outcome(self) -> str:
        """The regime's own word."""
        return self.found.outcome

    @property
    def verdict(self) -> str:
        """One of the seven words of every regime."""
        return self.frame.regime.verdict(self.found)


def decide(frame: Frame, case: Case) -> Decision:
    """Decide one validated case under one law."""
    segment = frame.segment(case.on)
    bundle = frame.bundle(
        frame.activity(case.activity, case.industry), frame.place(case.places, segment), segment
    )
    regime = frame.regime
    alternatives = bundle.alternatives
    if len(alternatives) == 1:
        plan = alternatives[0].plain
        if plan is not None and plan.facts <= case.facts.keys():
            found = plan.decide(case.facts)
            return Decision(case, frame, bundle, found, (), (found.outcome,), {}, (plan,))
    facts, assumed = _assume(frame, case, alternatives)
    if len(alternatives) == 1:
        alternative = alternatives[0]
        if alternative.facts <= facts.keys():
            plan = alternative.plan(facts)
            if plan.facts <= facts.keys():
                found = plan.decide(facts)
                assumed.update(regime.also_assumed((plan,), facts))
                return Decision(case, frame, bundle, found, (), (found.outcome,), assumed, (plan,))
    found, needs, possible, plans = complete(frame, bundle, facts)
    if needs:
        found = Found(regime.unknown, found.rows)
    assumed.update(regime.also_assumed(plans, facts))
    return Decision(case, frame, bundle, found, needs, possible, assumed, plans)


def _assume(
    frame: Frame, case: Case, alternatives: tuple[Alternative, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts with those that absence settles; and of these the ones that a row consults."""
    facts = dict(case.facts)
    assumed: dict[str, Any] = {}
    consulted = consulted_facts(alternatives)
    for fact in frame_facts(frame):
        if fact.name in facts or fact.assume == ASK:
            continue
        facts[fact.name] = fact.assume
        if fact.name in consulted:
            assumed[fact.name] = fact.assume
    return facts, assumed


def consulted_facts(alternatives: tuple[Alternative, ...]) -> frozenset[str]:
    """The facts that some plan or condition of the alternatives tests."""
    found: set[str] = set()
    for alternative in alternatives:
        found |= alternative.facts
        for plan in alternative.plans():
            found |= plan.facts
    return frozenset(found)


def frame_facts(frame: Frame) -> tuple[Fact, ...]:
    """The facts of the regime and those that the table of this law declares, in asking order."""
    known = frame.plans.get("facts")
    if known is None:
        own = frame.regime.facts
        names = {fact.name for fact in own}
        kinds: dict[str, Any] = {"count": "count", "flag": "flag", "choice": "choice",
                                 "share": "share"}
        known = own + tuple(
            Fact(one.fact, kinds[one.kind], one.title,
                 ASK if one.assume is None else one.assume, one.values)
            for one in frame.table.facts
            if one.fact not in names
        )
        frame.plans["facts"] = known
    facts: tuple[Fact, ...] = known
    return facts


def complete(
    frame: Frame, bundle: Bundle, facts: Mapping[str, Any]
) -> tuple[Found, tuple[str, ...], tuple[str, ...], tuple[Plan, ...]]:
    """Try every completion of the missing facts, one value for each part of a range.

    Gives what was found (rows common to all completions, else all of them), the facts for which two
    completions that differ only there change the outcome, and the outcomes that are possible.
    """
    order = [fact.name for fact in frame_facts(frame)]
    wanted = consulted_facts(bundle.alternatives)
    missing = [name for name in order if name in wanted and name not in facts]
    outcomes: dict[tuple[Any, ...], Found] = {}
    plans: dict[int, Plan] = {}
    for filled in _completions(frame, bundle, facts, missing):
        values = tuple(filled[name] for name in missing)
        for alternative in bundle.alternatives:
            plan = alternative.plan(filled)
            plans.setdefault(id(plan), plan)
            found = plan.decide(filled)
            outcomes[(alternative.tag, alternative.area, *values)] = found
    words = {found.outcome for found in outcomes.values()}
    needs = tuple(
        name
        for name, index in ((AREA, 1), (TAG, 0), *((m, i + 2) for i, m in enumerate(missing)))
        if len(words) > 1 and _matters(outcomes, index)
    )
    ranked = tuple(word for word in frame.table.outcomes if word in words)
    possible = ranked + tuple(sorted(words - set(ranked)))
    return _common(outcomes, words), needs or _any_need(words, missing), possible, tuple(
        plans.values()
    )


def _any_need(words: set[str], missing: list[str]) -> tuple[str, ...]:
    """Outcomes that differ only when several facts change together: ask for all of them."""
    return tuple(missing) if len(words) > 1 else ()


def _matters(outcomes: Mapping[tuple[Any, ...], Found], index: int) -> bool:
    """Say whether two completions that differ only at `index` have different outcomes."""
    groups: dict[tuple[Any, ...], str] = {}
    for key, found in outcomes.items():
        rest = key[:index] + key[index + 1:]
        if groups.setdefault(rest, found.outcome) != found.outcome:
            return True
    return False


def _common(outcomes: Mapping[tuple[Any, ...], Found], words: set[str]) -> Found:
    everywhere: dict[str, Any] | None = None
    union: dict[str, Any] = {}
    requires: dict[str, None] = {}
    for found in outcomes.values():
        rows = {row.key: row for row in found.rows}
        union.update(rows)
        requires.update(dict.fromkeys(found.requires))
        everywhere = rows if everywhere is None else {
            key: row for key, row in everywhere.items() if key in rows
        }
    rows_found = everywhere if everywhere and len(words) == 1 else union
    return Found(next(iter(words)) if len(words) == 1 else "", tuple(rows_found.values()),
                 tuple(requires))


def _completions(
    frame: Frame, bundle: Bundle, facts: Mapping[str, Any], missing: list[str]
) -> Iterator[dict[str, Any]]:
    if not missing:
        yield dict(facts)
        return
    name, rest = missing[0], missing[1:]
    for value in candidates(frame, bundle.alternatives, name, facts):
        filled = {**facts, name: value}
        if frame.regime.consistent(filled) is None:
            yield from _completions(frame, bundle, filled, rest)


def candidates(
    frame: Frame, alternatives: tuple[Alternative, ...], name: str, facts: Mapping[str, Any]
) -> list[Any]:
    """Values of a missing fact, one for each part of its range, over all alternatives."""
    values: dict[Any, None] = {}
    for alternative in alternatives:
        for one in alternative.conditionals:
            values.update(dict.fromkeys(condition_values(one.conditions, name)))
        for plan in alternative.plans():
            if name in plan.facts:
                values.update(dict.fromkeys(plan.candidates(name, facts)))
    fact = next(f for f in frame_facts(frame) if f.name == name)
    if fact.values:
        values.update(dict.fromkeys(fact.values))
    elif fact.kind == "flag":
        values.update({True: None, False: None})
    return list(values)
