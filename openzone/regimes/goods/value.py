"""The customs value: stated, by price and weight, or from an invoice and its terms."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from openzone.regimes.goods.case import GoodsCase
from openzone.regimes.goods.money import half_up
from openzone.regimes.goods.rows import Ground, first
from openzone.rulebook.model import MILLION, Row

TABLE = "goods_valuation"


class Value(NamedTuple):
    """The customs value in fen, how it was found, or what is missing for it."""

    fen: int | None
    formula: str = "stated"
    rows: tuple[Row, ...] = ()
    parameters: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    look_up: bool = False
    said: tuple[str, ...] = ()


def customs_value(ground: Ground, case: GoodsCase) -> Value:
    """Price with what its terms leave out (table `goods_valuation`), and stated additions, in yuan.

    An amount in another currency is converted at the rate of the month, which the case states or
    the book holds as the parameter `customs_exchange_usd_yuan` (for US dollars).
    """
    money = case.money
    if "customs_value" in money:
        return Value(money["customs_value"])
    if "price" not in money:
        return _by_weight(case)
    row = ground.once("valuation", "", lambda here, _: first(here, TABLE)).row
    if row is None:
        return Value(None, look_up=True)
    wanted = tuple(map(str, row.param("adds", ())))
    missing = tuple(name for name in wanted if name not in money)
    if missing:
        return Value(None, needs=missing)
    parts = ("price", *wanted, *(("additions",) if "additions" in money else ()))
    whole = sum(money[name] for name in parts)
    formula = " + ".join(parts)
    said = () if "terms" in case.facts else ("the price is taken as CIF: no terms are stated",)
    currency = case.words.get("currency", "").upper()
    if not currency or currency == ground.law.book.info.currency:
        return Value(whole, formula, (row,), said=said)
    rate, figures = _exchange_rate(ground, case, currency)
    if rate is None:
        return Value(None, needs=("exchange_rate",))
    text = f"({formula}) × {Decimal(rate).scaleb(-6).normalize():f}"
    return Value(half_up(whole * rate, MILLION), text, (row,), figures, said=said)


def _by_weight(case: GoodsCase) -> Value:
    price, kilograms = case.numbers.get("price_per_kg"), case.quantities.get("kg")
    if price is None or kilograms is None:
        return Value(None, needs=("customs_value",))
    return Value(half_up(price * kilograms * 100, MILLION * MILLION), "price_per_kg × quantity_kg")


def _exchange_rate(
    ground: Ground, case: GoodsCase, currency: str
) -> tuple[int | None, tuple[str, ...]]:
    """Yuan for a unit of a currency, in millionths, and the figure of the book that says so."""
    if "exchange_rate" in case.numbers:
        return case.numbers["exchange_rate"], ()
    name = f"customs_exchange_{currency.lower()}_yuan"
    value = ground.parameter(name)
    return (None, ()) if value is None else (int(Decimal(value) * MILLION), (name,))
