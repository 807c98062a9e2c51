"""Work that takes longer than a moment: beside the loop, a few at once; the others wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync

from openzone.api.problems import RETRY_S, HttpError
from openzone.errors import Fault

T = TypeVar("T")


class Workers:
    """Threads for work; where too many wait, a request is told to come again."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.most = at_once + waiting
        self.inside = 0
        self._at_once = at_once
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """What the work gives. Raises HttpError (503) where too many wait already."""
        if self.inside >= self.most:
            raise HttpError(
                Fault("busy", "too many requests for long work wait already",
                      next="send it again in a while, or hand it in as a job"),
                headers={"retry-after": str(RETRY_S)},
            )  # fmt: skip
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._at_once)
        self.inside += 1
        try:
            return await run_sync(work, limiter=self._limiter)
        finally:
            self.inside -= 1


class Deadline:
    """The time until which the work for one request may go on."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    def check(self) -> None:
        """Raises HttpError (503) when the time is over."""
        if time.monotonic() > self.end:
            raise overdue(self.seconds)


def overdue(seconds: float) -> HttpError:
    """The refusal of work that took longer than one request may."""
    return HttpError(
        Fault("took_too_long", "the work takes longer than one request may",
              expected=f"at most {seconds:g} s", next="send less at once, or hand it in as a job")
    )  # fmt: skip
