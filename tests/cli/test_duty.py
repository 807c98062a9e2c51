"""`openzone duty`: the sheet a person reads, prints or takes as data."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone
from openzone.errors import CaseError

WINE = ("hs=22042100", "origin=AU", "customs_value=500000", "date=2026-06-01")


def run(*words):
    return CliRunner().invoke(openzone, words, env={"OPENZONE_TODAY": "2026-11-23"})


def test_each_step_is_told_with_its_ground_in_both_languages():
    said = run("duty", *WINE, "proofs=AU").output
    assert "payable: 127777.78 CNY" in said
    assert "duty                  0.00  = 500000.00 × 0%  [cn-2026/22042100#AU]" in said
    assert "消费税       55555.56" in run("duty", *WINE, "proofs=AU", "--lang", "zh").output


def test_a_missing_proof_tells_what_it_would_have_saved():
    said = run("duty", *WINE).output
    assert "AU China-Australia" in said
    assert "with this proof 70000.00 yuan less duty" in said


def test_the_sheet_as_data_and_as_a_page_that_stands_alone(tmp_path):
    page = tmp_path / "sheet.html"
    found = json.loads(run("duty", *WINE, "--json", "--html", str(page)).stdout)
    assert [one["step"] for one in found["sheet"]] == [
        "customs_value", "duty", "consumption_tax", "vat", "total",
    ]  # fmt: skip
    text = page.read_text(encoding="utf-8")
    assert "215666.66" in text
    assert "http" not in text
    assert list(tmp_path.iterdir()) == [page]


def test_a_case_of_goods_is_explained_by_its_sheet():
    assert run("explain", "regime=goods", *WINE).output == run("duty", *WINE).output


def test_a_refused_case_names_the_field_and_exits_with_1():
    result = run("duty", "hs=22042100", "origin=FR", "customs_value=-5")
    assert result.exit_code == 1
    assert "customs_value: an amount is not negative" in result.stderr


def test_a_table_of_goods_is_refused_with_the_way_that_works(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("hs,origin,customs_value,date\n22042100,FR,1000,2026-06-01\n", encoding="utf-8")
    result = run("decide", str(path), "--regime", "goods", "--engine", "duckdb")
    assert isinstance(result.exception, CaseError)
    assert "leave --engine out" in str(result.exception)
    assert json.loads(run("decide", str(path), "--regime", "goods").stdout)["outcome"] == "payable"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_missing_is_named_before_anything_else(lang):
    said = run("duty", "hs=02071422", "origin=AR", "customs_value=1", "--lang", lang).output
    assert "quantity_kg" in said.splitlines()[1]
