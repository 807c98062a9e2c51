"""The query for one set of columns: from the cases to the key of what each is left with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

import ibis
import pyarrow as pa

from openzone.decide.dmn.complete import parts
from openzone.decide.dmn.table import columns as col
from openzone.decide.dmn.table.bits import WORD_BITS, Bits, Word
from openzone.decide.dmn.table.grounds import REFUSED, Grounds
from openzone.decide.dmn.table.vocabulary import BAD, SILENT, Vocabulary
from openzone.decide.table import columns as shared
from openzone.decide.table.small import laid

_NUMBERS = count()
KEY = "_key_"


class Plan:
    """The small tables and the query for cases with the same columns, on the grounds met so far."""

    def __init__(
        self,
        grounds: Grounds,
        vocabulary: Vocabulary,
        schema: Any,
        backend: Any,
        today: dt.date,
        sizes: tuple[int, ...],
    ) -> None:
        self.grounds, self.vocabulary, self.backend = grounds, vocabulary, backend
        self.flat, self.facts, self.today = grounds.flat, grounds.facts, today
        self.schema, self.sizes = schema, sizes
        self.bits = Bits(
            (*self.flat.tables, *self.flat.collected), [one.orders for one in grounds.variants]
        )
        self.given = [name for name in schema.names if name in self.facts]
        self.assumed = {name: self._assumed(name) for name in self.facts}
        self.answers: dict[tuple[int, ...], int] = {}
        self._name = f"_openzone_flat_{next(_NUMBERS)}"
        self._encoded: Any = None
        self._small: list[Any] = []

    # ---- what silence means ------------------------------------------------------------------

    def _assumed(self, fact: str) -> tuple[Any, ...]:
        """What silence on a fact means on each variant; None: nothing."""
        return tuple(one.assumed.get(fact) for one in self.grounds.variants)

    def _asks(self, fact: str) -> bool:
        """Say whether silence on a fact leaves it open on some ground."""
        return None in self.assumed[fact] or not self.assumed[fact]

    def _blind(self, fact: str) -> bool:
        """Say whether the rows that ask a fact are never sure by themselves."""
        return fact in self.flat.whole or not (fact in self.facts or fact in self.flat.sums)

    # ---- the query ---------------------------------------------------------------------------

    def encoded(self, cases: Any) -> Any:
        """The cases with the columns KEY0, KEY1, ..., until the next call; see `Keys`."""
        self._view("cases", cases)
        if self._encoded is None:
            named = self.backend.table(f"{self._name}_cases", database=("temp", "main"))
            read = self._view("read", self._read(named))
            masks = self._view("masks", self._masks(read))
            left = self._view("left", self._left(masks))
            told = self._view("told", self._told(left))
            self._encoded = self._view("encoded", self._keyed(told))
        return self._encoded

    def _view(self, name: str, table: Any) -> Any:
        """A stage of the query as a view: each stage is worked out once for the next."""
        name = f"{self._name}_{name}"
        self.backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {self.backend.compile(table)}")
        return self.backend.table(name, database=("temp", "main"))

    def key_names(self) -> list[str]:
        """The names of the key columns."""
        return [name for name in self._encoded.columns if name.startswith(KEY)]

    def _read(self, table: Any) -> Any:
        """Each column as a value, `_v_`, or joined to what its words mean; `_bad`: refused."""
        bad: list[Any] = []
        values: dict[str, Any] = {}
        joins: list[tuple[str, Any]] = []
        for name in self.given:
            fact, column = self.facts[name], table[name]
            if not col.measured(fact, column):
                values[f"_w_{name}"] = shared.word(column)
                joins.append((f"_w_{name}", self._words(name)))
                continue
            read = col.read_column(fact, column)
            value = read.value
            if any(name in self.flat.made_of(total) for total in self.flat.sums):
                value = ibis.ifelse(read.bad, ibis.null(value.type()), value)  # it adds up
            values[f"_v_{name}"] = value
            bad.append(read.bad)
            if read.odd is not None:
                values[f"_w_{name}"] = read.odd
                joins.append((f"_w_{name}", self._odd(name)))
        if "place" in table.columns:
            values["_w_place"] = shared.place(table.place)
            joins.append(("_w_place", self._places()))
        if "date" in table.columns:
            day, dated = self.day(table.date)
            values["_w_date"] = day.fill_null(self.today)
            bad.append(~dated)
            joins.append(("_w_date", self._days()))
        values["_bad"] = _any(bad)
        table = table.mutate(**values)
        for key, small in joins:
            table = table.inner_join(small, [(key, f"_k{key}")])
        return self._on_ground(table)

    @staticmethod
    def day(column: Any) -> tuple[Any, Any]:
        """The days of a column, and whether each is a day or absent."""
        kind = column.type()
        if kind.is_string() or kind.is_date() or kind.is_timestamp():
            return shared.day(column)
        return ibis.null("date"), column.isnull()

    def _on_ground(self, table: Any) -> Any:
        """Joined to the variant of each case's place and day: rows that stand, what is assumed."""
        segments = self.grounds.segments
        place: Any = table._z_place if "_z_place" in table.columns else self.grounds.place("")
        run: Any = table._z_run if "_z_run" in table.columns else self.grounds.segment(self.today)
        state = (ibis.literal(0, "int32") + place * segments + run).cast("int32")
        table = table.mutate(_w_state=state)
        return table.inner_join(self._states(), [("_w_state", "_k_w_state")])

    def _masks(self, table: Any) -> Any:
        """For each word: `_p_N` the rows that are possible, `_u_N` those that are not sure."""
        found: dict[str, Any] = {}
        for word in self.bits.words:
            possible: Any = table[f"_g_{word.number}"]
            unsure: list[Any] = []
            sure = always = 0
            for fact in self.bits.asked:
                asking = word.asking([fact])
                if not asking:
                    continue
                if self._blind(fact):
                    sure |= asking
                    continue
                mask, open_ = self._mask(table, word, fact)
                if mask is not None:
                    possible = possible & mask
                if open_ is True:
                    always |= asking
                elif open_ is not None:
                    unsure.append(ibis.ifelse(open_, _whole(asking), _whole(0)))
            found[f"_p_{word.number}"] = possible
            lacking: Any = _whole(always)
            for one in unsure:
                lacking = lacking | one
            total = lacking | _whole(sure)
            found[f"_u_{word.number}"] = total
            found[f"_l_{word.number}"] = lacking
        values = {f"_t_{name}": self.value(table, name) for name in self._tied()}
        found |= {name: value for name, value in values.items() if value is not None}
        return table.mutate(**found, **self._missing(table), _bad=self._refused(table))

    def _mask(self, table: Any, word: Word, fact: str) -> tuple[Any, Any]:
        """What a fact leaves of the rows of a word, and whether it is open (True: always)."""
        if fact in self.flat.sums or self.facts[fact].kind in (*col.NUMBERS, "day"):
            value = self.value(table, fact)
            if value is None:
                return None, True
            steps = self.bits.steps(fact)
            left = [word.left(fact, one) for one in steps.values]
            mask = col.laid_by(value, steps.cuts, left, word.ones)
            return mask, self._open(table, fact, value)
        absent, open_ = self._silent(table, word, fact)
        if fact not in self.given:
            return absent, open_
        if f"_w_{fact}" in table.columns:
            silent = table[f"_s_{fact}"] == SILENT
            mask = ibis.ifelse(silent, absent, table[f"_m_{fact}_{word.number}"])
        else:
            value = table[f"_v_{fact}"]
            silent = value.isnull()
            yes, no = (word.left(fact, one) for one in (True, False))
            mask = ibis.cases((value, _whole(yes)), (~value, _whole(no)), else_=absent)
        return mask, None if open_ is None else silent if open_ is True else silent & open_

    def _silent(self, table: Any, word: Word, fact: str) -> tuple[Any, Any]:
        """What silence on a word or a flag leaves, and whether it leaves the fact open."""
        told = set(self.assumed[fact]) or {None}
        if len(told) > 1:
            return table[f"_a_{fact}_{word.number}"], table[f"_n_{fact}"]
        (value,) = told
        if value is None:
            return _whole(word.ones), True
        return _whole(word.left(fact, value)), None

    def value(self, table: Any, fact: str) -> Any:
        """The value of a number or a day as the rows test it; None where nothing ever gives it."""
        if fact in self.flat.sums:
            one, other = (self.value(table, name) for name in self.flat.sums[fact])
            return None if one is None or other is None else one + other
        found = self._stated(table, fact)
        if fact in self.flat.instead:
            found = _coalesced(found, self.value(table, self.flat.instead[fact]))
        told = set(self.assumed[fact]) or {None}
        if told != {None}:
            whole = len(told) == 1
            default = col.constant(next(iter(told))) if whole else table[f"_d_{fact}"]
            found = _coalesced(found, default)
        part = self.flat.raised.get(fact)
        if part is not None and found is not None:
            least = self.value(table, part)
            if least is not None:
                found = ibis.ifelse(least > found, least, found)
        return found

    def _stated(self, table: Any, fact: str) -> Any:
        """The value that a case states; None where there is no such column."""
        if fact not in self.given:
            return None
        value = table[f"_v_{fact}"]
        if f"_w_{fact}" in table.columns:
            value = value.fill_null(table[f"_o_{fact}"])
        return value

    def _open(self, table: Any, fact: str, value: Any) -> Any:
        """Whether a number is not told; None where it always is."""
        names = self.flat.sums.get(fact, (fact,))
        always = all(None not in self.assumed[n] and self.assumed[n] for n in names)
        return None if always else value.isnull()

    def _missing(self, table: Any) -> dict[str, Any]:
        """`_x_FACT`: a case is silent on a fact of a column, and silence leaves it open."""
        found: dict[str, Any] = {}
        for name in self.given:
            if not self._asks(name) or name in self.flat.whole:
                continue
            if f"_s_{name}" in table.columns:
                silent = table[f"_s_{name}"] == SILENT
            else:
                silent = self._stated(table, name).isnull()
            if f"_n_{name}" in table.columns:
                silent = silent & table[f"_n_{name}"]
            found[f"_x_{name}"] = silent
        return found

    def _refused(self, table: Any) -> Any:
        """Whether a case is refused: by a value, by its place, or by what cannot be true."""
        bad = [table._bad, table._z_variant == REFUSED]
        bad += [table[name] == BAD for name in table.columns if name.startswith("_s_")]
        bad += [table[name] for name in table.columns if name.startswith("_b_")]
        for less, more in self.flat.at_most:
            if less in self.given and more in self.given:
                one, other = self._stated(table, less), self._stated(table, more)
                bad.append((one > other).fill_null(False))
        for group in self.flat.never:
            if all(name in self.given for name in group):
                bad.append(_all([self._is(table, name, value) for name, value in group.items()]))
        return _any(bad)

    def _is(self, table: Any, fact: str, value: Any) -> Any:
        """Whether a case states a value of a word or a flag."""
        if f"_i_{fact}" in table.columns:
            return table[f"_i_{fact}"] == self.vocabulary.number(fact, value)
        return (table[f"_v_{fact}"] == value).fill_null(False)

    def _left(self, table: Any) -> Any:
        """`_c_N`: the rows that count, those up to the first that is sure; flags where asked."""
        found: dict[str, Any] = {}
        for name in self.flat.tables:
            settled: Any = None
            for word in (one for one in self.bits.words if one.table == name):
                possible = table[f"_p_{word.number}"]
                sure = possible & ~table[f"_u_{word.number}"]
                lowest = sure & (0 - sure)
                kept = possible & (lowest | (lowest - 1))
                found[f"_c_{word.number}"] = (
                    kept if settled is None else ibis.ifelse(settled, _whole(0), kept)
                )
                settled = (sure != 0) if settled is None else settled | (sure != 0)
        return table.mutate(**found)

    def _told(self, table: Any) -> Any:
        """Rows of flags that are asked, and `_lacks`: a row that counts asks what is missing."""
        found: dict[str, Any] = {}
        for name in self.flat.collected:
            flags = [flag for flag, one in self.flat.flags.items() if one == name]
            asked = _any(
                (table[f"_c_{word.number}"] & _whole(word.asking(flags))) != 0
                for word in self.bits.words
                if word.table in self.flat.tables and word.asking(flags)
            )
            for word in (one for one in self.bits.words if one.table == name):
                found[f"_c_{word.number}"] = ibis.ifelse(
                    asked, table[f"_p_{word.number}"], _whole(0)
                )
        found["_lacks"] = _any(
            (
                found.get(f"_c_{n}", table[f"_c_{n}"] if f"_c_{n}" in table.columns else 0)
                & table[f"_l_{n}"]
            )
            != 0
            for n in range(len(self.bits.words))
        )
        return table.mutate(**found)

    def _keyed(self, table: Any) -> Any:
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
        words = [ibis.ifelse(table._bad, _whole(REFUSED), one) for one in pack.words()]
        words += [ibis.ifelse(table._lacks & ~table._bad, one, _whole(0)) for one in rest.words()]
        keys = {f"{KEY}{n}": word for n, word in enumerate(words)}
        own = list(self.schema.names)
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

    # ---- numbers that are tied ---------------------------------------------------------------

    def _ties(self, table: Any) -> Iterable[tuple[Any, int]]:
        """Where a number is missing that is tied to one that is told: in which part that lies.

        A completion tries one value in each part; what is told bounds or adds to each of them.
        """
        pairs = [*self.flat.at_most, *self.flat.raised.items()]
        for one, other in dict.fromkeys((*pairs, *((b, a) for a, b in pairs))):
            yield from self._tie(table, one, self._told_value(table, other), self._parts(one))
        for whole, both in self.flat.sums.items():
            cuts = [cut for cut, _ in self.bits.steps(whole).cuts]
            for one, other in (both, both[::-1]):
                less = {cut - part for cut in cuts for part in self._parts(one)}
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
        yield ibis.ifelse(silent, col.part_of(told, cuts), _whole(0)), 2 * len(cuts) + 1

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
        return _any(asked) if asked else None

    def _rows_ask_made(self, table: Any, fact: str) -> Any:
        """Whether a row that counts asks a fact, or what comes from it; None: no row ever does."""
        made = [x for x in (*self.facts, *self.flat.sums) if fact in self.flat.made_of(x)]
        asked = [
            (table[f"_c_{word.number}"] & _whole(mask)) != 0
            for word in self.bits.words
            if (mask := word.asking(made))
        ]
        return _any(asked) if asked else None

    @staticmethod
    def _told_value(table: Any, fact: str) -> Any:
        """A value that a stage before has worked out; None where nothing ever gives it."""
        return table[f"_t_{fact}"] if f"_t_{fact}" in table.columns else None

    def _tied(self) -> Iterable[str]:
        """The numbers that are tied to others."""
        pairs = (*self.flat.at_most, *self.flat.raised.items(), *self.flat.sums.values())
        return dict.fromkeys(name for pair in pairs for name in pair)

    def _parts(self, fact: str) -> set[Any]:
        """Every value that a completion tries for a number, on any ground."""
        found: set[Any] = set()
        for name in self.flat.made_of(fact):
            for variant in self.grounds.variants:
                here, regime = variant.ground, self.grounds.regime
                tests = [
                    one
                    for table in regime.tables
                    for one in here.sheet(table).conditions()
                    if one.fact == name
                ]
                found.update(parts(self.facts[name], tests, regime.cuts(here).get(name, ())))
        return found

    # ---- small tables ------------------------------------------------------------------------

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
            **{f"_s_{fact}": _small(one.state for one in words.values())},
            **{f"_i_{fact}": _small(one.number for one in words.values())},
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
        return self._laid(_k_w_place=list(places), _z_place=_small(places.values()))

    def _days(self) -> Any:
        first, last = self.vocabulary.days
        days = [dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
        runs = _small(self.grounds.segment(day) for day in days)
        return self._laid(_k_w_date=pa.array(days, pa.date32()), _z_run=runs)

    def _states(self) -> Any:
        """Each place on each run of days: its variant, the rows that stand, what is assumed."""
        grounds = self.grounds
        numbers = grounds.numbers
        keys = _small(place * grounds.segments + run for place, run in numbers)
        standing = [self.bits.standing(one.orders) for one in grounds.variants]
        columns: dict[str, Any] = {"_k_w_state": keys, "_z_variant": _small(numbers.values())}
        none = [0] * len(self.bits.words)
        for word in self.bits.words:
            masks = [(standing[n] if n != REFUSED else none)[word.number] for n in numbers.values()]
            columns[f"_g_{word.number}"] = pa.array(masks, pa.int64())
        for fact in self.facts:
            if len(set(self.assumed[fact])) > 1:
                told = [None if n == REFUSED else self.assumed[fact][n] for n in numbers.values()]
                columns |= self._varying(fact, told)
        return self._laid(**columns)

    def _varying(self, fact: str, told: Sequence[Any]) -> dict[str, Any]:
        """What silence on a fact means on each ground, where grounds differ in it."""
        found: dict[str, Any] = {f"_n_{fact}": [one is None for one in told]}
        if self.facts[fact].kind in (*col.NUMBERS, "day"):
            found[f"_d_{fact}"] = told
            return found
        for word in self.bits.words:
            masks = [word.ones if one is None else word.left(fact, one) for one in told]
            found[f"_a_{fact}_{word.number}"] = pa.array(masks, pa.int64())
        return found

    def _laid(self, **columns: Any) -> Any:
        """A small table, kept as long as the views that name it."""
        self._small.append(laid(self.backend, **columns))
        return self._small[-1]


class Pack:
    """Small whole numbers, packed into as few words as hold them."""

    def __init__(self) -> None:
        self._parts: list[tuple[Any, int]] = []

    def add(self, number: Any, most: int) -> None:
        """Add a number from 0 to `most`."""
        self._parts.append((number, most.bit_length()))

    def words(self) -> list[Any]:
        """The words that hold the numbers."""
        free: list[int] = []
        words: list[Any] = []
        for number, bits in sorted(self._parts, key=lambda one: -one[1]):
            if not bits:
                continue
            at = next((n for n, left in enumerate(free) if left >= bits), None)
            if at is None:
                free.append(WORD_BITS - bits)
                words.append(number)
                continue
            shift = WORD_BITS - free[at]
            words[at] = words[at] | (number * _whole(1 << shift))
            free[at] -= bits
        return words or [_whole(0)]


def _coalesced(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return ibis.coalesce(one, other)


def _whole(number: int) -> Any:
    return ibis.literal(number, "int64")


def _small(numbers: Iterable[int]) -> Any:
    return pa.array(list(numbers), pa.int32())


def _any(conditions: Iterable[Any]) -> Any:
    found: Any = ibis.literal(False)
    for one in conditions:
        found = found | one
    return found


def _all(conditions: Iterable[Any]) -> Any:
    found: Any = ibis.literal(True)
    for one in conditions:
        found = found & one
    return found
