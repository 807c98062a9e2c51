"""One set of columns of a table of cases: its small tables, and the cells answered so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from openzone.decide.answer import confidence, effects
from openzone.decide.cells import REFUSED, CellSpace
from openzone.decide.single import Decision
from openzone.decide.table_columns import DECIMAL
from openzone.decide.table_keys import Keys

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
        self, keys: Keys, facts: tuple[str, ...], columns: Sequence[str], units: Mapping[str, str]
    ) -> None:
        self.keys = keys
        self.facts = facts
        self.units = units
        self.cuts: dict[str, list[str]] = {}
        self.columns = frozenset(columns)
        self.pair = [name for name in PAIR_COLUMNS if name in self.columns]
        self.space = CellSpace(keys.frame, facts)
        self.dims: dict[str, Any] = {}
        self._size: tuple[Any, ...] = ()
        self._records: dict[int, dict[str, Any]] = {}

    def refresh(self) -> None:
        """Make the small tables anew when words or days were met since."""
        keys = self.keys
        size = (len(keys.matters), len(keys.places), keys.days)
        if size == self._size:
            return
        self._size = size
        self.dims = {}
        if self.pair:
            self.dims["matter"] = self._matters()
        if "place" in self.columns:
            self.dims["place"] = memtable(
                _k_place=list(keys.places), place_class=pa.array(keys.places.values(), pa.int32())
            )
        if "date" in self.columns:
            days, segments = keys.day_segments()
            self.dims["date"] = memtable(
                _k_date=pa.array(days, pa.date32()), segment=pa.array(segments, pa.int32())
            )
        states = keys.states()[0]
        self.dims["state"] = memtable(
            _k_state=pa.array(range(len(states)), pa.int32()), seen=pa.array(states, pa.int32())
        )
        columns = keys.bundles(self.space, self.facts)
        self.cuts = {
            name: [c for c in columns if c.startswith(f"cut_{name}_")] for name in self.facts
        }
        arrays = {
            name: self._figures(name, values)
            if name.startswith("cut_")
            else pa.array(values, pa.int64())
            for name, values in columns.items()
        }
        self.dims["bundle"] = memtable(
            _k_bundle=pa.array(range(len(columns["base"])), pa.int32()), **arrays
        )

    def _figures(self, name: str, values: list[int]) -> Any:
        """Cuts in the unit of the column they are compared with."""
        fact = name.removeprefix("cut_").rpartition("_")[0]
        if self.units.get(fact) != DECIMAL:
            return pa.array(values, pa.int64())
        most = 10**9 - 1
        return pa.array([Decimal(min(v, most)).scaleb(-6) for v in values], pa.decimal128(9, 6))

    def _matters(self) -> Any:
        """The words of the tag and code columns there are; an absent column is empty."""
        used = [
            (pair, number)
            for pair, number in self.keys.matters.items()
            if all(
                name in self.pair or not said for name, said in zip(PAIR_COLUMNS, pair, strict=True)
            )
        ]
        words = {
            f"_k_{name}": [pair[PAIR_COLUMNS.index(name)] for pair, _ in used] for name in self.pair
        }
        return memtable(**words, matter=pa.array([number for _, number in used], pa.int32()))

    def follow(self, name: str, table: Any, today: dt.date) -> Any:
        """After the join with the small table `name`: the key of the next, where one is due."""
        order = [*self.dims]
        if order[order.index(name) + 1 :][:1] == ["state"]:
            return self.state_key(table, today)
        if name != "state":
            return table
        matter: Any = table.matter if self.pair else self.keys.matter("", "")
        bundle = (table.seen * len(self.keys.views) + matter).cast("int32")
        if self.pair:
            bundle = ibis.ifelse(table.matter < 0, 0, bundle).cast("int32")
        return table.mutate(_oz_bundle=bundle).drop(
            *(column for column in ("matter", "seen") if column in table.columns)
        )

    def state_key(self, table: Any, today: dt.date) -> Any:
        """The key of the table of states, from place and day as far as there are columns."""
        here: Any = table.place_class if "place" in self.columns else self.keys.place("")
        segment: Any = table.segment if "date" in self.columns else self.keys.frame.segment(today)
        state = (ibis.literal(0, "int32") + here * self.keys.segments + segment).cast("int32")
        return table.mutate(_oz_state=state).drop(
            *(column for column in ("place_class", "segment") if column in table.columns)
        )

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


def memtable(**columns: Any) -> Any:
    """A small table of the engine, from columns."""
    return ibis.memtable(pa.table(columns))
