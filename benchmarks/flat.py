"""Cases of regimes of decision tables decided as one table, beside SQL written by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Contender, alternate, processor_ratio, ratio
from benchmarks.report import Report, rate, timed
from benchmarks.setting import Options, Setting, data_folder

if TYPE_CHECKING:
    from openzone.decide.dmn.table.engine import FlatEngine

CASES_MIN = 5e6
MISSING = 0.03
NAMES = {"data": "routes of data", "money": "money transfers"}
MEASURES = """\
Seeded cases in a Parquet file (`flat_made.py`): every fact of the regime, seven places, 320 days.
*Counts*: how many cases have each outcome. *Rows*: an answer for each case (verdict, outcome, rule,
needs, possible, confidence) to a Parquet file. *Missing*: the same cases, each fact absent in 3 of
100. Beside it one SQL query written by hand (`flat_floor_*.sql`), with the same counts; it knows
cases that state every fact, one state of the law, no rules cited, no reforms. Both had run once
before the clock started."""


def run(setting: Setting, options: Options) -> Report:
    """Measure tables of data and of money transfers."""
    report = Report("flat", "Tables of cases of decision tables", MEASURES)
    try:
        import ibis

        from openzone.decide.dmn.table.engine import FlatEngine
    except ImportError as error:
        report.skip(f"the table engine: {error}")
        return report
    from openzone.regimes.registry import table_regime
    from openzone.rulebook.law import Law

    today = setting.book.info.as_of
    law = Law(setting.book, today)
    for regime in NAMES:
        engine = FlatEngine(law, table_regime(regime), today)
        _measured(report, regime, engine, ibis.duckdb.connect(), options)
    return report


def _measured(
    report: Report, regime: str, engine: FlatEngine, connection: Any, options: Options
) -> None:
    from benchmarks.flat_made import population

    rows = 100_000 if options.quick else 10_000_000
    folder, name = data_folder(), NAMES[regime]
    whole = population(regime, rows, folder / f"flat-{regime}-{rows}.parquet")
    torn = population(regime, rows, folder / f"flat-{regime}-{rows}-missing.parquet", MISSING)
    cases, lacking = connection.read_parquet(whole), connection.read_parquet(torn)
    ours = {row["outcome"]: row["n"] for row in engine.counts(cases).to_pylist()}
    floor = _floor(connection, regime, whole)
    same = ours == floor
    told = "equal" if same else f"ours {ours}, by hand {floor}"
    report.target(f"{name}: the same counts as the floor ({rows:,} cases)", told, same)
    timings = alternate(
        {
            "ours, counts": Contender(partial(engine.counts, cases)),
            "ours, counts, missing": Contender(partial(engine.counts, lacking)),
            "ours, rows": Contender(partial(_written, engine, cases, folder / "answers.parquet")),
            "floor, counts": Contender(partial(_floor, connection, regime, whole)),
        },
        options.rounds(5),
    )
    timed(report, f"{rows:,} cases: {name}", timings, rows)
    ours_timing = timings["ours, counts"]
    promise = f"{name}, {rows:,} cases: at least {CASES_MIN / 1e6:.0f} M/s"
    report.target(promise, rate(rows, ours_timing.median), rows / ours_timing.median >= CASES_MIN)
    part = ratio(ours_timing, timings["floor, counts"])
    busy = processor_ratio(ours_timing, timings["floor, counts"])
    told = f"{part:.2f} of it; by processor time {busy:.2f}"
    report.target(f"{name}: speed beside SQL by hand", told, None)


def _written(engine: FlatEngine, cases: Any, path: Path) -> None:
    engine.decide(cases).to_parquet(path)


def _floor(connection: Any, regime: str, path: Path) -> dict[str, int]:
    """The counts of the query written by hand."""
    text = Path(__file__).with_name(f"flat_floor_{regime}.sql").read_text("utf-8")
    query = text.replace("FROM cases", f"FROM read_parquet('{path}')")
    return dict(connection.con.execute(query).fetchall())
