"""What belongs to whom: a firm finds its own, the office finds all, and nobody else's is there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from openzone.errors import Fault, OpenZoneError
from openzone.office.callers import Caller
from openzone.office.permission import only_own

PAGE_MAX = 200
ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Own:
    """A caller who sees only what is theirs, and what they are doing."""

    id: str
    actor: str
    action: str


class NotFoundError(OpenZoneError):
    """There is no such thing, or none that the caller may see: both read the same."""


class OthersError(NotFoundError):
    """It is somebody else's: told to the caller as not found, and to the journal as denied."""

    def __init__(self, faults: Fault, own: Own) -> None:
        super().__init__(faults)
        self.own = own


class ErasedError(OpenZoneError):
    """What was asked for was erased with its owner; the journal shows that it was there."""


def new_id(letter: str) -> str:
    """An id that nobody can guess: a letter for the kind, and chance."""
    return f"{letter}-{secrets.token_hex(ID_BYTES)}"


def owner_only(caller: Caller, action: str) -> Own | None:
    """Whose things alone the caller sees in doing this; None where it sees everybody's."""
    return Own(caller.id, caller.actor, action) if only_own(caller, action) else None


def found(connection: Connection, table: Table, id: str, own: Own | None) -> Row[Any]:
    """A row by its id, of this owner where one is given. Raises NotFoundError."""
    row = connection.execute(select(table).where(table.c.id == id)).one_or_none()
    if row is None:
        raise not_found(id)
    if own is not None and row.owner != own.id:
        raise OthersError(_absent(id), own)
    return row


def page(
    connection: Connection, table: Table, own: Own | None, before: int | None, limit: int,
    *conditions: Any,
) -> list[Row[Any]]:  # fmt: skip
    """Rows from the newest back, of this owner where one is given: those before a number."""
    query = select(table).order_by(table.c.seq.desc()).where(*conditions)
    if own is not None:
        query = query.where(table.c.owner == own.id)
    if before is not None:
        query = query.where(table.c.seq < before)
    return list(connection.execute(query.limit(max(1, min(limit, PAGE_MAX)))))


def not_found(id: str) -> NotFoundError:
    """The error of what is not there for this caller."""
    return NotFoundError(_absent(id))


def _absent(id: str) -> Fault:
    return Fault("not_found", "there is nothing here under this id", field="id", seen=id)


def erased(id: str) -> ErasedError:
    """The error of what was erased."""
    return ErasedError(
        Fault("erased", "this was erased with its owner", field="id", seen=id,
              next="the journal shows that it was there, and no more")
    )  # fmt: skip
