"""Loading the book, starting the program, the exact difference of two editions."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.measure import Child, ChildError, Contender, Timing, alternate, child
from benchmarks.report import Report, Table, spread
from benchmarks.setting import Options, Setting
from openzone.rulebook.books import book_folder
from openzone.rulebook.loading import load_files

WARM_MAX_S, HELP_MAX_S, DIFF_MAX_S = 0.150, 0.5, 1.0
EDITIONS = ("2024-10-31", "2024-11-01")
CASE = {"regime": "capital", "activity": "auto.passenger", "foreign_share": "1.0",
        "date": "2022-01-02"}  # fmt: skip
INSIDE = """\
import time
start = time.perf_counter()
from openzone import load_book
loaded = time.perf_counter()
load_book("cn")
print(loaded - start, time.perf_counter() - loaded)
"""
MEASURES = """\
The bundled book and the program itself. *Whole process* is from the start of Python to its exit,
with the files of the book in the page cache of the system; *warm* uses the compiled copy of the
book, *cold* parses and checks every YAML file. The exact difference compares the days before and
after the national list of 2024 came into force, for every activity, place and fact."""


def run(setting: Setting, options: Options) -> Report:
    """Measure loading, starting and comparing."""
    report = Report("load", "Loading and starting", MEASURES)
    with tempfile.TemporaryDirectory() as folder:
        _measure(report, Path(folder), options.rounds(9))
    return report


def _measure(report: Report, folder: Path, rounds: int) -> None:
    warm = {"OPENZONE_CACHE": str(folder / "warm")}
    root = book_folder("cn")
    inside: list[float] = []

    def whole() -> None:
        inside.append(float(child("-c", INSIDE, environment=warm).output.split()[1]))

    def cold() -> None:
        with tempfile.TemporaryDirectory() as empty:
            child("-c", INSIDE, environment={"OPENZONE_CACHE": empty})

    program = partial(child, "-m", "openzone.cli.main", environment=warm)
    contenders = {
        "Python alone, whole process": Contender(partial(child, "-c", "pass")),
        "load warm, whole process": Contender(whole),
        "load cold, whole process": Contender(cold),
        "parse and check all files, in process": Contender(partial(load_files, root)),
        "openzone --help, whole process": Contender(partial(program, "--help")),
    }
    contenders |= _verbs(report, folder, program)
    timings = alternate(contenders, rounds)
    timings["load warm, in process"] = Timing(tuple(inside[1:]))
    table = Table("Times", ("what", "median", "min", "max"))
    for name, timing in timings.items():
        table.rows.append((name, *spread(timing, "ms")))
        report.timing(name, timing)
    report.tables.append(table)
    _targets(report, timings)


def _verbs(report: Report, folder: Path, program: partial[Child]) -> dict[str, Contender]:
    """The commands that exist and run: one case, and the difference of two editions."""
    case = folder / "case.json"
    case.write_text(json.dumps(CASE), encoding="utf-8")
    commands = {"decide": (str(case),), "diff": EDITIONS}
    found = {}
    for verb, arguments in commands.items():
        if importlib.util.find_spec(f"openzone.cli.{verb}") is None:
            report.skip(f"openzone {verb}: there is no such command yet")
            continue
        work = partial(program, verb, *arguments)
        try:
            work()
        except ChildError as error:
            report.skip(f"openzone {verb}: {str(error).splitlines()[-1]}")
            continue
        found[f"openzone {verb}, whole process"] = Contender(work)
    return found


def _targets(report: Report, timings: dict[str, Timing]) -> None:
    for promise, name, most in (
        ("load warm, whole process: under 150 ms", "load warm, whole process", WARM_MAX_S),
        ("load warm, in process: under 150 ms", "load warm, in process", WARM_MAX_S),
        ("openzone --help: under 0.5 s", "openzone --help, whole process", HELP_MAX_S),
        ("exact difference of two editions: under 1 s", "openzone diff, whole process",
         DIFF_MAX_S),
    ):  # fmt: skip
        timing = timings.get(name)
        said = "not there yet" if timing is None else f"{timing.median * 1e3:.0f} ms"
        report.target(promise, said, None if timing is None else timing.median < most)
