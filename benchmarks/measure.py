"""Timing: contenders take turns, so that a slow minute of the machine falls on all of them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
BUDGET_S = 300.0
ROUNDS_MIN = 3


@dataclass(frozen=True)
class Timing:
    """The seconds of one contender in each round, for one unit of work.

    `processor`: seconds of all threads together; none for work done in a child process.
    """

    rounds: tuple[float, ...]
    processor: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """The middle round."""
        return median(self.rounds)

    @property
    def processor_median(self) -> float:
        """Processor time of the middle round: steadier than the clock on a busy machine."""
        return median(self.processor) if self.processor else 0.0

    @property
    def least(self) -> float:
        """The fastest round."""
        return min(self.rounds)

    @property
    def most(self) -> float:
        """The slowest round."""
        return max(self.rounds)

    def as_dict(self) -> dict[str, float | int]:
        """Plain figures for the JSON file."""
        return {
            "median_s": self.median, "min_s": self.least, "max_s": self.most,
            "rounds": len(self.rounds), "processor_median_s": self.processor_median,
        }  # fmt: skip


@dataclass(frozen=True)
class Contender:
    """Something to time: `units` are done by one call of `work`; `before` is not timed."""

    work: Callable[[], object]
    units: int = 1
    before: Callable[[], object] | None = None


def alternate(
    contenders: Mapping[str, Contender], rounds: int, warm: bool = True
) -> dict[str, Timing]:
    """Time every contender once a round, in turn; every second round runs backwards.

    When the first, uncounted round shows that all of them would take longer than BUDGET_S, there
    are fewer rounds, three at least.
    """
    names = list(contenders)
    if warm:
        start = time.perf_counter()
        for name in names:
            once(contenders[name])
        affordable = int(BUDGET_S / max(time.perf_counter() - start, 1e-9))
        rounds = min(rounds, max(affordable, ROUNDS_MIN))
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            taken[name].append(once(contenders[name]))
    return {name: Timing(*zip(*pairs, strict=True)) for name, pairs in taken.items()}


def once(contender: Contender) -> tuple[float, float]:
    """The seconds that one unit takes, by the clock and of the processor."""
    if contender.before is not None:
        contender.before()
    gc.collect()
    start, busy = time.perf_counter(), time.process_time()
    contender.work()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    return seconds / contender.units, busy / contender.units


def ratio(one: Timing, other: Timing) -> float:
    """How many times longer `other` takes than `one`: the median of the rounds, pair by pair."""
    return median(b / a for a, b in zip(one.rounds, other.rounds, strict=True))


def processor_ratio(one: Timing, other: Timing) -> float:
    """The same for the processor time."""
    return median(b / a for a, b in zip(one.processor, other.processor, strict=True))


def quantile(ordered: Sequence[float], part: float) -> float:
    """The value below which `part` of an ordered sequence lies."""
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


@dataclass(frozen=True)
class Child:
    """A finished child process: its seconds, what it printed."""

    seconds: float
    output: str


class ChildError(Exception):
    """A child process that failed; holds the end of what it said."""


def child(*arguments: str, environment: Mapping[str, str] | None = None) -> Child:
    """Run this Python with `arguments` in a process of its own, from start to exit."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env={**os.environ, **(environment or {})}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    if done.returncode:
        raise ChildError(done.stderr.strip()[-2000:])
    return Child(seconds, done.stdout)


def peak_bytes() -> int:
    """The most memory this process ever held.

    Read from the kernel where it says (Linux), because the figure that a parent is told of its
    child counts what the parent held when it started the child.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
