"""Missing facts by exact completion: what is possible, and which facts can change the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.regime import Found
from openzone.decide.dmn.sheet import Facts, MissingFactError
from openzone.rulebook.model import Condition, DeclaredFact, lowest

LEAVES_MAX = 400
OTHER_WORD = "?"
OTHER_COUNTRY = "XX"


class Leaf(NamedTuple):
    """What is found when the facts that were read are as assigned."""

    told: Mapping[str, Any]
    found: Found


class Completed(NamedTuple):
    """The leaves of all completions. `whole`: none was left out for their number."""

    leaves: tuple[Leaf, ...]
    first: str
    whole: bool


def completed(
    decide: Callable[[Facts], Found],
    facts: Mapping[str, Any],
    values: Callable[[str], Sequence[Any]],
    sound: Callable[[Mapping[str, Any]], bool],
) -> Completed:
    """Every completion of the missing facts, as far as the decision reads them.

    `values`: for a fact, one value in each part of its range. `sound`: says whether facts can be
    true together.
    """
    leaves: list[Leaf] = []
    first = ""
    stack: list[dict[str, Any]] = [{}]
    while stack:
        told = stack.pop()
        try:
            leaves.append(Leaf(told, decide(Facts({**facts, **told}))))
        except MissingFactError as unknown:
            fact = unknown.fact
            first = first or fact
            further = ({**told, fact: value} for value in reversed(values(fact)))
            stack += [one for one in further if sound({**facts, **one})]
        if len(leaves) > LEAVES_MAX:
            return Completed(tuple(leaves), first, False)
    return Completed(tuple(leaves), first, True)


def needs(tried: Completed, order: Sequence[str]) -> tuple[str, ...]:
    """The facts for which two completions that differ only there have different outcomes.

    Where the completions are too many to tell, the fact that is read first: the rest depends on it.
    """
    if not tried.whole:
        return (tried.first,)
    return turning(tried.leaves, order, lambda found: found.outcome)


def turning(
    leaves: Sequence[Leaf], order: Sequence[str], told: Callable[[Found], Any]
) -> tuple[str, ...]:
    """The facts for which two completions that differ only there differ in what `told` reads."""
    read = [told(leaf.found) for leaf in leaves]
    if all(one == read[0] for one in read):
        return ()
    found: set[str] = set()
    for index, one in enumerate(leaves):
        for number, other in enumerate(leaves[index + 1 :], index + 1):
            if read[index] != read[number]:
                fact = _only_difference(one.told, other.told)
                if fact is not None:
                    found.add(fact)
    if not found:  # what differs only when several facts change together
        found = {fact for leaf in leaves for fact in leaf.told}
    rank = {fact: number for number, fact in enumerate(order)}
    return tuple(sorted(found, key=lambda fact: (rank.get(fact, len(rank)), fact)))


def _only_difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """The one fact that two assignments tell differently; None when there are none or several."""
    differing = [fact for fact, value in one.items() if fact in other and other[fact] != value]
    return differing[0] if len(differing) == 1 else None


def common(leaves: Sequence[Leaf], outcome: str) -> Found:
    """What all leaves share: their rows (where they share none, all rows) and effects."""
    every = [leaf.found for leaf in leaves]
    founds = [one for one in every if not one.outside] or every
    keys = set.intersection(*({row.key for row in one.rows} for one in founds))
    union = {row.key: row for one in founds for row in one.rows}
    rows = [row for key, row in union.items() if key in keys] or list(union.values())
    effects = _shared([one.effects for one in founds])
    also = {row.key: row for row in founds[0].also}
    for one in founds[1:]:
        kept = {row.key for row in one.also}
        also = {key: row for key, row in also.items() if key in kept}
    parameters = dict.fromkeys(name for one in founds for name in one.parameters)
    said = [text for text in founds[0].said if all(text in one.said for one in founds)]
    gates = [gate for gate in founds[0].next if all(gate in one.next for one in founds)]
    fields = dict.fromkeys(field for one in founds for field in one.needs)
    levels = [one.at_most for one in founds if one.at_most is not None]
    return Found(outcome, tuple(rows), effects, tuple(parameters), tuple(also.values()),
                 tuple(gates), tuple(said), tuple(fields),
                 at_most=lowest(levels) if levels else None)  # fmt: skip


def _shared(effects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures that all effects share; of nested figures, those that all share."""
    found: dict[str, Any] = {}
    for name, value in effects[0].items():
        told = [one[name] for one in effects if name in one]
        if len(told) < len(effects):
            continue
        if all(one == value for one in told):
            found[name] = value
        elif all(isinstance(one, Mapping) for one in told) and (inner := _shared(told)):
            found[name] = inner
    return found


def parts(fact: DeclaredFact, conditions: Sequence[Condition], cuts: Iterable[Any]) -> list[Any]:
    """One value of a fact for each part of its range that conditions and cuts tell apart."""
    if fact.kind == "flag":
        return [True, False]
    if fact.kind == "choice":
        return list(fact.values)
    words = dict.fromkeys(value for one in conditions if one.kind == "in" for value in one.values)
    bounds = {
        bound
        for one in conditions
        if one.kind == "between"
        for bound in (one.min, one.above, one.max, one.below)
        if bound is not None
    }
    if fact.kind == "country":
        return list(dict.fromkeys((*_countries(words, conditions), *cuts)))
    if fact.kind == "text":
        return [*words, OTHER_WORD]
    marks = sorted({*bounds, *cuts, *words})
    if fact.kind == "day":
        step = dt.timedelta(days=1)
        days = {day + step * n for day in marks for n in (-1, 0, 1)}
        return sorted(days) or [dt.date(2000, 1, 1)]
    return _numbers(fact.kind, [Decimal(mark) for mark in marks])


def _countries(words: Iterable[Any], conditions: Iterable[Condition]) -> list[Any]:
    """One country for each set of lists that name it, and one that none names."""
    lists = [frozenset(one.values) for one in conditions if one.kind == "in"]
    found: dict[tuple[bool, ...], Any] = {}
    for word in (*words, OTHER_COUNTRY):
        found.setdefault(tuple(word in one for one in lists), word)
    return list(found.values())


def _numbers(kind: str, marks: Sequence[Decimal]) -> list[Any]:
    """Each mark, and a value between each two, below the first and above the last."""
    top = Decimal(1) if kind == "share" else (marks[-1] if marks else Decimal(0)) + 1
    found: set[Decimal] = set()
    before = Decimal(0)
    for mark in (*marks, top):
        found.add(mark)
        found.add((before + mark) / 2 if kind != "count" else Decimal(int((before + mark) / 2)))
        before = mark
    found.add(Decimal(0))
    fine = sorted(value for value in found if 0 <= value <= top)
    return [int(value) for value in fine] if kind == "count" else fine
