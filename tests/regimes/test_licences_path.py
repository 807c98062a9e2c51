"""The dated path of a plan, and the service card of one permit, in both languages."""

import datetime as dt
from functools import cache

import pytest

from openzone.decide.dmn.desk import TableDesk
from openzone.decide.words.sentences import SENTENCES
from openzone.errors import CaseError
from openzone.regimes.licences.card import card
from openzone.regimes.licences.timeline import (
    AFTER_OPENING,
    BEFORE,
    BEFORE_OPENING,
    OPENING,
    timeline,
)
from openzone.regimes.licences.wording import card_wording
from openzone.regimes.registry import table_regime
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law

DAY = dt.date(2026, 11, 23)
START = dt.date(2026, 6, 1)


@cache
def desk():
    return TableDesk(Law(load_book("cn"), DAY), table_regime("licences"))


def decided(**facts):
    return desk().decision({"date": "2026-06-01", **facts}, DAY)


def path(start=START, **facts):
    return timeline(decided(**facts), start)


def by(steps, name):
    return {str(step.permit or step.row): str(step.by) for step in steps if step.stage == name}


def opening(steps):
    return next(str(step.by) for step in steps if step.stage == OPENING)


def test_without_permits_the_business_opens_on_the_day_of_its_licence():
    steps = path(scope_terms=["消防技术服务"])
    assert opening(steps) == "2026-06-04"  # three working days
    assert by(steps, BEFORE_OPENING) == {}


def test_a_permit_before_registration_moves_everything():
    steps = path(scope_terms=["融资担保业务"])
    assert by(steps, BEFORE) == {"financing_guarantee": "2026-07-01"}
    assert opening(steps) == "2026-07-06"


def test_the_slowest_permit_sets_the_day_of_opening():
    steps = path(scope_terms=["快递服务", "代理记账"], commitment=True)
    assert by(steps, BEFORE_OPENING) == {"courier": "2026-07-20", "bookkeeping": "2026-06-04"}
    assert opening(steps) == "2026-07-20"


def test_what_is_filed_after_opening_counts_from_the_planned_day():
    steps = path(scope_terms=["无船承运业务"])
    assert by(steps, AFTER_OPENING) == {"nvocc": "2026-06-22"}  # the 19th day is a holiday


def test_days_that_are_known_stand_instead_of_planned_ones():
    steps = path(
        scope_terms=["计量检定"], registered_on="2026-05-06", accepted_on="2026-05-11",
        opened_on="2026-07-01",
    )  # fmt: skip
    assert by(steps, BEFORE_OPENING) == {"metrology_authorised_body": "2026-06-08"}
    assert opening(steps) == "2026-07-01"


def test_a_promise_for_later_a_bar_and_a_check_are_dated():
    steps = path(scope_terms=["洗浴服务"], commitment=True, will_meet_by="2026-07-15")
    assert opening(steps) == "2026-07-15"
    assert by(steps, AFTER_OPENING) == {"public_place_hygiene": "2026-09-04"}
    barred = path(
        scope_terms=["危险化学品经营"],
        bars=[{"permit": "hazchem_trade", "kind": "fraud", "decided_on": "2023-08-03",
               "safety": True}],
    )  # fmt: skip
    assert opening(barred) == "2026-09-02"  # 30 days from 2026-08-03


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"scope_terms": ["洗浴服务"]}, "ask"),
        ({"scope_terms": ["公共航空运输"]}, "look_up"),
    ],
)
def test_a_day_that_cannot_be_told_says_why(facts, word):
    assert opening(path(**facts)) == word


def test_after_the_last_year_on_record_days_are_to_be_looked_up():
    assert opening(path(start=dt.date(2026, 12, 30), scope_terms=["消防技术服务"])) == "look_up"


def test_every_step_begins_before_it_ends():
    for term in ("餐饮服务", "快递服务", "支付业务", "船舶代理", "洗浴服务"):
        for step in path(scope_terms=[term], commitment=True):
            if not isinstance(step.start, str) and not isinstance(step.by, str):
                assert step.start <= step.by, step


# ---- the card ------------------------------------------------------------------------------------


def test_a_card_holds_what_a_firm_must_know():
    found = card(decided(scope_terms=["旅行社服务"], place=["ftz:shanghai"]), "travel_agency")
    assert found["mode"] == "commitment"
    assert found["to_confirm"] is True
    assert found["conditions"]["capital_min_yuan"] == 300000
    assert found["papers"] == ["application_form", "capital_proof", "deposit_proof"]
    assert found["time"]["fallback"] == {"value": 20, "unit": "working_days"}
    assert found["steps"]["states"][0] == "informed"
    assert "consequence.route_closed" in [one["row"] for one in found["if_false"]]
    assert found["fee"]
    assert found["result"] == {"paper": "permit", "delivered_within_working_days": 10}


def test_a_card_of_an_abolished_item_asks_for_nothing():
    found = card(decided(place=["ftz:shanghai"]), "metrology_authorised_body")
    assert (found["outcome"], found["papers"], found["time"]) == ("free_to_operate", [], {})
    assert found["result"] == {"paper": "none"}


def test_a_card_needs_no_hit_and_differs_by_place():
    outside = card(decided(), "metrology_authorised_body")
    assert (outside["mode"], outside["outcome"]) == ("optimised", "permit_before_operating")


def test_a_card_of_no_permit_is_refused_with_the_nearest():
    with pytest.raises(CaseError, match="did you mean 'courier'"):
        card(decided(), "curier")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_card_can_be_written(lang):
    decision = decided(place=["ftz:shanghai"], commitment=True)
    permits = [row.id for row in load_book("cn").rows if row.table == "licence_permits"]
    assert len(permits) == 121
    for permit in permits:
        text = card_wording(card(decision, permit), lang)
        held = card(decision, permit)
        assert held["title"][lang] in text
        for paper in held["papers"]:
            assert SENTENCES[f"value.{paper}"].lang(lang) in text
