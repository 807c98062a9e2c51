"""Small tables that a query joins, laid where the engine joins them fastest."""

from __future__ import annotations

import contextlib
import weakref
from itertools import count
from typing import Any

import ibis
import pyarrow as pa

OWN_TABLES = ("duckdb",)
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


def _drop(backend: Any, name: str) -> None:
    """Remove a small table."""
    with contextlib.suppress(Exception):  # a closed connection, of any engine, has it no more
        backend.drop_table(name, force=True)
