"""The words that a table of cases holds, read as a single case reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from openzone.decide.dmn.reading import value_of
from openzone.rulebook.model import DeclaredFact

SPAN = (dt.date(1995, 1, 1), dt.date(2055, 1, 1))
BAD, SILENT, TOLD = -1, 0, 1


class Told(NamedTuple):
    """What a word says: whether it is refused (BAD), blank (SILENT) or TOLD; its value.

    `number`: that of its value among those of the fact, from 1; 0 where it has none.
    """

    state: int
    value: Any = None
    number: int = 0


class Vocabulary:
    """The words met so far for each fact, and the days between the first and the last."""

    def __init__(self, facts: Mapping[str, DeclaredFact]) -> None:
        self.facts = facts
        self.days = SPAN
        self.size = 0
        self._words: dict[str, dict[str, Told]] = {}
        self._numbers: dict[str, dict[Any, int]] = {}

    def words(self, fact: str) -> Mapping[str, Told]:
        """The words of a fact as they stand in tables, each with what it says."""
        if fact not in self._words:
            self._words[fact] = {"": Told(SILENT)}
        return self._words[fact]

    def meet(self, fact: str, text: str, value: Any) -> None:
        """Learn a word: its text, and its value in the type of the column."""
        words = self._words.setdefault(fact, {"": Told(SILENT)})
        if text in words:
            return
        self.size += 1
        if isinstance(value, str) and not value.strip():
            words[text] = Told(SILENT)
            return
        read = value_of(self.facts[fact], value, [])
        words[text] = Told(BAD) if read is None else Told(TOLD, read, self.number(fact, read))

    def number(self, fact: str, value: Any) -> int:
        """The number of a value of a fact."""
        numbers = self._numbers.setdefault(fact, {})
        return numbers.setdefault(value, len(numbers) + 1)

    def most(self, fact: str) -> int:
        """The greatest number of a value of a fact; of a flag by its truth, at least two."""
        return max(2, len(self._numbers.get(fact, ())))

    def widen(self, first: dt.date, last: dt.date) -> None:
        """Let the days reach from `first` to `last`."""
        if first < self.days[0] or last > self.days[1]:
            self.size += 1
            self.days = min(first, self.days[0]), max(last, self.days[1])
