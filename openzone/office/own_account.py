"""What somebody who has signed in does to their own account: password and second factor.

Each of these gives the session a new token and ends all others of the user.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from openzone.office import attempts, passwords, second_factor, sessions
from openzone.office.acts import Act, new_call
from openzone.office.permission import refused
from openzone.office.signing_in import SignedIn, factor_subject, wrong
from openzone.store.store import Store, Writing
from openzone.store.tables import people as tables
from openzone.store.tables.people import logins


def change_password(store: Store, token: str, old: str, new: str) -> SignedIn:
    """Change the password of the session's user, who knows the old one.

    Raises AccessError for a wrong old password, PeopleError for a new one that will not do.
    """
    user, stored = _knows(store, token, old, new)
    fresh = passwords.hash_of(new)
    with store.writing() as writing:
        proved = _still(writing, token, user)
        connection, table = writing.connection, tables.passwords
        changed = connection.execute(
            update(table)
            .where(table.c.user_id == user, table.c.hash == stored)
            .values(hash=fresh, one_time=False, expires_at=None)
        )
        if not changed.rowcount:  # reset in between: that stands
            raise refused("not_signed_in", "account.finish")
        Act(writing, user, new_call()).tell("password.changed", user)
        return _renewed(writing, user, proved)


def offer_second_factor(store: Store, token: str, password: str) -> dict[str, str]:
    """Offer a secret for one-time codes: `secret`, and `uri` for a picture of it.

    It counts when `accept_second_factor` was given a code of it. Somebody who has a second factor
    must have proved it in this session. Raises AccessError.
    """
    user, _ = _knows(store, token, password)
    with store.writing() as writing:
        proved = _still(writing, token, user)
        if second_factor.enrolled(writing.connection, user) and not proved:
            raise refused("second_factor_needed", "account.own")
        query = select(logins.c.login).where(logins.c.user_id == user)
        login = writing.connection.execute(query).scalar() or user
        return second_factor.offer(writing.connection, user, login)


def accept_second_factor(store: Store, token: str, code: str) -> SignedIn:
    """Enrol the offered second factor with a code of it; the session has then proved one.

    Raises AccessError for a wrong code.
    """
    signed: SignedIn | None = None
    with store.writing() as writing:
        user, stage, _ = _standing(writing, token)
        if stage != "full":
            raise refused("not_signed_in", "account.own")
        wait = attempts.take(writing, factor_subject(user))
        now = store.clock()
        if not wait and second_factor.accept(writing.connection, user, code, now):
            attempts.forget(writing, factor_subject(user))
            Act(writing, user, new_call()).tell("second_factor.enrolled", user)
            signed = _renewed(writing, user, True)
    if wait:
        raise attempts.ClosedError(wait)
    if signed is None:
        raise wrong()
    return signed


def _knows(store: Store, token: str, password: str, new: str | None = None) -> tuple[str, str]:
    """The user of a session who knows the password, and its hash; a user without one has none.

    `new`: a password that must do instead. Guesses are counted.
    """
    with store.writing() as writing:
        user, stage, _ = _standing(writing, token)
        if stage == "factor" or (stage == "change" and new is None):
            raise refused("not_signed_in", "account.finish")
        stored = _hash(writing.connection, user)
        if stored is None and new is None:
            return user, ""
        if new is not None:
            query = select(logins.c.login).where(logins.c.user_id == user)
            login = writing.connection.execute(query).scalar() or ""
            passwords.check_new(new, login, password)
        wait = attempts.take(writing, f"password of {user}")
    if wait:
        raise attempts.ClosedError(wait)
    if stored is None or not passwords.fits(password, stored):
        raise wrong()
    with store.writing() as writing:
        attempts.forget(writing, f"password of {user}")
    return user, stored


def _standing(writing: Writing, token: str) -> tuple[str, str, bool]:
    writing.lock()
    found = sessions.standing(writing.connection, token, writing.store.clock())
    if found is None:
        raise refused("not_signed_in", "account.finish")
    return found


def _still(writing: Writing, token: str, user: str) -> bool:
    """Whether the session, which still holds, has proved a second factor."""
    found, _, proved = _standing(writing, token)
    if found != user:
        raise refused("not_signed_in", "account.finish")
    return proved


def _renewed(writing: Writing, user: str, proved: bool) -> SignedIn:
    sessions.end_all(writing.connection, user)
    token = sessions.begin(writing.connection, writing.store.clock(), user, "full", proved)
    return SignedIn(user, token, "full")


def _hash(connection: Connection, user: str) -> str | None:
    table = tables.passwords
    return connection.execute(select(table.c.hash).where(table.c.user_id == user)).scalar()
