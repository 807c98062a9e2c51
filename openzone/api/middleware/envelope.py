"""The outermost layer: ids of requests, headers for safety, and failures told without innards."""

from __future__ import annotations

import itertools
import logging
import re
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openzone.api.middleware.telling import tell
from openzone.api.problems import INTERNAL
from openzone.errors import Fault

ID = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")
CSP = b"content-security-policy"
SAFETY: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
NOTHING_LOADS = (CSP, b"default-src 'none'; frame-ancestors 'none'")
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
FAILED = Fault(
    INTERNAL,
    "the service failed; what happened stands in its log under the id of the request",
    next="send it again; if it fails again, tell the id to whoever runs the service",
)

PROCESS = secrets.token_hex(6).encode()
_NUMBERS = itertools.count(1)

log = logging.getLogger("openzone.api")


class Envelope:
    """Gives every request an id, and every response its headers.

    The id that a caller sends in X-Request-Id is kept where it is short and plain. A response may
    bring a content-security policy of its own; else nothing may be loaded from it.
    """

    def __init__(self, app: ASGIApp, https: bool = False) -> None:
        self.app = app
        self.headers = safety(https)
        self.closed = (*self.headers, NOTHING_LOADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer with a problem where it fails."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        id = request_id(scope)
        scope.setdefault("state", {})["request_id"] = id.decode()
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = message.setdefault("headers", [])
                own = any(name == CSP for name, _ in headers)
                more = self.headers if own else self.closed
                message["headers"] = [*headers, *more, (b"x-request-id", id)]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception:
            log.exception("request %s failed", id.decode())  # its path may name a person
            if begun:
                raise
            await tell(scope, receive, sending, [FAILED], 500)


def safety(https: bool) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of every response."""
    return (*SAFETY, HTTPS_ONLY) if https else SAFETY


def request_id(scope: Scope) -> bytes:
    """The id of a request: the one that it brings where it may, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            return value if ID.match(value) else _new_id()
    return _new_id()


def _new_id() -> bytes:
    """An id that no other process gives: it tells requests apart and is no secret."""
    return b"%s%08x" % (PROCESS, next(_NUMBERS))
