"""Long work that is cancelled, dies or is killed, and is taken up again; and what is erased."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from openzone.errors import OpenZoneError
from openzone.office import claims, contents, jobs
from openzone.office.belongings import ErasedError
from openzone.office.job_kinds import JobError
from openzone.office.worker import Means
from openzone.store import sealed
from openzone.store.rebuilding import differing_tables
from openzone.store.tables.attachments import blobs
from openzone.store.tables.jobs import job_runs
from openzone.store.verifying import verify
from tests.office.asking import call, person
from tests.office.jobs_made import (
    COMPARE,
    LONG,
    begun,
    claimed,
    done,
    worker,
)
from tests.waiting import until

# ---- cancelled, died, killed ---------------------------------------------------------------------


def test_a_job_that_waits_is_cancelled_and_never_done(store, work):
    firm = person(store)
    job = begun(store, firm)["id"]
    assert jobs.cancel(store, firm, call(), job)["state"] == "cancelled"
    assert jobs.cancel(store, firm, call(), job)["state"] == "cancelled"
    assert not worker(store, work).once()
    assert len(store.events(kinds=["job.cancelled"])) == 1


def test_a_job_that_is_done_is_not_cancelled(store, work):
    firm = person(store)
    job = begun(store, firm)["id"]
    worker(store, work).once()
    assert jobs.cancel(store, firm, call(), job)["state"] == "done"
    assert b"".join(jobs.result(store, firm, job)[1])


def processes(folder: Path) -> list[int]:
    """The processes of jobs in a folder that live."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            line = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if b"job_child" in line and str(folder).encode() in line:
            found.append(int(place.name))
    return found


def test_cancelling_stops_the_process_that_works_on_it(live, work):
    firm = person(live)
    job = begun(live, firm, "replay", LONG)["id"]
    thread = threading.Thread(target=worker(live, work).once)
    thread.start()
    until(lambda: (jobs.read(live, firm, job)["progress"] or {}).get("stage"))
    assert jobs.read(live, firm, job)["state"] == "running"
    assert processes(work)
    jobs.cancel(live, firm, call(), job)
    thread.join(20)
    assert not thread.is_alive()
    assert processes(work) == [] and list(work.iterdir()) == []
    assert jobs.read(live, firm, job)["state"] == "cancelled"
    assert live.events(kinds=["job.done", "job.failed"]) == []


def test_a_graceful_stop_gives_the_job_back_without_counting_the_try(live, work):
    firm, stop = person(live), threading.Event()
    job = begun(live, firm, "replay", LONG)["id"]
    thread = threading.Thread(target=worker(live, work).run, args=(stop,))
    thread.start()
    until(lambda: processes(work))
    stop.set()
    thread.join(20)
    line = jobs.read(live, firm, job)
    assert (line["state"], line["tries"]) == ("queued", 0)
    assert processes(work) == []


def test_a_job_whose_worker_was_killed_is_finished_by_the_next_and_its_result_stands_once(
    live, work, tmp_path
):
    firm = person(live)
    job = begun(live, firm, "replay", {**LONG, "cases": 300_000})["id"]
    first = subprocess.Popen(
        [sys.executable, "-m", "tests.office.job_worker", str(tmp_path / "live.db"), work, "2"],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    until(lambda: processes(work))
    orphans = processes(work)
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: processes(work) == [], 10)
    assert orphans
    assert jobs.read(live, firm, job)["result"] is None
    next_one = worker(live, work, lease=dt.timedelta(seconds=2))
    until(next_one.once, 30)
    line = jobs.read(live, firm, job)
    assert (line["state"], line["tries"]) == ("done", 2)
    assert json.loads(b"".join(jobs.result(live, firm, job)[1]))["cases"] == 300_000
    assert len(live.events(kinds=["job.done"])) == 1
    with live.reading() as connection:
        assert connection.execute(select(func.count()).select_from(blobs)).scalar() == 1
    assert list(work.iterdir()) == []
    assert verify(live).holds and differing_tables(live) == []


def test_a_job_that_kills_its_process_is_tried_three_times_and_then_fails(store, work):
    firm = person(store)
    job = begun(store, firm)["id"]
    small = worker(store, work, means=Means(memory_bytes=120 << 20))
    for _ in range(3):
        assert small.once()
        assert jobs.read(store, firm, job)["state"] == "queued"
    assert not small.once()
    line = jobs.read(store, firm, job)
    assert (line["state"], line["code"], line["tries"]) == ("failed", "job_died", 3)


def test_one_of_many_workers_gets_a_job(live):
    firm = person(live)
    ids = {begun(live, firm)["id"] for _ in range(3)}
    got, lock = [], threading.Lock()

    def take(name):
        while (found := claims.claim(live, name)) is not None:
            with lock:
                got.append((found.job, name))

    threads = [threading.Thread(target=take, args=(f"w{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job for job, _ in got) == sorted(ids)


def test_whoever_lost_the_lease_ends_nothing(store, clock, tmp_path):
    firm = person(store)
    begun(store, firm)
    late = claimed(store, "late")
    assert claims.claim(store, "other") is None
    clock.on(seconds=31)
    other = claimed(store, "other")
    assert (other.tries, late.tries) == (2, 1)
    result = tmp_path / "result.json"
    result.write_text("{}")
    assert not claims.held(store, late, None, claims.LEASE)
    assert not claims.wanted(store, late)
    assert not claims.finish(store, late, result, "application/json", "h")
    assert not claims.fail(store, late, [claims.DIED])
    claims.release(store, late, counted=False)
    assert claims.wanted(store, other)
    assert claims.finish(store, other, result, "application/json", "h")
    assert not claims.finish(store, other, result, "application/json", "h")
    assert len(store.events(kinds=["job.done"])) == 1


def test_a_lease_that_is_kept_is_not_taken(store, clock):
    firm = person(store)
    job = begun(store, firm)["id"]
    one = claimed(store, "one")
    for _ in range(5):
        clock.on(seconds=20)
        assert claims.held(store, one, {"done": 3, "total": 9, "stage": "s"}, claims.LEASE)
        assert claims.claim(store, "other") is None
    line = jobs.read(store, firm, job)
    assert (line["state"], line["progress"]) == ("running", {"done": 3, "total": 9, "stage": "s"})
    assert store.events(kinds=["job.done", "job.failed"]) == []


# ---- erased --------------------------------------------------------------------------------------


def test_erasing_an_owner_takes_question_and_result(store, work):
    firm, auditor = person(store), person(store, "auditor")
    line, _ = done(store, work, firm, "compare", COMPARE)
    waiting = begun(store, firm)["id"]
    with store.writing() as writing:
        sealed.erase(writing.connection, firm.id)
        assert contents.forget(writing.connection, firm.id) == 1
    assert jobs.read(store, auditor, line["id"])["parameters"] is None
    with pytest.raises(ErasedError):
        jobs.result(store, auditor, line["id"])
    assert not worker(store, work).once()
    assert jobs.read(store, auditor, waiting)["code"] == "erased"
    assert verify(store).holds
    assert differing_tables(store) == []


def test_nothing_is_kept_for_who_was_erased_while_the_work_ran(store, tmp_path):
    firm, auditor = person(store), person(store, "auditor")
    job = begun(store, firm)["id"]
    claim = claimed(store, "one")
    with store.writing() as writing:
        sealed.erase(writing.connection, firm.id)
    result = tmp_path / "result.json"
    result.write_text("{}")
    assert claims.finish(store, claim, result, "application/json", "h")
    assert jobs.read(store, auditor, job)["code"] == "erased"
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(blobs)).scalar() == 0


def test_progress_is_no_part_of_the_journal(store):
    firm = person(store)
    begun(store, firm)
    count = store.checkpoint().count
    claim = claimed(store, "one")
    claims.held(store, claim, {"done": 1, "total": 2, "stage": "x"}, claims.LEASE)
    claims.release(store, claim, counted=True)
    assert store.checkpoint().count == count
    with store.writing() as writing:
        writing.connection.execute(update(job_runs).values(tries=9))
    assert differing_tables(store) == []


def test_every_error_of_a_job_has_a_code_of_the_table():
    from openzone.errors import CODES

    assert {claims.DIED["code"], claims.GONE["code"], "job_not_done"} <= CODES.keys()
    assert issubclass(JobError, OpenZoneError)
