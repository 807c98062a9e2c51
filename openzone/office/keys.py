"""API keys: what a program of a user signs in with. A key's secret is shown once."""

from __future__ import annotations

import json

from sqlalchemy import select

from openzone.office.callers import Caller
from openzone.office.roles import held, key_roles
from openzone.store.canonical import sha256
from openzone.store.chain import time_text
from openzone.store.store import Store
from openzone.store.tables.people import ACTIVE, key_secrets, keys, users

PREFIX = "oz_"


def caller_of(store: Store, secret: str) -> Caller | None:
    """Who asks with this secret: the key, in the roles that it and its owner have; None if no key
    that holds has it."""
    if not secret.startswith(PREFIX):
        return None
    query = (
        select(keys.c.id, keys.c.user_id, keys.c.roles)
        .join(key_secrets, key_secrets.c.key_id == keys.c.id)
        .join(users, users.c.id == keys.c.user_id)
        .where(
            key_secrets.c.hash == sha256(secret), keys.c.revoked_at.is_(None),
            keys.c.expires_at > time_text(store.clock()), users.c.state == ACTIVE,
        )
    )  # fmt: skip
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        owner = held(connection, row.user_id)
    scope = frozenset(json.loads(row.roles))
    return Caller(row.user_id, f"key:{row.id}", key_roles(scope, owner), "key")
