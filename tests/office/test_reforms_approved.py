"""Approvals: what they stand on, who gives them, what happens in between, what ends them."""

from __future__ import annotations

import dataclasses

import pytest

from openzone.errors import OpenZoneError
from openzone.office.reform_acts import Seen
from openzone.office.reforms import Reforms
from openzone.store.rebuilding import differing_tables
from tests.office.people_made import user_with
from tests.office.reforms_made import (
    book,
    call,
    key_caller,
    kinds,
    other_book,
    refusal,
    revoke,
    seen,
    session,
    submitted,
    text,
)


def test_a_role_that_was_revoked_after_the_guard_let_the_caller_in_counts_for_nothing(
    store, office, approver, drafter
):
    found = submitted(office, drafter)
    revoke(store, approver.id)
    assert refusal(office.approve, approver, call(), found["id"], seen(found)).code == "not_allowed"


# ---- approval ------------------------------------------------------------------------------------


def test_an_author_of_any_revision_never_approves(store, office, drafter):
    helper = session(store, "reform_officer", "approver")
    found = office.draft(drafter, call(), text())
    now = office.revise(helper, call(), found["id"], text(cap=49), found["tag"])
    office.revise(drafter, call(), found["id"], text(cap=48), now["tag"])
    now = office.submit(drafter, call(), found["id"], 3)
    late = refusal(office.approve, helper, call(), found["id"], seen(now))
    assert late.code == "own_work"
    assert now["contributors"] == [drafter.id, helper.id]


def test_who_drafts_with_an_api_key_is_the_author_and_approves_with_no_session(store, office):
    both = session(store, "reform_officer", "approver")
    key = key_caller(store, both.id, "reform_officer", "approver")
    found = submitted(office, key)
    assert found["contributors"] == [both.id]
    assert refusal(office.approve, both, call(), found["id"], seen(found)).code == "own_work"
    drafted, _ = store.events(subject=found["id"])
    assert drafted.event.actor == key.actor


def test_no_api_key_approves_or_rejects(store, office, drafter):
    found = submitted(office, drafter)
    owner = user_with(store, "approver")
    key = key_caller(store, owner, "approver")
    bold = dataclasses.replace(key, roles=frozenset({"visitor", "approver"}), second_factor=True)
    for caller in (key, bold):
        for act, *given in [(office.approve, seen(found)), (office.reject, 1, "No.")]:
            assert refusal(act, caller, call(), found["id"], *given).code == "not_allowed"


def test_an_approval_needs_a_second_factor(store, office, drafter):
    found = submitted(office, drafter)
    weak = session(store, "approver", second_factor=False)
    late = refusal(office.approve, weak, call(), found["id"], seen(found))
    assert late.code == "second_factor_needed"
    assert office.one(found["id"])["approvals"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("revision", 2), ("content_hash", "0" * 64), ("book_hash", "0" * 64)],
)
def test_an_approval_of_anything_else_than_what_is_there_is_stale(
    office, drafter, approver, field, value
):
    found = submitted(office, drafter)
    other = dataclasses.replace(seen(found), **{field: value})
    late = refusal(office.approve, approver, call(), found["id"], other)
    assert late.code == "stale_approval"
    assert [fault.field for fault in late.faults] == [field]


def test_what_was_not_submitted_was_rejected_or_is_approved_already_takes_no_approval(
    store, office, drafter, approver
):
    found = office.draft(drafter, call(), text())
    given = Seen(1, found["content_hash"], found["book"]["hash"])
    assert refusal(office.approve, approver, call(), found["id"], given).code == "stale_approval"
    office.submit(drafter, call(), found["id"], 1)
    office.approve(approver, call(), found["id"], given)
    other = session(store, "approver")
    late = refusal(office.approve, other, call(), found["id"], given)
    assert [(fault.field, fault.seen) for fault in late.faults] == [("state", "approved")]


def test_where_two_must_approve_one_person_counts_once(store, drafter, approver):
    office = Reforms(store, book(), approvals_needed=2)
    found = submitted(office, drafter)
    half = office.approve(approver, call(), found["id"], seen(found))
    assert half["state"] == "submitted" and half["tag"] != found["tag"]
    late = refusal(office.approve, approver, call(), found["id"], seen(found))
    assert late.code == "approved_before"
    whole = office.approve(session(store, "approver"), call(), found["id"], seen(found))
    assert whole["state"] == "approved" and len(whole["approvals"]) == 2


def test_a_reform_is_never_approved_by_nobody(store):
    with pytest.raises(OpenZoneError) as caught:
        Reforms(store, book(), approvals_needed=0)
    assert caught.value.code == "out_of_range"


def test_only_an_authorisation_on_record_makes_more_than_an_approved_draft(
    office, drafter, approver
):
    found = submitted(office, drafter, text(on_record=True))
    assert office.approve(approver, call(), found["id"], seen(found))["stage"] == "approved"
    other = submitted(office, drafter, text("SECOND"))
    now = office.approve(approver, call(), other["id"], seen(other))
    assert (now["state"], now["stage"]) == ("approved", "approved_draft")


def test_a_rejection_has_a_reason_and_the_reform_may_be_revised(store, drafter, approver):
    office = Reforms(store, book(), approvals_needed=2)
    found = submitted(office, drafter)
    office.approve(session(store, "approver"), call(), found["id"], seen(found))
    late = refusal(office.reject, approver, call(), found["id"], 2, "No.")
    assert late.code == "stale_revision"
    now = office.reject(approver, call(), found["id"], 1, "The reefs.")
    assert now["state"] == "rejected" and now["submission"]["reason"] == "The reefs."
    assert [one["reason"] for one in now["voided"]] == ["rejected"]
    assert refusal(office.reject, approver, call(), found["id"], 1, "x").code == "wrong_state"
    again = office.revise(drafter, call(), found["id"], text(cap=10), now["tag"])
    assert again["state"] == "draft"


# ---- what happens between the look and the act ---------------------------------------------------


@pytest.fixture
def meanwhile(monkeypatch, store, office, drafter, approver):
    """An approval during which something else happens, after the first look at the reform."""

    def approve(found, act):
        worked_out = office._own_effect

        def effect(*given):
            monkeypatch.setattr(office, "_own_effect", worked_out)
            act()
            return worked_out(*given)

        monkeypatch.setattr(office, "_own_effect", effect)
        before = kinds(store, found["id"])
        late = refusal(office.approve, approver, call(), found["id"], seen(found))
        assert kinds(store, found["id"])[: len(before)] == before
        assert "approved" not in kinds(store, found["id"])[len(before) :]
        return late.code

    return approve


def test_an_edit_that_comes_first_makes_the_approval_stale(office, drafter, meanwhile):
    found = submitted(office, drafter)
    edit = text(cap=49)
    code = meanwhile(found, lambda: office.revise(drafter, call(), found["id"], edit, found["tag"]))
    assert code == "stale_approval"


def test_a_withdrawal_that_comes_first_makes_the_approval_stale(office, drafter, meanwhile):
    found = submitted(office, drafter)
    code = meanwhile(found, lambda: office.withdraw(drafter, call(), found["id"], 1, "No."))
    assert code == "stale_approval"


def test_a_rejection_that_comes_first_makes_the_approval_stale(store, office, drafter, meanwhile):
    found, other = submitted(office, drafter), session(store, "approver")
    code = meanwhile(found, lambda: office.reject(other, call(), found["id"], 1, "No."))
    assert code == "stale_approval"


def test_a_revocation_that_comes_first_takes_the_approval_away(
    store, office, drafter, approver, meanwhile
):
    found = submitted(office, drafter)
    assert meanwhile(found, lambda: revoke(store, approver.id)) == "not_allowed"


# ---- the book changes ----------------------------------------------------------------------------


def test_an_approval_on_an_old_book_no_longer_counts(store, office, drafter, approver, tmp_path):
    found = submitted(office, drafter)
    old = office.approve(approver, call(), found["id"], seen(found))
    newer = Reforms(store, other_book(tmp_path, "percent: 49", "percent: 48"))
    now = newer.one(found["id"])
    assert now["state"] == now["stage"] == "submitted"
    assert [(one["counts"], one["why_not"]) for one in now["approvals"]] == [
        (False, "book_changed")
    ]
    assert now["tag"] != old["tag"]
    assert [one["id"] for one in newer.listed("submitted")["reforms"]] == [found["id"]]
    assert newer.listed("approved")["reforms"] == []
    assert office.listed("submitted")["reforms"] == []
    late = refusal(newer.approve, approver, call(), found["id"], seen(old))
    assert [fault.field for fault in late.faults] == ["book_hash"]
    again = newer.approve(approver, call(), found["id"], seen(now))
    assert again["state"] == "approved"
    assert [one["reason"] for one in again["voided"]] == ["book_changed"]
    assert differing_tables(store) == []


def test_a_service_that_starts_on_another_book_voids_what_rests_on_the_old_one_once(
    store, office, drafter, approver, tmp_path
):
    found = submitted(office, drafter)
    office.approve(approver, call(), found["id"], seen(found))
    assert office.settle() == []
    newer = Reforms(store, other_book(tmp_path, "percent: 49", "percent: 48"))
    before = newer.one(found["id"])
    (voided,) = newer.settle()
    assert (voided["reform"], voided["by"]) == (found["id"], approver.id)
    assert newer.settle() == []
    after = newer.one(found["id"])
    assert (after["state"], after["tag"]) == (before["state"], before["tag"])


def test_a_text_that_no_longer_fits_the_book_is_not_approved(
    store, office, drafter, approver, tmp_path
):
    found = submitted(office, drafter)
    changed = other_book(
        tmp_path, "effect: prohibited\n    evidence: {status: verified, confidence: high, "
        "sources: [S2]}", "effect: share_cap\n    params: {foreign_total_max_percent: 9}\n    "
        "evidence: {status: verified, confidence: high, sources: [S2]}",
    )  # fmt: skip
    newer = Reforms(store, changed)
    late = refusal(newer.approve, approver, call(), found["id"], seen(newer.one(found["id"])))
    assert late.code == "does_not_fit"
