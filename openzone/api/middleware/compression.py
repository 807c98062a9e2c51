"""Answers packed with gzip where the caller takes it, and where nothing secret is inside."""

from __future__ import annotations

import gzip
from typing import Any

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 1024
LOOP_BYTES = 64 << 10  # more is packed beside the loop
LEVEL = 5
PACKED = "-gzip"
TYPES = (
    b"application/json", b"application/problem+json", b"application/x-ndjson", b"text/",
    b"image/svg+xml", b"application/openapi",
)  # fmt: skip


class Compression:
    """Packs whole answers of text. What is marked `no-store`, or sets a cookie, is left as it is.

    Beside secrets, the length of a packed answer could tell them to whoever can make it repeat
    guesses. An entity tag of a packed answer ends in `-gzip`: other bytes, another tag.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and pack its answer where that is allowed and worth it."""
        if scope["type"] != "http" or not _takes_gzip(scope):
            await self.app(scope, receive, send)
            return
        start: Message | None = None

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is None:
                await send(message)
                return
            head, start = start, None
            body = message.get("body", b"")
            if not message.get("more_body") and _may_pack(head, body):
                message = {**message, "body": await _packed(body)}
                head["headers"] = _headers(head["headers"], len(message["body"]))
            await send(head)
            await send(message)

        await self.app(scope, receive, sending)
        if start is not None:
            await send(start)


def _takes_gzip(scope: Scope) -> bool:
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            for part in value.lower().split(b","):
                coding, _, weight = part.strip().partition(b";")
                if coding.strip() in (b"gzip", b"*"):
                    return bool(weight.replace(b" ", b"").rstrip(b"0").rstrip(b".") != b"q=")
    return False


def _may_pack(head: Message, body: bytes) -> bool:
    if len(body) < LEAST_BYTES or head["status"] in (204, 206, 304):
        return False
    told: dict[bytes, bytes] = dict(head["headers"])
    return (
        told.get(b"content-type", b"").startswith(TYPES)
        and b"content-encoding" not in told
        and b"set-cookie" not in told
        and b"no-store" not in told.get(b"cache-control", b"")
    )


async def _packed(body: bytes) -> bytes:
    if len(body) <= LOOP_BYTES:
        return gzip.compress(body, LEVEL, mtime=0)
    return await run_sync(lambda: gzip.compress(body, LEVEL, mtime=0))


def _headers(headers: Any, size: int) -> list[tuple[bytes, bytes]]:
    found = []
    for name, value in headers:
        if name == b"content-length":
            continue
        if name == b"etag":
            found.append((name, value.removesuffix(b'"') + PACKED.encode() + b'"'))
            continue
        found.append((name, value))
    return [
        *found,
        (b"content-length", str(size).encode()),
        (b"content-encoding", b"gzip"),
        (b"vary", b"accept-encoding"),
    ]
