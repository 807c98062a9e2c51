"""`openzone journey`, `interview` and `follow`, as a person uses them."""

import json

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone

PLAN = """\
schema: openzone/plan/1
id: exchange
title: {zh: 基础电信, en: A carrier}
place: ['ftz:jiangsu-suzhou']
date: 2026-06-01
firm:
  investors: [{nationality: SG, share: 1.0}]
activities:
  - {activity: telecom.basic, name: {zh: 基础电信业务, en: basic telecom}}
goods:
  - {hs: '22042100', origin: AU, customs_value: 500000, proofs: [AU], story: wine}
"""


def run(*words, typed=None):
    return CliRunner().invoke(openzone, words, input=typed, env={"OPENZONE_TODAY": "2026-11-23"})


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return str(file)


def test_a_plan_is_told_in_both_languages(plan):
    said = run("journey", plan).output
    assert "May enter: No" in said and "FI-FTZ-2021-11c" in said and "127,777.78 yuan" in said
    assert "能否进入：不可以" in run("journey", plan, "--lang", "zh").output


def test_the_report_holds_every_answer(plan):
    found = json.loads(run("journey", plan, "--json").stdout)
    assert found["schema"] == "openzone/journey/1"
    assert found["verdict"]["blocked"] == ["capital:activities[0]"]
    assert found["binding"][0]["row"] == "FI-FTZ-2021-11c"
    parts = [one["part"] for one in found["answers"]]
    assert "goods:goods[0]" in parts and "security_review:activities[0]" in parts
    assert found["amounts"]["total"] == "127777.78"


def test_the_smallest_reform_is_written_and_unblocks(plan, tmp_path):
    draft = str(tmp_path / "reform.yaml")
    said = run("journey", plan, "--draft", draft)
    assert said.exit_code == 0 and "Which reform would unblock this" in said.output
    after = run("journey", plan, "--reform", draft, "--json")
    assert json.loads(after.stdout)["verdict"]["enter"] != "no"


def test_places_are_compared_with_the_best_first(plan):
    lines = run("journey", plan, "--compare", "--place", "hainan", "--place", "outside").output
    assert "Hainan" in lines and "outside every zone" in lines
    found = json.loads(run("journey", plan, "--compare", "--json").stdout)
    assert len(found["places"]) >= 23


def test_a_page_to_print_stands_alone(plan, tmp_path):
    page = tmp_path / "plan.html"
    run("journey", plan, "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert "A carrier" in text and "http" not in text


def test_a_contradictory_plan_is_refused_with_file_and_line(tmp_path):
    file = tmp_path / "plan.yaml"
    firm = "{registered_on: 2026-07-01, opens_on: 2026-06-01}"
    file.write_text(f"schema: openzone/plan/1\nid: p\nfirm: {firm}\n", encoding="utf-8")
    said = run("journey", str(file))
    assert said.exit_code == 1
    assert "plan.yaml:3" in said.stderr and "2026-07-01" in said.stderr


def test_an_interview_is_typed_line_by_line(tmp_path):
    file = str(tmp_path / "plan.yaml")
    typed = "hainan\ntelecom.basic\nwhy\n2\n1.0\n\nstop\n"
    said = run("interview", "--save", file, typed=typed)
    assert "many limits look at the foreign share" in said.output
    assert "a share lies from 0 to 1" in said.stderr
    assert "May enter: No" in said.output
    assert "May enter: No" in run("journey", file).output


def test_saved_plans_are_followed(plan, tmp_path):
    folder, draft = str(tmp_path / "saved"), str(tmp_path / "reform.yaml")
    assert run("follow", "--folder", folder, "save", plan).exit_code == 0
    same = run("follow", "--folder", folder)
    assert same.exit_code == 0 and "exchange: nothing changed" in same.output
    run("journey", plan, "--draft", draft)
    other = run("follow", "--folder", folder, "--reform", draft)
    assert other.exit_code == 1
    assert "exchange, capital:activities[0], verdict: no → yes" in other.output
    assert run("follow", "--folder", folder, "--reform", draft, "--accept").exit_code == 2
    other = run("follow", "--folder", folder, "--known", "2020-12-31")
    assert other.exit_code == 1 and "row " in other.output
    run("follow", "--folder", folder, "--known", "2020-12-31", "--accept")
    assert run("follow", "--folder", folder, "--known", "2020-12-31").exit_code == 0


def test_a_case_is_saved_by_its_id(tmp_path):
    file, folder = tmp_path / "cases.yaml", str(tmp_path / "saved")
    case = "- {id: a, regime: capital, activity: telecom.basic, foreign_share: 0.4}\n"
    file.write_text(case, encoding="utf-8")
    saved = run("follow", "--folder", folder, "save", str(file), "--id", "a")
    assert saved.exit_code == 0 and saved.output.strip().endswith("a.json")
    assert run("follow", "--folder", folder).exit_code == 0


def test_nothing_saved_is_said(tmp_path):
    said = run("follow", "--folder", str(tmp_path / "none"))
    assert said.exit_code == 2 and "openzone follow save" in said.output
