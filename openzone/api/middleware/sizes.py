"""How large a request may be: told by its header, and counted while it comes in."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openzone.api.limits import Limits
from openzone.api.middleware.telling import tell
from openzone.api.problems import HttpError
from openzone.errors import Fault

TARGET_BYTES = 16 << 10


class Sizes:
    """Refuses bodies and addresses that are larger than the limits."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app, self.limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its body is counted as it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope.get("query_string", b"")) + len(scope["path"]) > TARGET_BYTES:
            await tell(scope, receive, send, [_fault("the address", TARGET_BYTES)], 413)
            return
        most = self.limits.body(scope["path"])
        told = next((v for n, v in scope["headers"] if n == b"content-length"), None)
        if told is not None and told.isdigit():
            if len(told) > 18 or int(told) > most:
                closing = {"connection": "close"}
                await tell(scope, receive, send, [_fault("the body", most)], 413, closing)
                return
            await self.app(scope, receive, send)  # the server holds the caller to its word
            return
        taken = 0

        async def receiving() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > most:
                    raise HttpError(_fault("the body", most), 413, {"connection": "close"})
            return message

        await self.app(scope, receiving, send)


def _fault(what: str, most: int) -> Fault:
    return Fault("too_large", f"{what} of the request is too large",
                 expected=f"at most {most:,} bytes",
                 next="send less at once, or hand it in as a job")  # fmt: skip
