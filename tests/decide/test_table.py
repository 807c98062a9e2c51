"""A table of cases on DuckDB has the answers of its cases, whatever the types of its columns."""

import gc
from collections import Counter

import ibis
import pytest

from openzone.decide.frame import Frame
from openzone.decide.table.engine import TableEngine
from openzone.errors import CaseError
from openzone.regimes.registry import REGIMES
from tests.strategies.effort import seeds
from tests.strategies.seeded_laws import TODAY, bundled_law, drawn_law
from tests.strategies.table_proof import prove


@pytest.fixture(scope="module")
def connection():
    return ibis.duckdb.connect()


@pytest.mark.parametrize("regime", REGIMES)
def test_the_bundled_book(connection, regime):
    found: Counter[str] = Counter()
    for seed in seeds(2, 40):
        pick, law, _ = bundled_law(seed)
        found += prove(Frame(law, REGIMES[regime]), pick, 300, connection)
    assert found["refused"] > 0
    assert len(found) > 3


def test_drawn_books_under_drawn_reforms(connection):
    found: Counter[str] = Counter()
    for seed in seeds(3, 150):
        pick, law, _ = drawn_law(seed)
        for regime in REGIMES.values():
            found += prove(Frame(law, regime), pick, 60, connection)
    assert len(found) > 5


def test_a_column_that_no_fact_has_is_refused_by_name(connection):
    _, law, _ = bundled_law(0)
    table = connection.create_table("odd", schema={"activty": "string"}, overwrite=True)
    with pytest.raises(CaseError, match=r"activty.*did you mean 'activity'"):
        TableEngine(Frame(law, REGIMES["capital"]), TODAY).counts(table)


def test_a_bad_word_met_in_one_table_does_not_touch_tables_without_such_a_column(connection):
    _, law, _ = bundled_law(0)
    engine = TableEngine(Frame(law, REGIMES["capital"]), TODAY)
    bad = connection.create_table("bad", ibis.memtable({"activity": ["no.such"]}), overwrite=True)
    plain = connection.create_table("plain", ibis.memtable({"place": ["", "hainan"]}))
    assert engine.counts(bad).to_pylist() == [{"outcome": "refused", "n": 1}]
    assert engine.counts(plain).to_pylist() == [{"outcome": "unknown", "n": 2}]


def test_a_table_that_takes_the_name_of_another_has_its_own_answers(connection):
    _, law, _ = bundled_law(0)
    engine = TableEngine(Frame(law, REGIMES["capital"]), TODAY)
    kept = []
    for tag in ("tobacco", "seed.corn"):
        cases = ibis.memtable({"activity": [tag], "foreign_share": ["1"]})
        table = connection.create_table("cases", cases, overwrite=True)
        kept.append((engine.decide(table, columns=("activity",))[0], engine.counts(table)))
    gc.collect()
    answers = [answer.to_pyarrow().to_pylist() for answer, _ in kept]
    assert [row["activity"] for one in answers for row in one] == ["tobacco", "seed.corn"]
    outcomes = [row["outcome"] for one in answers for row in one]
    assert outcomes == [count.to_pylist()[0]["outcome"] for _, count in kept]
    assert len(set(outcomes)) == 2
