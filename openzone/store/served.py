"""A journal as a service shows it over HTTP, for an auditor on another machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

from openzone.errors import Fault
from openzone.store.chain import Recorded
from openzone.store.faults import StoreError

PAGE = 200
PATIENCE_S = 60.0
WAIT_MAX_S = 60.0
TRIES_MAX = 5
TOO_MANY, UNAVAILABLE = 429, 503
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Served:
    """The journal of the service at `address`, read with the key of an auditor.

    Raises StoreError where the key would go over the network in the open.
    """

    def __init__(
        self, address: str, api_key: str, *,
        wait: Callable[[float], None] = time.sleep, transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        parts = urlsplit(address)
        near = parts.scheme == "http" and parts.hostname in LOOPBACK
        if parts.scheme != "https" and not near:
            raise StoreError(
                Fault("wrong_value", "the key would go over the network in the open",
                      field="service", seen=address,
                      expected="an address that begins with https://")
            )  # fmt: skip
        self._address, self._wait = address, wait
        self._http = httpx.Client(
            base_url=address, timeout=PATIENCE_S, transport=transport,
            headers={"Authorization": f"Bearer {api_key}"},
        )  # fmt: skip

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._http.close()

    def checkpoint(self) -> str:
        """What the journal holds now, signed. Raises StoreError."""
        return self._asked("/v1/journal/checkpoint").text

    def events(self, count: int) -> Iterator[Recorded]:
        """The first `count` events, in order; fewer where there are no more. Raises StoreError."""
        after = 0
        while after < count:
            asked = {"after": after, "limit": min(PAGE, count - after)}
            found = self._asked("/v1/journal", asked)
            try:
                held = [Recorded.of(one) for one in found.json()["items"]]
            except (KeyError, TypeError, ValueError):
                raise self._refused(found, "this is no part of a journal") from None
            if not held:
                return
            yield from held
            after = max(after + 1, held[-1].seq)

    def _asked(self, path: str, given: dict[str, Any] | None = None) -> httpx.Response:
        for number in range(1, TRIES_MAX + 1):
            try:
                answer = self._http.get(path, params=given)
            except httpx.HTTPError as error:
                raise StoreError(
                    Fault("unreadable", "the service does not answer", field="service",
                          seen=f"{self._address}: {type(error).__name__}",
                          next="see whether it runs and can be reached")
                ) from error  # fmt: skip
            if answer.status_code not in {TOO_MANY, UNAVAILABLE} or number == TRIES_MAX:
                break
            said = answer.headers.get("retry-after", "")
            self._wait(min(WAIT_MAX_S, float(said) if said.isdigit() else 1.0))
        if not answer.is_success:
            raise self._refused(answer, "the service refuses the journal")
        return answer

    def _refused(self, answer: httpx.Response, message: str) -> StoreError:
        try:
            told = str(answer.json()["detail"])
        except (KeyError, TypeError, ValueError):
            told = ""
        return StoreError(
            Fault("unreadable", message, field="service",
                  seen=f"{answer.status_code} {told}".strip(),
                  expected="a service of OpenZone, and a key of an auditor")
        )  # fmt: skip
