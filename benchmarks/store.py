"""Events a second into a store, on both databases, beside a bare insert with the same safety."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from benchmarks.measure import Contender, Timing, alternate, ratio
from benchmarks.report import Report, Table, spread
from benchmarks.setting import Options, Setting
from openzone.store import tables
from openzone.store.chain import Event
from openzone.store.store import Store
from openzone.store.verifying import verify

EVENTS = 200
KIND = "benchmark.noted"
PAYLOAD = {"case": "c-1", "answer": "on_conditions", "rows": ["FI-NAT-2024-22"] * 4,
           "note": "备注" * 20}  # fmt: skip
TEXT = "x" * 220  # the length of the payload and the hashes of one event, in one column
SERVER = "OPENZONE_POSTGRES"
FLOOR, BATCH_FLOOR = "bare insert, commit", "bare inserts, one commit"
EVENT, CALL, BATCH = "event, commit", "call with its result, commit", "events, one commit"
LEAST = {"sqlite": 0.25, "postgresql": 0.25}
MEASURES = f"""\
One writer. The floor is written by hand: one row of the same length into one table with the driver
alone, and a commit, with the same settings for safety (SQLite: write-ahead log, synchronous=FULL;
PostgreSQL: as its server is set). *Event* is an event of the journal: its hash and the one before,
the tree, the head, the reader of its kind (which does nothing here). *Call* also looks for an
earlier result and keeps this one. Each round makes {EVENTS} of each."""


def run(setting: Setting, options: Options) -> Report:
    """Measure on SQLite, and on PostgreSQL where OPENZONE_POSTGRES names a server."""
    report = Report("store", "Events into a store", MEASURES)
    cast(dict[str, Any], tables.READERS)[KIND] = lambda *_: None
    with tempfile.TemporaryDirectory() as folder:
        _measure(report, "sqlite", f"sqlite:///{folder}/zone.db", _sqlite_floor(folder), options)
    if server := os.environ.get(SERVER):
        with _database(server) as url:
            _measure(report, "postgresql", url, _postgres_floor(url), options)
    else:
        report.skip(f"PostgreSQL: {SERVER} names no server")
    return report


def _measure(
    report: Report, name: str, url: str, floor: Callable[[int], None], options: Options
) -> None:
    store, numbers = Store.opened(url), itertools.count()

    def events(number: int, together: int) -> None:
        for _ in range(number // together):
            with store.writing() as writing:
                for _ in range(together):
                    writing.append(Event(f"e-{next(numbers)}", "u-1", KIND, "s-1", PAYLOAD))

    def calls() -> None:
        for _ in range(EVENTS):
            id = f"call-{next(numbers)}"
            with store.writing() as writing:
                writing.first_result(id, "u-1", PAYLOAD)
                writing.append(Event(f"{id}/1", "u-1", KIND, "s-1", PAYLOAD))
                writing.keep_result(id, "u-1", PAYLOAD, {"id": id})

    timings = alternate(
        {
            FLOOR: Contender(lambda: floor(1), EVENTS),
            EVENT: Contender(lambda: events(EVENTS, 1), EVENTS),
            CALL: Contender(calls, EVENTS),
            BATCH_FLOOR: Contender(lambda: floor(EVENTS), EVENTS),
            BATCH: Contender(lambda: events(EVENTS, EVENTS), EVENTS),
        },
        options.rounds(15),
    )
    checking = alternate({"verify": Contender(lambda: verify(store), next(numbers))}, 3)
    holds = verify(store).holds
    store.close()
    _tell(report, name, timings | {"verify an event": checking["verify"]})
    report.target(f"{name}: the journal holds after the run", "holds" if holds else "does not",
                  holds)  # fmt: skip
    part = ratio(timings[EVENT], timings[FLOOR])
    report.target(f"{name}: events a second, at least a quarter of a bare insert",
                  f"{part:.2f} of it ({1 / timings[EVENT].median:,.0f}/s)",
                  part >= LEAST[name])  # fmt: skip
    report.target(f"{name}: calls with results, beside a bare insert",
                  f"{ratio(timings[CALL], timings[FLOOR]):.2f} of it "
                  f"({1 / timings[CALL].median:,.0f}/s)", None)  # fmt: skip


def _tell(report: Report, name: str, timings: dict[str, Timing]) -> None:
    table = Table(name, ("what", "median", "min", "max", "processor", "a second"))
    for what, timing in timings.items():
        busy = f"{timing.processor_median * 1e6:.3g} µs"
        table.rows.append((what, *spread(timing), busy, f"{1 / timing.median:,.0f}"))
        report.timing(f"{name}: {what}", timing)
    report.tables.append(table)


def _sqlite_floor(folder: str) -> Callable[[int], None]:
    connection = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("CREATE TABLE floor (seq INTEGER PRIMARY KEY, payload TEXT)")

    def write(together: int) -> None:
        for _ in range(EVENTS // together):
            connection.execute("BEGIN IMMEDIATE")
            for _ in range(together):
                connection.execute("INSERT INTO floor (payload) VALUES (?)", (TEXT,))
            connection.execute("COMMIT")

    return write


def _postgres_floor(url: str) -> Callable[[int], None]:
    import psycopg

    connection = psycopg.connect(url)
    connection.execute("CREATE SCHEMA floor")
    connection.execute("CREATE TABLE floor.floor (seq bigserial PRIMARY KEY, payload text)")
    connection.commit()

    def write(together: int) -> None:
        for _ in range(EVENTS // together):
            for _ in range(together):
                connection.execute("INSERT INTO floor.floor (payload) VALUES (%s)", (TEXT,))
            connection.commit()

    return write


@contextlib.contextmanager
def _database(server: str) -> Iterator[str]:
    """A database of its own, gone afterwards."""
    import psycopg
    from sqlalchemy import make_url

    name = f"openzone_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
