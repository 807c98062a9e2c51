"""Files of cases decided as a table: Parquet, Arrow or CSV in; Parquet or JSON Lines out."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from openzone.decide.answer import answer
from openzone.decide.frame import Frame
from openzone.errors import CaseError, Fault, missing_extra

try:
    import ibis

    from openzone.decide.table.engine import CELL, TableEngine
    from openzone.decide.table.opening import opened
    from openzone.decide.table.run import Run
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

BATCH = 20_000
ORDER = "_line"


def connect(engine: str) -> Any:
    """An Ibis connection: `duckdb` (embedded) or `spark` (a local session)."""
    if engine == "duckdb":
        return opened()
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise missing_extra("spark", "the engine 'spark'") from None
    session = (
        SparkSession.builder.appName("openzone")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    return ibis.pyspark.connect(session)


def read_table(connection: Any, path: Path) -> Any:
    """The cases of a file as a table of the engine."""
    if not path.is_file():
        raise CaseError(Fault("unreadable", "there is no such file", file=str(path)))
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return connection.read_parquet(path)
    if suffix == ".csv":
        return connection.read_csv(path)
    if suffix in (".arrow", ".feather", ".ipc"):
        from pyarrow import feather

        return connection.create_table("cases", feather.read_table(path), temp=True)
    raise CaseError(
        Fault(
            "unreadable",
            "this kind of file is not decided as a table",
            file=str(path),
            expected=".parquet, .csv, .arrow or .feather",
            next="leave --engine out: JSON Lines, JSON and YAML are decided one by one",
        )
    )


def read_texts(connection: Any, path: Path) -> Any:
    """The cases of a file; a CSV is text throughout, so that codes keep their zeros."""
    if path.is_file() and path.suffix.lower() == ".csv":
        return connection.read_csv(path, all_varchar=True)
    return read_table(connection, path)


def decide_table(frame: Frame, path: Path, out: str | None, *, engine: str, today: dt.date) -> int:
    """Decide a file; write Parquet (with the cells beside it) or JSON Lines. Gives refused lines.

    Parquet: `id` and the columns of table_run.ANSWERS; `<out>.cells.jsonl` holds the full answer of
    every cell. JSON Lines: the answer of each case in the order of the file, as deciding one by one
    gives it.
    """
    connection = connect(engine)
    cases = read_table(connection, path)
    table = TableEngine(frame, today)
    parquet = out is not None and out.endswith(".parquet")
    if parquet:
        result, run = table.decide(cases, ("id",))
        replaced(Path(str(out)), result.to_parquet)
        replaced(_beside(Path(str(out))), lambda part: _write_cells(part, run, result))
    else:
        numbered = cases.mutate(**{ORDER: ibis.row_number()})
        result, run = table.decide(numbered, ("id", "date", "place", ORDER), keep=(ORDER,))
        if out is None or out == "-":
            _write_lines(sys.stdout, run, result, today)
        else:
            replaced(Path(out), lambda part: _write_file(part, run, result, today))
    refused: int = result.filter(result.verdict == "refused").count().to_pyarrow().as_py()
    return refused


def _beside(out: Path) -> Path:
    return out.with_name(out.name + ".cells.jsonl")


def replaced(path: Path, write: Callable[[Path], Any]) -> None:
    """Write a file beside its place and move it there whole; leave nothing on failure."""
    folder = path.resolve().parent
    if not folder.is_dir():
        raise CaseError(
            Fault("unreadable", "there is no such folder", str(folder), next="make it first")
        )
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.replace(path.resolve())
    finally:
        part.unlink(missing_ok=True)


def _numbers(result: Any) -> list[int]:
    numbers: list[int] = result.select(CELL).distinct().to_pyarrow().column(CELL).to_pylist()
    return sorted(numbers)


def _cell_answer(run: Run, number: int) -> dict[str, Any]:
    decision = run.decision(number)
    if decision is None:
        return {"verdict": "refused", "outcome": "refused"}
    return answer(decision)


def _write_cells(path: Path, run: Run, result: Any) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for number in _numbers(result):
            line = {CELL: number, **_cell_answer(run, number)}
            stream.write(json.dumps(line, ensure_ascii=False, default=float) + "\n")


def _write_file(path: Path, run: Run, result: Any, today: dt.date) -> None:
    with path.open("w", encoding="utf-8") as stream:
        _write_lines(stream, run, result, today)


def _write_lines(stream: TextIO, run: Run, result: Any, today: dt.date) -> None:
    answers = {number: _cell_answer(run, number) for number in _numbers(result)}
    ordered = result.order_by(ORDER).to_pyarrow()
    for batch in ordered.to_batches(BATCH):
        for row in batch.to_pylist():
            stream.write(_line(row, answers[row[CELL]], today))


def _line(row: Mapping[str, Any], found: Mapping[str, Any], today: dt.date) -> str:
    """The answer of a cell as that of one case: its id, its day, what it did not say."""
    line: dict[str, Any] = {} if row.get("id") is None else {"id": str(row["id"])}
    line |= found
    if "law" in found:
        on = row.get("date") or today
        line["law"] = {**found["law"], "on": on if isinstance(on, str) else on.isoformat()}
        assumed: dict[str, Any] = {}
        if not row.get("date"):
            assumed["date"] = today.isoformat()
        if not row.get("place"):
            assumed["place"] = []
        line["assumed"] = {**assumed, **found["assumed"]}
    return json.dumps(line, ensure_ascii=False, default=float) + "\n"
