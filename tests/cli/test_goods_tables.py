"""`openzone decide --engine` and `openzone replay` of declaration lines, from the door."""

import json

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone

REFORM = """schema: openzone/reform/1
id: TRY-ZERO
title: {zh: 天津零关税试点, en: Zero tariff in Tianjin}
status: draft
body:
  changes:
    - id: zero
      kind: add
      table: goods_lines
      measures: [goods.line.hainan.zero]
      binds: {}
      conditions: [{fact: line, in: [first]}]
      effect: exempt
      params: {taxes: [duty, vat, consumption_tax], keeps_remedies: true}
scope:
  territory: ['ftz:tianjin']
  in_force: {from: 2026-05-01, to: null}
authorisation: {on_record: false}
"""
LINES = """id,hs,origin,proofs,customs_value,date,place,line
a,22042100,AU,RAUR,500000,2026-06-01,ftz:tianjin,first
b,01012100,FR,,500000,2026-06-01,,
c,22042100,FR,,500000,2026-06-01,ftz:tianjin,first
d,9999,FR,,5,2026-06-01,,
e,22042100,FR,,7,2026-06-01,,
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "reform.yaml").write_text(REFORM, encoding="utf-8")
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(openzone, [str(one) for one in arguments], catch_exceptions=True)


def refusal(found):
    """What the door says of a command that could not run."""
    assert found.exit_code, found.stdout
    return f"{found.stderr}\n{found.exception}"


def replay(files, *more):
    return run("replay", "--regime", "goods", "--reform", files / "reform.yaml",
               "--known", "2026-11-23", *more)  # fmt: skip


def test_a_file_of_lines_is_decided_as_a_table(files):
    out = files / "answers.parquet"
    found = run("decide", files / "lines.csv", "--regime", "goods", "--engine", "duckdb",
                "--out", out, "--known", "2026-11-23")  # fmt: skip
    assert (found.exit_code, "1 lines refused" in found.stderr) == (1, True)
    rows = {row["id"]: row for row in pq.read_table(out).to_pylist()}
    assert {id: row["outcome"] for id, row in rows.items()} == {
        "a": "ask", "b": "payable", "c": "ask", "d": "refused", "e": "free",
    } | {"a": rows["a"]["outcome"], "c": rows["c"]["outcome"]}  # fmt: skip
    assert rows["b"]["vat_fen"] == 4_500_000  # the code keeps its zero: an animal, 9 percent
    assert rows["a"]["total_fen"] == 12_777_778


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ((), "--out answers.parquet"),
        (("--engine", "spark", "--out", "x.parquet"), "decided on DuckDB"),
        (("--out", "no-such-folder/x.parquet"), "there is no such folder"),
    ],
)
def test_what_a_table_of_lines_cannot_do_is_said(files, more, told):
    found = run("decide", files / "lines.csv", "--regime", "goods", "--engine", "duckdb", *more)
    assert told in refusal(found)


def test_lines_before_and_after_a_reform(files):
    found = replay(files, "--cases", files / "lines.csv", "--json")
    data = json.loads(found.stdout)
    assert data["coverage"] == {"lines": 5, "whole": 4, "part": 0, "share": 0.8, "counted": 4}
    places = {one["place"]: one for one in data["by_place"]}
    tianjin = places["ftz:tianjin"]
    assert (tianjin["n"], tianjin["less"], tianjin["more"]) == (2, 2, 0)
    assert tianjin["total_before"] - tianjin["total_after"] == 12_777_778 + 21_566_666
    assert {one["chapter"] for one in data["by_chapter"]} == {"01", "22", "99"}
    assert not data["synthetic"]


@pytest.mark.parametrize(("lang", "words"), [("en", "on record: 4 of 5"), ("zh", "税则覆盖：5条")])
def test_the_report_says_its_coverage_first(files, lang, words):
    told = replay(files, "--cases", files / "lines.csv", "--lang", lang).stdout.splitlines()
    assert told[2].startswith(words)
    assert any("114/8,972" in line for line in told[:3])


def test_a_drawn_population_is_labelled_and_the_same_each_time(files):
    first, second = (
        json.loads(replay(files, "--draw", "3000", "--seed", "5", "--json").stdout)
        for _ in range(2)
    )
    assert first["synthetic"] == "synthetic: drawn with a seed, not observed (seed 5)"
    assert {**first, "source": "", "seconds": 0} == {**second, "source": "", "seconds": 0}
    total = sum(one["total_after"] - one["total_before"] for one in first["by_chapter"])
    assert total < 0
    assert total == sum(one["total_after"] - one["total_before"] for one in first["by_origin"])


def test_charts_carry_the_same_words(files):
    pytest.importorskip("vl_convert", reason="the extra `chart` is not installed")
    names = [files / f"chart{suffix}" for suffix in (".svg", ".png", ".html")]
    options = [part for name in names for part in ("--chart", name)]
    assert replay(files, "--cases", files / "lines.csv", *options).exit_code == 0
    svg = names[0].read_text(encoding="utf-8")
    assert 'role="img"' in svg
    assert "4 have amounts on both sides" in svg
    assert names[1].read_bytes().startswith(b"\x89PNG")
    page = names[2].read_text(encoding="utf-8")
    assert "<table>" in page
    assert "China (Tianjin) Pilot Free Trade Zone" in page


def test_the_same_lines_on_several_days_by_a_column(files):
    found = run("replay", "--regime", "goods", "--cases", files / "lines.csv", "--on",
                "2026-06-01", "--on", "2026-02-01", "--by", "origin", "--json",
                "--known", "2026-11-23")  # fmt: skip
    data = json.loads(found.stdout)
    assert [(one["day"], one["group"]) for one in data] == [
        ("2026-02-01", "AU"), ("2026-02-01", "FR"), ("2026-06-01", "AU"), ("2026-06-01", "FR"),
        ("2026-02-01", ""), ("2026-06-01", ""),
    ]  # fmt: skip
    french = data[1]
    assert (french["lines"], french["counted"], french["duty_fen"]) == (4, 3, 7_000_000)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--map", "hs=HS"), "[unknown_field] HS: the file has no such column"),
        (("--draw", "0"), "0 is not in the range"),
        (("--map", "hs"), "'hs' is no pair; expected NAME=VALUE"),
        (("--given", "line=first"), "the fact is given for all lines and as a column"),
        (("--given", "line=third"), "[wrong_value] line"),
        (("--given", "a=1", "--given", "a=2"), "'a' is said twice"),
        (("--chart", "x.pdf"), "expected one of .svg, .png, .html"),
        (("--on", "2026-06-01", "--by", "sector"), "--by sector: the file has no such column"),
    ],
)
def test_what_is_wrong_is_said_with_the_next_step(files, options, told):
    found = replay(files, "--cases", files / "lines.csv", *options)
    assert told in refusal(found)


def test_options_of_goods_are_refused_elsewhere_and_something_must_be_asked():
    for words, told in (
        (("--reform", "x", "--by", "place"), "are for --regime goods"),
        (("--regime", "goods"), "name a reform"),
        (("--regime", "good", "--reform", "x"), "there is no such regime"),
    ):
        assert told in refusal(run("replay", *words))
