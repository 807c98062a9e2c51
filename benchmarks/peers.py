"""A table of cases beside openfisca-core: one date, three lists, every fact given."""

from __future__ import annotations

from functools import partial

from benchmarks import peers_openfisca
from benchmarks.measure import Contender, Timing, alternate, processor_ratio, ratio
from benchmarks.peer_cases import DAY, peer_cases
from benchmarks.report import Report, Table, rate, spread
from benchmarks.setting import Options, Setting

TIMES_OPENFISCA_MIN = 3
FORMULAS = ("gather", "rows")
COLUMNS = ("what", "median", "min", "max", "processor, median", "cases a second")
MEASURES = f"""\
The rows of the three lists in force on {DAY}, expressed as variables and parameters of
openfisca-core, over arrays in memory; our engine decides the same cases from a DuckDB table in
memory. Every fact is given and one date holds for all cases, because OpenFisca has no missing
facts and one date for a run. Activities that may turn out to be something else are left out.
`gather` reads the terms of each case out of arrays by index, the fastest formula we know; `rows`
tests one row of the law after the other, as country packages are mostly written."""


def run(setting: Setting, options: Options) -> Report:
    """Measure 10^6 and 10^7 cases (10^5 in a quick look)."""
    report = Report("peers", "Beside openfisca-core", MEASURES)
    try:
        peers = {name: peers_openfisca.Peer(setting.law, name) for name in FORMULAS}
    except ImportError:
        report.skip("openfisca-core: not installed (pip install 'openzone[bench]')")
        return report
    _agree(report, setting, peers)
    for cases in (100_000,) if options.quick else (1_000_000, 10_000_000):
        _size(report, setting, peers, cases, options.rounds(7))
    return report


def _agree(report: Report, setting: Setting, peers: dict[str, peers_openfisca.Peer]) -> None:
    cases = peer_cases(setting.frame, setting.menu, 3_000)
    facts = peers_openfisca.facts_of(setting.law, cases)
    for name, peer in peers.items():
        found = [peers_openfisca.OUTCOMES[number] for number in peer.outcomes(facts)]
        if found != [case.outcome for case in cases]:
            raise AssertionError(f"openfisca-core ({name}) answers some cases otherwise")
    report.figures["agree"] = len(cases)


def _size(
    report: Report,
    setting: Setting,
    peers: dict[str, peers_openfisca.Peer],
    cases: int,
    rounds: int,
) -> None:
    facts = peers_openfisca.population(setting.law, setting.menu, cases)
    contenders = {
        f"openfisca-core, {name}": Contender(partial(peer.outcomes, facts))
        for name, peer in peers.items()
        if name == "gather" or cases <= 1_000_000
    }
    same = _ours(report, setting, peers["gather"], facts, contenders)
    timings = alternate(contenders, rounds)
    table = Table(
        f"{cases:,} cases", COLUMNS,
        note="Counts by outcome are the same for both." if same else "",
    )  # fmt: skip
    for name, timing in timings.items():
        busy = f"{timing.processor_median:.3g} s"
        table.rows.append((name, *spread(timing, "s"), busy, rate(cases, timing.median)))
        report.timing(f"{name}, {cases}", timing, cases=cases)
    report.tables.append(table)
    _target(report, timings, cases, same)


def _ours(
    report: Report,
    setting: Setting,
    peer: peers_openfisca.Peer,
    facts: dict[str, peers_openfisca.Column],
    contenders: dict[str, Contender],
) -> bool:
    """Add our engine to the contenders; say whether it counts the same outcomes."""
    try:
        from benchmarks.engine import Ours

        ours = Ours(setting.frame)
    except ImportError as error:
        report.skip(f"the table engine: {error}")
        return False
    import numpy as np

    table = ours.backend.create_table("cases", peers_openfisca.as_arrow(setting.law, facts))
    numbers = np.bincount(peer.outcomes(facts), minlength=len(peers_openfisca.OUTCOMES))
    theirs = {
        word: int(count)
        for word, count in zip(peers_openfisca.OUTCOMES, numbers, strict=True)
        if count
    }
    contenders["ours, counts"] = Contender(partial(ours.outcomes, table))
    contenders["ours, an answer each"] = Contender(partial(ours.keep_rows, table))
    return ours.outcomes(table) == theirs


def _target(report: Report, timings: dict[str, Timing], cases: int, same: bool) -> None:
    promise = f"at least 3 times openfisca-core's vectorised run ({cases:,} cases)"
    if "ours, counts" not in timings:
        report.target(promise, "our table engine is missing", None)
        return
    peer = timings["openfisca-core, gather"]
    times = {name: ratio(timings[f"ours, {name}"], peer) for name in ("counts", "an answer each")}
    report.figures[f"times openfisca, {cases}"] = times
    said = ", ".join(f"{value:.2f} times ({name})" for name, value in times.items())
    busy = processor_ratio(timings["ours, counts"], peer)
    said += f"; counts by processor time {busy:.2f}"
    if not same:
        said += "; outcomes differ"
    report.target(promise, said, same and min(times.values()) >= TIMES_OPENFISCA_MIN)
