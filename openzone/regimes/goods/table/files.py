"""A file of declaration lines decided as a table, written as Parquet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openzone.errors import CaseError, Fault, missing_extra
from openzone.rulebook.law import Law

try:
    import ibis
    import pyarrow as pa
    import pyarrow.parquet as pq

    from openzone.decide.table.files import read_texts, replaced
    from openzone.decide.table.opening import opened
    from openzone.regimes.goods.table.engine import ANSWERS, GoodsTable
except ImportError as error:
    raise missing_extra("table", "deciding a table of declaration lines") from error

ROW = "row"


def decide_lines(law: Law, path: Path, out: str | None, *, today: dt.date) -> int:
    """Decide a file of lines (Parquet, CSV, Arrow); give the number of refused lines.

    `out` is a Parquet file: the `id` of each line (without one, its `row` in the file, from 1) and
    ANSWERS, in no order. Raises CaseError.
    """
    if out is None or not out.endswith(".parquet"):
        raise CaseError(
            Fault("wrong_value", "declaration lines as a table are written as Parquet", field="out",
                  seen=out, expected="--out answers.parquet",
                  next="leave --engine out: one by one they are written as JSON Lines")
        )  # fmt: skip
    cases = read_texts(opened(), path)
    mark = "id" if "id" in cases.columns else ROW
    if mark == ROW:
        cases = cases.mutate(**{ROW: ibis.row_number() + 1})
    engine = GoodsTable(law, today)
    schema = pa.schema([*cases.select(mark).schema().to_pyarrow(), *ANSWERS])
    refused = 0

    def write(part: Path) -> None:
        nonlocal refused
        with pq.ParquetWriter(part, schema) as writer:
            for batch in engine.answers(cases, (mark,)):
                told = pa.Table.from_batches([batch]).cast(schema)
                refused += told.column("outcome").to_pylist().count("refused")
                writer.write_table(told)

    replaced(Path(out), write)
    return refused
