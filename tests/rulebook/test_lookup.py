"""The pages of the law: what an id stands for, versions, differences, places, who may change it."""

import datetime as dt
import json
from typing import Any

import pytest

from openzone.errors import OpenZoneError
from openzone.rulebook import history, lookup
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.law import Law
from openzone.rulebook.plain import plain

KNOWN = dt.date(2026, 11, 23)
BOOK = load_book("cn")
LAW = Law(BOOK, KNOWN)


def page(name, on=KNOWN, places=(), law=LAW):
    return lookup.page_of(law, name, on, places)


def ids(named):
    return [one.id for one in named]


@pytest.mark.parametrize(
    ("name", "kind", "id"),
    [
        ("FI-NAT-2024-22", "row", "FI-NAT-2024-22"),
        ("FI-NAT-2024-22@DOC-FI-NAT-2020", "row", "FI-NAT-2024-22"),
        ("auto.passenger.cap", "measure", "auto.passenger.cap"),
        ("DOC-FI-NAT-2024", "document", "DOC-FI-NAT-2024"),
        ("NDRC/MOFCOM Order No. 23 (2024)", "document", "DOC-FI-NAT-2024"),
        ("PO-2024-VAS#idc", "reform", "PO-2024-VAS"),
        ("host_control_min_percent", "parameter", "host_control_min_percent"),
        ("hainan", "place", "hainan"),
        ("telecom.vas.idc", "activity", "telecom.vas.idc"),
        ("6450", "industry", "6450"),
    ],
)
def test_an_id_is_found_whatever_it_stands_for(name, kind, id):
    assert lookup.found(LAW, name) == (kind, id)


def test_an_unknown_id_names_the_nearest_and_the_search():
    with pytest.raises(OpenZoneError) as caught:
        page("FI-NAT-2024-2")
    (fault,) = caught.value.faults
    assert fault.code == "unknown_reference"
    assert "did you mean 'FI-NAT-2024-2" in fault.next
    assert "openzone search" in fault.next


def test_a_row_shows_its_versions_and_the_hash_that_a_reform_names():
    found = page("FI-NAT-2024-22")
    assert [line.document for line in found.versions] == [
        "DOC-FI-NAT-2020", "DOC-FI-NAT-2021", "DOC-FI-NAT-2024",
    ]  # fmt: skip
    assert found.now == (2,)
    assert [line.legal for line in found.versions] == [
        row_hash(row) for row in BOOK.versions("FI-NAT-2024-22")
    ]
    assert {line.reform.id for line in found.reforms} == {"PO-2024-HOSP"}
    assert found.changers.power.id == "SP-FI-LIST"


def test_a_row_shows_what_stands_instead_of_it():
    found = page("FI-HN-2020-11a")
    assert {row.id for row, _ in found.displaced_by} == {
        "FI-HN-2020-11b", "FI-HN-2020-11c", "FI-HN-2020-11g",
    }  # fmt: skip


def test_a_row_of_two_lists_shows_both_versions_of_the_day():
    found = page("XB-L13", dt.date(2025, 1, 1))
    assert found.now == (0, 1)
    assert [line.outcome for line in found.versions] == ["local_presence_required", "allowed"]
    assert found.list is None


def test_a_measure_shows_every_list_and_its_precedents():
    found = page("auto.passenger.cap")
    lists = [line.list.id for line in found.versions]
    assert lists == ["national"] * 4 + ["ftz"] * 4
    assert ids(found.precedents) == ["PO-2021-HN-CAR"]


def test_what_a_document_removed_against_the_one_before():
    found = page("DOC-FI-NAT-2024")
    (before,) = found.before
    assert ids(before.removed) == ["pharma.tcm.entry", "print.publications.control"]
    assert (before.added, before.changed) == ((), ())
    assert before.kept == 44
    assert before.older_complete
    assert before.newer_complete
    assert found.after is None
    assert (found.line.rows, found.line.items, found.line.count) == (44, 29, 29)


def test_a_difference_says_when_the_older_record_is_partial():
    found = page("DOC-FI-FTZ-2020")
    (before,) = found.before
    assert not before.older_complete
    assert ids(found.after.changed) == ["survey.social.share"]


def test_a_figure_shows_its_days_and_the_rows_that_take_it():
    found = page("host_control_min_percent")
    assert [(line.value, line.document) for line in found.values] == [(51, "DOC-346-2002")]
    assert "FI-FTZ-2021-14a" in ids(found.rows)
    row = page("FI-FTZ-2021-14a")
    assert dict(row.versions[0].params) == {"host_total_min_percent": 51}
    assert row.versions[0].parameters == ("host_control_min_percent",)


def test_a_place_shows_its_lists_and_the_reforms_that_reach_it():
    found = page("city:shanghai", dt.date(2025, 1, 10))
    lists = {line.table.id: line.list.id for line in found.tables if line.list}
    assert lists["capital"] == "national"
    assert {line.reform.id for line in found.reforms} == {"PO-2024-HOSP"}
    inside = {(place.id, reform) for place, reform in found.inside}
    assert ("city:shanghai-pudong", "PO-2024-VAS") in inside
    zone = page("ftz:shanghai-lingang", dt.date(2025, 1, 10))
    zone_lists = {line.table.id: line.list.id for line in zone.tables if line.list}
    assert zone_lists["capital"] == "ftz"


def test_an_activity_shows_the_rows_of_today_and_before():
    found = page("auto.passenger", dt.date(2026, 1, 1))
    assert not found.today
    assert {line.row for line in found.before} == {"RT-AUTO-PASS"}
    then = page("auto.passenger", dt.date(2021, 6, 1))
    assert {line.document for line in then.today} == {"DOC-FI-NAT-2020", "DOC-FI-FTZ-2020"}


def test_the_overview_shows_what_applies_at_a_place():
    found: Any = lookup.overview_page(LAW, dt.date(2025, 1, 10), ("hainan",))
    capital = next(line for line in found.tables if line.table.id == "capital")
    assert capital.list.id == "hainan"
    assert [line.document.id for line in capital.documents if line.applies] == ["DOC-FI-HN-2020"]
    assert {line.reform.id for line in found.reforms} == {
        "PO-2024-BIO", "PO-2024-HOSP", "PO-2024-VAS",
    }  # fmt: skip


def test_the_list_of_a_page_is_the_list_of_a_decision():
    from openzone.decide.frame import Frame
    from openzone.regimes.registry import REGIMES

    on = dt.date(2025, 1, 10)
    frame = Frame(LAW, REGIMES["capital"])
    for place in LAW.territories:
        if LAW.territories.exists(place, on, KNOWN):
            view = frame.place((place,), frame.segment(on))
            line = lookup.around(LAW, (place,), on)
            assert history.list_at(LAW, frame.table, line, on)[0] == view.list


def test_nothing_published_later_is_shown():
    early = Law(BOOK, dt.date(2024, 1, 1))
    found = page("FI-NAT-2024-22", law=early)
    assert [line.document for line in found.versions] == ["DOC-FI-NAT-2020", "DOC-FI-NAT-2021"]
    assert found.versions[-1].in_force.end is None
    assert not found.reforms
    with pytest.raises(OpenZoneError) as caught:
        page("DOC-FI-NAT-2024", law=early)
    assert "ask with a later --known" in caught.value.faults[0].next


@pytest.mark.parametrize(
    "name",
    [*list(BOOK.row_ids)[::17], *list(BOOK.documents)[::4], *BOOK.reforms, *BOOK.parameters,
     *list(BOOK.territories)[::40], *list(BOOK.vocabulary)[::80], "I", "6450"],
)  # fmt: skip
def test_every_page_is_plain_data(name):
    data = plain(page(name))
    assert json.loads(json.dumps(data)) == data
