"""Counts of requests in this process, as a storage of the `limits` library.

Its own `memory://` starts a thread for every few counts, which takes longer than a decision. This
one is used by the loop of one process alone, and lets go of old counts as it goes.
"""

from __future__ import annotations

import time
from typing import Any

from limits.storage import Storage

KEPT_MAX = 100_000


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
