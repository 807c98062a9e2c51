"""Our table engine, with the same three calls as the floor."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from benchmarks.sql_floor import section_of
from openzone.decide.frame import Frame

Count = tuple[str, str, str, int]


class Contestant(Protocol):
    """What a table contender can do with a file of cases."""

    def aggregate(self, path: Path) -> list[Count]:
        """Outcome, section, place, number of cases."""
        ...

    def answers(self, path: Path) -> list[tuple[int, str, tuple[str, ...]]]:
        """Id, outcome and the facts to ask for, of every case in the order of the ids."""
        ...

    def write_rows(self, path: Path, out: Path) -> None:
        """Id, outcome and needs of every case, to a Parquet file."""
        ...


class Ours:
    """`openzone.decide.table.engine` on DuckDB."""

    def __init__(self, frame: Frame, memory: str | None = None) -> None:
        import ibis

        from openzone.decide.table.engine import TableEngine

        self.backend = ibis.duckdb.connect()
        if memory is not None:
            self.backend.raw_sql(f"SET memory_limit = '{memory}'")
        self.engine = TableEngine(frame, frame.law.book.info.as_of)
        self._runs = 0
        tags = list(frame.law.book.vocabulary)
        self._numbers = {tag: number for number, tag in enumerate(tags)}
        self._sections = [section_of(frame.law, tag) for tag in tags]

    def table(self, path: Path) -> Any:
        """A file as an Ibis table, under a new name each time."""
        self._runs += 1
        return self.backend.read_parquet(path, table_name=f"file_{self._runs}")

    def outcomes(self, table: Any) -> dict[str, int]:
        """How many cases of a table have each outcome."""
        found = self.engine.counts(table).to_pylist()
        return {row["outcome"]: row["n"] for row in found}

    def write_cells(self, path: Path, out: Path) -> None:
        """Cell, outcome and needs of every case, to a Parquet file."""
        found, _ = self.engine.decide(self.table(path), columns=())
        found.select("cell", "outcome", "needs").to_parquet(out, compression="zstd")

    def aggregate(self, path: Path) -> list[Count]:
        """Outcome, section, place, number of cases."""
        import pyarrow as pa

        found = self.engine.counts(self.table(path), by=("activity", "place"))
        tags = found.column("activity").combine_chunks().dictionary_encode()
        sections = pa.array(
            [self._sections[self._numbers[tag]] for tag in tags.dictionary.to_pylist()]
        )
        found = found.append_column("section", sections.take(tags.indices))
        grouped = found.group_by(["outcome", "section", "place"]).aggregate([("n", "sum")])
        names = ("outcome", "section", "place", "n_sum")
        columns = [grouped.column(name).to_pylist() for name in names]
        return list(zip(*columns, strict=True))

    def answers(self, path: Path) -> list[tuple[int, str, tuple[str, ...]]]:
        """Id, outcome and the facts to ask for, of every case in the order of the ids."""
        found, _ = self.engine.decide(self.table(path))
        rows = found.select("id", "outcome", "needs").order_by("id").to_pyarrow().to_pylist()
        return [
            (row["id"], row["outcome"], tuple(filter(None, (row["needs"] or "").split(";"))))
            for row in rows
        ]

    def write_rows(self, path: Path, out: Path) -> None:
        """Id, outcome and needs of every case, to a Parquet file."""
        found, _ = self.engine.decide(self.table(path))
        found.select("id", "outcome", "needs").to_parquet(out, compression="zstd")
