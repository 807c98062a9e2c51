"""Rows as bits: the rows of a regime's tables on every ground, in words of an integer each.

A row is told from others by what it asks of facts; two rows that ask the same, one instead of the
other on different grounds, share a bit. The bits of a table are in an order that is the order of
its rows on each ground.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from openzone.decide.binding import meets
from openzone.rulebook.model import Condition

WORD_BITS = 62
Asked = tuple[Condition, ...]


@dataclass(frozen=True)
class Word:
    """Up to WORD_BITS rows of one table, on the place of a case or in an area of it (`ground`)."""

    number: int
    table: str
    ground: int
    rows: tuple[Asked, ...]

    @property
    def ones(self) -> int:
        """The mask of all its rows."""
        return (1 << len(self.rows)) - 1

    def mask(self, holds: Callable[[Asked], bool]) -> int:
        """The mask of the rows of which something holds."""
        return sum(1 << n for n, row in enumerate(self.rows) if holds(row))

    def asking(self, facts: Iterable[str]) -> int:
        """The mask of the rows that ask one of some facts."""
        named = frozenset(facts)
        return self.mask(lambda row: any(one.fact in named for one in row))

    def left(self, fact: str, value: Any) -> int:
        """The mask of the rows that a value of a fact leaves possible."""
        return self.mask(lambda row: all(meets(c, value) for c in row if c.fact == fact))


class Bits:
    """The rows of some tables on some grounds: `orders` holds, for each ground, table by table,
    what its rows ask, in order. `tables`: their names, with the number that their words bear."""

    def __init__(
        self, tables: Mapping[str, int], orders: Sequence[Mapping[str, Sequence[Asked]]]
    ) -> None:
        self._merged = {
            table: _merged(dict.fromkeys(tuple(one.get(table, ())) for one in orders))
            for table in tables
        }
        self.words: list[Word] = []
        for table in tables:
            rows = self._merged[table]
            for start in range(0, max(len(rows), 1), WORD_BITS):
                chunk = tuple(rows[start : start + WORD_BITS])
                self.words.append(Word(len(self.words), table, tables[table], chunk))

    def standing(self, order: Mapping[str, Sequence[Asked]]) -> list[int]:
        """For a ground the mask of its rows in each word."""
        found: list[int] = []
        for table, rows in self._merged.items():
            whole, at = 0, 0
            for row in order.get(table, ()):
                at = rows.index(row, at) + 1
                whole |= 1 << (at - 1)
            for start in range(0, max(len(rows), 1), WORD_BITS):
                found.append(whole >> start & (1 << WORD_BITS) - 1)
        return found

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The facts that rows ask."""
        return tuple(dict.fromkeys(one.fact for one in self.conditions()))

    def conditions(self) -> Iterator[Condition]:
        """Every condition of every row."""
        for word in self.words:
            for row in word.rows:
                yield from row

    def steps(self, fact: str) -> Steps:
        """Where conditions on a number or a day turn."""
        return Steps(one for one in self.conditions() if one.fact == fact)


def _merged(orders: Iterable[Sequence[Asked]]) -> list[Asked]:
    """One order in which each of some orders is contained; a row may stand in it twice."""
    found: list[Asked] = []
    for order in orders:
        at = 0
        for row in order:
            if row in found[at:]:
                at = found.index(row, at) + 1
            else:
                found.insert(at, row)
                at += 1
    return found


class Steps:
    """The values at which conditions on a number or a day turn, and a value between each two.

    `cuts`: pairs of a value and whether only what is greater lies beyond it (else it does itself).
    `values`: one value before the first cut, and one beyond each cut, before the next.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        found: set[tuple[Any, bool]] = set()
        for one in conditions:
            found |= {(mark, False) for mark in (one.min, one.below) if mark is not None}
            found |= {(mark, True) for mark in (one.above, one.max) if mark is not None}
            found |= {(mark, after) for mark in one.values for after in (False, True)}
        self.cuts = sorted(found)
        self.values = [_before(self.cuts[0][0])] if self.cuts else []
        for n, (mark, after) in enumerate(self.cuts):
            later = [cut for cut, _ in self.cuts[n + 1 :] if cut > mark]
            self.values.append(_between(mark, later[0] if later else None) if after else mark)


def _before(mark: Any) -> Any:
    return mark - (dt.timedelta(days=1) if isinstance(mark, dt.date) else 1)


def _between(mark: Any, following: Any) -> Any:
    if isinstance(mark, dt.date):
        return mark + dt.timedelta(days=1)
    mark = Decimal(mark)
    return mark + 1 if following is None else (mark + Decimal(following)) / 2
