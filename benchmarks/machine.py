"""The machine and the versions that a figure was measured with."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "openzone", "duckdb", "ibis-framework", "sqlglot", "pyarrow", "numpy", "zen-engine",
    "openfisca-core", "sqlalchemy", "psycopg",
)  # fmt: skip


def machine() -> dict[str, str]:
    """Processor, cores, memory, system, load at the start."""
    described = {
        "processor": _processor(),
        "cores": str(_cores()),
        "memory": f"{_memory_bytes() / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
    if hasattr(os, "getloadavg"):
        described["load at the start"] = f"{os.getloadavg()[0]:.1f}"
    return described


def versions() -> dict[str, str]:
    """Python and the packages that take part; a package not installed is left out."""
    found = {"python": sys.version.split()[0]}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0
