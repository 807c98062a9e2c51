"""Clocks in working days: the days of the book, and a peer that knows the calendar."""

import datetime as dt
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.decide.working_days import WorkingDays, working_days
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Interval

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 12, 31)


@cache
def calendar(known=dt.date(2026, 11, 23)):
    return working_days(Law(load_book("cn"), known))


def day(text):
    return dt.date.fromisoformat(text)


def test_the_book_covers_whole_years_and_no_day_more():
    days = calendar()
    assert days.covers(FIRST)
    assert days.covers(LAST)
    assert not days.covers(FIRST - DAY)
    assert not days.covers(LAST + DAY)
    assert days.is_worked(LAST + DAY) is None


def test_every_day_is_what_a_peer_says_it_is():
    peer = pytest.importorskip("chinese_calendar", reason="chinesecalendar is not installed")
    days, on = calendar(), FIRST
    while on <= LAST:
        assert days.is_worked(on) == peer.is_workday(on), on
        on += DAY


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-09-21", 1, "2026-09-22"),
        ("2026-09-21", 20, "2026-10-26"),  # over National Day, with a Saturday that is worked
        ("2026-01-05", 20, "2026-02-02"),
        ("2026-02-02", 10, "2026-02-14"),  # a Saturday worked before the Spring Festival
        ("2024-12-31", 1, "2025-01-02"),  # the day of the event itself need not be covered
        ("2024-12-30", 1, None),
        ("2026-12-30", 1, "2026-12-31"),
        ("2026-12-31", 1, None),
        ("2026-12-01", 23, None),
    ],
)
def test_the_nth_working_day_after_a_day(start, n, end):
    assert calendar().add_working_days(day(start), n) == (end and day(end))


def test_a_day_of_rest_moves_on_and_a_working_day_stays():
    days = calendar()
    assert days.add_calendar_days(day("2026-02-02"), 15) == day("2026-02-24")
    assert days.next_working_day(day("2026-02-24")) == day("2026-02-24")
    assert days.next_working_day(day("2026-02-14")) == day("2026-02-14")
    assert days.add_calendar_days(day("2026-12-25"), 10) is None


def test_no_days_are_added_by_a_count_below_one():
    with pytest.raises(ValueError, match="n is 0"):
        calendar().add_working_days(FIRST, 0)


def test_holidays_that_were_not_yet_announced_are_not_known():
    days = calendar(dt.date(2025, 6, 1))
    assert days.covers(dt.date(2025, 12, 31))
    assert not days.covers(dt.date(2026, 1, 1))


def test_a_law_without_a_calendar_covers_nothing():
    assert not WorkingDays(None).covers(FIRST)
    assert WorkingDays(None).next_working_day(FIRST) is None


@given(st.dates(FIRST, LAST), st.integers(1, 40))
def test_counting_day_by_day_gives_the_same(start, n):
    days, on, left = calendar(), start, n
    while left and days.covers(on + DAY):
        on += DAY
        left -= bool(days.is_worked(on))
    assert days.add_working_days(start, n) == (None if left else on)


@given(st.sets(st.dates(FIRST, FIRST + 30 * DAY)), st.sets(st.dates(FIRST, FIRST + 30 * DAY)))
def test_a_day_that_is_worked_counts_even_when_it_is_also_off(off, worked):
    days = WorkingDays(Interval(FIRST, FIRST + 31 * DAY), (5, 6), off, worked)
    for on in (FIRST + n * DAY for n in range(31)):
        weekday = on.weekday() < 5 and on not in off
        assert days.is_worked(on) == (on in worked or weekday)
