"""A route without the framework's reading of parameters, for the one that must be fast.

It is described in the OpenAPI document as every route is, and guarded by the same guards; but its
function is called with the request alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from openzone.api.guards import Guard

Answering = Callable[[Request], Awaitable[Response]]


class BareRoute(APIRoute):
    """A route whose function takes the request and gives the response.

    Its guards are the dependencies that name an `action`; all of them are asked first.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        held = [one.dependency for one in self.dependencies]
        self._guards = [cast(Guard, one) for one in held if hasattr(one, "action")]
        self._answering = cast(Answering, endpoint)
        self.app = self._served

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        for guard in self._guards:
            await guard(request)
        response = await self._answering(request)
        await response(scope, receive, send)
