"""Long work: what was asked, and how it ended. Who is at it now stands apart from the journal."""

from __future__ import annotations

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

QUEUED, DONE, FAILED, CANCELLED = "queued", "done", "failed", "cancelled"
STARTED_EVENT, DONE_EVENT = "job.started", "job.done"
FAILED_EVENT, CANCELLED_EVENT = "job.failed", "job.cancelled"
TIME = 27

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("kind", String(60), nullable=False),
    Column("owner", String(ID), nullable=False),
    Column("by", String(ID), nullable=False),
    Column("at", String(TIME), nullable=False),
    Column("parameters", String(HASH), nullable=False),
    Column("state", String(20), nullable=False),
    Column("ended_at", String(TIME)),
    Column("tries", Integer),
    Column("code", String(60)),
    Column("faults", String(HASH)),
    Column("result", String(HASH)),
    Column("size", BigInteger),
    Column("media_type", String(100)),
    Column("book_hash", String(HASH)),
    Index(None, "owner", "seq"),
    Index(None, "state", "seq"),
    comment="Long work that was asked for, and its result.",
)

job_runs = Table(
    "job_runs",
    metadata,
    Column("job", String(ID), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("worker", String(ID)),
    Column("lease_until", String(TIME)),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("stage", Text, nullable=False),
    comment="Who is at a job and how far it is; not read from the journal.",
)

TABLES = (jobs,)


def _started(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    connection.execute(
        insert(jobs).values(
            id=one.event.subject, seq=one.seq, kind=told["kind"], owner=told["owner"],
            by=one.event.actor, at=one.at, parameters=told["parameters"][MARK], state=QUEUED,
        )
    )  # fmt: skip


def _done(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    names = ("tries", "size", "media_type", "book_hash")
    _end(connection, one, DONE, result=told["hash"], **{name: told[name] for name in names})


def _failed(connection: Connection, one: Recorded) -> None:
    told = one.event.payload
    _end(connection, one, FAILED, tries=told["tries"], code=told["code"],
         faults=told["faults"][MARK])  # fmt: skip


def _cancelled(connection: Connection, one: Recorded) -> None:
    _end(connection, one, CANCELLED)


def _end(connection: Connection, one: Recorded, state: str, **values: object) -> None:
    ended = jobs.c.id == one.event.subject
    connection.execute(update(jobs).where(ended).values(state=state, ended_at=one.at, **values))


READERS = {
    STARTED_EVENT: _started,
    DONE_EVENT: _done,
    FAILED_EVENT: _failed,
    CANCELLED_EVENT: _cancelled,
}
