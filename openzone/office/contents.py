"""Contents by their SHA-256: kept once each, in parts, and verified whenever they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from openzone.errors import Fault
from openzone.store.chain import time_text
from openzone.store.faults import StoreError
from openzone.store.store import Store, Writing
from openzone.store.tables.attachments import attachments, blob_parts, blobs
from openzone.store.tables.jobs import jobs

PART_BYTES = 1 << 20


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(writing: Writing, path: Path) -> tuple[str, int]:
    """Keep the content of a file, once; gives its hash and its size in bytes."""
    connection, digest, size = writing.connection, hash_of(path), path.stat().st_size
    held = connection.execute(select(blobs.c.size).where(blobs.c.hash == digest)).scalar()
    if held is None:
        at = time_text(writing.store.clock())
        connection.execute(insert(blobs).values(hash=digest, size=size, at=at))
        with path.open("rb") as stream:
            for part, content in enumerate(iter(lambda: stream.read(PART_BYTES), b"")):
                row = {"hash": digest, "part": part, "content": content}
                connection.execute(insert(blob_parts).values(**row))
    return digest, size


def stands(connection: Connection, digest: str) -> bool:
    """Whether a content is still kept."""
    query = select(blobs.c.hash).where(blobs.c.hash == digest)
    return connection.execute(query).first() is not None


def parts(store: Store, digest: str) -> Iterator[bytes]:
    """The bytes of a content, part by part; nothing where it is not kept.

    Raises StoreError after the last part where the bytes are not those of the hash.
    """
    seen, part = hashlib.sha256(), 0
    while True:
        with store.reading() as connection:
            query = select(blob_parts.c.content).where(
                blob_parts.c.hash == digest, blob_parts.c.part == part
            )
            content = connection.execute(query).scalar()
        if content is None:
            break
        seen.update(content)
        part += 1
        yield bytes(content)
    if part and seen.hexdigest() != digest:
        raise damaged(digest)


def verified(store: Store, digest: str) -> bool:
    """Whether a content that is kept is still the one that was put in."""
    try:
        for _ in parts(store, digest):
            pass
    except StoreError as error:
        if error.code != "store_damaged":
            raise
        return False
    return True


def written(store: Store, digest: str, path: Path) -> None:
    """Write a content to a file. Raises StoreError where it is damaged."""
    with path.open("wb") as stream:
        for content in parts(store, digest):
            stream.write(content)


def forget(connection: Connection, owner: str) -> int:
    """Drop the contents that belong to one owner alone; gives how many."""
    columns = ((attachments.c.hash, attachments.c.owner), (jobs.c.result, jobs.c.owner))
    theirs: set[str] = set()
    others: set[str] = set()
    for content, whose in columns:
        query = select(content).where(whose == owner, content.is_not(None))
        theirs |= set(connection.execute(query).scalars())
    for content, whose in columns:
        query = select(content).where(whose != owner, content.in_(theirs))
        others |= set(connection.execute(query).scalars())
    gone = theirs - others
    for table in (blob_parts, blobs):
        connection.execute(delete(table).where(table.c.hash.in_(gone)))
    return len(gone)


def damaged(digest: str) -> StoreError:
    """The error of a content that is not what was put in."""
    return StoreError(
        Fault("store_damaged", "a content is not the one that was put in", seen=digest[:12],
              next="restore a backup")
    )  # fmt: skip
