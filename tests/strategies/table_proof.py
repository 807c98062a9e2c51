"""A drawn table of cases, decided by an engine and one by one."""

import tempfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from openzone.decide.axes import frame_facts
from openzone.decide.case import read_case
from openzone.decide.single import decide
from openzone.decide.table.engine import TableEngine
from openzone.errors import CaseError
from tests.strategies.cases import pool
from tests.strategies.seeded_laws import TODAY
from tests.strategies.tables import drawn_table

REFUSED = ("refused", "refused", None, None, None)


def alone(frame, raw):
    """The answer to one case; REFUSED when it is refused."""
    try:
        found = decide(frame, read_case(frame, raw, TODAY))
    except CaseError:
        return REFUSED
    rows = dict.fromkeys(row.id for row in found.found.rows)
    words = (";".join(found.needs), ";".join(found.possible), ";".join(rows))
    return (found.outcome, found.verdict, *words)


def prove(frame, pick, count, connection):
    """Assert that a drawn table has the answers of its cases; gives how many have each outcome."""
    drawn = drawn_table(pick, pool(frame), frame_facts(frame), count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.parquet"
        pq.write_table(drawn.table, path)
        return _prove(frame, drawn, connection.read_parquet(path))


def _prove(frame, drawn, table):
    engine = TableEngine(frame, TODAY)
    counted = {row["outcome"]: row["n"] for row in engine.counts(table).to_pylist()}
    answers, _ = engine.decide(table)
    rows = {row["id"]: row for row in answers.to_pyarrow().to_pylist()}
    expected: Counter[str] = Counter()
    for number, raw in enumerate(drawn.cases):
        single, row = alone(frame, raw), rows[str(number)]
        expected[single[0]] += 1
        names = ("outcome", "verdict", "needs", "possible", "rows")
        joint = tuple(
            None if wanted is None else row[name]
            for name, wanted in zip(names, single, strict=True)
        )
        assert joint == single, (raw, drawn.table.schema)
    assert dict(expected) == counted
    return expected
