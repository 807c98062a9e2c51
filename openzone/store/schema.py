"""The tables of the journal itself. The tables that are read from it stand in `tables`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

HASH = 64
ID = 200

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
           autoincrement=False),
    Column("id", String(ID), nullable=False, unique=True),
    Column("at", String(27), nullable=False),
    Column("actor", String(ID), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("subject", String(ID), nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(HASH), nullable=False, unique=True),
    Column("hash", String(HASH), nullable=False, unique=True),
    CheckConstraint("seq > 0", name="counted"),
    Index(None, "subject", "seq"),
    Index(None, "kind", "seq"),
    comment="The journal: one row an event, never changed.",
)  # fmt: skip

head = Table(
    "head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("store", String(HASH), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(HASH), nullable=False),
    Column("frontier", Text, nullable=False),
    CheckConstraint("one = 1", name="one"),
    comment="The last event, locked by whoever appends; and the name of the store.",
)

calls = Table(
    "calls",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("actor", String(ID), nullable=False),
    Column("fingerprint", String(HASH), nullable=False),
    Column("result", Text, nullable=False),
    Column("at", String(27), nullable=False),
    comment="What callers asked under ids of their own, and the first result of each.",
)

sealed = Table(
    "sealed",
    metadata,
    Column("digest", String(HASH), primary_key=True),
    Column("subject", String(ID), nullable=False, index=True),
    Column("salt", String(HASH), nullable=False),
    Column("value", Text, nullable=False),
    comment="Personal data, which the journal names by salted hash; erased on demand.",
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", String(ID), primary_key=True),
    Column("value", Text, nullable=False),
    comment="Keys of the store itself.",
)
