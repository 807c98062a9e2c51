"""One case: from a validated case, from plain data, from JSON to JSON; beside zen-engine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks import peers_zen
from benchmarks.measure import Contender, Timing, alternate, quantile, ratio
from benchmarks.peer_cases import DAY, peer_cases
from benchmarks.population import as_cases, chunks
from benchmarks.report import Report, Table, micros, spread
from benchmarks.setting import Options, Setting
from openzone.decide.answer import answer
from openzone.decide.case import read_case
from openzone.decide.facts import Case
from openzone.decide.frame import Frame
from openzone.decide.single import decide
from openzone.regimes.asking import Desk

SETTLED_MAX_S = 5e-6
NEEDS_MAX_S = 50e-6
TIMES_ZEN_MIN = 20
COLUMNS = ("what", "median", "min", "max")
MEASURES = """\
One capital decision under the whole bundled book (three lists, their editions, the pilots in
force), on one thread, over a seeded sample of cases from 2020-07-23 to 2026-06-30. Each figure is
the mean over the sample in one round; the table shows the median, least and greatest round, the
contenders taking turns. The trace (the rows that decide) is part of every decision."""


def run(setting: Setting, options: Options) -> Report:
    """Measure single decisions."""
    report = Report("single", "One case", MEASURES)
    raws = as_cases(setting.menu, next(chunks(setting.menu, 1_000 if options.quick else 10_000)))
    cases = [read_case(setting.frame, raw, DAY) for raw in raws]
    needing = [bool(decide(setting.frame, case).needs) for case in cases]
    settled = [case for case, asks in zip(cases, needing, strict=True) if not asks]
    asking = [case for case, asks in zip(cases, needing, strict=True) if asks]
    contenders = _ours(setting, raws, settled, asking)
    zen, told = _zen(setting, report, 300 if options.quick else 1_000)
    timings = alternate({**contenders, **zen}, options.rounds(15))
    _tell(report, timings, len(settled), len(asking), told)
    _tail(report, setting.frame, settled, asking)
    _targets(report, timings)
    return report


def _ours(
    setting: Setting, raws: list[dict[str, Any]], settled: list[Case], asking: list[Case]
) -> dict[str, Contender]:
    frame, desk = setting.frame, setting.desk
    texts = [json.dumps(raw) for raw in raws]
    kept = kept_completions(frame, asking)
    ask_all = _each(lambda case: decide(frame, case), asking)

    def worked_out() -> None:
        for completed, case in zip(kept, asking, strict=True):
            completed.clear()
            decide(frame, case)

    return {
        "settled": Contender(_each(lambda case: decide(frame, case), settled), len(settled)),
        "needs": Contender(worked_out, len(asking)),
        "needs again": Contender(ask_all, len(asking), before=ask_all),
        "from plain data": Contender(_each(desk.decision, raws), len(raws)),
        "plain data to answer": Contender(_each(desk.answer, raws), len(raws)),
        "JSON to JSON": Contender(_each(lambda text: _json(desk, text), texts), len(texts)),
    }


def _each(work: Callable[[Any], object], cases: Sequence[Any]) -> Callable[[], None]:
    def loop() -> None:
        for case in cases:
            work(case)

    return loop


def _json(desk: Desk, text: str) -> str:
    return json.dumps(answer(desk.decision(json.loads(text))), ensure_ascii=False)


def kept_completions(frame: Frame, cases: Iterable[Case]) -> list[dict[Any, Any]]:
    """For each case, the completions that the engine keeps; empty them to have them worked out."""
    found = []
    for case in cases:
        ready = decide(frame, case).bundle.ready
        found.append({} if ready is None else ready.completed)
    return found


def _zen(setting: Setting, report: Report, count: int) -> tuple[dict[str, Contender], str]:
    """zen-engine and ourselves on the same cases; first every answer is compared."""
    try:
        peer = peers_zen.compiled(setting.law)
    except ImportError:
        report.skip("zen-engine: not installed (pip install 'openzone[bench]')")
        return {}, ""
    cases = peer_cases(setting.frame, setting.menu, count)
    contexts = [peers_zen.context(case) for case in cases]
    differ = [
        case.raw
        for case, facts in zip(cases, contexts, strict=True)
        if peer(facts)["outcome"] != case.outcome
    ]
    if differ:
        raise AssertionError(f"zen-engine answers {len(differ)} cases otherwise: {differ[0]}")
    lines = peers_zen.lines(setting.law)
    rows = len({line.row for line in lines}) - 1
    texts = [json.dumps(facts) for facts in contexts]
    report.figures["zen_rows"] = rows
    told = (
        f"zen-engine: a decision table of {len(lines)} lines for the {rows} rows of the three"
        f" lists in force on {DAY}, FIRST hit, compiled once, without its trace; {count} cases"
        " with every fact, on which all outcomes agree. Not expressed: missing facts, other days,"
        " pilots, areas inside a place."
    )
    return {
        "zen-engine, from a mapping": Contender(_each(peer, contexts), count),
        "zen-engine, from JSON": Contender(_each(peer, texts), count),
        "ours on zen's cases": Contender(
            _each(lambda case: decide(setting.frame, case), [case.case for case in cases]), count
        ),
        "ours on zen's cases, from plain data": Contender(
            _each(setting.desk.decision, [case.raw for case in cases]), count
        ),
    }, told


def _tell(report: Report, timings: dict[str, Timing], settled: int, asking: int, told: str) -> None:
    says = {
        "settled": f"decide, nothing to ask ({settled} cases)",
        "needs": f"decide with `needs`, worked out ({asking} cases)",
        "needs again": "decide with `needs`, kept from before",
        "from plain data": "validate and decide, mapping to decision",
        "plain data to answer": "mapping to the answer of the contract",
    }
    table = Table("Latency", COLUMNS, note=told)
    for name, timing in timings.items():
        table.rows.append((says.get(name, name), *spread(timing)))
        report.timing(name, timing)
    report.tables.append(table)


def _tail(report: Report, frame: Frame, settled: list[Case], asking: list[Case]) -> None:
    """Case by case, each timed alone: the clock adds about a tenth of a microsecond."""
    groups = {
        "nothing to ask": (settled, [{} for _ in settled]),
        "with `needs`, worked out": (asking, kept_completions(frame, asking)),
    }
    taken: dict[str, list[float]] = {name: [] for name in groups}
    for _ in range(5):
        for name, (cases, kept) in groups.items():
            for case, completed in zip(cases, kept, strict=True):
                completed.clear()
                start = time.perf_counter_ns()
                decide(frame, case)
                taken[name].append((time.perf_counter_ns() - start) / 1e9)
    table = Table("Case by case", ("what", "mean", "median", "99 of 100", "slowest"))
    for name, each in taken.items():
        each.sort()
        row = [sum(each) / len(each), *(quantile(each, part) for part in (0.5, 0.99, 1.0))]
        table.rows.append((name, *map(micros, row)))
        report.figures[f"case by case: {name}"] = row
    report.tables.append(table)


def _targets(report: Report, timings: dict[str, Timing]) -> None:
    for promise, case, name, most in (
        ("capital decision with trace, full book, validated case: median at most 5 µs",
         "nothing to ask", "settled", SETTLED_MAX_S),
        ("the same with `needs`: median at most 50 µs",
         "with `needs`, worked out", "needs", NEEDS_MAX_S),
    ):  # fmt: skip
        middle, mean = report.figures[f"case by case: {case}"][1], timings[name].median
        said = f"{micros(middle)} (mean {micros(mean)})"
        if name == "needs":
            said += f"; kept from before {micros(timings['needs again'].median)}"
        report.target(promise, said, middle <= most)
    report.target("JSON to JSON, beside it", micros(timings["JSON to JSON"].median), None)
    if "zen-engine, from JSON" not in timings:
        report.target("at least 20 times faster than zen-engine", "", None)
        return
    peers = ("zen-engine, from a mapping", "zen-engine, from JSON")
    best = min((timings[name] for name in peers), key=lambda timing: timing.median)
    times = ratio(timings["ours on zen's cases"], best)
    plain = ratio(timings["ours on zen's cases, from plain data"], best)
    report.figures["times_zen"] = {"validated case": times, "plain data": plain}
    report.target(
        "at least 20 times faster than zen-engine given the same rows",
        f"{times:.0f} times from a validated case, {plain:.1f} times from plain data",
        times >= TIMES_ZEN_MIN,
    )
