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
        if connection.dialect.name == POSTGRES:  # another process may be at it too
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        if MigrationContext.configure(connection).get_current_revision() is not None:
            return
        _refuse_others(connection)
        _upgrade(connection)
        first(connection)


def upgraded(engine: Engine) -> bool:
    """Bring the tables to this program's version; gives whether anything was to be done."""
    if version(engine) == newest():
        return False
    with writing(engine) as connection:
        if connection.dialect.name == POSTGRES:
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        _upgrade(connection)
    return True


def _upgrade(connection: Connection) -> None:
    held = config()
    held.attributes["connection"] = connection
    command.upgrade(held, "head")


def _refuse_others(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        raise StoreError(
            Fault("store_version", "this database holds tables that are not of OpenZone",
                  expected="an empty database, or a store of OpenZone")
        )  # fmt: skip


def check_version(engine: Engine) -> None:
    """Refuse tables of another version than this program's. Raises StoreError."""
    found, wanted = version(engine), newest()
    if found == wanted:
        return
    known = {one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()}
    older = found in known
    raise StoreError(
        Fault("store_version", "the tables of the store are of another version", seen=found,
              expected=wanted,
              next="back the store up, then: openzone store upgrade" if older
              else "use the version of OpenZone that wrote this store, or a newer one")
    )  # fmt: skip
