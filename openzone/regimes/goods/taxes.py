"""Consumption tax and VAT at import: which rate the tables give, and how much that is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.regimes.goods.money import FEN, half_up, in_unit
from openzone.regimes.goods.rows import Ground, Hit, priority
from openzone.rulebook.model import MILLION, Row
from openzone.rulebook.tariff import Rate

VAT_TABLE = "goods_vat"
CT_TABLE = "goods_consumption_tax"
VAT_STANDARD = "vat_standard_percent"
NOTHING = Rate()
EXTRA = "luxury_extra"
EXTRA_BY = "cv_each"
NO_TAX = frozenset(("none", "suspended"))


class TaxRate(NamedTuple):
    """A rate of one tax with the rows it rests on; or what is missing; or that it is not held."""

    rate: Rate = NOTHING
    rows: tuple[Row, ...] = ()
    parameters: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    look_up: bool = False
    litres_per_kg: Decimal | None = None
    cigarettes: Mapping[str, Decimal] | None = None


def vat_rate(ground: Ground, code: str) -> TaxRate:
    """The rate of VAT for a code; silence is the standard class, on days that the table covers."""
    hit = priority(ground, VAT_TABLE, code)
    if hit.needs:
        return TaxRate(needs=hit.needs)
    if hit.row is None:
        if not ground.standing(VAT_TABLE).rows:
            return TaxRate(look_up=True)
        percent = ground.parameter(VAT_STANDARD)
        return TaxRate(_percent(percent), (), (VAT_STANDARD,)) if percent is not None else _LOST
    if hit.row.effect == "look_up":
        return TaxRate(rows=(hit.row,), look_up=True)
    percent = ground.figure(hit.row, "rate_percent")
    return (
        TaxRate(rows=(hit.row,), look_up=True)
        if percent is None
        else TaxRate(_percent(percent), (hit.row,))
    )


_LOST = TaxRate(look_up=True)


def ct_rate(ground: Ground, code: str) -> TaxRate:
    """The consumption tax of a code; silence is none, because the tax lists its goods."""
    hit = priority(ground, CT_TABLE, code, but=EXTRA)
    extra = _extra(ground, code)
    if hit.needs:
        return TaxRate(needs=hit.needs)
    row = hit.row
    if row is None or row.effect in NO_TAX:
        found = TaxRate(rows=() if row is None else (row,))
    elif row.effect == "look_up":
        return TaxRate(rows=(row,), look_up=True)
    elif row.effect == "by_engine":
        found = _by_engine(ground, row)
    else:
        found = _of_row(ground, row)
    if found.needs or found.look_up or extra.row is None:
        return found
    percent = _percent(ground.figure(extra.row, "rate_percent"))
    rate = found.rate._replace(ad_valorem=found.rate.ad_valorem + percent.ad_valorem)
    return TaxRate(rate, (*found.rows, extra.row), litres_per_kg=found.litres_per_kg)


def _extra(ground: Ground, code: str) -> Hit:
    """The surcharge on very dear cars, for the importers from whom it is collected at import."""
    for _, rows in ground.standing(CT_TABLE).binding(code):
        for row in rows:
            if row.effect != EXTRA or ground.unknown(row) != ():
                continue
            each = ground.facts.get(EXTRA_BY)
            line = ground.figure(row, "threshold_yuan")
            if each is not None and line is not None and Decimal(each) >= Decimal(line):
                return Hit(row)
    return Hit()


def _of_row(ground: Ground, row: Row) -> TaxRate:
    percent = ground.figure(row, "rate_percent")
    amount = ground.figure(row, "amount_yuan")
    if row.effect == "cigarette":
        names = [name for name, _ in row.params]
        figures = {name: Decimal(ground.figure(row, name)) for name in names}
        return TaxRate(rows=(row,), cigarettes=figures)
    ad_valorem = 0 if percent is None else _percent(percent).ad_valorem
    specific = 0 if amount is None else int(Decimal(amount) * MILLION)
    per_kg = ground.figure(row, "unit_per_kg")
    return TaxRate(
        Rate(ad_valorem, specific, str(row.param("unit", "")) if specific else ""),
        (row,),
        litres_per_kg=None if per_kg is None else Decimal(per_kg),
    )


def _by_engine(ground: Ground, row: Row) -> TaxRate:
    fact = str(row.param("fact"))
    size = ground.facts.get(fact)
    if size is None:
        return TaxRate(needs=(fact,))
    for most, percent in row.param("bands", ()):
        if most is None or Decimal(size) <= Decimal(most):
            return TaxRate(_percent(percent), (row,))
    return TaxRate(rows=(row,), look_up=True)


def _percent(value: Any) -> Rate:
    return Rate(int(Decimal(value) * MILLION / 100))


def consumption_tax(
    found: TaxRate, base: int, quantities: Mapping[str, int]
) -> tuple[int | None, str | None]:
    """The consumption tax on a base (value and duty, in fen), or the quantity that is missing.

    ad valorem: base / (1 - r) * r; specific: Q * s; compound: (base + Q*s) / (1 - r) * r + Q*s.
    Source: Provisional Regulations on Consumption Tax, article 9.
    """
    if found.cigarettes is not None:
        return _cigarettes(found.cigarettes, base, quantities)
    rate = found.rate
    left = MILLION - rate.ad_valorem
    if not rate.unit:
        return half_up(base * rate.ad_valorem, left), None
    quantity = in_unit(quantities, rate.unit)
    mass = in_unit(quantities, "kg")
    if quantity is None and rate.unit == "litre" and found.litres_per_kg and mass is not None:
        litres = int(found.litres_per_kg * MILLION)
        quantity = mass[0] * litres // (MILLION * mass[1]), 1
    if quantity is None:
        return None, f"quantity_{rate.unit}"
    amount, divisor = quantity
    # in fen over `scale`: Q*s, and the base beside it
    scale = MILLION * MILLION * divisor
    specific = amount * rate.specific * FEN
    whole = (base * scale + specific) * rate.ad_valorem + specific * left
    return half_up(whole, scale * left), None


def _cigarettes(
    figures: Mapping[str, Decimal], base: int, quantities: Mapping[str, int]
) -> tuple[int | None, str | None]:
    """Cigarettes: the price of 200 sticks decides between two rates."""
    sticks = quantities.get("stick")
    if not sticks:
        return None, "quantity_stick"
    lots = Decimal(sticks) / MILLION / 200
    specific = figures["amount_yuan_per_200_sticks"]
    low = figures["rate_percent_below"]
    price = (Decimal(base) / FEN / lots + specific) / (1 - low / 100)
    high = price >= figures["price_line_yuan_per_200_sticks"]
    percent = figures["rate_percent_at_line"] if high else low
    rate = Rate(int(percent * MILLION / 100), int(specific * MILLION / 200), "stick")
    return consumption_tax(TaxRate(rate), base, quantities)


def vat(rate: Rate, base: int) -> int:
    """VAT in fen on value, duty and consumption tax. Source: VAT Law, article 14."""
    return half_up(base * rate.ad_valorem, MILLION)
