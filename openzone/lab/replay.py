"""A population decided before and after a reform: what changes, by sector and by place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.decide.frame import Frame
from openzone.errors import CaseError, Fault, missing_extra

try:
    import ibis
    import pyarrow as pa
    import pyarrow.compute as pc

    from openzone.decide.table.engine import CELL, TableEngine, word_column
    from openzone.decide.table.opening import opened
    from openzone.decide.table.run import PAIR_COLUMNS
except ImportError as error:
    raise missing_extra("table", "replaying a population") from error

BEFORE = "cell_before"
SECTION = "section"
UNSAID = "?"


@dataclass(frozen=True, slots=True)
class Replay:
    """Counts of a population under two laws.

    `flips`: an Arrow table of section, place, before, after, n, for every pair of outcomes, changed
    or not. `synthetic` says whether the population was drawn.
    """

    cases: int
    flips: Any
    synthetic: str | None
    source: str

    @property
    def changed(self) -> int:
        """How many cases have another outcome."""
        mask = pc.not_equal(self.flips.column("before"), self.flips.column("after"))
        return pc.sum(self.flips.filter(mask).column("n")).as_py() or 0

    def as_dict(self) -> dict[str, Any]:
        """The replay as plain data."""
        return {
            "cases": self.cases,
            "changed": self.changed,
            "synthetic": self.synthetic,
            "flips": self.flips.to_pylist(),
        }

    def by(self, *columns: str, changed: bool = True) -> list[dict[str, Any]]:
        """Counts by columns of `flips`, largest first; only cases that change, unless told."""
        table = self.flips
        if changed:
            table = table.filter(pc.not_equal(table.column("before"), table.column("after")))
        grouped = table.group_by(list(columns)).aggregate([("n", "sum")])
        rows = grouped.rename_columns({"n_sum": "n"}).to_pylist()
        return sorted(rows, key=lambda one: (-one["n"], [str(one[c]) for c in columns]))


def replay(
    before: Frame,
    after: Frame,
    source: Path,
    *,
    today: dt.date,
    memory_limit: str | None = None,
) -> Replay:
    """Decide the cases of a Parquet file under two laws, in one pass over the file on DuckDB."""
    if not source.is_file():
        raise CaseError(
            Fault(
                "unreadable",
                "there is no such file",
                file=str(source),
                expected="a Parquet file of cases",
            )
        )
    connection = opened()
    if memory_limit:
        connection.raw_sql(f"SET memory_limit = '{memory_limit}'")
    cases = connection.read_parquet(source)
    total = cases.count().to_pyarrow().as_py()
    engines = (TableEngine(before, today), TableEngine(after, today))
    found, runs = _joint(engines, cases)
    if (pc.sum(found.column("n")).as_py() or 0) != total:
        for engine in engines:
            engine.learn(cases)
        found, runs = _joint(engines, cases)
    flips = _with_places(found, runs[1])
    for run, cell, name in ((runs[0], BEFORE, "before"), (runs[1], CELL, "after")):
        numbers = flips.column(cell).combine_chunks().dictionary_encode()
        words = pa.array([run.word(n, "outcome") for n in numbers.dictionary.to_pylist()])
        flips = flips.append_column(name, words.take(numbers.indices))
    keys = [SECTION, "place", "before", "after"]
    flips = flips.group_by(keys).aggregate([("n", "sum")]).select([*keys, "n_sum"])
    return Replay(total, flips.rename_columns([*keys, "n"]), label_of(source), str(source))


def _joint(engines: Sequence[TableEngine], cases: Any) -> tuple[Any, list[Any]]:
    """The cases counted by both cells, section and place (by its number), in one pass."""
    words = [name for name in (*PAIR_COLUMNS, "place") if name in cases.columns]
    encoded, first = engines[0].encode(cases)
    encoded, second = engines[1].encode(encoded.rename({BEFORE: CELL}), (BEFORE,), words)
    keys = [BEFORE, CELL]
    own = [name for name in words if name in PAIR_COLUMNS]
    if own:
        sections = [_section(engines[0].frame, own[0], word) for word in second.words(own[0])]
        numbers = pa.array(range(len(sections)), pa.int32())
        dim = ibis.memtable(pa.table({"_section_of": numbers, SECTION: sections}))
        encoded = encoded.inner_join(dim, [(word_column(own[0]), "_section_of")])
        keys.append(SECTION)
    if "place" in words:
        keys.append(word_column("place"))
    return encoded.group_by(keys).agg(n=encoded.count()).to_pyarrow(), [first, second]


def _with_places(found: Any, run: Any) -> Any:
    """The counts with a section and a place in words."""
    unsaid = pa.array([UNSAID] * found.num_rows, pa.string())
    if SECTION not in found.column_names:
        found = found.append_column(SECTION, unsaid)
    number = word_column("place")
    if number not in found.column_names:
        return found.append_column("place", pa.array([""] * found.num_rows, pa.string()))
    places = pa.array(run.words("place"), pa.string()).take(found.column(number))
    return found.append_column("place", places)


def _section(frame: Frame, column: str, word: str) -> str:
    """The section of an activity or a code, several together; UNSAID where the book has none."""
    book = frame.law.book
    if column == "industry":
        return book.classification.section(word) if word in book.classification else UNSAID
    if word not in book.vocabulary:
        return UNSAID
    codes = book.vocabulary.codes(word)
    return "".join(sorted({book.classification.section(code) for code, _ in codes})) or UNSAID


def label_of(source: Path) -> str | None:
    """What a drawn population says of itself; None for any other file."""
    if source.suffix.lower() != ".parquet":
        return None
    import pyarrow.parquet as pq

    metadata = pq.read_schema(source).metadata or {}
    label = metadata.get(b"openzone.population")
    seed = metadata.get(b"openzone.seed")
    return f"{label.decode()} (seed {seed.decode()})" if label and seed else None
