"""Long work: taken on, done in a process of its own, cancelled, taken up again after a crash."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select, update

from openzone.errors import CaseError, OpenZoneError, ReformError
from openzone.office import attachments, claims, contents, jobs
from openzone.office.belongings import ErasedError, NotFoundError
from openzone.office.job_kinds import JobError
from openzone.office.permission import AccessError
from openzone.office.worker import Means, Worker
from openzone.store import schema, sealed
from openzone.store.faults import RepeatError
from openzone.store.rebuilding import differing_tables
from openzone.store.store import Store
from openzone.store.tables.attachments import blobs
from openzone.store.tables.jobs import job_runs
from openzone.store.verifying import verify
from tests.office.asking import book, call, laws, person

PLAN = {"id": "p", "date": "2026-06-01", "firm": {"facts": {"foreign_share": 1.0}},
        "activities": [{"activity": "health.hospital"}]}  # fmt: skip
COMPARE = {"plan": PLAN, "places": [["ftz:shanghai-lingang"], ["hainan"]]}
REFORM = next(iter(book().reforms))
LONG = {"cases": 4_000_000, "reforms": [REFORM], "first": "2025-01-01", "last": "2025-12-31"}


@pytest.fixture
def live(tmp_path):
    """A store with the clock of the machine, as processes of their own see it."""
    held = Store.opened(str(tmp_path / "live.db"))
    schema.metadata.create_all(held.engine)
    yield held
    held.close()


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


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


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


# ---- taken on ------------------------------------------------------------------------------------


def test_a_job_that_was_handed_in_waits(store):
    firm = person(store)
    line = jobs.read(store, firm, begun(store, firm)["id"])
    assert (line["state"], line["tries"], line["progress"], line["result"]) == (
        "queued", 0, None, None,
    )  # fmt: skip
    assert line["parameters"] == COMPARE
    assert [one["id"] for one in jobs.listed(store, firm)] == [line["id"]]


@pytest.mark.parametrize(
    ("kind", "parameters", "error"),
    [
        ("wish", {}, JobError),
        ("compare", {}, JobError),
        ("compare", [], JobError),
        ("compare", {"plan": PLAN, "plna": 1}, JobError),
        ("compare", {"plan": {"story": "x" * 1_000_000}}, JobError),
        ("compare", {"plan": PLAN, "reforms": ["no-such-reform"]}, ReformError),
        ("compare", {"plan": PLAN, "reforms": ["../../etc/passwd"]}, ReformError),
        ("compare", {"plan": PLAN, "places": [["x"]] * 201}, JobError),
        ("table", {"regime": "capital"}, JobError),
        ("table", {"regime": "no_such", "attachment": "a-1"}, CaseError),
        ("table", {"regime": "capital", "attachment": "a-1"}, NotFoundError),
        ("table", {"regime": "capital", "attachment": "a-1", "form": "xls"}, JobError),
        ("replay", {"reforms": [REFORM]}, JobError),
        ("replay", {"reforms": [REFORM], "cases": 1, "attachment": "a-1"}, JobError),
        ("replay", {"reforms": [], "cases": 1}, JobError),
        ("replay", {"reforms": [REFORM], "cases": 10**9}, JobError),
        ("replay", {"reforms": [REFORM], "cases": 0}, JobError),
        ("replay", {"reforms": [REFORM], "cases": 9, "first": "2025-01-02",
                    "last": "2025-01-01"}, JobError),
        ("replay", {"reforms": [REFORM], "cases": 9, "facts": {"line": "first"}}, JobError),
        ("openness", {"dates": ["soon"]}, JobError),
        ("openness", {"known": "2025-02-30"}, JobError),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_on_is_refused_at_once(store, kind, parameters, error):
    firm = person(store)
    with pytest.raises(error):
        begun(store, firm, kind, parameters)
    assert jobs.listed(store, firm) == []


def test_a_repeat_gives_the_first_job_and_other_parameters_are_refused(store):
    firm = person(store)
    first = jobs.start(store, laws(), firm, "an-id", "compare", COMPARE)
    assert jobs.start(store, laws(), firm, "an-id", "compare", COMPARE) == first
    with pytest.raises(RepeatError):
        jobs.start(store, laws(), firm, "an-id", "compare", {"plan": PLAN})
    assert len(jobs.listed(store, firm)) == 1


def test_one_owner_has_so_many_jobs_waiting_and_no_more(store):
    one, other = person(store), person(store)
    for _ in range(jobs.WAITING_MAX):
        begun(store, one)
    with pytest.raises(JobError) as caught:
        begun(store, one)
    assert caught.value.code == "too_many"
    begun(store, other)


def test_somebody_elses_job_and_attachment_are_not_there(store, tmp_path):
    one, other, auditor = person(store), person(store), person(store, "auditor")
    job = begun(store, one)["id"]
    table = attached(store, one, tmp_path, {"id": [1]})
    for act in (
        lambda: jobs.read(store, other, job),
        lambda: jobs.result(store, other, job),
        lambda: jobs.cancel(store, other, call(), job),
        lambda: begun(store, other, "table", {"regime": "capital", "attachment": table}),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert jobs.listed(store, other) == []
    assert jobs.read(store, auditor, job)["owner"] == one.id
    with pytest.raises(AccessError):
        begun(store, auditor)


def test_the_journal_holds_nothing_of_what_was_asked(store):
    firm = person(store)
    begun(store, firm, "compare", {"plan": {**PLAN, "story": "Acme Medical"}})
    (event,) = store.events(kinds=["job.started"])
    assert "Acme" not in json.dumps(event.as_dict()) and "hospital" not in str(event.as_dict())


# ---- done ----------------------------------------------------------------------------------------


def test_a_plan_is_compared_in_places(store, work):
    line, result = done(store, work, person(store), "compare", COMPARE)
    told = json.loads(result)
    assert {tuple(one["place"]) for one in told["places"]} == {
        ("ftz:shanghai-lingang",), ("hainan",),
    }  # fmt: skip
    assert told["law"]["hash"] == line["book_hash"][:16] == book().hash[:16]
    assert line["result"]["media_type"] == "application/json"


CASES = {
    "id": ["a", "b", "c"],
    "activity": ["health.hospital", "auto.passenger", "no.such.tag"],
    "place": ["ftz:shanghai-lingang", "", ""],
    "date": [dt.date(2025, 6, 1)] * 3,
    "foreign_share": pa.array(["1.000000"] * 3).cast(pa.decimal128(7, 6)),
}


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_table_of_cases_is_decided(store, work, tmp_path, form):
    firm = person(store)
    table = attached(store, firm, tmp_path, CASES)
    asked = {"regime": "capital", "attachment": table, "form": form}
    line, result = done(store, work, firm, "table", asked)
    if form == "parquet":
        rows = pq.read_table(io.BytesIO(result)).to_pylist()
    else:
        rows = [json.loads(one) for one in result.splitlines()]
    verdicts = {one["id"]: one["verdict"] for one in rows}
    assert verdicts.keys() == {"a", "b", "c"} and verdicts["c"] == "refused"
    assert line["result"]["size"] == len(result)


def test_declaration_lines_are_decided(store, work, tmp_path):
    firm, path = person(store), tmp_path / "lines.csv"
    path.write_text("id,hs,origin,customs_value,date\n1,8703234110,DE,100000,2025-06-01\n")
    id = attachments.add(store, firm, call(), path, name="lines.csv")["id"]
    _, result = done(store, work, firm, "table", {"regime": "goods", "attachment": id})
    (row,) = pq.read_table(io.BytesIO(result)).to_pylist()
    assert row["outcome"]


def test_a_reform_is_replayed_on_drawn_cases(store, work):
    asked = {"reforms": [REFORM], "cases": 3000, "first": "2025-01-01", "last": "2025-12-31"}
    _, result = done(store, work, person(store, "reform_officer"), "replay", asked)
    told = json.loads(result)
    assert told["cases"] == 3000 == sum(one["n"] for one in told["flips"])
    assert told["synthetic"]


def test_a_reform_is_replayed_on_attached_cases(store, work, tmp_path):
    officer = person(store, "reform_officer")
    table = attached(store, officer, tmp_path, CASES)
    _, result = done(store, work, officer, "replay", {"reforms": [REFORM], "attachment": table})
    assert json.loads(result)["cases"] == 3


def test_openness_is_measured(store, work):
    asked = {"places": ["national", "ftz:shanghai"], "dates": ["2025-06-01"]}
    _, result = done(store, work, person(store), "openness", asked)
    assert json.loads(result)["law"]["known"] == "2026-11-23"


def test_a_draft_that_is_not_in_the_book_is_replayed(store, work):
    from openzone.rulebook.books import BUNDLED

    files = [path.read_text(encoding="utf-8") for path in (BUNDLED / "cn").rglob("*.yaml")]
    text = next(one for one in files if "openzone/reform/1" in one and f"id: {REFORM}\n" in one)
    held = laws()
    held.drafted = {"r-1@2": text}.get
    officer = person(store, "reform_officer")
    asked = {"plan": PLAN, "places": [[]], "reforms": ["r-1@2"]}
    job = jobs.start(store, held, officer, call(), "compare", asked)
    assert Worker(store, held, "cn", folder=work).once()
    told = json.loads(b"".join(jobs.result(store, officer, job["id"])[1]))
    assert told["law"]["reforms"][0].startswith(REFORM)


def test_what_the_law_refuses_ends_the_job_with_its_faults(store, work):
    firm = person(store)
    job = begun(store, firm, "compare", {"plan": {**PLAN, "no_such_part": 1}})
    assert worker(store, work).once()
    line = jobs.read(store, firm, job["id"])
    assert (line["state"], line["code"], line["tries"]) == ("failed", "unknown_field", 1)
    assert line["faults"][0]["field"] == "no_such_part"
    with pytest.raises(JobError) as caught:
        jobs.result(store, firm, job["id"])
    assert caught.value.code == "job_not_done"
    assert not worker(store, work).once()


@pytest.mark.parametrize(
    "content",
    [b"PAR1" + bytes(20) + (8).to_bytes(4, "little") + b"PAR1"],
    ids=["no Parquet inside"],
)
def test_a_table_that_is_none_fails_and_takes_nothing_down(store, work, tmp_path, content):
    firm, path = person(store), tmp_path / "bad.parquet"
    path.write_bytes(content)
    id = attachments.add(store, firm, call(), path, name="bad.parquet")["id"]
    job = begun(store, firm, "table", {"regime": "capital", "attachment": id})
    held = worker(store, work)
    while held.once():
        pass
    line = jobs.read(store, firm, job["id"])
    assert line["state"] == "failed" and line["faults"]


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
