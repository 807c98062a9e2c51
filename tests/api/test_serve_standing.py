"""Around an application: ids, log lines, figures, health and readiness."""

import asyncio
import io
import json
import logging
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import httpx
import pytest
import structlog
from fastapi import APIRouter, Request
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from openzone.api import logs, metrics
from openzone.api.reading import settings
from openzone.api.serving import application
from openzone.errors import Fault, OpenZoneError
from openzone.rulebook.books import load_book
from tests.tidy import tree

HERE = "http://127.0.0.1:8017"


@pytest.fixture(autouse=True)
def watched(store):
    metrics.watch(store.engine)


def service(store, **given):
    inner = APIRouter(prefix="/v1")

    @inner.get("/trial/{id}")
    async def case(id: str, request: Request):
        request.state.caller = SimpleNamespace(actor="u-1")
        structlog.get_logger("case").info("read")
        return {"id": request.headers["x-request-id"]}

    @inner.get("/broken/{id}")
    async def broken(id: str):
        raise LookupError(f"the name of a person: {id}")

    return application(settings(given=given), store, [inner])


@pytest.fixture
def ask(store):
    made: dict = {}

    def asked(path, *, method="GET", headers=None, json=None, client=("127.0.0.1", 1), **given):
        async def call():
            key = tuple(sorted(given.items()))
            app = made.setdefault(key, None) or service(store, **given)
            made[key] = app
            transport = httpx.ASGITransport(app=app, client=client, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=HERE) as http:
                return await http.request(method, path, headers=headers, json=json)

        return asyncio.run(call())

    return asked


@pytest.fixture
def logged(monkeypatch):
    """What is logged as JSON, line by line."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, write_through=True)
    monkeypatch.setattr(sys, "stderr", stream)
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("info", "json")

    def lines():
        return [json.loads(line) for line in raw.getvalue().decode().splitlines()]

    yield lines
    logging.getLogger().handlers, level = kept
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()


async def asked(app, path="/v1/ready"):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as http:
        return await http.get(path)


def figure(said, name, **labels):
    """The value of a figure; None where it is not told."""
    for family in text_string_to_metric_families(said):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return None


# ---- ids and lines -----------------------------------------------------------------------------


def test_an_answer_carries_the_id_of_its_request(ask):
    given = ask("/v1/trial/7", headers={"X-Request-ID": "trace-00000001"})
    assert given.headers["x-request-id"] == given.json()["id"] == "trace-00000001"
    made = ask("/v1/trial/7").headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", made)
    assert made != ask("/v1/trial/7").headers["x-request-id"]


@pytest.mark.parametrize(
    "wrong", ["short", "x" * 65, "with space 1", 'quote"quote', "-leading-dash"]
)
def test_an_id_that_is_not_well_formed_is_replaced(ask, wrong):
    assert ask("/v1/health", headers={"X-Request-ID": wrong}).headers["x-request-id"] != wrong


def test_a_request_is_one_line_with_route_status_time_and_actor(ask, logged):
    ask("/v1/trial/secret-person?name=Zhang", headers={"X-Request-ID": "trace-00000002"})
    inner, line = logged()
    assert inner["event"] == "read" and inner["request_id"] == "trace-00000002"
    told = {key: line[key] for key in ("event", "level", "method", "route", "status", "actor")}
    assert told == {"event": "request", "level": "info", "method": "GET", "actor": "u-1",
                    "route": "/v1/trial/{id}", "status": 200}  # fmt: skip
    assert line["request_id"] == "trace-00000002" and line["ms"] >= 0
    assert "Zhang" not in json.dumps(line) and "secret-person" not in json.dumps(line)
    assert "127.0.0.1" not in json.dumps(line)


def test_health_probes_do_not_fill_the_log(ask, logged):
    ask("/v1/health"), ask("/v1/ready"), ask("/metrics")
    assert logged() == []


def test_a_fault_is_told_by_its_place_and_not_by_its_words(ask, logged):
    assert ask("/v1/broken/Zhang").status_code == 500
    *_, line = logged()
    assert (line["status"], line["level"]) == (500, "error")
    assert "Zhang" not in json.dumps(logged())
    try:
        raise OpenZoneError(Fault("no_book", "Zhang", seen="Zhang"))
    except OpenZoneError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    line = logged()[-1]
    assert line["fault"] == "openzone.errors.OpenZoneError" and line["codes"] == ["no_book"]
    assert line["at"][-1].startswith("test_serve_standing.py:")
    assert "Zhang" not in json.dumps(line)


def test_fields_named_like_secrets_are_masked(logged):
    structlog.get_logger().info("x", password="hush", api_key="hush", Authorization="hush", n=1)
    (line,) = logged()
    assert line["n"] == 1 and "hush" not in json.dumps(line)


def test_for_people_the_log_is_text(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, write_through=True))
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("info", "text")
    structlog.get_logger().info("request", route="/v1/health")
    logging.getLogger("other").warning("words")
    logging.getLogger().handlers, level = kept
    logging.getLogger().setLevel(level)
    structlog.reset_defaults()
    first, second = raw.getvalue().decode().splitlines()
    assert "route" in first and not first.startswith("{") and "words" in second


# ---- figures -----------------------------------------------------------------------------------


def test_requests_are_counted_by_template_status_and_method(ask):
    before = figure(ask("/metrics").text, "openzone_http_requests_total",
                    route="/v1/trial/{id}", method="GET", status="200") or 0  # fmt: skip
    for id in ("a", "b", "c"):
        ask(f"/v1/trial/{id}")
    ask("/v1/nothing/here")
    ask("/v1/trial/a", method="BREW")
    said = ask("/metrics").text
    labels = {"route": "/v1/trial/{id}", "method": "GET"}
    assert figure(said, "openzone_http_requests_total", status="200", **labels) == before + 3
    assert figure(said, "openzone_http_request_seconds_count", **labels) >= before + 3
    assert figure(said, "openzone_http_requests_total", route="none", status="404") >= 1
    assert figure(said, "openzone_http_requests_total", method="other") >= 1
    assert "BREW" not in said and "/v1/trial/a" not in said


def test_decisions_are_counted_by_regime_and_verdict(ask):
    metrics.decided("capital", "no")
    metrics.decided("capital", "no", 4)
    metrics.decided("what a caller wrote", "no")
    said = ask("/metrics").text
    assert figure(said, "openzone_decisions_total", regime="capital", verdict="no") >= 5
    assert figure(said, "openzone_decisions_total", regime="other", verdict="no") >= 1
    assert "what a caller wrote" not in said


def test_answers_over_http_are_counted_whichever_way_they_go(ask):
    case = {"regime": "capital", "activity": "telecom.vas.idc", "foreign_share": "1.0",
            "place": "ftz:tianjin", "date": "2025-06-01"}  # fmt: skip

    def counts():
        said = ask("/metrics").text
        found = figure(said, "openzone_decisions_total", regime="capital", verdict="no")
        route = {"route": "/v1/decide", "method": "POST", "status": "200"}
        return found or 0, figure(said, "openzone_http_requests_total", **route) or 0

    before = counts()
    assert ask("/v1/decide", method="POST", json=case).json()["verdict"] == "no"
    assert ask("/v1/decide", method="POST", json=[case, case]).status_code == 200
    assert counts() == (before[0] + 3, before[1] + 2)


def test_the_length_of_the_journal_and_the_book_are_told(ask):
    said = ask("/metrics").text
    assert figure(said, "openzone_journal_events") == 0
    assert figure(said, "openzone_store_up") == 1
    assert figure(said, "openzone_info", book=load_book().hash) == 1


def test_a_store_that_is_gone_is_told_and_counted(ask, store):
    with store.engine.connect() as connection:
        connection.execute(text("DROP TABLE head"))
        connection.commit()
    before = figure(ask("/metrics").text, "openzone_store_errors_total", code="store_damaged") or 0
    said = ask("/metrics").text
    assert figure(said, "openzone_store_up") == 0
    assert figure(said, "openzone_store_errors_total", code="store_damaged") > before


@pytest.mark.parametrize(
    ("given", "request_", "status"),
    [
        ({}, {}, 200),
        ({}, {"client": ("10.0.0.9", 1)}, 401),
        ({}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}, 401),
        ({}, {"headers": {"Host": "evil.example"}}, 421),
        ({"metrics": "off"}, {}, 404),
        ({"metrics": "open"}, {"client": ("10.0.0.9", 1)}, 200),
        ({"metrics": "token", "metrics_token": "t"}, {"client": ("10.0.0.9", 1)}, 401),
        ({"metrics": "token", "metrics_token": "t"},
         {"client": ("10.0.0.9", 1), "headers": {"Authorization": "Bearer t"}}, 200),
        ({"metrics": "token", "metrics_token": "t"},
         {"client": ("10.0.0.9", 1), "headers": {"Authorization": "Bearer tt"}}, 401),
        ({}, {"client": ("10.0.0.9", 1), "headers": {"Authorization": "Bearer "}}, 401),
    ],
)  # fmt: skip
def test_figures_are_read_by_whom_the_settings_say(ask, given, request_, status):
    assert ask("/metrics", **given, **request_).status_code == status


def test_figures_of_all_processes_are_added(tmp_path):
    code = (
        "from openzone.api import metrics; metrics.decided('goods', 'yes');"
        "metrics.answered('/x', 'GET', 200, 0.1);"
        "import sys; from openzone.store.store import Store;"
        "store = Store.opened(sys.argv[1]); print(metrics.exposition(store, 'b').decode())"
    )
    shared = tmp_path / "shared"
    shared.mkdir()
    env = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(shared), "PYTHONPATH": str(tree.ROOT)}
    command = [sys.executable, "-c", code, str(tmp_path / "store.db")]
    for count in (1, 2, 3):
        said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
        assert figure(said, "openzone_decisions_total", regime="goods", verdict="yes") == count
        assert figure(said, "openzone_http_request_seconds_count", route="/x") == count


# ---- health and readiness ----------------------------------------------------------------------


def test_a_service_with_its_store_and_book_is_ready(ask):
    assert ask("/v1/health").json() == {"status": "alive"}
    ready = ask("/v1/ready")
    assert ready.status_code == 200
    assert ready.json()["book"]["hash"] == load_book().hash


def test_being_ready_writes_nothing(ask, store):
    before = store.checkpoint()
    ask("/v1/ready")
    assert (store.checkpoint().count, store.checkpoint().head) == (before.count, before.head)


def test_a_store_that_cannot_be_written_is_not_ready(ask, store):
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    store.engine.pool.dispose = lambda: None
    ready = ask("/v1/ready")
    assert (ready.status_code, ready.json()["store"]) == (503, "store_read_only")
    assert ready.headers["retry-after"] == "2"
    assert ask("/v1/health").status_code == 200


def test_a_store_of_another_version_is_not_ready(ask, store):
    with store.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
        connection.commit()
    assert ask("/v1/ready").json()["store"] == "store_version"


def test_a_store_held_by_another_writer_is_busy_and_ready_again_after(ask, store, monkeypatch):
    from openzone.api import standing

    monkeypatch.setattr(standing, "WAIT_S", 0.2)
    app = service(store)
    with store.writing() as writing:
        writing.connection.execute(text("SELECT 1"))
        held = asyncio.run(asked(app))
        assert (held.status_code, held.json()["store"]) == (503, "store_busy")
    assert ask("/v1/ready").status_code == 200
