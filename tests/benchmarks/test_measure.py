"""Timing takes turns, and a report says what was met, what was not, and what was skipped."""

import json
from functools import partial

import pytest

from benchmarks import __main__ as program
from benchmarks import report as reporting
from benchmarks.measure import ChildError, Contender, Timing, alternate, child, peak_bytes, ratio
from benchmarks.report import Report, Table


def test_contenders_take_turns_and_every_second_round_runs_backwards():
    calls: list[str] = []
    contenders = {name: Contender(partial(calls.append, name)) for name in "ab"}
    timings = alternate(contenders, rounds=2, warm=False)
    assert calls == ["a", "b", "b", "a"]
    assert all(len(timing.rounds) == 2 for timing in timings.values())


def test_what_comes_before_is_done_every_time():
    calls: list[str] = []
    before = Contender(lambda: calls.append("work"), before=lambda: calls.append("before"))
    alternate({"one": before}, rounds=1)
    assert calls == ["before", "work", "before", "work"]


def test_a_ratio_compares_rounds_in_pairs():
    assert ratio(Timing((1.0, 2.0, 4.0)), Timing((3.0, 6.0, 12.0))) == 3.0


def test_a_child_gives_what_it_printed_or_what_it_said():
    assert child("-c", "print('here')").output == "here\n"
    with pytest.raises(ChildError, match="no luck"):
        child("-c", "raise SystemExit('no luck')")


def test_memory_is_counted_in_bytes():
    assert peak_bytes() > 2**20


def test_a_report_is_written_and_joins_the_readme(tmp_path, monkeypatch):
    monkeypatch.setattr(reporting, "RESULTS", tmp_path)
    monkeypatch.setattr(reporting, "README", tmp_path / "README.md")
    reporting.README.write_text(
        f"# Top\n\n{reporting.BEGIN}stale\n{reporting.END}\n\nend\n", "utf-8"
    )
    report = Report("one", "One", "What it measures.")
    report.tables.append(Table("Figures", ("what", "value"), [("a", "1 ms")]))
    report.target("under 1 s", "2 s", False)
    report.skip("a peer: not installed")
    report.timing("a", Timing((1.0, 2.0)))
    text = report.write().read_text("utf-8")
    assert "| under 1 s | 2 s | not met |" in text
    assert "- a peer: not installed" in text
    assert json.loads((tmp_path / "one.json").read_text("utf-8"))["figures"]["a"]["rounds"] == 2
    reporting.refresh_readme()
    readme = reporting.README.read_text("utf-8")
    assert readme.startswith("# Top\n") and readme.endswith("\n\nend\n") and "stale" not in readme
    assert "[one](results/one.md)" in readme


def test_an_unknown_benchmark_is_refused(capsys):
    with pytest.raises(SystemExit):
        program.main(["no-such"])
    assert "no benchmark named no-such" in capsys.readouterr().err
