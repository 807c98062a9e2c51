"""Databases that a store may live in: SQLite in one file, or PostgreSQL; both held to full safety.

A write that was acknowledged must stand after a crash and after a cut of power. SQLite is used with
a write-ahead log and `synchronous=FULL`; PostgreSQL with `fsync`, `full_page_writes` and a
synchronous commit. A store with weaker settings is refused at the start.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from openzone.errors import Fault, missing_extra
from openzone.store.faults import StoreError, told

SQLITE, POSTGRES = "sqlite", "postgresql"
WAIT_S = 30
WRITES = "openzone_writes"
FULL = 2  # SQLite's number for synchronous=FULL; 3 is EXTRA
PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")
# A server that went away without a word is given up; the second figure is in milliseconds.
SHORT_WAITS = {"connect_timeout": 10, "tcp_user_timeout": WAIT_S * 1000}
DURABLE_COMMITS = ("on", "remote_write", "remote_apply", "local")


def engine_of(url: str) -> Engine:
    """An engine for the URL of a store: `sqlite:///FILE` or `postgresql://...`; or a file's path.

    Raises StoreError for another kind of database, or a file in a folder that does not exist.
    """
    try:
        named = make_url(url if "://" in url else f"sqlite:///{url}")
    except ArgumentError:
        raise _wrong_url(url) from None
    kind = named.get_backend_name()
    if kind == POSTGRES:
        try:
            engine = create_engine(
                named.set(drivername="postgresql+psycopg"), pool_pre_ping=True,
                hide_parameters=True, pool_timeout=WAIT_S, connect_args=SHORT_WAITS,
            )  # fmt: skip
        except ImportError as error:
            raise missing_extra("postgres", "a store on PostgreSQL") from error
        event.listen(engine, "connect", _patient)
        return engine
    if kind != SQLITE or not named.database or named.database == ":memory:" or named.query:
        raise _wrong_url(url)
    folder = Path(named.database).absolute().parent
    if not folder.is_dir():
        raise StoreError(
            Fault("store_gone", "the folder of the store does not exist", file=str(folder),
                  next=f"mkdir -p {folder}")
        )  # fmt: skip
    engine = create_engine(
        named, connect_args={"timeout": WAIT_S}, pool_timeout=WAIT_S, hide_parameters=True
    )
    event.listen(engine, "connect", _safe)
    event.listen(engine, "begin", _begin)
    return engine


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the store and writes nothing."""
    steady = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == POSTGRES else {}
    with told(), engine.connect() as connection, connection.execution_options(**steady).begin():
        yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; on SQLite it waits for its turn before it reads anything."""
    options = {WRITES: True}
    with told(), engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


def check_durability(engine: Engine) -> None:
    """Refuse a store whose settings could lose what was acknowledged. Raises StoreError."""
    with reading(engine) as connection:
        weak = dict(_weak(connection))
    if weak:
        seen = ", ".join(f"{name}={value}" for name, value in weak.items())
        raise StoreError(
            Fault("store_weak", "the store would lose acknowledged writes in a cut of power",
                  seen=seen, expected=_expected(engine),
                  next="correct the settings of the database, then start again")
        )  # fmt: skip


def _weak(connection: Connection) -> Iterator[tuple[str, str]]:
    if connection.dialect.name == SQLITE:
        mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        level = int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)
        if mode != "wal":
            yield "journal_mode", mode
        if level < FULL:
            yield "synchronous", str(level)
        return
    for name in ("fsync", "full_page_writes"):
        value = str(connection.exec_driver_sql(f"SHOW {name}").scalar())
        if value != "on":
            yield name, value
    value = str(connection.exec_driver_sql("SHOW synchronous_commit").scalar())
    if value not in DURABLE_COMMITS:
        yield "synchronous_commit", value


def _expected(engine: Engine) -> str:
    if engine.dialect.name == SQLITE:
        return "journal_mode=wal and synchronous=2 (FULL), on a local disk"
    return "fsync=on, full_page_writes=on and synchronous_commit=on"


def _patient(connection: Any, _: ConnectionPoolEntry) -> None:
    """Nobody waits for ever: not for the head of the journal, nor for a holder who fell silent."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT_S}s'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{2 * WAIT_S}s'")
    connection.commit()


def _safe(connection: Any, _: ConnectionPoolEntry) -> None:
    """The settings of each connection to SQLite; transactions are begun by `_begin`."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in (
        f"busy_timeout={WAIT_S * 1000}", "journal_mode=WAL", "synchronous=FULL",
        "fullfsync=ON", "checkpoint_fullfsync=ON",  # macOS: past the cache of the drive
        "foreign_keys=ON", "secure_delete=ON", "trusted_schema=OFF",
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _wrong_url(url: str) -> StoreError:
    return StoreError(
        Fault("wrong_value", "this names no store", field="store", seen=PASSWORD.sub("***", url),
              expected="sqlite:///FILE, a file, or postgresql://USER:PASSWORD@HOST/NAME")
    )  # fmt: skip
