"""What a store refuses or suffers, under codes that say what to do next."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import exc

from openzone.errors import Fault, OpenZoneError

DISK_FULL, READ_ONLY, BUSY, GONE = "store_full", "store_read_only", "store_busy", "store_gone"
DAMAGED = "store_damaged"
# PostgreSQL tells by the beginning of its SQLSTATE, SQLite by the beginning of its error's name.
STATES = {
    "53100": DISK_FULL, "25006": READ_ONLY, "40": BUSY, "55P03": BUSY, "25P03": BUSY,
    "42": DAMAGED, "XX": DAMAGED,
}  # fmt: skip
NAMES = {
    "SQLITE_FULL": DISK_FULL, "SQLITE_IOERR_SHMSIZE": DISK_FULL, "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": BUSY, "SQLITE_LOCKED": BUSY, "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED, "SQLITE_ERROR": DAMAGED,
}  # fmt: skip
TOLD = {
    DISK_FULL: ("the disk of the store is full: nothing was written",
                "free space; the service goes on by itself"),
    READ_ONLY: ("the store cannot be written: nothing was written",
                "make the file and its folder, or the database, writable for the service"),
    BUSY: ("the store is busy: nothing was written", "send the same request again"),
    GONE: ("the store cannot be reached; whether the request was written is not known",
           "check that the database runs; the service connects again by itself; send the same "
           "request again, under the same id: it is written once"),
    DAMAGED: ("the store does not hold what it should: nothing was written",
              "openzone journal verify; restore a backup"),
}  # fmt: skip


class StoreError(OpenZoneError):
    """The store cannot be used, or does not take what was asked of it."""


class RepeatError(StoreError):
    """An id that was used for something else before."""


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell a fault of the database as a StoreError that says what happened and what to do.

    Rows that break a rule of a table (IntegrityError) are for the caller to tell.
    """
    try:
        yield
    except exc.IntegrityError:
        raise
    except exc.TimeoutError as error:  # no connection came free
        raise store_error(BUSY, str(error)) from error
    except exc.DBAPIError as error:
        raise store_error(_code(error), str(error.orig or error)) from error


def store_error(code: str, seen: str = "") -> StoreError:
    """The error of a code, in its words."""
    message, next_ = TOLD[code]
    lines = seen.strip().splitlines()
    return StoreError(Fault(code, message, seen=lines[0] if lines else None, next=next_))


def _code(error: exc.DBAPIError) -> str:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    name = str(getattr(error.orig, "sqlite_errorname", None) or "")
    for known, given in ((STATES, state), (NAMES, name)):
        for start, code in known.items():
            if given.startswith(start):
                return code
    return GONE
