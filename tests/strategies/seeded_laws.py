"""Laws drawn from a seed: the bundled book, and small books under reforms."""

import datetime as dt

from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Reform
from tests.strategies.books import drawn_book, knowns
from tests.strategies.picking import Pick, Seeded
from tests.strategies.reforms import drawn_reform

TODAY = dt.date(2026, 11, 23)
Parts = tuple[Book, dt.date, tuple[Reform, ...]]


def drawn_law(seed: int) -> tuple[Pick, Law, Parts]:
    """A small book with up to two reforms on top, as public on some day."""
    pick = Seeded(seed)
    book = drawn_book(pick)
    known = pick.one(knowns(book)) if pick.chance(50) else TODAY
    reforms = tuple(drawn_reform(pick, book, f"R{n}") for n in range(pick.one((0, 0, 1, 2))))
    return pick, Law(book, known, reforms), (book, known, reforms)


def bundled_law(seed: int) -> tuple[Pick, Law, Parts]:
    """The bundled book, as public today."""
    book = load_book("cn")
    return Seeded(seed), Law(book, TODAY), (book, TODAY, ())
