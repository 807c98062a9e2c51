"""Duty and taxes of a table in whole numbers of 64 bits: the formulas of the single case, split so
that nothing overflows below a stated bound and nothing is rounded twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis

from openzone.regimes.goods.money import SCALES
from openzone.rulebook.model import MILLION

ROOM = (1 << 62) - 1  # half of what 64 bits hold: numbers are doubled to be rounded
DIGITS = 15  # decimals of so many digits pass through a float unchanged
READ_MAX = 1 << 51  # whole numbers up to here pass through a float unchanged
PIECES = 10_000  # fen in a million times a million of millionths, over a million


@ibis.udf.scalar.builtin(name="divide")  # type: ignore[untyped-decorator]
def divide(number: int, by: int) -> int:
    """Whole division of numbers that are not negative (`/` is division of floats)."""
    raise NotImplementedError


def half_up(number: Any, by: Any) -> Any:
    """The nearest whole number; halves go up."""
    if isinstance(by, int) and by % 2 == 0:
        return divide(number + by // 2, by)
    return divide(2 * number + by, 2 * by)


def by_value(value: Any, rate: Any) -> Any:
    """Fen due on fen at a rate in millionths."""
    return half_up(value * rate, MILLION)


def by_quantity(value: Any, rate: Any, quantity: Any, amount: Any) -> Any:
    """Fen due at a rate and an amount (millionths of a yuan) for each unit of a quantity."""
    whole, part = divide(quantity, MILLION), quantity % MILLION
    ad_valorem, specific = value * rate, whole * amount
    rest = (ad_valorem % MILLION) * PIECES + (specific % PIECES) * MILLION + part * amount
    return divide(ad_valorem, MILLION) + divide(specific, PIECES) + half_up(rest, MILLION * PIECES)


def excise(base: Any, rate: Any) -> Any:
    """Consumption tax by value: part of its own base."""
    return half_up(base * rate, MILLION - rate)


def compound_excise(base: Any, rate: Any, quantity: Any, amount: Any) -> Any:
    """Consumption tax by value and quantity: (base + amount) / (1 - rate) * rate + amount."""
    whole, part = divide(quantity, MILLION), quantity % MILLION
    numerator = base * rate + whole * amount * 100 + divide(part * amount, PIECES)
    left = MILLION - rate
    rest = (numerator % left) * PIECES + (part * amount) % PIECES
    return divide(numerator, left) + (2 * rest >= left * PIECES).cast("int64")


def by_litres(kilograms: Any, litres_per_kg: Any) -> Any:
    """Millionths of a litre in millionths of a kilogram, cut off."""
    whole, part = divide(kilograms, MILLION), kilograms % MILLION
    return whole * litres_per_kg + divide(part * litres_per_kg, MILLION)


def whole(column: Any, scale: int) -> tuple[Any, Any]:
    """A column of numbers times a power of ten as whole numbers, halves up; and whether it can be
    read: a number that is not negative, below 2^51 when scaled, with six places at most."""
    kind = column.type()
    digits = (kind.precision or 38) if kind.is_decimal() else 0
    if kind.is_decimal() and digits <= DIGITS and 10 ** (kind.scale or 0) <= scale:
        value = (column.cast("float64") * scale).cast("int64")
        return value, (value >= 0).fill_null(True)
    unreadable = ibis.literal(False)
    if kind.is_string():
        text = column.strip().nullif("")
        column = text.try_cast("decimal(30, 12)")
        unreadable = text.notnull() & column.isnull()
    number = column.cast("float64")
    fine = (number >= 0) & (number <= READ_MAX // MILLION)
    micro = (ibis.ifelse(fine, number, 0.0) * MILLION).round().cast("int64")
    if column.type().is_floating():
        fine = fine & (micro.cast("float64") / MILLION == number)
    elif column.type().is_decimal() and (column.type().scale or 0) > 6:
        fine = fine & (column.cast("decimal(38, 6)").cast("decimal(38, 12)") == column)
    value = micro if scale == MILLION else half_up(micro, MILLION // scale)
    value = ibis.ifelse(column.notnull(), value, ibis.null("int64"))
    return value, fine.fill_null(True) & ~unreadable


def in_unit(columns: Mapping[str, Any], unit: str, most: int) -> Any:
    """A quantity in millionths of a unit, from the columns given; absent where it is above `most`
    or no whole number of millionths."""
    kind, size = SCALES.get(unit, (unit, 1))
    null = ibis.null("int64")
    branches = []
    for name in dict.fromkeys((unit, *columns)):  # the first that is given decides
        its_kind, its_size = SCALES.get(name, (name, 1))
        if its_kind != kind or name not in columns:
            continue
        given = columns[name]
        fits, held = given <= most, given
        if name != unit:
            held = divide(given * its_size, size)
            fits = (given <= ROOM // its_size) & (given * its_size % size == 0) & (held <= most)
        branches.append((given.notnull(), ibis.ifelse(fits, held, null)))
    if len(branches) == 1:
        return branches[0][1]
    return ibis.cases(*branches, else_=null) if branches else null


def chosen(number: Any, branches: Iterable[tuple[int, Any]]) -> Any:
    """The value of the branch of a number; absent where there is none."""
    held = [(number == key, value) for key, value in branches]
    return ibis.cases(*held, else_=ibis.null("int64")) if held else ibis.null("int64")
