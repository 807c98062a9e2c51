"""What a benchmark found, written as Markdown for people and as JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import machine, versions
from benchmarks.measure import Timing

RESULTS = Path(__file__).parent / "results"
README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- last: begin -->\n", "<!-- last: end -->"
WORDS = {True: "met", False: "not met", None: "–"}


@dataclass
class Table:
    """One table of figures; every cell is text."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    note: str = ""

    def text(self) -> str:
        """The table as Markdown."""
        head = f"| {' | '.join(self.columns)} |\n|{'---|' * len(self.columns)}"
        body = "\n".join(f"| {' | '.join(row)} |" for row in self.rows)
        note = f"\n\n{self.note}" if self.note else ""
        return f"## {self.title}\n\n{head}\n{body}{note}"


@dataclass
class Target:
    """A figure that was promised: what it is now, and whether the promise holds."""

    promise: str
    measured: str
    met: bool | None


@dataclass
class Report:
    """All that one run of one benchmark found."""

    name: str
    title: str
    measures: str
    tables: list[Table] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=machine)
    versions: dict[str, str] = field(default_factory=versions)
    date: str = field(default_factory=lambda: dt.date.today().isoformat())

    def timing(self, name: str, timing: Timing, **more: Any) -> None:
        """Keep a timing for the JSON file."""
        self.figures[name] = {**timing.as_dict(), **more}

    def target(self, promise: str, measured: str, met: bool | None) -> None:
        """Note a promise with what was found."""
        self.targets.append(Target(promise, measured, met))

    def skip(self, reason: str) -> None:
        """Note what was not measured, and why."""
        self.skipped.append(reason)

    def text(self) -> str:
        """The report as Markdown."""
        parts = [f"# {self.title}", self.measures]
        if self.targets:
            parts.append(promises(self.targets).text())
        parts += [table.text() for table in self.tables]
        if self.skipped:
            parts.append("## Not measured\n\n" + "\n".join(f"- {one}" for one in self.skipped))
        about: list[Sequence[str]] = [
            ("date", self.date),
            *self.machine.items(),
            *self.versions.items(),
        ]
        parts.append(Table("Machine and versions", ("what", "value"), about).text())
        return "\n\n".join(parts) + "\n"

    def write(self) -> Path:
        """Write `<name>.md` and `<name>.json` beside the other results."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        path = RESULTS / f"{self.name}.md"
        path.write_text(self.text(), encoding="utf-8")
        plain = {
            "name": self.name, "date": self.date, "machine": self.machine,
            "versions": self.versions, "figures": self.figures, "skipped": self.skipped,
            "targets": [vars(target) for target in self.targets],
        }  # fmt: skip
        kept = json.dumps(plain, ensure_ascii=False, indent=1)
        path.with_suffix(".json").write_text(kept + "\n", encoding="utf-8")
        return path


def promises(targets: list[Target]) -> Table:
    """The table of promises."""
    rows: list[Sequence[str]] = [(one.promise, one.measured, WORDS[one.met]) for one in targets]
    return Table("Targets", ("target", "measured", "holds"), rows)


def refresh_readme() -> None:
    """Put the targets of the last run of every benchmark into the README."""
    rows: list[Sequence[str]] = []
    for path in sorted(RESULTS.glob("*.json")):
        kept = json.loads(path.read_text("utf-8"))
        link = f"[{kept['name']}](results/{kept['name']}.md)"
        rows += [
            (link, kept["date"], one["promise"], one["measured"], WORDS[one["met"]])
            for one in kept["targets"]
        ]
    table = Table("", ("benchmark", "date", "target", "measured", "holds"), rows)
    body = table.text().partition("\n\n")[2]
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}{body}\n{END}{after}", encoding="utf-8")


TIMES = ("what", "median", "min", "max", "processor, median", "cases a second")


def timed(
    report: Report, title: str, timings: Mapping[str, Timing], cases: int, note: str = ""
) -> None:
    """Add a table of timings to the report and keep each for the JSON file."""
    table = Table(title, TIMES, note=note)
    for name, timing in timings.items():
        busy = f"{timing.processor_median:.3g} s"
        table.rows.append((name, *spread(timing, "s"), busy, rate(cases, timing.median)))
        report.timing(f"{name}, {cases}", timing, cases=cases)
    report.tables.append(table)


def micros(seconds: float) -> str:
    """Seconds as microseconds, three digits."""
    return f"{seconds * 1e6:.3g} µs"


def millis(seconds: float) -> str:
    """Seconds as milliseconds, three digits."""
    return f"{seconds * 1e3:.3g} ms"


def spread(timing: Timing, unit: str = "µs") -> tuple[str, str, str]:
    """Median, min and max in `unit`."""
    scale = {"µs": 1e6, "ms": 1e3, "s": 1.0}[unit]
    return tuple(  # type: ignore[return-value]
        f"{value * scale:.3g} {unit}" for value in (timing.median, timing.least, timing.most)
    )


def rate(cases: int, seconds: float) -> str:
    """Cases a second, in millions."""
    return f"{cases / seconds / 1e6:.2f} M/s"
