"""Signed checkpoints written to a folder outside the database, again and again.

What the folder holds is to be handed to somebody who is not the keeper of the store. A file is
named after the count of events, so several processes may write to one folder: the first one does.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openzone.errors import Fault
from openzone.store.checkpoint import CheckpointError, SigningKey, read_note
from openzone.store.faults import StoreError
from openzone.store.files import appearing, read_text
from openzone.store.store import Store

EVENTS = 1000
MINUTES = 60
NAME = "checkpoint-{count:012d}.txt"


class Outside:
    """Writes a checkpoint when `events` were recorded since the last, or `minutes` went by."""

    def __init__(
        self,
        store: Store,
        key: SigningKey,
        folder: Path,
        *,
        events: int = EVENTS,
        minutes: float = MINUTES,
    ) -> None:
        self.store, self.key, self.folder = store, key, folder
        self.events, self.minutes = events, minutes
        self._start = store.clock()
        self._last = self._found()

    def write_if_due(self) -> Path | None:
        """Write a checkpoint when one is due, and give its file; None when none is.

        A journal in which nothing was recorded since the last checkpoint needs none. Call it every
        few seconds. Raises StoreError.
        """
        if not self._due():
            return None
        self._last = self._found()  # another process may have written one
        return self.write() if self._due() else None

    def write(self) -> Path:
        """Write a checkpoint of what the journal holds now, and give its file."""
        checkpoint = self.store.checkpoint()
        path = self.folder / NAME.format(count=checkpoint.count)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                Fault("unreadable", "the folder of checkpoints cannot be made", file=str(path),
                      seen=error.strerror)
            ) from None  # fmt: skip
        if not path.exists():
            try:
                with appearing(path) as stream:
                    stream.write(self.key.signed(checkpoint).encode())
            except StoreError:
                if not path.exists():  # else another process was quicker
                    raise
        self._last = (checkpoint.count, self.store.clock())
        return path

    def _due(self) -> bool:
        count, time = self._last
        new = self.store.checkpoint().count - count
        waited = self.store.clock() - time >= dt.timedelta(minutes=self.minutes)
        return new > 0 and (new >= self.events or waited)

    def _found(self) -> tuple[int, dt.datetime]:
        """The count and time of the last checkpoint in the folder; else zero, and the start."""
        for path in sorted(self.folder.glob("checkpoint-*.txt"), reverse=True):
            try:
                _, found = read_note(read_text(path), str(path))
                return found.count, dt.datetime.fromisoformat(found.time)
            except (CheckpointError, StoreError, ValueError):
                continue
        return 0, self._start
