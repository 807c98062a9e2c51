"""The population is the same every time, valid, and the same in memory and on disk."""

import datetime as dt

import pytest

from benchmarks import synthetic
from benchmarks.population import FIRST_DAY, LAST_DAY, as_cases, chunks, micro_text, write_parquet
from benchmarks.setting import Setting
from openzone.decide.case import read_case
from openzone.decide.single import decide
from openzone.regimes.asking import Desk
from openzone.rulebook.loading import load_files


@pytest.fixture(scope="module")
def setting():
    pytest.importorskip("numpy", reason="the extra `table` is not installed")
    return Setting()


def drawn(setting, rows, seed=1):
    return [case for chunk in chunks(setting.menu, rows, seed) for case in
            as_cases(setting.menu, chunk)]  # fmt: skip


def test_the_same_seed_gives_the_same_cases(setting):
    assert drawn(setting, 300) == drawn(setting, 300)
    assert drawn(setting, 300) != drawn(setting, 300, seed=2)


def test_a_small_population_is_the_beginning_of_a_large_one(setting):
    assert drawn(setting, 500)[:300] == drawn(setting, 300)


def test_every_case_is_accepted(setting):
    for raw in drawn(setting, 2_000):
        case = read_case(setting.frame, raw, dt.date(2026, 6, 30))
        assert FIRST_DAY <= case.on <= LAST_DAY


def test_the_file_holds_the_cases(setting, tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="the extra `table` is not installed")
    path = write_parquet(setting.menu, 200, tmp_path / "cases.parquet", seed=1)
    read = duckdb.sql(
        "SELECT id::VARCHAR AS id, activity, date::VARCHAR AS date,"
        " foreign_share::VARCHAR AS foreign_share, nullif(place, '') AS place,"
        " largest_single_foreign::VARCHAR AS largest_single_foreign, legal_rep_nationality,"
        f" vehicle, form FROM read_parquet('{path}') ORDER BY read_parquet.id"
    )
    rows = [dict(zip(read.columns, row, strict=True)) for row in read.fetchall()]
    found = [{name: value for name, value in row.items() if value is not None} for row in rows]
    assert found == drawn(setting, 200)


@pytest.mark.parametrize(("micro", "text"), [(1_000_000, "1.000000"), (490_000, "0.490000")])
def test_a_share_is_written_as_a_decimal(micro, text):
    assert micro_text(micro) == text


def test_a_made_up_book_loads_and_answers(tmp_path):
    book = load_files(synthetic.write_book(tmp_path, 40))
    assert len(book.rows) == 40
    frame = Desk(book, known=book.info.as_of).frame("capital")
    outcomes = {decide(frame, case).outcome for case in synthetic.cases(40, 200)}
    assert outcomes >= {"prohibited", "allowed", "allowed_within_limits", "denied_share"}
    assert not any(decide(frame, case).needs for case in synthetic.cases(40, 200))
