"""Bidders under a countermeasure: each treated by its class, or every class that a row names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.procurement.case import BIDDERS, Bidder
from openzone.regimes.procurement.outcome import ADMITTED, ASK, EXCLUDED, SOME_EXCLUDED
from openzone.rulebook.model import Row

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
        said = ("no countermeasure on record keeps a bidder out",)
        return Found(ground.silence(COUNTERMEASURES), said=said)
    effects: dict[str, Any] = {str(row.param("bidder")): row.param("treatment") for row in rows}
    effects["rule"] = rule_of(rows[0])
    return Found(_joined([str(row.outcome) for row in rows]), tuple(rows), effects)


def _each(ground: Ground, facts: Facts, bidders: tuple[Bidder, ...]) -> Found:
    """Every bidder by its class; one whose share is missing and decides is asked for."""
    effects: dict[str, Any] = {}
    outcomes, rows, unknown = [], {}, []
    for bidder in bidders:
        row, settled = _row(ground, facts, bidder)
        if not settled:
            unknown.append(bidder.who)
            continue
        outcomes.append(ADMITTED if row is None else str(row.outcome))
        effects[bidder.who] = ADMITTED if row is None else row.param("treatment")
        if row is not None:
            rows[row.key] = row
    if rows:
        effects["rule"] = rule_of(next(iter(rows.values())))
    if unknown:
        said = (f"the share imported from there is not told: {', '.join(unknown)}",)
        return Found(ASK, tuple(rows.values()), effects, said=said, needs=(BIDDERS,))
    return Found(_joined(outcomes), tuple(rows.values()), effects)


def _row(ground: Ground, facts: Facts, bidder: Bidder) -> tuple[Row | None, bool]:
    """The row that treats a bidder, and whether what is told of it settles that."""
    sheet = ground.sheet(COUNTERMEASURES)
    group = _group(ground, bidder)
    told = [bidder.eu_import_share] if bidder.eu_import_share is not None else [0, 1]
    found = [sheet.first(facts.beside(**{CLASS: group, SHARE: Decimal(share)})) for share in told]
    return found[0], all(row is found[0] for row in found)


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
            Tested(one.row, (), tuple(test for test in one.tests if test[0] not in (CLASS, SHARE)))
            for one in ground.sheet(COUNTERMEASURES).rows
            if one.row.effect == TREATS
        )
    return found


def _joined(outcomes: list[str]) -> str:
    """One word for several bidders."""
    kinds = set(outcomes)
    return outcomes[0] if len(kinds) == 1 else SOME_EXCLUDED if EXCLUDED in kinds else ADMITTED
