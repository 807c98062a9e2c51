"""A worker in a process of its own, for tests that kill it: python -m tests.office.job_worker."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from pathlib import Path

from openzone.office.laws import Laws
from openzone.office.worker import Worker
from openzone.rulebook.books import load_book
from openzone.store.store import Store


def main(url: str, folder: str, lease_s: float) -> None:
    laws = Laws(load_book("cn"), lambda: dt.date(2026, 11, 23))
    lease = dt.timedelta(seconds=lease_s)
    worker = Worker(Store.opened(url), laws, "cn", folder=Path(folder), lease=lease)
    print(worker.name, flush=True)
    worker.run(threading.Event())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
