"""Making the tables anew from the journal, and showing that they are what the journal says."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Table, delete, select

from openzone.store.canonical import canonical_json, sha256
from openzone.store.schema import events
from openzone.store.store import Store, event_of
from openzone.store.tables import PROJECTED, READERS

EVERY = 1000
Told = Callable[[int], None]


def rebuild(store: Store, told: Told | None = None) -> int:
    """Make all tables anew, in one transaction; gives how many events were read.

    `told` is called with the number of events read so far, every EVERY events.
    """
    with store.writing() as writing:
        return _rebuilt(writing.connection, told)


def differing_tables(store: Store) -> list[str]:
    """The tables that differ from what the journal says. Nothing is changed."""
    with store.writing() as writing:
        connection = writing.connection
        before = {table.name: table_digest(connection, table) for table in PROJECTED}
        with connection.begin_nested() as attempt:
            _rebuilt(connection, None)
            after = {table.name: table_digest(connection, table) for table in PROJECTED}
            attempt.rollback()
    return [name for name, digest in before.items() if after[name] != digest]


def table_digest(connection: Connection, table: Table) -> str:
    """A hash over all rows of a table, whatever their order in the database."""
    order = list(table.primary_key.columns)
    rows = connection.execute(select(table).order_by(*order))
    return sha256("\n".join(canonical_json([_plain(value) for value in row]) for row in rows))


def _rebuilt(connection: Connection, told: Told | None) -> int:
    for table in reversed(PROJECTED):
        connection.execute(delete(table))
    count = 0
    query = select(events).order_by(events.c.seq).execution_options(yield_per=EVERY)
    for row in connection.execute(query):
        one = event_of(row)
        READERS[one.event.kind](connection, one)
        count += 1
        if told is not None and count % EVERY == 0:
            told(count)
    return count


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
