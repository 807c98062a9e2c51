"""Kind report: must the transactions of a customer on a day be reported as large."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Sheet
from openzone.regimes.money.case import AMOUNTS, DIRECTIONS
from openzone.regimes.money.exact import total
from openzone.regimes.money.outcome import LOOK_UP, NONE, REPORT_DUE
from openzone.regimes.money.sheets import sheet_of
from openzone.rulebook.model import Row

TABLE = "money_reports"
LARGE, FILING = "large_value", "filing"
PLAN = "money reports"
BESIDES = ("suspicious_report", "penalty")
INFLOW, OUTFLOW = DIRECTIONS


class Plan(NamedTuple):
    """The rows of reports where a case stands."""

    large: Sheet
    besides: Sheet
    filing: Row | None
    clock: Mapping[str, Any]
    """Within how many working days a report is due, counted from what, to whom."""
    floors: dict[tuple[str, str], tuple[str, Decimal | None]]
    """For a row and a unit of currency: its rule and its threshold."""


def report(ground: Ground, facts: Facts, case: Case) -> Found:
    """Inflow and outflow added up apart, against the threshold of the first row that applies."""
    plan: Plan = ground.memo.get(PLAN) or _plan(ground)
    amounts = case.own.get(AMOUNTS)
    if amounts is None:
        amounts = facts[AMOUNTS]
    inflow = total([amount for way, amount in amounts if way == INFLOW])
    outflow = total([amount for way, amount in amounts if way == OUTFLOW])
    effects: dict[str, Any] = {"report": False, "threshold": None}
    effects |= {"inflow": inflow, "outflow": outflow}
    also = plan.besides.collect(facts)
    row = plan.large.first(facts)
    if row is None:
        word = ground.silence(TABLE)
        return Found(word, effects={} if word == LOOK_UP else effects, also=also)
    if row.effect == LOOK_UP:
        return Found(LOOK_UP, (row,), {"rule": rule_of(row)}, also=also)
    rule, floor = _floor(ground, plan, row, facts["unit"])
    if floor is None:
        return Found(LOOK_UP, (row,), also=also)
    effects |= {"rule": rule, "floor": floor}
    if inflow < floor and outflow < floor:
        return Found(NONE, (row,), effects, also=also)
    effects |= {"report": True, "threshold": rule, **plan.clock}
    rows = (row,) if plan.filing is None else (row, plan.filing)
    return Found(REPORT_DUE, rows, effects, also=also)


def _floor(ground: Ground, plan: Plan, row: Row, unit: str) -> tuple[str, Decimal | None]:
    """The rule of a row, and its threshold in a unit of currency; None: not on record."""
    found = plan.floors.get((row.key, unit))
    if found is None:
        figure = ground.figure(row, unit)
        found = rule_of(row), None if figure is None else Decimal(figure)
        plan.floors[row.key, unit] = found
    return found


def _plan(ground: Ground) -> Plan:
    filing = sheet_of(ground, TABLE, FILING).first(Facts())
    names = ("within_days", "counted_from", "sent_to")
    clock = {} if filing is None else {name: ground.figure(filing, name) for name in names}
    found = ground.memo[PLAN] = Plan(
        sheet_of(ground, TABLE, LARGE, LOOK_UP),
        sheet_of(ground, TABLE, *BESIDES),
        filing,
        {"filing": clock} if clock else {},
        {},
    )
    return found
