"""The short way to one answer: a small case in JSON without options, decided at once.

The route of decide takes all that comes otherwise, and answers the same. Here the framework reads
no parameters and looks for no route, which would take longer than the decision.
"""

from __future__ import annotations

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openzone.api.guards import needs
from openzone.api.problems import refusal_response
from openzone.api.routes.decide import LOOP_BYTES, plain_case
from openzone.api.service import Service
from openzone.api.written import FRESH, JSON, as_json
from openzone.cli.case_json import ExactJson
from openzone.cli.case_shape import shaped
from openzone.errors import OpenZoneError

PATH = "/v1/decide"
HEADERS = (
    (b"content-type", JSON.encode()), (b"cache-control", FRESH.encode()),
)  # fmt: skip


class Lane:
    """Answers what it can before any route is looked for; the rest goes on untouched."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self.service = app, service
        self.exact = ExactJson()
        self.guard = needs("decide")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one small case; pass on everything else, and what is faulty."""
        if scope.get("path") != PATH or not _fits(scope):
            await self.app(scope, receive, send)
            return
        message = await receive()
        body = message.get("body", b"")
        case = None if message.get("more_body") else self._case(body)
        if case is None:
            first = [message]

            async def again() -> Message:
                return first.pop() if first else await receive()

            await self.app(scope, again, send)
            return
        try:
            await self.guard(Request(scope))
            answer = as_json(self.service.desks.now().answered(case))
        except OpenZoneError as error:
            await refusal_response(Request(scope), error)(scope, receive, send)
            return
        length = (b"content-length", b"%d" % len(answer))
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": answer})

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
    return kind == b"application/json" and size.isdigit() and int(size) <= LOOP_BYTES

