"""The versions of a store's tables, as Alembic numbers them.

A new store gets the tables of this program at once; a store of an older program is brought to them
by the scripts of the versions between. Only that needs Alembic itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    func,
    insert,
    inspect,
    select,
)

from openzone.errors import Fault
from openzone.store.databases import POSTGRES, reading, writing
from openzone.store.faults import StoreError
from openzone.store.schema import metadata
from openzone.store.tables import PROJECTED

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
OF_ALEMBIC = Table(
    "alembic_version", MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)  # fmt: skip
assert PROJECTED, "the tables are known once their modules are loaded"
LOCK = 0x6F7A  # the number under which processes wait for each other


def config() -> Config:
    """Where Alembic finds our scripts."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", SCRIPTS.as_posix())
    return found


def newest() -> str:
    """The version of this program's tables."""
    return max(_known())


def version(engine: Engine) -> str | None:
    """The version of a store's tables; None for an empty database."""
    with reading(engine) as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(OF_ALEMBIC.name):
        return None
    return connection.execute(select(OF_ALEMBIC.c.version_num)).scalar_one_or_none()


def founded(engine: Engine, first: Callable[[Connection], None]) -> None:
    """Make the tables in an empty database, and what `first` writes; leave a store as it is.

    Raises StoreError for a database with tables of others.
    """
    if version(engine) is not None:
        return
    with writing(engine) as connection:
        lock(connection)
        if _version(connection) is None:
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
    metadata.create_all(connection)
    OF_ALEMBIC.create(connection)
    connection.execute(insert(OF_ALEMBIC).values(version_num=newest()))


def upgraded(engine: Engine) -> bool:
    """Bring the tables to this program's version; gives whether anything was to be done.

    Raises StoreError for an empty database, and for the tables of a newer program.
    """
    with writing(engine) as connection:
        lock(connection)
        found = _version(connection)
        if found == newest():
            return False
        if found not in _known():
            raise _other_version(found)
        run_scripts(connection)
    return True


def run_scripts(connection: Connection) -> None:
    """Run the scripts of the versions that a database has not seen."""
    from alembic import command

    held = config()
    held.attributes["connection"] = connection
    command.upgrade(held, "head")


def check_version(engine: Engine) -> None:
    """Refuse tables of another version than this program's. Raises StoreError."""
    found = version(engine)
    if found != newest():
        raise _other_version(found)


def _known() -> set[str]:
    """The versions that there are scripts for: each script is named after its version."""
    return {path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py")}


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
