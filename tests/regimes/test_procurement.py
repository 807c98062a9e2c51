"""Government procurement: the cases of the fact sheet, the edges of each rule, reforms."""

import datetime as dt
import json
import subprocess
import sys
from functools import cache

import pytest

from openzone.regimes.asking import Desk
from openzone.regimes.procurement.case import MARKS, SHARED
from openzone.regimes.procurement.decide import ANSWERS, REGIME
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.reading import read_yaml
from openzone.rulebook.reform_files import load_reforms
from tests.regimes.test_outbound import agrees
from tests.tidy.tree import ROOT

SHEET = ROOT.parent / "shared" / "facts" / "procurement" / "cases.yaml"
ABSENT = "the fact sheets do not stand beside the project"
DAY = dt.date(2026, 11, 23)
IN_THE_STORY_ONLY = {"PC-07": {"japanese_firm"}}
"""What a case expects of a fact that only its story tells."""
BY_PRICE = {"date": "2026-03-01", "award": "lowest_evaluated"}
MEDICAL = {
    "date": "2025-09-01", "budget": 45_000_000, "imports_needed": True, "only_eu_fits": False,
}  # fmt: skip


@cache
def desk(*reforms, known=DAY):
    return Desk(load_book("cn"), known=known, today=DAY, regime="procurement", reforms=reforms)


def ask(**case):
    return desk().answer(case)


def bids(first, second, **changed):
    return [
        {"who": "A", "price": first, "domestic": True, **changed},
        {"who": "B", "price": second, "domestic": False},
    ]


def sheet():
    if not SHEET.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(one, id=one["id"]) for one in read_yaml(SHEET).value["cases"]]


def as_expected(found, case):
    left_out = IN_THE_STORY_ONLY.get(case["id"], set())
    for name, wanted in case["expect"].items():
        if name not in left_out:
            held = found if name in ("verdict", "outcome") else found["effects"]
            assert agrees(held.get(name), wanted), (name, found)


@pytest.mark.parametrize("case", sheet())
def test_case_of_the_fact_sheet(case):
    as_expected(desk().answer({"id": case["id"], **case["given"]}), case)


def test_the_fact_sheet_through_the_door():
    if not SHEET.is_file():
        pytest.skip(ABSENT)
    command = [sys.executable, "-m", "openzone.cli.main", "decide", str(SHEET)]
    ran = subprocess.run([*command, "--regime", "procurement"], capture_output=True, text=True,
                         check=False, cwd=ROOT)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    wanted = read_yaml(SHEET).value["cases"]
    assert len(found) == len(wanted) == 8
    for one, case in zip(found, wanted, strict=True):
        as_expected(one, case)


def test_every_question_has_an_answer_and_fields_that_exist():
    declared = {fact.fact for name in REGIME.tables for fact in load_book("cn").tables[name].facts}
    assert ANSWERS.keys() == MARKS.keys() >= set(SHARED.values())
    named = {one for fields in MARKS.values() for one in fields} | SHARED.keys()
    assert named == declared | {"bids", "bidders"}


@pytest.mark.parametrize(
    ("kind", "budget", "outcome", "rule"),
    [
        ("goods", "999999.99", "not_covered", "TH-C-GS"),
        ("services", 1_000_000, "covered", "TH-C-GS"),
        ("goods", "1999999.99", "covered", "TH-C-GS"),
        ("services", 2_000_000, "open_tender", "TH-C-OPEN"),
        ("works", "1199999.99", "not_covered", "TH-C-W"),
        ("works", 1_200_000, "covered", "TH-C-W"),
        ("works", "3999999.99", "covered", "TH-C-W"),
        ("works", 4_000_000, "open_tender", "TH-BID"),
    ],
)
def test_central_figures(kind, budget, outcome, rule):
    found = ask(level="central", kind=kind, budget=budget, in_catalogue=False, date="2026-01-01")
    assert (found["outcome"], found["effects"]["rule"]) == (outcome, rule)


def test_the_catalogue_covers_whatever_the_budget():
    found = ask(level="central", kind="goods", budget=1, in_catalogue=True)
    assert found["effects"] == {
        "rule": "catalogue", "covered": True, "open_tender": False, "law": "procurement_law",
    }  # fmt: skip


def test_local_budgets_are_never_measured_by_the_central_figures():
    for budget in (1, 1_000_000, 50_000_000):
        found = ask(level="local", kind="goods", budget=budget, in_catalogue=False)
        assert (found["outcome"], found["effects"]["rule"]) == ("look_up", "TH-L")
        assert "open_tender" not in found["effects"]


@pytest.mark.parametrize(
    ("changed", "outcome", "row"),
    [
        ({"purchaser": "state_owned_firm"}, "not_covered", "not_a_purchaser"),
        ({"purchaser": "military"}, "not_covered", "military"),
        ({"exempt": "urgent"}, "not_covered", "urgent_or_security"),
        ({"exempt": "foreign_loan"}, "look_up", "foreign_loan"),
        ({"budget_money": False}, "not_covered", "not_budget_money"),
    ],
)
def test_who_and_what_is_outside(changed, outcome, row):
    found = ask(level="central", kind="goods", budget=5_000_000, in_catalogue=False, **changed)
    assert (found["outcome"], found["because"][0]["row"]) == (outcome, row)


def test_zones_add_terms_in_their_places():
    case = {"level": "central", "kind": "goods", "budget": 5_000_000, "in_catalogue": False,
            "date": "2026-01-01"}  # fmt: skip
    added = {one["row"] for one in ask(**case, place=["ftz:shanghai"])["also"]}
    assert {"ZO-01", "ZO-02"} <= added
    added = {one["row"] for one in ask(**case, place=["ftz:tianjin"])["also"]}
    assert "ZO-01" in added
    assert "ZO-02" not in added


def test_what_is_missing_is_asked_and_what_is_known_is_said():
    found = ask(level="central", kind="goods", in_catalogue=False, date="2026-01-01")
    assert (found["outcome"], found["needs"]) == ("ask", ["budget"])
    assert set(found["possible"]) == {"not_covered", "covered", "open_tender"}
    found = ask(kind="goods", budget=5_000_000, in_catalogue=False, date="2026-01-01")
    assert found["needs"] == ["level"]
    found = ask(made_in_china=True, date="2026-01-01")
    assert found["needs"] == ["component_share_set"]
    assert set(found["possible"]) == {"look_up", "domestic"}
    found = ask(bids=bids(118, 100), date="2026-03-01")
    assert found["needs"] == ["award"]
    found = ask(
        **BY_PRICE, bids=[{"who": "A", "price": 1}, {"who": "B", "price": 2, "domestic": True}]
    )
    assert (found["outcome"], found["needs"]) == ("ask", ["bids"])


@pytest.mark.parametrize(
    ("case", "needs"),
    [({}, "question"), ({"made_in_china": True, "bids": bids(1, 2)}, "question")],
)
def test_an_unclear_question_is_asked(case, needs):
    assert ask(**case)["needs"] == [needs]


def test_a_question_told_goes_before_the_fields():
    found = ask(question="origin", made_in_china=False, bids=bids(1, 2), date="2026-02-01")
    assert found["outcome"] == "not_domestic"
    assert any("not used by the question origin: bids" in one for one in found["said"])


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "domestic"),
        ({"made_in_china": False}, "not_domestic"),
        ({"component_share_set": True, "component_share": "0.7"}, "look_up"),
        ({"component_share_set": True, "component_share": "0.7", "component_share_required": "0.7"},
         "domestic"),
        ({"component_share_set": True, "component_share": "0.69",
          "component_share_required": "0.7"}, "not_domestic"),
        ({"named_product": True, "key_components_in_china": False}, "not_domestic"),
        ({"named_product": True, "key_components_in_china": True}, "domestic"),
        ({"made_in_china": False, "passed_through_zone": True}, "not_domestic"),
        ({"place": ["hainan"]}, "look_up"),
        ({"place": ["hainan"], "date": "2025-12-17"}, "domestic"),
    ],
)  # fmt: skip
def test_origin(changed, outcome):
    case = {"date": "2026-06-01", "made_in_china": True, "component_share_set": False}
    assert ask(**{**case, **changed})["outcome"] == outcome


def test_ownership_changes_nothing_but_the_citation():
    case = {"date": "2026-06-01", "made_in_china": True, "component_share_set": False}
    home, foreign = ask(**case, owner_foreign=False), ask(**case, owner_foreign=True)
    assert home["outcome"] == foreign["outcome"] == "domestic"
    assert home["effects"]["rule"] == "domestic_standard"
    assert foreign["effects"]["rule"] == ["FS-01", "domestic_standard"]
    assert ask(**{**case, "made_in_china": False}, owner_foreign=False)["outcome"] == "not_domestic"


@pytest.mark.parametrize("form", MARKS["discrimination"])
def test_every_form_of_discrimination(form):
    found = ask(**{form: True})
    assert (found["outcome"], found["effects"]["rule"]) == ("unlawful", "discrimination_ban")
    local = form in ("local_points", "place_limited")
    assert found["effects"].get("constraint") == ("FC-02" if local else None)
    assert ask(**{form: False})["outcome"] == "no_discrimination"


@pytest.mark.parametrize(
    ("case", "field", "words"),
    [
        ({"in_catalog": True}, "in_catalog", "in_catalogue"),
        ({"share_met": "yes"}, "share_met", ""),
        ({"bidder_class": "other"}, "bidder_class", ""),
        ({"question": "orign"}, "question", "origin"),
        ({"question": "evaluation"}, "bids", "no bids"),
        ({"budget": -5, "in_catalogue": True}, "budget", "0 or more"),
        ({"level": "city", "in_catalogue": True}, "level", "central, local"),
        ({"bids": []}, "bids", "{who, price"),
        ({"bids": [{"who": "A"}]}, "bids", "'price'"),
        ({"bids": [{"who": "A", "price": 1, "domestic": "maybe"}]}, "bids", "true or false"),
        ({"bids": [{"who": "A", "price": 1, "domestc": True}]}, "bids", "domestic"),
        ({"bids": [{"who": "A", "price": 1}, {"who": "A", "price": 2}]}, "bids", "twice"),
        ({"bids": [{"who": "A", "price": 1, "domestic": True, "domestic_share": 1}]}, "bids",
         "both"),
        ({"bidders": [{"who": "rule", "seat": "DE"}]}, "bidders", "other than"),
        ({"bidders": [{"who": "X", "seat": "Germany"}]}, "bidders", "two letters"),
        ({"bidders": [{"who": "X", "seat": "DE", "eu_import_share": 55}]}, "bidders", "fraction"),
        ({"made_in_china": True, "passed_through_zone": True}, "passed_through_zone",
         "'made_in_china'"),
        ({"component_share_set": False, "component_share_required": "0.5"},
         "component_share_required", "'component_share_set'"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name(case, field, words):
    found = ask(**case)
    assert found["verdict"] == "refused"
    fault = next(one for one in found["faults"] if one["field"] == field)
    assert words in json.dumps(fault, ensure_ascii=False)


REFORM = """
schema: openzone/reform/1
id: PROC-TRY
title: {{zh: 试验区内扣除比例降低, en: A lower deduction in the zone}}
status: draft
body:
  changes:
    - id: rate
      kind: amend
      rows: [domestic_preference]
      was: {{domestic_preference: '{rate}'}}
      params: {{deduction_share: 0.10}}
    - id: days
      kind: parameter
      parameter: procurement_tender_days_min
      value: 10
scope: {{territory: ['ftz:shanghai'], in_force: {{from: 2026-02-01, to: null}}}}
authorisation: {{on_record: false}}
"""


def test_a_reform_acts_in_its_territory_only(tmp_path):
    book = load_book("cn")
    rate = next(row_hash(row) for row in book.rows if row.id == "domestic_preference")
    file = tmp_path / "reform.yaml"
    file.write_text(REFORM.format(rate=rate), encoding="utf-8")
    asked = desk(*load_reforms(book, [file]))
    made = {"date": "2026-03-01", "made_in_china": True, "component_share_set": False}
    tender = {"date": "2026-03-01", "level": "central", "kind": "goods", "budget": 5_000_000,
              "in_catalogue": False}  # fmt: skip
    for place, deduction, winner, days in (("ftz:shanghai", "0.1", "B", 10),
                                           ("ftz:tianjin", "0.2", "A", 20)):  # fmt: skip
        found = asked.answer({**BY_PRICE, "place": [place], "bids": bids(118, 100)})["effects"]
        assert (found["deduction"], found["winner"]) == (deduction, winner)
        assert asked.answer({**made, "place": [place]})["effects"]["deduction"] == deduction
        assert asked.answer({**tender, "place": [place]})["effects"]["tender_days_min"] == days
