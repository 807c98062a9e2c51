"""Kind report: must the transactions of a customer on a day be reported as large."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts
from openzone.regimes.money.case import AMOUNTS, DIRECTIONS
from openzone.regimes.money.exact import total
from openzone.regimes.money.outcome import LOOK_UP, NONE, REPORT_DUE
from openzone.regimes.money.sheets import sheet_of
from openzone.rulebook.model import Row

TABLE = "money_reports"
LARGE, FILING = "large_value", "filing"
BESIDES = ("suspicious_report", "penalty")
INFLOW, OUTFLOW = DIRECTIONS


def report(ground: Ground, facts: Facts, case: Case) -> Found:
    """Inflow and outflow added up apart, against the threshold of the first row that applies."""
    amounts = case.own.get(AMOUNTS)
    if amounts is None:
        amounts = facts[AMOUNTS]
    sums = {one: total(*(a for way, a in amounts if way == one)) for one in DIRECTIONS}
    effects: dict[str, Any] = {"report": False, "threshold": None, "inflow": sums[INFLOW],
                               "outflow": sums[OUTFLOW]}  # fmt: skip
    also = sheet_of(ground, TABLE, *BESIDES).collect(facts)
    row = sheet_of(ground, TABLE, LARGE).first(facts)
    if row is None:
        word = ground.silence(TABLE)
        return Found(word, effects={} if word == LOOK_UP else effects, also=also)
    floor = ground.figure(row, facts["unit"])
    if floor is None:
        return Found(LOOK_UP, (row,), also=also)
    effects |= {"rule": rule_of(row), "floor": Decimal(floor)}
    if max(sums.values()) < floor:
        return Found(NONE, (row,), effects, also=also)
    clock = sheet_of(ground, TABLE, FILING).first(facts)
    effects |= {"report": True, "threshold": rule_of(row)}
    if clock is not None:
        effects["filing"] = _clock(ground, clock)
    return Found(REPORT_DUE, (row,) if clock is None else (row, clock), effects, also=also)


def _clock(ground: Ground, row: Row) -> dict[str, Any]:
    """Within how many working days, counted from what, to whom."""
    return {name: ground.figure(row, name) for name in ("within_days", "counted_from", "sent_to")}
