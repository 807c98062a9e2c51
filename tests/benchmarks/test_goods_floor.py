"""The SQL written by hand for declaration lines gives the sums of the table engine, to the fen."""

import pytest

LINES = 4_000


def test_the_floor_and_the_table_engine_agree(tmp_path):
    pytest.importorskip("ibis", reason="the extra `table` is not installed")
    from benchmarks.goods_sides import Floor, Ours, law_of, population
    from openzone.rulebook.books import load_book

    law = law_of(load_book("cn"))
    path = population(law, LINES, tmp_path / "lines.parquet")
    found = Ours(law).sums(path)
    assert sum(n for _, n, *_ in found) == LINES
    assert {outcome for outcome, *_ in found} >= {"payable", "ask", "look_up"}
    assert Floor(law).sums(path) == found
