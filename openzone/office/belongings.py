"""What belongs to whom: a firm finds its own, the office finds all, and nobody else's is there."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from openzone.errors import Fault, OpenZoneError
from openzone.office.callers import Caller
from openzone.office.permission import only_own

PAGE_MAX = 200
ID_BYTES = 12


class NotFoundError(OpenZoneError):
    """There is no such thing, or none that the caller may see: both read the same."""


class ErasedError(OpenZoneError):
    """What was asked for was erased with its owner; the journal shows that it was there."""


def new_id(letter: str) -> str:
    """An id that nobody can guess: a letter for the kind, and chance."""
    return f"{letter}-{secrets.token_hex(ID_BYTES)}"


def owner_only(caller: Caller, action: str) -> str | None:
    """Whose things alone the caller sees in doing this; None where it sees everybody's."""
    return caller.id if only_own(caller, action) else None


def found(connection: Connection, table: Table, id: str, owner: str | None) -> Row[Any]:
    """A row by its id, of this owner where one is given. Raises NotFoundError."""
    query = select(table).where(table.c.id == id)
    if owner is not None:
        query = query.where(table.c.owner == owner)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found(id)
    return row


def page(
    connection: Connection, table: Table, owner: str | None, before: int | None, limit: int,
    *conditions: Any,
) -> list[Row[Any]]:  # fmt: skip
    """Rows from the newest back, of this owner where one is given: those before a number."""
    query = select(table).order_by(table.c.seq.desc()).where(*conditions)
    if owner is not None:
        query = query.where(table.c.owner == owner)
    if before is not None:
        query = query.where(table.c.seq < before)
    return list(connection.execute(query.limit(max(1, min(limit, PAGE_MAX)))))


def not_found(id: str) -> NotFoundError:
    """The error of what is not there for this caller."""
    return NotFoundError(
        Fault("not_found", "there is nothing here under this id", field="id", seen=id)
    )


def erased(id: str) -> ErasedError:
    """The error of what was erased."""
    return ErasedError(
        Fault("erased", "this was erased with its owner", field="id", seen=id,
              next="the journal shows that it was there, and no more")
    )  # fmt: skip
