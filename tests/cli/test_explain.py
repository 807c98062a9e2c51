"""`openzone explain`: from a file, from standard input, from fields; refusals; both languages."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.explain import command
from openzone.rulebook.books import book_folder

TRAPS = str(book_folder("cn") / "capital" / "cases" / "traps.yaml")
IDC = ("regime=capital", "activity=telecom.vas.idc", "foreign_share=1", "place=city:zhengzhou",
       "date=2025-01-10")  # fmt: skip


@pytest.fixture(autouse=True)
def _one_day(monkeypatch):
    monkeypatch.setenv("OPENZONE_TODAY", "2026-11-23")
    monkeypatch.delenv("OPENZONE_LANG", raising=False)


def run(*arguments, text=None):
    return CliRunner().invoke(command, arguments, input=text)


def test_the_fields_of_a_case_may_be_given():
    ran = run(*IDC)
    assert ran.exit_code == 0
    assert ran.stdout.startswith("The answer rests on 1 row: 1 from memory.")
    assert "PO-2024-VAS#idc" in ran.stdout
    assert "\033" not in ran.stdout


def test_the_text_is_in_the_language_asked_for(monkeypatch):
    assert run(*IDC, "--lang", "zh").stdout.startswith("结论依据1条规则")
    monkeypatch.setenv("OPENZONE_LANG", "zh")
    assert run(*IDC).stdout.startswith("结论依据1条规则")


def test_the_trace_as_json():
    data = json.loads(run(*IDC, "--json").stdout)
    assert (data["schema"], data["verdict"]) == ("trace/1", "no")
    assert data["near"][0]["reasons"][0]["kind"] == "reform_elsewhere"
    assert data["law"]["known"] == "2026-11-23"


def test_a_case_of_a_file_is_chosen_by_its_id():
    assert "Case AT-13" in run(TRAPS, "--id", "AT-13").stdout


def test_a_file_of_several_cases_needs_an_id():
    ran = run(TRAPS)
    assert ran.exit_code == 2
    assert "holds 20 cases; name one by --id: AT-01, AT-02" in ran.stderr


def test_an_unknown_id_lists_those_of_the_file():
    ran = run(TRAPS, "--id", "AT-99")
    assert ran.exit_code == 2
    assert "no case of" in ran.stderr
    assert "AT-01" in ran.stderr


def test_one_case_from_standard_input():
    case = {"regime": "capital", "activity": "seed.corn", "foreign_share": "0.5"}
    ran = run("-", text=json.dumps(case))
    assert ran.exit_code == 0
    assert "FI-NAT-2024-01b" in ran.stdout


def test_the_regime_may_be_an_option():
    fields = [field for field in IDC if not field.startswith("regime")]
    assert run(*fields, "--regime", "capital").exit_code == 0
    assert run(*fields).exit_code == 1


def test_a_place_given_twice_is_two_places():
    ran = run(*IDC[:3], IDC[4], "place=ftz:shanghai", "place=ftz:shanghai-lingang", "--json")
    assert [place["id"] for place in json.loads(ran.stdout)["case"]["places"]] == [
        "ftz:shanghai", "ftz:shanghai-lingang",
    ]  # fmt: skip


def test_a_list_is_given_as_json():
    investors = '[{"nationality": "US", "share": 0.6}, {"nationality": "CN", "share": 0.4}]'
    ran = run("regime=capital", "activity=seed.corn", f"investors={investors}", "--json")
    facts = {one["fact"]: one["value"] for one in json.loads(ran.stdout)["case"]["facts"]}
    assert facts["foreign_share"] == 0.6


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("foreign_share=1.5",), "out_of_range"),
        (("foreign_shar=1",), "unknown_field"),
        (("place=city:nowhere",), "unknown_place"),
        (("regime=capital", "regime=capital"), "duplicate"),
        (("investors=[1",), "wrong_value"),
    ],
)
def test_a_refused_case_says_why_and_exits_1(fields, code):
    ran = run("activity=seed.corn", "regime=capital", *fields)
    assert ran.exit_code == 1
    assert f"[{code}]" in ran.stderr
    assert not ran.stdout


def test_a_refusal_as_json():
    ran = run("activity=seed.corn", "regime=capital", "foreign_share=1.5", "--json")
    data = json.loads(ran.stdout)
    assert (ran.exit_code, data["verdict"]) == (1, "refused")


def test_what_is_no_field_is_a_usage_error():
    ran = run("activity=seed.corn", "oops")
    assert ran.exit_code == 2
    assert "write key=value" in ran.stderr


def test_an_earlier_day_of_publication_changes_the_answer():
    lingang = ("place=ftz:shanghai-lingang", "--known", "2024-06-01", "--json")
    data = json.loads(run(*IDC[:3], IDC[4], *lingang).stdout)
    assert data["verdict"] == "no"
    kinds = {one["row"]["row"]: one["reasons"][0]["kind"] for one in data["near"]}
    assert kinds["PO-2024-VAS"] == "not_public"


def test_a_reform_may_be_put_on_top():
    case = ("regime=capital", "activity=telecom.vas.app_store", "foreign_share=1",
            "place=city:chengdu", "date=2025-06-01")  # fmt: skip
    data = json.loads(run(*case, "--reform", "PO-2025-SVC-TEL", "--json").stdout)
    assert data["verdict"] == "on_approval"
    assert data["law"]["reforms"][0].startswith("PO-2025-SVC-TEL@")
