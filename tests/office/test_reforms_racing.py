"""Officials who race leave no wrong approval: threads and processes on one store."""

from __future__ import annotations

import collections
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openzone.office import reforms as office_reforms
from openzone.office.reform_acts import Act
from openzone.office.reforms import Reforms
from openzone.store import schema
from openzone.store.rebuilding import differing_tables
from openzone.store.store import Store
from openzone.store.verifying import verify
from tests.office import racing
from tests.office.four_eyes import wrong_approvals
from tests.office.reforms_made import book, call, seen, session, submitted, text
from tests.strategies.effort import seeds

ROOT = Path(__file__).resolve().parents[2]
CALLS = 100 * len(seeds(1, 10))  # a thousand when everything is tested in full
PROCESSES = 2


def every_event(store):
    after, found = 0, []
    while page := store.events(after):
        found += page
        after = page[-1].seq
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    """The URL of a store of officials, on either database."""
    named = f"sqlite:///{tmp_path}/office.db"
    if request.param == "postgresql":
        named = request.getfixturevalue("postgres_url")
    held = Store.opened(named)
    schema.metadata.create_all(held.engine)
    racing.people(held)
    held.close()
    return named


def test_calls_that_race_leave_no_wrong_approval(url):
    share = CALLS // 4
    others = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.office.racing", url, f"process{n}", str(share)],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        )
        for n in range(PROCESSES)
    ]  # fmt: skip
    counts = racing.race(url, "here", CALLS - PROCESSES * share)
    for other in others:
        told, _ = other.communicate(timeout=600)
        assert other.returncode == 0
        counts += collections.Counter(json.loads(told))
    store = Store.opened(url)
    events = every_event(store)
    assert sum(counts.values()) == CALLS
    assert wrong_approvals(events, racing.NEEDED) == []
    kinds = collections.Counter(one.event.kind for one in events)
    assert kinds["reform.approved"] == counts["approve"]
    assert kinds["reform.revised"] >= counts["revise"]
    tried = sum(times for act, times in counts.items() if act.startswith("approve"))
    assert tried > CALLS // 5 and tried > counts["approve"]
    assert differing_tables(store) == []
    assert verify(store).holds
    store.close()


# ---- the check of the journal finds what the office would have to let through --------------------


def found_without(monkeypatch, store, rule: str, act) -> list[str]:
    """What the check finds when the office has lost one of its rules."""
    monkeypatch.setattr(office_reforms, rule, lambda *_: None)
    act(Reforms(store, book()))
    return wrong_approvals(every_event(store))


@pytest.fixture
def drafter(store):
    return session(store, "reform_officer", "approver")


@pytest.fixture
def approver(store):
    return session(store, "approver")


def test_an_approval_of_an_older_text_would_be_found(monkeypatch, store, drafter, approver):
    def act(office):
        old = submitted(office, drafter)
        office.revise(drafter, call(), old["id"], text(cap=49), old["tag"])
        office.approve(approver, call(), old["id"], seen(old))

    found = found_without(monkeypatch, store, "check_seen", act)
    assert [one.split(": ")[1] for one in found] == [
        "nothing was submitted since the last edit", "the text approved is not the current one"
    ]  # fmt: skip


def test_an_author_who_approves_would_be_found(monkeypatch, store, drafter):
    def act(office):
        found = submitted(office, drafter)
        office.approve(drafter, call(), found["id"], seen(found))

    (found,) = found_without(monkeypatch, store, "check_four_eyes", act)
    assert found.endswith("an author approved")


def test_an_approver_without_the_role_would_be_found(monkeypatch, store, drafter):
    def act(office):
        found = submitted(office, drafter)
        office.approve(session(store, "officer"), call(), found["id"], seen(found))

    (found,) = found_without(monkeypatch, store, "check_standing", act)
    assert found.endswith("the approver had not the role at that event")


def test_an_edit_that_spares_an_approval_would_be_found(monkeypatch, store, drafter, approver):
    def act(office):
        found = submitted(office, drafter)
        now = office.approve(approver, call(), found["id"], seen(found))
        monkeypatch.setattr(Act, "void", lambda *_: None)
        office.revise(drafter, call(), found["id"], text(cap=49), now["tag"])

    (found,) = found_without(monkeypatch, store, "check_state", act)
    assert found.endswith("an edit left an approval or a submission standing")
