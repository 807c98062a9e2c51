"""How often a caller may ask: the layer that counts, and refuses."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openzone.api.counts import Callers
from openzone.api.middleware.telling import tell


class Rates:
    """Counts every request, and refuses those that are too many."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self.app, self.callers = app, callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with the time to wait."""
        if scope["type"] != "http" or self.callers.free(scope):
            await self.app(scope, receive, send)
            return
        counted = self.callers.count(scope)
        if counted.refused is not None:
            told = {name.decode(): value.decode() for name, value in counted.headers}
            told["retry-after"] = told["ratelimit-reset"]
            await tell(scope, receive, send, [counted.refused], 429, told)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.callers.remember(counted, scope)
                message["headers"] = [*message.get("headers", ()), *counted.headers]
            await send(message)

        await self.app(scope, receive, sending)
