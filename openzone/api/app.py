"""The application: one book, its desks, the routes, and what stands around them."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from openzone import __version__
from openzone.api import problems, shapes
from openzone.api.counts import Callers
from openzone.api.desks import Desks, Today
from openzone.api.guards import writing_denials
from openzone.api.identity import close_provider
from openzone.api.limits import Limits
from openzone.api.middleware.compression import Compression
from openzone.api.middleware.envelope import Envelope
from openzone.api.middleware.lane import Lane
from openzone.api.middleware.rates import Rates
from openzone.api.middleware.sizes import Sizes
from openzone.api.routes import routers
from openzone.api.service import Service
from openzone.api.table_service import Tables
from openzone.api.workers import Workers
from openzone.decide.facts import as_day
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book

TITLE = "OpenZone"
SAID = (
    "Law is rows; a reform is a patch of rows; everything else asks the rows. "
    "法律是行，改革是行的补丁，一切问题都问行。"
)
NO_TELEMETRY: Any = dict.fromkeys(
    ("tracing", "metrics", "logs", "operation_spans", "auto_configure"), False
)
"""What newer versions of the framework would look for, and send, at each request."""
COMPONENT = "#/components/schemas/{model}"


def create(
    settings: Any = None,
    store: Any = None,
    *,
    limits: Limits | None = None,
    today: Today | None = None,
    more: Sequence[APIRouter] = (),
) -> FastAPI:
    """The application over a book and a store. It loads the book, and the law of today.

    `settings`: those of the service (book, limits, public address); without it, the defaults.
    `today`: the day that stands where a case gives none. `more`: routers beside those of `routes`,
    for what is not of a version (health, pages). Raises BookError.
    """
    bounds = limits or Limits.of(settings)
    name = str(getattr(settings, "book", "cn"))
    book = load_book(name)
    service = Service(
        book, name, Desks(book, today or clock_of(os.environ)),
        Workers(bounds.at_once, bounds.waiting), bounds, Tables(), Callers(bounds), store,
    )  # fmt: skip
    service.desks.now()
    address = str(getattr(settings, "public_url", "") or "/")
    app = FastAPI(
        title=TITLE, version=__version__, description=SAID, openapi_url="/openapi.json",
        docs_url=None, redoc_url=None, redirect_slashes=False, servers=[{"url": address}],
        lifespan=_living, telemetry=NO_TELEMETRY,
    )  # fmt: skip
    app.state.service, app.state.store, app.state.settings = service, store, settings
    problems.install(app)
    for router in routers():
        placed(app, router)
    for router in (*_standing(settings, store, book), *more):
        placed(app, router)
    # FastAPI documents this as the way to a document of one's own.
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    _around(app, service, https=address.startswith("https://"))
    return app


def placed(app: FastAPI, router: APIRouter) -> None:
    """Add the routes of a router to an application as they are, each with its whole address.

    Including the router would make each route anew, or leave it a part of its own without the
    address of the whole, by which logs and figures of a request name it.
    """
    for route in router.routes:
        if not isinstance(route, APIRoute):
            raise TypeError(f"{route} is no route of an interface for programs")
        app.router.routes.append(route)


def _standing(settings: Any, store: Any, book: Book) -> list[APIRouter]:
    """Health and figures, where there is a service that has any."""
    if settings is None or store is None:
        return []
    from openzone.api import standing

    return [standing.router(settings, store, book)]


@contextlib.asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """From the first request to the last: jobs are done beside; then processes are stopped."""
    service: Service = app.state.service
    jobs = int(getattr(app.state.settings, "jobs", 0)) if service.store is not None else 0
    with contextlib.ExitStack() as beside:
        beside.callback(service.tables.close)
        beside.callback(close_provider, app)
        if jobs:
            from openzone.api.working import working

            today = service.desks.today
            held = working(service.store, service.book, service.book_name, today, jobs)
            beside.enter_context(held)
        async with writing_denials(app):
            yield


def _around(app: FastAPI, service: Service, https: bool) -> None:
    """The layers around every route; the last one added is the outermost."""
    limits = service.limits
    app.add_middleware(Compression)
    app.add_middleware(Sizes, limits=limits)
    app.add_middleware(Rates, callers=service.callers)
    app.add_middleware(Envelope, https=https)
    app.add_middleware(Lane, service=service, https=https)


def clock_of(environ: Mapping[str, str]) -> Today:
    """The day of the machine; OPENZONE_TODAY sets it, for documents and tests."""
    day = as_day(environ.get("OPENZONE_TODAY", ""))
    return dt.date.today if day is None else lambda: day


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description,
            routes=app.routes, servers=app.servers,
        )  # fmt: skip
        held = made.setdefault("components", {}).setdefault("schemas", {})
        _, ours = models_json_schema(
            [(model, "serialization") for model in shapes.COMPONENTS], ref_template=COMPONENT
        )
        held |= ours["$defs"]
        for path in made["paths"].values():
            for operation in path.values():
                _problems_only(operation)
        for name in ("HTTPValidationError", "ValidationError"):
            held.pop(name, None)
        app.openapi_schema = made
    return app.openapi_schema


def _problems_only(operation: dict[str, Any]) -> None:
    """Every refusal is a problem: the framework's own shape of one is taken out."""
    responses = operation.setdefault("responses", {})
    for status, response in responses.items():
        if status[0] in "45":
            response["content"] = shapes.PROBLEM
    for status, said in (("4XX", "Refused: a problem."), ("5XX", "Failed: a problem.")):
        responses.setdefault(status, {"description": said, "content": shapes.PROBLEM})
