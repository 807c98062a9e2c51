"""Tricky points of a law compiled for one table, each with the case that shows it."""

from __future__ import annotations

import datetime as dt

import pytest

from openzone.decide.case import read_case
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.errors import CaseError
from openzone.regimes.registry import REGIMES
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law

TODAY = dt.date(2026, 11, 23)


def frame(known=TODAY, regime="capital", **more):
    return Frame(Law(load_book("cn"), known, **more), REGIMES[regime])


@pytest.fixture(scope="module")
def today():
    return frame()


def found(asked, **raw):
    return decide(asked, read_case(asked, raw, TODAY))


def test_a_smaller_area_is_asked_only_where_a_reform_newly_applies(today):
    centre = {"activity": "telecom.vas.idc", "foreign_share": "1.0", "place": ["city:shanghai"]}
    assert found(today, **centre, date="2025-01-10").needs == ("place",)
    assert found(today, **centre, date="2024-10-22").needs == ()
    # Zones inside the city have another list; that alone is no question.
    fishing = {"activity": "fishery.capture", "foreign_share": "1.0", "place": ["city:shanghai"]}
    assert found(today, **fishing, date="2025-01-10").needs == ()


def test_a_place_named_with_the_smaller_area_is_not_asked_again(today):
    case = {"activity": "telecom.vas.idc", "foreign_share": "1.0", "date": "2025-01-10"}
    lingang = found(today, **case, place=["city:shanghai", "ftz:shanghai-lingang"])
    assert (lingang.outcome, lingang.needs) == ("allowed_with_approval", ())


def test_days_and_places_that_rules_do_not_tell_apart_share_a_bundle(today):
    case = {"activity": "seed.wheat", "foreign_share": "0.5"}
    days = ("2025-03-01", "2025-03-02", "2025-09-30")
    one, other, later = (found(today, **case, date=day).bundle for day in days)
    assert one is other
    assert one is later
    assert found(today, **case, date="2020-08-01").bundle is not one


def test_a_segment_begins_on_the_day_on_which_something_changes(today):
    first = dt.date(2024, 11, 1)
    before = first - dt.timedelta(days=1)
    assert today.segment(before) + 1 == today.segment(first)
    assert today.day(today.segment(first)) == first
    assert today.segment(today.day(0)) == 0


def test_a_code_that_meant_another_trade_is_refused_before_its_edition(today):
    power = {"industry": "4414", "foreign_share": "0.4"}
    with pytest.raises(CaseError, match="edition before 2017"):
        found(today, **power, date="2017-09-30")
    assert found(today, **power, date="2017-10-01").outcome
    # Beside a tag the code is only checked for consistency.
    assert found(today, **power, activity="power.nuclear", date="2017-09-30").outcome


def test_a_list_that_was_not_yet_public_leaves_the_one_before_in_force():
    car = {"activity": "auto.passenger", "foreign_share": "1.0", "date": "2022-01-02"}
    unheard = found(frame(dt.date(2021, 12, 26)), **car)
    assert unheard.outcome == "denied_share"
    assert unheard.found.rows[0].document == "DOC-FI-NAT-2020"
    assert found(frame(dt.date(2021, 12, 27)), **car).outcome == "allowed"


def test_a_row_ended_by_a_text_that_was_not_public_has_not_ended():
    receiver = {"activity": "mfg.sat_tv_receiver", "place": "hainan", "date": "2022-01-01"}
    law = frame(dt.date(2021, 12, 26)).law
    (row,) = (row for row in law.rows if row.id == "FI-HN-2020-04")
    assert row.ended_by == "DOC-FI-NAT-2021"
    assert row.in_force.end is None
    asked = frame(dt.date(2021, 12, 26))
    assert found(asked, **receiver, foreign_share="1.0").outcome != "allowed"
    assert found(frame(), **receiver, foreign_share="1.0").outcome == "allowed"
