"""A synthetic population of declaration lines: seeded, labelled, written as Parquet.

The lines are drawn, not observed: code, origin, proof, place, day and value are independent, so
sums show what a law does to a mix of lines, and no quantity of real trade.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.errors import CaseError, Fault, missing_extra
from openzone.rulebook.law import Law
from openzone.rulebook.tariff import Schedule

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from openzone.lab.population import CHUNK, LABEL, ROW_GROUP, words_column
except ImportError as error:
    raise missing_extra("table", "drawing a population") from error

IN_ZONES = 0.5
WITH_PROOF = 0.6
ON_TAXED_LIST = 0.3
BENEFICIARIES = 0.5
VALUE_MEDIAN_YUAN, VALUE_SPREAD = 60_000, 1.8
KG_A_YUAN, KG_SPREAD = 0.05, 1.2
LITRES_CHAPTERS = ("22", "27")
ENGINE_CHAPTER = "87"
ENGINES = ("1.0", "1.5", "2.0", "2.5", "3.0", "4.4")
OTHER_ORIGINS = ("US", "DE", "FR", "GB", "BR", "ZA")


def draw_declarations(
    law: Law,
    path: Path,
    *,
    cases: int,
    seed: int,
    first: dt.date,
    last: dt.date,
    schedule: Schedule | None = None,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Draw `cases` lines and write them to a Parquet file; the same seed gives the same file.

    Codes are the lines of the tariff of the last day, origins the partners of its columns and six
    others, a proof is one of the columns open to the origin (WITH_PROOF); half of the lines go to a
    zone. Values are log-normal. Facts of the first line of a zone (the importer a beneficiary, the
    goods on the taxed list) are drawn too. Raises CaseError where no tariff is on record.
    """
    held = schedule or _tariff(law, last)
    menu = _Menu(
        [code for code in held.hs if code not in held.incomplete],
        _pairs(held),
        ["", *sorted(_places(law, first, last))],
        (first - dt.date(1970, 1, 1)).days,
        (last - first).days + 1,
    )
    metadata = {
        "openzone.population": LABEL,
        "openzone.seed": str(seed),
        "openzone.tariff": held.id,
    }
    writer: Any = None
    try:
        for start in range(0, cases, CHUNK):
            count = min(CHUNK, cases - start)
            drawn = menu.drawn(start, count, seed).replace_schema_metadata(metadata)
            if writer is None:
                writer = pq.ParquetWriter(path, drawn.schema, compression="snappy")
            writer.write_table(drawn, row_group_size=ROW_GROUP)
            if progress is not None:
                progress(start + count)
    finally:
        if writer is not None:
            writer.close()
    return path


@dataclass(frozen=True)
class _Menu:
    """What lines are drawn from: codes, origins with a proof, places, the first day (from 1970)
    and how many days there are."""

    codes: list[str]
    pairs: list[tuple[str, str]]
    places: list[str]
    base: int
    span: int

    def drawn(self, start: int, count: int, seed: int) -> Any:
        """`count` lines from number `start` on; the same numbers and seed give the same lines."""
        rng = np.random.default_rng((seed, start))
        line = rng.integers(0, len(self.codes), count)
        pair = rng.integers(0, len(self.pairs), count)
        inside = rng.random(count) < IN_ZONES
        where = np.where(inside, rng.integers(1, len(self.places), count), 0)
        fen = np.exp(rng.normal(np.log(VALUE_MEDIAN_YUAN * 100), VALUE_SPREAD, count))
        fen = np.clip(fen, 100, 10**12).astype("int64")
        grams = fen * 10 * KG_A_YUAN * np.exp(rng.normal(0, KG_SPREAD, count))
        grams = np.clip(grams, 1, 10**13).astype("int64")
        engine = rng.integers(0, len(ENGINES), count)
        chapter = np.array([int(code[:2]) for code in self.codes])[line]
        wet = np.isin(chapter, [int(one) for one in LITRES_CHAPTERS])
        litres = np.array([float(one) for one in ENGINES])[engine]
        days = (self.base + rng.integers(0, self.span, count)).astype("int32")
        return pa.table(
            {
                "id": pa.array(np.arange(start, start + count, dtype="int64")),
                "hs": words_column(line, self.codes),
                "origin": words_column(pair, [one for one, _ in self.pairs]),
                "proofs": words_column(pair, [proof for _, proof in self.pairs]),
                "place": words_column(where, self.places),
                "date": pa.array(days).cast(pa.date32()),
                "line": words_column(inside.astype("int64"), ["", "first"]),
                "beneficiary": pa.array(rng.random(count) < BENEFICIARIES),
                "on_taxed_list": pa.array(rng.random(count) < ON_TAXED_LIST),
                "customs_value": _decimals(fen, 14, 2),
                "quantity_kg": _decimals(grams, 15, 3),
                "quantity_litre": _decimals(grams, 15, 3, wet),
                "engine_litres": pa.array(litres, mask=chapter != int(ENGINE_CHAPTER)).cast(
                    pa.decimal128(4, 1)
                ),
            }
        )


def _tariff(law: Law, day: dt.date) -> Schedule:
    """The tariff that is law on a day."""
    for one in law.book.schedules.values():
        if one.use == "law" and one.in_force.holds(day) and law.public(one.document):
            return one
    raise CaseError(
        Fault("unknown_reference", "no tariff is on record for the day", field="to", seen=day,
              next="draw days of a tariff that the book holds, or give --cases")
    )  # fmt: skip


def _pairs(held: Schedule) -> list[tuple[str, str]]:
    """Origins with a proof that opens a column to them, or none, by how often they are drawn."""
    origins = {origin for column in held.columns.values() for origin in column.partners}
    found: list[tuple[str, str]] = []
    for origin in sorted(origins | set(OTHER_ORIGINS)):
        columns = [column.id for column in held.open_to(origin)]
        many = 10
        bare = many if not columns else round(many * (1 - WITH_PROOF))
        found += [(origin, "")] * bare
        found += [(origin, columns[n % len(columns)]) for n in range(many - bare)]
    return found


def _places(law: Law, first: dt.date, last: dt.date) -> set[str]:
    """Zones and areas that rows of goods name, there on every day."""
    named = {
        value
        for row in law.rows
        if row.table.startswith("goods")
        for condition in row.conditions
        if condition.fact == "place"
        for value in condition.values
    }
    reforms = (*law.live, *law.reforms)
    named |= {area for reform in reforms for area in reform.territory}
    zones = {id for id, one in law.territories.items() if one.kind == "ftz"}
    return {
        id
        for id in named | zones
        if law.territories[id].valid.holds(first) and law.territories[id].valid.holds(last)
    }


def _decimals(whole: Any, precision: int, scale: int, kept: Any = None) -> Any:
    """Whole numbers as decimals; absent where `kept` is false."""
    halves = np.stack((whole, whole >> 63), axis=1)  # 128 bits each, the lower half first
    kind = pa.decimal128(precision, scale)
    column = pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(halves.tobytes())])
    if kept is None:
        return column
    return pa.compute.if_else(pa.array(kept), column, pa.scalar(None, kind))
