"""Sums and products of amounts and factors, exact: no digit is rounded away."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact

EXACT = Context(prec=400, traps=[Inexact])
"""Enough digits for the longest product of figures; a result that had to be rounded raises."""
Number = Decimal | int


def product(first: Number, *factors: Number) -> Decimal:
    """The product of amounts and factors."""
    found = Decimal(first)
    for factor in factors:
        found = EXACT.multiply(found, factor)
    return found


def total(parts: Iterable[Number]) -> Decimal:
    """The sum of amounts."""
    found = Decimal(0)
    for part in parts:
        found = EXACT.add(found, part)
    return found


def less(amount: Number, other: Number) -> Decimal:
    """An amount less another."""
    return EXACT.subtract(Decimal(amount), other)
