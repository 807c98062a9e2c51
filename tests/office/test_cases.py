"""Saved cases: who sees them, and that a past answer can be had again and compared."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any, cast

import pytest
from sqlalchemy import update

from openzone.decide.dmn.answer import plain
from openzone.errors import CaseError, OpenZoneError, ReformError
from openzone.office import answers, cases
from openzone.office.belongings import ErasedError, NotFoundError
from openzone.office.cases import Question
from openzone.office.laws import Laws
from openzone.office.permission import AccessError
from openzone.regimes.journey.plan import plan_path, read_plan
from openzone.store import schema, sealed
from openzone.store.canonical import sha256
from openzone.store.faults import RepeatError
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.tables.people import users
from openzone.store.verifying import verify
from tests.office.asking import CARS, CLINIC, book, call, laws, person


def saved(store, caller, facts=CLINIC, **more):
    return cases.save(store, laws(), caller, call(), Question(facts, **more))


def plan():
    read = read_plan(plan_path("hospital"))
    return plain(read.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True))


def other_book(**changes) -> Laws:
    """The book with another hash and, where some are given, other parts."""
    rebuilt, (parts,) = book().__reduce__()
    changed = rebuilt({**parts, "hash": "0" * 64, **changes})
    return Laws(changed, lambda: dt.date(2026, 11, 23))


def test_a_saved_case_gives_back_facts_answer_and_law(store):
    firm = person(store)
    found = cases.read(store, firm, saved(store, firm))
    assert found["facts"] == CLINIC
    assert found["answer"]["outcome"] == found["outcome"] != ""
    assert found["law"]["on"] == "2025-06-01"
    assert found["law"]["known"] == "2026-11-23"
    assert found["law"]["hash"] == book().hash
    assert found["owner"] == firm.id


def test_the_journal_holds_the_outcome_and_a_hash_and_nothing_of_the_facts(store):
    firm = person(store)
    secret = {**CLINIC, "story": "the plans of Acme Medical"}
    id = saved(store, firm, secret)
    (event,) = store.events(kinds=["case.saved"])
    text = json.dumps(event.as_dict())
    assert "Acme" not in text and "health.hospital" not in text
    found = cases.read(store, firm, id)
    proof = found["proof"]
    told = sha256(f"{proof['salt']}\n{json.dumps(proof['text'], ensure_ascii=False)}")
    assert told == proof["hash"] == event.event.payload["answer"]["sealed"]
    assert json.loads(proof["text"]) == found["answer"]


def test_a_firm_sees_its_own_cases_only_and_officers_see_all(store):
    one, other, officer = person(store), person(store), person(store, "officer")
    first, second = saved(store, one), saved(store, other, CARS)
    assert [line["id"] for line in cases.listed(store, one)] == [first]
    assert [line["id"] for line in cases.listed(store, officer)] == [second, first]
    assert [line["id"] for line in cases.listed(store, officer, owner=one.id)] == [first]
    assert cases.listed(store, one, owner=other.id) == []
    assert cases.read(store, officer, first)["facts"] == CLINIC


@pytest.mark.parametrize("act", ["read", "reproduce", "recheck"])
def test_somebody_elses_case_reads_like_one_that_does_not_exist(store, act):
    one, other = person(store), person(store)
    id = saved(store, one)

    def tried(name):
        with pytest.raises(NotFoundError) as caught:
            if act == "read":
                cases.read(store, other, name)
            elif act == "reproduce":
                cases.reproduce(store, laws(), other, name)
            else:
                cases.recheck(store, laws(), other, call(), name)
        return [dataclasses.replace(fault, seen=None) for fault in caught.value.faults]

    assert tried(id) == tried("c-there-is-none")


def test_lists_come_in_pages_from_the_newest_back(store):
    firm = person(store)
    ids = [saved(store, firm) for _ in range(5)]
    first = cases.listed(store, firm, limit=2)
    second = cases.listed(store, firm, before=first[-1]["seq"], limit=2)
    third = cases.listed(store, firm, before=second[-1]["seq"], limit=2)
    assert [line["id"] for line in (*first, *second, *third)] == ids[::-1]


def test_a_repeat_gives_the_first_case_and_other_facts_under_the_id_are_refused(store):
    firm = person(store)
    first = cases.save(store, laws(), firm, "same-id", Question(CLINIC))
    assert cases.save(store, laws(), firm, "same-id", Question(CLINIC)) == first
    assert len(cases.listed(store, firm)) == 1
    with pytest.raises(RepeatError):
        cases.save(store, laws(), firm, "same-id", Question(CARS))


@pytest.mark.parametrize(
    ("question", "error"),
    [
        (Question({"regime": "capital", "activity": "no.such.tag"}), CaseError),
        (Question({"activity": "auto.passenger"}), CaseError),
        (Question({"regime": "capital", "x": float("nan")}), CaseError),
        (Question({"regime": "capital", "x": "\ud800"}), CaseError),
        (Question({"regime": "capital", "story": "x" * 1_000_001}), CaseError),
        (Question(cast(Any, ["regime"])), CaseError),
        (Question(CLINIC, kind="wish"), CaseError),
        (Question({"id": "p", "no_such_part": 1}, kind="journey"), CaseError),
        (Question({"id": "p", "firm": 7}, kind="journey"), CaseError),
        (Question({"id": "p", "date": "soon"}, kind="journey"), CaseError),
        (Question(CLINIC, reforms=["no-such-reform"]), ReformError),
        (Question(CLINIC, reforms=["/etc/passwd"]), ReformError),
    ],
)
def test_what_is_refused_is_not_kept(store, question, error):
    firm = person(store)
    with pytest.raises(error):
        cases.save(store, laws(), firm, call(), question)
    assert cases.listed(store, firm) == []


def test_who_lost_the_right_meanwhile_saves_nothing(store):
    firm = person(store)
    with store.writing() as writing:
        writing.connection.execute(update(users).values(state="disabled"))
    with pytest.raises(AccessError):
        saved(store, firm)
    assert store.events(kinds=["case.saved"]) == []


# ---- asked again ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "more"),
    [
        (CLINIC, {}),
        (CARS, {"known": dt.date(2019, 1, 1)}),
        ({"regime": "capital", "activity": "auto.passenger"}, {}),
        ({"regime": "goods", "hs": "8703230000", "origin": "DEU", "customs_value": "100000"}, {}),
        (plan(), {"kind": "journey"}),
    ],
    ids=["clinic", "cars known early", "no date given", "goods", "journey"],
)
def test_a_past_answer_is_reproduced_on_a_later_day(store, facts, more):
    firm = person(store)
    id = saved(store, firm, facts, **more)
    later = laws(dt.date(2031, 1, 1))
    found = cases.reproduce(store, later, firm, id)
    assert (found["found"], found["kept"], found["changes"]) == ("same", True, [])


def test_a_case_under_a_reform_is_reproduced_with_it(store):
    firm, reform = person(store), next(iter(book().reforms))
    id = saved(store, firm, reforms=[reform])
    kept = cases.read(store, firm, id)
    assert kept["law"]["reforms"][0]["id"] == reform
    assert cases.reproduce(store, laws(), firm, id)["found"] == "same"


def test_another_book_with_the_same_answer_is_told_as_such(store):
    firm = person(store)
    found = cases.reproduce(store, other_book(), firm, saved(store, firm))
    assert (found["found"], found["changes"]) == ("book_differs", [])
    assert found["book"] == {"was": book().hash, "now": "0" * 64}


def test_another_answer_is_told_with_what_differs(store, monkeypatch):
    firm = person(store)
    id = saved(store, firm, CARS)
    real = answers.answered

    def stricter(desk, kind, text):
        one = real(desk, kind, text)
        whole = {**one.whole, "outcome": "prohibited", "said": ["x"]}
        return dataclasses.replace(one, text=json.dumps(whole))

    monkeypatch.setattr(cases, "answered", stricter)
    found = cases.reproduce(store, laws(), firm, id)
    assert found["found"] == "differs"
    told = {one["what"]: (one["was"], one["now"]) for one in found["changes"]}
    assert told["outcome"][1] == "prohibited"
    assert told["said"][1] == ["x"]


def test_an_answer_altered_in_the_store_no_longer_proves_itself(store):
    firm = person(store)
    id = saved(store, firm)
    digest = cases.read(store, firm, id)["proof"]["hash"]
    with store.writing() as writing:
        table = schema.sealed
        writing.connection.execute(
            update(table).where(table.c.digest == digest).values(value=json.dumps('{"x":1}'))
        )
    assert not verify(store).holds


def test_todays_law_shows_exactly_what_changes(store):
    firm = person(store)
    id = saved(store, firm, CARS, known=dt.date(2020, 6, 1))
    was = cases.read(store, firm, id)
    found = cases.recheck(store, laws(), firm, call(), id)
    assert found["on"] == found["known"] == "2026-11-23"
    assert not found["same"]
    changes = {one["what"]: (one["was"], one["now"]) for one in found["changes"]}
    assert changes["outcome"] == (was["outcome"], found["outcome"]) == ("denied_share", "allowed")
    (check,) = cases.read(store, firm, id)["checks"]
    assert check["changes"]["changes"] == found["changes"]
    assert cases.read(store, firm, id)["answer"] == was["answer"]


def test_the_same_law_again_changes_nothing(store):
    firm = person(store)
    id = saved(store, firm, {**CARS, "date": "2026-11-23"})
    found = cases.recheck(store, laws(), firm, call(), id)
    assert found["same"] and found["changes"] == []


def test_a_day_alone_is_no_change(store):
    firm = person(store)
    facts = {"regime": "capital", "activity": "auto.passenger", "foreign_share": 0.6}
    id = saved(store, firm, facts)
    found = cases.recheck(store, laws(dt.date(2026, 11, 24)), firm, call(), id)
    assert found["same"], found["changes"]


def test_a_plan_is_rechecked_part_by_part(store):
    firm = person(store)
    id = saved(store, firm, plan(), kind="journey")
    early = cases.recheck(store, laws(), firm, call(), id, on=dt.date(2020, 6, 1),
                          known=dt.date(2020, 6, 1))  # fmt: skip
    assert {one["part"] for one in early["changes"]} > {"journey"}


def test_what_todays_law_refuses_is_told_as_refused(store):
    firm = person(store)
    id = saved(store, firm)
    found = cases.recheck(store, laws(), firm, call(), id, on=dt.date(1990, 1, 1))
    assert (found["verdict"], found["same"], found["answer"]) == ("refused", False, None)
    assert found["refused"][0]["code"] == "place_not_valid"


def test_a_repeated_recheck_gives_the_first_result_and_records_once(store):
    firm = person(store)
    id = saved(store, firm, CARS)
    first = cases.recheck(store, laws(), firm, "again", id)
    assert cases.recheck(store, laws(dt.date(2027, 5, 5)), firm, "again", id) == first
    assert len(store.events(kinds=["case.rechecked"])) == 1
    with pytest.raises(RepeatError):
        cases.recheck(store, laws(), firm, "again", id, on=dt.date(2021, 1, 1))


# ---- erased --------------------------------------------------------------------------------------


def test_erasing_an_owner_takes_facts_and_answers_and_leaves_a_journal_that_verifies(store):
    one, other, officer = person(store), person(store), person(store, "officer")
    gone, stays = saved(store, one), saved(store, other)
    cases.recheck(store, laws(), one, "check", gone)
    with store.writing() as writing:
        assert sealed.erase(writing.connection, one.id) == 3
    found = cases.read(store, officer, gone)
    assert found["erased"] and "facts" not in found and "answer" not in found
    assert found["checks"][0]["changes"] is None
    assert cases.read(store, officer, stays)["facts"] == CLINIC
    for act in (
        lambda: cases.reproduce(store, laws(), officer, gone),
        lambda: cases.recheck(store, laws(), officer, call(), gone),
        lambda: cases.recheck(store, laws(), one, "check", gone),
    ):
        with pytest.raises(ErasedError):
            act()
    assert verify(store).holds
    assert differing_tables(store) == []


def test_the_tables_can_be_made_anew_from_the_journal(store):
    firm = person(store)
    id = saved(store, firm)
    cases.recheck(store, laws(), firm, call(), id)
    before = cases.read(store, firm, id)
    assert differing_tables(store) == []
    rebuild(store)
    assert cases.read(store, firm, id) == before


def test_every_refusal_has_a_code_of_the_table():
    from openzone.errors import CODES

    assert {"erased", "share_ended"} <= CODES.keys()
    assert issubclass(ErasedError, OpenZoneError)
