"""Long work: taken on, and done in a process of its own."""

from __future__ import annotations

import datetime as dt
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openzone.errors import CaseError, ReformError
from openzone.office import attachments, jobs
from openzone.office.belongings import NotFoundError
from openzone.office.job_kinds import JobError
from openzone.office.permission import AccessError
from openzone.office.worker import Worker
from openzone.store.faults import RepeatError
from tests.office.asking import book, call, laws, person
from tests.office.jobs_made import (
    COMPARE,
    PLAN,
    REFORM,
    attached,
    begun,
    done,
    worker,
)

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


@pytest.mark.soak
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
