"""One table contender in a process of its own: seconds and the most memory it held.

`python -m benchmarks.stream ours|floor aggregate|rows FILE`: prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.engine import Contestant, Ours
from benchmarks.measure import child, peak_bytes
from benchmarks.setting import Setting
from benchmarks.sql_floor import Floor

MEMORY = "6GB"  # what DuckDB may take, so that the process stays inside 8 GiB


def streamed(contender: str, task: str, path: Path) -> dict[str, float]:
    """Run this module in a child; give what it printed."""
    found: dict[str, float] = json.loads(
        child("-m", "benchmarks.stream", contender, task, str(path)).output
    )
    return found


def main(contender: str, task: str, file: str) -> None:
    """Do the task once, cold, and print what it took."""
    path, start = Path(file), time.perf_counter()
    setting = Setting()
    doing: Contestant = (
        Ours(setting.frame, MEMORY)
        if contender == "ours"
        else Floor(setting.law, setting.menu, MEMORY)
    )
    ready = time.perf_counter()
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        if task == "aggregate":
            count = sum(row[-1] for row in doing.aggregate(path))
        else:
            doing.write_rows(path, Path(folder) / "answers.parquet")
    done = time.perf_counter()
    print(
        json.dumps(
            {"ready_s": ready - start, "seconds": done - ready, "peak_bytes": peak_bytes(),
             "cases": count}
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
