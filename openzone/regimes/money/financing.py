"""Kind financing: the cap on borrowing abroad, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.money.case import DEBTS, Debt
from openzone.regimes.money.exact import less, product, total
from openzone.regimes.money.outcome import LOOK_UP, MAY_BORROW, NO_HEADROOM
from openzone.regimes.money.sheets import settled, sheet_of
from openzone.rulebook.model import Row

TABLE = "money_financing"
OUTSIDE, LEVERAGE = "separate_rule", "leverage"
NOT_COUNTED, COUNTED_SHARE, ADDITION = "not_counted", "counted_share", "addition"
FACTORS = ("term_factor", "currency_factor", "category_factor")
EXISTING, PROCEDURE = "existing_contracts", "procedure"
MODEL, ENTITY, BASE = "model", "entity", "base"
OF_DEBT = "debt_"
CAP_FORMULA = "base × leverage × macro_parameter"
DEBT_FORMULA = "balance × counted_share × factors + balance × counted_share × additions"
OVER_THE_CAP = (
    "the balance is over the cap: where that comes from a parameter that was cut, contracts already"
    " signed run to maturity; nothing new may be borrowed"
)


class Plan(NamedTuple):
    """The rows of one model for one borrower: what is tested for each debt, by effect."""

    outside: Sequence[Tested]
    leverage: Sequence[Tested]
    not_counted: Sequence[Tested]
    share: Sequence[Tested]
    factors: Sequence[Sequence[Tested]]
    addition: Sequence[Tested]


class DebtFacts(Facts):
    """The facts of a debt as rows test them; those that the case does not say are asked."""

    __slots__ = ("facts", "index")

    def __init__(self, debt: Debt, index: int, facts: Facts) -> None:
        told = zip(debt._fields, debt, strict=True)
        super().__init__({OF_DEBT + name: value for name, value in told if value is not None})
        self.index = index
        self.facts = facts

    def __missing__(self, fact: str) -> Any:
        if fact.startswith(OF_DEBT):
            return self.facts[f"{DEBTS}[{self.index}].{fact.removeprefix(OF_DEBT)}"]
        return self.facts[fact]


def financing(ground: Ground, facts: Facts, case: Case) -> Found:
    """Cap, balance and headroom by the model; who stands outside it; what is not on record."""
    plan = _plan(ground, facts[MODEL], facts[ENTITY])
    outside = _first(plan.outside, facts)
    if outside is not None:
        return Found(OUTSIDE, (outside,), {"rule": rule_of(outside)})
    row = _first(plan.leverage, facts)
    if row is None:
        said = f"no leverage is on record for {facts[ENTITY]} under the model {facts[MODEL]}"
        return Found(ground.silence(TABLE), said=(said,))
    leverage, macro = ground.figure(row, "leverage"), ground.figure(row, "macro_parameter")
    effects: dict[str, Any] = {"rule": rule_of(row)}
    if leverage is None or macro is None:
        return Found(LOOK_UP, (row,), effects, said=("no parameter is on record for the day",))
    base = facts[BASE]
    cap = product(base, leverage, macro)
    steps: list[dict[str, Any]] = [
        {
            "step": "cap",
            "formula": CAP_FORMULA,
            "figures": {BASE: base, LEVERAGE: leverage, "macro_parameter": macro},
            "basis": (rule_of(row),),
            "result": cap,
        }
    ]
    rows: dict[Row, None] = {row: None}
    debts = case.own.get(DEBTS)
    for index, debt in enumerate(facts[DEBTS] if debts is None else debts):
        step = _counted(ground, plan, DebtFacts(debt, index, facts), rows)
        if step is None:
            said = f"no factor is on record for {DEBTS}[{index}] under the model {facts[MODEL]}"
            return Found(LOOK_UP, tuple(rows), {**effects, "cap": cap}, said=(said,))
        steps.append({"step": f"{DEBTS}[{index}]", **step})
    used = total(*(step["result"] for step in steps[1:]))
    headroom = less(cap, used)
    effects |= {
        "cap": cap,
        "used": used,
        "headroom": headroom,
        "new_borrowing_allowed": headroom > 0,
        "workings": steps,
    }
    return _left(ground, facts, headroom, tuple(rows), effects)


def _left(
    ground: Ground, facts: Facts, headroom: Decimal, rows: tuple[Row, ...], effects: dict[str, Any]
) -> Found:
    """The outcome by the headroom, with the procedure, and what holds for contracts signed."""
    also = list(sheet_of(ground, TABLE, PROCEDURE).collect(facts))
    said: tuple[str, ...] = ()
    kept = sheet_of(ground, TABLE, EXISTING).first(facts) if headroom < 0 else None
    if kept is not None:
        also.append(kept)
        effects["existing_contracts"] = kept.param("existing")
        said = (OVER_THE_CAP,)
    outcome = MAY_BORROW if headroom > 0 else NO_HEADROOM
    return Found(outcome, rows, effects, also=tuple(also), said=said)


def _counted(
    ground: Ground, plan: Plan, debt: DebtFacts, rows: dict[Row, None]
) -> dict[str, Any] | None:
    """What a debt counts, step by step; None where a factor of the model is not on record."""
    left_out = _first(plan.not_counted, debt)
    if left_out is not None:
        rows[left_out] = None
        basis = (rule_of(left_out),)
        return {"formula": "not counted", "figures": {}, "basis": basis, "result": Decimal(0)}
    balance = debt[OF_DEBT + "balance"]
    share = _first(plan.share, debt)
    basis_rows = [] if share is None else [share]
    counted = balance if share is None else product(balance, ground.figure(share, "factor"))
    factors: dict[str, Any] = {}
    for group in plan.factors:
        row = _first(group, debt)
        if row is None:
            return None
        basis_rows.append(row)
        factors[rule_of(row)] = ground.figure(row, "factor")
    added = _first(plan.addition, debt)
    additions: Mapping[str, Any] = {}
    if added is not None:
        basis_rows.append(added)
        additions = {rule_of(added): ground.figure(added, "factor")}
    if any(ground.figure(row, "factor") is None for row in basis_rows):
        return None
    rows.update(dict.fromkeys(basis_rows))
    weighed = product(counted, *factors.values())
    return {
        "formula": DEBT_FORMULA,
        "figures": {
            "balance": balance,
            "counted_share": 1 if share is None else ground.figure(share, "factor"),
            "factors": factors,
            "additions": additions,
        },
        "basis": tuple(rule_of(row) for row in basis_rows),
        "result": total(weighed, *(product(counted, one) for one in additions.values())),
    }


def _first(rows: Iterable[Tested], facts: Facts) -> Row | None:
    for one in rows:
        for fact, test in one.tests:
            if not test(facts[fact]):
                break
        else:
            return one.row
    return None


def _plan(ground: Ground, model: str, entity: str) -> Plan:
    """The rows for a model and a borrower; found once for each ground."""
    key = ("money plan", model, entity)
    found: Plan | None = ground.memo.get(key)
    if found is None:
        told = {MODEL: model, ENTITY: entity}

        def rows(effect: str) -> tuple[Tested, ...]:
            here = (settled(one, told) for one in sheet_of(ground, TABLE, effect).rows)
            return tuple(one for one in here if one is not None)

        found = ground.memo[key] = Plan(
            rows(OUTSIDE), rows(LEVERAGE), rows(NOT_COUNTED), rows(COUNTED_SHARE),
            tuple(group for group in map(rows, FACTORS) if group), rows(ADDITION),
        )  # fmt: skip
    return found


def bounds(ground: Ground, fact: str) -> list[Any]:
    """The figures at which a condition of a row on a fact of a debt turns."""
    tests = (one for one in ground.sheet(TABLE).conditions() if one.fact == OF_DEBT + fact)
    found: set[Any] = set()
    for one in tests:
        found.update(one.values)
        found.update(x for x in (one.min, one.above, one.max, one.below) if x is not None)
    return sorted(found)
