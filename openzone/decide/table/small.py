"""Small tables that a query joins, laid where the engine joins them fastest."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator
from itertools import count
from typing import Any

import ibis
import pyarrow as pa

OWN_TABLES = ("duckdb",)
UNFIT = "partial_aggregate_pushdown"
"""A step of DuckDB's planner that writes what is grouped by anew below every join of a query."""
_NUMBERS = count()


def laid(backend: Any, **columns: Any) -> Any:
    """A small table. Where it can be, it is one of the engine's own.

    An engine knows the range of its own table's keys, and then looks them up without hashing.
    """
    table = pa.table(columns)
    return own_table(backend, table) if backend.name in OWN_TABLES else ibis.memtable(table)


def own_table(backend: Any, table: Any) -> Any:
    """A table of the engine with these rows, kept until nothing names it any more."""
    name = f"_openzone_{next(_NUMBERS)}"
    own = backend.create_table(name, table, temp=True)
    weakref.finalize(own.op(), _drop, backend, name)  # when no expression names it
    return own


def batches(table: Any) -> Iterator[Any]:
    """The rows of an expression of DuckDB as record batches, streaming."""
    backend = table.get_backend()
    return iter(pa.RecordBatchReader.from_stream(backend.con.sql(backend.compile(table))))


@contextlib.contextmanager
def planned_plainly(backend: Any) -> Iterator[None]:
    """Queries inside are planned without UNFIT, where the engine has such a step."""
    if backend.name not in OWN_TABLES:
        yield
        return
    held = backend.con.execute("SELECT current_setting('disabled_optimizers')").fetchone()[0]
    changed = False
    try:
        wanted = ",".join(filter(None, (held, UNFIT)))
        with contextlib.suppress(Exception):  # an engine before it had the step, or a locked one
            backend.con.execute(f"SET disabled_optimizers = '{wanted}'")
            changed = True
        yield
    finally:
        if changed:
            backend.con.execute(f"SET disabled_optimizers = '{held}'")


def _drop(backend: Any, name: str) -> None:
    """Remove a small table."""
    with contextlib.suppress(Exception):  # a closed connection, of any engine, has it no more
        backend.drop_table(name, force=True)
