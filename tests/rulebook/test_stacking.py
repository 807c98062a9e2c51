"""Reforms on top of one another: what meets, what fits, whose power is needed."""

import dataclasses
import datetime as dt

import pytest

from openzone import load_book
from openzone.rulebook.authority import authority
from openzone.rulebook.model import Interval
from openzone.rulebook.stacking import conflicts, fits, shared_places

BOOK = load_book("cn")
TELECOM = BOOK.reforms["PO-2024-VAS"]
HOSPITAL = BOOK.reforms["PO-2024-HOSP"]


def moved(reform, **fields):
    return dataclasses.replace(reform, id="OTHER", **fields)


def test_the_reforms_of_the_book_fit_its_rows():
    assert fits(BOOK) == []


def test_reforms_of_different_rows_do_not_meet():
    assert conflicts(BOOK, [TELECOM, HOSPITAL]) == []


def test_the_same_rows_in_the_same_place_meet():
    (clash,) = conflicts(BOOK, [TELECOM, moved(TELECOM)])
    assert "FI-NAT-2024-12d" in clash.rows
    assert "hainan" in clash.places
    assert clash.message.startswith("PO-2024-VAS and OTHER both change")


def test_days_or_places_apart_do_not_meet():
    later = moved(TELECOM, in_force=Interval(dt.date(2010, 1, 1), dt.date(2011, 1, 1)))
    assert conflicts(BOOK, [TELECOM, later]) == []
    elsewhere = moved(TELECOM, territory=("ftz:xinjiang",))
    assert conflicts(BOOK, [TELECOM, elsewhere]) == []


def test_places_that_overlap_without_equal_names():
    shared = shared_places(BOOK.territories, ["ftz:shanghai"], ["city:shanghai-pudong"])
    assert shared is not None
    assert "ftz:shanghai-lujiazui" in shared
    assert shared_places(BOOK.territories, [], ["hainan"]) == ("hainan",)


def test_a_special_power_goes_before_the_level():
    found = authority(BOOK, HOSPITAL)
    assert found.recorded
    assert {need.article for need in found.needs} >= {"外商投资法实施条例 art.4"}


@pytest.mark.parametrize(("expiry", "end", "recorded"), [
    (dt.date(2027, 1, 1), None, False),
    (dt.date(2027, 1, 1), dt.date(2027, 1, 1), True),
    (dt.date(2027, 1, 1), dt.date(2027, 1, 2), False),
])  # fmt: skip
def test_a_reform_may_not_outlive_its_authorisation(expiry, end, recorded):
    limited = dataclasses.replace(HOSPITAL.authorisation, expiry=expiry)
    reform = moved(HOSPITAL, authorisation=limited, in_force=Interval(dt.date(2026, 1, 1), end))
    assert authority(BOOK, reform).recorded is recorded
