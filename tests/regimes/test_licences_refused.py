"""Cases on permits that are refused: every fault named, with what comes nearest."""

import datetime as dt
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book

DAY = dt.date(2026, 11, 23)


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="licences")


def faults(**facts):
    answer = desk().answer({"date": "2026-06-01", **facts})
    assert answer["verdict"] == "refused", answer
    return {(one["code"], one["field"]): one for one in answer["faults"]}


BAR = {"permit": "courier", "kind": "fraud", "decided_on": "2026-01-01", "safety": True}


@pytest.mark.parametrize(
    ("facts", "code", "field", "hint"),
    [
        ({"scope_term": ["快递服务"]}, "unknown_field", "scope_term", "'scope_terms'"),
        ({"scope_terms": [5181]}, "wrong_value", "scope_terms", ""),
        ({"scope_terms": [""]}, "wrong_value", "scope_terms", ""),
        ({"activities": ["5189x"]}, "unknown_activity", "activities", ""),
        ({"activities": ["5180"]}, "unknown_code", "activities", "did you mean"),
        ({"activities": [5181]}, "wrong_value", "activities", "write '5181' in quotes"),
        ({"activities": [113]}, "wrong_value", "activities", "write '0113' in quotes"),
        ({"activities": ["快递"]}, "unknown_activity", "activities", "scope_terms"),
        (
            {"activities": ["healt.medical_institution.hospital"]},
            "unknown_activity",
            "activities",
            "did you mean",
        ),
        ({"answers": {"couriers": "yes"}}, "unknown_reference", "answers", "'courier'"),
        ({"answers": {"courier": "perhaps"}}, "wrong_value", "answers", ""),
        ({"answers": ["courier"]}, "wrong_value", "answers", ""),
        ({"commitment": "perhaps"}, "wrong_value", "commitment", ""),
        ({"commitment": {"bookkeping": True}}, "unknown_reference", "commitment", "'bookkeeping'"),
        ({"registered_on": "2026-02-30"}, "wrong_value", "registered_on", ""),
        ({"bars": "fraud"}, "wrong_value", "bars", ""),
        ({"bars": [{**BAR, "permit": "curier"}]}, "unknown_reference", "bars", "'courier'"),
        ({"bars": [{**BAR, "kind": "fraude"}]}, "wrong_value", "bars", "'fraud'"),
        ({"bars": [{**BAR, "kind": ["fraud"]}]}, "wrong_value", "bars", ""),
        ({"bars": [{**BAR, "decided": 1}]}, "unknown_field", "bars", "'decided_on'"),
        ({"bars": [{**BAR, "decided_on": None}]}, "wrong_value", "bars", ""),
        ({"bars": [{**BAR, "safety": "sure"}]}, "wrong_value", "bars", ""),
        ({"dormancy": []}, "wrong_value", "dormancy", ""),
        ({"dormancy": {"request": ["2026-01-01"]}}, "wrong_value", "dormancy", ""),
        ({"dormancy": {"asked": 1}}, "unknown_field", "dormancy", ""),
        ({"dormancy": {"request": ["2026-01-01", "2026-01-01"]}}, "dates_reversed", "dormancy", ""),
    ],
)
def test_a_fault_is_named_with_its_field_and_what_comes_nearest(facts, code, field, hint):
    found = faults(**facts)
    assert (code, field) in found, found
    assert hint in found[code, field].get("next", "")


def test_all_faults_are_told_at_once():
    found = faults(activities=["9999"], answers={"nobody": "yes"}, commitment=3, place=["nowhere"])
    assert {field for _, field in found} == {"activities", "answers", "commitment", "place"}


def test_a_business_cannot_open_before_it_is_registered():
    fault = faults(registered_on="2026-03-02", opened_on="2026-03-01")["contradiction", "opened_on"]
    assert "2026-03-01" in fault["seen"]
    assert "2026-03-02" in fault["expected"]
    same = {"registered_on": "2026-03-02", "opened_on": "2026-03-02"}
    assert desk().answer({"date": "2026-06-01", **same})["verdict"] == "yes"


@pytest.mark.parametrize(
    "dormancy",
    [
        {"periods": [["2022-04-01", "2024-04-01"], ["2024-03-31", "2024-05-01"]]},
        {"periods": [["2022-04-01", "2024-04-01"]], "request": ["2024-03-31", "2024-05-01"]},
    ],
)
def test_periods_of_dormancy_share_no_day(dormancy):
    fault = faults(dormancy=dormancy)["contradiction", "dormancy"]
    assert "2022-04-01" in fault["seen"]
    assert "2024-03-31" in fault["expected"]


# ---- dormancy ------------------------------------------------------------------------------------


def dormant(request, *periods, date="2026-06-01"):
    facts = {"date": date, "dormancy": {"periods": list(periods), "request": request}}
    return desk().answer(facts)["effects"]["dormancy"]


def test_one_unbroken_period_of_three_years_by_the_calendar():
    assert dormant(["2027-01-01", "2030-01-01"])["allowed"] is True
    assert dormant(["2027-01-01", "2030-01-02"])["allowed"] is False
    assert dormant(["2024-02-29", "2027-02-28"])["latest_end"] == "2027-02-28"


def test_several_periods_add_up_in_days():
    earlier = ["2023-01-01", "2025-01-01"]  # 731 days
    assert dormant(["2026-07-01", "2027-06-30"], earlier)["allowed"] is True
    over = dormant(["2026-07-01", "2027-07-01"], earlier)
    assert (over["allowed"], over["latest_end"], over["remaining_days"]) == (
        False, "2027-06-30", 364,
    )  # fmt: skip


def test_nothing_is_left_after_three_years():
    found = dormant(["2026-07-01", "2026-07-02"], ["2022-04-01", "2025-04-01"])
    assert (found["allowed"], found["latest_end"]) == (False, "2026-07-01")


def test_dormancy_before_the_regulation_is_not_on_record():
    assert dormant(["2021-07-01", "2022-07-01"], date="2022-02-28") == {"allowed": "look_up"}
    assert dormant(["2022-07-01", "2023-07-01"], date="2022-03-01")["allowed"] is True


def test_without_a_request_the_days_that_are_left_are_told():
    facts = {"date": "2026-06-01", "dormancy": {"periods": [["2023-01-01", "2023-01-11"]]}}
    found = desk().answer(facts)["effects"]["dormancy"]
    assert found == {"used_days": 10, "remaining_days": 1085}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = ("scope_terms", "activities", "answers", "commitment", "bars", "dormancy",
          "accepted_on", "opened_on", "place", "date")  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
def test_no_value_raises_anything(facts):
    answer = desk().answer(facts)
    assert answer["verdict"] in ("yes", "ask", "refused", "on_conditions", "on_approval", "look_up")
