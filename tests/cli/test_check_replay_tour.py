"""`openzone check`, `replay` and `tour`, run from the door on small numbers."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone

DRAWN = 2000
ENV = {"OPENZONE_TODAY": "2026-11-23"}


def run(*words):
    return CliRunner().invoke(openzone, [*map(str, words)], env=ENV)


def test_check_reviews_every_table_and_passes_on_the_bundled_book():
    result = run("check", "--json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.output)
    assert data["cases"]["failed"] == []
    tables = {one["regime"]: one for one in data["tables"]}
    assert set(tables) >= {"capital", "services", "security_review", "goods_lines", "goods_vat"}
    assert tables["capital"]["overlaps"] == []
    assert tables["capital"]["dead_rows"] == []
    assert tables["capital"]["cells"] > 1500
    assert any("A E F G" in one["gap"] for one in tables["services"]["documents"])
    assert tables["services"]["unverified"][0]["cells"] > 0


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    pytest.importorskip("ibis")
    path = tmp_path_factory.mktemp("replay") / "projects.parquet"
    result = run("replay", "--reform", "PO-2024-HOSP", "--draw", DRAWN, "--keep", path, "--json")
    assert result.exit_code == 0, result.output
    return path, json.loads(result.stdout)


def test_replay_counts_what_changes_and_says_that_it_was_drawn(projects):
    _, data = projects
    assert data["cases"] == DRAWN == sum(one["n"] for one in data["flips"])
    assert "synthetic" in data["synthetic"]
    changed = [one for one in data["flips"] if one["before"] != one["after"]]
    assert data["changed"] == sum(one["n"] for one in changed) > 0
    assert {one["section"] for one in changed} == {"Q"}


def test_the_same_seed_gives_the_same_answer_and_a_file_can_be_replayed(projects):
    path, data = projects
    again = run("replay", "--reform", "PO-2024-HOSP", "--cases", path, "--json")
    drawn = run("replay", "--reform", "PO-2024-HOSP", "--draw", DRAWN, "--json")

    def sorted_flips(found):
        return sorted(found["flips"], key=lambda one: tuple(map(str, one.values())))

    assert sorted_flips(json.loads(again.stdout)) == sorted_flips(data)
    assert sorted_flips(json.loads(drawn.stdout)) == sorted_flips(data)


def test_the_tour_goes_through_and_names_what_is_next(tmp_path):
    pytest.importorskip("ibis")
    result = run("tour", "--cases", 500, "--out", tmp_path / "tour")
    assert result.exit_code == 0, result.output
    for word in ("1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7", "allowed with approval", "next:"):
        assert word in result.output
    assert (tmp_path / "tour" / "my-reform.yaml").is_file()


@pytest.mark.soak
def test_the_tour_goes_through_in_chinese(tmp_path):
    pytest.importorskip("ibis")
    result = run("tour", "--cases", 500, "--out", tmp_path / "tour", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert "7/7" in result.output and "下一步" in result.output
