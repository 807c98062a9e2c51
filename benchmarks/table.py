"""A table of cases: our engine beside SQL written by hand, from Parquet to counts and to rows."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Contender, alternate, processor_ratio, ratio
from benchmarks.report import Report, Table, rate, timed
from benchmarks.setting import Options, Setting
from benchmarks.stream import streamed

if TYPE_CHECKING:
    from benchmarks.engine import Contestant, Ours
    from benchmarks.sql_floor import Floor

MEASURES = """\
A seeded population of investment cases in a Parquet file (zstd), decided under the whole bundled
book: every activity tag, half of the cases in no zone, dates from 2020-07-23 to 2026-06-30, some
facts missing. Two tasks: counts by outcome, section and place; and one row of outcome and `needs`
for each case, written to Parquet. Beside our engine stands one SQL query over tables laid out by
hand (`floor_query.sql`), with the same outcomes and the same `needs`. Both were prepared, and had
run once, before the clock started; preparation and the first run are told apart below. Our engine
counts by activity and place; the sections are added up from that, inside the time. Before that, the
same cases with four columns alone (activity, place, date, share), as a replay draws them: counts by
outcome, and one row of cell, outcome and `needs` for each case."""
PLAIN_AGGREGATE_MIN, PLAIN_ROWS_MIN = 15e6, 5e6
TASKS = ("aggregate", "rows")


def run(setting: Setting, options: Options) -> Report:
    """Measure tables of 10^6 and 10^7 cases (10^5 in a quick look)."""
    report = Report("table", "A table of cases", MEASURES)
    try:
        from benchmarks.engine import Ours
        from benchmarks.sql_floor import Floor

        start = time.perf_counter()
        ours = Ours(setting.frame)
        prepared = time.perf_counter()
        floor = Floor(setting.law, setting.menu)
        floor_prepared = time.perf_counter()
    except ImportError as error:
        report.skip(f"the table engine: {error}")
        return report
    report.figures["prepare_s"] = [prepared - start, floor_prepared - prepared]
    agree(report, setting, ours, floor, 10_000 if options.quick else 100_000)
    sizes = (100_000,) if options.quick else (1_000_000, 10_000_000)
    _plain(report, ours, setting.plain_population(sizes[-1]), sizes[-1], options.rounds(7))
    for cases in sizes:
        _size(report, ours, floor, setting.population(cases), cases, options.rounds(7))
    _memory(report, setting.population(sizes[-1]), sizes[-1])
    return report


def agree(
    report: Report, setting: Setting, ours: Contestant, floor: Contestant, cases: int
) -> None:
    """Compare every answer of the two on a sample, before anything is timed."""
    path = setting.population(cases)
    pairs = zip(ours.answers(path), floor.answers(path), strict=True)
    differ = Counter("outcome" if a[1] != b[1] else "needs" for a, b in pairs if a != b)
    report.figures["differences"] = {"cases": cases, **differ}
    said = ", ".join(f"{count} in {what}" for what, count in differ.items()) or "none"
    report.target(
        f"the same answers as the floor ({cases:,} cases)", f"differences: {said}", not differ
    )


def _plain(report: Report, ours: Ours, path: Path, cases: int, rounds: int) -> None:
    """Time our engine on cases of four columns."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "answers.parquet"
        contenders = {
            "counts by outcome": Contender(lambda: ours.outcomes(ours.table(path))),
            "an answer each": Contender(partial(ours.write_cells, path, out)),
        }
        timings = alternate(contenders, rounds)
    timed(report, f"{cases:,} cases of four columns", timings, cases)
    for name, least in zip(timings, (PLAIN_AGGREGATE_MIN, PLAIN_ROWS_MIN), strict=True):
        done = cases / timings[name].median
        promise = f"{cases:,} cases of four columns, {name}: at least {least / 1e6:.0f} M/s"
        report.target(promise, rate(cases, timings[name].median), done >= least)


def _size(
    report: Report, ours: Contestant, floor: Floor, path: Path, cases: int, rounds: int
) -> None:
    """Time the tasks on one file; the two contenders and the bare read take turns."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "answers.parquet"
        contenders = {"read only": Contender(partial(floor.scan, path))}
        for name, one in (("ours", ours), ("floor", floor)):
            contenders[f"{name}, aggregate"] = Contender(partial(one.aggregate, path))
            contenders[f"{name}, rows"] = Contender(partial(one.write_rows, path, out))
        timings = alternate(contenders, rounds)
    timed(report, f"{cases:,} cases", timings, cases)
    for task in TASKS:
        part = ratio(timings[f"ours, {task}"], timings[f"floor, {task}"])
        processor = processor_ratio(timings[f"ours, {task}"], timings[f"floor, {task}"])
        report.figures[f"speed beside the floor, {task}, {cases}"] = [part, processor]
        own = rate(cases, timings[f"ours, {task}"].median)
        hand = rate(cases, timings[f"floor, {task}"].median)
        report.target(
            f"{task} of {cases:,} cases: speed beside SQL by hand",
            f"{part:.2f} of it ({own} against {hand}); by processor time {processor:.2f}", None,
        )  # fmt: skip


def _memory(report: Report, path: Path, cases: int) -> None:
    """Each task once in a process of its own, preparation included."""
    table = Table(
        f"{cases:,} cases, a process of its own",
        ("what", "until ready", "the task, first time", "most memory held"),
    )
    for name in ("ours", "floor"):
        for task in TASKS:
            found = streamed(name, task, path)
            report.figures[f"own process: {name}, {task}, {cases}"] = found
            table.rows.append(
                (f"{name}, {task}", f"{found['ready_s']:.2f} s", f"{found['seconds']:.2f} s",
                 f"{found['peak_bytes'] / 2**30:.2f} GiB")
            )  # fmt: skip
    report.tables.append(table)
