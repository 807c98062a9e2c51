"""Columns of a table of cases: words, days and shares, cut into the parts of an axis."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis

from openzone.decide.axes import MISSING
from openzone.decide.facts import TIED, Fact
from openzone.rulebook.model import MILLION

SHARE_DIGITS = 6
ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DECIMAL = "decimal"
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


def units(columns: Mapping[Fact, Any]) -> dict[str, str]:
    """The unit in which each fact is compared: DECIMAL fractions, or whole numbers.

    The two shares of a case are compared with each other, so they have one unit.
    """
    found = {fact.name: _unit(fact, column) for fact, column in columns.items()}
    tied = [name for name in TIED if name in found]
    if len({found[name] for name in tied}) > 1:
        found.update(dict.fromkeys(tied, WHOLE))
    return found


def _unit(fact: Fact, column: Any) -> str:
    kind = column.type()
    plain = fact.kind == "share" and kind.is_decimal() and (kind.scale or 0) <= SHARE_DIGITS
    return DECIMAL if plain else WHOLE


def value_of(fact: Fact, column: Any, unit: str) -> tuple[Any, Any]:
    """The value of a column as the rules test it, and whether it is well formed (or absent).

    A share is a decimal fraction or whole millionths (see `units`).
    """
    if fact.kind == "share":
        if unit == DECIMAL:
            fine = ((column >= 0) & (column <= 1)).fill_null(True)
            return column.cast(f"decimal(9, {SHARE_DIGITS})"), fine
        return _micro(column)
    if fact.kind == "count":
        value = column.cast("int64")
        return value, (value >= 0).fill_null(True)
    if fact.kind == "flag":
        return column.cast("boolean"), ibis.literal(True)
    if fact.kind == "mode":
        value = column.cast("int64")
        return value, value.isin(fact.values).fill_null(True)
    value = word(column).strip().nullif("")
    if fact.kind == "nation":
        value = value.upper()
        return ibis.ifelse(value.isin(fact.values), fact.values[0], value), ibis.literal(True)
    return value, value.isin(fact.values).fill_null(True)


def numeric_part(value: Any, cuts: list[Any]) -> Any:
    """The part of a number between the cuts of its bundle (see cells.Axis)."""
    part = ibis.literal(1, "int8")
    for cut in cuts:
        part = part + (value >= cut).cast("int8") + (value > cut).cast("int8")
    return part.fill_null(MISSING)


def word_part(words: tuple[Any, ...], value: Any) -> Any:
    """The part of a word: its place among the words told apart, or that of all others."""
    if words == (True, False):
        return ibis.cases((value.isnull(), MISSING), (value, 1), else_=2).cast("int8")
    branches: list[Any] = [(value.isnull(), MISSING)]
    branches += [(value == one, 1 + index) for index, one in enumerate(words)]
    return ibis.cases(*branches, else_=1 + len(words)).cast("int16")


def whole(value: Any) -> Any:
    """The whole, in the unit in which `value_of` gives a share."""
    if value.type().is_decimal():
        return ibis.literal(Decimal(1), f"decimal(9, {SHARE_DIGITS})")
    return ibis.literal(MILLION, "int64")


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
