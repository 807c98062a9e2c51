"""Links of an effect and its parameters with the shapes that its table declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from openzone.errors import nearest
from openzone.rulebook import model as m
from openzone.rulebook.linking.goods import LIST_PARAMETERS
from openzone.rulebook.linking.linker import Linker, Spot

# The unit stands last in the name of a figure; what it may be follows from the unit.
UNIT_RANGES: dict[str, tuple[int, int | None]] = {
    "_percent": (0, 100),
    "_share": (0, 1),
    "_count": (0, None),
    "_days": (0, None),
    "_months": (0, None),
    "_years": (0, None),
    "_fen": (0, None),
}


def effect_fits(
    linker: Linker, effect: str, params: Mapping[str, Any], table: m.Table, spot: Spot
) -> None:
    """Note an unknown effect, a missing or unknown parameter, a figure out of its range."""
    shapes = {one[0]: one for one in reversed(table.effects)}  # of two, the first
    if not linker.known("effect", effect, shapes, spot.at("effect")):
        return
    _, _, requires, allows = shapes[effect]
    where = spot.at("params")
    for name in requires:
        if name not in params:
            linker.note(
                where,
                "missing_field",
                f"the effect {effect} needs '{name}'",
                expected=", ".join(requires),
                next=f"add '{name}' to params",
            )
    for name, value in params.items():
        if name not in requires and name not in allows:
            linker.note(
                where.at(name),
                "unknown_field",
                f"the effect {effect} has no parameter '{name}'",
                expected="one of " + ", ".join((*requires, *allows)) if requires or allows else "",
                next=nearest(name, (*requires, *allows)) or f"remove it, or add it to {table.id}",
            )
            continue
        for reference in _references(value):
            linker.known("parameter", reference, linker.parts["parameters"], where.at(name))
        if name in LIST_PARAMETERS:
            linker.known("goods list", str(value), linker.parts["goods_lists"], where.at(name))
        if not isinstance(value, m.ParameterRef):
            _range(linker, name, value, where.at(name))


def check_effect(
    linker: Linker,
    effect: str,
    params: Mapping[str, Any],
    table: m.Table,
    file: str,
    line: int | None,
) -> None:
    """Note what is wrong with the effect of the entry on a line."""
    effect_fits(linker, effect, params, table, linker.spot(file, line))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, m.ParameterRef):
        yield value.parameter
    elif isinstance(value, tuple):
        for item in value:
            yield from _references(item)


def _range(linker: Linker, name: str, value: Any, spot: Spot) -> None:
    stem = name.removesuffix("_max").removesuffix("_min")
    unit = next((unit for unit in UNIT_RANGES if stem.endswith(unit)), None)
    if unit is None:
        return
    least, most = UNIT_RANGES[unit]
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if not number or value < least or (most is not None and value > most):
        upto = "or more" if most is None else f"to {most}"
        linker.note(
            spot,
            "out_of_range" if number else "wrong_value",
            f"'{name}' is out of range" if number else f"'{name}' is no number",
            seen=value,
            expected=f"a number, {least} {upto}",
            next="correct the figure; the unit is the end of the name",
        )
