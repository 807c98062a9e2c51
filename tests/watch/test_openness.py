"""The measure of openness: figures checked by hand, coverage, and that openings never close."""

import datetime as dt
import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.errors import CaseError
from openzone.regimes.capital.outcome import EFFECTS
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.model import Authorisation, Change, Interval, Reform, Text
from openzone.watch.openness import openness, tally
from openzone.watch.readings import Reading
from openzone.watch.records import differences

KNOWN = dt.date(2026, 10, 1)
D2019, D2020, D2022 = dt.date(2019, 10, 1), dt.date(2020, 7, 23), dt.date(2022, 1, 1)
D2024, D2025 = dt.date(2024, 11, 29), dt.date(2025, 6, 1)
NATION, ZONES, HAINAN = "national", "ftz", "hainan"


@functools.cache
def book():
    return load_book("cn")


@functools.cache
def measured():
    return openness(book(), known=KNOWN)


@functools.cache
def on(day, *reforms):
    return openness(book(), known=KNOWN, dates=[day], reforms=reforms)


def reading(code, place, day):
    return on(day).figure(place, day).classes[code]


# Each line: the class, place and day; state; score of the least and of the most restricted
# activity; whether some activity admits a wholly foreign-owned firm. Worked out from the lists.
BY_HAND = [
    # Cars: the cap of 50% on passenger cars binds a part of the class until the lists of 2021.
    ("3611", NATION, D2020, "partly_open", 0.0, 0.25, True),
    ("3611", ZONES, D2020, "partly_open", 0.0, 0.25, True),
    ("3611", NATION, D2022, "open", 0.0, 0.0, True),
    ("3611", HAINAN, D2025, "open", 0.0, 0.0, True),
    # News agencies: closed everywhere.
    ("8610", NATION, D2020, "closed", 1.0, 1.0, False),
    ("8610", ZONES, D2025, "closed", 1.0, 1.0, False),
    ("8610", HAINAN, D2025, "closed", 1.0, 1.0, False),
    # General hospitals: joint venture only (0.25); in the port approval instead (0.2) from the
    # pilot of 2024-11-29, for what is a hospital by its tag.
    ("8411", NATION, D2025, "partly_open", 0.25, 0.25, False),
    ("8411", ZONES, D2025, "partly_open", 0.25, 0.25, False),
    ("8411", HAINAN, D2022, "partly_open", 0.25, 0.25, False),
    ("8411", HAINAN, D2024, "partly_open", 0.2, 0.25, True),
    # Airlines: host control (0.5, with the cap for one investor in the same group) and the legal
    # representative (0.02).
    ("5611", NATION, D2025, "partly_open", 0.52, 0.52, False),
    ("5611", HAINAN, D2022, "partly_open", 0.52, 0.52, False),
    # Internet data services: from nothing (what no row names) to closed (uncommitted services).
    ("6450", NATION, D2020, "partly_open", 0.0, 1.0, True),
    ("6450", ZONES, D2025, "partly_open", 0.0, 1.0, True),
    # Seed: rare breeds and modified seed closed, wheat and corn capped, the rest open.
    ("0511", NATION, D2025, "partly_open", 0.0, 1.0, True),
    ("0511", ZONES, D2022, "partly_open", 0.0, 1.0, True),
    # Market research: joint venture for all of it, host control of audience measurement; in the
    # zones only the latter is left from 2022.
    ("7242", NATION, D2025, "partly_open", 0.25, 0.5, False),
    ("7242", ZONES, D2025, "partly_open", 0.0, 0.5, True),
    # Inland fishing: closed by the national list, not on that of the zones.
    ("0422", NATION, D2025, "closed", 1.0, 1.0, False),
    ("0422", ZONES, D2025, "partly_open", 0.0, 1.0, True),
    # Higher education: form (0.25) and head (0.1); board (0.075) below the head in its group.
    ("8341", NATION, D2025, "partly_open", 0.35, 0.35, False),
    # Restaurants are on no list.
    ("6210", NATION, D2020, "open", 0.0, 0.0, True),
]


@pytest.mark.parametrize(
    ("code", "place", "day", "state", "low", "high", "some_whole"),
    BY_HAND,
    ids=[f"{code}-{place}-{day}" for code, place, day, *_ in BY_HAND],
)
def test_classes_checked_by_hand(code, place, day, state, low, high, some_whole):
    found = reading(code, place, day)
    assert (found.state, found.low, found.high, found.some_whole) == (
        state, round(low * 1e6), round(high * 1e6), some_whole,
    )  # fmt: skip


def test_the_counts_of_the_lists_are_the_published_series():
    series: dict[str, list[int]] = {NATION: [], ZONES: [], HAINAN: []}
    for one in measured().counts:
        series[one.list].append(one.count)
    assert series == {
        NATION: [93, 63, 48, 40, 33, 31, 29],
        ZONES: [190, 139, 122, 95, 45, 37, 30, 27],
        HAINAN: [27],
    }


def test_a_list_published_later_is_not_counted():
    earlier = openness(book(), known=dt.date(2024, 9, 7))
    counts = [one.count for one in earlier.counts if one.list == NATION]
    assert counts == [93, 63, 48, 40, 33, 31]
    assert max(earlier.dates) == dt.date(2024, 9, 7)


def test_before_the_record_is_complete_there_are_counts_alone():
    found = on(D2019)
    for place, count in ((NATION, 40), (ZONES, 37), (HAINAN, 37)):
        figure = found.figure(place, D2019)
        assert figure.count == count
        assert figure.total is None
        assert not figure.classes
        assert not figure.sections
        assert figure.reason is not None
    assert found.covered_from == D2020


def test_no_default_day_lies_before_the_record():
    assert min(measured().dates) == D2020 == measured().covered_from
    assert max(measured().dates) == KNOWN
    assert D2022 in measured().dates
    assert dt.date(2024, 11, 1) in measured().dates


def test_a_place_is_not_measured_before_it_exists():
    days = [dt.date(2020, 8, 1), dt.date(2021, 1, 1)]
    found = openness(book(), known=KNOWN, places={"b": ["ftz:beijing"]}, dates=days)
    before, after = (found.figure("b", day) for day in days)
    assert before.total is None
    assert before.reason is not None
    assert after.total is not None


def test_an_unknown_place_is_refused_with_a_hint():
    with pytest.raises(CaseError, match="ftz:tianjin"):
        openness(book(), known=KNOWN, places={"x": ["ftz:tianjn"]})


def test_every_class_is_counted_once():
    classes = [c for c in book().classification if book().classification.leaves[c] == (c,)]
    for figure in measured().figures:
        assert figure.total is not None
        assert figure.total.measured + figure.total.left_out == len(classes)
        assert sorted(figure.classes) == sorted(classes)
        for name in ("open", "partly_open", "closed", "left_out"):
            by_section = sum(getattr(one, name) for one in figure.sections.values())
            assert by_section == getattr(figure.total, name)
        assert 0 <= figure.total.low <= figure.total.score <= figure.total.high <= 1_000_000


def test_the_figures_of_today():
    found = {f.place.id: f.total for f in measured().figures if f.on == KNOWN}
    assert [(t.open, t.partly_open, t.closed) for t in found.values()] == [
        (1236, 124, 21), (1237, 124, 20), (1250, 113, 18),
    ]  # fmt: skip
    assert [t.score for t in found.values()] == [55438, 53950, 49642]


def test_a_pilot_in_part_of_a_place_counts_where_it_is_named():
    places = {"zone": ["ftz:shanghai"], "part": ["ftz:shanghai-lingang"]}
    found = openness(book(), known=KNOWN, places=places, dates=[D2025])
    zone, part = (found.figure(name, D2025) for name in places)
    assert part.total is not None
    assert zone.total is not None
    assert part.total.open > zone.total.open
    assert part.classes["6440"].on_terms
    assert not zone.classes["6440"].on_terms


def test_classes_left_out_are_in_no_count_and_no_average():
    readings = [Reading("open"), Reading("closed", 1_000_000, 1_000_000), Reading("not_covered"),
                Reading("not_on_record")]  # fmt: skip
    found = tally(readings)
    assert (found.open, found.closed, found.left_out, found.measured) == (1, 1, 2, 2)
    assert (found.low, found.score, found.high) == (500_000, 500_000, 500_000)
    assert tally([Reading("not_covered")]).score is None


def test_averages_are_rounded_half_up():
    halves = [Reading("partly_open", 0, 1), Reading("open")]
    assert (tally(halves).low, tally(halves).score, tally(halves).high) == (0, 0, 1)


# ---- reforms ---------------------------------------------------------------------------------


def reform(*changes):
    span = Interval(dt.date(2025, 1, 1), None)
    return Reform("T-TEST", Text("试", "test"), "in_force", changes, (), span,
                  Authorisation(True), "0" * 64)  # fmt: skip


def repeal(*ids):
    was = tuple(
        (id, row_hash(version))
        for id in ids
        for version in book().versions(id)
        if version.in_force.overlaps(Interval(dt.date(2025, 1, 1), None))
    )
    return reform(Change("repeal", "repeal", rows=ids, was=was))


def barring():
    """Rows in force in 2025 that displace no other: to repeal them opens."""
    return sorted(
        {
            row.id
            for row in book().rows
            if row.table == "capital" and row.in_force.holds(D2025) and not row.instead_of
        }
    )


def assert_no_tighter(before, after):
    for was in before.figures:
        now = after.figure(was.place.id, was.on)
        assert now.total.open >= was.total.open
        assert now.total.closed <= was.total.closed
        for name in ("low", "score", "high"):
            assert getattr(now.total, name) <= getattr(was.total, name)
        for code, old in was.classes.items():
            new = now.classes[code]
            assert (new.low, new.high) <= (old.low, old.high)
            assert new.high <= old.high


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_repeal_never_closes(data):
    ids = data.draw(st.lists(st.sampled_from(barring()), min_size=1, max_size=8, unique=True))
    after = openness(book(), known=KNOWN, dates=[D2025], reforms=[repeal(*ids)])
    assert_no_tighter(on(D2025), after)


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_a_closing_never_opens(data):
    tag = data.draw(st.sampled_from(sorted(book().vocabulary)))
    effect = data.draw(st.sampled_from(["prohibited", "nationality_of_manager"]))
    params = (("nationality", "host"),) if effect.startswith("nationality") else ()
    added = Change("close", "add", table="capital", activity=(tag,), effect=effect, params=params,
                   title=Text("禁", "closed"), measures=("media.news.entry",))  # fmt: skip
    after = openness(book(), known=KNOWN, dates=[D2025], reforms=[reform(added)])
    assert_no_tighter(after, on(D2025))


def test_a_repeal_changes_the_classes_that_it_names_and_no_others():
    after = on(D2025, repeal("FI-NAT-2024-23"))
    found = differences(on(D2025), after)
    assert {(one.place.id, one.code) for one in found} == {(NATION, "8610")}
    assert found[0].before.state == "closed"
    assert found[0].after.state == "open"


def test_one_coarse_item_widens_the_band():
    """docs/concepts/openness.md quotes these figures."""
    after = on(KNOWN, repeal("FI-NAT-2024-02")).figure(NATION, KNOWN).total
    before = on(KNOWN).figure(NATION, KNOWN).total
    assert (before.partly_open - after.partly_open, after.low, after.score, after.high) == (
        44, 21832, 39055, 56278,
    )  # fmt: skip


def test_a_reform_that_lies_ahead_has_its_day_in_the_table():
    ahead = dt.date(2027, 3, 1)
    later = Reform("T-AHEAD", Text("试", "test"), "in_force", (), (), Interval(ahead, None),
                   Authorisation(True), "0" * 64)  # fmt: skip
    assert ahead in openness(book(), known=KNOWN, reforms=[later]).dates


def test_every_effect_that_bars_has_a_weight():
    from openzone.watch.weights import weighing

    weights = weighing(book())
    for name, effect in EFFECTS.items():
        score = weights.score([name], 490_000 if effect.figure else None)
        assert (score > 0) is (name not in ("open", "not_on_record")), name
