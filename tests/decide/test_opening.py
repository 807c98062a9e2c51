"""DuckDB within bounds: one folder, no network, no extension, and no way to change that."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openzone.decide.table.opening import Bounds, bound, opened
from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book

DAY = dt.date(2025, 6, 1)


@pytest.fixture
def folder(tmp_path):
    """A folder with a quote in its name, and a file beside it that is out of bounds."""
    made = tmp_path / "it's one"
    made.mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    pq.write_table(pa.table({"a": [1, 2]}), made / "in.parquet")
    return made


@pytest.fixture
def inside(folder):
    with bound(Bounds(folder, 512 << 20, 2)):
        yield opened()


def test_files_of_the_folder_are_read_and_written(inside, folder):
    table = inside.read_parquet(folder / "in.parquet")
    assert table.count().to_pyarrow().as_py() == 2
    table.to_parquet(folder / "out.parquet")
    assert pq.read_table(folder / "out.parquet").num_rows == 2


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}/secret.csv')",
        "SELECT * FROM read_text('{folder}/../secret.csv')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{outside}/out.csv'",
        "ATTACH '{outside}/other.db'",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '64GB'",
        "SET threads = 64",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "PRAGMA temp_directory = '/tmp'",
    ],
)
def test_nothing_else_is_reached_and_no_setting_changes(inside, folder, sql):
    text = sql.format(folder=str(folder).replace("'", "''"), outside=folder.parent)
    with pytest.raises(Exception, match=r"(?i)permission|cannot|locked|disabled|not found"):
        inside.raw_sql(text).fetchall()


@pytest.mark.parametrize("regime", ["capital", "goods", "money"])
def test_tables_are_decided_within_bounds_as_without(folder, regime):
    tables = {
        "capital": {"activity": ["health.hospital", "auto.passenger"], "foreign_share": ["1", "0"]},
        "goods": {"hs": ["8703234110", "0101210010"], "origin": ["DE", "US"],
                  "customs_value": ["100", "200"]},
        "money": {"kind": ["transfer", "no such kind"], "counter": ["DOM", "FT"]},
    }  # fmt: skip
    table = pa.table({"id": ["a", "b"], "date": [DAY, DAY], **tables[regime]})
    pq.write_table(table, folder / "cases.parquet")
    desk = Desk(load_book("cn"), known=DAY, today=DAY, regime=regime)
    free, held = folder / "free.parquet", folder / "held.parquet"
    refused = desk.decide_file(folder / "cases.parquet", str(free))
    with bound(Bounds(folder, 512 << 20, 2)):
        assert desk.decide_file(folder / "cases.parquet", str(held)) == refused
    one, other = (pq.read_table(path).sort_by("id").to_pylist() for path in (free, held))
    assert one == other and len(one) == 2


def test_outside_the_block_duckdb_is_as_it_was(folder):
    with bound(Bounds(folder, 512 << 20, 2)):
        opened()
    assert opened().read_csv(folder.parent / "secret.csv").count().to_pyarrow().as_py() == 1
