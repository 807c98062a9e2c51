"""The journal of what was denied, folded so that nobody can flood it.

The first attempt of an actor at an action is written at once; those of the minute after it are
counted, and the count is written when the minute is over.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from dataclasses import dataclass, field

from openzone.store.chain import Event
from openzone.store.faults import StoreError
from openzone.store.store import Store

FOLDED = dt.timedelta(minutes=1)
Key = tuple[str, str, str]


@dataclass
class _Fold:
    begun: dt.datetime
    payload: dict[str, str]
    repeats: int = 0


@dataclass
class Denials:
    """What was denied in this process since the last writing. Threads may share it."""

    _folds: dict[Key, _Fold] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, store: Store, actor: str, action: str, reason: str, **seen: str) -> None:
        """Record a denied attempt; `seen`: route and method. Never raises for a store at fault.

        What a store at fault could not take is counted, and written with the next.
        """
        now = store.clock()
        key = (actor, action, reason)
        with self._lock:
            due = self._over(now)
            fold = self._folds.get(key)
            if fold is None:
                self._folds[key] = _Fold(now, seen)
                due.append((key, seen, 0))
            else:
                fold.repeats += 1
        self._write(store, due, now)

    def flush(self, store: Store) -> None:
        """Write the counts that wait; the service calls it now and then, and before it stops."""
        now = store.clock()
        with self._lock:
            due = self._over(now + FOLDED)
        self._write(store, due, now)

    def _over(self, now: dt.datetime) -> list[tuple[Key, dict[str, str], int]]:
        """Take out the folds whose minute is over, and give those with something to write."""
        over = [key for key, fold in self._folds.items() if fold.begun + FOLDED <= now]
        taken = [(key, self._folds.pop(key)) for key in over]
        return [(key, fold.payload, fold.repeats) for key, fold in taken if fold.repeats]

    def _write(
        self, store: Store, due: list[tuple[Key, dict[str, str], int]], now: dt.datetime
    ) -> None:
        if not due:
            return
        try:
            with store.writing() as writing:
                for (actor, action, reason), seen, repeats in due:
                    told = {**seen, "action": action, "reason": reason, "repeats": repeats}
                    writing.append(
                        Event(f"d-{secrets.token_hex(12)}", actor, "access.denied", action, told)
                    )
        except StoreError:
            self._keep(due, now)

    def _keep(self, due: list[tuple[Key, dict[str, str], int]], now: dt.datetime) -> None:
        with self._lock:
            for key, seen, repeats in due:
                fold = self._folds.setdefault(key, _Fold(now, seen))
                fold.repeats += max(repeats, 1)
