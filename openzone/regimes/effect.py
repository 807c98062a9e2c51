"""What a reform does: the exact difference it makes in every regime that it touches."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from openzone.decide.words.differences import as_data
from openzone.errors import Fault, ReformError
from openzone.regimes.comparing import SideOf, compare
from openzone.regimes.law_difference import law_difference
from openzone.regimes.registry import OWN_ENGINE, REGIMES, check_regime
from openzone.rulebook.authority import parameters_named
from openzone.rulebook.book import Book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Interval, Reform
from openzone.rulebook.patching import scope_rows


def _of_rows(
    book: Book, reform: Reform, regime: str | None, without: tuple[str, ...], known: dt.date
) -> list[dict[str, Any]]:
    """What a reform does in the regimes that have no cells, as far as it touches their tables."""
    touched = tables_touched(book, reform)
    found: list[dict[str, Any]] = []
    laws: tuple[Law, Law] | None = None
    for name in OWN_ENGINE:
        tables = [id for id, table in book.tables.items() if table.regime == name and id in touched]
        if not tables or regime not in (None, name):
            continue
        if laws is None:
            laws = Law(book, known, without=without), Law(book, known, [reform], without=without)
        statements = law_difference(*laws, reform, tables)
        if statements:
            found.append({"schema": "openzone/diff/1", "regime": name, "statements": statements})
    return found


def tables_touched(book: Book, reform: Reform) -> frozenset[str]:
    """The tables whose rows, or figures of rows, a reform may change; all for a territory."""
    found: set[str] = set()
    for change in reform.changes:
        if change.kind == "territory":
            return frozenset(book.tables)
        if change.table:
            found.add(change.table)
        named = (*scope_rows(book, change), *change.instead_of)
        found.update(row.table for id in named for row in book.versions(id))
        if change.parameter:
            naming = {row.table for row in book.rows if change.parameter in parameters_named(row)}
            found.update(naming or book.tables)
    return frozenset(found)


def effect_of(
    book: Book, reform: Reform, *, known: dt.date, regime: str | None = None
) -> list[dict[str, Any]]:
    """The statements of a reform by regime, against the law without it.

    Raises ReformError when it changes no answer anywhere. A reform of the book that has ended is
    compared on the days of its scope.
    """
    taken = reform
    if reform.in_force is None:
        taken = dataclasses.replace(reform, in_force=Interval(reform.announced or known, None))
    if regime is not None:
        check_regime(regime)
    names = [name for name in book.tables if name in REGIMES and regime in (None, name)]
    without = (reform.id,) if reform.id in book.reforms else ()
    day = max(known, taken.known_from or known)
    found = []
    for name in names:
        result = compare(
            SideOf(book, without=without),
            SideOf(book, reforms=(taken,)),
            regime=name,
            on=(taken.in_force.start if taken.in_force else None) or known,
            known=day,
        )
        if result.difference.statements:
            found.append(as_data(result.difference, book, result.after.law.territories))
    found += _of_rows(book, taken, regime, without, day)
    if not found:
        raise ReformError(
            Fault(
                "changes_nothing",
                f"{reform.id} alters no answer in its scope",
                reform.file,
                next="check that its rows bind in its territory on its days: openzone law ROW",
            )
        )
    return found
