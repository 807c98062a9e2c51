"""Data leaving the country: the edges, what is missing, what is refused, reforms."""

import datetime as dt
from functools import cache

import ibis
import pyarrow as pa
import pytest

from openzone.decide.dmn.table.engine import FlatEngine
from openzone.regimes.asking import Desk
from openzone.regimes.registry import table_regime
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.law import Law
from openzone.rulebook.reform_files import load_reforms

DAY = dt.date(2026, 11, 23)
PLAIN = {
    "date": "2026-06-01", "transfer_abroad": True, "contains_pi": True, "ciio": False,
    "nonsensitive": 0, "sensitive": 0,
}  # fmt: skip


@cache
def desk():
    return Desk(load_book("cn"), known=DAY, today=DAY, regime="data")


def ask(**case):
    return desk().answer({**PLAIN, **case})


def bare(**case):
    return desk().answer({"date": "2026-06-01", **case})


def route(**case):
    found = ask(**case)
    return found["outcome"], found["effects"].get("rule")


# ---- thresholds, days, places --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "sensitive", "expected"),
    [
        (99_999, 0, "small_volume"),
        (100_000, 0, "middle_volume"),
        (999_999, 9_999, "middle_volume"),
        (1_000_000, 0, "large_volume"),
        (0, 1, "middle_volume"),
        (0, 10_000, "large_volume"),
        (95_000, 9_000, "middle_volume"),
    ],
)
def test_each_threshold_is_inside_the_stricter_band(plain, sensitive, expected):
    assert route(nonsensitive=plain, sensitive=sensitive)[1] == expected


def test_a_route_has_its_figures():
    routes = ask(nonsensitive=1_000_000)["effects"]["routes"]
    assert routes["security_assessment"]["valid_years"] == 3
    assert routes["security_assessment"]["review_working_days"] == 45
    both = ask(sensitive=5)["effects"]["routes"]
    assert both["standard_contract"]["filing_working_days"] == 10
    assert both["certification"]["valid_years"] == 3
    before = ask(sensitive=5, date="2025-12-31")["effects"]["routes"]
    assert "certification" not in before


def test_duties_hold_where_the_transfer_is_free():
    found = ask(purpose="contract", strictly_necessary=True)
    assert found["outcome"] == "exempt"
    assert found["effects"]["duties"] == ["notice", "pipia", "stay_in_scope", "incident"]
    assert [entry["row"] for entry in found["also"]] == found["effects"]["duties"]
    assert "separate_consent" in ask()["effects"]["duties"]
    assert "zone_report" in ask(place=["ftz:shanghai-lingang"])["effects"]["duties"]
    assert "zone_report" not in ask(place=["ftz:beijing"])["effects"]["duties"]
    suspected = ask(important_data="suspected", contains_pi=False)
    assert "identify_important_data" in suspected["effects"]["duties"]


def test_a_duty_that_turns_on_a_missing_fact_is_named_as_open():
    found = bare(transfer_abroad=True, important_data="designated")
    assert (found["outcome"], found["needs"]) == ("security_assessment", [])
    assert found["effects"]["open"] == ["notice", "separate_consent", "pipia"]


@pytest.mark.parametrize(
    ("case", "offered"),
    [
        ({"nonsensitive": 300_000}, True),
        ({"nonsensitive": 3_000_000}, True),
        ({"nonsensitive": 5}, False),
        ({"nonsensitive": 300_000, "ciio": True}, False),
        ({"important_data": "designated"}, False),
        ({"nonsensitive": 300_000, "gba_pair": False}, False),
    ],
)
def test_the_alternative_of_the_bay(case, offered):
    found = ask(**{"gba_pair": True, **case})
    assert found["effects"].get("gba_alternative", False) is offered
    assert ("gba_standard_contract" in found["effects"].get("routes", {})) is offered


def test_a_list_is_named_with_its_document():
    found = ask(place=["hainan"], zone_sector_covered=True, zone_list_hit="unknown")
    assert (found["outcome"], found["verdict"]) == ("needs_list_lookup", "look_up")
    assert found["effects"]["list"]["id"] == "hainan"
    assert "DOC-DATA-LIST-HN" in [entry["document"] for entry in found["because"]]
    nowhere = ask(place=["ftz:hunan"], zone_sector_covered=True, zone_list_hit="unknown")
    assert any("no list of this zone" in remark for remark in nowhere["said"])


COVERED = {"zone_sector_covered": True, "nonsensitive": 200_000}


@pytest.mark.parametrize("hit", ["outside", "contract", "assessment", "unknown", None])
@pytest.mark.parametrize(
    ("place", "day"),
    [("ftz:hunan", "2026-06-01"), ("ftz:zhejiang", "2025-06-30"), ("ftz:guangxi", "2025-12-31")],
)
def test_a_place_without_a_list_on_record_is_not_freed(place, day, hit):
    told = {"zone_list_hit": hit} if hit else {}
    found = ask(place=[place], date=day, **COVERED, **told)
    assert (found["outcome"], found["effects"]["rule"]) == ("needs_list_lookup", "zone_no_list")
    assert any("no list of this zone" in remark for remark in found["said"])


def test_who_sends_is_asked_where_no_list_is_on_record():
    case = {key: value for key, value in PLAIN.items() if key != "ciio"}
    found = desk().answer({**case, "place": ["ftz:hunan"], "zone_sector_covered": True})
    assert found["needs"] == ["ciio"]
    assert found["possible"] == ["security_assessment", "needs_list_lookup"]


@pytest.mark.parametrize(
    ("place", "last", "document"),
    [
        ("ftz:beijing", "2024-08-29", "DOC-DATA-LIST-BJ"),
        ("ftz:beijing-high-end", "2024-08-29", "DOC-DATA-LIST-BJ"),
        ("ftz:tianjin", "2024-05-07", "DOC-DATA-LIST-TJ"),
        ("hainan", "2025-02-07", "DOC-DATA-LIST-HN"),
    ],
)
def test_a_list_does_not_cover_before_its_first_day(place, last, document):
    case = {"place": [place], "date": last, "zone_list_hit": "outside", **COVERED}
    (fault,) = ask(**case)["faults"]
    assert (fault["code"], fault["field"]) == ("contradiction", "zone_sector_covered")
    first = dt.date.fromisoformat(last) + dt.timedelta(days=1)
    assert document in fault["expected"]
    assert first.isoformat() in fault["expected"]
    assert ask(**{**case, "date": first.isoformat()})["effects"]["rule"] == "zone_outside"
    for uncovered in (False, "false"):
        assert route(**{**case, "zone_sector_covered": uncovered})[1] == "middle_volume"


def test_a_table_agrees_on_lists_that_are_not_in_force():
    rows = [
        {**{name: str(value).lower() for name, value in PLAIN.items()}, "place": place,
         "date": day, "zone_sector_covered": covered, "zone_list_hit": "outside"}
        for place in ("ftz:beijing", "ftz:hunan", "ftz:zhejiang", "city:suzhou", "")
        for day in ("2024-08-29", "2024-08-30", "2025-07-01")
        for covered in ("true", "false")
    ]  # fmt: skip
    table = ibis.duckdb.connect().create_table("cases", pa.Table.from_pylist(rows))
    engine = FlatEngine(Law(load_book("cn"), DAY), table_regime("data"), DAY)
    found = engine.decide(table, tuple(rows[0])).to_pyarrow().to_pylist()
    assert len(found) == len(rows)
    for row in found:
        single = desk().answer({name: row[name] for name in rows[0] if row[name]})
        assert row["outcome"] == single["outcome"], row


def test_a_zone_part_is_in_its_zone_and_a_city_is_not():
    listed_case = {"zone_sector_covered": True, "zone_list_hit": "outside", "nonsensitive": 200_000}
    assert route(place=["ftz:shanghai-lingang"], **listed_case)[1] == "zone_outside"
    assert route(place=["city:shanghai"], **listed_case)[1] == "middle_volume"
    assert route(**listed_case)[1] == "middle_volume"


def test_a_general_list_is_assumed_and_shown():
    found = ask(place=["ftz:tianjin"], zone_list_hit="outside")
    assert (found["effects"]["rule"], found["assumed"]["zone_sector_covered"]) == (
        "zone_outside", True,
    )  # fmt: skip
    stated = ask(place=["ftz:tianjin"], zone_sector_covered=False)
    assert stated["effects"]["rule"] == "small_volume"


def test_before_the_record_the_documents_are_named():
    found = ask(date="2023-07-01")
    assert (found["outcome"], found["confidence"]) == ("look_up", "low")
    assert found["effects"]["documents"] == ["DOC-DATA-11", "DOC-DATA-13"]
    assert ask(date="2023-01-01")["effects"]["documents"] == ["DOC-DATA-11"]
    assert ask(date="2020-01-01")["outcome"] == "look_up"


def test_a_document_published_later_changes_nothing():
    early = Desk(load_book("cn"), known=dt.date(2024, 3, 1), today=DAY, regime="data")
    assert early.answer(PLAIN)["outcome"] == "look_up"
    before_list = Desk(load_book("cn"), known=dt.date(2024, 8, 29), today=DAY, regime="data")
    case = {**PLAIN, "place": ["ftz:beijing"], "volume_nonsensitive": 12_000_000}
    assert before_list.answer(case)["effects"]["rule"] == "small_volume"
    assert desk().answer(case)["effects"]["rule"] == "important_by_volume"


# ---- what is missing, what is refused ------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "needs", "possible"),
    [
        ({"transfer_abroad": True, "contains_pi": False}, [], ["exempt"]),
        (
            {"transfer_abroad": True, "contains_pi": True, "ciio": False, "sensitive": 3},
            ["nonsensitive"],
            ["security_assessment", "contract_or_certification"],
        ),
        (
            {"transfer_abroad": True, "contains_pi": True, "nonsensitive": 2_000_000},
            [],
            ["security_assessment"],
        ),
        (
            {"transfer_abroad": True, "contains_pi": True, "ciio": False, "nonsensitive": 0,
             "special_sensitive": 9_000},
            ["sensitive"],
            ["security_assessment", "contract_or_certification"],
        ),
        (
            {"transfer_abroad": True, "contains_pi": True, "place": ["ftz:beijing"],
             "purpose": "contract", "strictly_necessary": True, "nonsensitive": 60_000,
             "sensitive": 50_000},
            ["ciio"],
            ["security_assessment", "exempt"],
        ),
        ({"purpose": "other"}, ["transfer_abroad", "contains_pi", "ciio", "nonsensitive",
                                "sensitive"], None),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_and_nothing_else(case, needs, possible):
    found = bare(**case)
    assert found["needs"] == needs
    assert possible is None or found["possible"] == possible


def test_absence_that_means_something_is_shown():
    assumed = ask()["assumed"]
    assert assumed["place"] == []
    assert assumed["purpose"] == "other"
    assert assumed["important_data"] == "none"
    assert "special_sensitive" not in assumed  # no row here turns on it
    zone = ask(place=["ftz:beijing"])["assumed"]
    assert (zone["volume_special_sensitive"], zone["volume_sensitive"]) == (0, 0)


@pytest.mark.parametrize(
    ("case", "code", "field"),
    [
        ({"sensitve": 3}, "unknown_field", "sensitve"),
        ({"important_by_volume": True}, "unknown_field", "important_by_volume"),
        ({"volume_all": 3}, "unknown_field", "volume_all"),
        ({"nonsensitive": -1}, "wrong_value", "nonsensitive"),
        ({"nonsensitive": "many"}, "wrong_value", "nonsensitive"),
        ({"nonsensitive": 1.5}, "wrong_value", "nonsensitive"),
        ({"sensitive": True}, "wrong_value", "sensitive"),
        ({"purpose": "contracts"}, "wrong_value", "purpose"),
        ({"zone_list_hit": "inside"}, "wrong_value", "zone_list_hit"),
        ({"ciio": "perhaps"}, "wrong_value", "ciio"),
        ({"place": ["ftz:nowhere"]}, "unknown_place", "place"),
        ({"date": "2026-02-30"}, None, "date"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(case, code, field):
    found = ask(**case)
    assert (found["verdict"], found["outcome"]) == ("refused", "refused")
    assert [(one["field"], one["code"]) for one in found["faults"]] == [
        (field, code or found["faults"][0]["code"])
    ]


def test_the_nearest_name_is_offered():
    assert "sensitive" in ask(sensitve=3)["faults"][0]["next"]


@pytest.mark.parametrize("prefix", ["", "volume_"])
def test_a_part_greater_than_its_whole_names_both_facts(prefix):
    part, whole = f"{prefix}special_sensitive", f"{prefix}sensitive"
    found = ask(**{part: 11, whole: 10})
    (fault,) = found["faults"]
    assert (fault["code"], fault["field"]) == ("contradiction", part)
    assert whole in fault["message"]
    assert ask(**{part: 10, whole: 10})["outcome"] != "refused"


@pytest.mark.parametrize("name", ["nonsensitive", "sensitive", "special_sensitive"])
def test_a_volume_below_its_counter_names_both_facts(name):
    case = {"sensitive": 10, "volume_sensitive": 10, name: 10, f"volume_{name}": 9}
    found = ask(place=["ftz:beijing"], **case)
    (fault,) = found["faults"]
    assert (fault["code"], fault["field"]) == ("contradiction", f"volume_{name}")
    assert f"'{name}'" in fault["message"]
    assert ask(place=["ftz:beijing"], **{**case, f"volume_{name}": 10})["outcome"] != "refused"


def test_a_missing_counter_is_no_greater_than_its_volume():
    case = {"transfer_abroad": True, "contains_pi": True, "ciio": False, "nonsensitive": 0}
    found = bare(**case, volume_sensitive=3)
    assert found["needs"] == ["sensitive"]
    assert found["possible"] == ["contract_or_certification", "exempt"]
    assert bare(**case, volume_sensitive=0)["outcome"] == "exempt"


# ---- reforms -------------------------------------------------------------------------------------

REFORM = """\
schema: openzone/reform/1
id: TRY-DATA
title: {{zh: 试, en: try}}
status: draft
body:
  changes:
    - id: change
{change}
scope:
  territory: ['ftz:hunan']
  in_force: {{from: 2027-01-01, to: null}}
authorisation: {{on_record: false}}
"""
RAISED = """\
      kind: amend
      rows: [middle_volume]
      was: {{middle_volume: '{middle_volume}'}}
      conditions: [{{fact: nonsensitive, between: {{min: 150000}}}}]
"""
OPENED = """\
      kind: add
      was: {{middle_volume: '{middle_volume}'}}
      binds: {{}}
      measures: [data.small_volume]
      table: data
      title: {{zh: 试点内五十万人以下, en: 'fewer than 500,000 persons in the pilot'}}
      conditions:
        - {{fact: nonsensitive, between: {{below: 500000}}}}
        - {{fact: sensitive, between: {{max: 0}}}}
      effect: free
      outcome: exempt
      instead_of: [middle_volume]
"""


def reformed(tmp_path, change):
    path = tmp_path / "reform.yaml"
    hashes = {
        row.id: row_hash(row)[:16] for row in load_book("cn").rows if row.id == "middle_volume"
    }
    path.write_text(REFORM.format(change=change.format(**hashes)), encoding="utf-8")
    return Desk(load_book("cn"), known=DAY, reforms=load_reforms(load_book("cn"), [str(path)]),
                today=DAY, regime="data")  # fmt: skip


def test_a_patch_of_a_row_moves_a_threshold_in_its_territory_only(tmp_path):
    changed = reformed(tmp_path, OPENED)
    inside = {**PLAIN, "place": ["ftz:hunan"], "nonsensitive": 300_000, "date": "2027-06-01"}
    assert changed.answer(inside)["outcome"] == "exempt"
    assert desk().answer(inside)["outcome"] == "contract_or_certification"
    for other in ({"place": ["ftz:hainan"]}, {"date": "2026-12-31"}, {"nonsensitive": 500_000},
                  {"sensitive": 1}):  # fmt: skip
        assert changed.answer({**inside, **other})["outcome"] == "contract_or_certification"


def test_a_patch_of_a_condition_moves_the_edge(tmp_path):
    changed = reformed(tmp_path, RAISED)
    case = {**PLAIN, "place": ["ftz:hunan"], "date": "2027-06-01"}
    found = [changed.answer({**case, "nonsensitive": n}) for n in (149_999, 150_000)]
    assert [one["outcome"] for one in found] == ["look_up", "contract_or_certification"]
    # between 100,000 and the new edge no row is left: that is said, never guessed
