"""Entry against operation: against cases asked one by one, lower bounds said, reforms in place."""

import dataclasses
import datetime as dt
import functools
import random

import pytest

from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.model import Authorisation, Change, Interval, Reform, Text
from openzone.watch.operate import every_zone, operate
from openzone.watch.operate_reader import WORDS
from openzone.watch.operate_records import differences
from openzone.watch.operate_words import caution, in_words, notes, told

KNOWN = dt.date(2026, 10, 1)
D2020, D2021, D2025 = dt.date(2020, 8, 1), dt.date(2021, 5, 1), dt.date(2025, 6, 1)
ZONE, PART, OTHER = "ftz:shanghai", "ftz:shanghai-lingang", "ftz:tianjin"
MODES = {
    "abolished": "free", "filing": "filing", "commitment": "commitment", "look_up": "unknown",
}  # fmt: skip


@functools.cache
def book():
    return load_book("cn")


@functools.cache
def measured():
    return operate(book(), known=KNOWN)


@functools.cache
def on(*days, places=("", "ftz", "hainan", ZONE, PART), reforms=()):
    asked = {name or "outside": (name,) if name else () for name in places}
    return operate(book(), known=KNOWN, places=asked, dates=days, reforms=reforms)


def plainly(desk, code, place, day):
    """A class asked by two cases: the verdict on entry, items with modes, the word."""
    where = {"place": [place] if place else [], "date": day.isoformat()}
    entry = desk.answer(
        {"regime": "capital", "industry": code, "foreign_share": "1.0", **where}
    )["verdict"]  # fmt: skip
    answer = desk.answer({"regime": "licences", "activities": [code], **where})
    permits = {id: one["mode"] for id, one in answer["effects"]["permits"].items()}
    for id, one in answer["effects"]["permits"].items():
        assert one["outcome"] == ("free_to_operate" if permits[id] == "abolished" else "ask")
    if entry == "no":
        return entry, permits, "blocked"
    found = [MODES.get(mode, "permit") for mode in permits.values()]
    order = ("permit", "commitment", "filing", "unknown", "free")
    return entry, permits, next((word for word in order if word in found), "nothing")


def test_it_says_what_cases_asked_one_by_one_say():
    desk, drawn = Desk(book(), known=KNOWN, today=KNOWN), random.Random(7)
    every = sorted(on(D2025).figure("ftz", D2025).classes)
    assert len(every) == 1381
    told_of = set()
    for name in ("", "ftz", "hainan", ZONE, PART):
        for day in (D2020, D2021, D2025):
            figure = on(D2020, D2021, D2025).figure(name or "outside", day)
            for code in drawn.sample(every, 40):
                one = figure.classes[code]
                said = plainly(desk, code, name, day)
                assert (one.enter, dict(one.permits), one.word) == said, (code, name, day)
                told_of.add(one.word)
    assert told_of == {*WORDS}


def test_the_counts_are_those_of_a_plain_loop():
    desk = Desk(book(), known=KNOWN, today=KNOWN)
    codes = [
        code for code in book().classification if book().classification.leaves[code] == (code,)
    ]
    section = [code for code in codes if book().classification.section(code) == "G"]
    figure = on(D2025).figure("ftz", D2025)
    said = [plainly(desk, code, "ftz", D2025) for code in section]
    tally = figure.sections["G"]
    assert tally.classes == len(section)
    for name, n in tally.words.items():
        assert n == sum(word == name for _, _, word in said)
    for verdict, n in tally.enter.items():
        assert n == sum(entry == verdict for entry, _, _ in said)
    assert tally.remains == sum(word in ("permit", "commitment", "filing") for _, _, word in said)


def test_every_class_is_counted_once_and_sections_add_up():
    for figure in measured().figures:
        total = figure.total
        assert total.classes == len(figure.classes) == 1381
        assert sum(total.words.values()) == sum(total.enter.values()) == total.classes
        assert total.words["blocked"] == total.enter["no"]
        for name, n in total.words.items():
            assert n == sum(one.words[name] for one in figure.sections.values())


def test_the_default_days_are_those_on_which_something_changes():
    assert measured().dates[0] == dt.date(2020, 7, 23)
    assert measured().dates[-1] == KNOWN
    assert dt.date(2021, 7, 1) in measured().dates
    for earlier, later in zip(measured().dates[:-2], measured().dates[1:-1], strict=True):
        pairs = [(measured().figure(place.id, earlier), measured().figure(place.id, later))
                 for place in measured().places]  # fmt: skip
        assert any(was.classes != now.classes for was, now in pairs), later


def test_entry_opens_and_modes_ease():
    first, last = dt.date(2021, 7, 1), KNOWN
    for place in measured().places:
        was, now = (measured().figure(place.id, day).total for day in (first, last))
        assert now.words["blocked"] <= was.words["blocked"]
        assert now.words["unknown"] == 0
    outside, zones = (measured().figure(id, last).total.words for id in ("national", "ftz"))
    assert zones["permit"] < outside["permit"]
    assert zones["commitment"] > outside["commitment"]


def test_the_items_held_and_listed_are_those_of_the_book():
    held = measured().coverage
    rows = {row.id for row in book().rows if row.table == "licence_permits"}
    assert held.held == len(rows)
    counts = {one.list: one.count for one in held.lists}
    assert held.listed == counts["national"] == 523
    assert counts["zone"] == 69
    assert all("memory" in (one.note or "") for one in held.lists)
    coverage = [r for r in book().rows if r.id == "register.coverage"]
    assert {row.param("items_held_count") for row in coverage} == {held.held}
    letters = {book().classification.section(code) for code in book().classification}
    assert set(held.sections) == letters
    assert held.sections["S"] == (0, 0)


@pytest.mark.parametrize(
    ("lang", "least", "most", "bound", "not_free"),
    [("en", "at least", "at most", "LOWER BOUND", "is not 'free'"),
     ("zh", "至少", "至多", "下限", "不等于")],
)  # fmt: skip
def test_it_always_says_that_it_is_a_lower_bound(lang, least, most, bound, not_free):
    said = caution(measured().coverage, lang)
    assert bound in said
    assert not_free in said
    assert "523" in said
    assert "121" in said
    assert said.strip() in in_words(measured(), lang)
    line = told(measured().figures[-1].total, lang)
    assert least in line
    assert most in line
    assert any("2021-07-01" in note for note in notes(measured().coverage, lang))


def test_a_book_that_counts_no_items_says_so():
    unlisted = dataclasses.replace(measured().coverage, listed=None)
    assert "523" not in caution(unlisted, "en")
    assert "LOWER BOUND" in caution(unlisted, "en")


# ---- reforms ---------------------------------------------------------------------------------


def reform(territory, *changes):
    span = Interval(dt.date(2025, 1, 1), None)
    return Reform("T-TEST", Text("试", "test"), "in_force", changes, territory, span,
                  Authorisation(True), "0" * 64)  # fmt: skip


def test_a_permit_abolished_in_one_zone_moves_the_classes_it_hits_there_only():
    ids = ("mode.food_business.national", "mode.food_business.zone")
    span = Interval(dt.date(2025, 1, 1), None)
    was = tuple(
        (id, row_hash(version))
        for id in ids
        for version in book().versions(id)
        if version.in_force.overlaps(span)
    )
    change = Change("ease", "amend", rows=ids, was=was, effect="abolished")
    eased = reform((ZONE,), change)
    before, after = (
        on(D2020, D2025, places=("", ZONE, PART, OTHER), reforms=reforms)
        for reforms in ((), (eased,))
    )
    found = differences(before, after)
    assert {one.place.id for one in found} == {ZONE, PART}
    assert {one.on for one in found} == {D2025}
    hit = {code for code, one in before.figure(ZONE, D2025).classes.items()
           if "food_business" in dict(one.permits)}  # fmt: skip
    assert hit
    assert {one.code for one in found if one.place.id == ZONE} == hit
    for one in found:
        assert dict(one.before.permits)["food_business"] == "optimised"
        assert dict(one.after.permits)["food_business"] == "abolished"
        assert one.before.enter == one.after.enter


# ---- refusals --------------------------------------------------------------------------------


def test_an_unknown_place_is_refused_with_a_hint():
    with pytest.raises(CaseError, match="ftz:tianjin"):
        operate(book(), known=KNOWN, places={"x": ["ftz:tianjn"]})


@pytest.mark.parametrize("day", ["2025-06-01", None, 2025, dt.datetime(2025, 6, 1)])
def test_a_bad_day_is_refused(day):
    with pytest.raises(CaseError, match="calendar"):
        operate(book(), known=KNOWN, dates=[day])


def test_a_place_that_did_not_exist_and_another_edition_are_said():
    places = {"x": ["ftz:beijing"], "outside": []}
    days = [dt.date(2016, 1, 1), D2020, D2025]
    found = operate(book(), known=KNOWN, places=places, dates=days)
    assert found.figure("x", D2020).reason is not None
    assert not found.figure("x", D2020).classes
    assert found.figure("x", D2025).reason is None
    assert found.figure("outside", dt.date(2016, 1, 1)).reason is not None


def test_every_zone_stands_on_its_own():
    places = every_zone(book(), KNOWN)
    assert places["national"] == ()
    assert places[ZONE] == (ZONE,)
    assert "ftz" not in places
    assert len(places) == 24
