"""What is asked when facts are missing, in the order of a clerk, and where each answer leads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openzone.decide import cited
from openzone.decide.axes import candidates, frame_facts
from openzone.decide.bundle import Bundle
from openzone.decide.explain.trace import Ask, Branch, Choice
from openzone.decide.facts import ASK, Case
from openzone.decide.frame import Frame
from openzone.decide.regime import Found
from openzone.decide.single import AREA, TAG, Decision, complete, decide
from openzone.rulebook.model import MILLION
from openzone.rulebook.plain import Named

RANGES = ("share", "count")
TAGS_MAX = 8


def ask_of(decision: Decision) -> Ask | None:
    """The first question, with where each answer leads; None when nothing is missing."""
    if not decision.needs:
        return None
    fact = decision.needs[0]
    if fact == AREA:
        return Ask(fact, cited.PLACE, "place", _by_place(decision))
    if fact == TAG:
        return Ask(fact, cited.ACTIVITY, "activity", _by_activity(decision))
    known = cited.fact_named(decision.frame, fact)
    if known is None:
        return None
    if known.kind in RANGES:
        branches = _by_range(decision, fact, known.kind)
    else:
        branches = _by_value(decision, fact, known.kind)
    return Ask(fact, known.title, known.kind, branches)


# ---- branches ------------------------------------------------------------------------------------


def _branch(choice: Choice, decision: Decision) -> Branch:
    """Where one value leads, with the next question when one remains."""
    return Branch((choice,), decision.verdict, decision.possible, ask_of(decision), decision.needs)


def _merged(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    """Branches that lead to the same are one branch with several values."""
    found: dict[Any, Branch] = {}
    for branch in branches:
        key = (branch.verdict, branch.possible, branch.asks, repr(branch.then))
        old = found.get(key)
        found[key] = (
            branch
            if old is None
            else dataclasses.replace(old, choices=_joined((*old.choices, *branch.choices)))
        )
    return tuple(found.values())


def _joined(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Choices of activities or places stand in one list; the others side by side."""
    found: list[Choice] = []
    for choice in choices:
        same = next((i for i, c in enumerate(found) if c.kind == choice.kind and c.named), None)
        if choice.named and same is not None:
            named = dict.fromkeys((*found[same].named, *choice.named))
            found[same] = dataclasses.replace(choice, named=tuple(named))
        else:
            found.append(choice)
    return tuple(found)


def _left(decision: Decision, keep: Callable[[Any], bool], choice: Choice) -> list[Branch]:
    """The branch of the alternatives that no named place or tag stands for."""
    kept = tuple(one for one in decision.bundle.alternatives if keep(one))
    if not kept:
        return []
    frame = decision.frame
    facts = _settled(frame, decision.case)
    found, needs, possible, _ = complete(frame, Bundle(-1, kept), facts)
    if needs:
        found = Found(frame.regime.unknown)
    return [Branch((choice,), frame.regime.verdict(found), possible, None, needs)]


def _settled(frame: Frame, case: Case) -> dict[str, Any]:
    """The facts given and those that absence settles."""
    facts = dict(case.facts)
    for fact in frame_facts(frame):
        if fact.assume != ASK:
            facts.setdefault(fact.name, fact.assume)
    return facts


# ---- place ---------------------------------------------------------------------------------------


def _by_place(decision: Decision) -> tuple[Branch, ...]:
    """The places that reforms name inside the place named, other areas that differ, the rest."""
    law, case = decision.frame.law, decision.case
    branches: list[Branch] = []
    seen: list[tuple[str, tuple[str, ...]]] = []
    acting = _acting(decision)
    for place in (*_reformed(decision, acting), *_areas(decision)):
        there = decide(decision.frame, dataclasses.replace(case, places=(*case.places, place)))
        if _acting(there).isdisjoint(acting):
            continue
        line = law.territories.ancestors(place, case.on, law.known)
        if any(
            known in line and known != place and possible == there.possible
            for known, possible in seen
        ):
            continue
        seen.append((place, there.possible))
        branches.append(_branch(Choice("place", named=(cited.place_named(law, place),)), there))
    rest = Choice("elsewhere", named=cited.places_named(law, case.places))
    branches += _left(decision, lambda one: one.area is None, rest)
    return _merged(branches)


def _acting(decision: Decision) -> frozenset[str]:
    """The changes of reforms that act in some alternative."""
    return frozenset(key for one in decision.bundle.alternatives for key in one.reforms)


def _reformed(decision: Decision, acting: frozenset[str]) -> list[str]:
    """Places inside the place named that a reform acting there names as its territory."""
    law, case = decision.frame.law, decision.case
    found: dict[str, None] = {}
    for overlay in decision.frame.overlays:
        if overlay.key not in acting:
            continue
        for place in overlay.reform.territory:
            line = law.territories.ancestors(place, case.on, law.known)
            if place not in case.places and set(case.places) <= line:
                found[place] = None
    return list(found)


def _areas(decision: Decision) -> list[str]:
    return [one.area for one in decision.bundle.alternatives if one.area is not None]


# ---- activity ------------------------------------------------------------------------------------


def _by_activity(decision: Decision) -> tuple[Branch, ...]:
    """The activities that the case may be, each with where it leads, and any other one."""
    branches = [branch for tag in _tags(decision) for branch in _by_tag(decision, tag)]
    activity = decision.case.activity
    branches += _by_codes(decision)
    rest = Choice("unnamed") if activity is None else _other_kind(decision, activity)
    branches += _left(decision, lambda one: one.tag is None, rest)
    told = {word for branch in branches for word in branch.possible}
    for tag in () if told >= set(decision.possible) else _row_tags(decision):
        for branch in _by_tag(decision, tag):
            if not told >= set(branch.possible) and set(decision.possible) >= set(branch.possible):
                told |= set(branch.possible)
                branches.append(branch)
    return tuple(
        dataclasses.replace(branch, choices=tuple(_topmost(c) for c in branch.choices))
        for branch in _merged(branches)
    )


def _by_tag(decision: Decision, tag: str) -> list[Branch]:
    """Where a tag leads; of a group, what is none of the members that rules name."""
    case = dataclasses.replace(decision.case, activity=tag, industry=None)
    there = decide(decision.frame, case)
    if TAG in there.needs:
        return _left(there, lambda one: one.tag is None, _other_kind(decision, tag))
    choice = Choice("activity", named=(cited.activity_named(decision.frame.law, tag),))
    return [_branch(choice, there)]


def _by_codes(decision: Decision) -> Iterator[Branch]:
    """Where a code leads that a rule names without a tag, below the code of the case."""
    codes = decision.frame.law.book.classification
    tags = (one.tag for one in decision.bundle.alternatives)
    for code in dict.fromkeys(tag for tag in tags if tag is not None and tag in codes):
        there = decide(decision.frame, dataclasses.replace(decision.case, industry=code))
        yield _branch(Choice("activity", named=(Named(code, codes[code].title),)), there)


def _other_kind(decision: Decision, tag: str) -> Choice:
    """An activity under a tag that is none of those that rules name there."""
    return Choice("other_kind", named=(cited.activity_named(decision.frame.law, tag),))


def _row_tags(decision: Decision) -> list[str]:
    """Tags of rows that name the code of the case, for what no tag of the code itself leads to."""
    codes, code = decision.frame.law.book.classification, decision.case.industry
    if code is None or decision.case.activity is not None:
        return []
    return list(
        dict.fromkeys(
            tag
            for row in decision.frame.rows
            if any(codes.related(code, other) for other, _ in row.industry)
            for tag in (*row.activity, *_members(decision, row.activity))
        )
    )


def _members(decision: Decision, tags: Iterable[str]) -> Iterable[str]:
    below = decision.frame.law.book.vocabulary.below
    return (member for tag in tags for member in below.get(tag, ()))


def _tags(decision: Decision) -> list[str]:
    """Known tags under the tag of the case, or that stand for its code; only what rules name."""
    book, case = decision.frame.law.book, decision.case
    vocabulary, codes = book.vocabulary, book.classification
    if case.activity is not None:
        tags = sorted(vocabulary.below.get(case.activity, ()))
    elif case.industry is not None:
        tags = [
            tag
            for tag, activity in vocabulary.items()
            if any(codes.related(case.industry, code) for code, _ in activity.industry)
        ]
    else:
        tags = []
    named = decision.frame.named_tags
    return [tag for tag in tags if not named.isdisjoint(vocabulary.lineages[tag])]


def _topmost(choice: Choice) -> Choice:
    """The named activities without those that stand under another of them."""
    if choice.kind != "activity":
        return choice
    tags = {named.id for named in choice.named}
    kept = [named for named in choice.named if not _above(named, tags)]
    return dataclasses.replace(choice, named=tuple(kept))


def _above(named: Named, tags: set[str]) -> bool:
    above = named.id.rpartition(".")[0]
    while above:
        if above in tags:
            return True
        above = above.rpartition(".")[0]
    return False


# ---- facts ---------------------------------------------------------------------------------------


def _with(decision: Decision, fact: str, value: Any) -> Decision | None:
    """The decision with one more fact; None when it contradicts the others."""
    case = decision.case
    facts = {**case.facts, fact: value}
    if decision.frame.regime.consistent(facts) is not None:
        return None
    return decide(decision.frame, dataclasses.replace(case, facts=facts))


def _values(decision: Decision, fact: str) -> list[Any]:
    facts = _settled(decision.frame, decision.case)
    return candidates(decision.frame, decision.bundle.alternatives, fact, facts)


def _by_value(decision: Decision, fact: str, kind: str) -> tuple[Branch, ...]:
    host_names = decision.frame.law.book.info.host_names
    branches = []
    for value in _values(decision, fact):
        there = _with(decision, fact, value)
        if there is None:
            continue
        if kind == "nation":
            choice = Choice("host" if value in host_names else "foreign")
        else:
            choice = Choice("value", value=value)
        branches.append(_branch(choice, there))
    return _merged(branches)


def _by_range(decision: Decision, fact: str, kind: str) -> tuple[Branch, ...]:
    """Runs of values that lead to the same; their ends are found by halving, exactly."""
    top = MILLION if kind == "share" else None
    values = sorted(_values(decision, fact))
    runs: list[tuple[int, int | None, Decision]] = []

    def mark(value: int) -> Any:
        there = _with(decision, fact, value)
        return None if there is None else (there.outcome, there.possible, there.needs)

    for index, value in enumerate(values):
        if index and mark(value) == mark(values[index - 1]):
            continue
        start = value if not index else _edge(mark, values[index - 1], value)
        there = _with(decision, fact, value)
        if runs and runs[-1][1] is None:
            runs[-1] = (runs[-1][0], start - 1, runs[-1][2])
        if there is not None:
            runs.append((start, None, there))
    branches = []
    for low, high, there in runs:
        end = top if high is None else high
        choice = Choice("range", _scaled(kind, low), None if end is None else _scaled(kind, end))
        branches.append(
            Branch((choice,), there.verdict, there.possible, _later(there), there.needs)
        )
    return tuple(branches)


def _later(decision: Decision) -> Ask | None:
    """The next question after a range, unless it is a range itself: its ends would move."""
    ask = ask_of(decision)
    return None if ask is None or ask.kind in RANGES else ask


def _edge(mark: Callable[[int], Any], low: int, high: int) -> int:
    """The first value above `low` that leads where `high` leads."""
    there = mark(high)
    while high - low > 1:
        middle = (low + high) // 2
        if mark(middle) == there:
            high = middle
        else:
            low = middle
    return high


def _scaled(kind: str, value: int) -> Decimal:
    return Decimal(value) / MILLION if kind == "share" else Decimal(value)
