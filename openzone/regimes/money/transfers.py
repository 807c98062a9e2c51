"""Kinds transfer and quota: may a payment pass between two accounts, and on which footing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Sheet
from openzone.regimes.money.exact import less, product, total
from openzone.regimes.money.outcome import PASSES, VERDICTS
from openzone.regimes.money.sheets import settled, sheet_of
from openzone.rulebook.model import Row

MATRIX, CAPS, REPORTS = "money_transfers", "money_quota", "money_reports"
QUOTA, OK, EXCEEDED, UNKNOWN, NOT_CAPPED = "quota", "ok", "exceeded", "unknown", "na"
IN_USE = "in_use"
CAP, CAP_UNKNOWN, CAPS_OFF = "net_flow_cap", "cap_not_on_record", "financing_caps_off"
DATA_REPORT = "data_report"
FIRST_LINE = "first"


def transfer(ground: Ground, facts: Facts) -> Found:
    """The first row of the matrix that applies; the quota is as the case states it."""
    return _found(ground, facts, _matrix(ground, None).first(facts), (), {})


def quota(ground: Ground, facts: Facts) -> Found:
    """The quota is worked out, then the matrix is read with it."""
    cap = sheet_of(ground, CAPS, CAP, CAP_UNKNOWN).first(facts)
    if cap is None or cap.effect == CAP_UNKNOWN:
        word = NOT_CAPPED if cap is None else UNKNOWN
        row = _matrix(ground, word).first(facts)
        return _found(ground, facts, row, () if cap is None else (cap,), {QUOTA: word})
    try:
        effects = _tested(ground, cap, facts)
    except MissingFactError as missing:
        row = _matrix(ground, OK).first(facts)
        if row is not _matrix(ground, EXCEEDED).first(facts):
            raise missing from None
        return _found(ground, facts, row, (), {})
    row = _matrix(ground, effects[QUOTA]).first(facts)
    return _found(ground, facts, row, (cap,), effects)


def _tested(ground: Ground, cap: Row, facts: Facts) -> dict[str, Any]:
    """The cap of the account, what is left of it, and whether the amount still fits."""
    macro, leverage = ground.figure(cap, "macro_parameter"), ground.figure(cap, "leverage")
    base, used, amount = facts[cap.param("base")], facts["net_used"], facts["amount"]
    if macro is None or leverage is None:
        return {QUOTA: UNKNOWN}
    most: Decimal = product(base, macro, leverage)
    return {
        "cap": most,
        "used": used,
        "headroom": less(most, used),
        QUOTA: OK if total(used, amount) <= most else EXCEEDED,
    }


def _found(
    ground: Ground,
    facts: Facts,
    row: Row | None,
    with_rows: tuple[Row, ...],
    effects: Mapping[str, Any],
) -> Found:
    if row is None:
        return Found(ground.silence(MATRIX), with_rows, effects)
    told: dict[str, Any] = {"rule": rule_of(row)}
    line = row.param("line")
    if line is not None:
        told["line"] = line
    also = tuple(_also(ground, facts, line)) if VERDICTS[row.effect] in PASSES else ()
    return Found(row.effect, (row, *with_rows), {**told, **effects}, also=also)


def _also(ground: Ground, facts: Facts, line: str | None) -> Iterator[Row]:
    """What a payment that passes brings with it: data to report, caps that do not apply."""
    if line == FIRST_LINE:
        yield from sheet_of(ground, CAPS, CAPS_OFF).collect(facts)
    yield from sheet_of(ground, REPORTS, DATA_REPORT).collect(facts)


def _matrix(ground: Ground, quota: str | None) -> Sheet:
    """The rows that are in use, the quota settled where it is known."""
    key = ("money matrix", quota)
    found: Sheet | None = ground.memo.get(key)
    if found is None:
        found = Sheet(ground.sheet(MATRIX).standing)
        told = {} if quota is None else {QUOTA: quota}
        used = (one for one in found.rows if ground.figure(one.row, IN_USE, True))
        kept = (settled(one, told) for one in used)
        found.rows = tuple(one for one in kept if one is not None)
        ground.memo[key] = found
    return found
