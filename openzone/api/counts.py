"""How many requests each caller sent, and the counts of this process.

Counts are kept by a storage of the `limits` library. Its own `memory://` starts a thread for every
few counts, which takes longer than a decision; `loop://` is for the loop of one process alone, and
lets go of old counts as it goes.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections import OrderedDict
from typing import Any, NamedTuple

from limits import RateLimitItemPerMinute
from limits.storage import Storage, storage_from_string
from starlette.types import Scope

from openzone.api.limits import Limits
from openzone.errors import Fault

KEPT_MAX = 100_000
KNOWN_MAX = 10_000
FREE = frozenset(("/v1/health", "/v1/ready", "/metrics"))
COOKIE = b"openzone"
PREFIX = 64  # of an address of IPv6, the part that one caller has
Header = tuple[bytes, bytes]


class LoopStorage(Storage):
    """Counters by key, each with the time at which it ends."""

    STORAGE_SCHEME = ["loop"]  # noqa: RUF012 - as the library declares it

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(uri, **options)
        self._counts: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """What its operations may raise."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and give the count of the window."""
        now = time.time()
        count, end = self._counts.get(key, (0, 0.0))
        if end <= now:
            if len(self._counts) >= KEPT_MAX:
                self._counts = {k: v for k, v in self._counts.items() if v[1] > now}
            count, end = 0, now + expiry
        self._counts[key] = (count + amount, end)
        return count + amount

    def get(self, key: str) -> int:
        """The count of the window."""
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds of the clock."""
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """It is always there."""
        return True

    def reset(self) -> int | None:
        """Forget all counts; gives how many there were."""
        count = len(self._counts)
        self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._counts.pop(key, None)


class Counted(NamedTuple):
    """A request that was counted: the headers that tell of it, and the refusal where it is one."""

    headers: tuple[Header, ...]
    refused: Fault | None
    credential: bytes | None
    held: bool


class Callers:
    """Counts the requests of each caller in fixed windows of a minute.

    A credential counts for itself once the guard of a route knew who shows it; until then, and
    without one, the address counts. So guessing credentials is as slow as asking without any.
    """

    def __init__(self, limits: Limits) -> None:
        self.anonymous = _per_minute(limits.anonymous_rate)
        self.caller = _per_minute(limits.caller_rate)
        self.counts: Any = storage_from_string(limits.rates_in)
        self.known: OrderedDict[bytes, None] = OrderedDict()

    def free(self, scope: Scope) -> bool:
        """Whether requests to this address are not counted."""
        return scope["path"] in FREE

    def count(self, scope: Scope) -> Counted:
        """Count one request."""
        credential = _credential(scope)
        held = credential is not None and credential in self.known
        rate = self.caller if held else self.anonymous
        if rate is None:
            return Counted((), None, credential, held)
        who = credential.hex() if held and credential is not None else _address(scope)
        key = f"{who}/{rate.amount}"
        count = self.counts.incr(key, rate.get_expiry())
        wait = max(1, round(self.counts.get_expiry(key) - time.time()))
        headers = (
            (b"ratelimit-limit", b"%d" % rate.amount),
            (b"ratelimit-remaining", b"%d" % max(0, rate.amount - count)),
            (b"ratelimit-reset", b"%d" % wait),
        )
        refused = None
        if count > rate.amount:
            refused = Fault(
                "too_many",
                "more requests in a minute than one caller may send",
                expected=f"at most {rate.amount} a minute",
                next=f"wait {wait} s",
            )
        return Counted(headers, refused, credential, held)

    def remember(self, counted: Counted, scope: Scope) -> None:
        """Keep what the guard found of the credential; without a guard nothing is known of it."""
        credential = counted.credential
        if credential is None:
            return
        caller = scope.get("state", {}).get("caller")
        if caller is None:
            return
        holds = caller.kind != "visitor"
        if counted.held and not holds:
            self.known.pop(credential, None)
        elif holds and not counted.held:
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
    try:
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/{PREFIX}", strict=False))
    except ValueError:
        return address
