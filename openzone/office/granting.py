"""Granting roles: one administrator proposes, another confirms; and revoking them.

The first administrator may once appoint the second alone. Nobody proposes or confirms a role for
themselves, nobody confirms their own proposal, and the last administrator stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from openzone.errors import Fault
from openzone.office.acts import Act, PeopleError, new_id, once
from openzone.office.callers import GRANTED as ROLES_GRANTED
from openzone.office.callers import Caller
from openzone.office.permission import AccessError
from openzone.store.store import Store
from openzone.store.tables.people import ACTIVE, GRANTED, PROPOSED, REVOKED, grants, users

ADMINISTRATOR = "administrator"
OFFICE_OF_TWO = 2


@dataclass(frozen=True, slots=True)
class Grant:
    """A role of a user: proposed, granted or revoked, by whom and when; empty where not yet.

    `alone`: by the first administrator, who appointed the second.
    """

    id: str
    user: str
    role: str
    state: str
    proposed_by: str
    proposed_at: str
    granted_by: str
    granted_at: str
    revoked_by: str
    revoked_at: str
    alone: bool


def propose(store: Store, caller: Caller, call: str, user: str, role: str) -> Grant:
    """Propose a role for a user. The first administrator's one appointment is granted at once.

    Raises AccessError for a role of one's own, PeopleError for one that the user has.
    """
    if role not in ROLES_GRANTED:
        raise PeopleError(
            Fault("wrong_value", "this role is not granted", field="role", seen=role,
                  expected=", ".join(ROLES_GRANTED))
        )  # fmt: skip

    def do(act: Act) -> dict[str, str]:
        _check_active(act.connection, user)
        check_other(caller, user, "a role")
        _check_new(act.connection, user, role)
        alone = role == ADMINISTRATOR and _may_alone(act.connection, caller)
        grant = new_id("g")
        act.tell("role.proposed", user, grant=grant, role=role)
        if alone:
            act.tell("role.granted", user, grant=grant, role=role, alone=True)
        return {"grant": grant}

    content = {"user": user, "role": role}
    result, _ = once(store, caller, call, "role.propose", content, do)
    return one(store, result["grant"])


def confirm(store: Store, caller: Caller, call: str, grant: str) -> Grant:
    """Confirm a proposal of another administrator, who must still be one.

    Raises AccessError for one's own proposal or role, PeopleError for one that is not open.
    """

    def do(act: Act) -> dict[str, str]:
        row = _row(act.connection, grant)
        _check_open(row, PROPOSED)
        _check_active(act.connection, row.user_id)
        check_other(caller, row.user_id, "a role")
        if caller.id == row.proposed_by:
            raise four_eyes("nobody confirms their own proposal")
        if row.proposed_by not in administrators(act.connection):
            raise four_eyes("who proposed this is no administrator any more")
        act.tell("role.granted", row.user_id, grant=grant, role=row.role)
        return {"grant": grant}

    once(store, caller, call, "role.confirm", {"grant": grant}, do)
    return one(store, grant)


def revoke(store: Store, caller: Caller, call: str, grant: str) -> Grant:
    """Revoke a role, or withdraw a proposal; one administrator is enough. Not the last one's."""

    def do(act: Act) -> dict[str, str]:
        row = _row(act.connection, grant)
        _check_open(row, PROPOSED, GRANTED)
        if row.state == GRANTED and row.role == ADMINISTRATOR:
            check_not_last(act.connection, row.user_id)
        act.tell("role.revoked", row.user_id, grant=grant, role=row.role)
        return {"grant": grant}

    once(store, caller, call, "role.revoke", {"grant": grant}, do)
    return one(store, grant)


def appoint(store: Store, operator: Caller, call: str, user: str) -> Grant:
    """The operator, at the machine, appoints an administrator where fewer than two are left.

    Two are needed to grant a role: an office with one could never again. Raises AccessError for
    anybody else, and where two are there.
    """
    if operator.kind != "system":
        raise four_eyes("only the operator of the service appoints alone")

    def do(act: Act) -> dict[str, str]:
        _check_active(act.connection, user)
        _check_new(act.connection, user, ADMINISTRATOR)
        if len(administrators(act.connection)) >= OFFICE_OF_TWO:
            raise four_eyes("two administrators are there: they grant roles")
        grant = new_id("g")
        act.tell("role.proposed", user, grant=grant, role=ADMINISTRATOR)
        act.tell("role.granted", user, grant=grant, role=ADMINISTRATOR, operator=True)
        return {"grant": grant}

    content = {"user": user, "role": ADMINISTRATOR}
    result, _ = once(store, operator, call, "role.propose", content, do)
    return one(store, result["grant"])


def one(store: Store, grant: str) -> Grant:
    """A grant by id. Raises PeopleError where there is none."""
    with store.reading() as connection:
        return _grant(_row(connection, grant))


def listed(
    store: Store, *, user: str = "", state: str = "", after: str = "", limit: int = 100
) -> list[Grant]:
    """Grants by id, after an id, at most `limit`; of one user, or in one state."""
    query = select(grants).where(grants.c.id > after).order_by(grants.c.id).limit(limit)
    if user:
        query = query.where(grants.c.user_id == user)
    if state:
        query = query.where(grants.c.state == state)
    with store.reading() as connection:
        return [_grant(row) for row in connection.execute(query)]


# ---- rules -------------------------------------------------------------------------------------


def administrators(connection: Connection) -> frozenset[str]:
    """The active users who are administrators."""
    query = (
        select(grants.c.user_id)
        .join(users, users.c.id == grants.c.user_id)
        .where(grants.c.role == ADMINISTRATOR, grants.c.state == GRANTED, users.c.state == ACTIVE)
    )
    return frozenset(connection.execute(query).scalars())


def check_not_last(connection: Connection, user: str) -> None:
    """Refuse what would take the last administrator away. Raises PeopleError."""
    if administrators(connection) == {user}:
        raise PeopleError(
            Fault("last_administrator", "the last administrator stays", field="user", seen=user,
                  next="appoint another administrator first")
        )  # fmt: skip


def check_other(caller: Caller, user: str, what: str) -> None:
    """Refuse an administrator's act on their own account. Raises AccessError."""
    if caller.id == user:
        raise four_eyes(f"nobody does this to themselves: {what}")


def revoke_roles(act: Act, user: str, roles: Collection[str]) -> None:
    """Revoke those of these roles that a user has or was proposed for."""
    query = select(grants.c.id, grants.c.role).where(
        grants.c.user_id == user, grants.c.state != REVOKED, grants.c.role.in_(roles)
    )
    for grant, role in act.connection.execute(query.order_by(grants.c.id)).all():
        act.tell("role.revoked", user, grant=grant, role=role)


def four_eyes(message: str) -> AccessError:
    """The refusal of what another person must do."""
    return AccessError(
        Fault("four_eyes", message, next="another administrator of the zone office does it")
    )


def _may_alone(connection: Connection, caller: Caller) -> bool:
    """Whether the caller is the first administrator, and nobody else was ever granted the role."""
    query = select(func.count()).where(
        grants.c.role == ADMINISTRATOR, grants.c.granted_at.is_not(None)
    )
    ever = connection.execute(query).scalar()
    return ever == 1 and administrators(connection) == {caller.id}


def _check_active(connection: Connection, user: str) -> None:
    state = connection.execute(select(users.c.state).where(users.c.id == user)).scalar()
    if state != ACTIVE:
        raise PeopleError(
            Fault("unknown_reference", "there is no such active user", field="user", seen=user)
        )


def _check_new(connection: Connection, user: str, role: str) -> None:
    query = select(grants.c.state).where(
        grants.c.user_id == user, grants.c.role == role, grants.c.state != REVOKED
    )
    state = connection.execute(query).scalar()
    if state is not None:
        raise PeopleError(
            Fault("duplicate", f"this role is {state} for the user", field="role", seen=role)
        )


def _check_open(row: Row[Any], *states: str) -> None:
    if row.state not in states:
        raise PeopleError(
            Fault("wrong_state", "the grant is not in the state for this", field="grant",
                  seen=row.state, expected=" or ".join(states))
        )  # fmt: skip


def _row(connection: Connection, grant: str) -> Row[Any]:
    row = connection.execute(select(grants).where(grants.c.id == grant)).one_or_none()
    if row is None:
        raise PeopleError(
            Fault("unknown_reference", "there is no such grant", field="grant", seen=grant)
        )
    return row


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        row.id, row.user_id, row.role, row.state, row.proposed_by, row.proposed_at,
        row.granted_by or "", row.granted_at or "", row.revoked_by or "", row.revoked_at or "",
        row.alone,
    )  # fmt: skip
