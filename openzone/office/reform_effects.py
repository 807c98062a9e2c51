"""What a revision would do to the law, worked out on demand and kept while the service runs."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Any

from openzone.office.reform_texts import Draft
from openzone.regimes.reform_check import checked
from openzone.rulebook.book import Book

KEPT_MAX = 256
Key = tuple[str, str, dt.date]


class Effects:
    """The effects of texts on one book. Threads may share it; none is worked out twice at once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Future[dict[str, Any]]] = OrderedDict()

    def of(self, draft: Draft, known: dt.date) -> dict[str, Any]:
        """Exact difference and power needed, under the law known on a day.

        It is shared: read it, never change it. Raises ReformError when the text changes no answer.
        """
        key = (draft.content_hash, self.book.hash, known)
        with self._lock:
            held = self._kept.get(key)
            mine = Future[dict[str, Any]]() if held is None else None
            if mine is not None:
                self._kept[key] = mine
                while len(self._kept) > KEPT_MAX:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
        if mine is None:
            assert held is not None
            return held.result()
        try:
            mine.set_result(self._worked_out(draft, known))
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            mine.set_exception(error)
        return mine.result()

    def _worked_out(self, draft: Draft, known: dt.date) -> dict[str, Any]:
        return {
            "content_hash": draft.content_hash,
            "book_hash": self.book.hash,
            "known": known.isoformat(),
            **checked(self.book, draft.reform, known=known),
        }
