"""The short way to one answer: a small case in JSON without options, decided at once.

The route of decide takes all that comes otherwise, and answers the same. Here no parameters are
read and no route is looked for, which would take longer than the decision; ids, counts, guards and
headers are those of the layers that are passed by.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openzone.api import metrics
from openzone.api.guards import needs
from openzone.api.middleware.envelope import FAILED, NOTHING_LOADS, request_id, safety
from openzone.api.problems import problem_response, refusal_response
from openzone.api.routes.decide import LOOP_BYTES, plain_case
from openzone.api.service import Service
from openzone.api.written import FRESH, JSON, as_json
from openzone.cli.case_json import ExactJson
from openzone.cli.case_shape import shaped
from openzone.errors import OpenZoneError
from openzone.office.callers import VISITOR
from openzone.office.permission import may

PATH = "/v1/decide"
KIND = JSON.encode()
CREDENTIALS = frozenset((b"authorization", b"cookie"))


class Named(NamedTuple):
    """What logs and figures read of a route."""

    path: str


ROUTE = Named(PATH)

log = logging.getLogger("openzone.api")


class Lane:
    """Answers what it can before all other layers; the rest goes on untouched."""

    def __init__(self, app: ASGIApp, service: Service, https: bool = False) -> None:
        self.app, self.service = app, service
        self.exact = ExactJson()
        self.guard = needs("decide")
        self.visitors = may(VISITOR, "decide")
        self.safety = (*safety(https), NOTHING_LOADS)
        self.headers = (
            (b"content-type", KIND), (b"cache-control", FRESH.encode()), *self.safety
        )  # fmt: skip

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one small case; pass on everything else."""
        if scope.get("path") != PATH or not _fits(scope):
            await self.app(scope, receive, send)
            return
        message = await receive()
        case = None if message.get("more_body") else self._case(message.get("body", b""))
        if case is None:
            first = [message]

            async def again() -> Message:
                return first.pop() if first else await receive()

            await self.app(scope, again, send)
            return
        id = request_id(scope)
        scope.setdefault("state", {})["request_id"] = id.decode()
        scope["route"] = ROUTE
        counted = self.service.callers.count(scope)
        more = (*counted.headers, (b"x-request-id", id))
        if counted.refused is not None:
            wait = {"retry-after": counted.headers[-1][1].decode()}
            refusal = problem_response(Request(scope), [counted.refused], 429, wait)
            await self._told(refusal, more, send)
            return
        try:
            if not self.visitors or _shows_credential(scope):
                await self.guard(Request(scope))
            else:
                scope["state"]["caller"] = VISITOR
            answer = as_json(metrics.counted(self.service.desks.now().answered(case)))
        except OpenZoneError as error:
            await self._told(refusal_response(Request(scope), error), more, send)
            return
        except Exception:
            log.exception("request %s failed: POST %s", id.decode(), PATH)
            await self._told(problem_response(Request(scope), [FAILED], 500), more, send)
            return
        finally:
            self.service.callers.remember(counted, scope)
        length = (b"content-length", b"%d" % len(answer))
        headers = [*self.headers, length, *more]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _told(self, response: Response, more: tuple[object, ...], send: Send) -> None:
        headers = [*response.raw_headers, *self.safety, *more]
        status = response.status_code
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    def _case(self, body: bytes) -> object:
        """The case of a body; None where it is not plainly one."""
        try:
            value = self.exact.whole(body.decode())
        except ValueError:
            return None
        if self.exact.flaws or not plain_case(value):
            return None
        line = shaped(value, "", None)
        return None if line.fault is not None else line.raw


def _shows_credential(scope: Scope) -> bool:
    """Whether a request brings anything that a guard would look at."""
    return any(name in CREDENTIALS for name, _ in scope["headers"])


def _fits(scope: Scope) -> bool:
    """Whether a request brings one small body of JSON, without options."""
    if scope["type"] != "http" or scope["method"] != "POST" or scope["query_string"]:
        return False
    kind, size = b"", b""
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value
        elif name == b"content-length":
            size = value
        elif name == b"content-encoding":
            return False
    return kind == KIND and size.isdigit() and int(size) <= LOOP_BYTES
