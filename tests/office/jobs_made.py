"""Jobs as tests begin them, and what works on them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from openzone.office import attachments, claims, jobs
from openzone.office.worker import Worker
from tests.office.asking import book, call, laws

PLAN = {"id": "p", "date": "2026-06-01", "firm": {"facts": {"foreign_share": 1.0}},
        "activities": [{"activity": "health.hospital"}]}  # fmt: skip
COMPARE = {"plan": PLAN, "places": [["ftz:shanghai-lingang"], ["hainan"]]}
REFORM = next(iter(book().reforms))
LONG = {"cases": 4_000_000, "reforms": [REFORM], "first": "2025-01-01", "last": "2025-12-31"}


def begun(store, caller, kind="compare", parameters=COMPARE):
    return jobs.start(store, laws(), caller, call(), kind, parameters)


def worker(store, work, **more):
    return Worker(store, laws(), "cn", folder=work, **more)


def done(store, work, caller, kind, parameters):
    """The line of a job after it was done, and its result."""
    job = begun(store, caller, kind, parameters)
    assert worker(store, work).once()
    line = jobs.read(store, caller, job["id"])
    assert line["state"] == "done", line
    assert list(work.iterdir()) == []
    return line, b"".join(jobs.result(store, caller, job["id"])[1])


def attached(store, caller, tmp_path, table, name="t.parquet"):
    path = tmp_path / name
    pq.write_table(pa.table(table), path)
    return attachments.add(store, caller, call(), path, name=name)["id"]


def claimed(store, name) -> claims.Claim:
    found = claims.claim(store, name)
    assert found is not None
    return found
