"""The guard of a route: who asks, and whether they may do what the route does.

`needs("case.read")` is the dependency of a route; its attribute `action` names the action, so that
a test can read for each route what guards it.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from openzone.office import keys, sessions
from openzone.office.callers import VISITOR, Caller
from openzone.office.denials import FOLDED, Denials
from openzone.office.permission import ACTIONS, refusal, refused
from openzone.office.sessions import TERMS, Session, Terms
from openzone.store.store import Store

COOKIE = "openzone_session"
CSRF_HEADER = "x-csrf-token"
BEARER = "bearer "
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

STAGE_CODES = {"factor": "second_factor_needed", "change": "password_change_needed"}


@dataclass(frozen=True)
class Guard:
    """A dependency that gives the caller, or refuses; `action`: what the routes it guards do."""

    action: str
    resolve: Callable[[Request], Awaitable[Caller]]

    async def __call__(self, request: Request) -> Caller:
        """The caller. Raises AccessError."""
        return await self.resolve(request)


def needs(action: str) -> Guard:
    """The guard of routes that do `action`, one of permission.ACTIONS (else KeyError)."""
    rule = ACTIONS[action]

    async def guard(request: Request) -> Caller:
        if not _credentials(request) and action != "account.sign_in":
            caller, code = VISITOR, refusal(VISITOR, action)
        else:
            caller, code = await run_in_threadpool(_resolved, request, action, rule.unfinished)
        request.state.caller = caller
        if code:
            await run_in_threadpool(_denied, request, caller, action, code)
            raise refused(code, action)
        return caller

    return Guard(action, guard)


def store_of(request: Request) -> Store:
    """The store of the service."""
    return cast(Store, request.app.state.store)


def session_of(request: Request) -> Session | None:
    """The session of the request's cookie, finished or not; None without one that holds."""
    token = request.cookies.get(COOKIE, "")
    return sessions.found(store_of(request), token, terms_of(request)) if token else None


def terms_of(request: Request) -> Terms:
    """How long sessions hold, as the settings say."""
    settings = getattr(request.app.state, "settings", None)
    idle, longest = (getattr(settings, name, None)
                     for name in ("session_idle_minutes", "session_minutes_max"))  # fmt: skip
    if idle is None or longest is None:
        return TERMS
    return Terms(dt.timedelta(minutes=idle), dt.timedelta(minutes=longest))


def denials_of(request: Request) -> Denials:
    """The denied attempts of this process that wait to be written."""
    state = request.app.state
    if not hasattr(state, "denials"):
        state.denials = Denials()
    return cast(Denials, state.denials)


@contextlib.asynccontextmanager
async def writing_denials(app: FastAPI) -> AsyncIterator[None]:
    """While an application lives, write the counts of denied attempts now and then, and at its end.

    Without a store there is nothing to write to.
    """
    store = app.state.store
    if store is None:
        yield
        return
    app.state.denials = denials = Denials()

    async def every_minute() -> None:
        while True:
            await asyncio.sleep(FOLDED.total_seconds())
            await run_in_threadpool(denials.flush, store)

    task = asyncio.create_task(every_minute())
    try:
        yield
    finally:
        task.cancel()
        await run_in_threadpool(denials.flush, store)


def _credentials(request: Request) -> bool:
    return "authorization" in request.headers or COOKIE in request.cookies


def _resolved(request: Request, action: str, unfinished: bool) -> tuple[Caller, str]:
    """The caller, and the code of a refusal; empty where the caller may."""
    if "authorization" in request.headers:
        header = request.headers["authorization"]
        secret = header[len(BEARER) :].strip()
        known = header[: len(BEARER)].lower() == BEARER
        caller = keys.caller_of(store_of(request), secret) if known else None
        if caller is None:
            return VISITOR, "not_signed_in"
        return caller, refusal(caller, action)
    writes = request.method not in SAFE_METHODS
    if action == "account.sign_in" and writes and not _same_origin(request, absent=True):
        return VISITOR, "csrf"
    session = session_of(request)
    if session is None or (action == "account.sign_in"):
        return VISITOR, refusal(VISITOR, action)
    if writes and not (_same_origin(request) and _token_fits(request, session)):
        return session.caller, "csrf"
    if session.stage != "full" and not unfinished:
        visitors_may = not refusal(VISITOR, action)
        return (VISITOR, "") if visitors_may else (session.caller, STAGE_CODES[session.stage])
    return session.caller, refusal(session.caller, action)


def _token_fits(request: Request, session: Session) -> bool:
    sent = request.headers.get(CSRF_HEADER, "")
    return hmac.compare_digest(sent.encode(), session.csrf.encode())


def _same_origin(request: Request, absent: bool = False) -> bool:
    """Whether a page of this service sent the request; `absent`: where no header tells."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        return absent
    if site is not None and site != "same-origin":
        return False
    if origin is None or origin == _public_origin(request):
        return True
    return urlsplit(origin).netloc == request.headers.get("host", "")


def _public_origin(request: Request) -> str:
    """The address that people use, where a proxy in front asks the service by another."""
    settings = getattr(request.app.state, "settings", None)
    return str(getattr(settings, "public_url", "") or "").rstrip("/")


def route_of(request: Request) -> str:
    """The address of a request with the names of its parts in place of their values."""
    names = {str(value): name for name, value in request.path_params.items()}
    parts = request.url.path.split("/")
    return "/".join(f"{{{names[one]}}}" if one in names else one for one in parts)


def _denied(request: Request, caller: Caller, action: str, reason: str) -> None:
    denials_of(request).tell(
        store_of(request), caller.actor, action, reason, route=route_of(request),
        method=request.method,
    )  # fmt: skip
