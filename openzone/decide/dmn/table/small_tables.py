"""The small tables that the query for a table of cases joins: words, places, days, grounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import pyarrow as pa

from openzone.decide.dmn.table import columns as col
from openzone.decide.dmn.table.bits import Bits
from openzone.decide.dmn.table.grounds import REFUSED, Grounds, part
from openzone.decide.dmn.table.terms import small
from openzone.decide.dmn.table.vocabulary import BAD, SILENT, Vocabulary
from openzone.decide.table.small import laid


class SmallTables:
    """What words and grounds mean for the rows of a regime, as tables of an engine."""

    def __init__(
        self, grounds: Grounds, vocabulary: Vocabulary, given: Sequence[str], backend: Any
    ) -> None:
        self.grounds, self.vocabulary, self.backend = grounds, vocabulary, backend
        self.flat, self.facts = grounds.flat, grounds.facts
        tables = (*self.flat.tables, *self.flat.collected)
        self.parts = range(grounds.parts)
        self.bits = Bits(
            {part(name, number): number for number in self.parts for name in tables},
            [one.orders for one in grounds.variants],
        )
        self.given = [name for name in given if name in self.facts]
        self.assumed = {name: self._assumed(name) for name in self.facts}
        self._small: list[Any] = []

    def _assumed(self, fact: str) -> tuple[Any, ...]:
        """What silence on a fact means on each ground of each variant; None: nothing."""
        return tuple(held.get(fact) for one in self.grounds.variants for held in one.assumed)

    def _asks(self, fact: str) -> bool:
        """Say whether silence on a fact leaves it open on some ground."""
        return None in self.assumed[fact] or not self.assumed[fact]

    def _blind(self, fact: str) -> bool:
        """Say whether the rows that ask a fact are never sure by themselves."""
        return fact in self.flat.whole or not (fact in self.facts or fact in self.flat.sums)

    def _words(self, fact: str) -> Any:
        """The words of a fact: whether they are told, their number, what they leave of rows."""
        words = self.vocabulary.words(fact)
        masks = {
            f"_m_{fact}_{word.number}": [
                word.left(fact, one.value) if one.state > SILENT else 0 for one in words.values()
            ]
            for word in self.bits.words
            if word.asking([fact]) and not self._blind(fact)
        }
        held = {name: pa.array(values, pa.int64()) for name, values in masks.items()}
        return self._laid(
            **{f"_k_w_{fact}": list(words)},
            **{f"_s_{fact}": small(one.state for one in words.values())},
            **{f"_i_{fact}": small(one.number for one in words.values())},
            **held,
        )

    def _odd(self, fact: str) -> Any:
        """Numbers that are written otherwise than in plain digits."""
        words = self.vocabulary.words(fact)
        values = [one.value if one.state > SILENT else None for one in words.values()]
        kind = ibis.dtype(col.TEXT_UNIT).to_pyarrow()
        return self._laid(
            **{f"_k_w_{fact}": list(words), f"_o_{fact}": pa.array(values, kind)},
            **{f"_b_{fact}": [one.state == BAD for one in words.values()]},
        )

    def _places(self) -> Any:
        places = self.grounds.places
        return self._laid(_k_w_place=list(places), _z_place=small(places.values()))

    def _days(self) -> Any:
        first, last = self.vocabulary.days
        days = [dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        runs = small(self.grounds.segment(day) for day in days)
        return self._laid(_k_w_date=pa.array(days, pa.date32()), _z_run=runs)

    def _states(self) -> Any:
        """Each place on each run of days: its variant, the rows that stand, what is assumed."""
        grounds = self.grounds
        numbers = grounds.numbers
        keys = small(place * grounds.segments + run for place, run in numbers)
        standing = [self.bits.standing(one.orders) for one in grounds.variants]
        columns: dict[str, Any] = {"_k_w_state": keys, "_z_variant": small(numbers.values())}
        none = [0] * len(self.bits.words)
        for word in self.bits.words:
            masks = [(standing[n] if n != REFUSED else none)[word.number] for n in numbers.values()]
            columns[f"_g_{word.number}"] = pa.array(masks, pa.int64())
        for fact in self.facts:
            if len(set(self.assumed[fact])) > 1:
                told = [
                    (None,) if n == REFUSED else self.grounds.variants[n].told(fact)
                    for n in numbers.values()
                ]
                columns |= self._varying(fact, told)
        return self._laid(**columns)

    def _varying(self, fact: str, told: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
        """What silence on a fact means on the grounds of each state, where grounds differ in it."""
        if self.facts[fact].kind in (*col.NUMBERS, "day"):  # the same on all grounds of a state
            return {
                f"_n0_{fact}": [one[0] is None for one in told],
                f"_d_{fact}": [one[0] for one in told],
            }
        found: dict[str, Any] = {
            f"_n{n}_{fact}": [n < len(one) and one[n] is None for one in told] for n in self.parts
        }
        for word in self.bits.words:
            values = [one[word.ground] if word.ground < len(one) else None for one in told]
            masks = [word.ones if one is None else word.left(fact, one) for one in values]
            found[f"_a_{fact}_{word.number}"] = pa.array(masks, pa.int64())
        return found

    def _laid(self, **columns: Any) -> Any:
        """A small table, kept as long as the views that name it."""
        self._small.append(laid(self.backend, **columns))
        return self._small[-1]
