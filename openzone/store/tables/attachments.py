"""Attachments by the hash of their content; the bytes stand apart, each content once.

The bytes are not read from the journal: they are data of whoever attached them, and go with them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
)

from openzone.store.chain import Recorded
from openzone.store.schema import HASH, ID, metadata
from openzone.store.sealed import MARK

ADDED = "attachment.added"

attachments = Table(
    "attachments",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("owner", String(ID), nullable=False),
    Column("by", String(ID), nullable=False),
    Column("at", String(27), nullable=False),
    Column("case", String(ID), index=True),
    Column("hash", String(HASH), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("name", String(HASH), nullable=False),
    Index(None, "owner", "seq"),
    comment="What was attached, by whom, and to which saved case.",
)

blobs = Table(
    "blobs",
    metadata,
    Column("hash", String(HASH), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", String(27), nullable=False),
    comment="Contents by SHA-256; not read from the journal.",
)

blob_parts = Table(
    "blob_parts",
    metadata,
    Column("hash", String(HASH), primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    comment="The bytes of contents, in parts that fit into memory.",
)

TABLES = (attachments,)


def _added(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    connection.execute(
        insert(attachments).values(
            id=one.event.subject, seq=one.seq, owner=told["owner"], by=one.event.actor, at=one.at,
            case=told["case"], hash=told["hash"], size=told["size"],
            media_type=told["media_type"], name=told["name"][MARK],
        )
    )  # fmt: skip


READERS = {ADDED: _added}
