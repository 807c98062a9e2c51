"""How time grows: with the number of rows of a book, with the number of cases of a table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import synthetic
from benchmarks.measure import ChildError, Contender, Timing, alternate
from benchmarks.report import Report, Table, micros, millis, rate
from benchmarks.setting import REGIME, Options, Setting
from benchmarks.stream import streamed
from openzone.decide.facts import Case
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.regimes.asking import Desk
from openzone.rulebook.book import Book
from openzone.rulebook.loading import load_files

ROWS = (50, 200, 1_000, 3_000)
CASES = (100_000, 1_000_000, 10_000_000)
FULL_CASES = 100_000_000
PEAK_MAX_BYTES = 8 * 2**30
SAMPLE = 1_000
MEASURES = """\
Rows: made-up books in our file format (two lists, half of the rows each), loaded cold from YAML,
compiled, then asked 1,000 seeded cases: the first time each meeting of activity, place and day is
worked out, afterwards it is looked up. Cases: a seeded population in Parquet, counted by outcome,
section and place, each size in a process of its own that may hold 8 GiB."""


def run(setting: Setting, options: Options) -> Report:
    """Measure growth with rows, then with cases."""
    report = Report("growth", "Growth", MEASURES)
    _rows(report, ROWS[:3] if options.quick else ROWS, options.rounds(5))
    sizes = CASES[:1] if options.quick else CASES
    _cases(report, setting, (*sizes, FULL_CASES) if options.full else sizes)
    if not options.full:
        report.skip(f"{FULL_CASES:,} cases: only with --full")
    return report


def _rows(report: Report, sizes: tuple[int, ...], rounds: int) -> None:
    contenders: dict[str, Contender] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            written = synthetic.write_book(Path(folder) / str(size), size)
            book = load_files(written)
            cases = synthetic.cases(size, SAMPLE)
            frame = _frame(book)
            contenders |= {
                f"load, {size}": Contender(partial(load_files, written)),
                f"compile, {size}": Contender(partial(_frame, book)),
                f"first, {size}": Contender(partial(_first, book, cases), SAMPLE),
                f"single, {size}": Contender(partial(_decide_all, frame, cases), SAMPLE),
            }
        timings = alternate(contenders, rounds)
    for name, timing in timings.items():
        report.timing(name, timing)
    shown: dict[str, Callable[[float], str]] = {
        "load": millis, "compile": millis, "first": micros, "single": micros,
    }  # fmt: skip
    table = Table(
        "Rows", ("rows", "load cold", "compile", "a case, first sight", "a case, afterwards"),
        note="Medians. *Compile* makes the frame; its parts are worked out on first sight, whose"
        " column is the mean over 1,000 cases in a fresh frame.",
    )  # fmt: skip
    for size in sizes:
        row = [unit(timings[f"{name}, {size}"].median) for name, unit in shown.items()]
        table.rows.append((f"{size:,}", *row))
    report.tables.append(table)
    _row_target(report, timings, sizes)


def _row_target(report: Report, timings: dict[str, Timing], sizes: tuple[int, ...]) -> None:
    few, many = sizes[0], sizes[-1]
    grown = {
        name: timings[f"{name}, {many}"].median / timings[f"{name}, {few}"].median
        for name in ("single", "load")
    }
    report.figures["grown"] = grown
    report.target(
        f"growth from {few} to {many:,} rows ({many // few} times)",
        f"a case {grown['single']:.1f} times, loading {grown['load']:.0f} times", None,
    )  # fmt: skip


def _frame(book: Book) -> Frame:
    return Desk(book, known=book.info.as_of, today=book.info.as_of).frame(REGIME)


def _first(book: Book, cases: list[Case]) -> None:
    _decide_all(_frame(book), cases)


def _decide_all(frame: Frame, cases: list[Case]) -> None:
    for case in cases:
        decide(frame, case)


def _cases(report: Report, setting: Setting, sizes: tuple[int, ...]) -> None:
    table = Table(
        "Cases", ("cases", "who", "until ready", "counted in", "cases a second", "most memory"),
        note="One cold run each: the first run of our engine also answers the cells it meets.",
    )  # fmt: skip
    for size in sizes:
        path = setting.population(size)
        for name in ("ours", "floor"):
            try:
                found = streamed(name, "aggregate", path)
            except ChildError as error:
                report.skip(f"{size:,} cases, {name}: {str(error).splitlines()[-1]}")
                continue
            report.figures[f"{name}, {size} cases"] = found
            table.rows.append(
                (f"{size:,}", name, f"{found['ready_s']:.2f} s", f"{found['seconds']:.2f} s",
                 rate(size, found["seconds"]), f"{found['peak_bytes'] / 2**30:.2f} GiB")
            )  # fmt: skip
    report.tables.append(table)
    largest = report.figures.get(f"ours, {sizes[-1]} cases")
    peak = largest["peak_bytes"] if largest else 0.0
    report.target(
        f"{sizes[-1]:,} cases inside 8 GiB", f"{peak / 2**30:.2f} GiB held at most",
        0 < peak <= PEAK_MAX_BYTES,
    )  # fmt: skip
