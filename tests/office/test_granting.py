"""Roles: two administrators for each grant, the first appoints the second once, the last stays."""

from __future__ import annotations

import threading

import pytest

from openzone.office import granting, people
from openzone.office.acts import PeopleError
from openzone.office.callers import OPERATOR, ROLES, VISITOR, Caller
from openzone.office.permission import AccessError
from openzone.office.roles import check_standing, held
from openzone.store.faults import RepeatError
from openzone.store.rebuilding import differing_tables
from openzone.store.verifying import verify
from tests.office.people_made import user_with


def acting(user, *roles, second_factor=True):
    """The caller of a session of the user, with what the guard saw when it began."""
    roles = roles or ("administrator",)
    return Caller(user, user, frozenset({"visitor", *roles}), "session", second_factor)


@pytest.fixture
def first(store):
    return acting(people.first_administrator(store).id)


@pytest.fixture
def second(store, first):
    user = user_with(store)
    granting.propose(store, first, "second", user, "administrator")
    return acting(user)


def refused(code, do, *args, **more):
    with pytest.raises((AccessError, PeopleError)) as caught:
        do(*args, **more)
    assert caught.value.code == code


def roles(store, user):
    with store.reading() as connection:
        return held(connection, user)


def test_a_role_is_proposed_by_one_and_granted_by_another(store, first, second):
    user = user_with(store)
    grant = granting.propose(store, first, "c-1", user, "approver")
    assert (grant.state, grant.proposed_by, grant.granted_by) == ("proposed", first.id, "")
    assert roles(store, user) == {"visitor", "firm"}
    granted = granting.confirm(store, second, "c-2", grant.id)
    assert (granted.state, granted.granted_by, granted.alone) == ("granted", second.id, False)
    assert roles(store, user) == {"visitor", "approver"}


def test_nobody_confirms_their_own_proposal(store, first, second):
    grant = granting.propose(store, first, "c-1", user_with(store), "officer")
    refused("four_eyes", granting.confirm, store, first, "c-2", grant.id)
    assert granting.one(store, grant.id).state == "proposed"


def test_nobody_proposes_or_confirms_a_role_for_themselves(store, first, second):
    refused("four_eyes", granting.propose, store, first, "c-1", first.id, "approver")
    grant = granting.propose(store, first, "c-2", second.id, "approver")
    refused("four_eyes", granting.confirm, store, second, "c-3", grant.id)


def test_the_first_administrator_appoints_the_second_alone_once(store, first):
    second, third = user_with(store), user_with(store)
    grant = granting.propose(store, first, "c-1", second, "administrator")
    assert (grant.state, grant.alone) == ("granted", True)
    later = granting.propose(store, first, "c-2", third, "administrator")
    assert (later.state, later.alone) == ("proposed", False)
    granting.revoke(store, first, "c-3", grant.id)
    again = granting.propose(store, first, "c-4", user_with(store), "administrator")
    assert again.state == "proposed"


def test_the_first_administrator_grants_no_other_role_alone(store, first):
    for number, role in enumerate(ROLES[2:-1]):
        grant = granting.propose(store, first, f"c-{number}", user_with(store), role)
        assert grant.state == "proposed"


def test_the_second_administrator_appoints_nobody_alone(store, first, second):
    grant = granting.propose(store, second, "c-1", user_with(store), "administrator")
    assert grant.state == "proposed"


def test_a_proposal_of_one_who_was_revoked_since_is_not_confirmed(store, first, second):
    third = user_with(store, "administrator")
    grant = granting.propose(store, second, "c-1", user_with(store), "officer")
    (held_by_second,) = granting.listed(store, user=second.id)
    granting.revoke(store, first, "c-2", held_by_second.id)
    refused("four_eyes", granting.confirm, store, acting(third), "c-3", grant.id)


def test_the_last_administrator_is_not_revoked_closed_or_erased(store, first, second):
    grants = {one.user: one.id for one in granting.listed(store)}
    granting.revoke(store, first, "c-1", grants[second.id])
    refused("last_administrator", granting.revoke, store, first, "c-2", grants[first.id])
    for act in (people.disable, people.erase):
        refused("last_administrator", act, store, OPERATOR, f"c-{act.__name__}", first.id)
    refused("not_allowed", granting.revoke, store, second, "c-3", grants[first.id])


def test_a_closed_administrator_does_not_count_as_one(store, first, second):
    people.disable(store, first, "c-1", second.id)
    mine = granting.listed(store, user=first.id)[0]
    refused("last_administrator", granting.revoke, store, first, "c-2", mine.id)


def test_two_administrators_who_revoke_each_other_at_once_leave_one(store, first, second):
    grants = {one.user: one.id for one in granting.listed(store)}
    told = []

    def strike(caller, other):
        try:
            granting.revoke(store, caller, f"c-{caller.id}", grants[other.id])
            told.append("done")
        except (AccessError, PeopleError) as error:
            told.append(error.code)

    threads = [threading.Thread(target=strike, args=pair)
               for pair in ((first, second), (second, first))]  # fmt: skip
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == ["done", "not_allowed"]
    with store.reading() as connection:
        assert len(granting.administrators(connection)) == 1


def test_a_proposal_may_be_withdrawn_and_is_then_confirmed_by_nobody(store, first, second):
    grant = granting.propose(store, first, "c-1", user_with(store), "officer")
    assert granting.revoke(store, first, "c-2", grant.id).state == "revoked"
    refused("wrong_state", granting.confirm, store, second, "c-3", grant.id)
    refused("wrong_state", granting.revoke, store, second, "c-4", grant.id)


def test_what_cannot_be_proposed_is_refused(store, first, second):
    user = user_with(store, "officer")
    refused("wrong_value", granting.propose, store, first, "c-1", user, "king")
    refused("wrong_value", granting.propose, store, first, "c-2", user, "firm")
    refused("unknown_reference", granting.propose, store, first, "c-3", "u-none", "officer")
    refused("duplicate", granting.propose, store, first, "c-4", user, "officer")
    people.disable(store, first, "c-5", user)
    refused("unknown_reference", granting.propose, store, first, "c-6", user, "auditor")
    refused("unknown_reference", granting.confirm, store, second, "c-7", "g-none")


def test_a_role_granted_to_somebody_closed_since_the_proposal_is_refused(store, first, second):
    user = user_with(store)
    grant = granting.propose(store, first, "c-1", user, "officer")
    people.disable(store, first, "c-2", user)
    refused("unknown_reference", granting.confirm, store, second, "c-3", grant.id)


@pytest.mark.parametrize("role", [one for one in ROLES if one != "administrator"])
def test_other_roles_propose_confirm_and_revoke_nothing(store, first, second, role):
    user = user_with(store, *({role} - {"visitor", "firm"}))
    caller = VISITOR if role == "visitor" else acting(user, role)
    code = "not_signed_in" if role == "visitor" else "not_allowed"
    grant = granting.propose(store, first, "c-0", user_with(store), "officer")
    refused(code, granting.propose, store, caller, "c-1", user_with(store), "officer")
    refused(code, granting.confirm, store, caller, "c-2", grant.id)
    refused(code, granting.revoke, store, caller, "c-3", grant.id)
    refused(code, people.create, store, caller, "c-4", login="wang", name="王")
    for number, act in enumerate((people.disable, people.enable, people.reset, people.erase)):
        refused(code, act, store, caller, f"d-{number}", user)


def test_granting_needs_a_second_factor_and_no_key_grants(store, first, second):
    plain = acting(first.id, second_factor=False)
    refused("second_factor_needed", granting.propose, store, plain, "c-1", user_with(store),
            "officer")  # fmt: skip
    key = Caller(first.id, "key:k-1", first.roles, "key")
    with pytest.raises(AccessError):
        granting.propose(store, key, "c-2", user_with(store), "officer")


def test_a_caller_whose_roles_were_revoked_since_the_guard_is_refused_inside(store, first, second):
    (grant,) = granting.listed(store, user=second.id)
    granting.revoke(store, first, "c-1", grant.id)
    refused("not_allowed", granting.propose, store, second, "c-2", user_with(store), "officer")
    with store.writing() as writing, pytest.raises(AccessError):
        check_standing(writing, second, "user.create")
    with store.writing() as writing:
        check_standing(writing, first, "user.create")


def test_a_repeated_call_is_answered_and_another_one_with_its_id_refused(store, first, second):
    user = user_with(store)
    one = granting.propose(store, first, "c-1", user, "officer")
    assert granting.propose(store, first, "c-1", user, "officer") == one
    with pytest.raises(RepeatError):
        granting.propose(store, first, "c-1", user, "auditor")
    with pytest.raises(RepeatError):
        granting.propose(store, second, "c-1", user, "officer")
    assert len(granting.listed(store, user=user)) == 1
    for id in ("", "x" * 300):
        refused("wrong_value", granting.propose, store, first, id, user, "auditor")


def test_grants_are_listed_by_user_and_state_in_parts(store, first, second):
    user = user_with(store, "officer", "auditor")
    granting.propose(store, first, "c-1", user, "approver")
    assert [one.role for one in granting.listed(store, user=user, state="proposed")] == ["approver"]
    whole = granting.listed(store)
    parts = granting.listed(store, limit=2)
    parts += granting.listed(store, after=parts[-1].id)
    assert parts == whole


def test_the_operator_appoints_where_one_administrator_is_left_and_not_else(store, first, second):
    third = user_with(store)
    refused("four_eyes", granting.appoint, store, OPERATOR, "c-1", third)
    (grant,) = granting.listed(store, user=second.id)
    granting.revoke(store, first, "c-2", grant.id)
    refused("four_eyes", granting.appoint, store, first, "c-3", third)
    assert granting.appoint(store, OPERATOR, "c-4", third).state == "granted"
    assert "administrator" in roles(store, third)


def test_tables_and_journal_of_all_this_agree(store, first, second):
    user = user_with(store)
    grant = granting.propose(store, first, "c-1", user, "approver")
    granting.confirm(store, second, "c-2", grant.id)
    granting.propose(store, second, "c-3", user, "auditor")
    people.reset(store, first, "c-4", people.create(
        store, first, "c-5", login="wang", name="王").id)  # fmt: skip
    people.erase(store, second, "c-6", user)
    assert differing_tables(store) == []
    assert verify(store).holds
