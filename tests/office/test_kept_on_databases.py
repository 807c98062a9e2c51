"""What is kept, on both databases: saved, shared, attached, worked on, made anew."""

from __future__ import annotations

import json
import threading

import pytest

from openzone.office import attachments, cases, claims, contents, jobs, shares
from openzone.office.worker import Worker
from openzone.store import schema, sealed
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.store import Store
from openzone.store.verifying import verify
from tests.office.asking import CARS, call, laws, person

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
PLAN = {"plan": {"id": "p", "date": "2026-06-01", "activities": [{"activity": "health.hospital"}]},
        "places": [["hainan"]]}  # fmt: skip


@pytest.fixture(params=DATABASES)
def store(request, tmp_path):
    url = str(tmp_path / "kept.db")
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    held = Store.opened(url)
    schema.metadata.create_all(held.engine)
    yield held
    held.close()


def test_all_that_is_kept_is_read_back_and_made_anew(store, tmp_path):
    firm, path = person(store), tmp_path / "sent"
    path.write_bytes(b"%PDF-1.7\n" + b"x" * 2_500_000)
    case = cases.save(store, laws(), firm, call(), cases.Question(CARS))
    cases.recheck(store, laws(), firm, call(), case)
    link = shares.create(store, firm, call(), case)
    file = attachments.add(store, firm, call(), path, name="a.pdf", case=case)
    job = jobs.start(store, laws(), firm, call(), "compare", PLAN)["id"]
    assert Worker(store, laws(), "cn", folder=tmp_path).once()
    before = cases.read(store, firm, case), jobs.read(store, firm, job)
    assert before[1]["state"] == "done"
    assert differing_tables(store) == []
    rebuild(store)
    assert (cases.read(store, firm, case), jobs.read(store, firm, job)) == before
    assert shares.opened(store, link["token"])["answer"] == before[0]["answer"]
    assert b"".join(attachments.opened(store, firm, file["id"])[1]) == path.read_bytes()
    assert json.loads(b"".join(jobs.result(store, firm, job)[1]))["plan"] == "p"
    with store.writing() as writing:
        assert sealed.erase(writing.connection, firm.id) == 5
        assert contents.forget(writing.connection, firm.id) == 2
    assert verify(store).holds and differing_tables(store) == []


def test_each_job_is_claimed_once_however_many_ask(store):
    firm = person(store)
    ids = [jobs.start(store, laws(), firm, call(), "compare", PLAN)["id"] for _ in range(6)]
    got, lock = [], threading.Lock()

    def take(name):
        while (found := claims.claim(store, name)) is not None:
            with lock:
                got.append(found.job)

    threads = [threading.Thread(target=take, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(ids)
