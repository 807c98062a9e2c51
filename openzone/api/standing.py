"""How the service stands: whether it lives, whether it is ready, and its figures."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import update

from openzone.api import metrics
from openzone.api.guards import Guard, needs
from openzone.api.middleware.hosts import host_of
from openzone.api.problems import not_found
from openzone.api.settings import Settings, is_loopback
from openzone.errors import Fault, OpenZoneError
from openzone.office.callers import VISITOR, Caller
from openzone.rulebook.book import Book
from openzone.store import schema
from openzone.store.databases import writing
from openzone.store.faults import BUSY
from openzone.store.store import Store
from openzone.store.upgrades import check_version

KEPT_S = 1.0
WAIT_S = 3.0
OK = "ok"
READY: dict[int | str, dict[str, Any]] = {
    200: {"description": "Ready."}, 503: {"description": "Not ready."},
}  # fmt: skip
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class _UndoneError(Exception):
    """Ends a trial of writing, so that nothing is written."""


def store_state(store: Store) -> str:
    """`ok` where the store is reached, can be written and has this version; else a code.

    The head is locked as by any writer, and the transaction is undone.
    """
    try:
        with writing(store.engine) as connection:
            connection.execute(update(schema.head).values(one=schema.head.c.one))
            raise _UndoneError
    except _UndoneError:
        pass
    except OpenZoneError as error:
        return error.code
    try:
        check_version(store.engine)
    except OpenZoneError as error:
        return error.code
    return OK


class Readiness:
    """Whether the store is ready; asked of it at most once a second, and by one thread at a time.

    A store that does not answer in three seconds counts as busy.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._asking: asyncio.Task[str] | None = None
        self._state, self._at = "", 0.0

    async def state(self) -> str:
        """`ok`, or the code of what is wrong."""
        if self._state and time.monotonic() - self._at < KEPT_S:
            return self._state
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._asking}, timeout=WAIT_S)
        return self._asking.result() if done else BUSY

    async def _ask(self) -> str:
        self._state = await run_in_threadpool(store_state, self.store)
        self._at = time.monotonic()
        return self._state


def router(
    settings: Settings, store: Store, book: Book, gauges: Iterable[metrics.Gauges] = ()
) -> APIRouter:
    """The routes `/v1/health`, `/v1/ready` and `/metrics`.

    `gauges`: figures of other parts, asked of the store when `/metrics` is read.
    """
    routes = APIRouter(tags=["service"])
    everybody = [Depends(needs("health.read"))]
    readiness = Readiness(store)
    more = tuple(gauges)

    @routes.get("/v1/health", dependencies=everybody)
    async def health() -> dict[str, str]:
        """Answer as long as the process lives."""
        return {"status": "alive"}

    @routes.get("/v1/ready", dependencies=everybody, responses=READY)
    async def ready() -> Response:
        """Answer 200 when requests can be answered: the store can be written, the book is there."""
        state = await readiness.state()
        held: dict[str, Any] = {
            "ready": state == OK,
            "store": state,
            "book": {"id": book.info.id, "hash": book.hash},
        }
        if state == OK:
            return JSONResponse(held)
        return JSONResponse(held, 503, headers={"Retry-After": "2"})

    @routes.get("/metrics", dependencies=[Depends(_reader(settings))], include_in_schema=False)
    async def figures(request: Request) -> Response:
        """Give the figures of the service in the form of Prometheus."""
        said = await run_in_threadpool(metrics.exposition, store, book.hash, more)
        return Response(said, media_type=metrics.FORM)

    return routes


def may_read(settings: Settings, request: Request) -> bool:
    """Whether a request may read the figures: by the settings `metrics` and `metrics_token`."""
    if settings.metrics == "open":
        return True
    token = settings.metrics_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), given.encode()):
        return True
    near = request.client is not None and is_loopback(request.client.host)
    passed_on = any(name in request.headers for name in FORWARDED)
    return near and not passed_on and host_of(request.scope) in settings.hosts


def _reader(settings: Settings) -> Guard:
    """The guard of the figures: the settings let in, or the role of the caller does."""
    by_role = needs("metrics.read")

    async def guard(request: Request) -> Caller:
        if settings.metrics == "off":
            raise not_found(Fault("not_found", "the figures are switched off", field="metrics"))
        return VISITOR if may_read(settings, request) else await by_role(request)

    return Guard(by_role.action, guard)
