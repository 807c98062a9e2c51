"""Jobs done beside the answering of requests, in each process of the service."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from openzone.office.drafts import drafted
from openzone.office.laws import Laws, Today
from openzone.office.worker import Worker
from openzone.rulebook.book import Book
from openzone.store.store import Store

STOP_S = 10.0


@contextlib.contextmanager
def working(store: Store, book: Book, book_name: str, today: Today, count: int) -> Iterator[None]:
    """While inside, so many jobs of the store are done at once.

    At the end the process of each is stopped, and its job is given back for others to take up.
    """
    stop = threading.Event()
    threads = []
    for number in range(count):
        worker = Worker(store, Laws(book, today, drafted(store)), book_name)
        thread = threading.Thread(target=worker.run, args=(stop,), name=f"jobs-{number}",
                                  daemon=True)  # fmt: skip
        thread.start()
        threads.append(thread)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(STOP_S)
