"""A connection to DuckDB that reaches nothing outside itself, for tables that strangers send.

No file, no network, no extension, no disk to spill to; and no statement changes that again.
"""

from __future__ import annotations

import contextlib
from typing import Any

from openzone.decide.table.small import UNFIT
from openzone.errors import missing_extra

try:
    import ibis
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

MIB = 1 << 20
SETTINGS = (
    "SET allow_community_extensions = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
)
LOCK = "SET lock_configuration = true"


def sealed_connection(memory: int, threads: int = 1) -> Any:
    """An Ibis connection to an empty DuckDB in memory. `memory`: the most bytes it may hold.

    Tables come in as Arrow: `connection.create_table(name, table, temp=True)`.
    """
    connection = ibis.duckdb.connect()
    with contextlib.suppress(Exception):  # an engine before it had the step (`planned_plainly`)
        connection.con.execute(f"SET disabled_optimizers = '{UNFIT}'")
    own = (f"SET memory_limit = '{memory // MIB}MiB'", f"SET threads = {threads}")
    for setting in (*own, *SETTINGS, LOCK):
        connection.con.execute(setting)
    return connection
