"""Kind financing: the cap on borrowing abroad, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.money.case import DEBTS
from openzone.regimes.money.exact import EXACT, less, product
from openzone.regimes.money.outcome import LOOK_UP, MAY_BORROW, NO_HEADROOM
from openzone.regimes.money.sheets import before_record
from openzone.regimes.money.weights import (
    ENTITY,
    MODEL,
    OF_BALANCE,
    TABLE,
    DebtFacts,
    Weights,
    first,
    standing,
)
from openzone.rulebook.model import Row

OUTSIDE, LEVERAGE, MACRO = "separate_rule", "leverage", "macro_parameter"
EXISTING, PROCEDURE = "existing_contracts", "procedure"
BASE = "base"
CAP_FORMULA = "base × leverage × macro_parameter"
DEBT_FORMULA = "balance × counted_share × (product of factors + sum of additions)"
OVER_THE_CAP = (
    "the balance is over the cap: where that comes from a parameter that was cut, contracts already"
    " signed run to maturity; nothing new may be borrowed"
)


class Plan(NamedTuple):
    """The rows of one model for one borrower, by what they do."""

    not_held: Sequence[Tested]
    outside: Sequence[Tested]
    leverage: Sequence[Tested]
    weights: Weights
    procedure: Sequence[Tested]
    existing: Sequence[Tested]
    figures: dict[str, tuple[str, dict[str, Any], Decimal | None]]
    """For a row of leverage: its rule, the leverage and the parameter of the day, and the multiple
    of the base that they make; None where one of them is not on record."""


def financing(ground: Ground, facts: Facts, case: Case) -> Found:
    """Cap, balance and headroom by the model; who stands outside it; what is not on record."""
    model, entity = facts[MODEL], facts[ENTITY]
    plan = _plan(ground, model, entity)
    not_held = first(plan.not_held, facts)
    if not_held is not None:
        return Found(LOOK_UP, (not_held,), {"rule": rule_of(not_held)})
    outside = first(plan.outside, facts)
    if outside is not None:
        return Found(OUTSIDE, (outside,), {"rule": rule_of(outside)})
    row = first(plan.leverage, facts)
    if row is None:
        said = f"no leverage is on record for {entity} under the model {model}"
        first_day = before_record(ground, TABLE, {MODEL: model, ENTITY: entity})
        return Found(ground.silence(TABLE), said=(said, *first_day))
    rule, factors, multiple = plan.figures[row.key]
    if multiple is None:
        said = "no leverage or parameter is on record for the day"
        return Found(LOOK_UP, (row,), {"rule": rule}, said=(said,))
    base = facts[BASE]
    cap = EXACT.multiply(base, multiple)
    steps = [_step("cap", CAP_FORMULA, {BASE: base, **factors}, (rule,), cap)]
    rows = {row.key: row}
    used = Decimal(0)
    debts = case.own.get(DEBTS)
    for index, debt in enumerate(facts[DEBTS] if debts is None else debts):
        name = f"{DEBTS}[{index}]"
        weight = plan.weights.of(debt, index, facts)
        if weight is None:
            said = f"no factor is on record for {name} under the model {model}"
            return Found(LOOK_UP, tuple(rows.values()), {"rule": rule, "cap": cap}, said=(said,))
        balance = debt.balance
        if balance is None:
            balance = (
                Decimal(0) if not weight.multiple else DebtFacts(debt, index, facts)[OF_BALANCE]
            )
        counts = EXACT.multiply(balance, weight.multiple)
        figures = {"balance": balance, **weight.figures}
        steps.append(_step(name, DEBT_FORMULA, figures, weight.basis, counts))
        rows.update(weight.rows)
        used = EXACT.add(used, counts)
    effects = {"rule": rule, "cap": cap, "used": used, "workings": steps}
    return _left(plan, facts, less(cap, used), tuple(rows.values()), effects)


def _step(
    name: str, formula: str, figures: dict[str, Any], basis: tuple[str, ...], result: Decimal
) -> dict[str, Any]:
    """One step of the calculation: what is worked out, of which figures, by which rows."""
    return {"step": name, "formula": formula, "figures": figures, "basis": basis, "result": result}


def _left(
    plan: Plan, facts: Facts, headroom: Decimal, rows: tuple[Row, ...], effects: dict[str, Any]
) -> Found:
    """The outcome by the headroom, with the procedure, and what holds for contracts signed."""
    also = [one.row for one in plan.procedure if one.holds(facts)]
    said: tuple[str, ...] = ()
    effects |= {"headroom": headroom, "new_borrowing_allowed": headroom > 0}
    kept = first(plan.existing, facts) if headroom < 0 else None
    if kept is not None:
        also.append(kept)
        effects["existing_contracts"] = kept.param("existing")
        said = (OVER_THE_CAP,)
    outcome = MAY_BORROW if headroom > 0 else NO_HEADROOM
    return Found(outcome, rows, effects, also=tuple(also), said=said)


def _plan(ground: Ground, model: str, entity: str) -> Plan:
    """The rows for a model and a borrower; found once for each ground."""
    key = ("money plan", model, entity)
    found: Plan | None = ground.memo.get(key)
    if found is None:
        told = {MODEL: model, ENTITY: entity}
        leverage = standing(ground, LEVERAGE, told)
        figures = {one.row.key: _multiple(ground, one.row) for one in leverage}
        found = ground.memo[key] = Plan(
            standing(ground, LOOK_UP, told),
            standing(ground, OUTSIDE, told),
            leverage,
            Weights(ground, model, entity),
            standing(ground, PROCEDURE, told),
            standing(ground, EXISTING, told),
            figures,
        )
    return found


def _multiple(ground: Ground, row: Row) -> tuple[str, dict[str, Any], Decimal | None]:
    figures = {name: ground.figure(row, name) for name in (LEVERAGE, MACRO)}
    known = None not in figures.values()
    return rule_of(row), figures, product(*figures.values()) if known else None
