"""The roles that somebody holds now, read from what was granted (see `granting`)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from openzone.office.callers import VISITOR, Caller
from openzone.office.permission import check
from openzone.store.chain import time_text
from openzone.store.store import Writing
from openzone.store.tables.people import ACTIVE, GRANTED, grants, keys, users

FIRM, VISITORS = frozenset({"firm"}), frozenset({"visitor"})
NEVER_BY_KEY = frozenset({"approver", "administrator"})


def held(connection: Connection, user: str) -> frozenset[str]:
    """The roles of an active user: what was granted, or firm where nothing was; and visitor."""
    return as_roles(connection.execute(_HELD, {"user": user}).scalars())


def as_roles(granted: Iterable[str | None]) -> frozenset[str]:
    """The roles of a user to whom these were granted."""
    return (frozenset(one for one in granted if one) or FIRM) | VISITORS


GRANTED_NOW = (grants.c.user_id == users.c.id) & (grants.c.state == GRANTED)
"""What joins users to the roles that they hold; to none, where nothing was granted."""

_HELD = (
    select(grants.c.role)
    .join(users, GRANTED_NOW)
    .where(grants.c.user_id == bindparam("user"), users.c.state == ACTIVE)
)


def check_standing(writing: Writing, caller: Caller, action: str) -> None:
    """Check inside a transaction that the caller still may: roles are read anew, under its lock.

    A guard reads roles before an act begins; a revocation in between is seen here. Raises
    AccessError.
    """
    writing.lock()
    check(_standing(writing, caller), action)


def _standing(writing: Writing, caller: Caller) -> Caller:
    connection = writing.connection
    if caller.kind in ("visitor", "system"):
        return caller
    query = select(users.c.state).where(users.c.id == caller.id)
    if connection.execute(query).scalar() != ACTIVE:
        return VISITOR
    roles = held(connection, caller.id)
    if caller.kind == "session":
        return Caller(caller.id, caller.actor, roles, "session", caller.second_factor)
    scope = _scope(connection, caller.actor, time_text(writing.store.clock()))
    if scope is None:
        return VISITOR
    return Caller(caller.id, caller.actor, key_roles(scope, roles), "key")


def _scope(connection: Connection, actor: str, now: str) -> frozenset[str] | None:
    query = select(keys.c.roles).where(
        keys.c.id == actor.removeprefix("key:"), keys.c.revoked_at.is_(None),
        keys.c.expires_at > now,
    )  # fmt: skip
    text = connection.execute(query).scalar()
    return None if text is None else frozenset(json.loads(text))


def key_roles(scope: frozenset[str], owner: frozenset[str]) -> frozenset[str]:
    """What a key may act as: its scope, as far as its owner still has it."""
    return ((scope & owner) - NEVER_BY_KEY) | VISITORS
