"""Axes: how the rules cut the range of each fact that a set of alternatives consults."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openzone.decide.binding import fact_conditions
from openzone.decide.facts import ASK, TIED, Fact
from openzone.rulebook.model import MILLION

if TYPE_CHECKING:
    from openzone.decide.bundle import Alternative
    from openzone.decide.frame import Frame

MISSING = 0
TOP = 1 << 40
NUMBERS = ("share", "count")
CLOSED = ("choice", "mode", "flag")


@dataclass(frozen=True, slots=True)
class Axis:
    """How the range of one fact is cut. Part 0 is *missing*.

    A number is cut at `cuts`: part `1 + 2k` lies below cut k (and above the one before), part
    `2 + 2k` is cut k itself. Words have one part each, and one for all other words.
    """

    fact: Fact
    cuts: tuple[int, ...] = ()
    words: tuple[Any, ...] = ()

    @property
    def numeric(self) -> bool:
        """Say whether the fact is a number."""
        return self.fact.kind in NUMBERS

    @property
    def parts(self) -> int:
        """How many parts the range has, *missing* included."""
        return 2 + 2 * len(self.cuts) if self.numeric else 2 + len(self.words)

    def part(self, value: Any) -> int:
        """The part that a value lies in."""
        if value is None:
            return MISSING
        if self.numeric:
            index = bisect_right(self.cuts, value)
            if index and self.cuts[index - 1] == value:
                return 2 * index
            return 2 * index + 1
        return 1 + self.words.index(value) if value in self.words else 1 + len(self.words)

    def bounds(self, part: int) -> tuple[int, int] | None:
        """Least and greatest whole value in a numeric part; None when it holds none."""
        if part % 2 == 0:
            cut = self.cuts[part // 2 - 1]
            return cut, cut
        index = part // 2
        low = self.cuts[index - 1] + 1 if index else 0
        top = MILLION if self.fact.kind == "share" else TOP
        high = self.cuts[index] - 1 if index < len(self.cuts) else top
        return (low, high) if low <= high else None

    def sample(self, part: int) -> Any:
        """A value in the part; None for *missing* and for a part that holds no value."""
        if part == MISSING:
            return None
        if self.numeric:
            bounds = self.bounds(part)
            return None if bounds is None else (bounds[0] + bounds[1]) // 2
        return self.words[part - 1] if part <= len(self.words) else _other(self)

    def values(self, facts: Mapping[str, Any]) -> list[Any]:
        """Values of the fact, while it is missing, for every part in which nothing changes.

        The two tied shares bound each other and are added up, so one that is given cuts the other.
        Tied numbers are the cuts and their neighbours: whatever cuts are joined to these, each gap
        between two of them holds a value.
        """
        if not self.numeric:
            return [*self.words, *(() if self.fact.kind in CLOSED else (_other(self),))]
        if self.fact.name not in TIED:
            sampled = [self.sample(part) for part in range(1, self.parts)]
            return [value for value in sampled if value is not None]
        told = {facts[name] for name in TIED if facts.get(name) is not None}
        cuts = {0, MILLION, *self.cuts, *told, *(MILLION - value for value in told)}
        near = {cut + step for cut in cuts for step in (-1, 0, 1)}
        return sorted(value for value in near if 0 <= value <= MILLION)


def _other(axis: Axis) -> Any:
    """What stands for all words that no rule names."""
    return None if axis.fact.kind in CLOSED else "?"


def axes_of(
    frame: Frame, alternatives: Iterable[Alternative], names: Iterable[str], missing: bool = True
) -> dict[str, Axis]:
    """The axes of the facts named, cut by every plan and condition of the alternatives.

    `missing`: a fact may be missing, so that a tied one bounds it.
    """
    tests = _Tests(alternatives)
    tied: set[int] = set()
    for name in TIED:
        tied |= tests.cuts(name)
    if missing:
        tied |= {0, MILLION - 1}
    if tests.relative:
        tied |= {MILLION // 2} | {MILLION - cut for cut in tied}
    words = fact_words(frame)
    facts = {fact.name: fact for fact in frame_facts(frame)}
    return {
        name: Axis(
            facts[name],
            tuple(sorted(tied if name in TIED else tests.cuts(name))),
            words.get(name, ()),
        )
        for name in names
        if name in facts
    }


def candidates(
    frame: Frame, alternatives: Iterable[Alternative], name: str, facts: Mapping[str, Any]
) -> list[Any]:
    """Values of a missing fact, one for each part of its range, over all alternatives."""
    return axes_of(frame, alternatives, (name,))[name].values(facts)


def compares_shares(alternatives: Iterable[Alternative]) -> bool:
    """Say whether some plan compares one investor with all that are not foreign."""
    return any(plan.relative for one in alternatives for plan in one.plans())


def side_of(share: int | None, single: int | None) -> int:
    """Whether the host side holds more than the one investor: 1 yes, 2 no, MISSING untold."""
    if share is None or single is None:
        return MISSING
    return 1 if MILLION - share > single else 2


class _Tests:
    """The plans and conditions of alternatives, and where they cut a number."""

    def __init__(self, alternatives: Iterable[Alternative]) -> None:
        held = tuple(alternatives)
        self.relative = compares_shares(held)
        self.plans = {id(plan): plan for one in held for plan in one.plans()}.values()
        self.conditions = [
            condition
            for one in held
            for conditional in one.conditionals
            for condition in conditional.conditions
            if condition.kind == "between"
        ]

    def cuts(self, name: str) -> set[int]:
        """The figures at which a test of this fact changes."""
        found = {
            int(cut)
            for condition in self.conditions
            if condition.fact == name
            for cut in (condition.min, condition.above, condition.max, condition.below)
            if cut is not None
        }
        return found.union(*(plan.cuts(name) for plan in self.plans))


def frame_facts(frame: Frame) -> tuple[Fact, ...]:
    """The facts of the regime and those that the table of this law declares, in asking order."""
    known = frame.plans.get("facts")
    if known is None:
        own = tuple(_with_words(frame, fact) for fact in frame.regime.facts)
        names = {fact.name for fact in own}
        kinds: dict[str, Any] = {name: name for name in ("count", "flag", "choice", "share")}
        known = own + tuple(
            Fact(
                one.fact,
                kinds[one.kind],
                one.title,
                ASK if one.assume is None else one.assume,
                one.values,
            )
            for one in frame.table.facts
            if one.fact not in names
        )
        frame.plans["facts"] = known
    facts: tuple[Fact, ...] = known
    return facts


def hinted_facts(frame: Frame) -> tuple[Fact, ...]:
    """The facts that are, where a case gives none, what the rows hint at."""
    known: tuple[Fact, ...] | None = frame.plans.get("hinted")
    if known is None:
        known = frame.plans["hinted"] = tuple(one for one in frame_facts(frame) if one.hinted)
    return known


def _with_words(frame: Frame, fact: Fact) -> Fact:
    """A word becomes a choice among those the rows name; a nation knows the host's names."""
    if fact.kind == "nation":
        info = frame.law.book.info
        names = (info.host, *sorted(info.host_names - {info.host}))
        return dataclasses.replace(fact, values=names)
    if fact.kind != "word":
        return fact
    named = _named(frame).get(fact.name, {})
    words = (*sorted(named), *(value for value in fact.values if value not in named))
    return dataclasses.replace(fact, kind="choice", values=words)


def fact_words(frame: Frame) -> dict[str, tuple[Any, ...]]:
    """For each fact given by a word: the words that a row or the regime tells apart."""
    known: dict[str, tuple[Any, ...]] | None = frame.plans.get("words")
    if known is None:
        named, host = _named(frame), [frame.law.book.info.host]
        known = frame.plans["words"] = {}
        for fact in frame_facts(frame):
            own = host if fact.kind == "nation" else list(fact.values)
            known[fact.name] = tuple(dict.fromkeys((*own, *named.get(fact.name, ()))))
            if fact.kind == "flag":
                known[fact.name] = (True, False)
    return known


def _named(frame: Frame) -> dict[str, dict[Any, None]]:
    """The words that the conditions of the rows name, by fact."""
    added = (o.row for o in frame.overlays)
    named: dict[str, dict[Any, None]] = {}
    for row in (*frame.rows, *(row for row in added if row is not None)):
        for condition in fact_conditions(row):
            named.setdefault(condition.fact, {}).update(dict.fromkeys(condition.values))
    return named
