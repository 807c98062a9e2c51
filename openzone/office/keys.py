"""API keys: what a program of a user signs in with. A key's secret is shown once.

A key acts in some of its owner's roles, as far as the owner still has them; never as approver or
administrator. It ends on its day, when it is revoked, and while its owner's account is closed.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert, select

from openzone.errors import Fault
from openzone.office.acts import Act, PeopleError, new_id, once
from openzone.office.callers import Caller
from openzone.office.roles import GRANTED_NOW, NEVER_BY_KEY, as_roles, held, key_roles
from openzone.store import sealed
from openzone.store.canonical import sha256
from openzone.store.chain import time_text
from openzone.store.store import Store
from openzone.store.tables.people import ACTIVE, grants, key_secrets, keys, users

PREFIX = "oz_"
DAYS_MAX = 366
LIVE_MAX = 50
LABEL_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key, and its secret: shown once, so a repeated call gives none."""

    id: str
    secret: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its owner sees it; `revoked_at` is empty while it was not revoked."""

    id: str
    label: str
    roles: tuple[str, ...]
    created_at: str
    expires_at: str
    revoked_at: str


def create(
    store: Store, caller: Caller, call: str, *, label: str, roles: Collection[str], days: int
) -> NewKey:
    """Make a key of the caller's that acts in some of their roles and lasts some days.

    Raises PeopleError for a role that the caller has not, or that no key may have.
    """
    wanted = sorted(set(roles))
    _check_shape(label, wanted, days)
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    until = time_text(store.clock() + dt.timedelta(days=days))

    def do(act: Act) -> dict[str, str]:
        connection = act.connection
        _check_roles(wanted, held(connection, caller.id))
        if _live(act, caller.id) >= LIVE_MAX:
            raise PeopleError(
                Fault("out_of_range", "this user has many keys", field="keys",
                      expected=f"{LIVE_MAX} at most", next="revoke those that are not used")
            )  # fmt: skip
        key = new_id("k")
        act.tell("key.created", key, owner=caller.id, roles=wanted, expires_at=until,
                 label=sealed.seal(connection, caller.id, label))  # fmt: skip
        connection.execute(insert(key_secrets).values(hash=sha256(secret), key_id=key))
        return {"key": key, "expires_at": until}

    content = {"label": label, "roles": wanted, "days": days}
    result, repeated = once(store, caller, call, "key.own", content, do)
    return NewKey(result["key"], "" if repeated else secret, result["expires_at"])


def revoke(store: Store, caller: Caller, call: str, key: str) -> None:
    """Revoke a key of the caller's. Raises PeopleError for another's, as for one that is not."""

    def do(act: Act) -> dict[str, str]:
        query = select(keys).where(keys.c.id == key, keys.c.user_id == caller.id)
        row = act.connection.execute(query).one_or_none()
        if row is None:
            raise PeopleError(
                Fault("unknown_reference", "you have no such key", field="key", seen=key)
            )
        if row.revoked_at is None:
            _revoke(act, key)
        return {"key": key}

    once(store, caller, call, "key.own", {"key": key, "state": "revoked"}, do)


def revoke_all(act: Act, user: str) -> None:
    """Revoke all keys of a user, as part of an act."""
    query = select(keys.c.id).where(keys.c.user_id == user, keys.c.revoked_at.is_(None))
    for key in act.connection.execute(query.order_by(keys.c.id)).scalars().all():
        _revoke(act, key)


def listed(store: Store, user: str) -> list[Key]:
    """The keys of a user, the newest first."""
    query = select(keys).where(keys.c.user_id == user).order_by(keys.c.created_at.desc(), keys.c.id)
    with store.reading() as connection:
        rows = connection.execute(query).all()
        labels = sealed.opened(connection, [{sealed.MARK: row.label} for row in rows])
    return [
        Key(row.id, labels.get(row.label, ""), tuple(json.loads(row.roles)), row.created_at,
            row.expires_at, row.revoked_at or "")
        for row in rows
    ]  # fmt: skip


def caller_of(store: Store, secret: str) -> Caller | None:
    """Who asks with this secret: the key, in the roles that it and its owner have; None if no key
    that holds has it."""
    if not secret.startswith(PREFIX):
        return None
    asked = {"hash": sha256(secret), "now": time_text(store.clock())}
    with store.reading() as connection:
        rows = connection.execute(_BY_SECRET, asked).all()
    if not rows:
        return None
    key, user, scope, _ = rows[0]
    roles = key_roles(frozenset(json.loads(scope)), as_roles(row.granted for row in rows))
    return Caller(user, f"key:{key}", roles, "key")


# Asked with every request of a program: one query, made once.
_BY_SECRET = (
    select(keys.c.id, keys.c.user_id, keys.c.roles, grants.c.role.label("granted"))
    .join(key_secrets, key_secrets.c.key_id == keys.c.id)
    .join(users, users.c.id == keys.c.user_id)
    .outerjoin(grants, GRANTED_NOW)
    .where(
        key_secrets.c.hash == bindparam("hash"), keys.c.revoked_at.is_(None),
        keys.c.expires_at > bindparam("now"), users.c.state == ACTIVE,
    )
)  # fmt: skip


def _revoke(act: Act, key: str) -> None:
    act.tell("key.revoked", key)
    act.connection.execute(delete(key_secrets).where(key_secrets.c.key_id == key))


def _live(act: Act, user: str) -> int:
    now = time_text(act.writing.store.clock())
    query = select(func.count()).where(
        keys.c.user_id == user, keys.c.revoked_at.is_(None), keys.c.expires_at > now
    )
    return act.connection.execute(query).scalar() or 0


def _check_shape(label: str, roles: list[str], days: int) -> None:
    if not 0 < len(label.strip()) <= len(label) <= LABEL_CHARACTERS_MAX or not label.isprintable():
        raise PeopleError(
            Fault("wrong_value", "say what the key is for", field="label", seen=label,
                  expected=f"1 to {LABEL_CHARACTERS_MAX} printable characters")
        )  # fmt: skip
    if not 0 < days <= DAYS_MAX:
        raise PeopleError(
            Fault("out_of_range", "a key cannot last that long", field="days", seen=days,
                  expected=f"1 to {DAYS_MAX} days")
        )  # fmt: skip
    if not roles:
        raise PeopleError(Fault("missing_field", "the key has no role", field="roles"))


def _check_roles(wanted: list[str], owner: frozenset[str]) -> None:
    may_have = owner - NEVER_BY_KEY - {"visitor"}
    wrong = sorted(set(wanted) - may_have)
    if wrong:
        raise PeopleError(
            Fault("wrong_value", "a key of yours cannot act as this", field="roles", seen=wrong[0],
                  expected=", ".join(sorted(may_have)) or "none: no key acts in your roles")
        )  # fmt: skip
