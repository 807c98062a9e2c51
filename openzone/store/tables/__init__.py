"""The tables that are read from the journal: which events change them, and how.

Each module names its tables and, for each kind of event, the reader that applies it. A reader uses
the event alone, so all of these tables can be made anew from the journal (see `rebuilding`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Table

from openzone.store.chain import Recorded
from openzone.store.tables import people

Reader = Callable[[Connection, Recorded], None]

PROJECTED: tuple[Table, ...] = (*people.TABLES,)
READERS: Mapping[str, Reader] = {**people.READERS}
