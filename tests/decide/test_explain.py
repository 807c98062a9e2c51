"""Explanations of telling cases, as text files that a lawyer reviews; and each reason alone."""

import dataclasses
import datetime as dt
import json
import os
from pathlib import Path

import pytest

from openzone.decide.answer import answer
from openzone.decide.explain import near
from openzone.decide.single import decide
from openzone.decide.words.explanations import wording
from openzone.regimes.asking import Desk
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.model import Change, Interval
from tests.decide.book_cases import (
    KNOWN,
    book,
    cases,
    decision,
    explain_any,
    explained,
    part,
    told,
)

SNAPSHOTS = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("OPENZONE_SNAPSHOTS") == "write"
TELLING = (
    "AC-07", "AC-08", "AC-09", "AC-13", "AT-05", "AT-07", "AT-08", "AT-09", "AT-12", "AT-13",
    "AT-14", "AT-16", "SX-04", "SX-19", "SR-06",
)  # fmt: skip
IDC = {"regime": "capital", "activity": "telecom.vas.idc", "foreign_share": "1.0"}


def reasons(explanation):
    """Answer the first reason of each row that came close, in the list where it came closest."""
    return {row.row.name: row.reasons[0] for row in reversed(explanation.near)}


# ---- snapshots -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", TELLING)
def test_the_explanation_reads_as_reviewed(case, lang):
    text = told(case, lang).replace(book().hash[:16], "................")
    path = SNAPSHOTS / f"{case}.{lang}.txt"
    if WRITE:
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), "write it with OPENZONE_SNAPSHOTS=write, then read it"
    assert text == path.read_text(encoding="utf-8")


def test_every_snapshot_belongs_to_a_case():
    wanted = {f"{case}.{lang}.txt" for case in TELLING for lang in ("zh", "en")}
    assert {path.name for path in SNAPSHOTS.glob("*.txt")} == wanted


# ---- what holds for every case -------------------------------------------------------------------


@pytest.mark.parametrize("case", cases())
def test_an_explanation_holds(case):
    explanation = explained(case)
    agrees(explanation, answer(decision(case)))
    for lang in ("zh", "en"):
        text = told(case, lang)
        assert not {"None", "{", "}"} & set(text.replace("{", " { ").replace("}", " } ").split())
    data = explanation.as_dict()
    assert data["schema"] == "trace/1"
    assert json.loads(json.dumps(data)) == data
    bound = {(row.name, row.list) for row in explanation.rows}
    assert not bound & {(one.row.name, one.row.list) for one in explanation.near}
    kinds = {reason.kind for one in explanation.near for reason in one.reasons}
    assert kinds <= set(near.KINDS) - {"hit_before"}  # each has a reason of its own


def agrees(explanation, answered):
    for field in ("verdict", "outcome", "confidence", "effects"):
        assert getattr(explanation, field) == answered[field]
    assert list(explanation.needs) == answered["needs"]
    assert [gate.id for gate in explanation.next] == answered["next"]
    assert [one.reform.id for one in explanation.announced] == answered.get("announced", [])
    deciding = {row.row for row in explanation.rows if row.state == "decides"}
    if not explanation.needs:
        rows = {one["row"] for one in answered["because"] if one.get("kind") != "parameter"}
        assert deciding == rows


def test_what_would_follow_elsewhere_is_what_the_engine_says_there():
    seen = 0
    for case in cases():
        for one in explained(case).near:
            then = one.otherwise
            if then is None or then.fact != "place":
                continue
            seen += 1
            decided = decision(case)
            places = () if then.value is None else (then.value.id,)
            there = decide(decided.frame, dataclasses.replace(decided.case, places=places))
            assert (there.verdict, there.outcome) == (then.verdict, then.outcome)
            assert any(row.id == one.row.row for plan in there.plans for row in plan.rows)
    assert seen


# ---- the reasons, each from a case ---------------------------------------------------------------


def test_another_list_applies_only_elsewhere():
    reason = reasons(explained("AT-14"))["FI-HN-2020-13b"]
    assert (reason.kind, [place.id for place in reason.named]) == ("outside_list", ["hainan"])


def test_a_zone_list_replaces_the_national_one():
    reason = reasons(explained("AC-08"))["FI-NAT-2024-12d"]
    assert (reason.kind, reason.named[0].id) == ("list_replaced", "ftz")


def test_a_row_is_no_longer_in_force():
    reason = reasons(explained("AC-01"))["RT-AUTO-PASS"]
    assert (reason.kind, reason.day) == ("no_longer", dt.date(2022, 1, 1))
    assert reason.other.id == "DOC-FI-NAT-2021"


def test_a_row_is_in_force_only_later():
    reason = reasons(explained("SX-01", date="2024-04-20"))["XB-F03"]
    assert (reason.kind, reason.day) == ("not_yet", dt.date(2024, 4, 21))


def test_a_document_was_published_after_the_day_known():
    explanation = explained("SX-01", known=dt.date(2024, 3, 1))
    reason = reasons(explanation)["XB-F03"]
    assert (reason.kind, reason.day) == ("not_public", dt.date(2024, 3, 22))
    assert explanation.verdict == "look_up"


def test_another_row_stands_instead():
    reason = reasons(explained("AT-05"))["FI-HN-2020-11a"]
    assert (reason.kind, reason.other.id) == ("displaced", "FI-HN-2020-11b")
    assert "Hainan lifts the cap" in reason.text


def test_an_opening_that_is_not_needed_says_so():
    reason = reasons(explained("AT-05"))["PO-2024-VAS#edi"]
    assert (reason.kind, reason.rows) == ("nothing_to_lift", ("FI-HN-2020-11a",))


def test_a_reform_lifted_the_row():
    reason = reasons(explained("AC-08"))["FI-FTZ-2021-11d"]
    assert (reason.kind, reason.other.id) == ("lifted", "PO-2024-VAS#idc")


@pytest.mark.parametrize(("kind", "said"), [("repeal", "repealed"), ("suspend", "suspended")])
def test_a_reform_took_the_row_away(kind, said):
    row = book().versions("FI-NAT-2024-22")[-1]
    change = Change("all", kind, rows=(row.id,), was=((row.id, row_hash(row)),))
    scope = Interval(dt.date(2025, 1, 1), None)
    reform = dataclasses.replace(
        book().reforms["PO-2024-HOSP"], id="R-1", changes=(change,), in_force=scope
    )
    desk = Desk(book(), known=KNOWN, today=KNOWN, reforms=(reform,))
    explanation = explain_any(desk.decision(cases()["AT-12"]))
    assert explanation.outcome == "allowed"
    reason = reasons(explanation)["FI-NAT-2024-22"]
    assert (reason.kind, reason.other.id, reason.text) == ("lifted", "R-1#all", kind)
    text = " ".join(wording(explanation, "en").split())
    assert f"(Wholly foreign-owned hospital pilot) has {said} it" in text


def test_a_reform_is_in_force_only_in_other_places():
    explanation = explained("AC-13")
    reason = reasons(explanation)["PO-2024-HOSP#hospital"]
    assert reason.kind == "reform_elsewhere"
    assert "city:suzhou" in {place.id for place in reason.named}
    then = explanation.near[0].otherwise
    assert (then.value.id, then.verdict) == ("city:beijing", "on_approval")


def test_a_reform_was_announced_and_not_yet_in_force():
    explanation = explained("AC-09")
    reason = reasons(explanation)["PO-2024-VAS#idc"]
    assert (reason.kind, reason.day) == ("reform_not_yet", dt.date(2024, 10, 23))
    assert reason.days.start == dt.date(2024, 4, 10)
    assert "an announcement gives no right" in wording(explanation, "en").replace("\n      ", " ")


def test_a_reform_is_only_announced():
    explanation = explained("AT-13")
    assert reasons(explanation)["PO-2025-SVC-TEL#app_store"].kind == "reform_announced"
    (announced,) = explanation.announced
    assert (announced.outcome, announced.since) == ("allowed_with_approval", dt.date(2025, 4, 21))


def test_a_reform_is_over_and_history():
    reason = reasons(explained("AC-13"))["PO-2014-HOSP#hospital"]
    assert (reason.kind, reason.days.end) == ("reform_ended", dt.date(2015, 4, 10))


def test_a_reform_was_not_public_on_the_day_known():
    explanation = explained("AC-08", known=dt.date(2024, 10, 1))
    assert reasons(explanation)["PO-2024-VAS#idc"].kind == "not_public"


def test_the_days_of_a_reform_given_are_over():
    reform = book().reforms["PO-2024-HOSP"]
    short = dataclasses.replace(
        reform, in_force=Interval(dt.date(2024, 11, 29), dt.date(2025, 1, 1))
    )
    desk = Desk(book(), known=KNOWN, today=KNOWN, reforms=(short,))
    reason = reasons(explain_any(desk.decision(cases()["AC-11"])))["PO-2024-HOSP#hospital"]
    assert (reason.kind, reason.day) == ("reform_over", dt.date(2025, 1, 1))


def test_a_draft_of_the_book_is_a_draft():
    rebuild, (parts,) = book().__reduce__()
    draft = dataclasses.replace(parts["reforms"]["PO-2024-HOSP"], status="draft")
    changed = rebuild(parts | {"reforms": {**parts["reforms"], draft.id: draft}})
    desk = Desk(changed, known=KNOWN, today=KNOWN)
    reason = reasons(explain_any(desk.decision(cases()["AC-11"])))["PO-2024-HOSP#hospital"]
    assert reason.kind == "reform_draft"


def test_a_row_leaves_the_activity_out():
    reason = reasons(explained("AC-12"))["PO-2024-HOSP#hospital"]
    assert reason.kind == "activity_excluded"
    assert [one.id for one in reason.named] == ["health.medical_institution.hospital.tcm"]


def test_a_row_binds_other_activities_of_the_class():
    reason = reasons(explained("AC-07"))["FI-NAT-2024-12a"]
    assert reason.kind == "activity_other"
    assert [one.id for one in reason.named] == ["telecom.vas.committed"]


def test_a_fact_is_not_the_one_asked_for():
    explanation = explained("AT-12")
    reason = reasons(explanation)["PO-2024-HOSP#hospital"]
    assert (reason.kind, reason.condition.given) == ("fact", "acquisition")
    then = explanation.near[0].otherwise
    assert (then.fact, then.value, then.verdict) == ("form", "new", "on_approval")


def test_another_mode_of_supply():
    reason = reasons(explained("SX-01", mode=1))["XB-F03"]
    assert (reason.kind, reason.condition.fact) == ("fact", "mode")
    assert reason.condition.values == (4,)


def test_a_row_leaves_a_place_out():
    explanation = explained("AC-11", place=["city:shanghai"], hospitals_in_area=0)
    reason = reasons(explanation)["PO-2024-HOSP#hospital"]
    assert (reason.kind, reason.condition.negated) == ("place", True)


def test_every_reason_has_its_sentence():
    from openzone.decide.words.sentences import SENTENCES

    assert {f"reason.{kind}" for kind in near.KINDS} <= SENTENCES.keys()


# ---- evidence, authority, language ---------------------------------------------------------------


def test_the_first_line_counts_the_evidence():
    assert told("AC-07", "en").startswith("The answer rests on 1 row: 1 from memory.")
    assert told("AC-07", "zh").startswith("结论依据1条规则：据记忆1条。")
    assert told("AT-08", "zh").startswith("可能起决定作用的规则有2条：部分核实1条、据记忆1条。")
    assert "1 carried back from another edition" in told("AT-09", "en").split("\n")[0]
    assert told("SX-19", "zh").startswith("没有条目起决定作用，也不能以未列明推定准入")
    assert "held complete" in told("AC-01", "en").split("\n\n")[0]


def test_confidence_names_what_makes_it_the_lowest():
    explanation = explained("AT-05")
    lowest = [one for one in explanation.assurance if one.level == explanation.confidence]
    assert [(one.kind, one.about) for one in lowest] == [("list_complete", "DOC-FI-HN-2020")]


def test_what_to_check_names_document_and_item():
    (check,) = explained("AC-07").check
    assert (check.kind, check.about, check.item) == ("memory", "FI-NAT-2024-12d", 12)
    assert check.source.number == "NDRC/MOFCOM Order No. 23 (2024)"


def test_an_adaptation_power_acts_only_in_its_place():
    def bodies(**changed):
        (one,) = explained("SR-06", **changed).changers
        return [body.body.en for body in one.bodies]

    pudong = "Shanghai congress and its standing committee"
    assert pudong in bodies(place=["city:shanghai-pudong"])
    assert pudong not in bodies(place=["ftz:shanghai-lingang"])
    assert pudong not in bodies(place=[])


def test_a_reform_shows_that_it_opens_what_stands_above_it():
    (power,) = explained("AC-08").reform_powers
    assert power.authorisation.level == "ministry_document"
    assert power.above.en == "List issued or approved by the State Council"


def test_a_hint_is_told_apart_from_a_fact():
    explanation = explained("SR-06")
    assert [(one.fact, one.value) for one in explanation.hinted] == [
        ("security_field", "important_it_internet")
    ]
    assert "由经营活动推断" in told("SR-06", "zh")


def test_rows_that_bind_beside_the_deciding_ones_say_whether_they_are_met():
    states = {row.row: row.state for row in explained("AC-19").rows}
    assert states == {
        "FI-FTZ-2021-08a": "met", "FI-FTZ-2021-08b": "decides", "FI-FTZ-2021-08c": "open",
    }  # fmt: skip
    assert "share" not in part(told("AC-19", "zh"), "适用的规则")


def test_a_reform_put_on_top_is_named():
    desk = Desk(
        book(), known=KNOWN, today=KNOWN,
        reforms=(dataclasses.replace(
            book().reforms["PO-2025-SVC-TEL"], in_force=Interval(dt.date(2025, 4, 21), None)
        ),),
    )  # fmt: skip
    explanation = explain_any(desk.decision(cases()["AT-13"]))
    assert explanation.verdict == "on_approval"
    assert "PO-2025-SVC-TEL@" in wording(explanation, "en")
    assert not explanation.announced


def test_nothing_on_record_is_said_aloud():
    text = told({**IDC, "date": "2012-01-01"}, "zh")
    assert text.startswith("没有条目起决定作用：这一天在这个地点适用的清单没有收录。")


def test_an_unknown_tag_is_said_to_be_read_as_a_child():
    case = {**IDC, "activity": "telecom.vas.idc.edge", "date": "2025-01-10"}
    assert "telecom.vas.idc.edge is not in the vocabulary; it is taken as a child" in told(
        case, "en"
    )
    assert "telecom.vas.idc.edge不在词表之中，作为" in told(case, "zh")
    assert "is taken as a child of 'telecom" not in told(case, "zh")
