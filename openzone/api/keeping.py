"""Checkpoints of the journal while the service runs, and one when it stops."""

from __future__ import annotations

import threading

import structlog

from openzone.api.settings import Settings
from openzone.errors import OpenZoneError
from openzone.store.checkpoint import SigningKey
from openzone.store.outside import Outside
from openzone.store.store import Store

LOOK_S = 5.0
NEVER_EVENTS, NEVER_MINUTES = 1 << 60, 60 * 24 * 36_500
log = structlog.get_logger("openzone.checkpoints")


def outside_of(settings: Settings, store: Store, key: SigningKey) -> Outside:
    """What writes the checkpoints of a service, as often as its settings say."""
    return Outside(
        store, key, settings.checkpoints,
        events=settings.checkpoint_every_events or NEVER_EVENTS,
        minutes=settings.checkpoint_every_minutes or NEVER_MINUTES,
    )  # fmt: skip


class Keeper:
    """Writes checkpoints when they are due; a fault is logged, and tried again.

    Use it as a context: `with Keeper(outside):`; at its end a last checkpoint is written.
    """

    def __init__(self, outside: Outside, look_s: float = LOOK_S) -> None:
        self.outside, self.look_s = outside, look_s
        self._ended, self._last = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def __enter__(self) -> Keeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Write the last checkpoint, once."""
        with self._last:
            if not self._ended.is_set():
                self._ended.set()
                self._thread.join()
                self._try(last=True)

    def _run(self) -> None:
        while not self._ended.wait(self.look_s):
            self._try()

    def _try(self, last: bool = False) -> None:
        try:
            path = self.outside.write() if last else self.outside.write_if_due()
        except OpenZoneError as error:
            log.error("no checkpoint could be written", codes=[one.code for one in error.faults])
            return
        if path is not None:
            log.info("checkpoint written", file=path.name)
