"""Who is at a job: a claim with a lease, taken and kept by compare-and-set.

A job is open until its end stands in the journal. Whoever has a lease that has not run out is at
it; one that has run out may be taken by anybody, at most TRIES_MAX times in all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update

from openzone.office import contents
from openzone.office.callers import SYSTEM
from openzone.office.jobs import parameters_of
from openzone.store.chain import Event, time_text
from openzone.store.sealed import seal
from openzone.store.store import Store, Writing
from openzone.store.tables.jobs import DONE_EVENT, FAILED_EVENT, QUEUED, job_runs, jobs

TRIES_MAX = 3
LEASE = dt.timedelta(seconds=30)
DIED = {"code": "job_died", "message": "the work ended without an answer, as often as it was tried",
        "next": "ask for less at once, or tell whoever runs the service"}  # fmt: skip
GONE = {"code": "erased", "message": "what was asked was erased with its owner"}


@dataclass(frozen=True)
class Claim:
    """A job that one worker is at, for the time of its lease."""

    job: str
    owner: str
    kind: str
    worker: str
    tries: int
    parameters: dict[str, Any]
    today: dt.date

    def mine(self) -> ColumnElement[bool]:
        """The run as this claim made it."""
        return (
            (job_runs.c.job == self.job)
            & (job_runs.c.worker == self.worker)
            & (job_runs.c.tries == self.tries)
        )


def claim(store: Store, worker: str, lease: dt.timedelta = LEASE) -> Claim | None:
    """Take the oldest job that nobody is at; None where there is none.

    A job that was tried often enough, or whose question was erased, is ended on the way.
    """
    while True:
        with store.reading() as connection:
            waiting = connection.execute(_free(time_text(store.clock())).limit(1)).first()
        if waiting is None:
            return None
        with store.writing() as writing:
            now = time_text(store.clock())
            row = writing.connection.execute(_free(now).limit(1)).first()
            if row is None:
                return None
            found = _taken(writing, row, worker, now, lease)
        if found is not None:
            return found


def _free(now: str) -> Any:
    """The jobs that nobody is at, the oldest first."""
    out = or_(job_runs.c.lease_until.is_(None), job_runs.c.lease_until <= now)
    return (
        select(jobs, job_runs.c.tries.label("tried"))
        .join(job_runs, job_runs.c.job == jobs.c.id)
        .where(jobs.c.state == QUEUED, out)
        .order_by(jobs.c.seq)
    )


def _taken(writing: Writing, row: Any, worker: str, now: str, lease: dt.timedelta) -> Claim | None:
    connection, id, tried = writing.connection, row.id, row.tried
    told = parameters_of(connection, row)
    if told is None or tried >= TRIES_MAX:
        writing.lock()
        if _open(connection, id):
            fail_in(writing, id, row.owner, tried, [GONE if told is None else DIED])
        return None
    until = time_text(writing.store.clock() + lease)
    out = or_(job_runs.c.lease_until.is_(None), job_runs.c.lease_until <= now)
    taken = connection.execute(
        update(job_runs)
        .where(job_runs.c.job == id, job_runs.c.tries == tried, out)
        .values(worker=worker, tries=tried + 1, lease_until=until, done=0, total=None, stage="")
    )
    if taken.rowcount != 1:  # another worker was faster
        return None
    return Claim(id, row.owner, row.kind, worker, tried + 1, told[0], told[1])


def held(store: Store, claim: Claim, progress: dict[str, Any] | None, lease: dt.timedelta) -> bool:
    """Keep a lease for another while, and tell how far the work is; False where it is lost."""
    values: dict[str, Any] = {"lease_until": time_text(store.clock() + lease)}
    values |= progress or {}
    with store.writing() as writing:
        kept = writing.connection.execute(update(job_runs).where(claim.mine()).values(**values))
        return kept.rowcount == 1


def wanted(store: Store, claim: Claim) -> bool:
    """Whether a job is still open and this claim still the one that is at it."""
    query = select(job_runs.c.job).join(jobs, jobs.c.id == job_runs.c.job)
    with store.reading() as connection:
        found = connection.execute(query.where(claim.mine(), jobs.c.state == QUEUED))
        return found.first() is not None


def release(store: Store, claim: Claim, counted: bool) -> None:
    """Give a job back for another try; `counted`: whether this one counts as one of them."""
    tries = claim.tries if counted else claim.tries - 1
    with store.writing() as writing:
        writing.connection.execute(
            update(job_runs).where(claim.mine())
            .values(worker=None, lease_until=None, tries=tries, done=0, total=None, stage="")
        )  # fmt: skip


def finish(store: Store, claim: Claim, path: Path, media_type: str, book_hash: str) -> bool:
    """Keep the result and end the job; False where somebody else is at it, or it has ended.

    Nothing is kept of an owner who was erased meanwhile.
    """
    with store.writing() as writing:
        if not _still_mine(writing, claim):
            return False
        row = writing.connection.execute(select(jobs).where(jobs.c.id == claim.job)).one()
        if parameters_of(writing.connection, row) is None:
            fail_in(writing, claim.job, claim.owner, claim.tries, [GONE])
            return True
        digest, size = contents.keep(writing, path)
        payload = {"hash": digest, "size": size, "media_type": media_type, "tries": claim.tries,
                   "book_hash": book_hash}  # fmt: skip
        writing.append(Event(f"{claim.job}/done", SYSTEM, DONE_EVENT, claim.job, payload))
        writing.connection.execute(
            update(job_runs).where(claim.mine()).values(worker=None, lease_until=None)
        )
    return True


def fail(store: Store, claim: Claim, faults: list[dict[str, Any]]) -> bool:
    """End a job with what was wrong; False where somebody else is at it, or it has ended."""
    with store.writing() as writing:
        if not _still_mine(writing, claim):
            return False
        fail_in(writing, claim.job, claim.owner, claim.tries, faults)
    return True


def fail_in(
    writing: Writing, job: str, owner: str, tries: int, faults: list[dict[str, Any]]
) -> None:
    """End a job with what was wrong, inside a transaction."""
    payload = {"code": faults[0]["code"], "tries": tries,
               "faults": seal(writing.connection, owner, faults)}  # fmt: skip
    writing.append(Event(f"{job}/failed", SYSTEM, FAILED_EVENT, job, payload))
    writing.connection.execute(
        update(job_runs).where(job_runs.c.job == job).values(worker=None, lease_until=None)
    )


def _still_mine(writing: Writing, claim: Claim) -> bool:
    """Whether the claim stands, under the lock of the journal: nobody ends the job meanwhile."""
    writing.lock()
    query = select(job_runs.c.job).where(claim.mine())
    mine = writing.connection.execute(query).first() is not None
    return mine and _open(writing.connection, claim.job)


def _open(connection: Connection, job: str) -> bool:
    query = select(jobs.c.id).where(jobs.c.id == job, jobs.c.state == QUEUED)
    return connection.execute(query).first() is not None
