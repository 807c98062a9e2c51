"""Reforms as the journal tells of them: drafts, revisions, comments, submissions, approvals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)

from openzone.store.canonical import canonical_json
from openzone.store.chain import Recorded
from openzone.store.schema import HASH, ID, metadata

DRAFT, SUBMITTED, APPROVED = "draft", "submitted", "approved"
REJECTED, WITHDRAWN = "rejected", "withdrawn"
STATES = (DRAFT, SUBMITTED, APPROVED, REJECTED, WITHDRAWN)
TIME = 27
SEQ = BigInteger().with_variant(Integer, "sqlite")

reforms = Table(
    "reforms",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("name", String(ID), nullable=False, index=True),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", String(HASH), nullable=False),
    Column("created_by", String(ID), nullable=False),
    Column("created_at", String(TIME), nullable=False),
    Column("changed_at", String(TIME), nullable=False),
    Index(None, "state", "seq"),
    comment="Reforms; `name` is the id in their text, `seq` the event that began them.",
)

revisions = Table(
    "reform_revisions",
    metadata,
    Column("reform", ForeignKey("reforms.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content_hash", String(HASH), nullable=False),
    Column("body_hash", String(HASH), nullable=False),
    Column("book_hash", String(HASH), nullable=False),
    Column("scope", Text, nullable=False),
    Column("authorised", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("at", String(TIME), nullable=False),
    comment="Each text of a reform; `book_hash`: the book it was checked against.",
)

contributors = Table(
    "reform_contributors",
    metadata,
    Column("reform", ForeignKey("reforms.id"), primary_key=True),
    Column("person", String(ID), primary_key=True),
    Column("revision", Integer, nullable=False),
    comment="Who wrote a revision of a reform, and the first that they wrote.",
)

comments = Table(
    "reform_comments",
    metadata,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("reform", ForeignKey("reforms.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("at", String(TIME), nullable=False),
    Index(None, "reform", "seq"),
    comment="What was said of a revision.",
)

submissions = Table(
    "reform_submissions",
    metadata,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("reform", ForeignKey("reforms.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content_hash", String(HASH), nullable=False),
    Column("book_hash", String(HASH), nullable=False),
    Column("effect", Text, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("at", String(TIME), nullable=False),
    Column("ended_at", String(TIME)),
    Column("reason", Text),
    Index(None, "reform", "seq"),
    comment="What was laid before the approvers, with the effect that was shown.",
)

approvals = Table(
    "reform_approvals",
    metadata,
    Column("seq", SEQ, primary_key=True, autoincrement=False),
    Column("reform", ForeignKey("reforms.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("by", String(ID), nullable=False),
    Column("content_hash", String(HASH), nullable=False),
    Column("book_hash", String(HASH), nullable=False),
    Column("at", String(TIME), nullable=False),
    Column("voided_at", String(TIME)),
    Column("reason", Text),
    Index(None, "reform", "seq"),
    comment="Who approved what, on which book; an approval that was voided says why.",
)


def _drafted(connection: Connection, one: Recorded) -> None:
    said = one.event.payload
    connection.execute(
        insert(reforms).values(
            id=one.event.subject, seq=one.seq, name=said["name"], created_by=said["person"],
            created_at=one.at, **_present(said, one.at),
        )
    )  # fmt: skip
    _add_revision(connection, one)


def _revised(connection: Connection, one: Recorded) -> None:
    _change(connection, one, **_present(one.event.payload, one.at))
    _add_revision(connection, one)


def _present(said: Mapping[str, Any], at: str) -> dict[str, Any]:
    """What a reform is from a new text on: a draft."""
    title = said["title"]
    return {
        "title_zh": title["zh"], "title_en": title["en"], "state": DRAFT, "changed_at": at,
        "revision": said["revision"], "content_hash": said["content_hash"],
    }  # fmt: skip


def _add_revision(connection: Connection, one: Recorded) -> None:
    said, reform = one.event.payload, one.event.subject
    connection.execute(
        insert(revisions).values(
            reform=reform, number=said["revision"], content_hash=said["content_hash"],
            body_hash=said["body_hash"], book_hash=said["book_hash"],
            scope=canonical_json(said["scope"]), authorised=said["authorised"], text=said["text"],
            by=said["person"], at=one.at,
        )
    )  # fmt: skip
    known = select(contributors.c.revision).where(
        contributors.c.reform == reform, contributors.c.person == said["person"]
    )
    if connection.execute(known).first() is None:
        connection.execute(
            insert(contributors).values(
                reform=reform, person=said["person"], revision=said["revision"]
            )
        )


def _commented(connection: Connection, one: Recorded) -> None:
    said = one.event.payload
    connection.execute(
        insert(comments).values(
            seq=one.seq, reform=one.event.subject, revision=said["revision"], text=said["text"],
            by=said["person"], at=one.at,
        )
    )  # fmt: skip


def _submitted(connection: Connection, one: Recorded) -> None:
    said = one.event.payload
    connection.execute(
        insert(submissions).values(
            seq=one.seq, reform=one.event.subject, revision=said["revision"],
            content_hash=said["content_hash"], book_hash=said["book_hash"],
            effect=canonical_json(said["effect"]), by=said["person"], at=one.at,
        )
    )  # fmt: skip
    _change(connection, one, state=SUBMITTED)


def _returned(connection: Connection, one: Recorded) -> None:
    _end_submission(connection, one)
    _change(connection, one, state=DRAFT)


def _approved(connection: Connection, one: Recorded) -> None:
    said = one.event.payload
    connection.execute(
        insert(approvals).values(
            seq=one.seq, reform=one.event.subject, revision=said["revision"], by=said["person"],
            content_hash=said["content_hash"], book_hash=said["book_hash"], at=one.at,
        )
    )  # fmt: skip
    _change(connection, one, state=said["state"])


def _approval_voided(connection: Connection, one: Recorded) -> None:
    said = one.event.payload
    connection.execute(
        update(approvals)
        .where(approvals.c.seq == said["approval"])
        .values(voided_at=one.at, reason=said["reason"])
    )
    reform = update(reforms).where(reforms.c.id == one.event.subject)
    connection.execute(reform.values(state=said["state"]))


def _rejected(connection: Connection, one: Recorded) -> None:
    _end_submission(connection, one)
    _change(connection, one, state=REJECTED)


def _withdrawn(connection: Connection, one: Recorded) -> None:
    _end_submission(connection, one)
    _change(connection, one, state=WITHDRAWN)


def _end_submission(connection: Connection, one: Recorded) -> None:
    connection.execute(
        update(submissions)
        .where(submissions.c.reform == one.event.subject, submissions.c.ended_at.is_(None))
        .values(ended_at=one.at, reason=one.event.payload["reason"])
    )


def _change(connection: Connection, one: Recorded, **values: Any) -> None:
    change = update(reforms).where(reforms.c.id == one.event.subject)
    connection.execute(change.values(**{"changed_at": one.at, **values}))


TABLES = (reforms, revisions, contributors, comments, submissions, approvals)
READERS = {
    "reform.drafted": _drafted,
    "reform.revised": _revised,
    "reform.commented": _commented,
    "reform.submitted": _submitted,
    "reform.returned": _returned,
    "reform.approved": _approved,
    "reform.approval_voided": _approval_voided,
    "reform.rejected": _rejected,
    "reform.withdrawn": _withdrawn,
}
