"""Who may do what: one table, written by hand, of actions and the roles that may.

Every route names its action, and the guard of the route asks `may`. A rule that depends on more
than the caller (whose case, which revision, who drafted it) is held where the act is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openzone.errors import Fault, OpenZoneError
from openzone.office.callers import Caller

EVERYBODY = frozenset({"visitor"})
ADMINISTRATOR = frozenset({"administrator"})
AUDIT = frozenset({"auditor", "administrator"})
OFFICE = frozenset({"officer", "reform_officer", "approver", "auditor"})
ASKING = frozenset({"firm", "officer", "reform_officer"})
DRAFTING = frozenset({"reform_officer"})
APPROVING = frozenset({"approver"})
FIRM = frozenset({"firm"})
NOBODY: frozenset[str] = frozenset()


class AccessError(OpenZoneError):
    """The caller is not who may do this, or has not proved it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing.

    `roles` may do it to anything, `own` only to what is theirs. `keys`: whether API keys may.
    `second_factor`: whether the session must have proved one. `signed_in`: whether visitors are
    left out although everybody who has an account may. `unfinished`: whether a session may that
    still has to prove its second factor or to change its one-time password.
    """

    roles: frozenset[str]
    own: frozenset[str] = NOBODY
    keys: bool = True
    second_factor: bool = False
    signed_in: bool = False
    unfinished: bool = False


def _by_hand(roles: frozenset[str], *, factor: bool = False, unfinished: bool = False) -> Rule:
    """What only a person does, never a key."""
    return Rule(roles, keys=False, second_factor=factor, unfinished=unfinished)


def _own_account(*, unfinished: bool = False) -> Rule:
    return Rule(EVERYBODY, keys=False, signed_in=True, unfinished=unfinished)


ACTIONS: Mapping[str, Rule] = {
    # Asking the law.
    "decide": Rule(EVERYBODY),
    "explain": Rule(EVERYBODY),
    "law": Rule(EVERYBODY),
    "diff": Rule(EVERYBODY),
    "openness": Rule(EVERYBODY),
    "journey": Rule(EVERYBODY),
    "interview": Rule(EVERYBODY),
    "search": Rule(EVERYBODY),
    # Saved cases: a firm has its own, the office sees all.
    "case.save": Rule(ASKING),
    "case.read": Rule(OFFICE, own=FIRM),
    "case.recheck": Rule(OFFICE, own=FIRM),
    "share.create": Rule(frozenset({"officer", "reform_officer"}), own=FIRM, keys=False),
    "share.read": Rule(EVERYBODY),
    "share.revoke": Rule(frozenset({"officer", "reform_officer"}), own=FIRM),
    "attachment.add": Rule(frozenset({"officer", "reform_officer"}), own=FIRM),
    "attachment.read": Rule(OFFICE, own=FIRM),
    # Reforms: drafted by some, approved by others, read by the office.
    "reform.read": Rule(OFFICE | ADMINISTRATOR),
    "reform.draft": Rule(DRAFTING),
    "reform.revise": Rule(DRAFTING),
    "reform.comment": Rule(OFFICE),
    "reform.submit": Rule(DRAFTING),
    "reform.withdraw": Rule(DRAFTING),
    "reform.approve": _by_hand(APPROVING, factor=True),
    "reform.reject": _by_hand(APPROVING, factor=True),
    # Long work: everybody with an account has their own, the office's auditors see all.
    "job.start": Rule(ASKING | APPROVING),
    "job.read": Rule(AUDIT, own=ASKING | APPROVING),
    "job.cancel": Rule(ADMINISTRATOR, own=ASKING | APPROVING),
    # The journal.
    "journal.read": Rule(AUDIT),
    "journal.proof": Rule(AUDIT),
    "checkpoint.read": Rule(AUDIT),
    # One's own account, and the keys of it.
    "account.sign_in": Rule(EVERYBODY, keys=False, unfinished=True),
    "account.finish": _own_account(unfinished=True),
    "account.own": _own_account(),
    "key.own": _own_account(),
    # Others' accounts.
    "user.read": _by_hand(AUDIT),
    "user.create": _by_hand(ADMINISTRATOR),
    "user.disable": _by_hand(ADMINISTRATOR, factor=True),
    "user.reset": _by_hand(ADMINISTRATOR, factor=True),
    "user.erase": _by_hand(ADMINISTRATOR, factor=True),
    "role.propose": _by_hand(ADMINISTRATOR, factor=True),
    "role.confirm": _by_hand(ADMINISTRATOR, factor=True),
    "role.revoke": _by_hand(ADMINISTRATOR, factor=True),
    # The service.
    "metrics.read": Rule(AUDIT),
    "store.admin": _by_hand(ADMINISTRATOR, factor=True),
    "health.read": Rule(EVERYBODY, unfinished=True),
}  # fmt: skip


def may(caller: Caller, action: str) -> bool:
    """Whether the caller may do this, to anything or to what is theirs (see `only_own`)."""
    return refusal(caller, action) == ""


def only_own(caller: Caller, action: str) -> bool:
    """Whether the caller may do this only to what is theirs."""
    rule = ACTIONS[action]
    return not caller.roles & rule.roles and bool(caller.roles & rule.own)


def refusal(caller: Caller, action: str) -> str:
    """The code that says why the caller may not; empty where the caller may."""
    rule = ACTIONS[action]
    if caller.kind == "key" and not rule.keys:
        return "not_allowed"
    if caller.kind == "visitor" and (rule.signed_in or "visitor" not in rule.roles):
        return "not_signed_in"
    if not caller.roles & (rule.roles | rule.own):
        return "not_allowed"
    if rule.second_factor and not caller.second_factor:
        return "second_factor_needed"
    return ""


def check(caller: Caller, action: str) -> None:
    """Raises AccessError where the caller may not."""
    code = refusal(caller, action)
    if code:
        raise refused(code, action)


TOLD = {
    "not_signed_in": ("this needs somebody who has signed in, or an API key",
                      "sign in, or send Authorization: Bearer with a key"),
    "not_allowed": ("your roles do not allow this", "ask an administrator of the zone office"),
    "csrf": ("this request did not come from a page of this service",
             "send the session's X-CSRF-Token, from the address of the service itself"),
    "second_factor_needed": ("this needs a session with a second factor",
                             "enrol a second factor, or sign in with it"),
    "password_change_needed": ("the one-time password must be changed first",
                               "choose a password of your own"),
}  # fmt: skip


def refused(code: str, action: str) -> AccessError:
    """The error that tells a caller why."""
    message, next_ = TOLD[code]
    return AccessError(Fault(code, message, field="action", seen=action, next=next_))
