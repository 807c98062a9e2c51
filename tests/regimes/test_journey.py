"""A plan walked through every regime: its faults, its verdict, its steps, what unblocks it."""

import datetime as dt
import itertools
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.journey.compare import compare, differing
from openzone.regimes.journey.path import path_of
from openzone.regimes.journey.plan import plan_from, plan_text, read_plan
from openzone.regimes.journey.report import report
from openzone.regimes.journey.saved import follow, read, save_case, save_plan
from openzone.regimes.journey.steps import OPENING, Step, dated, ordered
from openzone.regimes.journey.unblock import as_file, searched, unblockings
from openzone.regimes.journey.walk import WORST_FIRST, walk, worst
from openzone.regimes.journey.wording import compared_wording, wording
from openzone.rulebook.books import load_book
from openzone.rulebook.model import Text
from openzone.rulebook.reform_files import load_reforms

TODAY = dt.date(2026, 11, 23)
HOSPITAL = "health.medical_institution.hospital.general"


@cache
def desk():
    return Desk(load_book("cn"), known=TODAY, today=TODAY)


def plan(**parts):
    base = {"id": "plan", "place": ("ftz:jiangsu-suzhou",), "date": dt.date(2026, 6, 1)}
    return plan_from({**base, **parts})


def wholly_owned(*tags, **parts):
    owners = {"investors": ({"nationality": "SG", "share": Decimal(1)},)}
    activities = tuple({"activity": tag} for tag in tags)
    return plan(activities=activities, firm=owners, **parts)


def answer_of(journey, part):
    return next(one for one in journey.asked if one.part.id == part)


# ---- plans ---------------------------------------------------------------------------------------


def test_an_unknown_field_of_a_plan_is_named_with_its_line(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("schema: openzone/plan/1\nid: p\nplaces: [hainan]\n", encoding="utf-8")
    with pytest.raises(CaseError) as refused:
        read_plan(file)
    (fault,) = refused.value.faults
    assert (fault.code, fault.line, fault.field) == ("unknown_field", 3, "places")
    assert "place" in fault.next


def test_an_opening_before_the_company_exists_shows_both_days():
    firm = {"registered_on": dt.date(2026, 7, 1), "opens_on": dt.date(2026, 6, 30)}
    with pytest.raises(CaseError) as refused:
        plan(firm=firm)
    (fault,) = refused.value.faults
    assert fault.code == "contradiction"
    assert fault.seen == dt.date(2026, 6, 30) and "2026-07-01" in fault.expected


@pytest.mark.parametrize(("months", "fits"), [(5, True), (6, False), (0, True)])
def test_a_loan_older_than_the_firm_is_refused(months, fits):
    parts = {
        "firm": {"registered_on": dt.date(2026, 1, 1)},
        "money": ({"kind": "transfer", "loan_age_months": months},),
    }
    if fits:
        assert plan(**parts).money[0]["loan_age_months"] == months
        return
    with pytest.raises(CaseError) as refused:
        plan(**parts)
    assert refused.value.faults[0].seen == 6 and "2026-01-01" in refused.value.faults[0].expected


def test_shares_that_do_not_add_up_are_refused_with_the_sum():
    owners = ({"nationality": "SG", "share": Decimal("0.6")},
              {"nationality": "CN", "share": Decimal("0.5")})  # fmt: skip
    with pytest.raises(CaseError) as refused:
        plan(firm={"investors": owners})
    (fault,) = refused.value.faults
    assert (fault.field, fault.seen) == ("firm.investors", "0.6 + 0.5 = 1.1")
    assert fault.expected.startswith("1,")


def test_what_nothing_asks_is_not_answered_yes():
    journey = walk(desk(), plan())
    assert (journey.enter, journey.operate, journey.asked) == (None, None, ())
    assert "nothing in the plan asks it" in wording(journey, path_of(journey), "en")


def test_an_opening_is_at_least_while_a_gate_is_open():
    open_gate = plan(place=("city:shanghai",), activities=({"activity": "telecom.vas.idc"},))
    assert path_of(walk(desk(), open_gate)).at_least


def test_what_a_plan_does_outside_zones_is_outside_for_every_regime():
    case = {"scheme": "CIT-HN", "year": 2026, "share": Decimal("0.9"), "listed": True,
            "substance": True, "profit": 100}  # fmt: skip
    told = plan(incentives=(case,))
    assert walk(desk(), told, ("hainan",)).asked[0].outcome == "eligible"
    assert walk(desk(), told, ()).asked[0].outcome == "ineligible"


def test_the_faults_of_every_part_come_together():
    bad = plan(goods=({"hs": "1"}, {"hs": "87032343", "colour": "red"}))
    with pytest.raises(CaseError) as refused:
        walk(desk(), bad)
    assert [fault.field for fault in refused.value.faults] == [
        "goods: goods[0].hs", "goods: goods[1].colour",
    ]  # fmt: skip


def test_a_plan_written_out_reads_as_it_was(tmp_path):
    told = wholly_owned(HOSPITAL, goods=({"hs": "22042100", "customs_value": 5},))
    file = tmp_path / "plan.yaml"
    file.write_text(plan_text(told), encoding="utf-8")
    again = read_plan(file)
    assert (again.place, again.activities, again.goods) == (told.place, told.activities, told.goods)


# ---- verdict -------------------------------------------------------------------------------------


def test_the_worst_verdict_stands_for_all():
    for words in itertools.product(WORST_FIRST, repeat=2):
        assert worst(words) == min(words, key=WORST_FIRST.index)
    assert worst(()) == "yes"


def test_a_blocked_investment_blocks_entry_and_operation():
    journey = walk(desk(), wholly_owned("telecom.basic"))
    assert (journey.enter, journey.operate) == ("no", "no")
    assert [one.part.id for one in journey.blocked] == ["capital:activities[0]"]
    assert path_of(journey).steps == ()


def test_each_answer_is_that_of_the_case_asked_alone():
    told = wholly_owned(HOSPITAL, goods=({"hs": "22042100", "origin": "AU", "customs_value": 5},))
    for one in walk(desk(), told).asked:
        alone = desk().answer({**one.part.case, "regime": one.part.regime})
        assert one.answer == alone


def test_duties_are_the_sum_over_the_goods():
    wine = {"hs": "22042100", "origin": "AU", "customs_value": 500000, "proofs": ("AU",)}
    once = walk(desk(), plan(goods=(wine,))).amounts
    twice = walk(desk(), plan(goods=(wine, wine))).amounts
    assert once["total"] == Decimal("127777.78")
    assert twice == {name: 2 * value for name, value in once.items()}
    unknown = walk(desk(), plan(goods=(wine, {"hs": "87032343", "origin": "DE"})))
    assert unknown.amounts == once and len(unknown.unpriced) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_names_what_blocks_and_who_may_change_it(lang):
    journey = walk(desk(), wholly_owned("telecom.basic"))
    found = searched(journey)
    text = wording(journey, path_of(journey), lang, found)
    assert "FI-FTZ-2021-11c" in text and "journey." not in text
    assert ("国务院" if lang == "zh" else "State Council") in text
    data = report(journey, path_of(journey), found)
    assert data["verdict"]["enter"] == "no" and data["unblock"][0]["reforms"]


# ---- what unblocks -------------------------------------------------------------------------------


def test_a_found_reform_does_unblock_in_its_place_only(tmp_path):
    journey = walk(desk(), wholly_owned("telecom.basic"))
    (blocked,) = journey.blocked
    found = unblockings(blocked, journey.place, journey.on)
    assert [one.kind for one in found] == sorted(
        (one.kind for one in found), key=("figure", "mode", "condition", "lift").index
    )
    book = desk().law.book
    for number, one in enumerate(found):
        file = tmp_path / f"{number}.yaml"
        file.write_text(as_file(one, book), encoding="utf-8")
        (reform,) = load_reforms(book, (file,))
        assert reform.body_hash == one.reform.body_hash
        there = Desk(book, known=TODAY, reforms=(reform,), today=TODAY)
        assert walk(there, journey.plan).enter != "no"
        assert walk(there, journey.plan, ("ftz:tianjin",)).enter == "no"
        assert one.needs, "the power it needs is told"


def test_what_no_single_change_unblocks_is_said():
    journey = walk(desk(), wholly_owned("auto.passenger"))
    (asked,) = [one for one in journey.asked if one.part.regime == "capital"]
    assert asked.verdict == "yes"
    assert unblockings(asked, journey.place, journey.on, lambda after: after.blocked) == ()


# ---- steps ---------------------------------------------------------------------------------------


def working(day, number):
    while number:
        day += dt.timedelta(days=1)
        number -= day.weekday() < 5
    return day


@st.composite
def networks(draw):
    count = draw(st.integers(1, 7))
    steps = []
    for number in range(count):
        before = draw(st.sets(st.integers(0, number - 1))) if number else set()
        days = draw(st.one_of(st.none(), st.integers(0, 30)))
        steps.append(Step(f"s{number}", "licences", Text("", ""), days=days,
                          after=tuple(f"s{one}" for one in sorted(before))))  # fmt: skip
    last = tuple(f"s{one}" for one in range(count))
    return (*steps, Step(OPENING, "licences", Text("", ""), after=last))


@given(networks(), st.dates(dt.date(2025, 1, 1), dt.date(2026, 6, 1)))
def test_the_opening_waits_for_the_longest_chain(steps, start):
    found = {one.step.id: one for one in dated(steps, start, working)}
    by_id = {step.id: step for step in steps}

    def chains(id):
        if not by_id[id].after:
            return [[id]]
        return [[*chain, id] for before in by_id[id].after for chain in chains(before)]

    def end(chain):
        day = start
        for id in chain:
            day = working(day, by_id[id].days or 0)
        return day

    every = chains(OPENING)
    opening = found[OPENING]
    assert opening.ends == max(end(chain) for chain in every)
    assert opening.at_least == any(by_id[id].days is None for chain in every for id in chain)
    critical = {id for id, one in found.items() if one.critical}
    longest = [set(chain) for chain in every if end(chain) == opening.ends]
    assert any(chain & critical == chain for chain in longest)


def test_steps_in_a_circle_are_refused():
    circle = [Step("a", "", Text("", ""), after=("b",)), Step("b", "", Text("", ""), after=("a",))]
    with pytest.raises(ValueError, match="a, b"):
        ordered(circle)


def test_days_beyond_the_calendar_are_not_told():
    steps = (Step("a", "", Text("", ""), days=5), Step(OPENING, "", Text("", ""), after=("a",)))
    opening = dated(steps, TODAY, lambda day, number: None)[-1]
    assert opening.ends is None and opening.at_least


# ---- places --------------------------------------------------------------------------------------


def test_places_are_ranked_by_what_is_blocked_first():
    told = wholly_owned(HOSPITAL)
    found = compare(desk(), told)
    blocked = [len(one.journey.blocked) for one in found if one.journey is not None]
    assert blocked == sorted(blocked) and blocked[0] == 0 and blocked[-1] == 1
    assert ("hainan",) in {one.place for one in found} and () in {one.place for one in found}
    assert "capital:activities[0]" in differing(found)
    assert "outside every zone" in compared_wording(desk().law, found, "en")


def test_a_place_that_did_not_exist_is_refused_and_the_others_are_compared():
    told = wholly_owned(HOSPITAL).model_copy(update={"date": dt.date(2014, 6, 1)})
    found = compare(desk(), told, [("ftz:shanghai",), ("ftz:tianjin",)])
    assert [one.journey is None for one in found] == [False, True]
    assert found[1].as_dict()["verdict"] == "refused"


# ---- follow --------------------------------------------------------------------------------------


def test_a_saved_plan_says_exactly_what_a_reform_changes(tmp_path):
    told = wholly_owned("telecom.basic")
    saved = save_plan(desk(), told, "telecom")
    file = tmp_path / "telecom.json"
    import json

    file.write_text(json.dumps(saved.as_dict(), default=str), encoding="utf-8")
    again = read(file)
    assert follow(desk(), again) == ()
    journey = walk(desk(), told)
    one = unblockings(journey.blocked[0], journey.place, journey.on)[0]
    there = Desk(desk().law.book, known=TODAY, reforms=(one.reform,), today=TODAY)
    changes = {(one.part, one.what): (one.was, one.now) for one in follow(there, again)}
    assert changes["capital:activities[0]", "verdict"] == ("no", "yes")
    assert any(what.startswith("row ") for _, what in changes)


def test_a_saved_case_is_followed_by_its_figures():
    case = {"regime": "goods", "hs": "22042100", "origin": "AU", "customs_value": "500000",
            "proofs": ["AU"], "date": "2026-06-01"}  # fmt: skip
    saved = save_case(desk(), case, "wine")
    assert follow(desk(), saved) == ()
    other = save_case(desk(), {**case, "customs_value": "600000"}, "wine")
    found = follow(desk(), type(saved)(**{**vars(saved), "asked": other.asked}))
    assert {one.what for one in found} >= {"total", "vat"}


def test_a_file_that_is_nothing_saved_is_refused(tmp_path):
    file = tmp_path / "x.json"
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(CaseError, match="no saved plan"):
        read(file)


def test_plain_data_with_an_unknown_field_says_which():
    with pytest.raises(CaseError) as caught:
        plan_from({"id": "p", "no_such_part": 1, "firm": {"nmae": "x"}})
    assert {fault.field for fault in caught.value.faults} == {"no_such_part", "firm.nmae"}
