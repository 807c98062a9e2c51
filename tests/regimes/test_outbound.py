"""Outbound investment: the cases of the fact sheet, the edges of each rule, reforms."""

import datetime as dt
import json
import subprocess
import sys
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.regimes.asking import Desk
from openzone.regimes.outbound.outcome import HEAVIEST_FIRST
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.reading import read_yaml
from openzone.rulebook.reform_files import load_reforms
from tests.tidy.tree import ROOT

SHEET = ROOT.parent / "shared" / "facts" / "outbound" / "cases.yaml"
ABSENT = "the fact sheets do not stand beside the project"
DAY = dt.date(2026, 11, 23)
PLAIN = {
    "investor": "local", "direct": True, "amount": 80, "destination": "DE", "trade": "machinery",
    "date": "2026-04-01",
}  # fmt: skip


@cache
def desk(*reforms):
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="outbound", reforms=reforms)


def ask(**changed):
    case = {name: value for name, value in {**PLAIN, **changed}.items() if value is not None}
    return desk().answer(case)


def agrees(found, expected):
    """Say whether what is expected is found: parts of mappings, numbers as numbers."""
    if isinstance(expected, dict):
        named = {name: one for name, one in expected.items() if name != "note"}
        return isinstance(found, dict) and all(
            name in found and agrees(found[name], one) for name, one in named.items()
        )
    if isinstance(expected, (int, float, Decimal)) and not isinstance(expected, bool):
        return Decimal(str(found)) == Decimal(str(expected))
    if isinstance(expected, (list, tuple)):
        return list(found) == list(expected)
    return found == expected


def sheet():
    if not SHEET.is_file():
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(one, id=one["id"]) for one in read_yaml(SHEET).value["cases"]]


@pytest.mark.parametrize("case", sheet())
def test_case_of_the_fact_sheet(case):
    found = desk().answer({"id": case["id"], **case["given"]})
    assert agrees(found["effects"], case["expect"]), found


def test_the_fact_sheet_through_the_door():
    if not SHEET.is_file():
        pytest.skip(ABSENT)
    command = [sys.executable, "-m", "openzone.cli.main", "decide", str(SHEET)]
    ran = subprocess.run([*command, "--regime", "outbound"], capture_output=True, text=True,
                         check=False, cwd=ROOT)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    wanted = read_yaml(SHEET).value["cases"]
    assert len(found) == len(wanted) == 10
    for one, case in zip(found, wanted, strict=True):
        assert agrees(one["effects"], case["expect"]), one


@pytest.mark.parametrize(
    ("amount", "rule"), [("299.999999", "OB-N4"), ("300", "OB-N3"), (301, "OB-N3"), (0, "OB-N4")]
)
def test_three_hundred_million_itself_counts_as_above(amount, rule):
    assert ask(amount=amount)["effects"]["ndrc"]["rule"] == rule


@pytest.mark.parametrize(("amount", "rule"), [("299.999999", "OB-N6"), (300, "OB-N5")])
def test_through_an_overseas_firm_the_line_is_the_same(amount, rule):
    found = ask(direct=False, amount=amount, domestic_money=False, domestic_guarantee=False)
    assert found["effects"]["ndrc"]["rule"] == rule
    assert found["assumed"]["reinvestment"] is True


@pytest.mark.parametrize("trade", ["Hotel", "hotels", "酒店", "HOTEL"])
def test_a_trade_is_known_by_its_other_spellings(trade):
    assert ask(trade=trade, domestic_money=True)["outcome"] == "approval"


def test_a_trade_on_no_list_is_said():
    found = ask(trade="shoemaking")
    assert found["outcome"] == "filing"
    assert any("'shoemaking' is on no list" in one for one in found["said"])


def test_a_code_of_a_listed_trade_makes_an_unlisted_word_ask():
    found = ask(trade="lodging", industry="6110")
    assert found["outcome"] == "ask"
    assert "trade" in found["needs"]
    assert ask(trade="lodging", industry="3421")["outcome"] == "filing"


def test_the_relief_needs_both_money_and_guarantee_from_abroad():
    relief = {"trade": "hotel", "domestic_money": False, "domestic_guarantee": False}
    assert ask(**relief)["effects"]["ndrc"]["rule"] == ["relief_2018", "OB-N4"]
    assert ask(**{**relief, "domestic_guarantee": True})["outcome"] == "approval"
    found = ask(**{**relief, "domestic_guarantee": None})
    assert (found["outcome"], found["needs"]) == ("ask", ["domestic_guarantee"])
    assert set(found["possible"]) == {"approval", "filing"}
    assert ask(**relief, date="2018-04-01")["outcome"] == "approval"


def test_a_sensitive_place_goes_before_the_relief():
    relief = {"trade": "hotel", "domestic_money": False, "domestic_guarantee": False}
    found = ask(**relief, destination="no_relations")
    assert found["effects"]["ndrc"] == {"do": "approval", "by": "NDRC", "rule": "OB-N1"}


def test_the_two_desks_have_places_of_their_own():
    war = ask(destination_class="war_or_unrest")["effects"]
    assert (war["ndrc"]["do"], war["mofcom"]["do"]) == ("approval", "filing")
    sanctions = ask(destination_class="un_sanctions")["effects"]
    assert (sanctions["ndrc"]["do"], sanctions["mofcom"]["do"]) == ("filing", "approval")
    assert ask(destination_class="unclear")["outcome"] == "look_up"


def test_a_doubtful_country_is_asked_and_never_assumed():
    found = ask(destination="SY")
    assert (found["outcome"], found["needs"]) == ("ask", ["destination_class"])
    assert ask(destination="SY", destination_class="none")["outcome"] == "filing"


def test_norway_is_a_country():
    assert ask(destination=False)["outcome"] == ask(destination="NO")["outcome"] == "filing"


def test_the_host_country_is_not_abroad():
    assert ask(destination="CN")["outcome"] == "not_outbound"


def test_reinvestment_is_told_to_the_desk_of_the_investor():
    indirect = {"direct": False, "domestic_money": False, "domestic_guarantee": False}
    assert ask(**indirect)["effects"]["mofcom"]["by"] == "provincial"
    found = ask(**indirect, investor="central")["effects"]["mofcom"]
    assert found == {"do": "report", "by": "MOFCOM", "rule": "OB-M4"}


@pytest.mark.parametrize(
    ("changed", "needs"),
    [
        ({"investor": None}, []),
        ({"amount": None}, []),
        ({"destination": None}, ["destination"]),
        ({"trade": None}, ["trade"]),
        ({"trade": "hotel", "domestic_guarantee": False}, ["domestic_money"]),
        ({"direct": False, "amount": 5, "domestic_money": False}, ["domestic_guarantee"]),
    ],
)
def test_only_what_changes_the_outcome_is_asked(changed, needs):
    found = ask(**changed)
    assert set(found["needs"]) >= set(needs)
    assert bool(found["needs"]) == (found["outcome"] == "ask") == bool(needs)


def test_who_files_is_answered_whatever_is_missing():
    partners = [{"place": "province:zhejiang", "share": "0.4"},
                {"place": "province:shanghai", "share": "0.35"},
                {"place": "province:beijing", "share": "0.25"}]  # fmt: skip
    found = desk().answer({"partners": partners})
    assert found["effects"]["mofcom"]["files"] == "province:zhejiang"
    known = ask(partners=partners)["effects"]["mofcom"]
    assert known == {
        "do": "filing", "by": "provincial", "rule": "lead", "files": "province:zhejiang",
    }  # fmt: skip


def test_a_tie_asks_who_files():
    halves = [{"place": "province:zhejiang", "share": 0.5},
              {"place": "province:shanghai", "share": 0.5}]  # fmt: skip
    found = ask(partners=halves)
    assert (found["outcome"], found["needs"]) == ("ask", ["filing_partner"])
    assert found["effects"]["mofcom"]["tied"] == ["province:zhejiang", "province:shanghai"]
    settled = ask(partners=halves, filing_partner="province:shanghai")
    assert settled["effects"]["mofcom"]["files"] == "province:shanghai"
    same = [{"place": "province:zhejiang", "share": 0.5}] * 2
    assert ask(partners=same)["effects"]["mofcom"]["files"] == "province:zhejiang"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"investr": "local"}, "investr", "investor"),
        ({"amount": -1}, "amount", "0 or more"),
        ({"amount": "much"}, "amount", "decimal"),
        ({"direct": "perhaps"}, "direct", "true or false"),
        ({"destination": "Germany"}, "destination", "two letters"),
        ({"sensitive": True}, "sensitive", ""),
        ({"own_input": True}, "own_input", ""),
        ({"reinvestment": True}, "reinvestment", "'direct' and 'reinvestment'"),
        ({"destination": "no_relations", "destination_class": "none"}, "destination_class",
         "'destination'"),
        ({"industry": "9999"}, "industry", "not in"),
        ({"partners": [{"place": "province:zhejiang", "share": 0.6},
                       {"place": "province:shanghai", "share": 0.3}]}, "partners", "0.9"),
        ({"partners": [{"place": "province:atlantis", "share": 1}]}, "partners", "not on record"),
        ({"partners": [{"place": "province:zhejiang"}]}, "partners", "{place, share}"),
        ({"partners": []}, "partners", "{place, share}"),
        ({"filing_partner": "province:zhejiang"}, "filing_partner", "'partners'"),
        ({"partners": [{"place": "province:zhejiang", "share": 0.6},
                       {"place": "province:shanghai", "share": 0.4}],
          "filing_partner": "province:shanghai"}, "filing_partner", "province:zhejiang"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name(changed, field, words):
    found = ask(**changed)
    assert found["verdict"] == "refused"
    fault = next(one for one in found["faults"] if one["field"] == field)
    assert words in json.dumps(fault, ensure_ascii=False)


@pytest.mark.parametrize(
    ("date", "project", "enterprise"),
    [
        ("2014-10-05", "look_up", "look_up"),
        ("2014-10-06", "look_up", "filing"),
        ("2018-02-28", "look_up", "filing"),
        ("2018-03-01", "filing", "filing"),
    ],
)
def test_each_desk_has_its_first_day(date, project, enterprise):
    effects = ask(date=date)["effects"]
    assert (effects["ndrc"]["do"], effects["mofcom"]["do"]) == (project, enterprise)


def read_again(case):
    """The rule read a second time: what the two desks ask for."""
    trade, foreign = case["trade"], not case["domestic_money"] and not case["domestic_guarantee"]
    relief = trade in ("hotel", "real estate") and foreign
    place = case["destination"] == "no_relations"
    own = case["direct"] or not foreign
    project: tuple[str, str | None]
    if (
        place
        or trade == "news media"
        or (trade in ("hotel", "cinema", "real estate") and not relief)
    ):
        project = ("approval", "NDRC")
    elif own and case["investor"] == "central":
        project = ("filing", "NDRC")
    elif own:
        project = ("filing", "NDRC" if case["amount"] >= 300 else "provincial")
    else:
        project = ("report", "NDRC") if case["amount"] >= 300 else ("none", None)
    by = "MOFCOM" if place or case["investor"] == "central" else "provincial"
    enterprise = ("approval" if place else "filing" if case["direct"] else "report", by)
    return project, enterprise


@settings(deadline=None, max_examples=150)
@given(
    st.fixed_dictionaries(
        {
            "investor": st.sampled_from(["central", "local"]),
            "direct": st.booleans(),
            "amount": st.sampled_from([0, 1, 299, 300, 301]),
            "destination": st.sampled_from(["DE", "JP", "no_relations"]),
            "trade": st.sampled_from(["machinery", "hotel", "cinema", "real estate", "news media"]),
            "domestic_money": st.booleans(),
            "domestic_guarantee": st.booleans(),
        }
    )
)
def test_the_desks_agree_with_a_second_reading(case):
    found = desk().answer({**case, "date": "2026-04-01"})
    project, enterprise = read_again(case)
    effects = found["effects"]
    assert (effects["ndrc"]["do"], effects["ndrc"].get("by")) == project
    assert (effects["mofcom"]["do"], effects["mofcom"]["by"]) == enterprise
    assert found["outcome"] == min(project[0], enterprise[0], key=HEAVIEST_FIRST.index)


REFORM = """
schema: openzone/reform/1
id: OUT-TRY
title: {{zh: 五亿美元以下的项目由省级备案, en: Filing with the province below 500}}
status: draft
body:
  changes:
    - id: large
      kind: amend
      rows: [OB-N3]
      was: {{OB-N3: '{large}'}}
      conditions:
        - {{fact: sensitive, is: false}}
        - {{fact: own_input, is: true}}
        - {{fact: investor, in: [local]}}
        - {{fact: amount, between: {{min: 500}}}}
    - id: small
      kind: amend
      rows: [OB-N4]
      was: {{OB-N4: '{small}'}}
      conditions:
        - {{fact: sensitive, is: false}}
        - {{fact: own_input, is: true}}
        - {{fact: investor, in: [local]}}
        - {{fact: amount, between: {{below: 500}}}}
    - id: clock
      kind: parameter
      parameter: outbound_project_filing_days
      value: 1
scope: {{territory: ['ftz:shanghai'], in_force: {{from: 2026-01-01, to: null}}}}
authorisation: {{on_record: false}}
"""


def test_a_reform_acts_in_its_territory_only(tmp_path):
    book = load_book("cn")
    hashes = {row.id: row_hash(row) for row in book.rows if row.id in ("OB-N3", "OB-N4")}
    file = tmp_path / "reform.yaml"
    file.write_text(REFORM.format(large=hashes["OB-N3"], small=hashes["OB-N4"]), encoding="utf-8")
    asked = desk(*load_reforms(book, [file]))
    case = {**PLAIN, "amount": 400}
    inside = asked.answer({**case, "place": ["ftz:shanghai"]})
    outside = asked.answer({**case, "place": ["ftz:tianjin"]})
    assert inside["effects"]["ndrc"]["by"] == "provincial"
    assert inside["effects"]["clocks"]["ndrc"]["working_days"] == 1
    assert inside["because"][0] | {"row": "OUT-TRY", "amends": "OB-N4"} == inside["because"][0]
    assert outside["effects"]["ndrc"] == {"do": "filing", "by": "NDRC", "rule": "OB-N3"}
    assert outside["effects"]["clocks"]["ndrc"]["working_days"] == 7
