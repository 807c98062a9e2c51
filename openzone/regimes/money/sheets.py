"""The rows of a table that have certain effects, where a case stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from openzone.decide.binding import meets
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Sheet, Tested
from openzone.decide.standing import Standing
from openzone.rulebook.model import Condition, Row


def sheet_of(ground: Ground, table: str, *effects: str) -> Sheet:
    """The rows of a table that have one of the effects, in order. Made once for each ground."""
    key = ("money rows", table, effects)
    found: Sheet | None = ground.memo.get(key)
    if found is None:
        whole = ground.sheet(table).standing
        rows = tuple(row for row in whole.ordered if row.effect in effects)
        found = ground.memo[key] = Sheet(Standing(rows, ()))
    return found


def settled(tested: Tested, told: Mapping[str, str]) -> Tested | None:
    """A row without its conditions on facts that are told; None when one of them fails."""
    if any(fact in told and not test(told[fact]) for fact, test in tested.tests):
        return None
    return Tested(
        tested.row,
        tuple(one for one in tested.conditions if one.fact not in told),
        tuple(pair for pair in tested.tests if pair[0] not in told),
    )


def before_record(ground: Ground, table: str, told: Mapping[str, str]) -> tuple[str, ...]:
    """The first document on record of what is told, where its first day is still to come."""
    key = ("money to come", table, *told.items())
    found: tuple[str, ...] | None = ground.memo.get(key)
    if found is None:
        rows = (row for row in ground.law.rows if row.table == table)
        later = [row for row in rows if _day(row) > ground.on and _of(row, told, ground.inside)]
        first = min(later, key=_day, default=None)
        found = ground.memo[key] = () if first is None else (_named(ground, first),)
    return found


def _day(row: Row) -> dt.date:
    return row.in_force.start or dt.date.min


def _of(row: Row, told: Mapping[str, str], inside: frozenset[str]) -> bool:
    """Say whether a row may speak of what is told, and stands in the place where it names one."""
    return all(_may_hold(one, told, inside) for one in row.conditions)


def _may_hold(condition: Condition, told: Mapping[str, str], inside: frozenset[str]) -> bool:
    if condition.fact == "place":
        return inside.isdisjoint(condition.values) is condition.negated
    return condition.fact not in told or meets(condition, told[condition.fact])


def _named(ground: Ground, row: Row) -> str:
    document = ground.law.book.documents.get(row.document)
    title = "" if document is None else f" ({document.number or document.title.en})"
    first = f"{row.document}{title}, from {row.in_force.start}"
    return f"the first document on record for it begins later: {first}"
