"""The process that decides tables: a line of JSON names a file of cases and one for the answers."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openzone.errors import CaseError, Fault, OpenZoneError

ROOM = 3  # times the memory of the engine: Python, Arrow and the answers beside it
KEPT = 8
PARQUET, ARROW = "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream"


def main() -> int:
    """Decide each table that a line of standard input specifies; say of each what came of it."""
    memory = int(sys.argv[1])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    bound(memory)
    process = Process(memory)
    for line in sys.stdin.buffer:
        answers.write(json.dumps(process.told(json.loads(line))).encode() + b"\n")
        answers.flush()
    return 0


def _told(fault: Fault) -> dict[str, Any]:
    """A fault as its fields; what was seen as text."""
    seen = fault.seen if fault.seen is None or isinstance(fault.seen, int) else str(fault.seen)
    return {**dataclasses.asdict(fault), "seen": seen}


def bound(memory: int) -> None:
    """Hold this process to its memory, where the system can."""
    try:
        import resource
    except ImportError:
        return
    most = memory * ROOM
    for kind, least in (("RLIMIT_CORE", 0), ("RLIMIT_DATA", most), ("RLIMIT_FSIZE", most)):
        if (limit := getattr(resource, kind, None)) is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (least, least))


class Process:
    """The book and the engines that tables are decided by, kept from one table to the next."""

    def __init__(self, memory: int) -> None:
        from openzone.decide.table.opening import Bounds, opened

        self.connection = opened(Bounds(None, memory))
        self._engines: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def told(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Decide one table; the faults of a refused one, with the status of the answer."""
        try:
            self._decide(spec)
        except OpenZoneError as error:
            status = 400 if error.code == "unreadable" else 422
            return {"status": status, "faults": [_told(fault) for fault in error.faults]}
        return {"status": 200, "faults": []}

    def _decide(self, spec: Mapping[str, Any]) -> None:
        with _readable():
            cases = _read(spec)
        with _decidable():
            answers = self._engine(spec).decided(self.connection, cases)
        _write(answers, spec["form"], Path(spec["answers"]))

    def _engine(self, spec: Mapping[str, Any]) -> Any:
        """The engine of a regime under a law; those asked last are kept."""
        from openzone.regimes.asking import Desk
        from openzone.regimes.tables import RegimeTables
        from openzone.rulebook.books import load_book
        from openzone.rulebook.reform_files import reform_named

        told = ("book", "hash", "regime", "known", "today")
        key = (*(spec[name] for name in told), *spec["reforms"])
        found = self._engines.pop(key, None)
        if found is None:
            book = load_book(spec["book"])
            if book.hash != spec["hash"]:
                raise RuntimeError("the book on disk is not the one that the service holds")
            today = dt.date.fromisoformat(spec["today"])
            known = dt.date.fromisoformat(spec["known"]) if spec["known"] else today
            reforms = [reform_named(book, one) for one in spec["reforms"]]
            desk = Desk(book, known=known, reforms=reforms, today=today, regime=spec["regime"])
            found = RegimeTables(desk)
        self._engines[key] = found
        while len(self._engines) > KEPT:
            self._engines.popitem(last=False)
        return found


def _read(spec: Mapping[str, Any]) -> Any:
    """The table, whole. Raises CaseError where it is too large or holds what no case does."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if spec["kind"] == PARQUET:
        file = pq.ParquetFile(spec["cases"])
        _check(spec, file.schema_arrow, file.metadata.num_rows)
        table = file.read(use_threads=False)
    else:
        with pa.OSFile(spec["cases"]) as source, pa.ipc.open_stream(source) as reader:
            _check(spec, reader.schema, 0)
            table = pa.Table.from_batches(_counted(reader, int(spec["rows"])), reader.schema)
    table.validate(full=True)
    _check(spec, table.schema, table.num_rows)
    return table


def _counted(reader: Any, most: int) -> Iterator[Any]:
    rows = 0
    for batch in reader:
        rows += batch.num_rows
        if rows > most:
            raise _too_many("rows", rows, most)
        yield batch


def _check(spec: Mapping[str, Any], schema: Any, rows: int) -> None:
    import pyarrow as pa

    if rows > spec["rows"]:
        raise _too_many("rows", rows, spec["rows"])
    if len(schema) > spec["columns"]:
        raise _too_many("columns", len(schema), spec["columns"])
    names = schema.names
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CaseError(Fault("duplicate", "the column stands twice", field=twice))
    for column in schema:
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if pa.types.is_nested(kind) or not _plain(kind):
            raise CaseError(
                Fault("wrong_value", "no field of a table of cases is of this type",
                      field=column.name, seen=str(column.type),
                      expected="text, numbers, true or false, days",
                      next="send cases with lists as JSON Lines")
            )  # fmt: skip


def _plain(kind: Any) -> bool:
    from pyarrow import types

    return bool(
        types.is_string(kind) or types.is_large_string(kind) or types.is_integer(kind)
        or types.is_floating(kind) or types.is_decimal(kind) or types.is_boolean(kind)
        or types.is_date(kind) or types.is_null(kind)
    )  # fmt: skip


def _too_many(what: str, seen: int, most: int) -> CaseError:
    return CaseError(
        Fault("out_of_range", f"the table has too many {what}", seen=seen,
              expected=f"at most {most:,}", next="send it in parts, or hand it in as a job")
    )  # fmt: skip


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """Tell damage of a table as a fault of what was sent."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, (OpenZoneError, pa.ArrowMemoryError)):
            raise
        raise CaseError(
            Fault("unreadable", "the table cannot be read: it is damaged, or of another kind",
                  seen=str(error).splitlines()[0][:200] if str(error) else None,
                  next="write it again as its content-type says")
        ) from None  # fmt: skip


@contextlib.contextmanager
def _decidable() -> Iterator[None]:
    """Tell what the engine cannot take of a table as a fault of the table."""
    import duckdb
    import pyarrow as pa

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise MemoryError from None
    except (duckdb.ConversionException, duckdb.BinderException, pa.ArrowInvalid) as error:
        raise CaseError(
            Fault("wrong_value", "the engine cannot take a column of the table as it is typed",
                  seen=str(error).splitlines()[0][:200], next="write its values as text")
        ) from None  # fmt: skip


def _write(answers: Any, form: str, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if form == PARQUET:
        pq.write_table(answers, path)
    elif form == ARROW:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, answers.schema) as out:
            out.write_table(answers)
    else:
        with path.open("w", encoding="utf-8") as stream:
            for batch in answers.to_batches(max_chunksize=20_000):
                for row in batch.to_pylist():
                    stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    sys.exit(main())
