"""Income tax of talent: the tax of the year, and what a scheme waives or pays back of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Tested, farthest
from openzone.regimes.expiring import ending
from openzone.regimes.people.outcome import ASK, LOOK_UP, NOT_ELIGIBLE, SUBSIDISED, WAIVED
from openzone.regimes.ruling import rule_in
from openzone.regimes.schemes import PLACE, SCHEME, law_of_year, named
from openzone.regimes.unheld import before_record
from openzone.rulebook.model import Row

TABLE = "people_income_tax"
STEPS = "people_tax_steps"
FEN = Decimal("0.01")
HOME = "waive_above_home"
SUBSIDY = "subsidy_above_rate"
SPENT = "actual_days"
TOTAL = "total_days"
HOME_TAX = "home_tax"
NO_YEAR = "no tax year is told: {} is taken"
NOT_COVERED = "place_or_period"


Ranked = tuple[tuple[Tested, ...], ...]
"""Rows by their outcome, in the order in which the table ranks outcomes."""


class Figures(NamedTuple):
    """The figures of a row here: the share of the income that it leaves to pay, how much it gives
    at most, and the rule that is cited."""

    share: Decimal | None
    cap: Decimal | None
    rule: str


class Plan(NamedTuple):
    """The rows of income tax that stand somewhere: all, by scheme, and the figures of each.

    `steps`: for each step of the tax its share of the income, and what is then deducted.
    """

    every: Ranked
    by_scheme: Mapping[str, Ranked]
    figures: Mapping[str, Figures]
    steps: Mapping[str, tuple[Decimal, Decimal]]


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
        return Found(LOOK_UP, effects={"year": year}, said=before_record(here, STEPS))
    share, deduction = plan.steps[step.key]
    tax = _yuan(income * share - deduction)
    spent = facts.get(SPENT)
    told = facts if spent is None else facts.beside(total_days=spent + facts["counted_days"])
    applying = _applying(rows, told)
    if not applying:
        cited, effects = _none(plan, (one for rank in rows for one in rank), told, tax)
        return Found(NOT_ELIGIBLE, (*cited, step), {"year": year, **effects},
                     said=_year_taken(facts, year))  # fmt: skip
    outcome = _outcome(applying[0])
    if facts.get(HOME_TAX) is None and any(row.effect == HOME for row in applying):
        return Found(ASK, (*applying, step), {"year": year, "tax_before": tax},
                     said=_year_taken(facts, year), needs=(HOME_TAX,),
                     possible=(outcome,))  # fmt: skip
    row, relief = max(
        ((row, _relief(plan, row, tax - _burden(plan, row, facts))) for row in applying),
        key=lambda one: one[1],
    )
    effects = {"year": year, "rule": plan.figures[row.key].rule}
    if outcome != LOOK_UP:
        effects |= _figures(row.effect, tax, relief)
    said = (
        *_year_taken(facts, year),
        *ending((row,), dt.date(year, 1, 1)),
        *((row.doubt,) if row.doubt else ()),
    )
    return Found(outcome, (row,) if outcome == LOOK_UP else (row, step), effects, said=said)


def _outcome(row: Row) -> str:
    """What a row gives, as the table ranks it."""
    if row.effect == LOOK_UP:
        return LOOK_UP
    return SUBSIDISED if row.effect == SUBSIDY else WAIVED


def _applying(ranked: Ranked, facts: Facts) -> tuple[Row, ...]:
    """The rows that apply of the first outcome that any gives; those behind are not read.

    Days that add up are asked by the days actually spent.
    """
    try:
        for rows in ranked:
            found = tuple([one.row for one in rows if one.holds(facts)])
            if found:
                return found
    except MissingFactError as missing:
        if missing.fact == TOTAL:
            raise MissingFactError(SPENT) from None
        raise
    return ()


def _year_taken(facts: Facts, year: int) -> tuple[str, ...]:
    return () if facts.get("year") else (NO_YEAR.format(year),)


def _plan(here: Ground) -> Plan:
    found: Plan | None = here.memo.get(TABLE)
    if found is None:
        rows = here.sheet(TABLE).rows
        by_scheme: dict[str, list[Tested]] = {}
        for one in rows:
            by_scheme.setdefault(rule_in(here.law, one.row), []).append(one)
        figures = {one.row.key: _figures_of(here, one.row) for one in rows}
        steps = {one.row.key: _step_of(here, one.row) for one in here.sheet(STEPS).rows}
        schemes = {name: _ranked(here, of_it) for name, of_it in by_scheme.items()}
        found = here.memo[TABLE] = Plan(_ranked(here, rows), schemes, figures, steps)
    return found


def _figures_of(here: Ground, row: Row) -> Figures:
    rate, cap = here.figure(row, "rate_percent"), here.figure(row, "cap_yuan")
    return Figures(
        None if rate is None else Decimal(rate) / 100,
        None if cap is None else Decimal(cap),
        rule_in(here.law, row),
    )


def _step_of(here: Ground, row: Row) -> tuple[Decimal, Decimal]:
    share = Decimal(here.figure(row, "rate_percent")) / 100
    return share, here.figure(row, "quick_deduction_yuan")


def _ranked(here: Ground, rows: Iterable[Tested]) -> Ranked:
    """The rows by outcome, in the order of the outcomes of the table."""
    groups: dict[str, list[Tested]] = {word: [] for word in here.law.book.tables[TABLE].outcomes}
    for one in rows:
        groups[_outcome(one.row)].append(one)
    return tuple(tuple(group) for group in groups.values() if group)


def _burden(plan: Plan, row: Row, facts: Facts) -> Decimal:
    """The tax that a row leaves: that at home, or a share of the income."""
    if row.effect == HOME:
        return _yuan(facts[HOME_TAX])
    share = plan.figures[row.key].share
    return _yuan(facts["income"] if share is None else facts["income"] * share)


def _relief(plan: Plan, row: Row, above: Decimal) -> Decimal:
    """What is above the burden that the row leaves, at most its cap, never below nothing."""
    relief, cap = max(above, Decimal(0)), plan.figures[row.key].cap
    return relief if cap is None else min(relief, cap)


def _figures(effect: str, tax: Decimal, relief: Decimal) -> dict[str, Any]:
    """A subsidy is paid after the whole tax; a waiver lowers the tax itself."""
    if effect == SUBSIDY:
        return {"tax_before": tax, "tax_paid": tax, "subsidy": relief, "tax_after": tax - relief}
    return {"tax_before": tax, "tax_after": tax - relief, "waived": relief}


def _none(
    plan: Plan, rows: Iterable[Tested], facts: Facts, tax: Decimal
) -> tuple[tuple[Row, ...], dict[str, Any]]:
    """No relief: the row that came nearest and what it lacked, with the whole tax."""
    effects: dict[str, Any] = {"lacked": NOT_COVERED}
    cited: tuple[Row, ...] = ()
    nearest = farthest(rows, facts)
    if nearest is not None:
        row, condition = nearest
        effects["lacked"], effects["rule"] = condition.fact, plan.figures[row.key].rule
        cited = (row,)
    elif facts.get(SCHEME) is not None:
        effects["rule"] = facts[SCHEME]
    kind = cited[0].effect if cited else ""
    return cited, {**effects, **_figures(kind, tax, Decimal(0))}


def _yuan(amount: Decimal) -> Decimal:
    """An amount to the fen, halves up."""
    return amount.quantize(FEN, ROUND_HALF_UP)
