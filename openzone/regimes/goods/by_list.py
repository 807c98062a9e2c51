"""What lists of goods by code say of a case: facts that they settle, and rates that they give.

Only a list that is held whole says that a code is not on it. Where a case states a fact itself, the
case is followed, and the answer says so where a list differs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from openzone.rulebook.goods_lists import GoodsList
from openzone.rulebook.law import Law
from openzone.rulebook.model import DeclaredFact, Row
from openzone.rulebook.tariff import Rate

BY_LIST = "additional_duty_by_list"


class Settled(NamedTuple):
    """Facts that lists settle, and for each the lists that say so; `said`: what a reader must know
    besides."""

    facts: Mapping[str, Any]
    lists: Mapping[str, tuple[str, ...]]
    said: tuple[str, ...] = ()


def settled_by_lists(
    law: Law,
    declared: Mapping[str, DeclaredFact],
    given: Mapping[str, Any],
    code: str | None,
    on: dt.date,
) -> Settled:
    """The facts that lists of the book settle for a code on a day and the case does not state."""
    facts: dict[str, Any] = {}
    rests: dict[str, tuple[str, ...]] = {}
    said: list[str] = []
    for fact, lists in _by_fact(law).items():
        if code is None or fact not in declared:
            continue
        standing = [one for one in lists if one.in_force.holds(on) and law.public(one.document)]
        value, basis = _value(declared[fact], lists, standing, code, on)
        if fact in given:
            if value is not None and value != given[fact]:
                said.append(_differs(fact, given[fact], value, basis))
        elif value is not None:
            facts[fact], rests[fact] = value, tuple(one.id for one in basis)
        else:
            said.extend(_untold(fact, standing, code, on))
    return Settled(facts, rests, tuple(said))


def _by_fact(law: Law) -> Mapping[str, tuple[GoodsList, ...]]:
    """The lists that settle a fact, by the fact."""
    found: dict[str, tuple[GoodsList, ...]] | None = law.memo.get("goods lists")
    if found is None:
        found = {}
        for one in law.book.goods_lists.values():
            if one.settles is not None:
                found[one.settles] = (*found.get(one.settles, ()), one)
        law.memo["goods lists"] = found
    return found


def _value(
    fact: DeclaredFact,
    lists: tuple[GoodsList, ...],
    standing: list[GoodsList],
    code: str,
    on: dt.date,
) -> tuple[Any, list[GoodsList]]:
    """What the lists say of a fact, and which of them; None where they leave it open."""
    holding = [one for one in standing if one.holds(code, on)]
    if fact.kind == "flag":
        if holding:
            return True, holding
        silent = bool(standing) and all(one.holds(code, on) is False for one in standing)
        return (False, standing) if silent else (None, [])
    words = {one.member for one in holding}
    if len(words) == 1:
        return holding[0].member, holding
    if words or not standing:
        return None, []
    whole = {one.member for one in lists} >= set(map(str, fact.values)) - {"none"}
    silent = whole and all(one.holds(code, on) is False for one in standing)
    return ("none", standing) if silent and "none" in fact.values else (None, [])


def _differs(fact: str, given: Any, value: Any, basis: list[GoodsList]) -> str:
    names = ", ".join(f"{one.title.en} ({one.id})" for one in basis)
    return f"the case states {fact} = {_word(given)}, and is followed; {names} says {_word(value)}"


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _untold(fact: str, standing: list[GoodsList], code: str, on: dt.date) -> Iterator[str]:
    """Why lists that are held leave a fact open."""
    holding = [one for one in standing if one.holds(code, on)]
    if len({one.member for one in holding}) > 1:
        names = ", ".join(f"{one.title.en} ({one.id})" for one in holding)
        yield f"{code} is on more than one list ({names}): state {fact}"
        return
    for one in standing:
        if one.holds(code, on) is None:
            if one.in_part(code, on):
                yield f"{one.title.en} ({one.id}) holds only a part of {code}: give all its digits"
            else:
                yield f"{one.title.en} ({one.id}) is held in part: its silence says nothing"


def list_named(law: Law, row: Row, name: str) -> GoodsList | None:
    """The list that a parameter of a row names, where it was public; None without one."""
    named = row.param(name)
    found = None if named is None else law.book.goods_lists.get(str(named))
    return found if found is not None and law.public(found.document) else None


class Listed(NamedTuple):
    """What a row with a list of rates says of a code: `rate` None: the code is not on the list.

    `needs`: what a case must give to tell; `look_up`: what the list leaves out; `lists`: the lists
    that were read.
    """

    rate: Rate | None = None
    needs: tuple[str, ...] = ()
    look_up: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def listed_rate(law: Law, row: Row, code: str, on: dt.date) -> Listed:
    """The rate of a code in the list of a row on a day, unless its list of exceptions holds it."""
    rates, out = list_named(law, row, "rate_list"), list_named(law, row, "except_list")
    if rates is None:
        return Listed()
    place = rates.place(code, on)
    if place is None:
        return Listed(needs=("hs",) if rates.in_part(code, on) else ())
    excepted = None if out is None else out.holds(code, on)
    if excepted:
        return Listed()
    if out is not None and out.in_part(code, on):
        return Listed(needs=("hs",))
    rate = rates.rate(place)
    lists = (rates.id,) if out is None else (rates.id, out.id)
    return Listed(rate, (), () if rate is not None else ("additional_duty_rate",), lists)


class ListedPapers(NamedTuple):
    """The papers that lists ask for, each with its list. `covered`: a list that is held whole has
    the code, so that it is silent on no paper."""

    papers: tuple[tuple[str, str], ...] = ()
    covered: bool = False
    lists: tuple[str, ...] = ()


def listed_papers(law: Law, code: str, direction: str, on: dt.date) -> ListedPapers:
    """What lists of papers say of a code on a day."""
    papers: dict[tuple[str, str], None] = {}
    lists: list[str] = []
    covered = False
    for one in law.book.goods_lists.values():
        found = one.papers_for(code, direction, on) if law.public(one.document) else None
        if found is not None:
            lists.append(one.id)
            covered = covered or one.complete
            papers |= dict.fromkeys((paper.paper, one.id) for paper in found)
    return ListedPapers(tuple(papers), covered, tuple(lists))
