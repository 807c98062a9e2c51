"""What an official sees of reforms: exact effect, the power they need, where they meet others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from openzone.regimes.effect import effect_of
from openzone.rulebook.authority import authority
from openzone.rulebook.book import Book
from openzone.rulebook.model import Reform
from openzone.rulebook.stacking import conflicts


def checked(
    book: Book, reform: Reform, *, known: dt.date, regime: str | None = None
) -> dict[str, Any]:
    """One reform as plain data: its body, scope, effect by regime, power, untested conditions.

    Raises ReformError when it changes no answer.
    """
    return {
        "id": reform.id,
        "body_hash": reform.body_hash,
        "in_force": str(reform.in_force),
        "territory": list(reform.territory),
        "changes": effect_of(book, reform, known=known, regime=regime),
        "power": authority(book, reform).as_dict(),
        "on_approval": [
            {"zh": text.zh, "en": text.en}
            for change in reform.changes
            for text in change.on_approval
        ],
    }


def met(book: Book, reforms: Sequence[Reform], others: Iterable[Reform] = ()) -> list[Any]:
    """The conflicts of some reforms with each other, with the book's in force, and with others.

    A reform of the book that goes by the id of one given is taken as replaced by it.
    """
    given = {reform.id for reform in reforms}
    live = [one for one in book.reforms.values() if one.status == "in_force"]
    stack = [*(one for one in (*live, *others) if one.id not in given), *reforms]
    return [one.as_dict() for one in conflicts(book, stack) if {one.first, one.second} & given]
