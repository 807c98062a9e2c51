"""Signing in: password, second factor, and what a session may be used for in between.

Nothing that a stranger can see tells whether a login exists: unknown logins take as much work, are
refused in the same words, and are closed after as many failures.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from openzone.errors import Fault
from openzone.office import attempts, passwords, second_factor, sessions
from openzone.office.acts import Act, new_call
from openzone.office.callers import VISITOR
from openzone.office.people import normal_login
from openzone.office.permission import AccessError, refused
from openzone.office.sessions import Stage
from openzone.store.chain import time_text
from openzone.store.store import Store, Writing
from openzone.store.tables import people as tables
from openzone.store.tables.people import ACTIVE, logins, users


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: whose, its token, and what is still to be done before it opens anything."""

    user: str
    token: str
    stage: Stage

    @property
    def csrf(self) -> str:
        """What pages send along with every write."""
        return sessions.csrf_of(self.token)


def sign_in(store: Store, login: str, password: str, *, source: str = "") -> SignedIn:
    """Begin a session with a password. `source`: where the request comes from, an address.

    Raises AccessError, in the same words for an unknown login, a wrong password and a closed
    account; `too_many_attempts` after some failures.
    """
    login = normal_login(login)
    subjects = ((f"login {login} from {source}", attempts.FREE),
                (f"login {login}", attempts.FREE_FROM_ANYWHERE))  # fmt: skip
    with store.writing() as writing:
        waits = [attempts.take(writing, subject, free) for subject, free in subjects]
        row = _by_login(writing.connection, login)
    if any(waits):
        raise attempts.ClosedError(max(waits))
    stored = row.hash if row is not None and _opens(row, store.clock()) else None
    right = passwords.fits(password, stored)
    fresh = passwords.hash_of(password) if right and passwords.outdated(stored or "") else None
    with store.writing() as writing:
        writing.lock()
        row = _by_login(writing.connection, login)
        act = Act(writing, VISITOR.actor, new_call())
        if not right or row is None or row.hash != stored or not _opens(row, store.clock()):
            # Unknown logins are many: their failures are counted by the door, not told one by one.
            attempts.note(writing, subjects[0][0])
            if row is not None:
                act.tell("access.sign_in_failed", row.user_id, how="password")
            signed = None
        else:
            if fresh is not None:
                table = tables.passwords
                writing.connection.execute(
                    update(table).where(table.c.user_id == row.user_id).values(hash=fresh)
                )
            for subject, _ in subjects:
                attempts.forget(writing, subject)
            signed = begun(writing, row.user_id, "password", row.one_time, False)
    if signed is None:
        raise wrong()
    return signed


def prove(store: Store, token: str, code: str) -> SignedIn:
    """Prove the second factor of a session that waits for it; its token changes.

    Raises AccessError for a wrong or used code, and `too_many_attempts` after some.
    """
    now, signed = store.clock(), None
    with store.writing() as writing:
        writing.lock()
        standing = sessions.standing(writing.connection, token, now)
        if standing is None or standing[1] != "factor":
            raise refused("not_signed_in", "account.finish")
        user = standing[0]
        wait = attempts.take(writing, factor_subject(user))
        if not wait and second_factor.proves(writing.connection, user, code, now):
            attempts.forget(writing, factor_subject(user))
            sessions.end(writing.connection, token)
            one_time = _one_time(writing.connection, user)
            signed = begun(writing, user, "second_factor", one_time, True)
        elif not wait:
            act = Act(writing, VISITOR.actor, new_call())
            act.tell("access.sign_in_failed", user, how="second_factor")
    if wait:
        raise attempts.ClosedError(wait)
    if signed is None:
        raise wrong()
    return signed


def sign_out(store: Store, token: str) -> None:
    """End the session of a token."""
    with store.writing() as writing:
        writing.lock()
        standing = sessions.standing(writing.connection, token, store.clock())
        if sessions.end(writing.connection, token) and standing is not None:
            act = Act(writing, standing[0], new_call())
            act.tell("access.signed_out", standing[0], everywhere=False)


def sign_out_everywhere(store: Store, user: str) -> int:
    """End all sessions of a user; gives how many there were."""
    with store.writing() as writing:
        writing.lock()
        count = sessions.end_all(writing.connection, user)
        Act(writing, user, new_call()).tell("access.signed_out", user, everywhere=True)
    return count


def begun(writing: Writing, user: str, how: str, one_time: bool, proved: bool) -> SignedIn:
    """Begin the session of somebody who has proved who they are, and record it.

    The second factor comes first, then the change of a one-time password.
    """
    connection = writing.connection
    stage: Stage = "change" if one_time else "full"
    if not proved and second_factor.enrolled(connection, user):
        stage = "factor"
    token = sessions.begin(connection, writing.store.clock(), user, stage, proved)
    Act(writing, user, new_call()).tell("access.signed_in", user, how=how, stage=stage)
    return SignedIn(user, token, stage)


def factor_subject(user: str) -> str:
    """Under which guesses of a user's codes are counted."""
    return f"second factor of {user}"


def _by_login(connection: Connection, login: str) -> Row[Any] | None:
    table = tables.passwords
    query: Select[Any] = (
        select(logins.c.user_id, users.c.state, table.c.hash, table.c.one_time, table.c.expires_at)
        .join(users, users.c.id == logins.c.user_id)
        .join(table, table.c.user_id == logins.c.user_id)
        .where(logins.c.login == login)
    )
    return connection.execute(query).one_or_none()


def _opens(row: Row[Any], now: dt.datetime) -> bool:
    lasts = row.expires_at is None or row.expires_at > time_text(now)
    return bool(row.state == ACTIVE and lasts)


def _one_time(connection: Connection, user: str) -> bool:
    table = tables.passwords
    query = select(table.c.one_time).where(table.c.user_id == user)
    return bool(connection.execute(query).scalar())


def wrong() -> AccessError:
    """The refusal of a password or a code, the same whatever was wrong."""
    return AccessError(
        Fault("sign_in_refused", "login, password or code are not right, or the account is closed",
              next="try again, or ask an administrator of the zone office")
    )  # fmt: skip
