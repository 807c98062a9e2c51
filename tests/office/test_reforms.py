"""Reforms in an office: drafts, revisions, comments, submissions; repeats and lists."""

from __future__ import annotations

import pytest

from openzone.office.callers import VISITOR
from openzone.office.reform_acts import Seen
from openzone.office.reform_texts import TEXT_BYTES_MAX, canonical_text, content_hash
from openzone.office.reforms import Reforms
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.verifying import verify
from tests.office.reforms_made import (
    book,
    call,
    kinds,
    other_book,
    refusal,
    seen,
    session,
    submitted,
    text,
)

# ---- the whole story -----------------------------------------------------------------------------


def test_one_drafts_another_approves_and_an_edit_kills_the_approval(store, office, drafter):
    one, two = session(store, "approver"), session(store, "approver")
    found = office.draft(drafter, call(), text())
    id = found["id"]
    effect = office.effect(id)
    (difference,) = effect["changes"]
    assert difference["statements"][0]["before"] == "prohibited"
    assert difference["statements"][0]["after"] == "allowed"
    assert effect["power"]["needs"][0]["instrument"]["en"] == "Pilot notice"
    assert effect["power"]["draft"] and effect["conflicts"] == []
    shown = office.submit(drafter, call(), id, 1)
    assert shown["submission"]["effect"] == effect
    office.comment(one, call(), id, "How many licences?")
    approved = office.approve(one, call(), id, seen(shown))
    assert (approved["state"], approved["stage"]) == ("approved", "approved_draft")
    edited = office.revise(drafter, call(), id, text(cap=49), approved["tag"])
    assert edited["state"] == "draft" and edited["revision"] == 2
    (voided,) = edited["voided"]
    assert (voided["by"], voided["reason"]) == (one.id, "edited")
    late = refusal(office.approve, two, call(), id, seen(shown))
    assert late.code == "stale_approval"
    assert {fault.field for fault in late.faults} == {"state", "revision", "content_hash"}
    again = office.submit(drafter, call(), id, 2)
    assert office.approve(two, call(), id, seen(again))["state"] == "approved"
    assert kinds(store, id) == [
        "drafted", "submitted", "commented", "approved", "approval_voided", "returned", "revised",
        "submitted", "approved",
    ]  # fmt: skip
    assert verify(store).holds


def test_reforms_that_meet_on_the_same_rows_are_told_of_each_other(store, office, drafter):
    first = office.draft(drafter, call(), text())["id"]
    second = office.draft(drafter, call(), text("OPEN-SEA-TOO", cap=49))["id"]
    assert office.effect(second)["conflicts"] == []  # nobody has been shown the first one
    office.submit(drafter, call(), first, 1)
    (met,) = office.effect(second)["conflicts"]
    assert {met["first"], met["second"]} == {"OPEN-SEA", "OPEN-SEA-TOO"}
    assert met["rows"] == ["ZONE-1"] and met["places"] == ["zone:harbour"]
    shown = office.submit(drafter, call(), second, 1)
    assert shown["submission"]["effect"]["conflicts"] == [met]
    (back,) = office.effect(first)["conflicts"]
    assert {back["first"], back["second"]} == {"OPEN-SEA", "OPEN-SEA-TOO"}
    office.withdraw(drafter, call(), first, 1, "the other one will do")
    assert office.effect(second)["conflicts"] == []


def test_tables_made_anew_from_the_journal_are_the_same(store, office, drafter, approver, tmp_path):
    id = submitted(office, drafter)["id"]
    office.comment(drafter, call(), id, "Ready.")
    found = office.approve(approver, call(), id, seen(office.one(id)))
    office.revise(drafter, call(), id, text(cap=49), found["tag"])
    other = submitted(office, drafter, text("SECOND"))
    office.reject(approver, call(), other["id"], 1, "No need is shown.")
    third = submitted(office, drafter, text("THIRD"))
    office.approve(approver, call(), third["id"], seen(third))
    Reforms(store, other_book(tmp_path, "percent: 49", "percent: 48")).settle()
    office.withdraw(drafter, call(), third["id"], 1, "The ministry acts itself.")
    before = [office.one(each) for each in (id, other["id"], third["id"])]
    assert differing_tables(store) == []
    rebuild(store)
    assert [office.one(each) for each in (id, other["id"], third["id"])] == before


# ---- drafts --------------------------------------------------------------------------------------


def test_a_text_that_is_no_reform_is_refused_with_every_fault(store, office, drafter):
    bad = text().replace("zone:harbour", "zone:nowhere").replace("ZONE-1", "ZONE-9")
    faults = refusal(office.draft, drafter, call(), bad).faults
    assert {"ZONE-9", "zone:nowhere"} <= {fault.seen for fault in faults}
    assert all(fault.line for fault in faults)
    assert office.listed()["reforms"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("schema: openzone/rows/1\ntable: capital\nrows: []\n", "wrong_value"),
        ("- a list", "missing_field"),
        ("a: [", "unreadable"),
        ("a: &x 1", "alias"),
        ("a: \x00", "unreadable"),
        ("a: \ud800", "unreadable"),
        ("# " + "x" * TEXT_BYTES_MAX, "unreadable"),
        (text().replace("b4f591861b7121ee", "b4f591861b7121ef"), "does_not_fit"),
        (text().replace("OPEN-SEA", "A" * 101), "wrong_value"),
    ],
)
def test_no_such_text_is_drafted(office, drafter, words, code):
    assert refusal(office.draft, drafter, call(), words).code == code
    assert office.listed()["reforms"] == []


def test_line_ends_and_marks_do_not_change_the_content_hash_but_words_do():
    plain = text()
    assert content_hash("\ufeff" + plain.replace("\n", "\r\n") + "\r\n\r\n") == content_hash(plain)
    assert content_hash(text(note="another")) != content_hash(plain)
    assert canonical_text(canonical_text(plain)) == canonical_text(plain)


def test_an_id_in_a_text_is_taken_until_its_reform_is_withdrawn(office, drafter):
    first = office.draft(drafter, call(), text())
    assert refusal(office.draft, drafter, call(), text(cap=49)).code == "duplicate"
    office.withdraw(drafter, call(), first["id"], 1, "Too early.")
    second = office.draft(drafter, call(), text(cap=49))
    assert second["id"] != first["id"] and second["name"] == first["name"]


@pytest.mark.parametrize("role", ["firm", "officer", "approver", "auditor", "administrator"])
def test_only_a_reform_officer_drafts_revises_submits_and_withdraws(store, office, drafter, role):
    found = office.draft(drafter, call(), text())
    other = session(store, role)
    acts = [
        (office.draft, text("OTHER")),
        (office.revise, found["id"], text(cap=1), found["tag"]),
        (office.submit, found["id"], 1),
        (office.withdraw, found["id"], 1, "No."),
    ]
    for act, *given in acts:
        assert refusal(act, other, call(), *given).code == "not_allowed"
    assert refusal(office.draft, VISITOR, call(), text("OTHER")).code == "not_signed_in"
    assert kinds(store, found["id"]) == ["drafted"]


# ---- revisions -----------------------------------------------------------------------------------


def test_a_revision_rests_on_what_its_author_saw(office, drafter):
    found = office.draft(drafter, call(), text())
    second = office.revise(drafter, call(), found["id"], text(cap=49), found["tag"])
    late = refusal(office.revise, drafter, call(), found["id"], text(cap=30), found["tag"])
    assert late.code == "stale_revision" and late.faults[0].expected == second["tag"]
    texts = [one["text"] for one in office.revisions(found["id"])]
    assert texts == [text(), text(cap=49)]


def test_a_revision_that_says_the_same_or_goes_by_another_id_is_refused(office, drafter):
    found = office.draft(drafter, call(), text())
    same = refusal(
        office.revise, drafter, call(), found["id"], text().replace("\n", "\r\n"), found["tag"]
    )
    assert same.code == "same_text"
    moved = refusal(office.revise, drafter, call(), found["id"], text("OTHER"), found["tag"])
    assert moved.code == "contradiction"


def test_a_comment_in_the_text_is_an_edit_although_the_body_is_the_same(office, drafter, approver):
    found = submitted(office, drafter)
    office.approve(approver, call(), found["id"], seen(found))
    now = office.one(found["id"])
    edited = office.revise(drafter, call(), found["id"], text() + "# a remark\n", now["tag"])
    assert edited["body_hash"] == found["body_hash"]
    assert edited["state"] == "draft" and len(edited["voided"]) == 1


def test_a_text_that_goes_back_to_an_earlier_one_brings_no_approval_back(office, drafter, approver):
    found = submitted(office, drafter)
    now = office.approve(approver, call(), found["id"], seen(found))
    now = office.revise(drafter, call(), found["id"], text(cap=49), now["tag"])
    now = office.revise(drafter, call(), found["id"], text(), now["tag"])
    assert now["content_hash"] == found["content_hash"]
    assert now["state"] == "draft" and now["approvals"] == []
    assert refusal(office.approve, approver, call(), found["id"], seen(found)).code == (
        "stale_approval"
    )


def test_a_withdrawn_reform_stays_so(office, drafter, approver):
    found = submitted(office, drafter)
    gone = office.withdraw(drafter, call(), found["id"], 1, "Not now.")
    assert gone["state"] == "withdrawn" and gone["submission"]["reason"] == "Not now."
    assert refusal(office.revise, drafter, call(), found["id"], text(cap=1), gone["tag"]).code == (
        "wrong_state"
    )
    assert refusal(office.submit, drafter, call(), found["id"], 1).code == "wrong_state"
    assert refusal(office.withdraw, drafter, call(), found["id"], 1, "x").code == "wrong_state"
    assert refusal(office.approve, approver, call(), found["id"], seen(found)).code == (
        "stale_approval"
    )


# ---- comments ------------------------------------------------------------------------------------


def test_comments_name_their_revision_and_leave_the_tag(office, drafter, approver):
    found = office.draft(drafter, call(), text())
    office.comment(approver, call(), found["id"], " Why the harbour? ")
    office.revise(drafter, call(), found["id"], text(cap=49), found["tag"])
    office.comment(drafter, call(), found["id"], "For the docks.", revision=1)
    office.comment(drafter, call(), found["id"], "A cap now.")
    said = office.comments(found["id"])["comments"]
    assert [(one["revision"], one["text"]) for one in said] == [
        (1, "Why the harbour?"), (1, "For the docks."), (2, "A cap now.")
    ]  # fmt: skip
    first = office.comments(found["id"], limit=2)
    rest = office.comments(found["id"], after=first["next"])
    assert [*first["comments"], *rest["comments"]] == said and rest["next"] is None


@pytest.mark.parametrize("said", ["", "  \n", "x" * 10_001, "a\x00b", "a\ud800b"])
def test_no_such_comment_or_reason_is_taken(store, office, drafter, approver, said):
    found, codes = submitted(office, drafter), ("wrong_value", "unreadable")
    assert refusal(office.comment, drafter, call(), found["id"], said).code in codes
    assert refusal(office.reject, approver, call(), found["id"], 1, said).code in codes
    assert refusal(office.withdraw, drafter, call(), found["id"], 1, said).code in codes
    assert kinds(store, found["id"]) == ["drafted", "submitted"]


def test_a_comment_on_no_revision_is_refused(office, drafter):
    found = office.draft(drafter, call(), text())
    assert refusal(office.comment, drafter, call(), found["id"], "x", 2).code == "no_reform"
    assert refusal(office.comment, drafter, call(), "r-none", "x").code == "no_reform"


# ---- submission ----------------------------------------------------------------------------------


def test_what_changes_no_answer_may_be_drafted_and_not_submitted(store, office, drafter):
    idle = text().replace("from: 2027-01-01, to: 2030-01-01", "from: 2019-01-01, to: 2020-01-01")
    found = office.draft(drafter, call(), idle)
    assert refusal(office.effect, found["id"]).code == "changes_nothing"
    assert refusal(office.submit, drafter, call(), found["id"], 1).code == "changes_nothing"
    assert kinds(store, found["id"]) == ["drafted"]


def test_only_a_draft_in_its_current_revision_is_submitted(office, drafter):
    found = office.draft(drafter, call(), text())
    office.revise(drafter, call(), found["id"], text(cap=49), found["tag"])
    assert refusal(office.submit, drafter, call(), found["id"], 1).code == "stale_revision"
    office.submit(drafter, call(), found["id"], 2)
    assert refusal(office.submit, drafter, call(), found["id"], 2).code == "wrong_state"


# ---- repeats and lists ---------------------------------------------------------------------------


def test_every_repeat_is_answered_with_the_first_result(store, office, drafter, approver):
    ids = [call() for _ in range(6)]
    first = office.draft(drafter, ids[0], text())
    id = first["id"]
    assert office.draft(drafter, ids[0], text()) == first
    revised = office.revise(drafter, ids[1], id, text(cap=49), first["tag"])
    assert office.revise(drafter, ids[1], id, text(cap=49), first["tag"]) == revised
    said = office.comment(drafter, ids[2], id, "Ready.")
    assert office.comment(drafter, ids[2], id, "Ready.") == said
    shown = office.submit(drafter, ids[3], id, 2)
    assert office.submit(drafter, ids[3], id, 2) == shown
    done = office.approve(approver, ids[4], id, seen(shown))
    assert office.approve(approver, ids[4], id, seen(shown)) == done
    gone = office.withdraw(drafter, ids[5], id, 2, "Later.")
    assert office.withdraw(drafter, ids[5], id, 2, "Later.") == gone
    assert len(kinds(store, id)) == len(set(ids)) + 1  # the withdrawal voided an approval
    assert office.approve(approver, ids[4], id, seen(shown)) == done


def test_an_id_of_a_call_with_other_content_or_of_somebody_else_is_refused(store, office, drafter):
    id = call()
    found = office.draft(drafter, id, text())
    assert refusal(office.draft, drafter, id, text("OTHER")).code == "repeat_differs"
    assert refusal(office.draft, drafter, id, "half a sign: \ud800").code == "unreadable"
    assert refusal(office.submit, drafter, id, found["id"], 1).code == "repeat_differs"
    other = session(store, "reform_officer")
    assert refusal(office.draft, other, id, text()).code == "repeat_differs"


def test_a_refused_call_may_be_sent_again_under_its_id(office, drafter):
    id = call()
    assert refusal(office.draft, drafter, id, "nothing").code == "missing_field"
    assert office.draft(drafter, id, text())["revision"] == 1


def test_a_list_comes_in_pages_and_by_state(office, drafter, approver):
    made = [office.draft(drafter, call(), text(f"R-{number}"))["id"] for number in range(5)]
    office.submit(drafter, call(), made[1], 1)
    after: int | None = 0
    found: list[str] = []
    while after is not None:
        page = office.listed(after=after, limit=2)
        found += [one["id"] for one in page["reforms"]]
        after = page["next"]
    assert found == made
    assert [one["id"] for one in office.listed("submitted")["reforms"]] == [made[1]]
    assert refusal(office.listed, "finished").code == "wrong_value"


def test_an_unknown_reform_is_said_to_be_unknown(office, drafter, approver):
    nothing = Seen(1, "0" * 64, book().hash)
    acts = [
        (office.one, ()), (office.effect, ()), (office.revisions, ()), (office.comments, ()),
    ]  # fmt: skip
    for act, given in acts:
        assert refusal(act, "r-none", *given).code == "no_reform"
    assert refusal(office.submit, drafter, call(), "r-none", 1).code == "no_reform"
    assert refusal(office.approve, approver, call(), "r-none", nothing).code == "no_reform"
    assert refusal(office.revise, drafter, call(), "r-none", text(), "x").code == "no_reform"
