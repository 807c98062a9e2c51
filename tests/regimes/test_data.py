"""Data leaving the country: the sheets, the edges, what is missing, what is refused, reforms."""

import datetime as dt
import json
import random
from functools import cache

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.cli.main import openzone
from openzone.decide.dmn.desk import TableDesk
from openzone.decide.dmn.reading import read
from openzone.regimes.asking import Desk
from openzone.regimes.registry import table_regime
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.law import Law
from openzone.rulebook.reading import read_yaml
from openzone.rulebook.reform_files import load_reforms
from tests.tidy.tree import ROOT

DAY = dt.date(2026, 11, 23)
SHEETS = ROOT.parent / "shared" / "facts" / "data_flows"
ABSENT = "the fact sheets do not stand beside the project"
PLAIN = {
    "date": "2026-06-01", "transfer_abroad": True, "contains_pi": True, "ciio": False,
    "nonsensitive": 0, "sensitive": 0,
}  # fmt: skip


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="data")


def ask(**case):
    return desk().answer({**PLAIN, **case})


def bare(**case):
    return desk().answer({"date": "2026-06-01", **case})


def route(**case):
    found = ask(**case)
    return found["outcome"], found["effects"].get("rule")


# ---- the fact sheets -----------------------------------------------------------------------------


def sheet():
    return read_yaml(SHEETS / "cases.yaml").value


def sheet_cases():
    if not (SHEETS / "cases.yaml").is_file():
        return [pytest.param({}, {}, marks=pytest.mark.skip(reason=ABSENT))]
    held = sheet()
    return [
        pytest.param({**held["defaults"], **one["given"], "id": one["id"]}, one["expect"],
                     id=one["id"])
        for one in held["cases"]
    ]  # fmt: skip


def agrees(found, expect):
    effects = found["effects"]
    assert found["outcome"] == expect["outcome"], found
    assert effects.get("rule") == expect["rule"]
    assert effects.get("rests_on", []) == list(expect.get("rests_on", ()))
    assert effects.get("gba_alternative", False) == expect.get("gba_alternative", False)
    assert set(expect.get("duties", ())) <= set(effects["duties"])
    rows = {entry["row"] for entry in found["because"]}
    assert {expect["rule"], *expect.get("rests_on", ())} <= rows


@pytest.mark.parametrize(("case", "expect"), sheet_cases())
def test_a_case_of_the_sheets(case, expect):
    agrees(desk().answer(case), expect)


@pytest.mark.skipif(not SHEETS.is_dir(), reason=ABSENT)
def test_the_file_of_cases_as_it_is_published_through_the_command():
    arguments = ["decide", str(SHEETS / "cases.yaml"), "--regime", "data"]
    ran = CliRunner().invoke(openzone, arguments)
    assert ran.exit_code == 0, ran.output
    answers = {one["id"]: one for one in map(json.loads, ran.stdout.splitlines())}
    cases = sheet()["cases"]
    assert len(answers) == len(cases)
    for one in cases:
        agrees(answers[one["id"]], one["expect"])


# ---- a second reading of the rule ----------------------------------------------------------------

BEIJING, GENERAL = dt.date(2024, 8, 30), dt.date(2024, 5, 8)
PLACES = ([], ["city:suzhou"], ["ftz:beijing-high-end"], ["ftz:tianjin"], ["hainan"],
          ["ftz:shanghai-lingang"])  # fmt: skip


def reading(case):
    """The rule read once more, from the summary of the law and not from the rows."""
    place, day = "".join(case["place"]), dt.date.fromisoformat(case["date"])
    if day < dt.date(2024, 3, 22):
        return "look_up", None
    if not case["transfer_abroad"]:
        return "no_procedure", "not_a_transfer"
    if case["state_secret_or_core"]:
        return "barred_or_special_law", "secret_or_core"
    if case["requested_by_foreign_authority"]:
        return "approval_of_competent_authority", "foreign_authority"
    plain, sensitive = case["volume_nonsensitive"], case["volume_sensitive"]
    huge = plain > 10_000_000 or sensitive > 1_000_000 or case["special_sensitive"] > 100_000
    critical = case["ciio"] and plain + sensitive > 100_000
    if "beijing" in place and day >= BEIJING and (huge or critical):
        return "security_assessment", "important_by_volume"
    if case["important_data"] == "designated":
        return "security_assessment", "important_data"
    if not case["contains_pi"]:
        return "exempt", "no_pi"
    if case["overseas_origin_only"]:
        return "exempt", "overseas_origin"
    purpose, needed = case["purpose"], case["strictly_necessary"]
    names = {"contract": "contract_need", "emergency": "emergency", "legal_duty": "legal_duty",
             "hr": "hr_need" if case["hr_basis"] else None}  # fmt: skip
    if needed and names.get(purpose):
        return "exempt", names[purpose]
    return listed(case, place, day)


def listed(case, place, day):
    covered = case.get("zone_sector_covered", "tianjin" in place and day >= GENERAL)
    if not case["ciio"] and covered and place.startswith(("ftz", "hainan")):
        return {
            "outside": ("exempt", "zone_outside"),
            "assessment": ("security_assessment", "zone_assessment"),
            "contract": ("contract_or_certification", "zone_contract"),
            "unknown": ("needs_list_lookup", "zone_unknown"),
            None: ("ask", None),
        }[case.get("zone_list_hit")]
    if case["ciio"]:
        return "security_assessment", "ciio_pi"
    plain, sensitive = case["nonsensitive"], case["sensitive"]
    if plain >= 1_000_000 or sensitive >= 10_000:
        return "security_assessment", "large_volume"
    if plain >= 100_000 or sensitive:
        return "contract_or_certification", "middle_volume"
    return "exempt", "small_volume"


EDGES = (0, 1, 500, 9_999, 10_000, 60_000, 99_999, 100_000, 100_001, 999_999, 1_000_000, 1_000_001,
         10_000_000, 10_000_001)  # fmt: skip
counts = st.sampled_from(EDGES)
flags = st.booleans()
rarely = st.integers(0, 7).map(lambda n: n == 0)
drawn = st.fixed_dictionaries(
    {
        "date": st.sampled_from(("2024-03-21", "2024-03-22", "2024-05-07", "2024-05-08",
                                 "2024-08-29", "2024-08-30", "2026-06-01")),
        "place": st.sampled_from(PLACES),
        "transfer_abroad": rarely.map(lambda no: not no),
        "state_secret_or_core": rarely,
        "requested_by_foreign_authority": rarely,
        "important_data": st.sampled_from(("none", "none", "designated", "suspected")),
        "contains_pi": rarely.map(lambda no: not no),
        "overseas_origin_only": rarely,
        "ciio": flags,
        "purpose": st.sampled_from(("contract", "hr", "emergency", "legal_duty", "trade_no_pi",
                                    "other", "other", "other")),
        "strictly_necessary": flags,
        "hr_basis": flags,
        "nonsensitive": counts,
        "sensitive": counts,
        "volume_nonsensitive": counts,
        "volume_sensitive": counts,
    },
    optional={
        "zone_sector_covered": flags,
        "zone_list_hit": st.sampled_from(("outside", "assessment", "contract", "unknown")),
    },
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(drawn, st.sampled_from((0, 100_000, 100_001)))
def test_the_rows_agree_with_a_second_reading(case, special):
    case = {**case, "special_sensitive": special}
    case["sensitive"] = max(case["sensitive"], special)
    found = desk().answer(case)
    assert (found["outcome"], found["effects"].get("rule")) == reading(case)
    if found["outcome"] == "ask":
        assert found["needs"] == ["zone_list_hit"]


@settings(max_examples=150, deadline=None)
@given(
    drawn,
    st.sets(
        st.sampled_from(("ciio", "contains_pi", "nonsensitive", "sensitive", "transfer_abroad")),
        min_size=1,
        max_size=3,
    ),
    st.data(),
)
def test_what_is_possible_is_what_completions_give(case, hidden, data):
    """Hide facts; each completion of them must be possible, and a sure answer must be sure."""
    case = {key: value for key, value in case.items() if not key.startswith("volume_")}
    case = {**case, "special_sensitive": 0, "zone_list_hit": "outside"}
    told = {key: value for key, value in case.items() if key not in hidden}
    found = desk().answer(told)
    values = {"nonsensitive": counts, "sensitive": counts}
    for _ in range(5):
        full = {**told, **{one: data.draw(values.get(one, flags)) for one in sorted(hidden)}}
        volumes = {f"volume_{name}": full[name] for name in ("nonsensitive", "sensitive")}
        outcome, _ = reading({**full, **volumes})
        assert outcome in found["possible"], full
    assert set(found["needs"]) <= hidden
    assert bool(found["needs"]) == (len(found["possible"]) > 1)


# ---- thresholds, days, places --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "sensitive", "expected"),
    [
        (99_999, 0, "small_volume"),
        (100_000, 0, "middle_volume"),
        (999_999, 9_999, "middle_volume"),
        (1_000_000, 0, "large_volume"),
        (0, 1, "middle_volume"),
        (0, 10_000, "large_volume"),
        (95_000, 9_000, "middle_volume"),
    ],
)
def test_each_threshold_is_inside_the_stricter_band(plain, sensitive, expected):
    assert route(nonsensitive=plain, sensitive=sensitive)[1] == expected


def test_a_route_has_its_figures():
    routes = ask(nonsensitive=1_000_000)["effects"]["routes"]
    assert routes["security_assessment"]["valid_years"] == 3
    assert routes["security_assessment"]["review_working_days"] == 45
    both = ask(sensitive=5)["effects"]["routes"]
    assert both["standard_contract"]["filing_working_days"] == 10
    assert both["certification"]["valid_years"] == 3
    before = ask(sensitive=5, date="2025-12-31")["effects"]["routes"]
    assert "certification" not in before


def test_duties_hold_where_the_transfer_is_free():
    found = ask(purpose="contract", strictly_necessary=True)
    assert found["outcome"] == "exempt"
    assert found["effects"]["duties"] == ["notice", "pipia", "stay_in_scope", "incident"]
    assert [entry["row"] for entry in found["also"]] == found["effects"]["duties"]
    assert "separate_consent" in ask()["effects"]["duties"]
    assert "zone_report" in ask(place=["ftz:shanghai-lingang"])["effects"]["duties"]
    assert "zone_report" not in ask(place=["ftz:beijing"])["effects"]["duties"]
    suspected = ask(important_data="suspected", contains_pi=False)
    assert "identify_important_data" in suspected["effects"]["duties"]


def test_a_duty_that_turns_on_a_missing_fact_is_named_as_open():
    found = bare(transfer_abroad=True, important_data="designated")
    assert (found["outcome"], found["needs"]) == ("security_assessment", [])
    assert found["effects"]["open"] == ["notice", "separate_consent", "pipia"]


@pytest.mark.parametrize(
    ("case", "offered"),
    [
        ({"nonsensitive": 300_000}, True),
        ({"nonsensitive": 3_000_000}, True),
        ({"nonsensitive": 5}, False),
        ({"nonsensitive": 300_000, "ciio": True}, False),
        ({"important_data": "designated"}, False),
        ({"nonsensitive": 300_000, "gba_pair": False}, False),
    ],
)
def test_the_alternative_of_the_bay(case, offered):
    found = ask(**{"gba_pair": True, **case})
    assert found["effects"].get("gba_alternative", False) is offered
    assert ("gba_standard_contract" in found["effects"].get("routes", {})) is offered


def test_a_list_is_named_with_its_document():
    found = ask(place=["hainan"], zone_sector_covered=True, zone_list_hit="unknown")
    assert (found["outcome"], found["verdict"]) == ("needs_list_lookup", "look_up")
    assert found["effects"]["list"]["id"] == "hainan"
    assert "DOC-DATA-LIST-HN" in [entry["document"] for entry in found["because"]]
    nowhere = ask(place=["ftz:hunan"], zone_sector_covered=True, zone_list_hit="unknown")
    assert any("no list of this zone" in remark for remark in nowhere["said"])


def test_a_zone_part_is_in_its_zone_and_a_city_is_not():
    listed_case = {"zone_sector_covered": True, "zone_list_hit": "outside", "nonsensitive": 200_000}
    assert route(place=["ftz:shanghai-lingang"], **listed_case)[1] == "zone_outside"
    assert route(place=["city:shanghai"], **listed_case)[1] == "middle_volume"
    assert route(**listed_case)[1] == "middle_volume"


def test_a_general_list_is_assumed_and_shown():
    found = ask(place=["ftz:tianjin"], zone_list_hit="outside")
    assert (found["effects"]["rule"], found["assumed"]["zone_sector_covered"]) == (
        "zone_outside", True,
    )  # fmt: skip
    stated = ask(place=["ftz:tianjin"], zone_sector_covered=False)
    assert stated["effects"]["rule"] == "small_volume"


def test_before_the_record_the_documents_are_named():
    found = ask(date="2023-07-01")
    assert (found["outcome"], found["confidence"]) == ("look_up", "low")
    assert found["effects"]["documents"] == ["DOC-DATA-11", "DOC-DATA-13"]
    assert ask(date="2023-01-01")["effects"]["documents"] == ["DOC-DATA-11"]
    assert ask(date="2020-01-01")["outcome"] == "look_up"


def test_a_document_published_later_changes_nothing():
    early = Desk(load_book("cn"), known=dt.date(2024, 3, 1), today=DAY, regime="data")
    assert early.answer(PLAIN)["outcome"] == "look_up"
    before_list = Desk(load_book("cn"), known=dt.date(2024, 8, 29), today=DAY, regime="data")
    case = {**PLAIN, "place": ["ftz:beijing"], "volume_nonsensitive": 12_000_000}
    assert before_list.answer(case)["effects"]["rule"] == "small_volume"
    assert desk().answer(case)["effects"]["rule"] == "important_by_volume"


# ---- what is missing, what is refused ------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "needs", "possible"),
    [
        ({"transfer_abroad": True, "contains_pi": False}, [], ["exempt"]),
        (
            {"transfer_abroad": True, "contains_pi": True, "ciio": False, "sensitive": 3},
            ["nonsensitive"],
            ["security_assessment", "contract_or_certification"],
        ),
        (
            {"transfer_abroad": True, "contains_pi": True, "nonsensitive": 2_000_000},
            [],
            ["security_assessment"],
        ),
        (
            {"transfer_abroad": True, "contains_pi": True, "ciio": False, "nonsensitive": 0,
             "special_sensitive": 9_000},
            ["sensitive"],
            ["security_assessment", "contract_or_certification"],
        ),
        (
            {"transfer_abroad": True, "contains_pi": True, "place": ["ftz:beijing"],
             "purpose": "contract", "strictly_necessary": True, "nonsensitive": 60_000,
             "sensitive": 50_000},
            ["ciio"],
            ["security_assessment", "exempt"],
        ),
        ({"purpose": "other"}, ["transfer_abroad", "contains_pi", "ciio", "nonsensitive",
                                "sensitive"], None),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_and_nothing_else(case, needs, possible):
    found = bare(**case)
    assert found["needs"] == needs
    assert possible is None or found["possible"] == possible


def test_absence_that_means_something_is_shown():
    assumed = ask()["assumed"]
    assert assumed["place"] == []
    assert assumed["purpose"] == "other"
    assert assumed["important_data"] == "none"
    assert "special_sensitive" not in assumed  # no row here turns on it
    zone = ask(place=["ftz:beijing"])["assumed"]
    assert (zone["volume_special_sensitive"], zone["volume_sensitive"]) == (0, 0)


@pytest.mark.parametrize(
    ("case", "code", "field"),
    [
        ({"sensitve": 3}, "unknown_field", "sensitve"),
        ({"important_by_volume": True}, "unknown_field", "important_by_volume"),
        ({"volume_all": 3}, "unknown_field", "volume_all"),
        ({"nonsensitive": -1}, "wrong_value", "nonsensitive"),
        ({"nonsensitive": "many"}, "wrong_value", "nonsensitive"),
        ({"nonsensitive": 1.5}, "wrong_value", "nonsensitive"),
        ({"sensitive": True}, "wrong_value", "sensitive"),
        ({"purpose": "contracts"}, "wrong_value", "purpose"),
        ({"zone_list_hit": "inside"}, "wrong_value", "zone_list_hit"),
        ({"ciio": "perhaps"}, "wrong_value", "ciio"),
        ({"place": ["ftz:nowhere"]}, "unknown_place", "place"),
        ({"date": "2026-02-30"}, None, "date"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(case, code, field):
    found = ask(**case)
    assert (found["verdict"], found["outcome"]) == ("refused", "refused")
    assert [(one["field"], one["code"]) for one in found["faults"]] == [
        (field, code or found["faults"][0]["code"])
    ]


def test_the_nearest_name_is_offered():
    assert "sensitive" in ask(sensitve=3)["faults"][0]["next"]


@pytest.mark.parametrize("prefix", ["", "volume_"])
def test_a_part_greater_than_its_whole_names_both_facts(prefix):
    part, whole = f"{prefix}special_sensitive", f"{prefix}sensitive"
    found = ask(**{part: 11, whole: 10})
    (fault,) = found["faults"]
    assert (fault["code"], fault["field"]) == ("contradiction", part)
    assert whole in fault["message"]
    assert ask(**{part: 10, whole: 10})["outcome"] != "refused"


# ---- reforms -------------------------------------------------------------------------------------

REFORM = """\
schema: openzone/reform/1
id: TRY-DATA
title: {{zh: 试, en: try}}
status: draft
body:
  changes:
    - id: change
{change}
scope:
  territory: ['ftz:hunan']
  in_force: {{from: 2027-01-01, to: null}}
authorisation: {{on_record: false}}
"""
RAISED = """\
      kind: amend
      rows: [middle_volume]
      was: {{middle_volume: '{middle_volume}'}}
      conditions: [{{fact: nonsensitive, between: {{min: 150000}}}}]
"""
OPENED = """\
      kind: add
      was: {{middle_volume: '{middle_volume}'}}
      binds: {{}}
      measures: [data.small_volume]
      table: data
      title: {{zh: 试点内五十万人以下, en: 'fewer than 500,000 persons in the pilot'}}
      conditions:
        - {{fact: nonsensitive, between: {{below: 500000}}}}
        - {{fact: sensitive, between: {{max: 0}}}}
      effect: free
      outcome: exempt
      instead_of: [middle_volume]
"""


def reformed(tmp_path, change):
    path = tmp_path / "reform.yaml"
    hashes = {
        row.id: row_hash(row)[:16] for row in load_book("cn").rows if row.id == "middle_volume"
    }
    path.write_text(REFORM.format(change=change.format(**hashes)), encoding="utf-8")
    return Desk(load_book("cn"), known=DAY, reforms=load_reforms(load_book("cn"), [str(path)]),
                today=DAY, regime="data")  # fmt: skip


def test_a_patch_of_a_row_moves_a_threshold_in_its_territory_only(tmp_path):
    changed = reformed(tmp_path, OPENED)
    inside = {**PLAIN, "place": ["ftz:hunan"], "nonsensitive": 300_000, "date": "2027-06-01"}
    assert changed.answer(inside)["outcome"] == "exempt"
    assert desk().answer(inside)["outcome"] == "contract_or_certification"
    for other in ({"place": ["ftz:hainan"]}, {"date": "2026-12-31"}, {"nonsensitive": 500_000},
                  {"sensitive": 1}):  # fmt: skip
        assert changed.answer({**inside, **other})["outcome"] == "contract_or_certification"


def test_a_patch_of_a_condition_moves_the_edge(tmp_path):
    changed = reformed(tmp_path, RAISED)
    case = {**PLAIN, "place": ["ftz:hunan"], "date": "2027-06-01"}
    found = [changed.answer({**case, "nonsensitive": n}) for n in (149_999, 150_000)]
    assert [one["outcome"] for one in found] == ["look_up", "contract_or_certification"]
    # between 100,000 and the new edge no row is left: that is said, never guessed


# ---- the same again ------------------------------------------------------------------------------


def test_a_decision_is_the_same_however_often_it_is_asked():
    law, regime = Law(load_book("cn"), DAY), table_regime("data")
    asked = TableDesk(law, regime)
    rng = random.Random(5)
    for _ in range(200):
        raw = {**PLAIN, "nonsensitive": rng.choice(EDGES), "sensitive": rng.choice(EDGES),
               "place": rng.choice(PLACES), "gba_pair": rng.random() < 0.5}  # fmt: skip
        first = asked.answer(raw, DAY)
        assert asked.answer(raw, DAY) == first
        fresh = TableDesk(Law(load_book("cn"), DAY), regime)
        assert fresh.decision(raw, DAY).found == asked.decide(read(law, regime, raw, DAY)).found
