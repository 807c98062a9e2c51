"""Income tax of talent: the tax of the year, and what a scheme waives or pays back of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.expiring import ending
from openzone.regimes.people.outcome import LOOK_UP, NOT_ELIGIBLE, SUBSIDISED, WAIVED
from openzone.regimes.schemes import SCHEME, law_of_year, named
from openzone.rulebook.model import Row

TABLE = "people_income_tax"
STEPS = "people_tax_steps"
FEN = Decimal("0.01")
HOME = "waive_above_home"
SUBSIDY = "subsidy_above_rate"
NOT_COVERED = "place_or_period"


class Plan(NamedTuple):
    """The rows of income tax that stand somewhere: by scheme, those to look up last; the steps."""

    every: tuple[Tested, ...]
    by_scheme: Mapping[str, tuple[Tested, ...]]
    shares: Mapping[str, Decimal]


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """The tax of the year and what is left of it under the scheme, in yuan to the fen."""
    year = facts.get("year") or case.on.year
    here = law_of_year(ground, case.places, facts, year)
    plan = _plan(here)
    rows = plan.every
    if facts.get(SCHEME) is not None or not here.inside:
        rows = plan.by_scheme.get(named(here.law, TABLE, facts[SCHEME]), ())
    income = facts["income"]
    step = here.sheet(STEPS).first(facts)
    if step is None:  # no table of tax for that year
        return Found(LOOK_UP, effects={"year": year})
    tax = _yuan(income * plan.shares[step.key] - here.figure(step, "quick_deduction_yuan"))
    spent = facts.get("actual_days")
    told = facts if spent is None else facts.beside(total_days=spent + facts["counted_days"])
    row = next((one.row for one in rows if one.holds(told)), None)
    if row is None:
        return _none(rows, facts, told, tax, year, step)
    said = (
        *ending((row,), max(case.on, dt.date(year, 1, 1))),
        *((row.doubt,) if row.doubt else ()),
    )
    effects: dict[str, Any] = {"year": year, "rule": rule_of(row)}
    if row.effect == LOOK_UP:
        return Found(LOOK_UP, (row,), effects, said=said)
    home = row.effect == HOME
    burden = _yuan(facts["home_tax"] if home else income * plan.shares[row.key])
    relief = _relief(here, row, tax - burden)
    outcome = SUBSIDISED if row.effect == SUBSIDY else WAIVED
    return Found(outcome, (row, step), {**effects, **_figures(row.effect, tax, relief)}, said=said)


def _plan(here: Ground) -> Plan:
    found: Plan | None = here.memo.get(TABLE)
    if found is None:
        rows = sorted(here.sheet(TABLE).rows, key=lambda one: one.row.effect == LOOK_UP)
        by_scheme: dict[str, tuple[Tested, ...]] = {}
        for one in rows:
            rule = rule_of(one.row)
            by_scheme[rule] = (*by_scheme.get(rule, ()), one)
        shares = {
            one.row.key: Decimal(rate) / 100
            for one in (*rows, *here.sheet(STEPS).rows)
            if (rate := here.figure(one.row, "rate_percent")) is not None
        }
        found = here.memo[TABLE] = Plan(tuple(rows), by_scheme, shares)
    return found


def _relief(here: Ground, row: Row, above: Decimal) -> Decimal:
    """What is above the burden that the row leaves, at most its cap, never below nothing."""
    relief = max(above, Decimal(0))
    cap = here.figure(row, "cap_yuan")
    return relief if cap is None else min(relief, Decimal(cap))


def _figures(effect: str, tax: Decimal, relief: Decimal) -> dict[str, Any]:
    """A subsidy is paid after the whole tax; a waiver lowers the tax itself."""
    if effect == SUBSIDY:
        return {"tax_before": tax, "tax_paid": tax, "subsidy": relief, "tax_after": tax - relief}
    return {"tax_before": tax, "tax_after": tax - relief, "waived": relief}


def _none(
    rows: Iterable[Tested], facts: Facts, told: Facts, tax: Decimal, year: int, step: Row
) -> Found:
    """No relief: the whole tax, the row that came nearest and what it lacked."""
    effects: dict[str, Any] = {"year": year, "lacked": NOT_COVERED}
    nearest = max(_failures(rows, told), key=lambda one: one[0], default=None)
    cited: tuple[Row, ...] = (step,)
    kind = ""
    if nearest is not None:
        _, row, effects["lacked"] = nearest
        cited, kind = (row, step), row.effect
        effects["rule"] = rule_of(row)
    elif facts.get(SCHEME) is not None:
        effects["rule"] = facts[SCHEME]
    return Found(NOT_ELIGIBLE, cited, {**effects, **_figures(kind, tax, Decimal(0))})


def _failures(rows: Iterable[Tested], facts: Facts) -> Iterator[tuple[int, Row, str]]:
    """For each row: how many conditions held before the first that failed, and which that was."""
    for one in rows:
        failing = one.failing(facts)
        if failing:
            yield one.conditions.index(failing[0]), one.row, failing[0].fact


def _yuan(amount: Decimal) -> Decimal:
    """An amount to the fen, halves up."""
    return amount.quantize(FEN, ROUND_HALF_UP)
