"""How often a caller may ask: by credential where one is known to hold, else by address."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from openzone.api.limits import Limits
from openzone.api.middleware.telling import tell
from openzone.errors import Fault

KNOWN_MAX = 10_000
UNLIMITED = ("/v1/health", "/health", "/ready", "/live", "/metrics")
COOKIE = b"openzone"
PREFIX = 64  # of an address of IPv6, the part that one caller has


class Rates:
    """Counts the requests of each caller in fixed windows of a minute.

    A credential counts for itself once the guard of a route knew who shows it; until then, and
    without one, the address counts. So guessing credentials is as slow as asking without any.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.anonymous = _per_minute(limits.anonymous_rate)
        self.caller = _per_minute(limits.caller_rate)
        self.counts: Any = FixedWindowRateLimiter(storage_from_string(limits.rates_in))
        self.known: OrderedDict[bytes, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with the time to wait."""
        if scope["type"] != "http" or scope["path"].startswith(UNLIMITED):
            await self.app(scope, receive, send)
            return
        credential = _credential(scope)
        held = credential is not None and credential in self.known
        rate = self.caller if held else self.anonymous
        if rate is None:
            await self._passed(scope, receive, send, credential, held, [])
            return
        key = credential.hex() if held and credential else _address(scope)
        allowed = self.counts.hit(rate, key)
        reset, left = self.counts.get_window_stats(rate, key)
        wait = max(1, round(reset - time.time()))
        headers = [
            (b"ratelimit-limit", str(rate.amount).encode()),
            (b"ratelimit-remaining", str(left).encode()),
            (b"ratelimit-reset", str(wait).encode()),
        ]
        if allowed:
            await self._passed(scope, receive, send, credential, held, headers)
            return
        told = {name.decode(): value.decode() for name, value in headers}
        fault = Fault(
            "too_many",
            "more requests in a minute than one caller may send",
            expected=f"at most {rate.amount} a minute",
            next=f"wait {wait} s",
        )
        await tell(scope, receive, send, [fault], 429, {**told, "retry-after": str(wait)})

    async def _passed(
        self, scope: Scope, receive: Receive, send: Send, credential: bytes | None, held: bool,
        headers: list[tuple[bytes, bytes]],
    ) -> None:  # fmt: skip
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                if credential is not None:
                    self._remember(credential, held, scope["state"].get("caller"))
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self.app(scope, receive, sending)

    def _remember(self, credential: bytes, held: bool, caller: Any) -> None:
        """Keep what the guard found of a credential; `caller` is None where no guard looked."""
        if caller is None:
            return
        holds = caller.kind != "visitor"
        if held and not holds:
            self.known.pop(credential, None)
        elif holds and not held:
            self.known[credential] = None
            if len(self.known) > KNOWN_MAX:
                self.known.popitem(last=False)


def _per_minute(amount: int) -> Any:
    return RateLimitItemPerMinute(amount) if amount > 0 else None


def _credential(scope: Scope) -> bytes | None:
    """A digest of what the caller shows: a key or a session; never kept as it is."""
    for name, value in scope["headers"]:
        if name == b"authorization" or (name == b"cookie" and COOKIE in value):
            return hashlib.blake2b(name + value, digest_size=16).digest()
    return None


def _address(scope: Scope) -> str:
    client = scope.get("client")
    address = str(client[0]) if client else "unknown"
    if ":" not in address:
        return address
    import ipaddress

    try:
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/{PREFIX}", strict=False))
    except ValueError:
        return address
