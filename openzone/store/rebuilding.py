"""Making the tables anew from the journal, and showing that they are what the journal says."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, select

from openzone.errors import Fault
from openzone.store.canonical import sha256
from openzone.store.faults import StoreError
from openzone.store.progress import EVERY, Told, quiet
from openzone.store.schema import events
from openzone.store.store import Store, event_of
from openzone.store.tables import PROJECTED, READERS

DIGEST_BITS = 256


def rebuild(store: Store, told: Told = quiet) -> int:
    """Make all tables anew, in one transaction; gives how many events were read.

    Nobody else writes meanwhile. `told` hears of every EVERY events.
    """
    with store.writing() as writing:
        writing.lock()
        return _rebuilt(writing.connection, told)


def differing_tables(store: Store, told: Told = quiet) -> list[str]:
    """The tables that differ from what the journal says. Nothing is changed; nobody writes."""
    with store.writing() as writing:
        writing.lock()
        connection = writing.connection
        before = {table.name: table_digest(connection, table) for table in PROJECTED}
        with connection.begin_nested() as attempt:
            _rebuilt(connection, told)
            after = {table.name: table_digest(connection, table) for table in PROJECTED}
            attempt.rollback()
    return [name for name, digest in before.items() if after[name] != digest]


def table_digest(connection: Connection, table: Table) -> str:
    """A hash over all rows of a table, whatever their order: the sum of the hashes of the rows."""
    total = 0
    for row in connection.execute(select(table).execution_options(yield_per=EVERY)):
        total += int(sha256(repr([_plain(value) for value in row])), 16)
    return f"{total % (1 << DIGEST_BITS):064x}"


def _rebuilt(connection: Connection, told: Told) -> int:
    for table in reversed(PROJECTED):
        connection.execute(delete(table))
    count = 0
    query = select(events).order_by(events.c.seq).execution_options(yield_per=EVERY)
    with connection.execute(query) as rows:
        for row in rows:
            one = event_of(row)
            if one.event.kind not in READERS:
                raise StoreError(
                    Fault("store_version", "the journal holds an event that no table reads",
                          seen=one.event.kind, next="use the version of OpenZone that wrote it")
                )  # fmt: skip
            READERS[one.event.kind](connection, one)
            count += 1
            if count % EVERY == 0:
                told(count)
    return count


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
