"""Attachments: files beside saved cases and for long work, by the hash of their content.

The same content is kept once, whoever attaches it; each attachment is somebody's own. The name of
the file is sealed; its bytes go when nobody is left to whom they belong.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from openzone.errors import Fault
from openzone.office import contents
from openzone.office.belongings import erased, found, new_id, owner_only, page
from openzone.office.callers import Caller
from openzone.office.media import MediaError, kind_of
from openzone.office.roles import check_standing
from openzone.store.chain import Event
from openzone.store.sealed import opened_one, seal
from openzone.store.store import Store
from openzone.store.tables.attachments import ADDED, attachments
from openzone.store.tables.cases import cases

ADD, READ, CASE_READ = "attachment.add", "attachment.read", "case.read"
BYTES_MAX = 32 << 20
NAME_CHARACTERS_MAX = 200


def add(
    store: Store, caller: Caller, call: str, path: Path, *, name: str, declared: str = "",
    case: str | None = None, bytes_max: int = BYTES_MAX,
) -> dict[str, Any]:  # fmt: skip
    """Keep a file; gives the line of the attachment.

    `name`: what its sender calls it; `declared`: its media type as told; `case`: the saved case
    that it belongs to. A repeat of the call gives the first attachment. Raises MediaError for a
    content that is not taken, NotFoundError for a case that is not the caller's.
    """
    size = path.stat().st_size
    if not 0 < size <= bytes_max:
        raise MediaError(
            Fault("too_large" if size else "wrong_value",
                  "the file is too large" if size else "the file is empty", seen=size,
                  expected=f"1 to {bytes_max} bytes")
        )  # fmt: skip
    shown = _plain_name(name)
    media_type = kind_of(path, declared, shown)
    content = {"attach": contents.hash_of(path), "name": shown, "media_type": media_type,
               "case": case}  # fmt: skip
    with store.writing() as writing:
        connection = writing.connection
        first = writing.first_result(call, caller.actor, content)
        if first is not None:
            return _line(connection, found(connection, attachments, first["attachment"], None))
        check_standing(writing, caller, ADD)
        if case is not None:
            found(connection, cases, case, owner_only(caller, CASE_READ))
        digest, size = contents.keep(writing, path)
        id = new_id("a")
        payload = {
            "owner": caller.id, "case": case, "hash": digest, "size": size,
            "media_type": media_type, "name": seal(connection, caller.id, shown),
        }  # fmt: skip
        writing.append(Event(f"{call}/1", caller.actor, ADDED, id, payload))
        writing.keep_result(call, caller.actor, content, {"attachment": id})
        return _line(connection, found(connection, attachments, id, None))


def read(store: Store, caller: Caller, id: str) -> dict[str, Any]:
    """What is said of an attachment. Raises NotFoundError."""
    with store.reading() as connection:
        return _line(connection, found(connection, attachments, id, owner_only(caller, READ)))


def opened(store: Store, caller: Caller, id: str) -> tuple[dict[str, Any], Iterator[bytes]]:
    """The line of an attachment, and its bytes after they were verified against its hash.

    Raises NotFoundError, ErasedError, and StoreError where the bytes were altered.
    """
    line = read(store, caller, id)
    return line, verified_parts(store, id, line["hash"])


def verified_parts(store: Store, id: str, digest: str) -> Iterator[bytes]:
    """The bytes of a content, verified before the first is given."""
    with store.reading() as connection:
        if not contents.stands(connection, digest):
            raise erased(id)
    if not contents.verified(store, digest):
        raise contents.damaged(digest)
    return contents.parts(store, digest)


def listed(
    store: Store, caller: Caller, before: int | None = None, limit: int = 50, case: str = ""
) -> list[dict[str, Any]]:
    """Attachments from the newest back; `case`: those of one saved case."""
    only = owner_only(caller, READ)
    conditions = [attachments.c.case == case] if case else []
    with store.reading() as connection:
        rows = page(connection, attachments, only, before, limit, *conditions)
        return [_line(connection, row) for row in rows]


def _line(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    held = dict(row._mapping)
    name = opened_one(connection, held.pop("name"))
    there = name is not None and contents.stands(connection, held["hash"])
    return {**held, "name": name[1] if name else None, "erased": not there}


def _plain_name(name: str) -> str:
    """The name without a path and without signs that a header or a terminal would obey."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable() and sign not in '"<>|:*?')
    return shown[:NAME_CHARACTERS_MAX].strip(" .") or "file"
