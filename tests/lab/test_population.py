"""The drawn population: seeded, labelled, valid on every day of its span."""

import datetime as dt

import pyarrow.parquet as pq
import pytest

from openzone import Desk, load_book
from openzone.lab.population import draw_projects

FIRST, LAST = dt.date(2023, 1, 1), dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def frame():
    return Desk(load_book("cn"), today=dt.date(2026, 11, 23)).frame("capital")


def draw(frame, path, seed):
    draw_projects(frame, path, cases=3000, seed=seed, first=FIRST, last=LAST)
    return pq.read_table(path)


def test_the_same_seed_draws_the_same_file(frame, tmp_path):
    one = draw(frame, tmp_path / "a.parquet", 7)
    assert one.equals(draw(frame, tmp_path / "b.parquet", 7))
    assert not one.equals(draw(frame, tmp_path / "c.parquet", 8))


def test_it_is_labelled_and_every_project_is_a_valid_case(frame, tmp_path):
    table = draw(frame, tmp_path / "a.parquet", 7)
    assert b"synthetic" in table.schema.metadata[b"openzone.population"]
    assert table.schema.metadata[b"openzone.seed"] == b"7"
    desk = Desk(load_book("cn"), today=dt.date(2026, 11, 23), regime="capital")
    for case in table.slice(0, 500).to_pylist():
        assert FIRST <= case["date"] <= LAST
        assert desk.answer(case)["verdict"] != "refused"
