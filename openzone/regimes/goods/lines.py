"""What the place, the line and the channel make of a movement (table `goods_lines`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.regimes.goods.case import GoodsCase
from openzone.regimes.goods.rows import Ground
from openzone.rulebook.model import MILLION, Row

TABLE = "goods_lines"
THRESHOLD = "value_added_min_percent"


def derived(ground: Ground, case: GoodsCase, quota_goods: bool) -> dict[str, Any]:
    """Facts that follow from the figures of a case, for the rows of the lines to test."""
    found: dict[str, Any] = {"quota_goods": quota_goods}
    if "finished_value" in case.money:
        found["has_finished_goods"] = True
    value = retail_value(case)
    if value is not None:
        found["single_value_within"] = _within(ground, "single_limit_yuan", value)
        used = case.money.get("used_this_year")
        if used is not None:
            found["year_value_within"] = _within(ground, "annual_limit_yuan", value + used)
    ratio = value_added(case)
    percent = None if ratio is None else _limit(ground, THRESHOLD)
    if ratio is not None and percent is not None:
        left, materials = ratio
        found["value_added_reached"] = left * 100 >= materials * percent
    return {name: held for name, held in found.items() if held is not None}


def _limit(ground: Ground, name: str) -> Any:
    """The figure of the first row of the lines that gives one: in one place, one limit holds."""
    row = limiting(ground, name)
    return None if row is None else ground.figure(row, name)


def limiting(ground: Ground, name: str) -> Row | None:
    """The first row of the lines here that gives a figure."""
    memo, key = ground.law.memo, ("goods limits", name, ground.key)
    if key not in memo:
        rows = ground.standing(TABLE).ordered
        memo[key] = next((row for row in rows if row.param(name) is not None), None)
    found: Row | None = memo[key]
    return found


def _within(ground: Ground, name: str, fen: int) -> bool | None:
    most = _limit(ground, name)
    return None if most is None else fen <= int(most * 100)


def retail_value(case: GoodsCase) -> int | None:
    """The retail price of an order, freight and insurance within."""
    return case.money.get("customs_value", case.money.get("price"))


def value_added(case: GoodsCase) -> tuple[int, int] | None:
    """Price less materials, and materials, in fen; None when a figure is missing.

    Source: customs announcement 2025 no. 158, article 4.
    """
    names = ("sale_price", "imported_materials", "domestic_materials")
    if not case.money.keys() >= set(names):
        return None
    price, imported, domestic = (case.money[name] for name in names)
    return price - imported - domestic, imported + domestic


def ratio_text(ratio: tuple[int, int]) -> str:
    """The share of value added with six places, half away from zero."""
    left, materials = ratio
    if not materials:
        return "inf"
    sign = "-" if left < 0 else ""
    micro = (2 * abs(left) * MILLION + materials) // (2 * materials)
    return f"{sign}{micro // MILLION}.{micro % MILLION:06d}"


ASKED_FOR: Mapping[str, tuple[str, ...]] = {
    "single_value_within": ("price",),
    "year_value_within": ("used_this_year",),
    "value_added_reached": ("sale_price", "imported_materials", "domestic_materials"),
}
"""The figures of a case that settle a fact which is worked out."""
