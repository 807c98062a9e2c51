"""Bidders under a countermeasure: each treated by its class, or every class that a row names."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.procurement.case import BIDDERS, Bidder
from openzone.regimes.procurement.outcome import (
    ADMITTED,
    ASK,
    EXCLUDED,
    SOME_EXCLUDED,
    VERDICTS,
)
from openzone.regimes.unheld import next_row
from openzone.rulebook.model import Condition, Row

COUNTERMEASURES = "procurement_countermeasures"
CLASS = "bidder_class"
SHARE = "eu_import_share"
TREATS = "treats"


def countermeasure(ground: Ground, facts: Facts, case: Case) -> Found:
    """How bidders are treated; without bidders, how each class of them is."""
    bidders = case.own.get(BIDDERS)
    if bidders:
        return _each(ground, facts, bidders)
    rows = [one.row for one in _without_bidder(ground) if one.holds(facts)]
    if not rows:
        return _untouched(ground, facts, {})
    effects: dict[str, Any] = {str(row.param("bidder")): row.param("treatment") for row in rows}
    effects["rule"] = rule_of(rows[0])
    return Found(_joined([str(row.outcome) for row in rows]), tuple(rows), effects)


def _each(ground: Ground, facts: Facts, bidders: tuple[Bidder, ...]) -> Found:
    """Every bidder by its class; one whose share is missing and decides is asked for."""
    effects: dict[str, Any] = {}
    outcomes: list[str] = []
    rows: dict[str, Row] = {}
    unknown: dict[str, set[str]] = {}
    for bidder in bidders:
        found = _rows(ground, facts, bidder)
        if len(set(found)) > 1:
            unknown[bidder.who] = {_outcome(row) for row in found}
            continue
        row = found[0]
        outcomes.append(_outcome(row))
        effects[bidder.who] = ADMITTED if row is None else row.param("treatment")
        if row is not None:
            rows[row.key] = row
    if rows:
        effects["rule"] = rule_of(next(iter(rows.values())))
    if unknown:
        said = (f"the share imported from there is not told: {', '.join(unknown)}",)
        left = _left(outcomes, unknown.values())
        return Found(ASK, tuple(rows.values()), effects, said=said, needs=(BIDDERS,),
                     possible=left)  # fmt: skip
    if not rows:
        return _untouched(ground, facts, effects)
    return Found(_joined(outcomes), tuple(rows.values()), effects)


def _left(outcomes: list[str], unknown: Iterable[set[str]]) -> tuple[str, ...]:
    """The words that are left for all bidders where those of some may be one of several."""
    kinds = {frozenset(outcomes)}
    for words in unknown:
        kinds = {one | {word} for one in kinds for word in words}
    found = {_joined(sorted(one)) for one in kinds}
    return tuple(word for word in VERDICTS if word in found)


def _untouched(ground: Ground, facts: Facts, effects: dict[str, Any]) -> Found:
    """No bidder is kept out: the countermeasure that was tested, and what does not reach it."""
    near = max(_measures(ground), key=lambda one: _met(one, facts), default=None)
    if near is None:
        row = next_row(ground, COUNTERMEASURES)
        if row is None:
            said = ("no countermeasure on record keeps a bidder out",)
            return Found(ground.silence(COUNTERMEASURES), effects=effects, said=said)
        rule, lacked = rule_of(row), "date"
        said = (f"{rule} was tested: it begins on {row.in_force.start}",)
    else:
        row, failed = near.row, near.failed(facts)
        rule, lacked = rule_of(row), failed.fact if failed is not None else CLASS
        said = (f"{rule} was tested: it does not reach the case ({lacked})",)
    return Found(ground.silence(COUNTERMEASURES), (row,),
                 {**effects, "rule": rule, "lacked": lacked}, said=said)  # fmt: skip


def _measures(ground: Ground) -> tuple[Tested, ...]:
    """One row of each countermeasure: rows for several classes ask the same of the purchase."""
    found: tuple[Tested, ...] | None = ground.memo.get("procurement measures")
    if found is None:
        unlike: dict[tuple[Condition, ...], Tested] = {}
        for one in _without_bidder(ground):
            unlike.setdefault(one.conditions, one)
        found = ground.memo["procurement measures"] = tuple(unlike.values())
    return found


def _met(one: Tested, facts: Facts) -> int:
    """How many conditions of a row the facts meet."""
    return len(one.conditions) - len(one.failing(facts))


def _outcome(row: Row | None) -> str:
    return ADMITTED if row is None else str(row.outcome)


def _rows(ground: Ground, facts: Facts, bidder: Bidder) -> tuple[Row | None, ...]:
    """The row that treats a bidder; several where that turns on a share that is not told."""
    sheet = ground.sheet(COUNTERMEASURES)
    group = _group(ground, bidder)
    told = [bidder.eu_import_share] if bidder.eu_import_share is not None else [0, 1]
    found = [sheet.first(facts.beside(**{CLASS: group, SHARE: Decimal(share)})) for share in told]
    return tuple(dict.fromkeys(found))


def _group(ground: Ground, bidder: Bidder) -> str:
    """The class of a bidder by its seat and that of its owner."""
    members = _members(ground)
    if bidder.seat in members:
        return "eu_company"
    here = bidder.seat == ground.law.book.info.host
    return "eu_invested" if here and bidder.owner in members else "other"


def _members(ground: Ground) -> frozenset[str]:
    rows = (one.row for one in ground.sheet(COUNTERMEASURES).rows)
    return frozenset(country for row in rows for country in row.param("members", ()))


def _without_bidder(ground: Ground) -> tuple[Tested, ...]:
    """The rows with what they ask of the purchase, not of the bidder."""
    found: tuple[Tested, ...] | None = ground.memo.get("procurement classes")
    if found is None:
        found = ground.memo["procurement classes"] = tuple(
            _purchase(one) for one in ground.sheet(COUNTERMEASURES).rows if one.row.effect == TREATS
        )
    return found


def _purchase(one: Tested) -> Tested:
    """A row without what it asks of a bidder."""
    return Tested(
        one.row,
        tuple(condition for condition in one.conditions if condition.fact not in (CLASS, SHARE)),
        tuple(test for test in one.tests if test[0] not in (CLASS, SHARE)),
    )


def _joined(outcomes: list[str]) -> str:
    """One word for several bidders."""
    kinds = set(outcomes)
    return outcomes[0] if len(kinds) == 1 else SOME_EXCLUDED if EXCLUDED in kinds else ADMITTED
