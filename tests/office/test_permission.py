"""Who may do what, written a second time by hand: what each role must be denied.

The table of the program says who may. This one says, role by role, everything that the role may do;
all else must be denied. A new action fails until it is written here too.
"""

import pytest

from openzone.office.callers import ROLES, VISITOR, Caller
from openzone.office.permission import ACTIONS, AccessError, check, may, only_own, refusal

ASKS_THE_LAW = {
    "decide", "explain", "law", "diff", "openness", "journey", "interview", "search", "share.read",
    "account.sign_in", "health.read",
}  # fmt: skip
HAS_AN_ACCOUNT = ASKS_THE_LAW | {"account.finish", "account.own", "key.own"}
WORKS_ON_CASES = {
    "case.save", "case.read", "case.recheck", "share.create", "share.revoke", "attachment.add",
    "attachment.read", "job.start", "job.read", "job.cancel",
}  # fmt: skip
READS_THE_OFFICE = {"case.read", "case.recheck", "attachment.read", "reform.read", "reform.comment"}
MAY = {
    "visitor": ASKS_THE_LAW,
    "firm": HAS_AN_ACCOUNT | WORKS_ON_CASES,
    "officer": HAS_AN_ACCOUNT | WORKS_ON_CASES | READS_THE_OFFICE,
    "reform_officer": HAS_AN_ACCOUNT | WORKS_ON_CASES | READS_THE_OFFICE
    | {"reform.draft", "reform.revise", "reform.submit", "reform.withdraw"},
    "approver": HAS_AN_ACCOUNT | READS_THE_OFFICE
    | {"reform.approve", "reform.reject", "job.start", "job.read", "job.cancel"},
    "auditor": HAS_AN_ACCOUNT | READS_THE_OFFICE
    | {"journal.read", "journal.proof", "checkpoint.read", "user.read", "metrics.read", "job.read"},
    "administrator": HAS_AN_ACCOUNT | {
        "reform.read", "journal.read", "journal.proof", "checkpoint.read", "metrics.read",
        "job.read", "job.cancel", "user.read", "user.create", "user.disable", "user.reset",
        "user.erase", "role.propose", "role.confirm", "role.revoke", "store.admin",
    },
}  # fmt: skip
KEYS_NEVER = {
    "share.create", "reform.approve", "reform.reject", "account.sign_in", "account.finish",
    "account.own", "key.own", "user.read", "user.create", "user.disable", "user.reset",
    "user.erase", "role.propose", "role.confirm", "role.revoke", "store.admin",
}  # fmt: skip
SECOND_FACTOR = {
    "reform.approve", "reform.reject", "user.disable", "user.reset", "user.erase", "role.propose",
    "role.confirm", "role.revoke", "store.admin",
}  # fmt: skip
ONLY_OWN = {
    "firm": {"case.read", "case.recheck", "share.create", "share.revoke", "attachment.add",
             "attachment.read", "job.read", "job.cancel"},
    "officer": {"job.read", "job.cancel"},
    "reform_officer": {"job.read", "job.cancel"},
    "approver": {"job.read", "job.cancel"},
}  # fmt: skip


def somebody(*roles: str, second_factor: bool = True) -> Caller:
    if roles == ("visitor",):
        return VISITOR
    return Caller("u-1", "u-1", frozenset({"visitor", *roles}), "session", second_factor)


def test_both_tables_name_the_same_roles_and_actions():
    assert set(MAY) == set(ROLES)
    assert set().union(*MAY.values()) == set(ACTIONS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_it_should_and_nothing_else(role):
    assert {action for action in ACTIONS if may(somebody(role), action)} == MAY[role]


@pytest.mark.parametrize("role", ROLES)
def test_a_key_never_does_what_takes_a_person(role):
    key = Caller("u-1", "key:k-1", frozenset({"visitor", role}), "key")
    assert {action for action in ACTIONS if may(key, action)} == MAY[role] - KEYS_NEVER


@pytest.mark.parametrize("role", ROLES)
def test_a_session_without_its_second_factor_is_denied_what_needs_one(role):
    caller = somebody(role, second_factor=False)
    assert {action for action in ACTIONS if may(caller, action)} == MAY[role] - SECOND_FACTOR


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_only_to_its_own_is_told(role):
    own = {action for action in MAY[role] if only_own(somebody(role), action)}
    assert own == ONLY_OWN.get(role, set())


def test_a_wider_role_beside_a_firm_sees_all():
    assert only_own(somebody("firm"), "case.read")
    assert not only_own(somebody("firm", "officer"), "case.read")


def test_a_refusal_says_whether_to_sign_in_or_to_prove_or_to_give_up():
    assert refusal(VISITOR, "case.read") == "not_signed_in"
    assert refusal(VISITOR, "account.own") == "not_signed_in"
    assert refusal(somebody("firm"), "reform.read") == "not_allowed"
    approver = somebody("approver", second_factor=False)
    assert refusal(approver, "reform.approve") == "second_factor_needed"
    assert refusal(somebody("approver"), "reform.approve") == ""


def test_an_action_without_a_rule_is_an_error_and_no_permission():
    with pytest.raises(KeyError):
        may(somebody("administrator"), "reform.abolish")


def test_check_raises_what_refusal_says():
    with pytest.raises(AccessError) as caught:
        check(VISITOR, "user.create")
    assert caught.value.code == "not_signed_in"
    check(somebody("administrator"), "user.create")
