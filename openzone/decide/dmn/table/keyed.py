"""The key of a case: what tells its answer from others, packed into a few whole numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis

from openzone.decide.dmn.complete import parts
from openzone.decide.dmn.table import columns as col
from openzone.decide.dmn.table.grounds import REFUSED
from openzone.decide.dmn.table.small_tables import SmallTables
from openzone.decide.dmn.table.terms import Pack, any_of, whole

KEY = "_key_"


class Keyed(SmallTables):
    """The last stage of the query: from the rows that count to the key columns."""

    def _keyed(self, table: Any, own: Iterable[str]) -> Any:
        """The key columns: what tells the answers of cases apart, packed."""
        pack, rest = Pack(), Pack()
        pack.add(table._z_variant.cast("int64"), len(self.grounds.variants))
        for word in self.bits.words:
            if word.rows:
                pack.add(table[f"_c_{word.number}"], word.ones)
        asked = self._asked(table)
        for one in asked.values():
            rest.add(one.cast("int64"), 1)
        for name in self.flat.whole:
            if name in self.given:
                pack.add(self._number(table, name), self.vocabulary.most(name))
        for one, most in self._ties(table):
            rest.add(one, most)
        words = [ibis.ifelse(table._bad, whole(REFUSED), one) for one in pack.words()]
        words += [ibis.ifelse(table._lacks & ~table._bad, one, whole(0)) for one in rest.words()]
        keys = {f"{KEY}{n}": word for n, word in enumerate(words)}
        return table.select(*own, **keys)

    def _asked(self, table: Any) -> dict[str, Any]:
        """For each fact that may be missing: whether it is, and a row that counts asks it."""
        found: dict[str, Any] = {}
        for name in self.given:
            if f"_x_{name}" not in table.columns:
                continue
            asked = self._rows_ask_made(table, name)
            if asked is not None:
                found[name] = table[f"_x_{name}"] & asked
        return found

    def _number(self, table: Any, name: str) -> Any:
        """The number of a word or a flag; 0: the case is silent."""
        if f"_i_{name}" in table.columns:
            return table[f"_i_{name}"].cast("int64")
        return col.laid_flag(table[f"_v_{name}"], 2, 1, 0)

    def _ties(self, table: Any) -> Iterable[tuple[Any, int]]:
        """Where a number is missing that is tied to one that is told: in which part that lies.

        A completion tries one value in each part; what is told bounds or adds to each of them.
        """
        pairs = [*self.flat.at_most, *self.flat.raised.items()]
        for one, other in dict.fromkeys((*pairs, *((b, a) for a, b in pairs))):
            yield from self._tie(table, one, self._told_value(table, other), self._parts(one))
        for total, both in self.flat.sums.items():
            cuts = [cut for cut, _ in self.bits.steps(total).cuts]
            for one, other in (both, both[::-1]):
                tried = {*self._parts(one), *self._floors(one)}
                less = {cut - part for cut in cuts for part in tried}
                told = self._told_value(table, other)
                yield from self._tie(table, one, told, {n for n in less if n >= 0})
                if one in self.flat.raised:
                    least = self._told_value(table, self.flat.raised[one])
                    if told is not None and least is not None:
                        yield from self._tie(table, one, told + least, cuts)
        for group in self.flat.never:
            for name in group:
                if name in self.given and name not in self.flat.whole:
                    yield self._number(table, name), self.vocabulary.most(name)

    def _tie(
        self, table: Any, missing: str, told: Any, marks: Iterable[Any]
    ) -> Iterable[tuple[Any, int]]:
        value = self._told_value(table, missing)
        asked = self._rows_ask(table, missing)
        if told is None or asked is None or (value is not None and not self._may_lack(missing)):
            return
        cuts = col.as_marks(list(marks))
        silent = asked if value is None else asked & value.isnull()
        yield ibis.ifelse(silent, col.part_of(told, cuts), whole(0)), 2 * len(cuts) + 1

    def _may_lack(self, fact: str) -> bool:
        """Say whether a number may be untold."""
        if fact in self.flat.sums:
            return any(map(self._may_lack, self.flat.sums[fact]))
        other = self.flat.instead.get(fact)
        return self._asks(fact) and (other is None or self._may_lack(other))

    def _rows_ask(self, table: Any, fact: str) -> Any:
        """Whether a row that counts asks what is made of a fact; None: no row ever does."""
        found = [self._rows_ask_made(table, base) for base in self.flat.made_of(fact)]
        asked = [one for one in found if one is not None]
        return any_of(asked) if asked else None

    def _rows_ask_made(self, table: Any, fact: str) -> Any:
        """Whether a row that counts asks a fact, or what comes from it; None: no row ever does."""
        made = [x for x in (*self.facts, *self.flat.sums) if fact in self.flat.made_of(x)]
        asked = [
            (table[f"_c_{word.number}"] & whole(mask)) != 0
            for word in self.bits.words
            if (mask := word.asking(made))
        ]
        return any_of(asked) if asked else None

    def _told_value(self, table: Any, fact: str) -> Any:
        """A value that a stage before has worked out; None where no column ever gives it."""
        given = any(name in self.given for name in self.flat.made_of(fact))
        return table[f"_t_{fact}"] if given and f"_t_{fact}" in table.columns else None

    def _tied(self) -> Iterable[str]:
        """The numbers that are tied to others."""
        pairs = (*self.flat.at_most, *self.flat.raised.items(), *self.flat.sums.values())
        return dict.fromkeys(name for pair in pairs for name in pair)

    def _parts(self, fact: str) -> set[Any]:
        """Every value that a completion tries for a number, on any ground."""
        found: set[Any] = set()
        for name in self.flat.made_of(fact):
            for here in (one for variant in self.grounds.variants for one in variant.grounds):
                regime = self.grounds.regime
                tests = [
                    one
                    for table in regime.tables
                    for one in here.sheet(table).conditions()
                    if one.fact == name
                ]
                found.update(parts(self.facts[name], tests, regime.cuts(here).get(name, ())))
        return found

    def _floors(self, fact: str) -> set[Any]:
        """What silence makes of the number that a number is never less than."""
        least = self.flat.raised.get(fact)
        return set() if least is None else {n for n in self.assumed[least] if n is not None}
