"""Users: made, closed, given a new one-time password, and erased.

Who somebody is (login, name, e-mail) stands apart from the journal and goes when a user is erased;
the journal keeps the id and what was done under it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from openzone.errors import Fault
from openzone.office import contents, passwords, second_factor, sessions
from openzone.office.acts import Act, PeopleError, new_call, new_id, once
from openzone.office.callers import SYSTEM, Caller
from openzone.office.granting import check_not_last, check_other, revoke_roles
from openzone.office.keys import revoke_all
from openzone.office.roles import NEVER_BY_KEY
from openzone.store import sealed
from openzone.store.chain import time_text
from openzone.store.store import Store
from openzone.store.tables import people as tables
from openzone.store.tables.people import ACTIVE, DISABLED, logins, users

FIRST_LOGIN = "admin"
ONE_TIME_LASTS = dt.timedelta(days=7)
LOGIN = re.compile(r"[^\s:/?\\\"'<>\x00-\x1f\x7f]{2,80}\Z")
NAME_CHARACTERS_MAX = 120
LOOKED_UP_MAX = 200


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user and the one-time password, which is shown once: a repeated call gives none."""

    id: str
    login: str
    one_time_password: str


def first_administrator(store: Store, login: str = FIRST_LOGIN) -> NewUser | None:
    """Make the one administrator of a store that has no users; None where there are some.

    The one-time password has no end: nobody but who started the service was shown it.
    """
    with store.reading() as connection:
        if _any_user(connection):
            return None
    password = passwords.one_time()
    hashed = passwords.hash_of(password)
    user, grant = new_id("u"), new_id("g")
    with store.writing() as writing:
        writing.lock()
        if _any_user(writing.connection):
            return None
        act = Act(writing, SYSTEM, new_call())
        _record(act, user, login_of(login), login, "")
        _keep_password(act.connection, user, hashed, None)
        act.tell("role.proposed", user, grant=grant, role="administrator")
        act.tell("role.granted", user, grant=grant, role="administrator", first=True)
    return NewUser(user, login_of(login), password)


def create(
    store: Store, caller: Caller, call: str, *, login: str, name: str, email: str = ""
) -> NewUser:
    """Make a user, who is a firm until roles are granted. Raises PeopleError for a taken login."""
    login = login_of(login)
    _check_text("name", name, 1)
    _check_text("email", email, 0)
    password = passwords.one_time()
    hashed = passwords.hash_of(password)

    def do(act: Act) -> dict[str, str]:
        if act.connection.execute(select(logins).where(logins.c.login == login)).first():
            raise PeopleError(
                Fault("duplicate", "there is a user with this login", field="login", seen=login,
                      next="choose another login")
            )  # fmt: skip
        user = new_id("u")
        _record(act, user, login, name, email)
        _keep_password(act.connection, user, hashed, store.clock() + ONE_TIME_LASTS)
        return {"user": user}

    content = {"login": login, "name": name, "email": email}
    result, repeated = once(store, caller, call, "user.create", content, do)
    return NewUser(result["user"], login, "" if repeated else password)


def disable(store: Store, caller: Caller, call: str, user: str) -> None:
    """Close an account: sessions end, keys open nothing; roles wait. Not the last administrator."""

    def do(act: Act) -> dict[str, str]:
        _check_state(act.connection, user, ACTIVE)
        check_other(caller, user, "user.disable")
        check_not_last(act.connection, user)
        act.tell("user.disabled", user)
        sessions.end_all(act.connection, user)
        return {"user": user}

    once(store, caller, call, "user.disable", {"user": user, "state": DISABLED}, do)


def enable(store: Store, caller: Caller, call: str, user: str) -> None:
    """Open a closed account again."""

    def do(act: Act) -> dict[str, str]:
        _check_state(act.connection, user, DISABLED)
        check_other(caller, user, "user.disable")
        act.tell("user.enabled", user)
        return {"user": user}

    once(store, caller, call, "user.disable", {"user": user, "state": ACTIVE}, do)


def reset(store: Store, caller: Caller, call: str, user: str) -> NewUser:
    """Give a new one-time password; sessions, keys and the second factor of the user are gone.

    Whoever gives it could use it. So the roles that decide alone (approver, administrator) are
    revoked, and two grant them anew; only the operator's own reset keeps them.
    """
    password = passwords.one_time()
    hashed = passwords.hash_of(password)

    def do(act: Act) -> dict[str, str]:
        _check_state(act.connection, user, ACTIVE)
        check_other(caller, user, "user.reset")
        if caller.kind != "system":
            check_not_last(act.connection, user)
            revoke_roles(act, user, NEVER_BY_KEY)
        revoke_all(act, user)
        if second_factor.remove(act.connection, user):
            act.tell("second_factor.removed", user)
        act.tell("password.reset", user)
        _keep_password(act.connection, user, hashed, store.clock() + ONE_TIME_LASTS)
        sessions.end_all(act.connection, user)
        return {"user": user}

    _, repeated = once(store, caller, call, "user.reset", {"user": user}, do)
    found = one(store, user)
    return NewUser(user, found.login, "" if repeated else password)


def erase(store: Store, caller: Caller, call: str, user: str) -> None:
    """Erase who a user is and all that is sealed about them; the journal stays whole."""

    def do(act: Act) -> dict[str, str]:
        _check_state(act.connection, user, ACTIVE, DISABLED)
        check_other(caller, user, "user.erase")
        check_not_last(act.connection, user)
        act.tell("user.erased", user)
        sealed.erase(act.connection, user)
        contents.forget(act.connection, user)
        owned = select(tables.keys.c.id).where(tables.keys.c.user_id == user)
        secrets_of_keys = tables.key_secrets
        act.connection.execute(delete(secrets_of_keys).where(secrets_of_keys.c.key_id.in_(owned)))
        for table in (logins, tables.passwords, tables.second_factors, tables.sessions,
                      tables.oidc_subjects):  # fmt: skip
            act.connection.execute(delete(table).where(table.c.user_id == user))
        return {"user": user}

    once(store, caller, call, "user.erase", {"user": user}, do)


# ---- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """A user as administrators and auditors see them; texts are empty where they were erased."""

    id: str
    login: str
    name: str
    email: str
    state: str
    second_factor: bool
    created_at: str
    roles: tuple[str, ...]


def one(store: Store, user: str) -> Person:
    """A user by id. Raises PeopleError where there is none."""
    with store.reading() as connection:
        found = _persons(connection, users.c.id == user, 1)
    if not found:
        raise unknown(user)
    return found[0]


def listed(store: Store, after: str = "", limit: int = 100) -> list[Person]:
    """Users by id, after an id, at most `limit`."""
    with store.reading() as connection:
        return _persons(connection, users.c.id > after, limit)


def by_login(store: Store, login: str) -> str | None:
    """The id of the user with a login; None where there is none."""
    query = select(logins.c.user_id).where(logins.c.login == normal_login(login))
    with store.reading() as connection:
        return connection.execute(query).scalar()


def unknown(user: str) -> PeopleError:
    """The error of a user who does not exist."""
    return PeopleError(Fault("unknown_reference", "there is no such user", field="user", seen=user))


def _persons(connection: Connection, where: ColumnElement[bool], limit: int) -> list[Person]:
    query = (
        select(users, logins.c.login, logins.c.name, logins.c.email)
        .outerjoin(logins, logins.c.user_id == users.c.id)
        .where(where)
        .order_by(users.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    granted: dict[str, list[str]] = {}
    table = tables.grants
    held = select(table.c.user_id, table.c.role).where(
        table.c.state == tables.GRANTED, table.c.user_id.in_([row.id for row in rows])
    )
    for user, role in connection.execute(held.order_by(table.c.role)):
        granted.setdefault(user, []).append(role)
    return [
        Person(row.id, row.login or "", row.name or "", row.email or "", row.state,
               row.second_factor, row.created_at, tuple(granted.get(row.id, ())))
        for row in rows
    ]  # fmt: skip


# ---- parts of acts -----------------------------------------------------------------------------


def login_of(text: str) -> str:
    """A login as it is kept: no letter case, no spaces. Raises PeopleError for what is none."""
    login = normal_login(text)
    if not LOGIN.match(login):
        raise PeopleError(
            Fault("wrong_value", "this cannot be a login", field="login", seen=text,
                  expected="2 to 80 characters without spaces, quotes and : / ? < >")
        )  # fmt: skip
    return login


def record_known(act: Act, user: str, name: str, email: str) -> None:
    """Record a user whom a provider of identities vouches for, and who has no password here."""
    _record(act, user, f"oidc:{user}", name[:NAME_CHARACTERS_MAX], email[:NAME_CHARACTERS_MAX])


def _record(act: Act, user: str, login: str, name: str, email: str) -> None:
    person = {"login": login, "name": name, "email": email}
    act.tell("user.created", user, person=sealed.seal(act.connection, user, person))
    act.connection.execute(insert(logins).values(user_id=user, **person))


def _keep_password(
    connection: Connection, user: str, hashed: str, until: dt.datetime | None
) -> None:
    table = tables.passwords
    values = {"hash": hashed, "one_time": True, "expires_at": until and time_text(until)}
    changed = connection.execute(update(table).where(table.c.user_id == user).values(**values))
    if not changed.rowcount:
        connection.execute(insert(table).values(user_id=user, **values))


def _any_user(connection: Connection) -> bool:
    return bool(connection.execute(select(func.count()).select_from(users)).scalar())


def _check_state(connection: Connection, user: str, *states: str) -> None:
    state = connection.execute(select(users.c.state).where(users.c.id == user)).scalar()
    if state is None:
        raise unknown(user)
    if state not in states:
        raise PeopleError(
            Fault("wrong_state", "the account is not in the state for this", field="user",
                  seen=state, expected=" or ".join(states))
        )  # fmt: skip


def _check_text(field: str, text: str, least: int) -> None:
    printable = all(one.isprintable() for one in text)
    if not (least <= len(text.strip()) and len(text) <= NAME_CHARACTERS_MAX and printable):
        raise PeopleError(
            Fault("wrong_value", f"this cannot be the {field}", field=field, seen=text,
                  expected=f"{least} to {NAME_CHARACTERS_MAX} printable characters")
        )  # fmt: skip


def normal_login(login: str) -> str:
    """A login without letter case and outer spaces, whatever keyboard it was typed on.

    What no login holds (half characters, NUL) is replaced, so that any text may be looked up.
    """
    text = unicodedata.normalize("NFKC", login[:LOOKED_UP_MAX]).casefold().strip()
    return text.replace("\0", "?").encode("utf-8", "replace").decode()
