"""Reforms in an office: who drafts, what is refused, what approvals stand on, what ends them."""

from __future__ import annotations

import dataclasses

import pytest

from openzone.errors import OpenZoneError
from openzone.office import keys
from openzone.office.callers import VISITOR, Caller
from openzone.office.reform_acts import Seen
from openzone.office.reform_texts import TEXT_BYTES_MAX, canonical_text, content_hash
from openzone.office.reforms import Reforms
from openzone.store.chain import Event
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.tables.people import grants
from openzone.store.verifying import verify
from tests.office.people_made import key_of, user_with
from tests.office.reforms_made import book, call, other_book, seen, session, submitted, text


@pytest.fixture
def office(store):
    return Reforms(store, book())


@pytest.fixture
def drafter(store):
    return session(store, "reform_officer")


@pytest.fixture
def approver(store):
    return session(store, "approver")


def refusal(act, *given, **named) -> OpenZoneError:
    with pytest.raises(OpenZoneError) as caught:
        act(*given, **named)
    return caught.value


def kinds(store, id: str) -> list[str]:
    return [one.event.kind.removeprefix("reform.") for one in store.events(subject=id)]


def key_caller(store, owner: str, *roles: str) -> Caller:
    found = keys.caller_of(store, key_of(store, owner, *roles))
    assert found is not None
    return found


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


def test_a_role_that_was_revoked_after_the_guard_let_the_caller_in_counts_for_nothing(
    store, office, approver, drafter
):
    found = submitted(office, drafter)
    revoke(store, approver.id)
    assert refusal(office.approve, approver, call(), found["id"], seen(found)).code == "not_allowed"


def revoke(store, user: str) -> None:
    with store.writing() as writing:
        writing.lock()
        for row in writing.connection.execute(grants.select().where(grants.c.user_id == user)):
            told = {"grant": row.id, "role": row.role}
            writing.append(Event(f"revoke-{row.id}", "u-admin", "role.revoked", user, told))


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
        worked_out = office.effect

        def effect(*given):
            monkeypatch.setattr(office, "effect", worked_out)
            act()
            return worked_out(*given)

        monkeypatch.setattr(office, "effect", effect)
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
