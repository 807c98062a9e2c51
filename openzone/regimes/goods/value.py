"""The customs value: stated, by price and weight, or from an invoice and its terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from openzone.regimes.goods.case import GoodsCase
from openzone.regimes.goods.money import half_up
from openzone.regimes.goods.rows import Ground
from openzone.rulebook.model import MILLION

HOME = "CNY"
LAW = "DOC-TARIFF-LAW"
ADDED: dict[str, tuple[str, ...]] = {
    "EXW": ("freight", "insurance"), "FCA": ("freight", "insurance"),
    "FAS": ("freight", "insurance"), "FOB": ("freight", "insurance"),
    "CFR": ("insurance",), "CPT": ("insurance",),
}  # fmt: skip
"""What is added to the price under terms that leave it to the buyer."""


@dataclass(frozen=True)
class Value:
    """The customs value in fen, how it was found, or what is missing for it."""

    fen: int | None
    formula: str = "stated"
    basis: tuple[str, ...] = (LAW,)
    needs: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def customs_value(ground: Ground, case: GoodsCase) -> Value:
    """Price with transport and insurance to the place of entry, and stated additions, in yuan.

    Source: Tariff Law and valuation measures; an amount in another currency is converted at the
    rate of the month, which the book may hold or the case states.
    """
    money = case.money
    if "customs_value" in money:
        return Value(money["customs_value"])
    if "price" not in money:
        return _by_weight(case)
    terms = case.words.get("terms", "CIF").upper()
    wanted = ADDED.get(terms, ())
    missing = tuple(name for name in wanted if name not in money)
    if missing:
        return Value(None, needs=missing)
    parts = ("price", *wanted, *(("additions",) if "additions" in money else ()))
    foreign = sum(money[name] for name in parts)
    formula = " + ".join(parts)
    rate = exchange_rate(ground, case)
    if rate is None:
        return Value(None, needs=("exchange_rate",))
    said = () if "terms" in case.words else ("the price is taken as CIF: no terms are stated",)
    if rate == MILLION:
        return Value(foreign, formula, said=said)
    fen = half_up(foreign * rate, MILLION)
    text = f"({formula}) × {Decimal(rate).scaleb(-6).normalize():f}"
    return Value(fen, text, (LAW,), said=said)


def _by_weight(case: GoodsCase) -> Value:
    price, kilograms = case.numbers.get("price_per_kg"), case.quantities.get("kg")
    if price is None or kilograms is None:
        return Value(None, needs=("customs_value",))
    return Value(half_up(price * kilograms * 100, MILLION * MILLION), "price_per_kg × quantity_kg")


def exchange_rate(ground: Ground, case: GoodsCase) -> int | None:
    """Yuan for a unit of the currency, in millionths; None when none is on record for the day."""
    currency = case.words.get("currency", HOME).upper()
    if currency == HOME:
        return MILLION
    if "exchange_rate" in case.numbers:
        return case.numbers["exchange_rate"]
    name = f"customs_exchange_{currency.lower()}_yuan"
    if name not in ground.law.book.parameters:
        return None
    value = ground.law.parameter(name, ground.on, ground.inside)
    return None if value is None else int(Decimal(value) * MILLION)


def currencies(names: Iterable[str]) -> list[str]:
    """The currencies for which a book holds rates."""
    mark, end = "customs_exchange_", "_yuan"
    return [
        name.removeprefix(mark).removesuffix(end).upper()
        for name in names
        if name.startswith(mark) and name.endswith(end)
    ]
