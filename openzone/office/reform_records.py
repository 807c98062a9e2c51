"""Reforms as the office reads them: lists, one with what was approved, its revisions, comments.

An approval counts while the service runs on the book that the approver saw. The tables may still
say `approved` when the book has changed since; what is read here already says `submitted`.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, or_, select

from openzone.errors import Fault, OpenZoneError
from openzone.store.canonical import canonical_json, sha256
from openzone.store.tables.reforms import (
    APPROVED,
    STATES,
    SUBMITTED,
    approvals,
    comments,
    contributors,
    reforms,
    revisions,
    submissions,
)

PAGE_MAX = 100
APPROVED_DRAFT = "approved_draft"
BOOK_CHANGED = "book_changed"
TAG = 32


class UnknownReformError(OpenZoneError):
    """There is no such reform, or no such revision of it."""


def row_of(connection: Connection, id: str) -> Row[Any]:
    """The row of a reform. Raises UnknownReformError."""
    row = connection.execute(select(reforms).where(reforms.c.id == id)).one_or_none()
    if row is None:
        raise UnknownReformError(
            Fault("no_reform", "there is no such reform", field="reform", seen=id,
                  next="list them: GET /v1/reforms")
        )  # fmt: skip
    return row


def revision_of(connection: Connection, id: str, number: int) -> Row[Any]:
    """One revision of a reform. Raises UnknownReformError."""
    query = select(revisions).where(revisions.c.reform == id, revisions.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        last = row_of(connection, id).revision
        raise UnknownReformError(
            Fault("no_reform", "there is no such revision of the reform", field="revision",
                  seen=number, expected=f"1 to {last}")
        )  # fmt: skip
    return row


def laid_texts(connection: Connection, id: str) -> list[str]:
    """The texts of the reforms that were submitted or approved, without `id`; the oldest first."""
    current = (revisions.c.reform == reforms.c.id) & (revisions.c.number == reforms.c.revision)
    query = select(revisions.c.text).join(reforms, current).where(
        reforms.c.id != id, reforms.c.state.in_((SUBMITTED, APPROVED))
    ).order_by(reforms.c.seq)  # fmt: skip
    return list(connection.execute(query).scalars())


def standing(connection: Connection, id: str) -> list[Row[Any]]:
    """The approvals of a reform that were not voided, first come; some may be of an old book."""
    query = select(approvals).where(approvals.c.reform == id, approvals.c.voided_at.is_(None))
    return list(connection.execute(query.order_by(approvals.c.seq)))


def contributors_of(connection: Connection, id: str) -> list[str]:
    """Who wrote a revision of a reform, in the order in which they joined."""
    query = select(contributors.c.person).where(contributors.c.reform == id)
    order = query.order_by(contributors.c.revision, contributors.c.person)
    return list(connection.execute(order).scalars())


def listed(
    connection: Connection, book_hash: str, *, state: str = "", after: int = 0, limit: int
) -> dict[str, Any]:
    """Reforms from the oldest, those begun after event `after`; `next` is the `after` of the next
    page, None on the last."""
    if state and state not in STATES:
        raise UnknownReformError(
            Fault("wrong_value", "there is no such state of a reform", field="state", seen=state,
                  expected=", ".join(STATES))
        )  # fmt: skip
    size = max(1, min(limit, PAGE_MAX))
    query = _brief(book_hash).where(reforms.c.seq > after).order_by(reforms.c.seq)
    if state:
        query = query.where(_in_state(state, book_hash))
    rows = list(connection.execute(query.limit(size + 1)))
    found = [_plain(row) for row in rows[:size]]
    return {"reforms": found, "next": rows[size - 1].seq if len(rows) > size else None}


def one(connection: Connection, id: str, book_hash: str) -> dict[str, Any]:
    """A reform with its text, who wrote it, what was submitted and approved; `tag` names it all.

    `stage` is the state, but `approved_draft` where no authorisation is on record: such a reform
    reaches no live stage.
    """
    row_of(connection, id)
    row = connection.execute(_brief(book_hash).where(reforms.c.id == id)).one()
    text = revision_of(connection, id, row.revision)
    given = [_approval(each, book_hash) for each in _approvals(connection, id, row.revision)]
    found = _plain(row) | {
        "body_hash": text.body_hash,
        "scope": json.loads(text.scope),
        "book": {"hash": book_hash, "checked_against": text.book_hash},
        "contributors": contributors_of(connection, id),
        "approvals": given,
        "submission": _submission(connection, id),
    }
    return {**found, "tag": tag_of(found), "text": text.text}


def tag_of(found: dict[str, Any]) -> str:
    """What changes when anything does that a person looks at before they act: text, state, book,
    approvals. Comments do not change it."""
    counting = [[each["by"], each["at"]] for each in found["approvals"] if each["counts"]]
    seen = [found["id"], found["content_hash"], found["state"], found["book"]["hash"], counting]
    return f"r{found['revision']}-{sha256(canonical_json(seen))[:TAG]}"


def revisions_of(connection: Connection, id: str) -> list[dict[str, Any]]:
    """The revisions of a reform from the first, each with its text."""
    row_of(connection, id)
    query = select(revisions).where(revisions.c.reform == id).order_by(revisions.c.number)
    return [
        {
            "number": row.number, "content_hash": row.content_hash, "body_hash": row.body_hash,
            "book_hash": row.book_hash, "scope": json.loads(row.scope),
            "authorised": row.authorised, "by": row.by, "at": row.at, "text": row.text,
        }
        for row in connection.execute(query)
    ]  # fmt: skip


def comments_of(connection: Connection, id: str, after: int, limit: int) -> dict[str, Any]:
    """The comments on a reform after one, in order; `next` as in `listed`."""
    row_of(connection, id)
    size = max(1, min(limit, PAGE_MAX))
    query = select(comments).where(comments.c.reform == id, comments.c.seq > after)
    rows = list(connection.execute(query.order_by(comments.c.seq).limit(size + 1)))
    found = [
        {"number": row.seq, "revision": row.revision, "text": row.text, "by": row.by, "at": row.at}
        for row in rows[:size]
    ]
    return {"comments": found, "next": rows[size - 1].seq if len(rows) > size else None}


def _outdated(book_hash: str) -> ColumnElement[bool]:
    """Whether a standing approval was given on another book."""
    return exists().where(
        approvals.c.reform == reforms.c.id, approvals.c.voided_at.is_(None),
        approvals.c.book_hash != book_hash,
    )  # fmt: skip


def _in_state(state: str, book_hash: str) -> ColumnElement[bool]:
    here = reforms.c.state == state
    if state == APPROVED:
        return and_(here, ~_outdated(book_hash))
    if state == SUBMITTED:
        return or_(here, and_(reforms.c.state == APPROVED, _outdated(book_hash)))
    return here


def _brief(book_hash: str) -> Select[Any]:
    current = and_(revisions.c.reform == reforms.c.id, revisions.c.number == reforms.c.revision)
    outdated = _outdated(book_hash).label("outdated")
    return select(reforms, revisions.c.authorised, outdated).join(revisions, current)


def _plain(row: Row[Any]) -> dict[str, Any]:
    state = SUBMITTED if row.state == APPROVED and row.outdated else row.state
    return {
        "id": row.id,
        "name": row.name,
        "title": {"zh": row.title_zh, "en": row.title_en},
        "state": state,
        "stage": APPROVED_DRAFT if state == APPROVED and not row.authorised else state,
        "authorised": row.authorised,
        "revision": row.revision,
        "content_hash": row.content_hash,
        "created_by": row.created_by,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }


def _approvals(connection: Connection, id: str, revision: int) -> list[Row[Any]]:
    query = select(approvals).where(approvals.c.reform == id, approvals.c.revision == revision)
    return list(connection.execute(query.order_by(approvals.c.seq)))


def _approval(row: Row[Any], book_hash: str) -> dict[str, Any]:
    why = row.reason or (BOOK_CHANGED if row.book_hash != book_hash else "")
    return {
        "by": row.by, "at": row.at, "revision": row.revision, "content_hash": row.content_hash,
        "book_hash": row.book_hash, "counts": not why, "why_not": why,
    }  # fmt: skip


def _submission(connection: Connection, id: str) -> dict[str, Any] | None:
    """The last submission, with the effect that was shown; None where there was none."""
    query = select(submissions).where(submissions.c.reform == id)
    row = connection.execute(query.order_by(submissions.c.seq.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return {
        "revision": row.revision, "content_hash": row.content_hash, "book_hash": row.book_hash,
        "by": row.by, "at": row.at, "ended_at": row.ended_at, "reason": row.reason,
        "effect": json.loads(row.effect),
    }  # fmt: skip
