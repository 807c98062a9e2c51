"""A plan through every regime; one case of each regime of tables, beside rules written by hand."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.journey_floor import data_by_hand
from benchmarks.measure import Contender, Timing, alternate, quantile, ratio
from benchmarks.report import Report, Table, micros, spread
from benchmarks.setting import Options, Setting
from openzone.decide.dmn.desk import TableDesk
from openzone.decide.dmn.reading import read
from openzone.decide.dmn.regime import Case
from openzone.regimes.asking import Desk
from openzone.regimes.journey.compare import compare, default_places
from openzone.regimes.journey.path import path_of
from openzone.regimes.journey.plan import Plan, bundled, plan_path, read_plan
from openzone.regimes.journey.walk import walk
from openzone.regimes.registry import TABLES, table_regime
from openzone.rulebook.books import book_folder
from openzone.rulebook.loading import read_cases

DAY = dt.date(2026, 11, 23)
SINGLE_MAX_S = 20e-6
JOURNEY_MAX_S = 2e-3
PLACES_MAX_S = 100e-3
LINES, PLACES = 10, 30
AREA = "ftz_area"
MEASURES = """\
One decision of each regime of decision tables, over the worked cases of its book (a validated case,
to the outcome with its rows, no JSON); the regime of data beside the national table written by hand
in Python, on the same cases. Then the bundled plan of a car maker with ten lines of goods: all
regimes, with dated steps; and the same plan in thirty territories. Contenders take turns."""


def run(setting: Setting, options: Options) -> Report:
    """Measure single decisions of the regimes of tables, and journeys."""
    report = Report("journey", "A plan through every regime", MEASURES)
    desk = Desk(setting.desk.law.book, known=DAY, today=DAY)
    contenders = _singles(desk)
    plan = car_maker()
    places = thirty(desk)
    walk(desk, plan)
    timings = alternate(
        {
            **contenders,
            "journey": Contender(lambda: path_of(walk(desk, plan))),
            "places": Contender(lambda: compare(desk, plan, places)),
            **{
                f"plan {name}": Contender(_journey(desk, read_plan(plan_path(name))))
                for name in bundled()
            },
        },
        options.rounds(15),
    )
    _tell(report, timings)
    _case_by_case(report, desk)
    _targets(report, timings)
    return report


def _journey(desk: Desk, plan: Plan) -> Callable[[], object]:
    return lambda: path_of(walk(desk, plan))


def _singles(desk: Desk) -> dict[str, Contender]:
    """Each regime over its worked cases; data also by hand."""
    found: dict[str, Contender] = {}
    for name in TABLES:
        engine = TableDesk(desk.law, table_regime(name))
        cases = worked(desk, name)
        found[name] = Contender(_each(engine.decide, cases), len(cases))
        if name == "data":
            facts = [engine.decide(case).facts for case in cases]
            found["data by hand"] = Contender(_each(data_by_hand, facts), len(facts))
    return found


def worked(desk: Desk, regime: str) -> list[Case]:
    """The worked cases of a regime that are answered, validated."""
    law, table = desk.law, table_regime(regime)
    found = []
    for one in read_cases(book_folder(law.book.info.id)):
        if one.regime == regime and one.expect.get("outcome") != "refused":
            found.append(read(law, table, dict(one.given), DAY))
    return found


def _case_by_case(report: Report, desk: Desk) -> None:
    """The median over the worked cases of each regime, each timed alone, its quickest of twenty."""
    for name in TABLES:
        engine = TableDesk(desk.law, table_regime(name))
        taken = sorted(_quickest(engine.decide, case) for case in worked(desk, name))
        report.figures[f"case by case: {name}"] = (quantile(taken, 0.5), taken[-1])


def _quickest(work: Callable[[Case], object], case: Case) -> float:
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter_ns()
        work(case)
        best = min(best, (time.perf_counter_ns() - start) / 1e9)
    return best


def _each(work: Callable[[Any], object], cases: Sequence[Any]) -> Callable[[], None]:
    def loop() -> None:
        for case in cases:
            work(case)

    return loop


def car_maker() -> Plan:
    """The bundled plan of a car maker with as many lines of goods as are promised."""
    plan = read_plan(plan_path("car-maker"))
    goods = tuple(plan.goods[n % len(plan.goods)] for n in range(LINES))
    return plan.model_copy(update={"goods": goods})


def thirty(desk: Desk) -> tuple[tuple[str, ...], ...]:
    """Thirty places: every zone, the port, outside, and areas of zones."""
    law, found = desk.law, default_places(desk.law, DAY)
    areas = [
        (id,)
        for id in law.territories
        if law.territories[id].kind == AREA and law.territories.exists(id, DAY, law.known)
    ]
    return (*found, *areas[: PLACES - len(found)])


def _tell(report: Report, timings: Mapping[str, Timing]) -> None:
    table = Table("Latency", ("what", "median", "min", "max"))
    for name, timing in timings.items():
        table.rows.append((name, *spread(timing)))
        report.timing(name, timing)
    report.tables.append(table)


def _targets(report: Report, timings: Mapping[str, Timing]) -> None:
    for name in TABLES:
        middle, slowest = report.figures[f"case by case: {name}"]
        report.target(f"{name}, one decision: median at most 20 µs",
                      f"{micros(middle)}; the slowest worked case {micros(slowest)}",
                      middle <= SINGLE_MAX_S)  # fmt: skip
    times = ratio(timings["data by hand"], timings["data"])
    report.target("data beside rules by hand", f"{times:.1f} times the time", None)
    journey, places = timings["journey"].median, timings["places"].median
    report.target("a journey with ten lines of goods: under 2 ms", f"{journey * 1e3:.2f} ms",
                  journey < JOURNEY_MAX_S)  # fmt: skip
    report.target("thirty territories compared: under 100 ms", f"{places * 1e3:.0f} ms",
                  places < PLACES_MAX_S)  # fmt: skip
