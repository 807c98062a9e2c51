"""Personal data, kept apart from the journal so that it can be erased without breaking the chain.

The journal names a value by a hash over a salt of its own and the value. While the row stands, the
hash proves the value; when row and salt are gone, the hash tells nothing about it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from openzone.store.canonical import canonical_json, sha256
from openzone.store.schema import sealed

MARK = "sealed"
SALT_BYTES = 32


def seal(connection: Connection, subject: str, value: Any) -> dict[str, str]:
    """Keep a value apart and give what stands for it in a payload. `subject`: whom it is about."""
    salt, text = secrets.token_hex(SALT_BYTES), canonical_json(value)
    digest = _digest(salt, text)
    connection.execute(insert(sealed).values(digest=digest, subject=subject, salt=salt, value=text))
    return {MARK: digest}


def opened(connection: Connection, marks: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """The values behind marks, by digest; what was erased is left out."""
    digests = [mark[MARK] for mark in marks]
    query = select(sealed.c.digest, sealed.c.value).where(sealed.c.digest.in_(digests))
    return {digest: json.loads(text) for digest, text in connection.execute(query)}


def opened_one(connection: Connection, digest: str) -> tuple[str, Any] | None:
    """The salt and the value behind one hash, for whoever checks it; None when it was erased."""
    query = select(sealed.c.salt, sealed.c.value).where(sealed.c.digest == digest)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.salt, json.loads(row.value))


def proved(digest: str, salt: str, value: Any) -> bool:
    """Whether a value is the one that was sealed under this hash with this salt."""
    return _digest(salt, canonical_json(value)) == digest


def erase(connection: Connection, subject: str) -> int:
    """Erase every value about a subject; gives how many there were."""
    return connection.execute(delete(sealed).where(sealed.c.subject == subject)).rowcount


def false_seals(connection: Connection) -> list[str]:
    """The digests of values that are no longer what was sealed."""
    rows = connection.execute(select(sealed.c.digest, sealed.c.salt, sealed.c.value))
    return [digest for digest, salt, value in rows if _digest(salt, value) != digest]


def _digest(salt: str, text: str) -> str:
    return sha256(f"{salt}\n{text}")
