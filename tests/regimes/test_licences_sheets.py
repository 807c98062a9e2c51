"""The fact sheets on permits, as they stand there: cases, items, modes, filings, clocks."""

import datetime as dt
import json
from collections import Counter
from functools import cache

import pytest
from click.testing import CliRunner

from openzone.cli.main import openzone
from openzone.decide.dmn.ground import ground
from openzone.regimes.asking import Desk
from openzone.regimes.licences.items import items
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.reading import read_yaml
from tests.tidy.tree import ROOT

SHEETS = ROOT.parent / "shared" / "facts" / "licensing"
DAY = dt.date(2026, 11, 23)
ABSENT = "the fact sheets do not stand beside the project"
ON = dt.date(2026, 6, 1)
ABOLISHED_OR_FILED = ("abolished", "filing")
needs_sheets = pytest.mark.skipif(not SHEETS.is_dir(), reason=ABSENT)


@cache
def sheet(name):
    return read_yaml(SHEETS / name).value


def cases():
    if not SHEETS.is_dir():
        return [pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))]
    return [pytest.param(one, id=one["id"]) for one in sheet("cases.yaml")["cases"]]


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="licences")


def agrees(answer, expect):
    assert answer["outcome"] == expect["plan"], answer
    permits = answer["effects"]["permits"]
    assert set(permits) == set(expect["permits"])
    for permit, wanted in expect["permits"].items():
        assert {name: permits[permit].get(name) for name in wanted} == dict(wanted)
    for name, value in expect.get("dormancy", {}).items():
        assert answer["effects"]["dormancy"][name] == value


@pytest.mark.parametrize("case", cases())
def test_a_case_of_the_sheet(case):
    given = {**sheet("cases.yaml")["defaults"], **case["given"]}
    agrees(desk().answer(given), case["expect"])


@needs_sheets
def test_the_file_of_cases_through_the_command():
    file = str(SHEETS / "cases.yaml")
    ran = CliRunner().invoke(openzone, ["decide", file, "--regime", "licences"])
    assert ran.exit_code == 0, ran.output
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    for answer, case in zip(answers, sheet("cases.yaml")["cases"], strict=True):
        assert answer["id"] == case["id"]
        agrees(answer, case["expect"])


@cache
def held(place):
    law = Law(load_book("cn"), DAY)
    inside = law.territories.around(place, dt.date(2021, 7, 1), DAY)
    return law, inside


def standing(place, on):
    law, inside = held(place)
    return items(ground(law, on, inside)).by_id


def listed(permits, versions, key, on):
    """The mode that the sheet gives an item without a version of a statute or suspension."""
    dated = {one["permit"] for one in versions}
    return {one["id"]: one[key]["value"] for one in permits if one["id"] not in dated}


@needs_sheets
@pytest.mark.parametrize(("place", "key"), [((), "mode_national"), (("ftz:tianjin",), "mode_ftz")])
def test_each_item_has_the_mode_of_the_sheet(place, key):
    permits = sheet("permits.yaml")["permits"]
    wanted = listed(permits, sheet("decision.yaml")["versions"], key, ON)
    found = standing(place, ON)
    assert len(wanted) == 107
    assert {id: found[id].mode for id in wanted} == wanted


@needs_sheets
def test_the_counts_of_the_sheet():
    counts = sheet("permits.yaml")["meta"]["counts"]
    assert len(standing((), ON)) == counts["permits"]
    rows = load_book("cn").rows
    for rank, key in (("list_national", "national"), ("list_zone", "ftz")):
        modes = Counter(
            row.effect for row in rows
            if row.table == "licence_modes" and row.param("rank") == rank
        )  # fmt: skip
        assert modes == dict(counts[key])


@needs_sheets
@pytest.mark.parametrize("place", [(), ("ftz:tianjin",)])
def test_each_dated_version_of_the_sheet_holds_on_its_first_day_and_not_before(place):
    strength = sheet("reform_modes.yaml")["strength_order"]
    for one in sheet("decision.yaml")["versions"]:
        start = dt.date.fromisoformat(one["from"])
        rows = [
            row for row in load_book("cn").rows
            if row.table == "licence_modes" and row.in_force.start == start
            and row.param("permit") == one["permit"] and row.param("rank") == one["rank"]
        ]  # fmt: skip
        assert [row.effect for row in rows] == [one["mode"]]
        end = one["to"] and dt.date.fromisoformat(one["to"])
        assert rows[0].in_force.end == end
        if one["rank"] == "statute":
            mode = standing(place, start)[one["permit"]].mode
            assert strength.index(mode) <= strength.index(one["mode"])


@needs_sheets
def test_triggers_limits_and_validity_are_those_of_the_sheet():
    found = standing((), ON)
    for one in sheet("permits.yaml")["permits"]:
        item, limit = found[one["id"]], one["statutory_time_limit"]
        assert [code for code, _ in item.row.industry] == list(one["triggers"]["gbt4754_2017"])
        assert item.row.param("scope_keywords") == tuple(one["triggers"]["scope_keywords"])
        assert item.limit == (limit and (limit["value"], limit["unit"])), one["id"]
        assert item.row.param("validity_years") == one["validity_years"]
        assert bool(item.shown.get("before_registration")) == (
            one["relation_to_licence"] == "pre_licence"
        )
        general = bool(limit) and limit["applies_to"].startswith("default of")
        assert item.general == general


@needs_sheets
def test_each_filing_has_the_kind_and_days_of_the_sheet():
    wanted = sheet("decision.yaml")["filing"]
    rows = [row for row in load_book("cn").rows if row.table == "licence_filings"]
    assert len(rows) == len(wanted)
    for row in rows:
        one = wanted[row.param("permit") or "default"]
        assert row.effect == one["kind"]
        assert row.param("filing_days") == one.get("days")
        assert row.param("filing_unit") == one.get("unit")
        assert row.param("filing_from") == one.get("from")
