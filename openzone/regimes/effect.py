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
from openzone.rulebook.book import Book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Interval, Reform


def _of_rows(
    book: Book, reform: Reform, regime: str, without: tuple[str, ...], known: dt.date
) -> list[dict[str, Any]]:
    """The statements of a reform on the law of a regime that has no cells."""
    tables = [name for name, table in book.tables.items() if table.regime == regime]
    before = Law(book, known, without=without)
    after = Law(book, known, [reform], without=without)
    return law_difference(before, after, reform, tables) if tables else []


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
    for name in OWN_ENGINE:
        if regime in (None, name):
            statements = _of_rows(book, taken, name, without, day)
            if statements:
                told = {"schema": "openzone/diff/1", "regime": name, "statements": statements}
                found.append(told)
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
