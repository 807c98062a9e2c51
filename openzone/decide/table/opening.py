"""Where DuckDB is opened: freely, or within bounds that no query can leave.

Within bounds DuckDB reads and writes one folder or none, reaches no network, loads no extension,
and its configuration is locked: what a table of cases holds cannot make it do otherwise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.decide.table.small import UNFIT
from openzone.errors import missing_extra

try:
    import ibis
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

SPILL = "spill"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What DuckDB may use: the files of one folder, so many bytes of memory, so many threads.

    Without a folder it touches no file: tables come in as Arrow, and nothing is spilled.
    """

    folder: Path | None
    memory_bytes: int
    threads: int = 1

    def settings(self) -> Iterator[str]:
        """The settings, in the order in which they are made; the last one locks them."""
        if self.folder is None:
            yield "SET temp_directory = ''"
        else:
            folder = str(self.folder.resolve()).replace("'", "''")
            yield f"SET allowed_directories = ['{folder}/']"
            yield f"SET temp_directory = '{folder}/{SPILL}'"
        yield f"SET memory_limit = '{self.memory_bytes}B'"
        yield f"SET threads = {self.threads}"
        yield "SET allow_community_extensions = false"
        yield "SET autoinstall_known_extensions = false"
        yield "SET autoload_known_extensions = false"
        yield "SET enable_external_access = false"
        yield "SET lock_configuration = true"


_BOUNDS: ContextVar[Bounds | None] = ContextVar("bounds", default=None)


@contextlib.contextmanager
def bound(bounds: Bounds) -> Iterator[None]:
    """Inside, every DuckDB that this thread opens keeps to the bounds."""
    mark = _BOUNDS.set(bounds)
    try:
        yield
    finally:
        _BOUNDS.reset(mark)


def opened(bounds: Bounds | None = None) -> Any:
    """An Ibis connection to a DuckDB of its own, within the bounds where there are any."""
    connection = ibis.duckdb.connect()
    bounds = bounds or _BOUNDS.get()
    if bounds is not None:
        with contextlib.suppress(Exception):  # an engine before it had the step
            connection.raw_sql(f"SET disabled_optimizers = '{UNFIT}'")  # see planned_plainly
        for setting in bounds.settings():
            connection.raw_sql(setting)
    return connection
