"""A table of cases beside openfisca-core: one date, three lists, every fact given."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from benchmarks import peers_openfisca
from benchmarks.measure import Contender, Timing, alternate, processor_ratio, ratio
from benchmarks.peer_cases import DAY, peer_cases
from benchmarks.report import Report, timed
from benchmarks.setting import Options, Setting
from openzone.rulebook.law import Law

TIMES_OPENFISCA_MIN = 3
FORMULAS = ("rows", "gather")
MEASURES = f"""\
The rows of the three lists in force on {DAY}, expressed as variables and parameters of
openfisca-core. From the same Parquet file (zstd, nine columns) to counts by outcome: OpenFisca
reads it into arrays, words as numbers; our engine reads it by DuckDB. Every fact is given and one
date holds for all cases, because OpenFisca has no missing facts and one date for a run. Activities
that may turn out to be something else are left out. `rows` tests one row of the law after the
other, as country packages are written; `gather` is the fastest formula we know, laid out by hand
for this law: it reads the terms of each case out of arrays by index. Reading is told apart."""


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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.parquet"
        law = setting.law
        peers_openfisca.write(law, peers_openfisca.population(law, setting.menu, cases), path)
        contenders = {
            "openfisca-core, reading": Contender(partial(peers_openfisca.read, law, path))
        }
        for name, peer in peers.items():
            contenders[f"openfisca-core, {name}"] = Contender(partial(_counts, peer, law, path))
        same = _ours(report, setting, peers["gather"], path, contenders)
        timings = alternate(contenders, rounds)
    note = "Counts by outcome are the same for both." if same else ""
    timed(report, f"{cases:,} cases", timings, cases, note)
    _target(report, timings, cases, same)


def _counts(peer: peers_openfisca.Peer, law: Law, path: Path) -> dict[str, int]:
    """How many cases of a file have each outcome, by OpenFisca."""
    import numpy as np

    outcomes = peer.outcomes(peers_openfisca.read(law, path))
    numbers = np.bincount(outcomes, minlength=len(peers_openfisca.OUTCOMES))
    named = zip(peers_openfisca.OUTCOMES, numbers, strict=True)
    return {word: int(count) for word, count in named if count}


def _ours(
    report: Report,
    setting: Setting,
    peer: peers_openfisca.Peer,
    path: Path,
    contenders: dict[str, Contender],
) -> bool:
    """Add our engine to the contenders; say whether it counts the same outcomes."""
    try:
        from benchmarks.engine import Ours

        ours = Ours(setting.frame)
    except ImportError as error:
        report.skip(f"the table engine: {error}")
        return False

    def counts() -> dict[str, int]:
        return ours.outcomes(ours.table(path))

    contenders["ours"] = Contender(counts)
    return counts() == _counts(peer, setting.law, path)


def _target(report: Report, timings: dict[str, Timing], cases: int, same: bool) -> None:
    promise = f"at least 3 times openfisca-core's vectorised run ({cases:,} cases)"
    if "ours" not in timings:
        report.target(promise, "our table engine is missing", None)
        return
    times = {name: ratio(timings["ours"], timings[f"openfisca-core, {name}"]) for name in FORMULAS}
    busy = processor_ratio(timings["ours"], timings["openfisca-core, rows"])
    report.figures[f"times openfisca, {cases}"] = times
    said = f"{times['rows']:.2f} times (rows; by processor time {busy:.2f})"
    said += "" if same else "; outcomes differ"
    report.target(promise, said, same and times["rows"] >= TIMES_OPENFISCA_MIN)
    by_hand = f"beside the formula laid out by hand ({cases:,} cases)"
    report.target(by_hand, f"{times['gather']:.2f} times", None)
