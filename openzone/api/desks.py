"""The laws that the service is asked: the one of today, and those with other days and reforms."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.registry import REGIMES
from openzone.rulebook.book import Book
from openzone.rulebook.model import Reform

KEPT = 16
Today = Callable[[], dt.date]


class Desks:
    """Desks over one book, each compiled once and kept while it is in use.

    `now` is the desk of today for the loop alone; `at` gives desks for worker threads, which hold
    the lock of a desk while they ask it.
    """

    def __init__(self, book: Book, today: Today) -> None:
        self.book, self.today = book, today
        self._now: Desk | None = None
        self._kept: OrderedDict[tuple[object, ...], Held] = OrderedDict()
        self._lock = threading.Lock()

    def now(self) -> Desk:
        """The law as published today, without reforms on top."""
        day = self.today()
        if self._now is None or self._now.today != day:
            self._now = warm(Desk(self.book, known=day, today=day))
        return self._now

    def at(self, known: dt.date | None = None, reforms: Sequence[Reform] = ()) -> Held:
        """The law as published by a day, with reforms on top. Raises ReformError."""
        day = self.today()
        key = (day, known or day, tuple((one.id, one.body_hash, one.in_force, one.territory)
                                        for one in reforms))  # fmt: skip
        with self._lock:
            held = self._kept.get(key)
            if held is not None:
                self._kept.move_to_end(key)
                return held
        held = Held(Desk(self.book, known=known or day, reforms=reforms, today=day))
        with self._lock:
            self._kept[key] = held
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return held


class Held:
    """A desk that one thread at a time asks: `with held as desk`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._lock = threading.RLock()

    def __enter__(self) -> Desk:
        self._lock.acquire()
        return self.desk

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def warm(desk: Desk) -> Desk:
    """Compile what the first case of each regime of rows would wait for."""
    for name in REGIMES:
        if name in desk.law.book.tables:
            try:
                desk.frame(name)
            except CaseError:
                continue
    return desk
