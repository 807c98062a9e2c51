"""Income tax of talent: the tax of the year, and what a scheme waives or pays back of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Tested
from openzone.regimes.expiring import ending
from openzone.regimes.people.outcome import ASK, LOOK_UP, NOT_ELIGIBLE, SUBSIDISED, WAIVED
from openzone.regimes.ruling import rule_in
from openzone.regimes.schemes import PLACE, SCHEME, law_of_year, named
from openzone.rulebook.model import Row

TABLE = "people_income_tax"
STEPS = "people_tax_steps"
FEN = Decimal("0.01")
HOME = "waive_above_home"
SUBSIDY = "subsidy_above_rate"
SPENT = "actual_days"
TOTAL = "total_days"
NO_YEAR = "no tax year is told: {} is taken"
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
    rows, name = plan.every, facts.get(SCHEME)
    if name is not None:
        rows = plan.by_scheme.get(named(here.law, TABLE, name), ())
    elif not here.inside:
        return Found(ASK, needs=(SCHEME, PLACE), possible=(WAIVED, SUBSIDISED, NOT_ELIGIBLE))
    income = facts["income"]
    step = here.sheet(STEPS).first(facts)
    if step is None:  # no table of tax for that year
        return Found(LOOK_UP, effects={"year": year})
    tax = _yuan(income * plan.shares[step.key] - here.figure(step, "quick_deduction_yuan"))
    spent = facts.get(SPENT)
    told = facts if spent is None else facts.beside(total_days=spent + facts["counted_days"])
    row = _applying(rows, told)
    if row is None:
        none = _none(here, rows, told, tax)
        return replace(none, rows=(*none.rows, step), effects={"year": year, **none.effects},
                       said=_year_taken(facts, year))  # fmt: skip
    said = (
        *_year_taken(facts, year),
        *ending((row,), dt.date(year, 1, 1)),
        *((row.doubt,) if row.doubt else ()),
    )
    effects: dict[str, Any] = {"year": year, "rule": rule_in(here.law, row)}
    if row.effect == LOOK_UP:
        return Found(LOOK_UP, (row,), effects, said=said)
    home = row.effect == HOME
    burden = _yuan(facts["home_tax"] if home else income * plan.shares[row.key])
    relief = _relief(here, row, tax - burden)
    outcome = SUBSIDISED if row.effect == SUBSIDY else WAIVED
    return Found(outcome, (row, step), {**effects, **_figures(row.effect, tax, relief)}, said=said)


def _applying(rows: Iterable[Tested], facts: Facts) -> Row | None:
    """The first row that applies; days that add up are asked by the days actually spent."""
    try:
        return next((one.row for one in rows if one.holds(facts)), None)
    except MissingFactError as missing:
        if missing.fact == TOTAL:
            raise MissingFactError(SPENT) from None
        raise


def _year_taken(facts: Facts, year: int) -> tuple[str, ...]:
    return () if facts.get("year") else (NO_YEAR.format(year),)


def _plan(here: Ground) -> Plan:
    found: Plan | None = here.memo.get(TABLE)
    if found is None:
        rows = sorted(here.sheet(TABLE).rows, key=lambda one: one.row.effect == LOOK_UP)
        by_scheme: dict[str, tuple[Tested, ...]] = {}
        for one in rows:
            rule = rule_in(here.law, one.row)
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


def _none(here: Ground, rows: Iterable[Tested], facts: Facts, tax: Decimal) -> Found:
    """No relief: the whole tax, the row that came nearest and what it lacked."""
    effects: dict[str, Any] = {"lacked": NOT_COVERED}
    cited: tuple[Row, ...] = ()
    nearest = max(_failures(rows, facts), key=lambda one: one[0], default=None)
    if nearest is not None:
        _, row, effects["lacked"] = nearest
        effects["rule"], cited = rule_in(here.law, row), (row,)
    elif facts.get(SCHEME) is not None:
        effects["rule"] = facts[SCHEME]
    kind = cited[0].effect if cited else ""
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
