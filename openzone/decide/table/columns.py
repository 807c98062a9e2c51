"""Columns of a table of cases: words, days and shares, cut into the parts of an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from openzone.decide.axes import MISSING
from openzone.decide.facts import TIED, Fact
from openzone.rulebook.model import MILLION

SHARE_DIGITS = 6
ABSENT = -1
ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
WHOLE = "whole"


def word(column: Any) -> Any:
    """A word column; absent is the empty word."""
    return (column if column.type().is_string() else column.cast("string")).fill_null("")


def place(column: Any) -> Any:
    """A place column as ids joined by ';'."""
    return column.join(";").fill_null("") if column.type().is_array() else word(column)


def day(column: Any) -> tuple[Any, Any]:
    """A date column as a date, and whether it is a day (or absent): text is YYYY-MM-DD."""
    if column.type().is_date():
        return column, ibis.literal(True)
    if not column.type().is_string():
        value = column.cast("date")
        return value, (value.cast(column.type()) == column).fill_null(True)
    text = column.strip().nullif("")
    formed = text.re_search(ISO_DAY) & (text >= "0001")
    value = ibis.ifelse(formed, text, ibis.null("string")).try_cast("date")
    return value, text.isnull() | value.notnull()


def worded(fact: Fact, column: Any) -> bool:
    """Say whether the column gives its fact by words that are looked up."""
    kind = column.type()
    return fact.kind in ("nation", "choice", "word") or (
        fact.kind in ("flag", "mode") and kind.is_string()
    )


def units(columns: Mapping[Fact, Any]) -> dict[str, str]:
    """The unit in which each number is compared: a decimal type of fractions, or WHOLE.

    The two shares of a case are compared with each other, so they have one unit.
    """
    found = {fact.name: _unit(fact, column) for fact, column in columns.items()}
    tied = {name: found[name] for name in TIED if name in found}
    if len(set(tied.values())) > 1:
        found.update(dict.fromkeys(tied, WHOLE if WHOLE in tied.values() else _decimal(9)))
    return found


def _unit(fact: Fact, column: Any) -> str:
    kind = column.type()
    if fact.kind != "share" or not kind.is_decimal() or (kind.scale or 0) > SHARE_DIGITS:
        return WHOLE
    held = kind.scale == SHARE_DIGITS and SHARE_DIGITS < (kind.precision or 0) <= 9
    return _decimal(kind.precision if held else 9)


def _decimal(precision: int) -> str:
    return f"decimal({precision}, {SHARE_DIGITS})"


def value_of(fact: Fact, column: Any, unit: str) -> tuple[Any, Any]:
    """The value of a column as the rules test it, and whether it is well formed (or absent).

    A share is a decimal fraction or whole millionths (see `units`).
    """
    if fact.kind == "share":
        if unit == WHOLE:
            return _micro(column)
        fine = ((column >= 0) & (column <= 1)).fill_null(True)
        return (column if str(column.type()) == unit else column.cast(unit)), fine
    if fact.kind == "count":
        value = column.cast("int64")
        return value, (value >= 0).fill_null(True)
    if fact.kind == "flag":
        return column.cast("boolean"), ibis.literal(True)
    value = column.cast("int64")
    return value, value.isin(fact.values).fill_null(True)


def numeric_part(value: Any, cuts: Sequence[int], unit: str) -> Any:
    """The part of a number between cuts (see axes.Axis), by comparing."""
    part = ibis.literal(1, "int16")
    for cut in cuts:
        bound = _literal(cut, unit)
        part = part + (value >= bound).cast("int16") + (value > bound).cast("int16")
    return part.fill_null(MISSING)


def share_key(value: Any, unit: str) -> Any:
    """A share as the key of `share_parts`; what is absent or no share is `ABSENT`."""
    low, high = _literal(0, unit), _literal(MILLION, unit)
    return ibis.ifelse(value.between(low, high), value, _literal(ABSENT, unit))


def share_parts(cuts: Sequence[int], unit: str) -> tuple[Any, Any]:
    """Every share there is, and ABSENT, each with its part between cuts, as two Arrow arrays."""
    shares, known = np.arange(ABSENT, MILLION + 1), np.array(cuts, np.int64)
    below = np.searchsorted(known, shares, side="right")
    parts = 2 * below + 1 - np.isin(shares, known)
    parts[0] = MISSING
    return _in_unit(shares, unit), pa.array(parts.astype(np.int32))


def _in_unit(micro: Any, unit: str) -> Any:
    """Whole millionths as an Arrow array in a unit."""
    if unit == WHOLE:
        return pa.array(micro)
    halves = np.stack((micro, micro >> 63), axis=1)  # 128 bits each, the lower half first
    kind = ibis.dtype(unit).to_pyarrow()
    return pa.Array.from_buffers(kind, len(micro), [None, pa.py_buffer(halves.tobytes())])


def word_part(words: tuple[Any, ...], value: Any) -> Any:
    """The part of a flag or a number that is one of few: its place among the words told apart."""
    branches: list[Any] = [(value == one, 1 + index) for index, one in enumerate(words)]
    return ibis.cases(*branches, (value.isnull(), MISSING), else_=1 + len(words)).cast("int32")


def _literal(micro: int, unit: str) -> Any:
    if unit == WHOLE:
        return ibis.literal(micro, "int64")
    return ibis.literal(Decimal(micro).scaleb(-SHARE_DIGITS), unit)


def side(share: Any, single: Any, unit: str) -> Any:
    """Whether the host side holds more than the one investor (see axes.side_of)."""
    untold = share.isnull() | single.isnull()
    return ibis.cases((untold, MISSING), (share + single < _literal(MILLION, unit), 1), else_=2)


def _micro(column: Any) -> tuple[Any, Any]:
    """Whole millionths, exactly, and whether the value is a share with at most six places."""
    unreadable = ibis.literal(False)
    if column.type().is_string():
        text = column.strip().nullif("")
        column = text.try_cast("decimal(30, 12)")
        unreadable = text.notnull() & column.isnull()
    kind = column.type()
    if kind.is_floating():
        micro = (column.cast("float64") * MILLION).round().cast("int64")
        exact = micro.cast("float64") / MILLION == column.cast("float64")
    elif kind.is_integer():
        micro = column.cast("int64") * MILLION
        exact = ibis.literal(True)
    else:
        scaled = column.cast("decimal(30, 12)") * MILLION
        micro = scaled.round().cast("int64")
        exact = micro.cast("decimal(38, 12)") == scaled.cast("decimal(38, 12)")
    fine = ((micro >= 0) & (micro <= MILLION) & exact).fill_null(True) & ~unreadable
    return micro, fine
