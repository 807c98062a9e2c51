"""Saved cases, links, attachments and jobs over HTTP."""

from __future__ import annotations

import json
import threading
import time

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from openzone.api.app import create
from openzone.api.limits import Limits
from openzone.api.settings import Settings
from openzone.office.worker import Worker
from openzone.store.tables.attachments import blob_parts
from openzone.store.verifying import verify
from tests.api.keeping_client import CARS, CLINIC, TODAY, Person
from tests.office.asking import laws
from tests.office.people_made import session_of, user_with

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
PLAN = {"id": "p", "date": "2026-06-01", "firm": {"facts": {"foreign_share": 1.0}},
        "activities": [{"activity": "health.hospital"}]}  # fmt: skip
COMPARE = {"kind": "compare",
           "parameters": {"plan": PLAN, "places": [["ftz:shanghai-lingang"]]}}  # fmt: skip


@pytest.fixture
def client(store):
    limits = Limits(caller_rate=0, anonymous_rate=0)
    app = create(store=store, limits=limits, today=lambda: TODAY)
    with TestClient(app, raise_server_exceptions=False) as held:
        yield held


@pytest.fixture
def someone(client, store):
    return lambda *roles: Person(client, store, *roles)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ---- cases ---------------------------------------------------------------------------------------


def test_a_case_is_saved_read_reproduced_and_rechecked(someone):
    firm = someone()
    made = firm.post("/cases", {"facts": CARS, "known": "2020-06-01"})
    assert made.status_code == 201
    id = made.json()["id"]
    assert made.headers["location"] == f"/v1/cases/{id}"
    found = firm.get(f"/cases/{id}").json()
    assert found["answer"]["outcome"] == "denied_share"
    again = firm.post(f"/cases/{id}/reproduce").json()
    assert (again["found"], again["changes"]) == ("same", [])
    checked = firm.post(f"/cases/{id}/recheck", {}).json()
    assert {"part": "case", "what": "outcome", "was": "denied_share", "now": "allowed"} in checked[
        "changes"
    ]
    assert len(firm.get(f"/cases/{id}").json()["checks"]) == 1


def test_a_plan_is_saved_as_a_journey(someone):
    firm = someone()
    made = firm.post("/cases", {"kind": "journey", "facts": PLAN})
    assert made.status_code == 201 and made.json()["answer"]["schema"] == "openzone/journey/1"
    assert firm.post(f"/cases/{made.json()['id']}/reproduce").json()["found"] == "same"


def test_two_firms_may_use_the_same_id_of_a_request(someone):
    one, other = someone("firm"), someone("firm")
    first = one.post("/cases", {"facts": CLINIC}, call="order-1").json()
    second = other.post("/cases", {"facts": CARS}, call="order-1").json()
    assert first["owner"] == one.user and second["owner"] == other.user
    assert one.post("/cases", {"facts": CLINIC}, call="x" * 140).status_code == 201
    assert one.post("/cases", {"facts": CLINIC}, call="x" * 141).status_code == 422


def test_a_repeated_save_is_answered_with_the_first_case(someone):
    firm = someone()
    first = firm.post("/cases", {"facts": CLINIC}, call="the-same-id").json()
    assert firm.post("/cases", {"facts": CLINIC}, call="the-same-id").json()["id"] == first["id"]
    refused = firm.post("/cases", {"facts": CARS}, call="the-same-id")
    assert code(refused) == (409, "repeat_differs")
    assert len(firm.get("/cases").json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, (422, "missing_field")),
        ({"facts": []}, (422, "wrong_value")),
        ({"facts": {"regime": "no_such"}}, (422, "unknown_regime")),
        ({"facts": CLINIC, "known": "2025-02-30"}, (422, "wrong_value")),
        ({"facts": CLINIC, "reforms": ["/etc/passwd"]}, (422, "unknown_reference")),
        ({"facts": CLINIC, "reforms": ["x"] * 21}, (422, "wrong_value")),
        ({"facts": CLINIC, "kind": "wish"}, (422, "wrong_value")),
        ({"facts": CLINIC, "owner": "u-other"}, (422, "unknown_field")),
        ({"facts": {**CLINIC, "story": "x" * 1_000_001}}, (422, "too_large")),
    ],
)
def test_what_cannot_be_saved_is_refused_as_a_problem(someone, body, told):
    answer = someone().post("/cases", body)
    refused = 413 if told[1] == "too_large" else told[0]
    assert code(answer) == (refused, told[1])
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_list_comes_in_pages_linked_to_each_other(someone):
    firm, other = someone(), someone()
    ids = [firm.saved() for _ in range(5)]
    other.saved()
    path, seen = "/cases?limit=2", []
    while path:
        answer = firm.get(path)
        seen += [one["id"] for one in answer.json()["items"]]
        link = answer.headers["link"].split(",")[0]
        path = link[link.index("<") + 1 : link.index(">")][3:] if 'rel="next"' in link else ""
    assert seen == ids[::-1]


@pytest.mark.parametrize("cursor", ["x", "MQ==x", "e30", "LTE", "%00", "9" * 401])
def test_a_cursor_that_is_none_is_refused(someone, cursor):
    assert someone().get(f"/cases?cursor={cursor}").status_code == 422


def test_nobody_elses_things_are_there_and_the_journal_tells_who_tried(client, someone, store):
    one, other, visitor = someone(), someone(), client
    case, file = one.saved(), one.attach(PDF).json()["id"]
    job = one.post("/jobs", COMPARE).json()["id"]
    paths = [f"/cases/{case}", f"/cases/{case}/shares", f"/attachments/{file}",
             f"/attachments/{file}/content", f"/jobs/{job}", f"/jobs/{job}/result"]  # fmt: skip
    for path in paths:
        missing = path.replace(case, "c-0").replace(file, "a-0").replace(job, "j-0")
        there, nowhere = other.get(path), other.get(missing)
        assert code(there) == code(nowhere) == (404, "not_found"), path
        assert there.json()["detail"] == nowhere.json()["detail"]
        assert visitor.get(f"/v1{path}").status_code == 401
    for answer in (
        other.post(f"/cases/{case}/reproduce"),
        other.post(f"/cases/{case}/recheck", {}),
        other.delete(f"/jobs/{job}"),
        other.attach(PDF, case=case),
    ):
        assert code(answer) == (404, "not_found")
    for path in ("/cases", "/attachments", "/jobs"):
        assert other.get(path).json()["items"] == []
    assert one.get(f"/jobs/{job}").json()["state"] == "queued"
    denied = store.events(kinds=["access.denied"])
    told = {(one.event.subject, one.event.payload["reason"]) for one in denied}
    assert ("case.read", "not_own") in told and ("job.cancel", "not_own") in told


def test_the_office_sees_all_cases(someone):
    one, officer = someone(), someone("officer")
    case = one.saved()
    assert officer.get(f"/cases/{case}").json()["owner"] == one.user
    (line,) = officer.get(f"/cases?owner={one.user}").json()["items"]
    assert line["id"] == case


# ---- links ---------------------------------------------------------------------------------------


@pytest.fixture
def by_session(client, store):
    """A person with a session: keys make no links."""
    from openzone.api.guards import COOKIE
    from openzone.office.sessions import csrf_of

    token = session_of(store, user_with(store))
    headers = {"Cookie": f"{COOKIE}={token}", "X-CSRF-Token": csrf_of(token),
               "Origin": "http://testserver"}  # fmt: skip

    def send(method, path, json=None):
        return client.request(method, f"/v1{path}", json=json, headers=headers)

    return send


def test_a_link_opens_for_anybody_until_it_is_revoked(client, by_session):
    case = by_session("POST", "/cases", {"facts": CLINIC}).json()["id"]
    made = by_session("POST", f"/cases/{case}/shares", {"days": 3})
    assert made.status_code == 201
    link = made.json()
    shown = client.get(link["url"])
    assert shown.status_code == 200 and "facts" not in shown.json()
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"
    (line,) = by_session("GET", f"/cases/{case}/shares").json()["items"]
    assert line["uses"] == 1 and link["token"] not in json.dumps(line)
    assert by_session("DELETE", f"/cases/{case}/shares/{link['id']}").status_code == 200
    assert code(client.get(link["url"])) == (410, "share_ended")


def test_an_expired_link_is_gone(client, by_session, clock):
    case = by_session("POST", "/cases", {"facts": CLINIC}).json()["id"]
    made = by_session("POST", f"/cases/{case}/shares", {"days": 1, "with_facts": True}).json()
    assert client.get(made["url"]).json()["facts"]["activity"] == "health.hospital"
    clock.on(days=1)
    assert code(client.get(made["url"])) == (410, "share_ended")


def test_no_key_makes_a_link_and_no_guess_opens_one(client, someone):
    firm = someone()
    answer = firm.post(f"/cases/{firm.saved()}/shares", {})
    assert code(answer) == (403, "not_allowed")
    for token in ("guess", "%00", "x" * 90, "..%2f..%2fcases"):
        assert client.get(f"/v1/shared/{token}").status_code == 404


# ---- attachments ---------------------------------------------------------------------------------


def test_a_file_is_attached_and_comes_back_as_a_download(someone):
    firm = someone()
    made = firm.attach(PDF, '方案 "x".pdf', "application/pdf", case=firm.saved())
    assert made.status_code == 201
    line = made.json()
    back = firm.get(f"/attachments/{line['id']}/content")
    assert back.content == PDF
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["content-disposition"].startswith("attachment;")
    assert back.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in back.headers["content-security-policy"]
    assert firm.get(f"/attachments/{line['id']}").json() == line
    assert firm.get(f"/attachments?case={line['case']}").json()["items"] == [line]


def test_a_page_is_never_given_out_as_one(someone):
    firm = someone()
    line = firm.attach(b"<html><script>alert(1)</script>", "x.html", "text/html").json()
    back = firm.get(f"/attachments/{line['id']}/content")
    assert back.headers["content-type"] == "text/plain; charset=utf-8"
    assert back.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("content", "name", "kind", "status"),
    [
        (b"", "x", "", 422),
        (b"MZ\x90\x00", "x.exe", "", 415),
        (PDF, "x.png", "image/png", 415),
        (b"a,b\n1\n", "x.csv", "", 415),
        (b"x" * ((32 << 20) + 1), "x.txt", "", 413),
    ],
)
def test_a_file_that_is_not_taken_is_refused(someone, content, name, kind, status):
    assert someone().attach(content, name, kind).status_code == status


def test_bytes_that_rot_are_not_given_out(someone, store):
    firm = someone()
    line = firm.attach(PDF).json()
    with store.writing() as writing:
        writing.connection.execute(update(blob_parts).values(content=b"%PDF-other"))
    assert code(firm.get(f"/attachments/{line['id']}/content")) == (503, "store_damaged")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200)
    | st.sampled_from([b"PAR1", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"a: [", b'a,"'])
    | st.binary(max_size=40).map(lambda inner: b"PAR1" + inner + b"PAR1"),
    name=st.text(st.characters(codec="utf-8"), max_size=60),
    kind=st.sampled_from(["", "text/csv", "application/yaml", "application/pdf", "x/y; charset=z"]),
)
def test_whatever_is_uploaded_no_server_error_comes_back(firm_once, content, name, kind):
    answer = firm_once.attach(content, name, kind)
    assert answer.status_code in (201, 413, 415, 422), answer.text
    if answer.status_code == 201:
        back = firm_once.get(f"/attachments/{answer.json()['id']}/content")
        assert back.content == content


@pytest.fixture
def firm_once(someone):
    return someone()


# ---- jobs ----------------------------------------------------------------------------------------


def test_a_job_is_handed_in_done_and_its_result_fetched(someone, store, tmp_path):
    firm = someone()
    made = firm.post("/jobs", COMPARE)
    assert made.status_code == 202
    place = made.headers["location"].removeprefix("/v1")
    assert firm.get(place).json()["state"] == "queued"
    assert code(firm.get(f"{place}/result")) == (409, "job_not_done")
    assert Worker(store, laws(), "cn", folder=tmp_path).once()
    assert firm.get(place).json()["state"] == "done"
    result = firm.get(f"{place}/result")
    assert result.headers["content-type"] == "application/json"
    assert result.headers["content-disposition"].startswith("attachment;")
    assert result.json()["places"][0]["place"] == ["ftz:shanghai-lingang"]
    assert firm.get("/jobs").json()["items"][0]["result"]["size"] == len(result.content)


def test_a_job_is_cancelled_and_a_repeat_of_it_changes_nothing(someone, store):
    firm = someone()
    job = firm.post("/jobs", COMPARE, call="start-it").json()["id"]
    assert firm.delete(f"/jobs/{job}", call="end-it").json()["state"] == "cancelled"
    assert firm.delete(f"/jobs/{job}", call="end-it").json()["state"] == "cancelled"
    assert firm.post("/jobs", COMPARE, call="start-it").json()["id"] == job
    assert len(store.events(kinds=["job.cancelled"])) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "wish", "parameters": {}},
        {"kind": "compare", "parameters": {}},
        {"kind": "compare", "parameters": {"plan": PLAN, "reforms": ["../x"]}},
        {"kind": "table", "parameters": {"regime": "capital", "attachment": 7}},
        {"kind": "replay", "parameters": {"reforms": ["x"], "cases": 1}},
        {"kind": "openness", "parameters": {"dates": ["2025-06-31"]}},
    ],
)
def test_a_job_that_cannot_be_done_is_refused_at_once(someone, body):
    firm = someone()
    assert firm.post("/jobs", body).status_code == 422
    assert firm.get("/jobs").json()["items"] == []


def test_an_erased_firm_leaves_a_journal_that_verifies_and_nothing_of_its_own(
    client, someone, store
):
    from openzone.office import people
    from openzone.office.callers import Caller

    firm, officer = someone(), someone("officer")
    case, file = firm.saved(), firm.attach(PDF, "Acme.pdf").json()["id"]
    root, second = user_with(store, "administrator"), user_with(store, "administrator")
    assert second != root
    roles = frozenset({"administrator", "visitor"})
    people.erase(store, Caller(root, root, roles, "session", True), "erase-it", firm.user)
    assert officer.get(f"/cases/{case}").json()["erased"]
    assert code(officer.post(f"/cases/{case}/reproduce")) == (410, "erased")
    assert officer.get(f"/attachments/{file}").json()["name"] is None
    assert code(officer.get(f"/attachments/{file}/content")) == (410, "erased")
    assert firm.get(f"/cases/{case}").status_code == 401
    assert verify(store).holds


def test_a_service_does_jobs_beside_its_answers_and_stops_with_its_processes(store, tmp_path):
    app = create(Settings(data=tmp_path), store, today=lambda: TODAY)
    with TestClient(app) as client:
        firm = Person(client, store)
        place = firm.post("/jobs", COMPARE).headers["location"].removeprefix("/v1")
        end = time.monotonic() + 60
        while firm.get(place).json()["state"] != "done":
            assert time.monotonic() < end, firm.get(place).json()
            time.sleep(0.1)
        names = {one.name for one in threading.enumerate()}
        assert "jobs-0" in names
    assert "jobs-0" not in {one.name for one in threading.enumerate()}
