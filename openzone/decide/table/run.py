"""One set of columns of a table of cases: its small tables, and the cells answered so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from openzone.decide.answer import confidence, effects
from openzone.decide.axes import frame_facts
from openzone.decide.cells import REFUSED, CellSpace
from openzone.decide.single import Decision
from openzone.decide.table.columns import share_parts
from openzone.decide.table.folds import Folds
from openzone.decide.table.keys import Keys
from openzone.decide.table.small import OWN_TABLES, laid, own_table

_NUMBERS = count()
PAIR_COLUMNS = ("activity", "industry")

ANSWERS = pa.schema(
    [
        ("cell", pa.int64()),
        ("verdict", pa.string()),
        ("outcome", pa.string()),
        ("needs", pa.string()),
        ("possible", pa.string()),
        ("max_foreign_share", pa.float64()),
        ("attained", pa.bool_()),
        ("confidence", pa.string()),
        ("rows", pa.string()),
    ]
)
"""One row a cell. `needs`, `possible`, `rows` are joined by ';'. `attained`: the bound may be."""


class Run:
    """The small tables for one set of columns, and the cells answered so far."""

    def __init__(
        self,
        keys: Keys,
        facts: tuple[str, ...],
        columns: Sequence[str],
        units: Mapping[str, str],
        worded: Iterable[str],
        backend: Any,
    ) -> None:
        self.keys = keys
        self.facts = facts
        self.units = units
        self.worded = tuple(worded)
        self.backend = backend
        self.looks_up = backend.name in OWN_TABLES
        self.adding: dict[int, Any] = {}
        self._parts: dict[str, tuple[int, Any]] = {}
        self.folds = Folds((), ())
        self.refusing = False
        self.columns = frozenset(columns)
        self.pair = [name for name in PAIR_COLUMNS if name in self.columns]
        self.space = CellSpace(keys.frame, facts)
        self.dims: dict[str, Any] = {}
        self._size: tuple[Any, ...] = ()
        self._viewed: tuple[Any, Any] = (None, None)
        self._name = next(_NUMBERS)
        self._records: dict[int, dict[str, Any]] = {}

    def refresh(self) -> None:
        """Make the small tables anew when words or days were met since."""
        keys = self.keys
        size = (len(keys.matters), len(keys.places), keys.days)
        if size == self._size:
            return
        self._size = size
        self.dims, self.adding, self._parts = {}, {}, {}
        if self.pair:
            self.dims["matter"] = self._matters()
        if "place" in self.columns:
            self.dims["place"] = self.laid(
                _k_place=list(keys.places),
                _z_word_place=whole(range(len(keys.places))),
                _z_place=whole(keys.segments * number for number in keys.places.values()),
            )
        if "date" in self.columns:
            days, segments = keys.day_segments()
            self.dims["date"] = self.laid(
                _k_date=pa.array(days, pa.date32()), _z_segment=whole(segments)
            )
        self.refusing = bool(self.pair) and REFUSED in keys.matters.values()
        states = keys.states()[0]
        views = len(keys.views)
        self.dims["state"] = self.laid(
            _k_state=whole(range(len(states))), _z_seen=whole(views * state for state in states)
        )
        bases, layouts = keys.bundles(self.space)
        self.folds = Folds(
            layouts, [fact for fact in frame_facts(keys.frame) if fact.name in self.facts]
        )
        at = {
            f"_z_at_{index}": whole(fold.size * layout for layout in self.folds.layouts)
            for index, fold in enumerate(self.folds.folds)
        }
        numbers = pa.array(bases, pa.int64())
        self.dims["bundle"] = self.laid(_k_bundle=whole(range(len(bases))), _z_base=numbers, **at)
        for index, fold in enumerate(self.folds.folds):
            offsets = {f"_a_{index}": pa.array(fold.offsets, pa.int64())}
            self.adding[index] = self.laid(
                **{f"_k_at_{index}": whole(range(len(fold.offsets)))}, **offsets
            )

    def _matters(self) -> Any:
        """The words of the tag and code columns there are; an absent column is empty."""
        used = self._used()
        words = {
            f"_k_{name}": [pair[PAIR_COLUMNS.index(name)] for pair, _ in used] for name in self.pair
        }
        numbers = whole(number for _, number in used)
        return self.laid(**words, _z_word_matter=whole(range(len(used))), _z_matter=numbers)

    def _used(self) -> list[tuple[tuple[str, str], int]]:
        return [
            (pair, number)
            for pair, number in self.keys.matters.items()
            if all(
                name in self.pair or not said for name, said in zip(PAIR_COLUMNS, pair, strict=True)
            )
        ]

    def follow(self, name: str, table: Any, today: dt.date) -> Any:
        """After the join with the small table `name`: the key of the next, where one is due."""
        order = [*self.dims]
        if order[order.index(name) + 1 :][:1] == ["state"]:
            return self.state_key(table, today)
        if name != "state":
            return table
        matter: Any = table._z_matter if self.pair else self.keys.matter("", "")
        bundle = (table._z_seen + matter).cast("int32")
        if self.refusing:
            bundle = ibis.ifelse(table._z_matter < 0, 0, bundle).cast("int32")
        return table.mutate(_oz_bundle=bundle)

    def state_key(self, table: Any, today: dt.date) -> Any:
        """The key of the table of states, from place and day as far as there are columns."""
        keys = self.keys
        here: Any = table._z_place if "place" in self.columns else keys.segments * keys.place("")
        segment: Any = table._z_segment if "date" in self.columns else keys.frame.segment(today)
        state = (ibis.literal(0, "int32") + here + segment).cast("int32")
        return table.mutate(_oz_state=state)

    def dim(self, name: str) -> Any:
        """The words met for a fact, or every share there is, with what each adds in its fold."""
        words = self.keys.fact_words(name) if name in self.worded else {}
        found = self._parts.get(name)
        if found is None or found[0] != len(words):
            stride = self.folds.strides.get(name, 1)
            if name in self.worded:
                keys: Any = list(words)
                parts: Any = [n * stride if n > 0 else n for n in words.values()]
            else:
                keys, parts = share_parts(self.folds.cuts[name], self.units[name])
                parts = pc.multiply(parts, stride)
            table = self.laid(**{f"_k_{name}": keys, f"_g_{name}": pa.array(parts, pa.int32())})
            found = self._parts[name] = (len(words), table)
        return found[1]

    def refuses(self, name: str) -> bool:
        """Say whether some word met for a fact is none of its words."""
        return REFUSED in self.keys.fact_words(name).values()

    def folded(self, table: Any) -> Any:
        """The columns `_a_N`: what fold N adds to the number, by the parts `_g_*` of facts."""
        places: dict[str, Any] = {}
        for index, fold in enumerate(self.folds.folds):
            place: Any = table[f"_z_at_{index}"]
            for name in fold.strides:
                place = place + table[f"_g_{name}"]
            places[f"_oz_at_{index}"] = place.cast("int32")
        table = table.mutate(**places)
        for index, dim in self.adding.items():
            table = table.inner_join(dim, [(f"_oz_at_{index}", f"_k_at_{index}")])
        return table

    def laid(self, **columns: Any) -> Any:
        """A small table of the engine."""
        return laid(self.backend, **columns)

    def kept(self, table: Any) -> Any:
        """The rows of an expression as they are now, kept until nothing names them any more."""
        return own_table(self.backend, table) if self.looks_up else table.cache()

    def viewed(self, cases: Any, encode: Callable[[Any], Any]) -> Any:
        """What `encode` makes of the cases, for a query that runs before the next call.

        An engine with tables of our own keeps it as a view over a view of the cases, so that the
        expression is worked out once for all tables with these columns.
        """
        if not self.looks_up:
            return encode(cases)
        schema, numbers = cases.schema(), self.keys
        met = [(len(numbers.fact_words(name)), self.refuses(name)) for name in self.worded]
        mark = (self._size, self.refusing, tuple(met), schema)
        cases = self._view("cases", cases)
        if self._viewed[0] != mark:
            self._viewed = (mark, self._view("encoded", encode(cases)))
        return self._viewed[1]

    def _view(self, name: str, table: Any) -> Any:
        name = f"_openzone_{name}_{self._name}"
        self.backend.raw_sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {self.backend.compile(table)}")
        return self.backend.table(name, database=("temp", "main"))

    def words(self, name: str) -> list[str]:
        """The words of a column (activity, industry, place) by their numbers."""
        if name == "place":
            return list(self.keys.places)
        return [pair[PAIR_COLUMNS.index(name)] for pair, _ in self._used()]

    # ---- answers -----------------------------------------------------------------------------

    def decision(self, number: int) -> Decision | None:
        """The decision of a cell, for explanation; None for refused input."""
        return None if number == REFUSED else self.space.decision(number)

    def word(self, number: int, answer: str) -> str | None:
        """One column of a cell's answer."""
        decision = self.decision(number)
        if decision is None:
            return "refused" if answer in ("outcome", "verdict") else None
        if answer == "outcome":
            return decision.outcome
        value = self.record(number)[answer]
        return None if value is None else str(value)

    def record(self, number: int) -> dict[str, Any]:
        """The answer of a cell as a row of ANSWERS; reasons are ids of rows."""
        found = self._records.get(number)
        if found is None:
            found = self._records[number] = _record(number, self.decision(number))
        return found

    def answers(self, numbers: Iterable[int]) -> Any:
        """The answers of cells as an Arrow table, one row a cell."""
        return pa.Table.from_pylist([self.record(number) for number in numbers], schema=ANSWERS)


def _record(number: int, decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        words = {
            "verdict": "refused",
            "outcome": "refused",
            "needs": "",
            "possible": "",
            "rows": "",
        }
        return {
            "cell": number,
            "max_foreign_share": None,
            "attained": None,
            "confidence": None,
            **words,
        }
    bound = effects(decision).get("max_foreign_share")
    limit = bound.get("below") if isinstance(bound, dict) else bound
    numeric = isinstance(limit, (int, float))
    return {
        "cell": number,
        "verdict": decision.verdict,
        "outcome": decision.outcome,
        "needs": ";".join(decision.needs),
        "possible": ";".join(decision.possible),
        "max_foreign_share": float(limit) if isinstance(limit, (int, float)) else None,
        "attained": not isinstance(bound, dict) if numeric else None,
        "confidence": confidence(decision),
        "rows": ";".join(dict.fromkeys(row.id for row in decision.found.rows)),
    }


def whole(numbers: Iterable[int]) -> Any:
    """Numbers of small tables as an Arrow array of 32 bits, by which an engine joins fastest."""
    return pa.array(list(numbers), pa.int32())
