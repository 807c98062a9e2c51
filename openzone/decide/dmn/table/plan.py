"""The query for one set of columns: from the cases to the key of what each is left with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count
from typing import Any

import ibis

from openzone.decide.dmn.table import columns as col
from openzone.decide.dmn.table.bits import Word
from openzone.decide.dmn.table.grounds import REFUSED, Grounds, part
from openzone.decide.dmn.table.keyed import KEY, Keyed
from openzone.decide.dmn.table.terms import all_of, any_of, coalesced, whole
from openzone.decide.dmn.table.vocabulary import BAD, SILENT, Vocabulary
from openzone.decide.table import columns as shared

_NUMBERS = count()


class Plan(Keyed):
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
        super().__init__(grounds, vocabulary, schema.names, backend)
        self.schema, self.sizes, self.today = schema, sizes, today
        self.answers: dict[tuple[int, ...], int] = {}
        self._name = f"_openzone_flat_{next(_NUMBERS)}"
        self._encoded: Any = None

    def encoded(self, cases: Any) -> Any:
        """The cases with the columns KEY0, KEY1, ..., until the next call; see `Keys`."""
        self._view("cases", cases)
        if self._encoded is None:
            named = self.backend.table(f"{self._name}_cases", database=("temp", "main"))
            read = self._view("read", self._read(named))
            masks = self._view("masks", self._masks(read))
            left = self._view("left", self._left(masks))
            told = self._view("told", self._told(left))
            self._encoded = self._view("encoded", self._keyed(told, self.schema.names))
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
        values["_bad"] = any_of(bad)
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
                    unsure.append(ibis.ifelse(open_, whole(asking), whole(0)))
            found[f"_p_{word.number}"] = possible
            lacking: Any = whole(always)
            for one in unsure:
                lacking = lacking | one
            total = lacking | whole(sure)
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
            told = set(self.assumed[fact])
            if told == {False}:  # silence is as good as a falsehood
                mask = ibis.ifelse(value, whole(yes), whole(no))
            elif told == {True}:
                mask = ibis.ifelse(~value, whole(no), whole(yes))
            else:
                mask = ibis.cases((value, whole(yes)), (~value, whole(no)), else_=absent)
        return mask, None if open_ is None else silent if open_ is True else silent & open_

    def _silent(self, table: Any, word: Word, fact: str) -> tuple[Any, Any]:
        """What silence on a word or a flag leaves, and whether it leaves the fact open."""
        told = set(self.assumed[fact]) or {None}
        if len(told) > 1:
            return table[f"_a_{fact}_{word.number}"], table[f"_n{word.ground}_{fact}"]
        (value,) = told
        if value is None:
            return whole(word.ones), True
        return whole(word.left(fact, value)), None

    def value(self, table: Any, fact: str) -> Any:
        """The value of a number or a day as the rows test it; None where nothing ever gives it."""
        if fact in self.flat.sums:
            one, other = (self.value(table, name) for name in self.flat.sums[fact])
            return None if one is None or other is None else one + other
        found = self._stated(table, fact)
        if fact in self.flat.instead:
            found = coalesced(found, self.value(table, self.flat.instead[fact]))
        told = set(self.assumed[fact]) or {None}
        if told != {None}:
            alike = len(told) == 1
            default = col.constant(next(iter(told))) if alike else table[f"_d_{fact}"]
            found = coalesced(found, default)
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
            opens = [f"_n{number}_{name}" for number in self.parts]
            varying = [table[one] for one in opens if one in table.columns]
            if varying:
                silent = silent & any_of(varying)
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
                bad.append(self._are(table, group))
        for group, where in self.flat.never_where:
            variants = enumerate(self.grounds.variants)
            numbers = [number for number, one in variants if where(one.ground)]
            if numbers and all(name in self.given for name in group):
                bad.append(self._are(table, group) & table._z_variant.isin(numbers))
        return any_of(bad)

    def _are(self, table: Any, group: Mapping[str, Any]) -> Any:
        """Whether a case states every value of a group."""
        return all_of([self._is(table, name, value) for name, value in group.items()])

    def _is(self, table: Any, fact: str, value: Any) -> Any:
        """Whether a case states a value of a word or a flag."""
        if f"_i_{fact}" in table.columns:
            return table[f"_i_{fact}"] == self.vocabulary.number(fact, value)
        return (table[f"_v_{fact}"] == value).fill_null(False)

    def _left(self, table: Any) -> Any:
        """`_c_N`: the rows that count, those up to the first that is sure; flags where asked."""
        found: dict[str, Any] = {}
        for name in (part(one, number) for number in self.parts for one in self.flat.tables):
            settled: Any = None
            for word in (one for one in self.bits.words if one.table == name):
                possible = table[f"_p_{word.number}"]
                sure = possible & ~table[f"_u_{word.number}"]
                lowest = sure & (0 - sure)
                kept = possible & (lowest | (lowest - 1))
                found[f"_c_{word.number}"] = (
                    kept if settled is None else ibis.ifelse(settled, whole(0), kept)
                )
                settled = (sure != 0) if settled is None else settled | (sure != 0)
        return table.mutate(**found)

    def _told(self, table: Any) -> Any:
        """Rows of flags that are asked, and `_lacks`: a row that counts asks what is missing."""
        found: dict[str, Any] = {}
        for number, name in ((n, one) for n in self.parts for one in self.flat.collected):
            first = [part(one, number) for one in self.flat.tables]
            flags = [flag for flag, one in self.flat.flags.items() if one == name]
            asked = any_of(
                (table[f"_c_{word.number}"] & whole(word.asking(flags))) != 0
                for word in self.bits.words
                if word.table in first and word.asking(flags)
            )
            for word in (one for one in self.bits.words if one.table == part(name, number)):
                found[f"_c_{word.number}"] = ibis.ifelse(
                    asked, table[f"_p_{word.number}"], whole(0)
                )
        found["_lacks"] = any_of(
            (
                found.get(f"_c_{n}", table[f"_c_{n}"] if f"_c_{n}" in table.columns else 0)
                & table[f"_l_{n}"]
            )
            != 0
            for n in range(len(self.bits.words))
        )
        return table.mutate(**found)
