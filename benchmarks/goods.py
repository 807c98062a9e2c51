"""Declaration lines: best rate among thirty columns and three taxes, beside SQL written by hand."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import ChildError, Contender, alternate, child, processor_ratio, ratio
from benchmarks.report import Report, Table, micros, rate, timed
from benchmarks.setting import Options, Setting, data_folder
from openzone.regimes.asking import Desk

if TYPE_CHECKING:
    from benchmarks.goods_sides import Floor, Ours

LINES_MIN = 5e6
BESIDE_SQL_MIN = 0.5
SINGLE_MAX_S = 100e-6
LOAD_MAX_S = 1.0
PEAK_MAX_BYTES = 8 * 2**30
SINGLE_CASES = 2_000
LOAD = """\
import os, time
from openzone import load_book
start = time.perf_counter()
book = load_book(os.environ["BOOK"])
next(iter(book.schedules.values())).place("22042100")
print(time.perf_counter() - start)
"""
MEASURES = """\
Seeded declaration lines in a Parquet file, drawn over a **generated tariff** (no law: every
subheading of HS 2022 as one or two lines, the 32 columns of the bundled tariff, drawn rates). Five
columns (code, origin, proofs, day, value): may it cross, best rate, duty, consumption tax, VAT, to
sums by outcome. Beside it one SQL query over tables laid out by hand (`goods_floor.sql`), with the
same sums to the fen; it knows one day, no place, no quantity and no controls beyond an outcome for
each code. All columns: with place, line, facts and quantities besides. Both had run once before the
clock started. Before and after: a zero-tariff reform in two more zones, a process of its own."""
WINE = {"hs": "22042100", "origin": "AU", "customs_value": "500000", "proofs": ["RAUR"],
        "date": "2026-06-01"}  # fmt: skip


def run(setting: Setting, options: Options) -> Report:
    """Measure tables of lines, one line, and a replay before and after a reform."""
    report = Report("goods", "Declaration lines", MEASURES)
    try:
        from benchmarks.goods_sides import PLAIN, Floor, Ours, law_of, population
    except ImportError as error:
        report.skip(f"the table engine: {error}")
        return report
    law = law_of(setting.book)
    lines = 100_000 if options.quick else 10_000_000
    path = population(law, lines, data_folder() / f"lines-{lines}.parquet")
    ours, floor = Ours(law), Floor(law)
    same = _agree(report, ours, floor, path, lines)
    every = tuple(ours.connection.read_parquet(path).columns)
    contenders = {
        "ours, five columns": Contender(partial(ours.sums, path, PLAIN)),
        "floor, five columns": Contender(partial(floor.sums, path)),
        "ours, all columns": Contender(partial(ours.sums, path, every)),
    }
    timings = alternate(contenders, options.rounds(7))
    timed(report, f"{lines:,} lines", timings, lines)
    done = lines / timings["ours, five columns"].median
    promise = f"best rate and three taxes of {lines:,} lines: at least {LINES_MIN / 1e6:.0f} M/s"
    report.target(promise, rate(lines, lines / done), done >= LINES_MIN)
    part = ratio(timings["ours, five columns"], timings["floor, five columns"])
    busy = processor_ratio(timings["ours, five columns"], timings["floor, five columns"])
    report.target(
        "speed beside SQL by hand: within 2 times",
        f"{part:.2f} of it; by processor time {busy:.2f}", same and part >= BESIDE_SQL_MIN,
    )  # fmt: skip
    _single(report, setting, options)
    _loaded(report, setting, options)
    sizes = [lines, *([100_000_000] if options.full else [])]
    for size in sizes:
        _replayed(report, size)
    if not options.full:
        report.skip("100,000,000 lines before and after: only with --full")
    return report


def _agree(report: Report, ours: Ours, floor: Floor, path: object, lines: int) -> bool:
    """Compare the sums of both, before anything is timed."""
    one, other = ours.sums(path), floor.sums(path)  # type: ignore[arg-type]
    same = one == other
    told = "equal" if same else f"ours {one}, by hand {other}"
    report.target(f"the same sums as the floor, to the fen ({lines:,} lines)", told, same)
    return same


def _single(report: Report, setting: Setting, options: Options) -> None:
    """One line with its whole sheet; the values differ, so that nothing is remembered whole."""
    from openzone.regimes.goods.case import Reader
    from openzone.regimes.goods.decide import decide

    today = setting.book.info.as_of
    desk = Desk(setting.book, known=today, today=today, regime="goods")
    raws = [{**WINE, "customs_value": str(500_000 + n)} for n in range(SINGLE_CASES)]
    cases = [Reader(desk.law, raw, today).read() for raw in raws]

    def decided() -> None:
        for case in cases:
            decide(desk.law, case)

    def answered() -> None:
        for raw in raws:
            desk.answer(raw)

    timings = alternate(
        {"decide with sheet": Contender(decided, SINGLE_CASES),
         "answer, from plain data": Contender(answered, SINGLE_CASES)},
        options.rounds(7),
    )  # fmt: skip
    table = Table("One line", ("what", "median", "min", "max"))
    for name, one in timings.items():
        table.rows.append((name, *(micros(s) for s in (one.median, one.least, one.most))))
        report.timing(name, one)
    report.tables.append(table)
    median = timings["decide with sheet"].median
    report.target("one line with its sheet: under 100 µs", micros(median), median < SINGLE_MAX_S)


def _loaded(report: Report, setting: Setting, options: Options) -> None:
    """A book with the generated tariff: taken in from CSV, and loaded warm by a new process."""
    from benchmarks.goods_made import TITLE, generated
    from openzone.rulebook.importing.tariff import TariffTerms, import_tariff
    from openzone.rulebook.importing.writing import csv_text, rate_text

    schedule = generated(setting.book)
    names = list(schedule.columns)
    rows = [
        [code, *(rate_text(schedule.rate(at, name)) for name in names)]
        for at, code in enumerate(schedule.hs)
    ]
    with tempfile.TemporaryDirectory() as folder:
        file, book = Path(folder) / "tariff.csv", Path(folder) / "book"
        file.write_text(csv_text(["hs", *names], rows), encoding="utf-8")
        terms = TariffTerms(
            id=schedule.id, edition="2026", title_zh=TITLE.zh, title_en=TITLE.en, lines=len(rows)
        )
        start = time.perf_counter()
        import_tariff(file, book, terms)
        taken = time.perf_counter() - start
        warm = {"OPENZONE_CACHE": str(Path(folder) / "cache"), "BOOK": str(book)}
        child("-c", LOAD, environment=warm)
        seconds = [
            float(child("-c", LOAD, environment=warm).output) for _ in range(options.rounds(7))
        ]
    median = statistics.median(seconds)
    report.figures["load warm"] = {"median_s": median, "rounds": len(seconds)}
    report.figures["import"] = taken
    told = f"{median * 1e3:.0f} ms (taken in from CSV in {taken:.1f} s)"
    promise = (
        f"a book with a tariff of {len(rows):,} lines by {len(names)} columns, warm: under 1 s"
    )
    report.target(promise, told, median < LOAD_MAX_S)


def _replayed(report: Report, lines: int) -> None:
    """Before and after a reform, in a process of its own."""
    from benchmarks.goods_sides import law_of, population, streamed
    from openzone.rulebook.books import load_book

    start = dt.datetime.now()
    path = population(law_of(load_book("cn")), lines, data_folder() / f"lines-{lines}.parquet")
    report.figures[f"drawn, {lines}"] = (dt.datetime.now() - start).total_seconds()
    try:
        found = streamed(path)
    except ChildError as error:
        report.skip(f"{lines:,} lines before and after: {str(error).splitlines()[-1]}")
        return
    report.figures[f"before and after, {lines}"] = found
    report.target(
        f"{lines:,} lines before and after a reform inside 8 GiB",
        f"{found['peak_bytes'] / 2**30:.2f} GiB, {found['seconds']:.0f} s"
        f" ({2 * lines / found['seconds'] / 1e6:.1f} M decisions/s, preparation included)",
        found["peak_bytes"] <= PEAK_MAX_BYTES,
    )  # fmt: skip
