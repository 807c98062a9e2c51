"""A problem told by middleware, before any route is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from openzone.api.problems import problem_response
from openzone.errors import Fault


async def tell(
    scope: Scope,
    receive: Receive,
    send: Send,
    faults: Sequence[Fault],
    status: int,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer a request with a problem."""
    await problem_response(Request(scope), faults, status, headers)(scope, receive, send)
