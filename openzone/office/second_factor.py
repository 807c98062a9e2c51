"""The second factor: one-time codes of six figures (TOTP, RFC 6238). No code opens twice."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Any

import pyotp
from sqlalchemy import Connection, Row, delete, insert, select, update

from openzone.store.tables.people import second_factors

ISSUER = "OpenZone"
STEP_S = 30
DRIFT_STEPS = 1
"""How far the clock of a telephone may be off, either way."""
FIGURES = 6


def enrolled(connection: Connection, user: str) -> bool:
    """Whether the user has proved a second factor."""
    query = select(second_factors.c.secret).where(second_factors.c.user_id == user)
    return connection.execute(query).scalar() is not None


def offer(connection: Connection, user: str, login: str) -> dict[str, str]:
    """Offer a new secret, to be proved with `accept`; a proved one stays until then."""
    secret = pyotp.random_base32()
    changed = connection.execute(
        update(second_factors).where(second_factors.c.user_id == user).values(offered=secret)
    )
    if not changed.rowcount:
        connection.execute(insert(second_factors).values(user_id=user, offered=secret, last_step=0))
    uri = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    return {"secret": secret, "uri": uri}


def accept(connection: Connection, user: str, code: str, now: dt.datetime) -> bool:
    """Whether the code is one of the offered secret, which then is the user's second factor."""
    row = _row(connection, user)
    step = None if row is None or row.offered is None else _step(row.offered, code, now, 0)
    if row is None or step is None:
        return False
    _change(connection, user, secret=row.offered, offered=None, last_step=step)
    return True


def proves(connection: Connection, user: str, code: str, now: dt.datetime) -> bool:
    """Whether the code is one of the user's second factor, and was not used before."""
    row = _row(connection, user)
    if row is None or row.secret is None:
        return False
    step = _step(row.secret, code, now, row.last_step)
    if step is None:
        return False
    _change(connection, user, last_step=step)
    return True


def remove(connection: Connection, user: str) -> bool:
    """Remove the user's second factor; gives whether one had been proved."""
    had = enrolled(connection, user)
    connection.execute(delete(second_factors).where(second_factors.c.user_id == user))
    return had


def _row(connection: Connection, user: str) -> Row[Any] | None:
    return connection.execute(
        select(second_factors).where(second_factors.c.user_id == user)
    ).one_or_none()


def _change(connection: Connection, user: str, **values: object) -> None:
    connection.execute(
        update(second_factors).where(second_factors.c.user_id == user).values(**values)
    )


def _step(secret: str, code: str, now: dt.datetime, last: int) -> int | None:
    """The step whose code this is, among those of now that come after the last one used."""
    sent = code.replace(" ", "")
    if len(sent) != FIGURES or not (sent.isascii() and sent.isdigit()):
        return None
    here = int(now.timestamp()) // STEP_S
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        right = pyotp.TOTP(secret).at(step * STEP_S)
        if hmac.compare_digest(right, sent) and step > last:
            return step
    return None
