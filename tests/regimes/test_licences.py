"""Permits: matching, modes, choices, clocks, bars, dormancy, at each edge; what is refused."""

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openzone.regimes.asking import Desk
from openzone.regimes.licences.items import mode_rows
from openzone.regimes.licences.outcome import FREE, VERDICTS, plans
from openzone.rulebook.books import load_book
from openzone.rulebook.model import Evidence, Interval, Row, Text

DAY = dt.date(2026, 11, 23)
ON = {"date": "2026-06-01"}
ZONE = ["ftz:shanghai"]
FOOD_MAKER = {**ON, "scope_terms": ["食品生产"]}


@cache
def desk(known=DAY):
    return Desk(load_book("cn"), known=known, today=DAY, regime="licences")


def ask(**facts):
    return desk().answer({**ON, **facts})


def permits(**facts):
    return ask(**facts)["effects"]["permits"]


def refused(**facts):
    answer = ask(**facts)
    assert answer["verdict"] == "refused", answer
    return answer["faults"]


# ---- matching ------------------------------------------------------------------------------------


def test_a_term_that_is_a_keyword_is_strong_and_one_that_holds_it_is_weak():
    found = permits(scope_terms=["中医诊所服务"])
    assert {id: one["hit"] for id, one in found.items()} == {
        "clinic": "weak",
        "tcm_clinic": "strong",
    }
    assert permits(scope_terms=["中医诊所服务等"])["tcm_clinic"]["hit"] == "weak"


def test_a_code_hits_by_its_beginning_and_never_by_its_end():
    assert set(permits(activities=["6210"])) == {
        "food_business", "port_health_permit", "fire_check_public_venue", "drainage",
    }  # fmt: skip
    assert permits(activities=["6020"])["courier"]["outcome"] == "ask"


def test_a_code_that_is_wider_than_a_trigger_hits_nothing_and_says_so():
    answer = ask(activities=["602"])
    assert answer["effects"]["permits"] == {}
    assert any("'602' is wider than what triggers courier" in one for one in answer["said"])


def test_the_codes_of_a_tag_are_weak_hits_and_an_unknown_child_is_said():
    answer = ask(activities=["health.medical_institution.hospital.of_hands"])
    assert answer["effects"]["permits"]["medical_institution"]["hit"] == "weak"
    assert any("is taken as a child of" in one for one in answer["said"])


def test_a_strong_hit_goes_before_a_weak_one_of_the_same_permit():
    found = permits(activities=["6020"], scope_terms=["快递服务"])
    assert found["courier"]["hit"] == "strong"


def test_a_weak_hit_answered_yes_counts_as_strong():
    found = permits(activities=["6020"], answers={"courier": "yes"})
    assert (found["courier"]["hit"], found["courier"]["outcome"]) == (
        "strong", "permit_before_operating",
    )  # fmt: skip


def test_an_answer_no_drops_a_weak_hit_and_leaves_a_strong_one():
    assert permits(activities=["6020"], answers={"courier": False}) == {}
    answer = ask(scope_terms=["快递服务"], answers={"courier": "no"})
    assert answer["effects"]["permits"]["courier"]["outcome"] == "permit_before_operating"
    assert any("the answer no on courier is not used" in one for one in answer["said"])


def test_an_answer_on_a_permit_that_is_not_hit_is_said():
    said = ask(scope_terms=["快递服务"], answers={"clinic": "yes"})["said"]
    assert any("the answer on clinic is not used" in one for one in said)


def test_both_items_of_a_group_are_asked_until_one_is_answered():
    answer = ask(scope_terms=["食品生产"])
    assert {one["asks"] for one in answer["effects"]["permits"].values()} == {"answers"}
    assert (answer["needs"], answer["outcome"]) == (["answers"], "ask")
    assert answer["possible"] == ["permit_before_operating"]  # whichever of the two it is


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"food_production_other": "no"}, {"food_production_low_risk"}),
        ({"food_production_low_risk": "no"}, {"food_production_other"}),
        ({"food_production_low_risk": "yes"}, {"food_production_low_risk"}),
        ({"food_production_low_risk": "no", "food_production_other": "no"}, set()),
        ({"food_production_low_risk": "yes", "food_production_other": "yes"},
         {"food_production_low_risk", "food_production_other"}),
    ],
)  # fmt: skip
def test_an_answer_settles_a_group(answers, left):
    assert set(permits(scope_terms=["食品生产"], answers=answers)) == left


def test_a_group_in_a_zone_may_still_take_the_commitment():
    answer = ask(scope_terms=["食品生产"], place=ZONE)
    assert answer["possible"] == ["permit_before_operating", "commit_then_operate"]


# ---- silence -------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [{}, {"scope_terms": ["软件开发"]}, {"activities": ["6513"]}])
def test_a_plan_without_a_hit_is_free_with_low_confidence_and_says_what_is_held(facts):
    answer = ask(**facts)
    assert (answer["outcome"], answer["verdict"]) == ("free_to_operate", "yes")
    assert answer["confidence"] == "low"
    assert any("121 of 523" in one for one in answer["said"])
    assert [one["row"] for one in answer["because"]] == ["register.coverage"]


def test_silence_beside_a_lighter_hit_is_said_and_beside_a_permit_is_not():
    lighter = ask(scope_terms=["消防技术服务", "软件开发"])
    assert any("none of them matches '软件开发'" in one for one in lighter["said"])
    harder = ask(scope_terms=["快递服务", "软件开发"])
    assert not any("121 of 523" in one for one in harder["said"])


# ---- modes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "place", "mode"),
    [
        ("2019-11-30", ZONE, "filing"),
        ("2019-12-01", ZONE, "abolished"),
        ("2019-12-01", [], "filing"),
        ("2022-11-30", ZONE, "abolished"),
        ("2022-12-01", ZONE, "filing"),
        ("2022-12-29", ZONE, "filing"),
        ("2022-12-30", ZONE, "abolished"),
        ("2022-12-30", [], "abolished"),
    ],
)
def test_a_trial_in_zones_its_end_and_the_statute_that_followed(date, place, mode):
    found = permits(date=date, place=place, scope_terms=["货物进出口"])
    assert found["foreign_trade_operator"]["mode"] == mode


def test_a_statute_goes_before_the_lists_even_where_they_are_stronger():
    # the list of zones says filing from 2021-07-01; the statute kept the permit until 2022-05-01
    before = permits(date="2022-04-30", place=ZONE, scope_terms=["机动车驾驶员培训"])
    after = permits(date="2022-05-01", place=ZONE, scope_terms=["机动车驾驶员培训"])
    assert before["driver_training"]["mode"] == "optimised"
    assert after["driver_training"]["mode"] == "filing"


@pytest.mark.parametrize(
    ("date", "outcome"), [("2021-06-30", "look_up"), ("2021-07-01", "permit_before_operating")]
)
def test_the_lists_hold_from_their_first_day(date, outcome):
    answer = ask(date=date, scope_terms=["快递服务"])
    assert answer["outcome"] == outcome
    assert (answer["verdict"] == "look_up") == (outcome == "look_up")


def test_a_weak_hit_on_a_day_without_a_mode_asks_first():
    assert permits(date="2020-01-01", activities=["6020"])["courier"]["outcome"] == "ask"


def test_hainan_and_what_lies_in_it_count_as_a_zone():
    for place in (["hainan"], ["hainan-yangpu"]):
        found = permits(place=place, scope_terms=["计量检定"])
        assert found["metrology_authorised_body"]["mode"] == "abolished"


def test_a_mode_of_low_confidence_is_to_be_confirmed():
    assert permits(scope_terms=["旅行社服务"])["travel_agency"]["to_confirm"] is True
    assert "to_confirm" not in permits(scope_terms=["人力资源测评"])["hr_services_other"]


def test_a_permit_before_registration_says_so():
    assert permits(scope_terms=["支付业务"])["payment_institution"]["before_registration"] is True


# ---- commitment ----------------------------------------------------------------------------------


def test_the_choice_may_differ_by_permit():
    terms = {"scope_terms": ["洗浴服务", "代理记账"]}
    found = permits(**terms, commitment={"bookkeeping": True, "public_place_hygiene": False})
    assert found["bookkeeping"]["outcome"] == "commit_then_operate"
    assert found["public_place_hygiene"]["outcome"] == "permit_before_operating"
    half = ask(**terms, commitment={"bookkeeping": True})
    assert (half["outcome"], half["needs"]) == ("ask", ["commitment"])
    assert half["possible"] == ["permit_before_operating", "commit_then_operate"]


def test_the_fallback_clock_stands_beside_the_choice():
    found = permits(scope_terms=["代理记账"], commitment=True)["bookkeeping"]
    assert found["fallback"] == {"value": 10, "unit": "working_days"}
    assert permits(scope_terms=["洗浴服务"])["public_place_hygiene"]["fallback"]["value"] == 20


def test_a_commitment_that_is_not_open_is_said():
    said = ask(scope_terms=["快递服务"], commitment=True)["said"]
    assert "no route by commitment is open for courier here on this day" in said


def test_nothing_is_asked_when_another_permit_decides():
    answer = ask(scope_terms=["餐饮服务"])
    assert (answer["outcome"], answer["needs"]) == ("permit_before_operating", [])


# ---- clocks --------------------------------------------------------------------------------------


def test_a_limit_that_is_not_on_record_is_to_be_looked_up():
    found = permits(scope_terms=["公共航空运输"])["air_transport"]
    assert (found["clock"], found["decision_due"]) == ("look_up", "look_up")


def test_a_special_limit_has_no_extension_of_the_general_statute():
    found = permits(scope_terms=["第三类医疗器械经营"], accepted_on="2026-06-01")
    assert "decision_latest" not in found["device_class3_distribution"]


@pytest.mark.parametrize(
    ("accepted", "due", "latest"),
    [
        ("2026-06-01", "2026-06-30", "2026-07-14"),
        ("2026-11-23", "2026-12-21", "look_up"),
        ("2026-12-01", "2026-12-29", "look_up"),
        ("2026-12-10", "look_up", "look_up"),
        ("2024-12-01", "look_up", "look_up"),
    ],
)
def test_the_general_limit_and_its_extension(accepted, due, latest):
    found = permits(scope_terms=["计量检定"], accepted_on=accepted)["metrology_authorised_body"]
    assert (found["decision_due"], found["decision_latest"]) == (due, latest)


def test_a_filing_counts_from_its_own_event():
    terms = {"scope_terms": ["船舶代理"]}
    assert "deadline" not in permits(**terms, opened_on="2026-06-01")["ship_agency"]
    found = permits(**terms, registered_on="2026-06-01")["ship_agency"]
    assert found["deadline"] == "2026-06-23"
    assert found["clock"] == {"value": 15, "unit": "working_days", "from": "registered_on"}


# ---- bars ----------------------------------------------------------------------------------------


def bar(kind, day, **more):
    return [{"permit": "hazchem_trade", "kind": kind, "decided_on": day, **more}]


@pytest.mark.parametrize(
    ("kind", "day", "until"),
    [
        ("fraud", "2023-06-02", "2026-06-02"),
        ("fraud", "2023-06-01", None),
        ("fraud", "2026-06-01", "2029-06-01"),
        ("fraud", "2026-06-02", None),
        ("false_papers", "2025-06-02", "2026-06-02"),
        ("false_papers", "2025-06-01", None),
    ],
)
def test_a_bar_runs_until_the_day_its_years_are_over(kind, day, until):
    found = permits(scope_terms=["危险化学品经营"], bars=bar(kind, day, safety=True))
    assert found["hazchem_trade"].get("may_apply_from") == until


def test_the_longest_of_several_bars_counts():
    bars = bar("fraud", "2024-01-01", safety=True) + bar("fraud", "2025-01-01", safety=True)
    found = permits(scope_terms=["危险化学品经营"], bars=bars)["hazchem_trade"]
    assert found["may_apply_from"] == "2028-01-01"


def test_a_bar_from_the_29th_of_february_ends_on_the_last_day_of_february():
    found = permits(date="2025-02-27", scope_terms=["危险化学品经营"],
                    bars=bar("false_papers", "2024-02-29", safety=True))  # fmt: skip
    assert found["hazchem_trade"]["may_apply_from"] == "2025-02-28"


def test_a_matter_that_does_not_touch_safety_has_no_bar():
    found = permits(scope_terms=["危险化学品经营"], bars=bar("fraud", "2026-01-01", safety=False))
    assert "may_apply_from" not in found["hazchem_trade"]


def test_safety_that_is_not_stated_is_asked_where_it_decides():
    bars = [{"permit": "bookkeeping", "kind": "fraud", "decided_on": "2026-01-01"}]
    answer = ask(scope_terms=["代理记账"], commitment=True, bars=bars)
    assert (answer["outcome"], answer["needs"]) == ("ask", ["bars"])
    over = [{**bars[0], "decided_on": "2023-01-01"}]
    assert ask(scope_terms=["代理记账"], commitment=True, bars=over)["outcome"] == (
        "commit_then_operate"
    )


def test_a_broken_commitment_closes_one_route_until_it_is_repaired():
    broken = {"permit": "bookkeeping", "kind": "broken_commitment", "decided_on": "2026-01-01"}
    facts = {"scope_terms": ["代理记账"], "commitment": True}
    assert ask(**facts, bars=[broken])["outcome"] == "permit_before_operating"
    assert ask(**facts, bars=[{**broken, "repaired": True}])["outcome"] == "commit_then_operate"
    assert ask(scope_terms=["代理记账"], bars=[broken])["outcome"] == "permit_before_operating"
    other = {**broken, "permit": "clinic"}
    assert ask(**facts, bars=[other])["outcome"] == "commit_then_operate"


def test_a_bar_touches_no_filing_and_nothing_abolished():
    fraud = {"kind": "fraud", "decided_on": "2026-01-01", "safety": True}
    filed = ask(scope_terms=["船舶代理"], bars=[{**fraud, "permit": "ship_agency"}])
    assert filed["outcome"] == "file_after_opening"
    gone = ask(scope_terms=["消防技术服务"], bars=[{**fraud, "permit": "fire_tech_service"}])
    assert gone["outcome"] == "free_to_operate"


def test_revocation_bars_where_a_text_says_so_and_is_else_to_be_looked_up():
    revoked = {"kind": "revoked", "decided_on": "2025-01-01"}
    found = permits(scope_terms=["特种设备制造"],
                    bars=[{**revoked, "permit": "special_equipment_production"}])  # fmt: skip
    assert found["special_equipment_production"]["may_apply_from"] == "2028-01-01"
    said = ask(scope_terms=["快递服务"], bars=[{**revoked, "permit": "courier"}])["said"]
    assert "no bar is on record after 'revoked' of courier" in said


# ---- properties ----------------------------------------------------------------------------------

STRENGTH = {"abolished": 0, "filing": 1, "commitment": 2, "optimised": 3}


def mode_row(number, rank, effect):
    return Row(f"r{number}", f"r{number}", "licence_modes", "m", Text("", ""), "d", Interval(),
               effect, Evidence("none"), params=(("permit", "x"), ("rank", rank)))  # fmt: skip


@given(st.lists(st.tuples(
    st.sampled_from(["statute", "suspension", "list_national", "list_zone"]),
    st.sampled_from(sorted(STRENGTH)),
), max_size=5))  # fmt: skip
def test_precedence_is_what_a_plain_reading_gives(given_rows):
    rows = [mode_row(number, *one) for number, one in enumerate(given_rows)]
    best: dict[str, int] = {}
    for rank, effect in given_rows:
        name = "list" if rank.startswith("list") else rank
        best[name] = min(best.get(name, 9), STRENGTH[effect])
    base = best.get("statute", best.get("list", 9))
    wanted = min(base, best.get("suspension", 9))
    found = mode_rows(rows, STRENGTH)
    assert (STRENGTH[found[0].effect] if found else 9) == wanted


WORDS = tuple(load_book("cn").tables["licence_permits"].outcomes)


@given(st.lists(st.sets(st.sampled_from(WORDS), min_size=1), max_size=4))
def test_possible_plans_are_those_of_every_combination(options):
    def combined(left):
        if not left:
            return {FREE}
        return {min(one, other, key=WORDS.index) for one in left[0] for other in combined(left[1:])}

    assert set(plans(map(frozenset, options), WORDS)) == combined(options)


TERMS = sorted({word for row in load_book("cn").rows if row.table == "licence_permits"
                for word in row.param("scope_keywords")})  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(TERMS), max_size=3),
    st.sampled_from([None, True, False]),
    st.dates(dt.date(2018, 1, 1), dt.date(2026, 12, 31)),
)
def test_a_zone_is_never_stricter_than_the_country(terms, commitment, on):
    facts = {"date": on, "scope_terms": terms}
    if commitment is not None:
        facts["commitment"] = commitment
    inside, outside = ask(**facts, place=ZONE), ask(**facts)
    assert set(inside["effects"]["permits"]) == set(outside["effects"]["permits"])
    for id, one in outside["effects"]["permits"].items():
        here = STRENGTH.get(inside["effects"]["permits"][id]["mode"], 9)
        assert here <= STRENGTH.get(one["mode"], 9)
    assert inside["verdict"] == VERDICTS[inside["outcome"]]
