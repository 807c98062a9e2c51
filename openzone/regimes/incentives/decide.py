"""Which rate a firm pays: limits, then schemes by place, then the rates that hold anywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.errors import Fault
from openzone.regimes.expiring import ending
from openzone.regimes.incentives.case import YEAR, Income, contradictions, income
from openzone.regimes.incentives.outcome import (
    ELIGIBLE,
    INELIGIBLE,
    LOOK_UP,
    STANDARD,
    UNLAWFUL,
    VERDICTS,
)
from openzone.regimes.incentives.scheme import (
    FIRST_INCOME,
    FOUNDED,
    RATES,
    TABLE,
    TERM,
    Result,
    put,
    rate_of,
    tried,
)
from openzone.regimes.incentives.term import BROKEN, INSIDE
from openzone.regimes.ruling import rule_in
from openzone.regimes.schemes import SCHEME, bounds, law_of_year, named, presumed
from openzone.regimes.unheld import before_record, to_look_up
from openzone.rulebook.model import Row, Text

BASE_RATES = "incentives_base_rates"
LIMITS = "incentives_limits"
FEN = Decimal("0.01")
ORDER = {ELIGIBLE: 0, LOOK_UP: 1, INELIGIBLE: 2}
BROKEN_YEAR = "how a broken year is split is not on record; its rate is the one without relief"
PARTS_OPEN = "the part earned in the place is not told, so no tax is worked out: branch_profit"


class Incentives(Defaults):
    """The regime of tax incentives."""

    name = "incentives"
    title = Text("税收优惠", "Tax incentives")
    tables = (TABLE, BASE_RATES, LIMITS)
    verdicts = VERDICTS

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """The tax year of the day, where the case tells none."""
        return {} if YEAR in reading.given else {YEAR: reading.on.year}

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """Parts of the income add up, years are years."""
        return contradictions(facts)

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a case claims that names a scheme."""
        return presumed(ground.law, TABLE, ground, facts)

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """Days of founding and years of first income at which a term begins or ends."""
        years: set[int] = set()
        for row in ground.law.rows:
            if row.table == TABLE and row.param(TERM) and row.in_force.start is not None:
                first = row.in_force.start.year - ground.figure(row, TERM)
                last = row.in_force.end.year if row.in_force.end else ground.on.year + 1
                years.update(range(first, last + 1))
        found = bounds(ground.law, TABLE)
        days = [*found.get(FOUNDED, ()), *(dt.date(year, 1, 1) for year in sorted(years))]
        return {**found, FOUNDED: days, FIRST_INCOME: sorted(years)}

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """Unlawful, eligible with its rate, to be looked up, ineligible, or the standard rate."""
        barred = ground.sheet(LIMITS).collect(facts)
        if barred:
            rule = rule_in(ground.law, barred[0])
            return Found(UNLAWFUL, barred, {"constraint": rule, "rule": rule})
        year = facts.get(YEAR) or case.own[YEAR]
        here = law_of_year(ground, case.places, facts, year)
        earned = income(facts)
        told = facts if earned.total is None else facts.beside(total_profit=earned.total)
        base = _base(here, told)
        if base is None:
            return _not_held(here, year)
        name = facts.get(SCHEME)
        schemes = tried(here, None if name is None else named(here.law, TABLE, name))
        results = [put(here, scheme, rows, told, year) for scheme, rows in schemes.items()]
        if not results:
            return _standard(here, base, earned, case, year)
        return _found(here, results, base, earned, case, year)


def _not_held(here: Ground, year: int) -> Found:
    """The rates of that year are not held: the documents that have them, or the first held."""
    rows = tuple(one.row for one in here.sheet(BASE_RATES).rows if one.row.effect == LOOK_UP)
    said = to_look_up(here.law, rows) or before_record(here, BASE_RATES)
    return Found(LOOK_UP, rows, {"year": year}, said=said)


def _base(here: Ground, facts: Facts) -> Row | None:
    """The row of the lowest rate that holds whatever the place; a fact not told opens none."""
    value_of = facts.get
    for one in _rates(here):
        for fact, test in one.tests:
            value = value_of(fact)
            if value is None or not test(value):
                break
        else:
            return one.row
    return None


def _rates(here: Ground) -> tuple[Tested, ...]:
    """The rows of a rate that stand here, the lowest first."""
    rows: tuple[Tested, ...] | None = here.memo.get(BASE_RATES)
    if rows is None:
        every = [one for one in here.sheet(BASE_RATES).rows if one.row.effect != LOOK_UP]
        rows = tuple(sorted(every, key=lambda one: rate_of(here, one.row)))
        here.memo[BASE_RATES] = rows
    return rows


def _found(
    here: Ground, results: list[Result], base: Row, earned: Income, case: Case, year: int
) -> Found:
    """The best of the schemes tried, with the tax under it; one rate at a time, the lower."""
    best = results[0] if len(results) == 1 else min(results, key=_better)
    usual = rate_of(here, base)
    rate = usual if best.rate is None else min(best.rate, usual)
    effects: dict[str, Any] = {"scheme": best.scheme, "rule": best.scheme, "year": year}
    said = [*_year_taken(case, year)]
    said += ending([] if best.row is None else [best.row], dt.date(year, 1, 1))
    if best.state != LOOK_UP:
        effects["eligible"] = best.state == ELIGIBLE
    of_rate = best.row is None or best.row.effect in RATES
    if best.state != LOOK_UP and (of_rate or best.state == INELIGIBLE):
        effects |= {"rate": rate, **_tax(earned, rate, usual)}
        if earned.local is None and earned.total is not None:
            said.append(PARTS_OPEN)
    if best.lacked:
        effects["lacked"] = best.lacked
    if best.row is not None:
        effects |= _of_row(here, best.row)
    if best.years:
        effects |= _by_year(here, best, usual)
        if BROKEN in best.years.values():
            said.append(BROKEN_YEAR)
    if len(results) > 1:
        effects["candidates"] = [_candidate(one) for one in results]
    rows = (base,) if best.row is None else (best.row, base)
    return Found(best.state, rows, effects, said=tuple(said))


def _better(one: Result) -> tuple[int, Decimal]:
    """Eligible at the lowest rate first, then what must be looked up."""
    return ORDER[one.state], one.rate or Decimal(0)


def _standard(here: Ground, base: Row, earned: Income, case: Case, year: int) -> Found:
    """No scheme reaches the place: the rates that hold anywhere."""
    rate = rate_of(here, base)
    highest = max(rate_of(here, one.row) for one in _rates(here))
    lower = rate < highest
    whole = earned._replace(local=earned.total, elsewhere=Decimal(0))
    effects = {"eligible": lower, "rule": rule_in(here.law, base), "year": year, "rate": rate,
               **_tax(whole, rate, highest)}  # fmt: skip
    said = tuple(_year_taken(case, year))
    return Found(ELIGIBLE if lower else STANDARD, (base,), effects, said=said)


def _tax(earned: Income, rate: Decimal, usual: Decimal) -> dict[str, Any]:
    """The tax in yuan: the rate on the local part only, the usual one on the rest."""
    if earned.local is None or earned.elsewhere is None:
        return {}
    return {
        "tax": _yuan(earned.local * rate + earned.elsewhere * usual),
        "saved": _yuan(earned.local * (usual - rate)),
    }


def _of_row(here: Ground, row: Row) -> Mapping[str, Any]:
    """The number of the document, and what the row says of itself."""
    key = ("of row", row.key)
    found: dict[str, Any] | None = here.memo.get(key)
    if found is None:
        document = here.law.book.documents.get(row.document)
        found = {"relief": row.effect}
        if document is not None and document.number:
            found["document"] = document.number
        if (zone := here.figure(row, "zone_policy")) is not None:
            found["zone_policy"] = zone
        here.memo[key] = found
    return found


def _by_year(here: Ground, best: Result, usual: Decimal) -> dict[str, Any]:
    """For a term: the rate of each year. A broken year has the usual rate until it is looked up."""
    found: dict[str, Any] = {}
    rate = usual if best.row is None else rate_of(here, best.row)
    for year, state in best.years.items():
        found[f"rate_{year}"] = rate if state == INSIDE else usual
        if state == BROKEN:
            found[f"answer_{year}"] = LOOK_UP
    return found


def _candidate(one: Result) -> dict[str, Any]:
    found: dict[str, Any] = {"scheme": one.scheme, "outcome": one.state}
    if one.rate is not None:
        found["rate"] = one.rate
    if one.lacked:
        found["lacked"] = one.lacked
    return found


def _year_taken(case: Case, year: int) -> list[str]:
    return [] if YEAR not in case.own else [f"no tax year is told: {year} is taken"]


def _yuan(amount: Decimal) -> Decimal:
    """An amount to the fen, halves up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


REGIME = Incentives()
