"""Lists of goods by code settle facts of a case, give rates of additional duty, and name papers."""

import datetime as dt

import pytest

from openzone.regimes.asking import Desk
from openzone.rulebook.loading import load_files
from openzone.rulebook.reading import yaml_reading
from openzone.rulebook.reform_files import reform_of
from tests.rulebook.bench import goods_only

KNOWN = dt.date(2026, 11, 1)
LIST = """schema: openzone/goods-list/1
id: {id}
title: {{zh: 清单, en: The {id} list}}
document: {document}
in_force: {{from: {start}, to: null}}
codes: {id}.csv
record: {{state: {state}}}
evidence: {{status: verified_secondary, confidence: medium, sources: [GOODS-H12]}}
{more}
"""
TAXED = "hs,from,to,rate,note\n2203,,,,beer\n87038010,2026-06-01,,,\n0201,,2026-05-01,,\n"
RETALIATION = """schema: openzone/reform/1
id: RD-1
title: {zh: 第一轮, en: First round}
status: in_force
published: 2026-04-01
body:
  changes:
    - id: add
      kind: add
      table: goods_remedies
      binds: {}
      conditions: [{fact: origin, in: [US]}]
      effect: additional_duty_by_list
      params: {rate_list: rates, except_list: spared}
scope: {in_force: {from: 2026-04-10, to: null}}
authorisation: {on_record: false}
evidence: {status: none}
"""
CASE = {
    "place": "hainan", "line": "first", "beneficiary": True, "customs_value": "1000",
    "date": "2026-03-01", "origin": "BR", "hs": "39253000", "vat": "0.13", "ct": "0",
}  # fmt: skip
PLAIN = {
    "customs_value": "1000", "date": "2026-04-10", "origin": "US", "hs": "87038010",
    "vat": "0.13", "ct": "0",
}  # fmt: skip


def put(root, id, codes, state="complete", more="", start="2020-01-01", document="DOC-TARIFF-LAW"):
    text = LIST.format(id=id, state=state, more=more, start=start, document=document)
    (root / f"{id}.yaml").write_text(text, encoding="utf-8")
    (root / f"{id}.csv").write_text(codes, encoding="utf-8")


def taxed(root, state="complete"):
    put(root, "taxed", TAXED, state, "settles: on_taxed_list", "2025-12-18", "DOC-HN-TAX-2025-12")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return goods_only(tmp_path_factory.mktemp("by_list"))


@pytest.fixture
def fill(root):
    """Put lists into the book; they are taken out again at the end."""
    before = {path.name for path in root.iterdir()}
    yield lambda *given, **more: put(root, *given, **more)
    for path in root.iterdir():
        if path.name not in before:
            path.unlink()


def desk(root, *reforms):
    book = load_files(root)
    read = [reform_of(book, yaml_reading(text, "reform.yaml")) for text in reforms]
    return Desk(book, known=KNOWN, reforms=read, regime="goods")


def rests_on(answer):
    return {entry["row"]: entry for entry in answer["because"]}


def test_a_whole_list_says_of_a_code_that_it_is_not_on_it(root, fill):
    assert desk(root).answer(CASE)["needs"] == ["on_taxed_list"]
    taxed(root)
    found = desk(root).answer(CASE)
    assert (found["outcome"], found["assumed"]["on_taxed_list"]) == ("free", False)
    entry = rests_on(found)["taxed"]
    assert (entry["kind"], entry["fact"], entry["value"]) == ("list", "on_taxed_list", "false")
    assert entry["document"] == "DOC-HN-TAX-2025-12"
    assert found["confidence"] == "medium"


def test_a_list_held_in_part_never_says_no(root, fill):
    taxed(root, "partial")
    found = desk(root).answer(CASE)
    assert (found["outcome"], found["needs"]) == ("look_up", ["on_taxed_list"])
    assert any("its silence says nothing" in one for one in found["said"])
    beer = desk(root).answer({**CASE, "hs": "22030000"})
    assert beer["assumed"]["on_taxed_list"] is True


@pytest.mark.parametrize(
    ("code", "day", "on_list"),
    [
        ("22030000", "2026-03-01", True),
        ("87038010", "2026-05-31", False),
        ("87038010", "2026-06-01", True),
        ("02011000", "2026-04-30", True),
        ("02011000", "2026-05-01", False),
    ],
)
def test_a_line_of_a_list_holds_on_its_own_days_and_for_what_begins_with_it(
    root, fill, code, day, on_list
):
    taxed(root)
    found = desk(root).answer({**CASE, "hs": code, "date": day})
    assert found["assumed"]["on_taxed_list"] is on_list


def test_a_code_of_which_a_part_is_on_the_list_is_not_settled(root, fill):
    fill("ten", "hs,from,to,rate,note\n3925300010,,,,\n", more="settles: on_taxed_list")
    found = desk(root).answer(CASE)
    assert found["outcome"] == "look_up"
    assert any("only a part of 39253000" in one for one in found["said"])
    assert desk(root).answer({**CASE, "hs": "3925300090"})["outcome"] == "free"


def test_a_case_that_states_the_fact_is_followed_and_told_what_the_list_says(root, fill):
    taxed(root)
    found = desk(root).answer({**CASE, "on_taxed_list": True})
    assert "on_taxed_list" not in found["assumed"]
    assert "taxed" not in rests_on(found)
    assert any("states on_taxed_list = true, and is followed" in one for one in found["said"])


def test_three_lists_settle_which_of_them_holds_a_code(root, fill):
    case = {**CASE, "date": "2024-06-01"}
    codes = {"HNL-MAT": "39253000", "HNL-VEH": "87032341", "HNL-EQP": "84713000"}
    for word, code in codes.items():
        more = f"settles: zero_tariff_positive_list\nmember: {word}"
        fill(word, f"hs,from,to,rate,note\n{code},,,,\n", more=more)
    told = [
        desk(root).answer({**case, "hs": code})["assumed"]["zero_tariff_positive_list"]
        for code in (*codes.values(), "22030000")
    ]
    assert told == [*codes, "none"]
    (root / "HNL-EQP.yaml").unlink()
    (root / "HNL-EQP.csv").unlink()
    left = desk(root).answer({**case, "hs": "22030000"})
    assert (left["outcome"], left["needs"]) == ("look_up", ["zero_tariff_positive_list"])


def test_a_round_of_additional_duty_is_a_reform_with_a_list_of_rates(root, fill):
    fill("rates", "hs,from,to,rate,note\n8703,,,25,\n87038010,2026-06-01,,5,\n0103,,,10,\n")
    fill("spared", "hs,from,to,rate,note\n87038010,2026-09-01,,,\n")
    asked = desk(root, RETALIATION)
    days = {"2026-04-09": None, "2026-04-10": "250.00", "2026-06-01": "50.00", "2026-09-01": None}
    for day, remedy in days.items():
        found = asked.answer({**PLAIN, "date": day})
        assert found["effects"].get("remedy") == remedy, (day, found)
    found = asked.answer(PLAIN)
    assert {"RD-1", "rates", "spared"} <= rests_on(found).keys()
    assert "remedy" not in asked.answer({**PLAIN, "origin": "BR"})["effects"]
    assert "remedy" not in asked.answer({**PLAIN, "hs": "01012100"})["effects"]


def test_a_round_asks_for_all_digits_where_it_names_a_part_of_the_code(root, fill):
    fill("rates", "hs,from,to,rate,note\n8703801010,,,25,\n")
    fill("spared", "hs,from,to,rate,note\n")
    asked = desk(root, RETALIATION)
    found = asked.answer(PLAIN)
    assert (found["outcome"], found["needs"]) == ("ask", ["hs"])
    assert asked.answer({**PLAIN, "hs": "8703801010"})["effects"]["remedy"] == "250.00"


def test_a_round_is_nothing_to_goods_whose_line_has_no_rate(root, fill):
    from openzone.errors import ReformError

    with pytest.raises(ReformError, match="the book holds no goods list"):
        desk(root, RETALIATION)
    fill("rates", "hs,from,to,rate,note\n8703,,,,\n")
    fill("spared", "hs,from,to,rate,note\n")
    found = desk(root, RETALIATION).answer(PLAIN)
    assert (found["outcome"], found["needs"]) == ("look_up", ["additional_duty_rate"])


NEW = {"used": False, "remanufactured": False}
PAPERS = "hs,direction,paper,from,to,document\n87038010,import,O,,,\n01012100,both,,,,\n"


@pytest.mark.parametrize(
    ("state", "code", "papers", "word", "needs"),
    [
        ("complete", "87038010", [], "asks_proof", ["O"]),
        ("complete", "87038010", ["O", "CCC", "A"], "admissible", []),
        ("partial", "87038010", ["O", "CCC", "A"], "look_up", []),
        ("complete", "85414300", ["CCC", "A", "O"], "look_up", []),
    ],
)
def test_a_whole_list_of_papers_makes_its_silence_admissible_for_the_codes_that_it_has(
    root, fill, state, code, papers, word, needs
):
    fill("papers", PAPERS, state=state, more="kind: papers")
    found = desk(root).answer({**PLAIN, "hs": code, "papers": papers, **NEW})
    assert found["effects"]["admissibility"] == word, found
    if needs:
        assert set(needs) <= set(found["needs"])
        assert found["outcome"] == "asks_proof"
    refused = desk(root).answer({**PLAIN, "papers": [], "papers_refused": ["O"]})
    assert refused["outcome"] == "not_admissible"
    assert "papers" in rests_on(refused)
