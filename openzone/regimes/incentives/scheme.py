"""One scheme put to a case: its rows in order, the first condition that fails, its years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Facts, Tested, farthest
from openzone.regimes.incentives.outcome import ELIGIBLE, INELIGIBLE, LOOK_UP
from openzone.regimes.incentives.term import BROKEN, INSIDE, end_of_term, year_in_term
from openzone.regimes.ruling import rule_in
from openzone.regimes.schemes import PLACE, schemes
from openzone.rulebook.model import Row

TABLE = "incentives_schemes"
REDUCED = "reduced_rate"
EXEMPT_YEARS = "exempt_years"
RATES = (REDUCED, EXEMPT_YEARS, LOOK_UP)
FOUNDED = "founded"
FIRST_INCOME = "first_income_year"
TERM = "term_years"
PERIOD = "period"


class Result(NamedTuple):
    """What a scheme gives: `rate` is a fraction; `lacked` is the first test that failed."""

    scheme: str
    state: str
    row: Row | None = None
    rate: Decimal | None = None
    lacked: str = ""
    years: Mapping[int, str] = {}


def rate_of(here: Ground, row: Row) -> Decimal:
    """The rate of a row as a fraction."""
    key = ("rate", row.key)
    found: Decimal | None = here.memo.get(key)
    if found is None:
        found = here.memo[key] = Decimal(here.figure(row, "rate_percent")) / 100
    return found


def tried(here: Ground, scheme: str | None) -> Mapping[str, Sequence[Tested]]:
    """The rows of the scheme that is named; with none named, those of every scheme of a rate."""
    found: dict[str, Sequence[Tested]] | None = here.memo.get(("tried", scheme))
    if found is None:
        found = {} if scheme is None else {scheme: ()}
        for one in here.sheet(TABLE).rows:
            rule = rule_in(here.law, one.row)
            if rule == scheme or (scheme is None and one.row.effect in RATES):
                found[rule] = (*found.get(rule, ()), one)
        here.memo[("tried", scheme)] = found
    return found


def put(here: Ground, scheme: str, rows: Sequence[Tested], facts: Facts, year: int) -> Result:
    """Test a scheme for a tax year. Raises where that turns on a missing fact."""
    for one in rows:
        if one.holds(facts):
            return _held(here, scheme, one.row, facts, year)
    if not rows:
        return Result(scheme, INELIGIBLE, _latest(here, scheme), lacked=_why_none(here, scheme))
    nearest = farthest(rows, facts)
    assert nearest is not None  # a row that does not hold fails a condition
    row, failed = nearest
    return Result(scheme, INELIGIBLE, row, lacked=failed.fact)


def _held(here: Ground, scheme: str, row: Row, facts: Facts, year: int) -> Result:
    """The rate of a row whose tests are met, where the tax year is one of its years."""
    if row.effect == LOOK_UP:
        return Result(scheme, LOOK_UP, row)
    if row.effect == EXEMPT_YEARS:
        first, years = facts[FIRST_INCOME], here.figure(row, TERM)
        if first <= year < first + years:
            return Result(scheme, ELIGIBLE, row, Decimal(0))
        return Result(scheme, INELIGIBLE, row, lacked=FIRST_INCOME)
    if row.effect != REDUCED:
        return Result(scheme, ELIGIBLE, row)
    years = here.figure(row, TERM)
    if years is None:
        return Result(scheme, ELIGIBLE, row, rate_of(here, row))
    founded = facts[FOUNDED]
    told = _course(founded, years, row)
    state = year_in_term(founded, years, year)
    if state == BROKEN:
        return Result(scheme, LOOK_UP, row, lacked=TERM, years=told)
    if state == INSIDE:
        return Result(scheme, ELIGIBLE, row, rate_of(here, row), years=told)
    return Result(scheme, INELIGIBLE, row, lacked=TERM, years=told)


def _course(founded: dt.date, years: int, row: Row) -> dict[int, str]:
    """For each year from founding, or from the start of the scheme, how it stands to the term."""
    start = row.in_force.start
    first = founded.year if start is None else max(founded.year, start.year)
    last = end_of_term(founded, years).year
    return {year: year_in_term(founded, years, year) for year in range(first, last + 1)}


def _latest(here: Ground, scheme: str) -> Row | None:
    """The row of a scheme to cite where none stands on the day: the first that the place reaches.

    None where the scheme does not reach the place at all.
    """
    reached = (row for row in schemes(here.law, TABLE)[scheme] if _reaches(row, here))
    return next(reached, None)


def _why_none(here: Ground, scheme: str) -> str:
    return PLACE if _latest(here, scheme) is None else PERIOD


def _reaches(row: Row, here: Ground) -> bool:
    return all(
        here.inside.isdisjoint(one.values) is one.negated
        for one in row.conditions
        if one.fact == PLACE
    )
