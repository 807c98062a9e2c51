"""Kinds transfer and quota: may a payment pass between two accounts, and on which footing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Sheet
from openzone.regimes.money.exact import EXACT, product
from openzone.regimes.money.outcome import LOOK_UP, PASSES, VERDICTS
from openzone.regimes.money.sheets import before_record, settled, sheet_of
from openzone.rulebook.model import Row

MATRIX, CAPS, REPORTS = "money_transfers", "money_quota", "money_reports"
QUOTA, OK, EXCEEDED, UNKNOWN, NOT_CAPPED = "quota", "ok", "exceeded", "unknown", "na"
IN_USE, LINE = "in_use", "line"
CAP, CAP_UNKNOWN, CAPS_OFF = "net_flow_cap", "cap_not_on_record", "financing_caps_off"
DATA_REPORT = "data_report"
FIRST_LINE = "first"
ACCOUNTS = ("zone_acct", "counter")


class Matrix(NamedTuple):
    """The rows of transfers in use where a case stands, and what each of them says."""

    sheet: Sheet
    told: Mapping[str, tuple[dict[str, Any], bool]]
    """For a row: the rule and the line, and whether the payment passes."""


def transfer(ground: Ground, facts: Facts) -> Found:
    """The first row of the matrix that applies; the quota is as the case states it."""
    return _found(ground, facts, _matrix(ground, None), (), {})


def quota(ground: Ground, facts: Facts) -> Found:
    """The quota is worked out, then the matrix is read with it."""
    cap = sheet_of(ground, CAPS, CAP, CAP_UNKNOWN).first(facts)
    if cap is None or cap.effect == CAP_UNKNOWN:
        word = NOT_CAPPED if cap is None else UNKNOWN
        rows = () if cap is None else (cap,)
        return _found(ground, facts, _matrix(ground, word), rows, {QUOTA: word})
    try:
        effects = _tested(ground, cap, facts)
    except MissingFactError as missing:
        either = _matrix(ground, OK)
        if either.sheet.first(facts) is not _matrix(ground, EXCEEDED).sheet.first(facts):
            raise missing from None
        return _found(ground, facts, either, (), {})
    return _found(ground, facts, _matrix(ground, effects[QUOTA]), (cap,), effects)


def _tested(ground: Ground, cap: Row, facts: Facts) -> dict[str, Any]:
    """The cap of the account, what is left of it, and whether the amount still fits."""
    base, used, amount = facts[cap.param("base")], facts["net_used"], facts["amount"]
    multiple = _multiple(ground, cap)
    if multiple is None:
        return {QUOTA: UNKNOWN}
    most = EXACT.multiply(base, multiple)
    word = OK if EXACT.add(used, amount) <= most else EXCEEDED
    return {"cap": most, "used": used, "headroom": EXACT.subtract(most, used), QUOTA: word}


def _multiple(ground: Ground, cap: Row) -> Decimal | None:
    """The multiple of its base that a cap is; None where a figure is not on record."""
    key = ("money cap", cap.key)
    if key not in ground.memo:
        figures = [ground.figure(cap, name) for name in ("macro_parameter", "leverage")]
        ground.memo[key] = None if None in figures else product(*figures)
    found: Decimal | None = ground.memo[key]
    return found


def _found(
    ground: Ground,
    facts: Facts,
    matrix: Matrix,
    with_rows: tuple[Row, ...],
    effects: Mapping[str, Any],
) -> Found:
    row = matrix.sheet.first(facts)
    if row is None:
        said = "no rule on transfers between these accounts is on record for the day"
        first = _to_come(ground, facts)
        return Found(ground.silence(MATRIX), with_rows, effects, said=(said, *first))
    told, passes = matrix.told[row.key]
    if row.effect == LOOK_UP:
        first = _to_come(ground, facts)
        return Found(LOOK_UP, (row, *with_rows), {**told, **effects}, said=first)
    also = _also(ground, facts, told.get(LINE)) if passes else ()
    return Found(row.effect, (row, *with_rows), {**told, **effects}, also=also)


def _to_come(ground: Ground, facts: Facts) -> tuple[str, ...]:
    told = {name: facts[name] for name in ACCOUNTS if dict.get(facts, name) is not None}
    return before_record(ground, MATRIX, told)


def _also(ground: Ground, facts: Facts, line: str | None) -> tuple[Row, ...]:
    """What a payment that passes brings with it: data to report, caps that do not apply."""
    data = sheet_of(ground, REPORTS, DATA_REPORT).collect(facts)
    if line != FIRST_LINE:
        return data
    return (*sheet_of(ground, CAPS, CAPS_OFF).collect(facts), *data)


def _matrix(ground: Ground, quota: str | None) -> Matrix:
    """The rows that are in use, the quota settled where it is known."""
    key = ("money matrix", quota)
    found: Matrix | None = ground.memo.get(key)
    if found is None:
        sheet = Sheet(ground.sheet(MATRIX).standing)
        given = {} if quota is None else {QUOTA: quota}
        used = (one for one in sheet.rows if ground.figure(one.row, IN_USE, True))
        kept = (settled(one, given) for one in used)
        sheet.rows = tuple(one for one in kept if one is not None)
        told = {one.row.key: _told(one.row) for one in sheet.rows}
        found = ground.memo[key] = Matrix(sheet, told)
    return found


def _told(row: Row) -> tuple[dict[str, Any], bool]:
    line = row.param(LINE)
    rule = {"rule": rule_of(row)}
    return rule if line is None else {**rule, LINE: line}, VERDICTS[row.effect] in PASSES
