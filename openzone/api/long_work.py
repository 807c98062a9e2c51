"""Long work while the service runs: threads that take jobs, each done in a process of its own."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

from openzone.office.laws import Laws
from openzone.office.worker import Worker
from openzone.rulebook.book import Book
from openzone.store.store import Store

FOLDER_MODE = 0o700


class LongWork:
    """Does up to `count` jobs at once, in a folder of its own; none when `count` is 0.

    Use it as a context. At its end jobs under way are given back, and are taken up again by the
    next service that starts.
    """

    def __init__(
        self, store: Store, book: Book, name: str, count: int, *, folder: Path,
        today: Callable[[], dt.date],
    ) -> None:  # fmt: skip
        laws = Laws(book, today)
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"jobs-{one}", daemon=True,
                             args=(Worker(store, laws, name, folder=folder),))
            for one in range(count)
        ]  # fmt: skip

    def __enter__(self) -> LongWork:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for one in self._threads:
            one.join()

    def _run(self, worker: Worker) -> None:
        worker.run(self._ended)
