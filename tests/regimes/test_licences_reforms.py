"""Reforms of permits: one patch of one row changes the answer in its territory, and only there."""

import datetime as dt

import pytest

from openzone.errors import ReformError
from openzone.regimes.asking import Desk
from openzone.rulebook.books import load_book
from openzone.rulebook.drafting import with_hashes
from openzone.rulebook.reading import yaml_reading
from openzone.rulebook.reform_files import reform_of

DAY = dt.date(2026, 11, 23)
SHANGHAI, TIANJIN = ["ftz:shanghai"], ["ftz:tianjin"]
RESTAURANT = {"date": "2026-06-01", "scope_terms": ["热食类食品制售"], "commitment": True}
REFORM = """\
schema: openzone/reform/1
id: R-TEST
title: {{zh: 改革草案, en: Draft reform}}
status: draft
body:
  changes:
{changes}
scope:
  territory: [{places}]
  in_force: {{from: 2026-01-01, to: null}}
authorisation:
  on_record: false
"""


def desk(changes, places="'ftz:shanghai'"):
    book = load_book("cn")
    lines = "\n".join(f"    {line}" for line in changes.strip("\n").splitlines())
    text, _ = with_hashes(book, REFORM.format(changes=lines, places=places), "reform.yaml")
    reform = reform_of(book, yaml_reading(text, "reform.yaml"))
    return Desk(book, known=DAY, today=DAY, regime="licences", reforms=(reform,))


def permit(desk, id, **facts):
    return desk.answer(facts)["effects"]["permits"].get(id)


def test_a_permit_moves_to_commitment_in_one_zone():
    reformed = desk("""
- id: food
  kind: amend
  rows: [mode.food_business.zone]
  effect: commitment
""")
    inside = reformed.answer({**RESTAURANT, "place": SHANGHAI})
    assert inside["outcome"] == "commit_then_operate"
    assert [one["amends"] for one in inside["because"] if "amends" in one] == [
        "mode.food_business.zone"
    ]
    for elsewhere in (TIANJIN, [], ["city:suzhou"]):
        answer = reformed.answer({**RESTAURANT, "place": elsewhere})
        assert answer["outcome"] == "permit_before_operating", elsewhere
    before = reformed.answer({**RESTAURANT, "place": SHANGHAI, "date": "2025-12-31"})
    assert before["outcome"] == "permit_before_operating"


def test_a_new_row_stands_instead_of_the_old_one():
    reformed = desk("""
- id: food
  kind: add
  table: licence_modes
  measures: [licence.mode.food_business.zone]
  title: {zh: 食品经营许可：改为备案, en: Food business becomes a filing}
  binds: {}
  effect: filing
  params: {permit: food_business, rank: list_zone}
  instead_of: [mode.food_business.zone]
""")
    inside = permit(reformed, "food_business", **RESTAURANT, place=SHANGHAI)
    assert (inside["outcome"], inside["deadline"]) == ("file_after_opening", "look_up")
    outside = permit(reformed, "food_business", **RESTAURANT, place=TIANJIN)
    assert outside["outcome"] == "permit_before_operating"


def test_a_statute_yields_to_a_stronger_suspension_and_to_no_weaker_one():
    change = """
- id: venues
  kind: add
  table: licence_modes
  measures: [licence.mode.fire_check_public_venue.suspension]
  title: {{zh: 暂时调整, en: Suspension}}
  binds: {{}}
  effect: {effect}
  params: {{permit: fire_check_public_venue, rank: suspension}}
"""
    facts = {"date": "2026-06-01", "scope_terms": ["公众聚集场所"], "commitment": True}
    for effect, mode in (("abolished", "abolished"), ("optimised", "commitment")):
        reformed = desk(change.format(effect=effect))
        found = permit(reformed, "fire_check_public_venue", **facts, place=SHANGHAI)
        assert found["mode"] == mode
        found = permit(reformed, "fire_check_public_venue", **facts, place=TIANJIN)
        assert found["mode"] == "commitment"


def test_the_general_limit_is_a_parameter():
    reformed = desk("""
- id: limit
  kind: parameter
  parameter: licence_limit_days
  value: 10
""")
    facts = {**RESTAURANT, "accepted_on": "2026-06-01"}
    inside = permit(reformed, "food_business", **facts, place=SHANGHAI)
    assert (inside["clock"]["value"], inside["decision_due"]) == (10, "2026-06-15")
    assert permit(reformed, "food_business", **facts)["clock"]["value"] == 20


def test_the_days_of_a_filing_and_the_years_of_a_bar_are_figures_of_rows():
    reformed = desk("""
- id: filing
  kind: amend
  rows: [filing.nvocc]
  params: {permit: nvocc, filing_days: 30, filing_unit: working_days, filing_from: opened_on}
- id: bar
  kind: amend
  rows: [bar.fraud]
  params: {bar_years: 1}
""")
    opened = {"date": "2026-06-01", "scope_terms": ["无船承运业务"], "opened_on": "2026-06-01"}
    inside = permit(reformed, "nvocc", **opened, place=SHANGHAI)
    assert inside["deadline"] == "2026-07-14"
    assert permit(reformed, "nvocc", **opened, place=TIANJIN)["deadline"] == "2026-06-16"
    barred = {
        "date": "2026-06-01",
        "scope_terms": ["危险化学品经营"],
        "bars": [{"permit": "hazchem_trade", "kind": "fraud", "decided_on": "2025-12-01",
                  "safety": True}],
    }  # fmt: skip
    inside = permit(reformed, "hazchem_trade", **barred, place=SHANGHAI)
    assert inside["may_apply_from"] == "2026-12-01"
    assert permit(reformed, "hazchem_trade", **barred)["may_apply_from"] == "2028-12-01"


def test_an_item_is_repealed_and_a_new_one_is_added():
    reformed = desk("""
- id: gone
  kind: repeal
  rows: [auction_business]
- id: drones
  kind: add
  table: licence_permits
  measures: [licence.item.general_aviation]
  title: {zh: 低空飞行服务许可, en: Low-altitude flight service permit}
  binds: {industry: [{code: '5629', match: part}]}
  effect: permit_item
  params:
    permit: low_altitude
    authority: {zh: 民用航空主管部门, en: civil aviation}
    levels: [city]
    scope_keywords: [低空飞行服务]
    papers_due: [application_form]
- id: drones_mode
  kind: add
  table: licence_modes
  measures: [licence.mode.general_aviation.zone]
  title: {zh: 低空飞行服务许可：告知承诺, en: Low-altitude flights by commitment}
  binds: {}
  effect: commitment
  params: {permit: low_altitude, rank: list_zone}
""")
    facts = {"date": "2026-06-01", "scope_terms": ["拍卖业务", "低空飞行服务"], "commitment": True}
    inside = reformed.answer({**facts, "place": SHANGHAI})["effects"]["permits"]
    assert {id: one["outcome"] for id, one in inside.items()} == {
        "low_altitude": "commit_then_operate"
    }
    outside = reformed.answer({**facts, "place": TIANJIN})["effects"]["permits"]
    assert set(outside) == {"auction_business"}
    answered = reformed.answer({**facts, "answers": {"low_altitude": "no"}, "place": SHANGHAI})
    assert answered["verdict"] != "refused"  # the new item has a name of its own


def test_a_coverage_that_grows_is_said_as_it_grows():
    reformed = desk("""
- id: coverage
  kind: amend
  rows: [register.coverage]
  params: {items_held_count: 122, items_count: 523}
""")
    said = reformed.answer({"date": "2026-06-01", "place": SHANGHAI})["said"]
    assert any("122 of 523" in one for one in said)


def test_a_reform_of_a_word_that_is_no_mode_does_not_load():
    with pytest.raises(ReformError, match="waved_through"):
        desk("""
- id: food
  kind: amend
  rows: [mode.food_business.zone]
  effect: waved_through
""")
