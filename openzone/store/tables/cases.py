"""Saved cases, what asking them again told, and the links by which others read them.

Facts, answers and what changed in them are sealed: the journal and these tables hold their salted
hashes. The hash of a link's token stands in a table that is not read from the journal.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    insert,
    update,
)

from openzone.store.chain import Recorded
from openzone.store.schema import HASH, ID, metadata
from openzone.store.sealed import MARK

SAVED, RECHECKED = "case.saved", "case.rechecked"
SHARED, REVOKED = "share.created", "share.revoked"
DAY, TIME, WORD = 10, 27, 60

cases = Table(
    "cases",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("owner", String(ID), nullable=False),
    Column("by", String(ID), nullable=False),
    Column("saved_at", String(TIME), nullable=False),
    Column("kind", String(WORD), nullable=False),
    Column("regime", String(WORD), nullable=False),
    Column("facts", String(HASH), nullable=False),
    Column("answer", String(HASH), nullable=False),
    Column("verdict", String(WORD), nullable=False),
    Column("outcome", String(WORD), nullable=False),
    Column("book", String(ID), nullable=False),
    Column("book_hash", String(HASH), nullable=False),
    Column("on", String(DAY), nullable=False),
    Column("known", String(DAY), nullable=False),
    Column("today", String(DAY), nullable=False),
    Column("reforms", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Index(None, "owner", "seq"),
    comment="What was asked and answered, and under which law.",
)

checks = Table(
    "case_checks",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
           autoincrement=False),
    Column("case", String(ID), nullable=False, index=True),
    Column("by", String(ID), nullable=False),
    Column("at", String(TIME), nullable=False),
    Column("verdict", String(WORD), nullable=False),
    Column("outcome", String(WORD), nullable=False),
    Column("book_hash", String(HASH), nullable=False),
    Column("on", String(DAY), nullable=False),
    Column("known", String(DAY), nullable=False),
    Column("reforms", Text, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("told", String(HASH), nullable=False),
    comment="Saved cases asked again under another law, and how much was otherwise.",
)  # fmt: skip

shares = Table(
    "shares",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("case", String(ID), nullable=False, index=True),
    Column("answer", String(HASH), nullable=False),
    Column("with_facts", Integer, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("at", String(TIME), nullable=False),
    Column("expires_at", String(TIME), nullable=False),
    Column("revoked_at", String(TIME)),
    comment="Links to one saved answer, until they expire or are revoked.",
)

share_tokens = Table(
    "share_tokens",
    metadata,
    Column("hash", String(HASH), primary_key=True),
    Column("share", String(ID), nullable=False, unique=True),
    Column("uses", BigInteger, nullable=False),
    Column("used_at", String(TIME)),
    comment="By which token a link is opened, and how often it was; not read from the journal.",
)

TABLES = (cases, checks, shares)


def _saved(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    connection.execute(
        insert(cases).values(
            id=one.event.subject, seq=one.seq, owner=told["owner"], by=one.event.actor,
            saved_at=one.at, kind=told["kind"], regime=told["regime"],
            facts=told["facts"][MARK], answer=told["answer"][MARK], verdict=told["verdict"],
            outcome=told["outcome"], **_law(told), today=told["today"], epoch=told["epoch"],
        )
    )  # fmt: skip


def _rechecked(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    law = {name: value for name, value in _law(told).items() if name != "book"}
    connection.execute(
        insert(checks).values(
            seq=one.seq, case=one.event.subject, by=one.event.actor, at=one.at,
            verdict=told["verdict"], outcome=told["outcome"], changes=told["changes"],
            told=told["told"][MARK], **law,
        )
    )  # fmt: skip


def _law(told: Any) -> dict[str, Any]:
    return {
        "book": told["book"],
        "book_hash": told["book_hash"],
        "on": told["on"],
        "known": told["known"],
        "reforms": json.dumps(told["reforms"]),
    }


def _shared(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    connection.execute(
        insert(shares).values(
            id=told["share"], seq=one.seq, case=one.event.subject, answer=told["answer"][MARK],
            with_facts=int(told["with_facts"]), by=one.event.actor, at=one.at,
            expires_at=told["expires_at"],
        )
    )  # fmt: skip


def _revoked(connection: Connection, one: Recorded) -> None:
    ended = shares.c.id == one.event.payload["share"]
    connection.execute(update(shares).where(ended).values(revoked_at=one.at))


READERS = {SAVED: _saved, RECHECKED: _rechecked, SHARED: _shared, REVOKED: _revoked}
