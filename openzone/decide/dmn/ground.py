"""Where a case stands: the law on its day in its place, its sheets and dated figures."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.dmn.sheet import Sheet
from openzone.decide.standing import standing
from openzone.rulebook.law import Law
from openzone.rulebook.model import ParameterRef, Record, Row


@dataclass(slots=True)
class Ground:
    """The law on the days and in the places that it does not tell apart.

    Made once for such days and places: `ground` finds it.
    """

    law: Law
    on: dt.date
    inside: frozenset[str]
    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _figures: dict[str, Any] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    """What a regime works out once for such days and places."""

    def sheet(self, table: str) -> Sheet:
        """The rows of a table that stand here."""
        found = self._sheets.get(table)
        if found is None:
            found = Sheet(standing(self.law, table, self.on, self.inside))
            self._sheets[table] = found
        return found

    def figure(self, row: Row, name: str, default: Any = None) -> Any:
        """A figure of a row; a named parameter has its value of the day in the place."""
        value = row.param(name, default)
        return self.parameter(value.parameter) if isinstance(value, ParameterRef) else value

    def parameter(self, name: str) -> Any:
        """A dated figure of the law here; None when the book holds none for the day."""
        if name not in self._figures:
            known = name in self.law.book.parameters
            value = self.law.parameter(name, self.on, self.inside) if known else None
            self._figures[name] = value
        return self._figures[name]

    def record(self, table: str) -> Record | None:
        """How much is held of the document of the table that is in force here; None: no document.

        A document without a note on it is held whole.
        """
        here = self.law.book.tables[table]
        for one in here.lists:
            if one.under and self.inside.isdisjoint(one.under):
                continue
            document = self.law.document_of(table, one.id, self.on)
            if document is not None:
                return document.record or Record("complete")
        return None

    def silence(self, table: str) -> str:
        """The outcome of a table of which no row applies here."""
        here, record = self.law.book.tables[table], self.record(table)
        if record is None:
            return here.before_record
        return here.silence_complete if record.state == "complete" else here.silence_partial


GROUNDS_MAX = 1 << 14


def ground(law: Law, on: dt.date, inside: frozenset[str]) -> Ground:
    """The ground of a day and a place (with all that it lies in)."""
    memo: dict[Any, Ground] = law.memo.setdefault("dmn grounds", {})
    key = (bisect_right(law.cut_days, on), inside)
    found = memo.get(key)
    if found is None:
        if len(memo) >= GROUNDS_MAX:
            memo.clear()
        found = memo[key] = Ground(law, on, inside)
    return found
