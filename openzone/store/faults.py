"""What a store refuses or suffers, under codes that say what to do next."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import exc

from openzone.errors import Fault, OpenZoneError

DISK_FULL, READ_ONLY, BUSY, GONE = "store_full", "store_read_only", "store_busy", "store_gone"
# PostgreSQL tells by SQLSTATE, SQLite by its message.
STATES = {"53100": DISK_FULL, "25006": READ_ONLY, "40001": BUSY, "40P01": BUSY, "55P03": BUSY}
WORDS = {
    "disk is full": DISK_FULL,
    "disk i/o error": DISK_FULL,
    "readonly database": READ_ONLY,
    "database is locked": BUSY,
    "unable to open": GONE,
}
TOLD = {
    DISK_FULL: ("the disk of the store is full: nothing was written",
                "free space; the service goes on by itself"),
    READ_ONLY: ("the store cannot be written: nothing was written",
                "make the file and its folder, or the database, writable for the service"),
    BUSY: ("the store is busy: nothing was written", "send the same request again"),
    GONE: ("the store cannot be reached: nothing was written",
           "check that the database runs; the service connects again by itself"),
}  # fmt: skip


class StoreError(OpenZoneError):
    """The store cannot be used, or does not take what was asked of it."""


class RepeatError(StoreError):
    """An id that was used for something else before."""


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell a fault of the database as a StoreError that says what happened and what to do."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except (exc.DBAPIError, exc.TimeoutError) as error:
        raise _store_error(error) from error


def _store_error(error: exc.SQLAlchemyError) -> StoreError:
    original = getattr(error, "orig", None)
    text = str(original or error).strip()
    code = STATES.get(str(getattr(original, "sqlstate", "")))
    if code is None:
        code = next((found for words, found in WORDS.items() if words in text.lower()), GONE)
    message, next_ = TOLD[code]
    return StoreError(Fault(code, message, seen=text.splitlines()[0] if text else None, next=next_))
