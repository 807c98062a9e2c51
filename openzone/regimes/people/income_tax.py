"""Income tax of talent: the tax of the year, and what a scheme waives or pays back of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.derived import Derived
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


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """The tax of the year and what is left of it under the scheme, in yuan to the fen."""
    year = facts.get("year") or case.on.year
    here = law_of_year(ground, case.places, facts, year)
    rows = _scheme_rows(here, facts)
    income = Decimal(facts["income"])
    told = Derived(facts, _days(facts))
    step = here.sheet(STEPS).first(facts)
    if step is None:  # no table of tax for that year
        return Found(LOOK_UP, effects={"year": year})
    tax = _yuan(income * _share(here, step) - here.figure(step, "quick_deduction_yuan"))
    applying = [one.row for one in rows if one.holds(told)]
    if not applying:
        return _none(rows, facts, told, tax, year, step)
    row = applying[0]
    ends = ending((row,), max(case.on, dt.date(year, 1, 1)))
    said = (*ends, *((row.doubt,) if row.doubt else ()))
    effects: dict[str, Any] = {"year": year, "rule": rule_of(row)}
    if row.effect == LOOK_UP:
        return Found(LOOK_UP, (row,), effects, said=said)
    relief = _relief(here, row, income, tax, facts)
    effects |= _figures(row.effect, tax, relief)
    outcome = SUBSIDISED if row.effect == SUBSIDY else WAIVED
    return Found(outcome, (row, step), effects, said=said)


def _scheme_rows(here: Ground, facts: Facts) -> tuple[Tested, ...]:
    """The rows of the scheme that stand here; of all schemes where a place but no scheme is told.

    Rows that are not held go last.
    """
    every = here.sheet(TABLE).rows
    if facts.get(SCHEME) is not None or not here.inside:
        scheme = named(here.law, TABLE, facts[SCHEME])
        every = tuple(one for one in every if rule_of(one.row) == scheme)
    return tuple(sorted(every, key=lambda one: one.row.effect == LOOK_UP))


def _days(facts: Facts) -> Mapping[str, Any]:
    """The days that count, where those actually spent are told."""
    spent = facts.get("actual_days")
    return {} if spent is None else {"total_days": spent + facts["counted_days"]}


def _share(here: Ground, row: Row) -> Decimal:
    return Decimal(here.figure(row, "rate_percent")) / 100


def _relief(here: Ground, row: Row, income: Decimal, tax: Decimal, facts: Facts) -> Decimal:
    """What is above the burden that the row leaves, at most its cap, never below nothing."""
    burden = Decimal(facts["home_tax"]) if row.effect == HOME else income * _share(here, row)
    relief = max(tax - _yuan(burden), Decimal(0))
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
        failed = one.failed(facts)
        if failed is not None:
            yield one.conditions.index(failed), one.row, failed.fact


def _yuan(amount: Decimal) -> Decimal:
    """An amount to the fen, halves up."""
    return amount.quantize(FEN, ROUND_HALF_UP)
