"""`openzone diff`: the sentences a person reads, and the sides they may name."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone
from openzone.errors import OpenZoneError


def run(*words):
    return CliRunner().invoke(openzone, ["diff", *words], env={"OPENZONE_TODAY": "2026-11-23"})


def statements(*words):
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["statements"]


def test_the_edition_of_2024_freed_printing_and_chinese_medicine():
    found = statements("2024-10-31", "2024-11-01")
    assert {tag for one in found for tag in one["activities"]} == {
        "print.publications",
        "pharma.tcm_decoction",
        "pharma.tcm_secret_formula",
    }
    assert all(one["places"] == ["outside"] and one["after"] == "allowed" for one in found)


def test_a_share_is_told_as_a_range_with_its_edge():
    found = statements("2024-10-31", "2024-11-01")
    (denied,) = [one for one in found if one["before"] == "denied_share"]
    assert denied["en"] == (
        "Printing of publications, outside zones; foreign share above 49%:"
        " denied by share → allowed"
    )
    assert denied["facts"] == [
        [
            {
                "fact": "foreign_share",
                "from": 490000,
                "from_included": False,
                "to": 1000000,
                "to_included": True,
            }
        ]
    ]


def test_a_pilot_is_told_with_places_days_and_what_it_leaves_out():
    found = statements("without:PO-2024-HOSP", "law")
    (whole,) = [
        one for one in found if one["before"] == "denied_share" and "hainan" in one["places"]
    ]
    assert whole["after"] == "allowed_with_approval"
    assert whole["days"] == [{"from": "2024-11-29", "to": None}]
    assert "health.medical_institution.hospital.tcm" in whole["except_activities"]
    assert "wholly foreign-owned" in whole["en"]
    assert "外商独资" in whole["zh"]


def test_equal_laws_have_no_difference():
    assert "No answer changes" in run("law", "law").output
    assert "没有任何情形" in run("2023-01-01", "2023-01-02", "--lang", "zh").output


def test_two_places_on_one_day():
    found = statements("outside", "ftz:tianjin", "--on", "2023-06-01")
    assert {"fishery.capture", "survey.social"} <= {t for one in found for t in one["activities"]}


def test_a_page_that_stands_alone(tmp_path):
    page = tmp_path / "diff.html"
    result = run("2024-10-31", "2024-11-01", "--html", str(page))
    assert result.exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "Printing of publications" in text
    assert "http" not in text
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.parametrize("side", ["nowhere", "2024-02-30", "without:PO-1999-X"])
def test_a_side_that_names_nothing(side):
    result = run(side, "law")
    assert isinstance(result.exception, OpenZoneError)
    assert result.exception.code == "unknown_reference"
