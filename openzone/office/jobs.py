"""Long work: handed in, read, cancelled. Who does it stands in `worker`.

What was asked is sealed under the owner; the result is kept as a content by its hash.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from openzone.errors import Fault
from openzone.office import contents
from openzone.office.attachments import READ as READ_ATTACHMENT
from openzone.office.attachments import verified_parts
from openzone.office.belongings import found, new_id, owner_only, page
from openzone.office.callers import Caller
from openzone.office.drafts import check_readable
from openzone.office.job_kinds import Asked, JobError, checked
from openzone.office.laws import Laws
from openzone.office.roles import check_standing
from openzone.store.chain import Event, time_text
from openzone.store.sealed import opened_one, seal
from openzone.store.store import Store
from openzone.store.tables.attachments import attachments
from openzone.store.tables.jobs import (
    CANCELLED_EVENT,
    DONE,
    QUEUED,
    STARTED_EVENT,
    job_runs,
    jobs,
)

START, READ, CANCEL = "job.start", "job.read", "job.cancel"
RUNNING = "running"
WAITING_MAX = 20


def start(
    store: Store, laws: Laws, caller: Caller, call: str, kind: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Take a job on; gives its line. A repeat of the call gives the first job as it stands now.

    Raises JobError, CaseError and ReformError for what cannot be worked on, NotFoundError for an
    attachment that is not the caller's.
    """
    asked, text = checked(kind, parameters)
    check_readable(laws, caller, asked.reforms)
    laws.reforms(asked.reforms)
    content = {"start": kind, "parameters": text}
    with store.writing() as writing:
        connection = writing.connection
        first = writing.first_result(call, caller.actor, content)
        if first is None:
            check_standing(writing, caller, START)
            _check_room(connection, caller)
            _check_attachment(connection, caller, asked)
            id = new_id("j")
            told = {"asked": text, "today": laws.today().isoformat()}
            payload = {"kind": kind, "owner": caller.id,
                       "parameters": seal(connection, caller.id, told)}  # fmt: skip
            writing.append(Event(f"{call}/1", caller.actor, STARTED_EVENT, id, payload))
            connection.execute(insert(job_runs).values(job=id, tries=0, done=0, stage=""))
            first = {"job": id}
            writing.keep_result(call, caller.actor, content, first)
        return _line(connection, found(connection, jobs, first["job"], None), store.clock())


def _check_room(connection: Connection, caller: Caller) -> None:
    query = select(func.count()).where(jobs.c.owner == caller.id, jobs.c.state == QUEUED)
    waiting = connection.execute(query.select_from(jobs)).scalar_one()
    if waiting >= WAITING_MAX:
        raise JobError(
            Fault("too_many", "too many of your jobs wait already", seen=waiting,
                  expected=f"fewer than {WAITING_MAX}", next="wait for one, or cancel one")
        )  # fmt: skip


def _check_attachment(connection: Connection, caller: Caller, asked: Asked) -> None:
    id = getattr(asked, "attachment", None)
    if id is not None:
        found(connection, attachments, id, owner_only(caller, READ_ATTACHMENT))


def cancel(store: Store, caller: Caller, call: str, id: str) -> dict[str, Any]:
    """Cancel a job that has not ended; an ended one stays as it is. Gives its line.

    Whoever works on it stops within seconds. Raises NotFoundError.
    """
    content = {"cancel": id}
    with store.writing() as writing:
        connection = writing.connection
        if writing.first_result(call, caller.actor, content) is None:
            check_standing(writing, caller, CANCEL)
            row = found(connection, jobs, id, owner_only(caller, CANCEL))
            if row.state == QUEUED:
                writing.append(Event(f"{call}/1", caller.actor, CANCELLED_EVENT, id, {}))
            writing.keep_result(call, caller.actor, content, {"job": id})
        return _line(connection, found(connection, jobs, id, None), store.clock())


def read(store: Store, caller: Caller, id: str) -> dict[str, Any]:
    """A job with what was asked, its state and how far it is. Raises NotFoundError.

    `state`: queued, running, done, failed or cancelled. `parameters` and `faults` are null where
    they were erased with the owner.
    """
    with store.reading() as connection:
        row = found(connection, jobs, id, owner_only(caller, READ))
        line = _line(connection, row, store.clock())
        told, faults = parameters_of(connection, row), None
        if row.faults is not None:
            held = opened_one(connection, row.faults)
            faults = held[1] if held else None
    return {**line, "parameters": told and told[0], "faults": faults}


def listed(
    store: Store, caller: Caller, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Jobs from the newest back; `before`: a `seq` of a line."""
    only = owner_only(caller, READ)
    with store.reading() as connection:
        rows = page(connection, jobs, only, before, limit)
        return [_line(connection, row, store.clock()) for row in rows]


def result(store: Store, caller: Caller, id: str) -> tuple[dict[str, Any], Iterator[bytes]]:
    """The line of a job that is done, and the bytes of its result, verified.

    Raises NotFoundError, JobError where it is not done, ErasedError where the result is gone.
    """
    with store.reading() as connection:
        row = found(connection, jobs, id, owner_only(caller, READ))
        line = _line(connection, row, store.clock())
    if row.state != DONE:
        raise JobError(
            Fault("job_not_done", "the job has no result", field="state", seen=line["state"],
                  expected=DONE, next="read the job: it says how far it is, or why it ended")
        )  # fmt: skip
    return line, verified_parts(store, id, row.result)


def parameters_of(connection: Connection, row: Row[Any]) -> tuple[dict[str, Any], dt.date] | None:
    """What a job was asked with, and the day on which; None where it was erased."""
    held = opened_one(connection, row.parameters)
    if held is None:
        return None
    return json.loads(held[1]["asked"]), dt.date.fromisoformat(held[1]["today"])


def _line(connection: Connection, row: Row[Any], now: dt.datetime) -> dict[str, Any]:
    run = connection.execute(select(job_runs).where(job_runs.c.job == row.id)).one_or_none()
    names = ("id", "seq", "kind", "owner", "by", "at", "state", "ended_at", "code", "book_hash")
    line = {name: row._mapping[name] for name in names}
    if row.state == QUEUED and run is not None and (run.lease_until or "") > time_text(now):
        line["state"] = RUNNING
    line["tries"] = row.tries if row.tries is not None else (run.tries if run else 0)
    line["progress"] = None
    if run is not None and (row.state == DONE or line["state"] == RUNNING):
        line["progress"] = {"done": run.done, "total": run.total, "stage": run.stage}
    line["result"] = None
    if row.state == DONE:
        there = contents.stands(connection, row.result)
        line["result"] = {"hash": row.result, "size": row.size, "media_type": row.media_type,
                          "erased": not there}  # fmt: skip
    return line
