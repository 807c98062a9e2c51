"""A seeded population of investment cases, drawn in chunks and written as Parquet.

The same seed gives the same cases on every machine; the first rows of a large population are the
rows of a small one. Shares are whole millionths inside and DECIMAL(7,6) in the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from openzone.rulebook.book import Book

    Codes = NDArray[np.int64]

SEED = 20260630
CHUNK = 1_000_000
FIRST_DAY = dt.date(2020, 7, 23)
LAST_DAY = dt.date(2026, 6, 30)
MILLION = 1_000_000

SHARES = (100_000, 250_000, 330_000, 490_000, 500_000, 510_000, 660_000, 700_000, 990_000, MILLION)
NATIONS = ("CN", "US", "HK", "DE")
VEHICLES = ("company", "partnership")
FORMS = ("new", "acquisition")
PILOT_PLACES = (
    "city:beijing", "city:tianjin", "city:shanghai", "city:shanghai-pudong", "city:nanjing",
    "city:suzhou", "city:fuzhou", "city:guangzhou", "city:shenzhen", "ftz:shanghai-lingang",
)  # fmt: skip
WEIGHT_WITH_ROWS = 4  # a tag that some row names is drawn four times as often as one none names


@dataclass(frozen=True)
class Menu:
    """What cases are drawn from: tags and places of a book, with weights; place 0 is no place."""

    tags: tuple[str, ...]
    tag_weights: tuple[float, ...]
    places: tuple[str, ...]
    place_weights: tuple[float, ...]
    place_from: tuple[dt.date, ...]


def menu(book: Book, table: str = "capital") -> Menu:
    """Every tag of the vocabulary; half the cases in no place, the rest over zones and pilots."""
    named = {
        tag for row in book.rows if row.table == table for tag in (*row.activity, *row.not_activity)
    }
    lineages = book.vocabulary.lineages
    heavy = [WEIGHT_WITH_ROWS if lineages[tag] & named else 1 for tag in lineages]
    zones = [place for place, known in book.territories.items() if known.kind == "ftz"]
    pilots = [place for place in PILOT_PLACES if place in book.territories]
    inside = [*zones, "hainan", *pilots]
    return Menu(
        tuple(lineages),
        tuple(weight / sum(heavy) for weight in heavy),
        ("", *inside),
        (0.5, *([0.5 / len(inside)] * len(inside))),
        tuple(
            (book.territories[place].valid.start or dt.date.min) if place else dt.date.min
            for place in ("", *inside)
        ),
    )


@dataclass(frozen=True)
class Chunk:
    """Cases as numbers: codes into the menu, days since 1970, millionths; -1 is not given."""

    first_id: int
    activity: Codes
    place: Codes
    day: Codes
    share: Codes
    single: Codes
    legal_rep: Codes
    vehicle: Codes
    form: Codes

    def __len__(self) -> int:
        return len(self.activity)


def chunks(drawn_from: Menu, rows: int, seed: int = SEED) -> Iterator[Chunk]:
    """Draw `rows` cases, a million at a time, each chunk from its own seed."""
    for number, first in enumerate(range(0, rows, CHUNK)):
        yield _draw(drawn_from, number, first, min(CHUNK, rows - first), seed)


def _draw(drawn_from: Menu, number: int, first: int, keep: int, seed: int) -> Chunk:
    import numpy as np

    rng = np.random.default_rng([seed, number])

    def choice(values: int, weights: tuple[float, ...]) -> Codes:
        drawn: Codes = rng.choice(values, size=CHUNK, p=weights)
        return drawn

    activity = choice(len(drawn_from.tags), drawn_from.tag_weights)
    place = choice(len(drawn_from.places), drawn_from.place_weights)
    epoch = dt.date(1970, 1, 1)
    day = rng.integers((FIRST_DAY - epoch).days, (LAST_DAY - epoch).days + 1, CHUNK)
    since = np.array([(start - epoch).days for start in drawn_from.place_from])
    place = np.where(day < since[place], 0, place)  # a zone not yet founded is no place
    share = np.where(
        rng.random(CHUNK) < 0.5,
        np.array(SHARES)[rng.integers(0, len(SHARES), CHUNK)],
        rng.integers(1, 1001, CHUNK) * 1000,
    )
    single = np.maximum(share * rng.integers(1, 11, CHUNK) // 10, 1)
    single = np.where(rng.random(CHUNK) < 0.6, -1, single)
    legal_rep = choice(5, (0.5, 0.35, 0.07, 0.04, 0.04)) - 1
    vehicle = choice(3, (0.8, 0.15, 0.05)) - 1
    form = choice(3, (0.8, 0.1, 0.1)) - 1
    columns = (activity, place, day, share, single, legal_rep, vehicle, form)
    return Chunk(first, *(column[:keep] for column in columns))


def as_cases(drawn_from: Menu, chunk: Chunk) -> list[dict[str, Any]]:
    """The cases as a caller would send them, one mapping each."""
    epoch = dt.date(1970, 1, 1)
    words = (
        ("legal_rep_nationality", NATIONS, chunk.legal_rep),
        ("vehicle", VEHICLES, chunk.vehicle),
        ("form", FORMS, chunk.form),
    )
    cases = []
    for row in range(len(chunk)):
        case: dict[str, Any] = {
            "id": str(chunk.first_id + row),
            "activity": drawn_from.tags[chunk.activity[row]],
            "date": (epoch + dt.timedelta(int(chunk.day[row]))).isoformat(),
            "foreign_share": micro_text(int(chunk.share[row])),
        }
        if chunk.place[row]:
            case["place"] = drawn_from.places[chunk.place[row]]
        if chunk.single[row] >= 0:
            case["largest_single_foreign"] = micro_text(int(chunk.single[row]))
        case |= {name: known[codes[row]] for name, known, codes in words if codes[row] >= 0}
        cases.append(case)
    return cases


def micro_text(micro: int) -> str:
    """Whole millionths as a decimal fraction (490000 → 0.490000)."""
    return f"{micro // MILLION}.{micro % MILLION:06d}"


def write_parquet(
    drawn_from: Menu, rows: int, path: Path, columns: Sequence[str] = (), seed: int = SEED
) -> Path:
    """Write `rows` cases to `path`, a chunk in memory at a time; keep a file already there.

    `columns`: leave out all others.
    """
    import pyarrow.parquet as pq

    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    writer = None
    for chunk in chunks(drawn_from, rows, seed):
        table = _table(drawn_from, chunk)
        if columns:
            table = table.select(columns)
        if writer is None:
            writer = pq.ParquetWriter(
                unfinished, table.schema, compression="zstd", store_decimal_as_integer=True
            )
        writer.write_table(table, row_group_size=122_880 * 4)
    if writer is not None:
        writer.close()
    unfinished.rename(path)
    return path


def _table(drawn_from: Menu, chunk: Chunk) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    ids = np.arange(chunk.first_id, chunk.first_id + len(chunk), dtype=np.int64)
    return pa.table(
        {
            "id": pa.array(ids),
            "activity": words(drawn_from.tags, chunk.activity),
            "place": words(drawn_from.places, chunk.place),
            "date": pa.array(chunk.day.astype(np.int32)).cast(pa.date32()),
            "foreign_share": decimals(chunk.share),
            "largest_single_foreign": decimals(chunk.single),
            "legal_rep_nationality": words(NATIONS, chunk.legal_rep),
            "vehicle": words(VEHICLES, chunk.vehicle),
            "form": words(FORMS, chunk.form),
        }
    )


def words(known: tuple[str, ...], codes: NDArray[Any]) -> pa.Array:
    """A column of words from codes; below 0 is null."""
    import numpy as np
    import pyarrow as pa

    indices = pa.array(codes.astype(np.int16), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(known))


def decimals(micro: NDArray[Any]) -> pa.Array:
    """A column of fractions from whole millionths; below 0 is null."""
    import numpy as np
    import pyarrow as pa

    absent = micro < 0
    wide = np.zeros((len(micro), 2), dtype=np.int64)
    wide[:, 0] = np.where(absent, 0, micro)
    validity = pa.py_buffer(np.packbits(~absent, bitorder="little").tobytes())
    buffers = [validity, pa.py_buffer(wide.tobytes())]
    return pa.Array.from_buffers(
        pa.decimal128(7, 6), len(micro), buffers, null_count=int(absent.sum())
    )
