"""`openzone operate`: its tables, files and refusals."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from openzone.cli.operate import command

KNOWN = ("--known", "2026-10-01")
NARROW = (*KNOWN, "--place", "ftz", "--on", "2025-06-01")
SVG_TITLE = "lower bound"


def run(*arguments, code=0):
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def test_the_tables_are_cautioned_and_covered():
    out = run(*NARROW)
    assert "LOWER BOUND: the book holds 121 of the 523 permit items" in out
    assert "permit ≥" in out
    assert "blocked ≥" in out
    assert "Coverage by section (of the 121 items held)" in out
    assert (
        sum(line.startswith(f"  {letter}  ") for line in out.splitlines() for letter in "AT") == 2
    )


def test_it_speaks_chinese():
    out = run(*NARROW, "--lang", "zh")
    assert "下限：本书收录全国清单523项许可事项中的121项" in out
    assert "不等于“无须许可”" in out
    assert "lower bound" not in out.lower()


def test_a_section_is_listed_class_by_class():
    out = run(*NARROW, "--section", "h")
    assert "6210" in out
    assert "permit may remain" in out
    assert "food_business" in out
    assert "8610" not in out
    assert "LOWER BOUND" in out


def test_json_says_its_bound_and_holds_every_class():
    told = json.loads(run(*NARROW, "--json"))
    assert told["bound"] == "lower"
    assert "下限" in told["caution"]["zh"]
    assert (told["coverage"]["held"], told["coverage"]["listed"]) == (121, 523)
    (figure,) = told["figures"]
    codes = [code for one in figure["classes"] for code in one["codes"]]
    assert len(codes) == len(set(codes)) == figure["total"]["classes"] == 1381


def test_csv_and_parquet_hold_the_same_lines(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    for suffix in (".csv", ".parquet"):
        assert "wrote" in run(*NARROW, "--out", str(tmp_path / f"a{suffix}"))
    lines = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8"))))
    table = pq.read_table(tmp_path / "a.parquet")
    assert len(lines) == table.num_rows == 1381
    assert "LOWER BOUND" in table.schema.metadata[b"caution_en"].decode()
    for line, row in zip(lines, table.to_pylist(), strict=True):
        assert line == {name: "" if value is None else str(value) for name, value in row.items()}
    food = next(line for line in lines if line["code"] == "6210")
    assert (food["enter"], food["word"], food["bound"]) == ("yes", "permit", "lower")
    assert (food["items_held"], food["items_listed"]) == ("121", "523")
    assert "food_business" in food["items"].split(";")


def test_the_chart_says_lower_bound_and_has_its_numbers(tmp_path):
    pytest.importorskip("altair")
    run(*KNOWN, "--place", "national", "--place", "ftz", "--out", str(tmp_path / "a.svg"))
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert SVG_TITLE in svg
    assert "at least" in svg
    run(*NARROW, "--out", str(tmp_path / "a.html"))
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "LOWER BOUND" in page
    assert "<table>" in page


def test_json_and_csv_hold_both_laws_of_a_reform(tmp_path):
    out = run(*NARROW, "--reform", "PO-2024-HOSP", "--out", str(tmp_path / "a.csv"))
    assert "LOWER BOUND" in out
    lines = csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8")))
    assert {line["law"] for line in lines} == {"before", "after"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--on", "2025-02-30"), "no day of the calendar"),
     (("--section", "ZZ"), "no section"),
     (("--out", "a.xls"), "no kind of file")],
)  # fmt: skip
def test_a_bad_option_is_refused(arguments, said):
    assert said in run(*KNOWN, *arguments, code=2)


def test_a_bad_place_is_refused():
    result = CliRunner().invoke(command, [*KNOWN, "--place", "ftz:tianjn"])
    assert result.exception is not None
    assert "ftz:tianjin" in str(result.exception)
