"""Sessions: what a browser holds after signing in. The store keeps only the hash of a token."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from openzone.office.callers import Caller
from openzone.office.roles import GRANTED_NOW, as_roles
from openzone.store.canonical import sha256
from openzone.store.chain import time_text
from openzone.store.store import Store
from openzone.store.tables.people import ACTIVE, grants, sessions, users

KEPT = dt.timedelta(days=31)
"""After this time a session is swept, whatever the terms."""
UNFINISHED = dt.timedelta(minutes=15)
TOUCHED = dt.timedelta(minutes=1)
"""How old the last sign of life may be before it is written again."""

Stage = Literal["full", "factor", "change"]
"""`full`: signed in. `factor`: the second factor is still to be proved. `change`: the one-time
password is still to be changed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a session holds: without a request, and in any case."""

    idle: dt.timedelta = dt.timedelta(minutes=30)
    longest: dt.timedelta = dt.timedelta(hours=12)


TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: whose, how far, and the token against forged requests."""

    caller: Caller
    stage: Stage
    csrf: str
    expires_at: str


def begin(
    connection: Connection, moment: dt.datetime, user: str, stage: Stage, second_factor: bool
) -> str:
    """Begin a session at `moment`; gives its token, which stands nowhere else."""
    token = secrets.token_urlsafe(32)
    lasts = KEPT if stage == "full" else UNFINISHED
    connection.execute(delete(sessions).where(sessions.c.expires_at <= time_text(moment)))
    connection.execute(
        insert(sessions).values(
            token=sha256(token), user_id=user, stage=stage, second_factor=second_factor,
            begun_at=time_text(moment), seen_at=time_text(moment),
            expires_at=time_text(moment + lasts),
        )
    )  # fmt: skip
    return token


def found(store: Store, token: str, terms: Terms = TERMS) -> Session | None:
    """The session of a token, if it holds; being used, it lives on, up to its longest time."""
    now = store.clock()
    with store.reading() as connection:
        rows = connection.execute(_BY_TOKEN, {"hash": sha256(token)}).all()
    if not rows or not _holds(rows[0], terms, now):
        return None
    row, roles = rows[0], as_roles(one.granted for one in rows)
    if row.seen_at <= time_text(now - TOUCHED):
        _touch(store, token, now)
    caller = Caller(row.user_id, row.user_id, roles, "session", row.second_factor)
    longest = dt.datetime.fromisoformat(row.begun_at) + terms.longest
    until = min(row.expires_at, time_text(longest))
    return Session(caller, row.stage, csrf_of(token), until)


def standing(
    connection: Connection, token: str, moment: dt.datetime
) -> tuple[str, Stage, bool] | None:
    """The user and the stage of a session that stands, and whether it proved a second factor.

    For use inside a transaction that writes, after `found` said that it holds.
    """
    row = connection.execute(_BY_TOKEN, {"hash": sha256(token)}).first()
    if row is None or row.state != ACTIVE or row.expires_at <= time_text(moment):
        return None
    return row.user_id, row.stage, row.second_factor


def end(connection: Connection, token: str) -> bool:
    """End a session; gives whether there was one."""
    query = delete(sessions).where(sessions.c.token == sha256(token))
    return connection.execute(query).rowcount > 0


def end_all(connection: Connection, user: str) -> int:
    """End all sessions of a user; gives how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.user_id == user)).rowcount


def csrf_of(token: str) -> str:
    """What a page sends along to show that it is a page of the service that holds the cookie."""
    return sha256(f"openzone csrf\n{token}")


# Asked with every request of a browser: one query, made once.
_BY_TOKEN = (
    select(sessions, users.c.state, grants.c.role.label("granted"))
    .join(users, users.c.id == sessions.c.user_id)
    .outerjoin(grants, GRANTED_NOW)
    .where(sessions.c.token == bindparam("hash"))
)


def _holds(row: Row[Any], terms: Terms, now: dt.datetime) -> bool:
    return bool(
        row.state == ACTIVE
        and row.seen_at > time_text(now - terms.idle)
        and row.begun_at > time_text(now - terms.longest)
        and row.expires_at > time_text(now)
    )


def _touch(store: Store, token: str, now: dt.datetime) -> None:
    with store.writing() as writing:
        query = update(sessions).where(sessions.c.token == sha256(token))
        writing.connection.execute(query.values(seen_at=time_text(now)))
