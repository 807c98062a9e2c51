"""Whole numbers of duty: fen, millionths, and the one rounding that the law knows (half up)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from openzone.rulebook.model import MILLION
from openzone.rulebook.tariff import Rate

FEN = 100
FEN_MAX = (1 << 63) - 1
_DIGITS_MAX = 40
# What one unit is in the base unit of its kind.
SCALES: Mapping[str, tuple[str, int]] = {
    "g": ("g", 1),
    "kg": ("g", 1000),
    "tonne": ("g", MILLION),
    "ml": ("ml", 1),
    "litre": ("ml", 1000),
}


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction that is not negative; halves go up."""
    return (2 * numerator + denominator) // (2 * denominator)


def decimal_of(value: Any) -> Decimal | None:
    """A number as an exact decimal; None for anything else, and for what is no finite number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int) and value.bit_length() > 4 * _DIGITS_MAX:
        return None
    text = repr(value) if isinstance(value, float) else str(value).strip()
    if not isinstance(value, (int, float, str, Decimal)) or len(text) > _DIGITS_MAX:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def millionths(number: Decimal) -> int | None:
    """A decimal as whole millionths; None when it is finer than that."""
    scaled = number.scaleb(6)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def fen_of(number: Decimal) -> int:
    """Yuan as fen, half up."""
    return half_up(int(number.scaleb(6)), MILLION // FEN)


def yuan(fen: int) -> str:
    """Fen as yuan, as an answer writes money."""
    whole, part = divmod(abs(fen), FEN)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"


def in_unit(quantities: Mapping[str, int], unit: str) -> tuple[int, int] | None:
    """A quantity in a unit: (millionths, divisor); None if it is not given."""
    if unit in quantities:
        return quantities[unit], 1
    kind, size = SCALES.get(unit, (unit, 1))
    for other, amount in quantities.items():
        its_kind, its_size = SCALES.get(other, (other, 1))
        if its_kind == kind:
            return amount * its_size, size
    return None


def duty(rate: Rate, value: int, quantities: Mapping[str, int]) -> int | None:
    """What a rate asks for, in fen; None when its unit of quantity is not given."""
    if not rate.unit:
        return half_up(value * rate.ad_valorem, MILLION)
    quantity = in_unit(quantities, rate.unit)
    if quantity is None:
        return None
    amount, divisor = quantity
    # fen: value times millionths, and millionths of a unit times millionths of a yuan
    denominator = MILLION * MILLION * divisor
    specific = amount * rate.specific * FEN
    return half_up(value * rate.ad_valorem * MILLION * divisor + specific, denominator)
