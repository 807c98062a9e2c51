"""Users, roles, sessions and keys put straight into a store, for tests of what they may do."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import insert

from openzone.office import sessions
from openzone.office.sessions import Stage
from openzone.store import sealed
from openzone.store.canonical import sha256
from openzone.store.chain import Event, time_text
from openzone.store.store import Store
from openzone.store.tables.people import key_secrets


def user_with(store: Store, *roles: str) -> str:
    """An active user to whom these roles are granted; a firm without any."""
    user = f"u-{secrets.token_hex(6)}"
    with store.writing() as writing:
        writing.append(Event(f"{user}/0", "system", "user.created", user, {}))
        for role in roles:
            grant = f"g-{secrets.token_hex(6)}"
            told = {"grant": grant, "role": role}
            writing.append(Event(f"{grant}/1", "u-one", "role.proposed", user, told))
            writing.append(Event(f"{grant}/2", "u-two", "role.granted", user, told))
    return user


def session_of(
    store: Store, user: str, *, second_factor: bool = False, stage: Stage = "full"
) -> str:
    """The token of a session of the user."""
    with store.writing() as writing:
        return sessions.begin(writing.connection, store.clock(), user, stage, second_factor)


def key_of(store: Store, user: str, *roles: str, lasts: dt.timedelta = dt.timedelta(30)) -> str:
    """The secret of a key of the user with these roles."""
    key, secret = f"k-{secrets.token_hex(6)}", f"oz_{secrets.token_urlsafe(32)}"
    with store.writing() as writing:
        label = sealed.seal(writing.connection, user, "a test")
        told = {"owner": user, "roles": list(roles), "label": label,
                "expires_at": time_text(store.clock() + lasts)}  # fmt: skip
        writing.append(Event(f"{key}/0", user, "key.created", key, told))
        writing.connection.execute(insert(key_secrets).values(hash=sha256(secret), key_id=key))
    return secret
