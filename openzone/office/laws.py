"""The law that a saved question is asked of: the office's book as known on a day, and reforms.

Reforms go by their ids. A name is never taken for a file, whoever gives it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from openzone.errors import Fault, ReformError, nearest
from openzone.regimes.asking import Desk
from openzone.rulebook.book import Book
from openzone.rulebook.model import Reform
from openzone.rulebook.reading import ReadError, yaml_reading
from openzone.rulebook.reform_files import load_reforms, reform_of

DESKS_MAX = 8
Drafted = Callable[[str], str | None]
Today = Callable[[], dt.date]


def none_drafted(_: str) -> str | None:
    """The source of drafts of an office that drafts no reforms."""
    return None


def reform_from(book: Book, text: str, id: str) -> Reform:
    """The reform that a text (YAML) says. Raises ReformError with every fault."""
    try:
        return reform_of(book, yaml_reading(text, id))
    except ReadError as error:
        raise ReformError(error.faults) from None


class Laws:
    """The laws of one book; the last DESKS_MAX that were asked stay compiled.

    `today` tells the day where the office is; `drafted` gives the text of a reform that is
    not in the book, by its id. Threads may share one: each desk is asked by one of them at a time.
    """

    def __init__(self, book: Book, today: Today, drafted: Drafted = none_drafted) -> None:
        self.book, self.today = book, today
        self.drafted = drafted
        self._desks: OrderedDict[tuple[object, ...], tuple[Desk, threading.Lock]] = OrderedDict()
        self._lock = threading.Lock()

    def reforms(self, ids: Sequence[str]) -> tuple[Reform, ...]:
        """The reforms with these ids, in their order. Raises ReformError for one not on record."""
        return tuple(self._reform(id) for id in ids)

    @contextlib.contextmanager
    def desk(
        self, *, known: dt.date, today: dt.date, reforms: Sequence[str] = ()
    ) -> Iterator[Desk]:
        """Where the law as known on a day is asked; `today` stands where a case gives no date.

        Raises ReformError for a reform that is not on record, or that no longer fits.
        """
        found = self.reforms(reforms)
        key = (known, today, *((one.id, one.body_hash, one.in_force, one.territory)
                               for one in found))  # fmt: skip
        with self._lock:
            held = self._desks.get(key)
        if held is None:
            held = (Desk(self.book, known=known, today=today, reforms=found), threading.Lock())
        with self._lock:
            held = self._desks.setdefault(key, held)
            self._desks.move_to_end(key)
            while len(self._desks) > DESKS_MAX:
                self._desks.popitem(last=False)
        with held[1]:
            yield held[0]

    def _reform(self, id: str) -> Reform:
        if id in self.book.reforms:
            return load_reforms(self.book, [id])[0]
        text = self.drafted(id)
        if text is None:
            raise ReformError(
                Fault("unknown_reference", "there is no such reform", field="reforms", seen=id,
                      expected="the id of a reform", next=nearest(id, self.book.reforms))
            )  # fmt: skip
        return reform_from(self.book, text, id)
