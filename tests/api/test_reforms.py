"""Reforms over HTTP: one official drafts, another approves exactly what is there."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from openzone.api.app import create
from openzone.api.guards import COOKIE
from openzone.office.sessions import csrf_of
from openzone.store.rebuilding import differing_tables
from tests.office.four_eyes import wrong_approvals
from tests.office.people_made import key_of, session_of, user_with
from tests.office.reforms_made import other_book, text

HOST = "http://testserver"
LIST = "/v1/reforms"
numbers = itertools.count(1)


@pytest.fixture
def client(store):
    settings = SimpleNamespace(book="starter")
    with TestClient(create(settings, store), base_url=HOST) as held:
        yield held


class Official:
    """Somebody with a session who sends what a page of the service would send."""

    def __init__(self, client, store, *roles, second_factor=True):
        self.client, self.user = client, user_with(store, *roles)
        token = session_of(store, self.user, second_factor=second_factor)
        self.headers = {"Cookie": f"{COOKIE}={token}", "X-CSRF-Token": csrf_of(token),
                        "Origin": HOST}  # fmt: skip

    def get(self, path, **headers):
        return self.client.get(path, headers={**self.headers, **headers})

    def post(self, path, body, *, key=None, **headers):
        sent = {**self.headers, "Idempotency-Key": key or f"test-call-{next(numbers)}", **headers}
        return self.client.post(path, json=body, headers=sent)


@pytest.fixture
def drafter(client, store):
    return Official(client, store, "reform_officer")


@pytest.fixture
def approver(client, store):
    return Official(client, store, "approver")


def drafted(official, words="") -> dict:
    answer = official.post(LIST, {"text": words or text()})
    assert answer.status_code == 201, answer.text
    return answer.json()


def submitted(official, words="") -> dict:
    found = drafted(official, words)
    answer = official.post(f"{LIST}/{found['id']}/submit", {"revision": 1})
    assert answer.status_code == 200, answer.text
    return answer.json()


def seen(found: dict) -> dict:
    return {"revision": found["revision"], "content_hash": found["content_hash"],
            "book_hash": found["book"]["hash"]}  # fmt: skip


def refused(answer, status: int, code: str) -> dict:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def all_events(store):
    return store.events(limit=1000)


def test_one_drafts_sees_the_effect_another_approves_and_an_edit_kills_it(
    store, client, drafter, approver
):
    made = drafter.post(LIST, {"text": text()})
    id = made.json()["id"]
    assert made.headers["location"] == f"{LIST}/{id}"
    effect = drafter.get(f"{LIST}/{id}/effect").json()
    assert effect["changes"][0]["statements"][0]["after"] == "allowed"
    assert effect["power"]["needs"][0]["holder"]["en"] == "The ministry that issued it"
    shown = drafter.post(f"{LIST}/{id}/submit", {"revision": 1}).json()
    assert shown["submission"]["effect"] == effect
    read = approver.get(f"{LIST}/{id}")
    assert read.json()["submission"]["effect"] == effect
    said = approver.post(f"{LIST}/{id}/comments", {"text": "Agreed."})
    assert said.status_code == 201 and said.headers["etag"] == read.headers["etag"]
    done = approver.post(f"{LIST}/{id}/approve", seen(read.json()))
    assert (done.json()["state"], done.json()["stage"]) == ("approved", "approved_draft")
    edit = drafter.post(
        f"{LIST}/{id}/revisions", {"text": text(cap=49)}, **{"If-Match": done.headers["etag"]}
    )
    assert edit.status_code == 201 and edit.json()["state"] == "draft"
    assert [one["reason"] for one in edit.json()["voided"]] == ["edited"]
    late = approver.post(f"{LIST}/{id}/approve", seen(read.json()))
    assert refused(late, 409, "stale_approval")["faults"][0]["field"] == "state"
    revisions = approver.get(f"{LIST}/{id}/revisions").json()["revisions"]
    assert [one["by"] for one in revisions] == [drafter.user] * 2
    assert approver.get(f"{LIST}/{id}/comments").json()["comments"][0]["text"] == "Agreed."
    assert wrong_approvals(all_events(store)) == [] and differing_tables(store) == []


def test_a_service_on_another_book_says_that_an_approval_counts_no_more(
    store, drafter, approver, tmp_path
):
    found = submitted(drafter)
    path = f"{LIST}/{found['id']}"
    assert approver.post(f"{path}/approve", seen(found)).json()["state"] == "approved"
    other_book(tmp_path, "percent: 49", "percent: 48")
    settings = SimpleNamespace(book=str(tmp_path / "book"))
    with TestClient(create(settings, store), base_url=HOST) as later:
        now = later.get(path, headers=approver.headers).json()
        assert now["state"] == "submitted"
        assert [one["why_not"] for one in now["approvals"]] == ["book_changed"]
        assert store.events(subject=found["id"])[-1].event.kind == "reform.approval_voided"
        approver.client = later
        refused(approver.post(f"{path}/approve", seen(found)), 409, "stale_approval")
        assert approver.post(f"{path}/approve", seen(now)).json()["state"] == "approved"


def test_as_many_must_approve_as_the_settings_say(store):
    settings = SimpleNamespace(book="starter", approvals_needed=2)
    with TestClient(create(settings, store), base_url=HOST) as two:
        found = submitted(Official(two, store, "reform_officer"))
        path = f"{LIST}/{found['id']}/approve"
        states = [
            Official(two, store, "approver").post(path, seen(found)).json()["state"]
            for _ in range(2)
        ]
    assert states == ["submitted", "approved"]


def test_who_drafts_with_a_key_does_not_approve_with_a_session(store, client):
    both = Official(client, store, "reform_officer", "approver")
    key = {"Authorization": f"Bearer {key_of(store, both.user, 'reform_officer')}"}
    sent = {**key, "Idempotency-Key": "with-a-key"}
    made = client.post(LIST, json={"text": text()}, headers=sent)
    found = made.json()
    assert found["contributors"] == [both.user]
    shown = both.post(f"{LIST}/{found['id']}/submit", {"revision": 1}).json()
    refused(both.post(f"{LIST}/{found['id']}/approve", seen(shown)), 403, "own_work")
    (denied,) = store.events(kinds=["access.denied"])
    assert denied.event.actor == both.user
    assert denied.event.payload["reason"] == "own_work"
    assert denied.event.payload["route"].endswith("/reforms/{id}/approve")


def test_no_key_and_no_session_without_a_second_factor_approves(store, client, drafter):
    found = submitted(drafter)
    weak = Official(client, store, "approver", second_factor=False)
    path = f"{LIST}/{found['id']}/approve"
    refused(weak.post(path, seen(found)), 403, "second_factor_needed")
    key = key_of(store, weak.user, "approver")
    sent = {"Authorization": f"Bearer {key}", "Idempotency-Key": "with-a-key"}
    refused(client.post(path, json=seen(found), headers=sent), 403, "not_allowed")


def test_visitors_and_firms_see_no_reforms(store, client, drafter):
    found = submitted(drafter)
    firm = Official(client, store)
    for path in (LIST, f"{LIST}/{found['id']}", f"{LIST}/{found['id']}/effect"):
        refused(client.get(path), 401, "not_signed_in")
        refused(firm.get(path), 403, "not_allowed")
    refused(firm.post(LIST, {"text": text()}), 403, "not_allowed")


def test_a_text_that_is_no_reform_is_refused_with_every_fault(drafter):
    bad = text().replace("zone:harbour", "zone:nowhere").replace("ZONE-1", "ZONE-9")
    told = refused(drafter.post(LIST, {"text": bad}), 422, "does_not_fit")
    assert len(told["faults"]) == 3 and all(fault["line"] for fault in told["faults"])


@pytest.mark.parametrize(
    "body", [{}, {"text": 5}, {"text": None}, {"text": text(), "state": "approved"}, [], "x"]
)
def test_a_body_of_another_shape_is_refused(drafter, body):
    assert drafter.post(LIST, body).status_code == 422


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("submit", {"revision": 0}),
        ("submit", {"revision": True}),
        ("submit", {"revision": 10**30}),
        ("approve", {"revision": 1, "content_hash": "x", "book_hash": "0" * 64}),
        ("approve", {"revision": 1}),
        ("reject", {"revision": 1, "reason": ""}),
        ("withdraw", {"revision": 1}),
        ("comments", {"text": "x" * 10_001}),
    ],
)
def test_acts_of_another_shape_are_refused(client, store, act, body):
    all_roles = Official(client, store, "reform_officer", "approver")
    found = submitted(all_roles)
    assert all_roles.post(f"{LIST}/{found['id']}/{act}", body).status_code == 422


def test_a_write_may_have_an_id_and_a_repeat_is_answered(store, drafter, approver):
    for wrong in ("with space in it", "x" * 181):
        refused(drafter.post(LIST, {"text": text()}, key=wrong), 422, "wrong_value")
    first = drafter.post(LIST, {"text": text()}, key="the-first-draft")
    again = drafter.post(LIST, {"text": text()}, key="the-first-draft")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["etag"] == first.headers["etag"]
    other = drafter.post(LIST, {"text": text("OTHER")}, key="the-first-draft")
    refused(other, 409, "repeat_differs")
    path = f"{LIST}/{first.json()['id']}"
    shown = drafter.post(f"{path}/submit", {"revision": 1}, key="submitted-once")
    assert drafter.post(f"{path}/submit", {"revision": 1}, key="submitted-once").json() == (
        shown.json()
    )
    done = approver.post(f"{path}/approve", seen(shown.json()), key="approved-once")
    drafter.post(f"{path}/withdraw", {"revision": 1, "reason": "Later."})
    again = approver.post(f"{path}/approve", seen(shown.json()), key="approved-once")
    assert again.json() == done.json()
    assert approver.get(path).json()["state"] == "withdrawn"


def test_an_edit_rests_on_the_reform_as_it_was_read(drafter):
    found = drafted(drafter)
    path = f"{LIST}/{found['id']}/revisions"
    body = {"text": text(cap=49)}
    refused(drafter.post(path, body), 428, "missing_field")
    refused(drafter.post(path, body, **{"If-Match": "*"}), 428, "missing_field")
    refused(drafter.post(path, body, **{"If-Match": '"other"'}), 412, "stale_revision")
    packed = f'W/"{found["tag"]}-gzip"'
    assert drafter.post(path, body, **{"If-Match": packed}).json()["revision"] == 2
    again = drafter.post(path, {"text": text(cap=9)}, **{"If-Match": f'"{found["tag"]}"'})
    refused(again, 412, "stale_revision")


def test_a_reform_that_the_caller_holds_is_not_sent_again(drafter, approver):
    found = submitted(drafter)
    path = f"{LIST}/{found['id']}"
    tag = approver.get(path).headers["etag"]
    assert approver.get(path, **{"If-None-Match": tag}).status_code == 304
    approver.post(f"{path}/approve", seen(found))
    now = approver.get(path, **{"If-None-Match": tag})
    assert now.status_code == 200 and now.headers["etag"] != tag


def test_a_rejected_reform_may_be_revised_and_a_withdrawn_one_not(drafter, approver):
    found = submitted(drafter)
    path = f"{LIST}/{found['id']}"
    no = approver.post(f"{path}/reject", {"revision": 1, "reason": "The reefs."})
    assert no.json()["state"] == "rejected"
    new = drafter.post(f"{path}/revisions", {"text": text(cap=9)},
                       **{"If-Match": no.headers["etag"]})  # fmt: skip
    assert new.json()["state"] == "draft"
    gone = drafter.post(f"{path}/withdraw", {"revision": 2, "reason": "Not now."})
    assert gone.json()["state"] == "withdrawn"
    late = drafter.post(f"{path}/revisions", {"text": text(cap=8)},
                        **{"If-Match": gone.headers["etag"]})  # fmt: skip
    refused(late, 409, "wrong_state")


def test_the_list_comes_in_parts_and_by_state(drafter):
    ids = [drafted(drafter, text(f"R-{number}"))["id"] for number in range(3)]
    drafter.post(f"{LIST}/{ids[2]}/submit", {"revision": 1})
    first = drafter.get(f"{LIST}?limit=2")
    assert 'rel="next"' in first.headers["link"]
    rest = drafter.get(f"{LIST}?limit=2&cursor={first.json()['next']}").json()
    assert [one["id"] for one in first.json()["reforms"] + rest["reforms"]] == ids
    assert rest["next"] is None
    only = drafter.get(f"{LIST}?state=submitted").json()["reforms"]
    assert [one["id"] for one in only] == ids[2:]
    for wrong in ("state=done", "limit=0", "limit=101", "cursor=x", "cursor=LTE", "what=1"):
        assert drafter.get(f"{LIST}?{wrong}").status_code == 422


def test_what_is_not_there_is_said_to_be_not_there(drafter, approver):
    none = f"{LIST}/r-{'0' * 16}"
    for path in (none, f"{none}/effect", f"{none}/revisions", f"{none}/comments"):
        refused(approver.get(path), 404, "no_reform")
    refused(drafter.post(f"{none}/submit", {"revision": 1}), 404, "no_reform")
    assert approver.get(f"{LIST}/other").status_code == 422
    found = drafted(drafter)
    refused(approver.get(f"{LIST}/{found['id']}/effect?revision=2"), 404, "no_reform")
    refused(drafter.post(f"{LIST}/{found['id']}/comments", {"text": "x", "revision": 2}), 404,
            "no_reform")  # fmt: skip
