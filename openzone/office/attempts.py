"""Guesses are slowed down: after a few failures a login is closed, each time for longer.

An attempt is counted before it is tried, so that a hundred at once are not a hundred guesses. What
was tried is kept as a keyed hash; a login that does not exist is closed as one that does.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, insert, select, update

from openzone.errors import Fault
from openzone.office.permission import AccessError
from openzone.store.chain import time_text
from openzone.store.store import Writing
from openzone.store.tables.people import attempts

FREE = 5
"""Failures, after which a subject is closed."""
FREE_FROM_ANYWHERE = 50
"""The same for a login from all addresses together: one address cannot lock its owner out."""
CLOSED_MAX_S = 15 * 60
FORGOTTEN = dt.timedelta(days=1)


class ClosedError(AccessError):
    """An attempt that comes too soon; `wait_s`: in how many seconds the next one is taken."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(
            Fault("too_many_attempts", "too many attempts failed",
                  expected=f"nothing before {wait_s} s have passed", next="wait, then try again")
        )  # fmt: skip


def take(writing: Writing, subject: str, free: int = FREE) -> int:
    """Take an attempt, counted as failed until `forget`; gives seconds to wait: 0, it was taken."""
    writing.lock()
    now, key = writing.store.clock(), _key(writing, subject)
    connection = writing.connection
    connection.execute(delete(attempts).where(attempts.c.last_at < time_text(now - FORGOTTEN)))
    row = connection.execute(select(attempts).where(attempts.c.subject == key)).one_or_none()
    if row is not None and row.closed_until > time_text(now):
        return _seconds(now, row.closed_until)
    failures = 1 if row is None else row.failures + 1
    values = {
        "failures": failures, "last_at": time_text(now),
        "closed_until": time_text(now + dt.timedelta(seconds=_closed_s(failures, free))),
    }  # fmt: skip
    if row is None:
        connection.execute(insert(attempts).values(subject=key, **values))
    else:
        connection.execute(update(attempts).where(attempts.c.subject == key).values(**values))
    return 0


def note(writing: Writing, subject: str) -> None:
    """Write when a subject was last tried: as much work as recording a failure of somebody."""
    key, now = _key(writing, subject), time_text(writing.store.clock())
    query = update(attempts).where(attempts.c.subject == key).values(last_at=now)
    writing.connection.execute(query)


def forget(writing: Writing, subject: str) -> None:
    """Forget the failures of a subject, after an attempt that was right."""
    key = _key(writing, subject)
    writing.connection.execute(delete(attempts).where(attempts.c.subject == key))


def _closed_s(failures: int, free: int) -> int:
    return 0 if failures < free else min(2 ** min(failures - free, 20), CLOSED_MAX_S)


def _seconds(now: dt.datetime, until: str) -> int:
    left = dt.datetime.fromisoformat(until) - now
    return max(1, -int(-left.total_seconds() // 1))


def _key(writing: Writing, subject: str) -> str:
    return writing.store.fingerprint(["attempts", subject])
