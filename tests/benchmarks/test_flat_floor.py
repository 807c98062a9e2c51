"""The SQL written by hand beside tables of decision tables has the counts of our engine."""

import ibis
import pytest

from benchmarks.flat import NAMES, _floor
from benchmarks.flat_made import population
from openzone.decide.dmn.table.engine import FlatEngine
from openzone.regimes.registry import table_regime
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law


@pytest.mark.parametrize("regime", NAMES)
def test_the_floor_has_the_same_counts(regime, tmp_path):
    book = load_book("cn")
    path = population(regime, 20_000, tmp_path / "cases.parquet")
    connection = ibis.duckdb.connect()
    engine = FlatEngine(Law(book, book.info.as_of), table_regime(regime), book.info.as_of)
    found = engine.counts(connection.read_parquet(path)).to_pylist()
    assert {row["outcome"]: row["n"] for row in found} == _floor(connection, regime, path)
    assert len(found) > 5
