"""The rows of a table that have certain effects, where a case stands."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Sheet, Tested
from openzone.decide.standing import Standing


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
