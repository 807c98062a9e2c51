"""What stands around every route: problems, headers, sizes, rates, packing, failures."""

from __future__ import annotations

import gzip
import logging

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from openzone.api.languages import accepted
from openzone.api.problems import STATUS
from openzone.api.shapes import PROBLEM
from openzone.errors import CODES, Fault
from openzone.store.faults import RepeatError, StoreError
from tests.api.door import HOSPITAL, application, asking, refused

JSON = {"content-type": "application/json"}


def test_every_code_with_a_status_is_a_code_of_the_house():
    assert set(STATUS) <= set(CODES)


def test_an_address_without_anything_and_a_method_that_is_not_taken():
    refused(asking().get("/v1/nothing"), 404, "not_found")
    answer = asking().delete("/v1/law")
    refused(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


def test_types_of_problems_lead_to_their_pages():
    for code in CODES:
        page = asking().get(f"/v1/problems/{code}")
        assert page.json()["meaning"] == CODES[code]
    assert len(asking().get("/v1/problems").json()["problems"]) == len(CODES)


@pytest.mark.parametrize("path", ["/v1/law", "/v1/nothing", "/openapi.json"])
def test_every_answer_has_the_headers_of_safety(path):
    headers = asking().get(path).headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers


def test_with_https_browsers_are_told_to_keep_to_it():
    from types import SimpleNamespace

    from openzone.api.app import create

    client = TestClient(create(SimpleNamespace(public_url="https://zone.example", book="cn")))
    for answer in (client.get("/v1/problems"), client.post("/v1/decide", json=HOSPITAL)):
        assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_an_id_of_a_request_is_kept_where_it_is_plain_and_made_where_not():
    kept = asking().get("/v1/problems", headers={"x-request-id": "abc-12345"})
    assert kept.headers["x-request-id"] == "abc-12345"
    made = asking().get("/v1/problems", headers={"x-request-id": "a b\x7f"})
    assert made.headers["x-request-id"] != "a b\x7f"
    other = asking().post("/v1/decide", json=HOSPITAL)
    assert other.headers["x-request-id"] != made.headers["x-request-id"]


# ---- sizes -----------------------------------------------------------------------------------


def test_a_body_that_says_it_is_too_large_is_not_read():
    small = TestClient(application(body_bytes=1000, uploads={}))
    answer = small.post("/v1/explain", content=b" " * 1001, headers=JSON)
    refused(answer, 413, "too_large")


def test_a_body_that_does_not_say_how_large_it_is_is_counted():
    small = TestClient(application(body_bytes=1000, uploads={}))
    answer = small.post("/v1/explain", content=(b" " * 100 for _ in range(11)), headers=JSON)
    refused(answer, 413, "too_large")
    fits = small.post("/v1/explain", content=(b" " * 100 for _ in range(9)), headers=JSON)
    refused(fits, 400, "unreadable")


def test_an_address_that_is_too_long_is_refused():
    refused(asking().get("/v1/search?q=" + "x" * 17_000), 413, "too_large")


# ---- rates -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", ["short", "routed"])
def test_an_address_that_asks_too_often_is_told_when_to_come_again(ask):
    client = TestClient(application(anonymous_rate=3))
    path = "/v1/decide" if ask == "short" else "/v1/decide?lang=en"
    answers = [client.post(path, json=HOSPITAL) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit-remaining"] for one in answers] == ["2", "1", "0", "0"]
    refused(answers[-1], 429, "too_many")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


def test_guessed_credentials_count_for_the_address():
    client = TestClient(application(anonymous_rate=3, caller_rate=1000))
    for number in range(3):
        client.get("/v1/problems", headers={"cookie": f"openzone_session=guess{number}"})
    answer = client.get("/v1/problems", headers={"cookie": "openzone_session=guess4"})
    refused(answer, 429, "too_many")


# ---- packing ---------------------------------------------------------------------------------


def test_a_long_answer_is_packed_and_its_tag_says_so():
    plain = asking().get("/v1/law", headers={"accept-encoding": "identity"})
    packed = asking().get("/v1/law", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    for tag in (plain.headers["etag"], packed.headers["etag"]):
        assert asking().get("/v1/law", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("header", ["gzip;q=0", "br", "identity", ""])
def test_an_answer_is_not_packed_where_that_is_not_taken(header):
    answer = asking().get("/v1/law", headers={"accept-encoding": header})
    assert "content-encoding" not in answer.headers


def test_what_is_not_to_be_kept_is_never_packed():
    from starlette.responses import Response

    from openzone.api.middleware.compression import Compression

    for headers in ({"cache-control": "no-store"}, {"set-cookie": "a=b"}):
        app = Compression(Response("x" * 5000, media_type="text/plain", headers=headers))
        answer = TestClient(app).get("/", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in answer.headers
    open_ = Compression(Response("x" * 5000, media_type="text/plain"))
    packed = TestClient(open_).get("/", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.compress(b"") != packed.content


# ---- failures --------------------------------------------------------------------------------


def failing(error: Exception) -> TestClient:
    from fastapi import APIRouter

    from openzone.api.app import create
    from openzone.api.limits import Limits

    router = APIRouter()

    @router.get("/fail")
    async def fail() -> None:
        raise error

    return TestClient(create(limits=Limits(anonymous_rate=0), more=[router]))


def test_a_failure_is_told_without_what_failed_inside(caplog):
    with caplog.at_level(logging.CRITICAL):
        answer = failing(RuntimeError("the secret of the house")).get("/fail")
    problem = refused(answer, 500, "internal")
    assert "secret" not in answer.text
    assert problem["faults"][0]["next"]


@pytest.mark.parametrize(
    ("code", "status"), [("store_full", 507), ("store_gone", 503), ("store_read_only", 503)]
)
def test_a_fault_of_the_store_says_when_to_come_again_and_not_what_the_database_said(code, status):
    error = StoreError(Fault(code, "the store", seen="/secret/path", next="wait"))
    answer = failing(error).get("/fail")
    refused(answer, status, code)
    assert answer.headers["retry-after"]
    assert "secret" not in answer.text


def test_a_repeat_that_differs_is_a_conflict():
    answer = failing(RepeatError(Fault("repeat_differs", "used before"))).get("/fail")
    refused(answer, 409, "repeat_differs")


def test_long_work_that_too_many_wait_for_is_not_begun():
    client = TestClient(application(at_once=1, waiting=-1))
    answer = client.get("/v1/law")
    refused(answer, 503, "busy")
    assert answer.headers["retry-after"]


# ---- the document, languages -------------------------------------------------------------------


def test_every_refusal_in_the_document_is_a_problem():
    document = asking().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"]
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    assert response["content"] == PROBLEM


@pytest.mark.parametrize(
    ("header", "lang"),
    [("", "en"), ("zh", "zh"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en;q=0.2, zh;q=0.1", "en"),
     ("fr, zh;q=0.3", "zh"), ("fr", "en"), ("zh;q=x", "en"), ("zh;q=0", "en")],
)  # fmt: skip
def test_the_language_is_the_one_preferred_among_ours(header, lang):
    assert accepted(header) == lang


@given(st.text(max_size=80))
def test_no_header_of_languages_is_unreadable(header):
    assert accepted(header) in ("zh", "en")
