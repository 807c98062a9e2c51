"""A synthetic population of investment projects: seeded, labelled, written as Parquet.

The projects are drawn, not observed: activity, place, day and share are independent, so counts show
what a law does to a mix of cases, and no quantity of the real economy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openzone.decide.frame import Frame
from openzone.errors import missing_extra

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise missing_extra("table", "drawing a population") from error

CHUNK = 1_000_000
ROW_GROUP = 250_000
LISTED_WEIGHT = 4
OUTSIDE_SHARE = 0.4
LABEL = "synthetic: drawn with a seed, not observed"


def draw_projects(
    frame: Frame,
    path: Path,
    *,
    cases: int,
    seed: int,
    first: dt.date,
    last: dt.date,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Draw `cases` projects and write them to a Parquet file; the same seed gives the same file.

    Activities are the tags of the vocabulary, those that a row names LISTED_WEIGHT times as often;
    places are none (OUTSIDE_SHARE), else a zone, the port or a city; days lie in [first, last];
    shares are thousandths, with the figures of the rows and their neighbours drawn as often as all
    others together.
    """
    tags, places, shares = _pools(frame, first, last)
    span = (last - first).days + 1
    columns = pa.schema(
        [
            ("id", pa.int64()),
            ("activity", pa.dictionary(pa.int32(), pa.string())),
            ("place", pa.dictionary(pa.int32(), pa.string())),
            ("date", pa.date32()),
            ("foreign_share", pa.decimal128(7, 6)),
        ],
        metadata={"openzone.population": LABEL, "openzone.seed": str(seed)},
    )
    base = (first - dt.date(1970, 1, 1)).days
    with pq.ParquetWriter(path, columns, compression="snappy") as writer:
        for start in range(0, cases, CHUNK):
            count = min(CHUNK, cases - start)
            rng = np.random.default_rng((seed, start))
            days = (base + rng.integers(0, span, count)).astype("int32")
            outside = rng.random(count) < OUTSIDE_SHARE
            where = np.where(outside, 0, rng.integers(1, len(places), count))
            drawn = pa.table(
                [
                    pa.array(np.arange(start, start + count, dtype="int64")),
                    words_column(rng.integers(0, len(tags), count), tags),
                    words_column(where, places),
                    pa.array(days).cast(pa.date32()),
                    shares.take(pa.array(rng.integers(0, len(shares), count))),
                ],
                schema=columns,
            )
            writer.write_table(drawn, row_group_size=ROW_GROUP)
            if progress is not None:
                progress(start + count)
    return path


def _pools(frame: Frame, first: dt.date, last: dt.date) -> tuple[list[str], list[str], Any]:
    """Tags, places that exist on every day of the span, shares."""
    vocabulary = frame.law.book.vocabulary
    tags: list[str] = []
    for tag in vocabulary:
        listed = not vocabulary.lineages[tag].isdisjoint(frame.named_tags)
        tags += [tag] * (LISTED_WEIGHT if listed else 1)
    named = {area for one in frame.table.lists for area in one.under}
    for overlay in frame.overlays:
        named |= overlay.territory
    places = [""]
    for id, territory in frame.law.territories.items():
        special = id in named or any(dated.id in named for dated in territory.dated)
        valid = territory.valid
        always = valid.holds(first) and valid.holds(last)
        if special and always and territory.kind != "collective":
            places.append(id)
    plain = [f"{n / 1000:.6f}" for n in range(1, 1001)]
    cuts = sorted(
        {int(n) for row in frame.rows for n in _figures(row)}
        | {100 - int(n) for row in frame.rows for n in _figures(row)}
    )
    near = [
        f"{min(max(cut * 10_000 + step, 1), 1_000_000) / 1_000_000:.6f}"
        for cut in cuts
        for step in (-10_000, 0, 1)
    ]
    repeat = max(1, len(plain) // max(1, len(near)))
    shares = pa.array([*plain, *(near * repeat)]).cast(pa.decimal128(7, 6))
    return sorted(tags), places, shares


def _figures(row: Any) -> list[int]:
    return [
        value
        for name, value in row.params
        if name.endswith("_percent") and isinstance(value, int) and 0 < value <= 100
    ]


def words_column(indices: Any, words: list[str]) -> Any:
    """A dictionary column; equal words share one entry."""
    unique = sorted(set(words))
    place = {word: number for number, word in enumerate(unique)}
    codes = np.array([place[word] for word in words], dtype="int32")
    return pa.DictionaryArray.from_arrays(pa.array(codes[indices]), pa.array(unique))
