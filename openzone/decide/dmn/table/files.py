"""A file of cases of a regime of decision tables, decided as a table."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, TextIO

from openzone.decide.dmn.regime import TableRegime
from openzone.errors import CaseError, missing_extra
from openzone.rulebook.law import Law

try:
    import ibis

    from openzone.decide.dmn.table.engine import ENGINES, FlatEngine, flat_of, wrong_engine
    from openzone.decide.table.files import ORDER, read_texts, replaced
    from openzone.decide.table.opening import opened
    from openzone.decide.table.small import batches
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

ROW = "row"
LISTS = ("needs", "possible")


def decide_cases(
    law: Law, regime: TableRegime, path: Path, out: str | None, *, engine: str, today: dt.date
) -> int:
    """Decide a file of cases of a regime that is flat; give the number of refused lines.

    Written are the `id` of each case (without one, its `row` in the file, from 1) and ANSWERS: as
    Parquet in no order, else as JSON Lines in the order of the file. Raises CaseError.
    """
    flat_of(law, regime)
    if engine not in ENGINES:
        raise CaseError(wrong_engine(regime.name, engine))
    cases = read_texts(opened(), path)
    mark = "id" if "id" in cases.columns else ROW
    parquet = out is not None and out.endswith(".parquet")
    if mark == ROW:
        cases = cases.mutate(**{ROW: ibis.row_number() + 1})
    if not parquet:
        cases = cases.mutate(**{ORDER: ibis.row_number()})
    table = FlatEngine(law, regime, today)
    result = table.decide(cases, (mark,) if parquet else (mark, ORDER))
    if parquet:
        replaced(Path(str(out)), result.to_parquet)
    elif out is None or out == "-":
        _write_lines(sys.stdout, result)
    else:
        replaced(Path(out), lambda part: _write_file(part, result))
    counted = table.counts(cases.drop(*(n for n in (ROW, ORDER) if n in cases.columns)))
    return sum(row["n"] for row in counted.to_pylist() if row["outcome"] == "refused")


def _write_file(path: Path, result: Any) -> None:
    with path.open("w", encoding="utf-8") as stream:
        _write_lines(stream, result)


def _write_lines(stream: TextIO, result: Any) -> None:
    ordered = result.order_by(ORDER).drop(ORDER)
    for batch in batches(ordered):
        for row in batch.to_pylist():
            for name in LISTS:
                row[name] = row[name].split(";") if row[name] else []
            stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
