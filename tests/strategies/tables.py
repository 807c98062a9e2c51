"""Tables of cases: the same raw cases as columns, in the types in which callers hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from openzone.decide.facts import Fact, as_day
from tests.strategies.cases import Pool, raw_case
from tests.strategies.picking import Pick

SHARES = ("varchar", "decimal", "double", "bigint")
PLACES = ("list", "text")
DATES = ("date", "varchar")
BAD: dict[str, tuple[Any, ...]] = {
    "activity": ("nonsense", "nonsense.child", " "),
    "industry": ("9999", "Z", "zz"),
    "place": (["atlantis"],),
    "date": ("2024-02-30", "2024-1-5", "tomorrow", " 2024-02-01 "),
    "share": ("1.000001", "-0.1", "0.1234567", "half", "49%"),
    "choice": ("other",),
    "mode": (3, 0),
    "count": (-1,),
    "nation": ("xx",),
    "word": ("nowhere",),
}


@dataclass(frozen=True)
class Drawn:
    """Raw cases, each as a caller would send it alone, and the same cases as a table."""

    cases: tuple[dict[str, Any], ...]
    table: pa.Table


def drawn_table(pick: Pick, pool: Pool, facts: Sequence[Fact], count: int) -> Drawn:
    """A table of up to `count` cases; each column in one of the types it may have."""
    kinds = {fact.name: fact.kind for fact in facts}
    absent = set(pick.some([*kinds, "activity", "industry", "place", "date"], 5))
    shapes = {name: pick.one(SHARES) for name, kind in kinds.items() if kind == "share"}
    shapes |= {"place": pick.one(PLACES), "date": pick.one(DATES)}
    cases = []
    for _ in range(count):
        raw = raw_case(pick, pool)
        for name in list(raw):
            bad = BAD.get(kinds.get(name, name), ())
            if bad and pick.chance(2):
                raw[name] = pick.one(bad)
        cases.append(_shaped({n: v for n, v in raw.items() if n not in absent}, shapes))
    names = [n for n in ("date", "place", "activity", "industry", *kinds) if n not in absent]
    columns = {name: _column(name, kinds.get(name), shapes, cases) for name in names}
    columns["id"] = pa.array([str(number) for number in range(len(cases))])
    return Drawn(tuple(cases), pa.table(columns))


def _shaped(raw: dict[str, Any], shapes: dict[str, str]) -> dict[str, Any]:
    """The case as its columns can hold it; a case alone is given the same values."""
    found: dict[str, Any] = {}
    for name, value in raw.items():
        shape = shapes.get(name)
        if shape in ("decimal", "double", "bigint"):
            try:
                number = Decimal(value)
            except ArithmeticError:
                continue
            if shape == "bigint":
                number = Decimal(round(number))
            whole = number == round(number, 6)
            if shape == "decimal" and not whole:
                continue
            found[name] = {"decimal": number, "double": float(number), "bigint": int(number)}[shape]
        elif name == "place":
            found[name] = ";".join(value) if shape == "text" else value
        elif name == "date" and shape == "date":
            found[name] = as_day(value)
        else:
            found[name] = value
    return found


def _column(
    name: str, kind: str | None, shapes: dict[str, str], cases: list[dict[str, Any]]
) -> Any:
    values = [case.get(name) for case in cases]
    if name == "place":
        texts = shapes["place"] == "text"
        return pa.array(values, pa.string() if texts else pa.list_(pa.string()))
    if name == "date":
        return pa.array(values, pa.date32() if shapes["date"] == "date" else pa.string())
    if kind == "share":
        types = {"varchar": pa.string(), "decimal": pa.decimal128(9, 6), "double": pa.float64(),
                 "bigint": pa.int64()}  # fmt: skip
        return pa.array(values, types[shapes[name]])
    if kind == "flag":
        return pa.array(values, pa.bool_())
    if kind in ("count", "mode"):
        return pa.array(values, pa.int64())
    return pa.array(values, pa.string())
