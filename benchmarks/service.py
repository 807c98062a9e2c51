"""One case over HTTP: requests a second beside a bare route, and latencies at half of the load."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, quantile
from benchmarks.population import as_cases, chunks
from benchmarks.report import Report, Table, micros
from benchmarks.service_load import Load, once, paced, pressed, request_of
from benchmarks.setting import Options, Setting

CASES = 5_000
CONNECTIONS = 16
PRESSED_S, PACED_S = 3.0, 10.0
PART_MIN, P99_MAX_S = 0.5, 0.020
START_MAX_S = 3.0
WAIT_S = 60.0
BARE, OURS = "a bare route of Starlette", "decide"
APPS = {BARE: "benchmarks.service_apps:bare", OURS: "benchmarks.service_apps:service"}
MEASURES = """\
Two servers on loopback, each one process of uvicorn: a route of Starlette that reads a JSON object
and writes one of the size of an answer, and the service with all of its layers (ids of requests,
rates, sizes, guards, headers). Both get the same cases, all different, over 16 kept connections
from a third process: as many as they answer, in turn, every second round backwards; then, for each,
half of what it answered, at even times. A latency counts from when the request was due."""


def run(setting: Setting, options: Options) -> Report:
    """Measure requests a second and latencies."""
    report = Report("service", "One case over HTTP", MEASURES)
    raws = as_cases(setting.menu, next(chunks(setting.menu, CASES)))
    bodies = [json.dumps({**raw, "regime": "capital"}).encode() for raw in raws]
    rounds = options.rounds(9)
    seconds = 1.0 if options.quick else PRESSED_S
    with served(APPS[BARE]) as (bare, _, one), served(APPS[OURS]) as (ours, start_s, other):
        ports, processes = {BARE: bare, OURS: ours}, {BARE: one, OURS: other}
        requests = {name: [request_of(one, port) for one in bodies] for name, port in ports.items()}
        loads: dict[str, list[Load]] = {name: [] for name in ports}
        for name, port in ports.items():
            once(port, requests[name], CONNECTIONS)
        for number in range(rounds):
            for name in list(ports) if number % 2 == 0 else reversed(ports):
                before = busy_s(processes[name])
                load = pressed(ports[name], requests[name], CONNECTIONS, seconds)
                load.processor = busy_s(processes[name]) - before
                loads[name].append(load)
        half = {
            name: paced(port, requests[name], CONNECTIONS, 3 * seconds,
                        median(one.rate for one in loads[name]) / 2)
            for name, port in ports.items()
        }  # fmt: skip
    _tell(report, loads, half, start_s)
    return report


@contextmanager
def served(app: str) -> Iterator[tuple[int, float, int]]:
    """A server on a free port: port, the seconds until it answered, the id of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", app, "--factory", "--port", str(port),
         "--no-access-log", "--log-level", "warning"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - start > WAIT_S:
                    raise
                time.sleep(0.02)
        yield port, time.perf_counter() - start, process.pid
    finally:
        process.terminate()
        process.wait()


def busy_s(process: int) -> float:
    """The seconds of processor that a process took so far; 0 where the system does not say."""
    path = Path(f"/proc/{process}/stat")
    if not path.exists():
        return 0.0
    fields = path.read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tell(
    report: Report, loads: dict[str, list[Load]], half: dict[str, Load], start_s: float
) -> None:
    head = ("server", "a second, median", "least", "most", "processor, each")
    table = Table("As many as are answered", head)
    rates = {name: [one.rate for one in found] for name, found in loads.items()}
    for name, found in rates.items():
        told = [f"{value:,.0f}" for value in (median(found), min(found), max(found))]
        busy = median(one.processor / len(one.taken) for one in loads[name])
        table.rows.append((name, *told, micros(busy) if busy else "–"))
        report.figures[f"{name}, a second"] = median(found)
        report.figures[f"{name}, processor_s"] = busy
    report.tables.append(table)
    latencies = Table("At half of that", ("server", "a second", "median", "p95", "p99", "most"))
    for name, load in half.items():
        ordered = sorted(load.taken)
        parts = [quantile(ordered, part) for part in (0.5, 0.95, 0.99)]
        cells = [f"{value * 1e3:.2f} ms" for value in (*parts, ordered[-1])]
        latencies.rows.append((name, f"{load.rate:,.0f}", *cells))
        report.figures[f"{name}, p99_s"] = parts[-1]
    report.tables.append(latencies)
    failed = sum(one.failed for found in loads.values() for one in found)
    failed += sum(one.failed for one in half.values())
    report.target("every request is answered with 200", f"{failed} were not", failed == 0)
    part = median(o / b for o, b in zip(rates[OURS], rates[BARE], strict=True))
    ours = float(report.figures[f"{OURS}, processor_s"])
    share = float(report.figures[f"{BARE}, processor_s"]) / ours if ours else 0.0
    by_processor = f"; by processor time {share:.2f}" if share else ""
    report.target(
        "at least half the requests a second of a bare JSON route",
        f"{part:.2f} of it{by_processor}", part >= PART_MIN,
    )  # fmt: skip
    p99 = float(report.figures[f"{OURS}, p99_s"])
    report.target("p99 at half load: under 20 ms", f"{p99 * 1e3:.1f} ms", p99 < P99_MAX_S)
    report.target("start: under 3 s", f"{start_s:.2f} s", start_s < START_MAX_S)
    report.figures["start_s"] = start_s
