"""The process of one job: `python -m openzone.office.job_child FOLDER`.

It takes no more memory and time than it is given, sees no secret of the service, and ends when its
worker does: the worker holds the other end of its standard input.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

from openzone.errors import OpenZoneError
from openzone.office.job_work import OUTCOME, PROGRESS, TASK, read_task, work

ORPHANED, TOO_LARGE = 70, 71
TOLD_EVERY_S = 0.5


def main(folder: Path) -> int:
    """Do the job of a folder; gives 0 where an outcome was written."""
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    given = json.loads((folder / TASK).read_text(encoding="utf-8"))
    _limit(given["memory_bytes"], given["cpu_seconds"])
    try:
        task = read_task(folder, Progress(folder).tell)
        path, media_type = work(task)
        outcome: dict[str, Any] = {"result": path.name, "media_type": media_type,
                                   "book_hash": task.book.hash}  # fmt: skip
    except OpenZoneError as error:
        outcome = {"code": error.code, "faults": [fault.as_dict() for fault in error.faults]}
    except MemoryError:
        return TOO_LARGE
    write_whole(folder / OUTCOME, outcome)
    return 0


class Progress:
    """How far the work is, in a file that the worker reads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / PROGRESS
        self._told = 0.0
        self._stage = ""

    def tell(self, done: int, total: int | None, stage: str) -> None:
        """Write it, unless it was written a moment ago and the stage is the same."""
        now = time.monotonic()
        if stage == self._stage and now - self._told < TOLD_EVERY_S:
            return
        self._told, self._stage = now, stage
        write_whole(self.path, {"done": done, "total": total, "stage": stage})


def write_whole(path: Path, data: Any) -> None:
    """Write a file so that whoever reads it sees all of it or nothing."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # people who wait for an answer come first


def _end_with_the_worker() -> None:
    while os.read(0, 4096):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
