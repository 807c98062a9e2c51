"""Columns of a table of cases as values that rows test, read as a single case reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

import ibis

from openzone.decide.dmn.reading import LIMIT, PLACES_MAX
from openzone.decide.table.columns import day as day_of
from openzone.rulebook.model import DeclaredFact

PLAIN_NUMBER = rf"^[0-9]{{1,18}}(\.[0-9]{{0,{PLACES_MAX}}})?$"
TEXT_UNIT = f"decimal(24, {PLACES_MAX})"
EXACT_BELOW = 1e9  # a double below it, times a million, is rounded to the right whole number
NUMBERS = ("number", "money", "share", "count")


class Value(NamedTuple):
    """A column as a value: null where the case is silent. `bad`: what a single case refuses.

    `odd`: text that is no plain number, to be looked up; None where there is no such text.
    """

    value: Any
    bad: Any
    odd: Any = None


def measured(fact: DeclaredFact, column: Any) -> bool:
    """Say whether the column holds its fact as a number, a day or a truth, not by words."""
    kind = column.type()
    if fact.kind == "flag":
        return bool(kind.is_boolean())
    if fact.kind == "day":
        return bool(kind.is_string() or kind.is_date() or kind.is_timestamp())
    return fact.kind in NUMBERS


def read_column(fact: DeclaredFact, column: Any) -> Value:
    """The value of a column that is `measured`."""
    if fact.kind == "flag":
        return Value(column, ibis.literal(False))
    if fact.kind == "day":
        value, fine = day_of(column)
        return Value(value, ~fine)
    return _number(fact, column)


def _number(fact: DeclaredFact, column: Any) -> Value:
    kind = column.type()
    most, places = (1 if fact.kind == "share" else None), (0 if fact.kind == "count" else 6)
    if kind.is_string():
        plain = column.re_search(PLAIN_NUMBER).fill_null(False)
        value = ibis.ifelse(plain, column, ibis.null("string")).try_cast(TEXT_UNIT)
        odd = ibis.ifelse(plain, "", column.fill_null(""))
        return Value(value, _outside(value, most) | _finer(value, places), odd)
    if kind.is_boolean() or not kind.is_numeric():
        return Value(ibis.null("int64"), column.notnull())
    if kind.is_floating():
        return Value(column, _outside(column, most) | _finer_float(column, places))
    if kind.is_integer():
        wide = kind.is_unsigned_integer() and kind.nbytes == 8
        value = column.cast("decimal(20, 0)") if wide else column
        return Value(value, _outside(value, most))
    return Value(column, _outside(column, most) | _finer(column, places))


def _outside(value: Any, most: int | None) -> Any:
    """Whether a number is negative, too great, or no number."""
    kind = value.type()
    if most is not None:
        return ~value.between(0, most).fill_null(True)
    if kind.is_integer() and kind.nbytes < 8:
        return (value < 0).fill_null(False)
    if kind.is_decimal() and (kind.precision or 38) - (kind.scale or 0) <= len(str(LIMIT)) - 1:
        return (value < 0).fill_null(False)
    top: Any = float(LIMIT) if kind.is_floating() else ibis.literal(int(LIMIT), "int64")
    return ~((value >= 0) & (value < top)).fill_null(True)


def _finer(value: Any, places: int) -> Any:
    """Whether a decimal has more places than are read."""
    scale = value.type().scale or 0
    if scale <= places:
        return ibis.literal(False)
    kind = value.type()
    rounded = value.cast(f"decimal({kind.precision}, {places})").cast(str(kind))
    return (value != rounded).fill_null(False)


def _finer_float(value: Any, places: int) -> Any:
    """Whether the shortest decimal that stands for a double has more places than are read.

    Rounding tells it where it is exact, the decimal itself where it is not.
    """
    if places == 0:
        return (value != value.floor()).fill_null(False)
    value = value.cast("float64")
    quick = (value * 10**places).round() / 10**places == value
    text = value.cast("string")
    long = text.re_search(rf"\.[0-9]{{{places + 1},}}|e-")
    return ibis.cases(
        (value.isnull(), False), (quick & (value < EXACT_BELOW), False), (value < 1e16, long),
        else_=False,
    )  # fmt: skip


def beyond(value: Any, cut: Any, after: bool) -> Any:
    """Whether a value lies beyond a cut: it is greater or, unless `after`, equal."""
    kind = value.type()
    if kind.is_date():
        bound: Any = ibis.literal(cut, "date")
    elif kind.is_floating():
        bound = float(cut)
    else:
        scale = (kind.scale or 0) if kind.is_decimal() else 0
        held = Decimal(cut).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_FLOOR)
        after = after or held != Decimal(cut)  # what is finer than the column lies between values
        if kind.is_decimal():
            digits = max(kind.precision or 38, len(held.as_tuple().digits))
            bound = ibis.literal(held, f"decimal({digits}, {scale})")
        else:
            bound = ibis.literal(int(held), "int64")
    return value > bound if after else value >= bound


def laid_by(
    value: Any, cuts: Sequence[tuple[Any, bool]], results: Sequence[int], absent: int
) -> Any:
    """The result of the part between cuts in which a value lies; `results`: one for each part."""
    branches = [(value.isnull(), _whole(absent))]
    last = len(results) - 1
    while last and results[last] == results[last - 1]:
        last -= 1
    for n, (cut, after) in enumerate(cuts[:last]):
        if n + 1 <= last and results[n] != results[n + 1]:
            branches.append((~beyond(value, cut, after), _whole(results[n])))
    return ibis.cases(*branches, else_=_whole(results[last]))


def laid_flag(value: Any, yes: int, no: int, absent: int) -> Any:
    """The result of a truth, a falsehood and of silence."""
    return ibis.cases((value, _whole(yes)), (~value, _whole(no)), else_=_whole(absent))


def part_of(value: Any, marks: Sequence[Any]) -> Any:
    """In which part between marks, each a part of its own, a number lies; 0: it is not told."""
    part = ibis.literal(1, "int64")
    for mark in marks:
        for after in (False, True):
            part = part + beyond(value, mark, after).cast("int64")
    return part.fill_null(0)


def constant(value: Any) -> Any:
    """A number or a day as it is."""
    if isinstance(value, Decimal):
        scale = max(0, -int(value.as_tuple().exponent))
        return ibis.literal(value, f"decimal(38, {scale})")
    return ibis.literal(value)


def _whole(number: int) -> Any:
    return ibis.literal(number, "int64")


def as_marks(values: Sequence[Any]) -> list[Any]:
    """Values of a number in order, each once."""
    return sorted({Decimal(one) for one in values if not isinstance(one, dt.date)})
