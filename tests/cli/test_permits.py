"""`openzone permits`: the plan, its timeline and a card, as a person reads them or as data."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone

RESTAURANT = ("--scope", "餐饮服务", "--place", "ftz:shanghai", "--date", "2026-06-01")


def run(*words):
    return CliRunner().invoke(openzone, ("permits", *words), env={"OPENZONE_TODAY": "2026-11-23"})


def test_a_plan_lists_its_permits_and_its_days():
    said = run(*RESTAURANT, "--commit").output
    assert "the permit comes before the business operates" in said
    assert "2026-06-04 – 2026-07-03  before opening" in said
    assert "Merged into the licence" in said


def test_in_chinese():
    said = run(*RESTAURANT, "--no-commit", "--lang", "zh").output
    assert "取得许可后方可经营" in said
    assert "10个工作日" in said
    assert "多证合一" in said


def test_what_is_missing_is_named_first_and_an_answer_settles_it():
    trader = ("--activity", "5181", "--date", "2026-06-01")
    assert run(*trader).output.splitlines()[1] == "Missing: answers"
    assert "Missing" not in run(*trader, "--answer", "state_trading=no").output


def test_as_data():
    found = json.loads(run(*RESTAURANT, "--commit", "--further", "--json").stdout)
    assert found["outcome"] == "permit_before_operating"
    assert [one["by"] for one in found["timeline"] if one["stage"] == "opening"] == ["2026-07-03"]
    assert {one["row"] for one in found["further"]} >= {"exit.simple", "dormancy.file"}


@pytest.mark.parametrize(("lang", "head"), [("zh", "办事指南"), ("en", "Service card")])
def test_a_card(lang, head):
    said = run(*RESTAURANT, "--card", "food_business", "--lang", lang).output
    assert said.startswith(head)
    assert "食品安全法(2021) art.35" in said
    card = json.loads(run(*RESTAURANT, "--card", "food_business", "--json").stdout)
    assert card["result"]["validity_years"] == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--activity", "5180"), "activities: the code is not in"),
        (("--card", "food_busines"), "did you mean 'food_business'?"),
        (("--answer", "clinic"), "PERMIT=yes or PERMIT=no"),
        (("--registered", "2026-06-02", "--opened", "2026-06-01"), "before it is registered"),
    ],
)
def test_a_refused_case_names_the_field_and_exits_with_1(words, said):
    result = run("--date", "2026-06-01", *words)
    assert result.exit_code == 1
    assert said in result.stderr
    assert not result.stdout
