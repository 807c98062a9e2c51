"""The tables that are read from the journal: which events change them, and how.

Each module names its tables and, for each kind of event, the reader that applies it. A reader uses
the event alone, so all of these tables can be made anew from the journal (see `rebuilding`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Table

from openzone.store.chain import Recorded
from openzone.store.tables import attachments, cases, jobs, people, reforms

Reader = Callable[[Connection, Recorded], None]
MODULES = (people, reforms, cases, attachments, jobs)

PROJECTED: tuple[Table, ...] = tuple(table for one in MODULES for table in one.TABLES)
READERS: Mapping[str, Reader] = {
    kind: reader for one in MODULES for kind, reader in one.READERS.items()
}
