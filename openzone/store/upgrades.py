"""The versions of a store's tables: Alembic's, from an empty database on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select

from openzone.errors import Fault
from openzone.store.databases import POSTGRES, reading, writing
from openzone.store.faults import StoreError

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x6F7A  # the number under which processes wait for each other


def config() -> Config:
    """Where Alembic finds our scripts."""
    found = Config()
    found.set_main_option("script_location", SCRIPTS.as_posix())
    return found


def newest() -> str:
    """The version of this program's tables."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def version(engine: Engine) -> str | None:
    """The version of a store's tables; None for an empty database."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def founded(engine: Engine, first: Callable[[Connection], None]) -> None:
    """Make the tables in an empty database, and what `first` writes; leave a store as it is.

    Raises StoreError for a database with tables of others.
    """
    if version(engine) is not None:
        return
    with writing(engine) as connection:
        lock(connection)
        if MigrationContext.configure(connection).get_current_revision() is None:
            make_tables(connection)
            first(connection)


def lock(connection: Connection) -> None:
    """Wait for another process that makes tables; on SQLite whoever writes has waited."""
    if connection.dialect.name == POSTGRES:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


def make_tables(connection: Connection) -> None:
    """Make the tables of this version in an empty database.

    Raises StoreError where there are tables already.
    """
    if inspect(connection).get_table_names():
        raise StoreError(
            Fault("store_version", "this database is not empty",
                  expected="an empty database, or a store of OpenZone")
        )  # fmt: skip
    _upgrade(connection)


def upgraded(engine: Engine) -> bool:
    """Bring the tables to this program's version; gives whether anything was to be done.

    Raises StoreError for an empty database, and for the tables of a newer program.
    """
    with writing(engine) as connection:
        lock(connection)
        found = MigrationContext.configure(connection).get_current_revision()
        if found == newest():
            return False
        if found not in _known():
            raise _other_version(found)
        _upgrade(connection)
    return True


def _upgrade(connection: Connection) -> None:
    held = config()
    held.attributes["connection"] = connection
    command.upgrade(held, "head")


def check_version(engine: Engine) -> None:
    """Refuse tables of another version than this program's. Raises StoreError."""
    found = version(engine)
    if found != newest():
        raise _other_version(found)


def _known() -> set[str | None]:
    return {one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()}


def _other_version(found: str | None) -> StoreError:
    if found is None:
        next_ = "openzone serve makes a store in an empty database"
    elif found in _known():
        next_ = "back the store up, then: openzone store upgrade"
    else:
        next_ = "use the version of OpenZone that wrote this store, or a newer one"
    return StoreError(
        Fault("store_version", "the tables of the store are of another version",
              seen=found or "no tables", expected=newest(), next=next_)
    )  # fmt: skip
