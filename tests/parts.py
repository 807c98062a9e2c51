"""Parts of a machine that some tests need: a mark names the part, a missing part skips the test.

Under continuous integration (OPENZONE_CI=1) a part that should be there and is not fails the test
instead, and so does a whole file that skips itself. The end of a run says what was skipped, and
why.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

import pytest

Report = TypeVar("Report")
Reporting = Generator[None, Report, Report]

JAVA_MIN, JAVA_MAX = 17, 23  # what Spark 4.0 runs on: Java 24 dropped what its Hadoop calls
FIRST_NUMBER = re.compile(r'version "(\d+)')


@dataclass(frozen=True)
class Part:
    """What a mark stands for: `missing` answers why the part cannot be used, or nothing."""

    missing: Callable[[], str | None]
    expected_in_ci: bool = True


@functools.cache
def _spark_missing() -> str | None:
    java = shutil.which("java")
    if java is None:
        return f"no Java on the path (Spark needs Java {JAVA_MIN} to {JAVA_MAX})"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = FIRST_NUMBER.search(said)
    if version is None or not JAVA_MIN <= int(version[1]) <= JAVA_MAX:
        seen = f"is {version[1]}" if version else "does not run"
        return f"Java {seen} (Spark needs {JAVA_MIN} to {JAVA_MAX})"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (extra `spark`)"
    return None


def _chromium_missing() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return None if any(map(shutil.which, names)) else "no Chromium browser on the path"


def _postgres_missing() -> str | None:
    from tests import postgres

    return postgres.missing()


def _compiler_missing() -> str | None:
    return None if shutil.which("cc") else "no C compiler on the path"


def _soak_missing() -> str | None:
    return None if os.environ.get("OPENZONE_SOAK") == "full" else "long; `make soak` runs it"


PARTS = {
    "spark": Part(_spark_missing),
    "chromium": Part(_chromium_missing),
    "postgres": Part(_postgres_missing),
    "compiler": Part(_compiler_missing),
    "soak": Part(_soak_missing, expected_in_ci=False),
}


def _in_ci() -> bool:
    return os.environ.get("OPENZONE_CI") == "1"


def _parts_of(item: pytest.Item) -> list[str]:
    return [name for name in PARTS if item.get_closest_marker(name)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose part is missing."""
    for name in _parts_of(item):
        if reason := PARTS[name].missing():
            pytest.skip(f"{name}: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Reporting[pytest.TestReport]:
    """Turn the skip of a marked test into a failure where the part should be there."""
    report = yield
    parts = _parts_of(item)
    if not (_in_ci() and parts and report.skipped) or hasattr(report, "wasxfail"):
        return report
    if all(PARTS[name].expected_in_ci or PARTS[name].missing() is None for name in parts):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Reporting[pytest.CollectReport]:
    """Turn the skip of a whole file into a failure under continuous integration."""
    report = yield
    if _in_ci() and report.skipped:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    report.outcome = "failed"
    report.longrepr = f"skipped, and OPENZONE_CI=1 allows no such skip: {_reason(report)}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which parts were skipped and why, one line for each reason."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("parts not tested here")
    for reason, count in sorted(Counter(map(_reason, skipped)).items()):
        terminalreporter.write_line(f"{count} skipped: {reason}")
