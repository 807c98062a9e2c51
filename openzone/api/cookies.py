"""The cookies of the service: for its own pages alone, not for scripts, over https."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from openzone.api.guards import COOKIE

VISIT = "openzone_visit"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def hold(request: Request, response: Response, token: str, name: str = COOKIE) -> None:
    """Let the browser hold a token until it is closed; the store says how long it counts."""
    response.set_cookie(
        name, token, path="/", secure=secure(request), httponly=True, samesite="lax"
    )


def drop(request: Request, response: Response, name: str = COOKIE) -> None:
    """Let the browser forget a token."""
    response.delete_cookie(name, path="/", secure=secure(request), httponly=True, samesite="lax")


def secure(request: Request) -> bool:
    """Whether a cookie is sent over https alone: always, but for plain http at this machine."""
    public = str(getattr(getattr(request.app.state, "settings", None), "public_url", "") or "")
    plain = request.url.scheme == "http" and request.url.hostname in LOOPBACK
    return public.startswith("https://") or not plain
