"""Around the whole service: each request gets an id, is counted, timed and logged."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

from openzone.api import metrics

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}\Z")
NO_ROUTE = "none"
FAILED, GONE = 500, 499
QUIET = frozenset({"/v1/health", "/v1/ready", "/metrics"})
log = structlog.get_logger("openzone.request")


class Observed:
    """An application whose requests are told.

    The id of a request is that of its X-Request-ID where it is well formed, else a new one; it
    stands in `scope["state"]["request_id"]` and in that header from here on, in every line logged
    meanwhile, and in the answer. Who asked is read from `scope["state"]["caller"]`, which the guard
    of a route sets.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        id = request_id(scope["headers"])
        scope.setdefault("state", {})["request_id"] = id
        others = [one for one in scope["headers"] if one[0] != HEADER]
        scope["headers"] = [*others, (HEADER, id.encode())]
        clear_contextvars()
        bind_contextvars(request_id=id)
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [one for one in message.get("headers", ()) if one[0].lower() != HEADER]
                message = {**message, "headers": [*kept, (HEADER, id.encode())]}
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            status = status or FAILED
            raise
        finally:
            self._tell(scope, status or GONE, time.perf_counter() - begun)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = template(scope), scope["method"]
        metrics.answered(route, method, status, seconds)
        weigh = log.debug if route in QUIET else log.error if status >= FAILED else log.info
        weigh(
            "request", method=method if method in metrics.METHODS else metrics.OTHER, route=route,
            status=status, ms=round(seconds * 1000, 2),
            actor=getattr(scope["state"].get("caller"), "actor", ""),
        )  # fmt: skip


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The id that a request brings, where it is well formed; else a new one."""
    for name, value in headers:
        if name == HEADER and WELL_FORMED.match(value):
            return value.decode()
    return secrets.token_hex(8)


def template(scope: Scope) -> str:
    """The template of the route that answered; `none` where no route did."""
    route = scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", None)
    return str(path) if path else NO_ROUTE
