"""A table of declaration lines decided as one Ibis expression.

Words are looked up in small tables (code, place, day, origin, proofs, facts) and put together to
two numbers: that of the line's terms, worked out once by the single case, and that of its rate.
The amounts are whole-number arithmetic. A line that turns on more than that is decided alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from openzone.decide.case import IGNORED
from openzone.decide.facts import as_day
from openzone.errors import CaseError, Fault, missing_extra, nearest
from openzone.regimes.goods.case import LISTS, OWN, SYNONYMS, Reader, declared
from openzone.regimes.goods.decide import decide
from openzone.regimes.goods.outcome import VERDICTS
from openzone.regimes.goods.table.outline import REFUSED
from openzone.rulebook.law import Law
from openzone.rulebook.tariff import UNITS

try:
    import ibis
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from openzone.decide.table.columns import day as day_of
    from openzone.decide.table.small import batches
    from openzone.regimes.goods.table.laid import RAW, Laid
    from openzone.regimes.goods.table.small_tables import AMOUNTS, PROFILE, text_of
    from openzone.regimes.goods.table.words import Lay
except ImportError as error:
    raise missing_extra("table", "deciding a table of declaration lines") from error

FEN = tuple(f"{name}_fen" for name in AMOUNTS)
ANSWERS = pa.schema(
    [
        ("verdict", pa.string()),
        ("outcome", pa.string()),
        ("needs", pa.string()),
        ("admissibility", pa.string()),
        ("column", pa.string()),
        ("rate", pa.int64()),
        *((name, pa.int64()) for name in FEN),
    ]
)
"""The answer of a line. `needs` is joined by ';'. `rate` is in millionths of the value, null for a
rate by quantity. Amounts are in fen, all of them or, where an outcome stands before them, none."""
RAW_PREFIX = "a_"


class GoodsTable:
    """A law ready to decide tables of declaration lines. Build it once; it keeps what it learnt.

    `cases` is an Ibis table of DuckDB with the columns of the contract: hs, customs_value, and as
    they are known origin, proofs (joined by ';'), place, date, quantities and facts. `given` holds
    what is so of every line and no column says (the line crossed, a tariff by its name).
    """

    def __init__(self, law: Law, today: dt.date, given: Mapping[str, Any] | None = None) -> None:
        self.law = law
        self.today = today
        self.given = {SYNONYMS.get(name, name): value for name, value in (given or {}).items()}
        self._words: dict[str, list[str]] = {}
        self._span: tuple[dt.date, dt.date] | None = None
        self._laid: dict[tuple[Any, ...], Laid] = {}
        Reader(law, self.given, today).read()  # what is given is a case without its columns

    # ---- columns -----------------------------------------------------------------------------

    @cached_property
    def _fit(self) -> frozenset[str]:
        """The columns that a table can hold."""
        own = {"id", "regime", "hs", "place", "date", "customs_value", *PROFILE, *LISTS}
        return frozenset(own | {*declared(self.law), *(f"quantity_{unit}" for unit in UNITS)})

    def _fields(self, cases: Any, keep: Sequence[str]) -> list[str]:
        """The columns of a table that are fields of a case, under their own names."""
        return [name for name in self.named(cases, keep).columns if name in self._fit]

    def named(self, cases: Any, keep: Sequence[str] = ()) -> Any:
        """Columns under their own names; those that a table cannot hold are refused by name."""
        fit = self._fit
        renames: dict[str, str] = {}
        faults: list[Fault] = []
        for name in cases.columns:
            own = SYNONYMS.get(name, name)
            if name in keep:
                renames[name] = name
            if own in self.given:
                faults.append(
                    Fault("contradiction", "the fact is given for all lines and as a column",
                          field=name, next="leave one of the two out")
                )  # fmt: skip
            elif own in fit:
                renames[own] = name
            elif name not in keep and name not in IGNORED:
                hint = (
                    nearest(name, fit) or "leave it out; openzone replay takes --map FIELD=COLUMN"
                )
                if own in OWN:
                    hint = "decide these cases one by one, as JSON Lines"
                faults.append(
                    Fault("unknown_field", "a table of goods has no such column", field=name,
                          next=hint)
                )  # fmt: skip
        faults.extend(
            Fault("missing_field", "the table has no such column", field=name, next="add it")
            for name in ("hs", "customs_value")
            if name not in renames
        )
        if "hs" in renames and not cases[renames["hs"]].type().is_string():
            faults.append(
                Fault("wrong_value", "codes of goods are text: as a number they lose their zeros",
                      field=renames["hs"], seen=str(cases[renames["hs"]].type()),
                      expected="a column of text", next="write the codes in quotes")
            )  # fmt: skip
        if faults:
            raise CaseError(faults)
        return cases.select(**{new: cases[old] for new, old in renames.items() if new != "regime"})

    def _kinds(self, cases: Any) -> tuple[list[str], list[str], list[str]]:
        """The columns of words, of numbers that rules cut, and of quantities."""
        facts = declared(self.law)
        numbers = [name for name in cases.columns if name in facts and facts[name].kind == "number"]
        quantities = [name for unit in UNITS if (name := f"quantity_{unit}") in cases.columns]
        worded = {"hs", "place", *PROFILE, *LISTS, *facts} - set(numbers)
        return [name for name in cases.columns if name in worded], numbers, quantities

    # ---- learning ----------------------------------------------------------------------------

    def learn(self, cases: Any, keep: Sequence[str] = ()) -> None:
        """Meet what a table holds that is not known yet: words and days, and how they go together.

        A pass over each column of words, and one over all of them.
        """
        named = self.named(cases, keep)
        self._meet(named)
        self._on(named).meet(named)

    def _meet(self, cases: Any) -> None:
        words, _, _ = self._kinds(cases)
        fresh = False
        for name in words:
            found = cases.select(w=text_of(cases[name])).distinct().to_pyarrow().column("w")
            held = self._words.setdefault(name, [""])
            more = sorted(set(found.to_pylist()) - set(held))
            held += more
            fresh = fresh or bool(more)
        first = last = as_day(self.given.get("date")) or self.today
        if "date" in cases.columns:
            day, _ = day_of(cases.date)
            ends = cases.aggregate(a=day.min(), z=day.max()).to_pyarrow().to_pylist()[0]
            blank = cases.filter(day.isnull()).count().to_pyarrow().as_py()
            days = [one for one in (ends["a"], ends["z"], *[self.today] * bool(blank)) if one]
            first, last = min(days, default=first), max(days, default=last)
        if self._span is not None:
            first, last = min(first, self._span[0]), max(last, self._span[1])
        if fresh or self._span != (first, last):
            self._span = first, last
            self._laid.clear()

    def _on(self, cases: Any) -> Laid:
        """The small tables for the columns that the cases have."""
        words, numbers, quantities = self._kinds(cases)
        backend = cases.get_backend()
        if backend.name != "duckdb":
            raise CaseError(
                Fault("wrong_value", "declaration lines are decided on DuckDB", field="engine",
                      seen=backend.name, expected="duckdb")
            )  # fmt: skip
        mark = (*words, "|", *numbers, "|", *quantities, "date" in cases.columns, id(backend))
        if mark not in self._laid:
            if self._span is None or any(name not in self._words for name in words):
                self._meet(cases)
            held = {name: self._words[name] for name in words}
            self._laid[mark] = Laid(
                self.law, self.today, self.given, self._lay(), held, numbers, quantities, backend
            )
        return self._laid[mark]

    def know(self, other: GoodsTable) -> None:
        """Take over the words and days that another engine has met, of the same table."""
        self._words = {name: list(words) for name, words in other._words.items()}
        self._span = other._span
        self._laid.clear()

    def lay_of(self, cases: Any) -> Lay:
        """The law on the days of a table, after meeting its words."""
        self._meet(self.named(cases))
        return self._lay()

    def _lay(self) -> Lay:
        assert self._span is not None
        places = self._words.get("place", [self._place_given()])
        return Lay(self.law, *self._span, places, self.given.get("schedule"))

    def _place_given(self) -> str:
        """The place that is given for all lines, as a column would say it."""
        value = self.given.get("place", "")
        return value if isinstance(value, str) else ";".join(map(str, value))

    # ---- the expression ----------------------------------------------------------------------

    def encode(
        self, cases: Any, keep: Sequence[str] = (), prefix: str = RAW_PREFIX
    ) -> tuple[Any, Laid]:
        """The columns `keep` with RAW, each under `prefix`, and the tables that tell the numbers.

        `state` is a number of `Laid.known`, `column` one of `Laid.names`; `alone` marks lines that
        are to be decided one by one. Lines with words that were not met are left out; `totals` and
        `answers` see to it that there are none.
        """
        named = self.named(cases, keep)
        laid = self._on(named)
        return laid.viewed(named, keep, prefix), laid

    def one(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of one line as ANSWERS has it, decided as a single case."""
        given = {name: value for name, value in raw.items() if value is not None and value != ""}
        try:
            found = decide(self.law, Reader(self.law, {**self.given, **given}, self.today).read())
        except CaseError:
            blank = dict.fromkeys(ANSWERS.names)
            return {**blank, "verdict": REFUSED, "outcome": REFUSED, "needs": ""}
        whole = "total" in found.amounts and found.outcome in ("payable", "free", "asks_proof")
        taken = found.applied if whole else None
        told = {
            "verdict": VERDICTS[found.outcome],
            "outcome": found.outcome,
            "needs": ";".join(found.needs),
            "admissibility": None if found.admissibility is None else found.admissibility.word,
            "column": None if taken is None else taken.column,
            "rate": None if taken is None or taken.rate.unit else taken.rate.ad_valorem,
        }
        amounts = {n: found.amounts.get(n, 0) if whole else None for n in AMOUNTS}
        amounts["customs_value"] = found.case.money.get("customs_value") if whole else None
        return told | dict(zip(FEN, amounts.values(), strict=True))

    def answers(self, cases: Any, keep: Sequence[str] = ()) -> Iterator[Any]:
        """The columns `keep` and ANSWERS of every line, as Arrow record batches.

        Lines that are decided alone come last.
        """
        total = cases.count().to_pyarrow().as_py()
        encoded, laid = self.encode(cases, keep)
        if encoded.count().to_pyarrow().as_py() != total:
            self.learn(cases, keep)
            encoded, laid = self.encode(cases, keep)
        for batch in batches(encoded.filter(~encoded.a_alone)):
            yield _worded(batch, laid, keep)
        fields = self._fields(cases, keep)
        whole, _ = self.encode(cases, tuple(dict.fromkeys((*keep, *fields))))
        kinds = pa.schema([*cases.select(*keep).schema().to_pyarrow(), *ANSWERS])
        lines = whole.filter(whole.a_alone).drop(*(f"{RAW_PREFIX}{name}" for name in RAW))
        for batch in batches(lines):
            rows = [
                {name: row[name] for name in keep} | self.one({n: row[n] for n in fields})
                for row in batch.to_pylist()
            ]
            yield pa.RecordBatch.from_pylist(rows, schema=kinds)

    def totals(self, cases: Any, by: Sequence[str] = ()) -> Any:
        """Lines, fen and outcomes by columns of the table, as an Arrow table: the columns, verdict,
        outcome, needs, `n`, and the sum of each of FEN."""
        total = cases.count().to_pyarrow().as_py()
        found, laid = self._counted(cases, by)
        if sum(found.column("n").to_pylist()) != total:
            self.learn(cases, by)
            found, laid = self._counted(cases, by)
        return _grouped(self, found, laid, by)

    def _counted(self, cases: Any, by: Sequence[str]) -> tuple[Any, Laid]:
        """The lines counted and added up by state; those to be decided alone as they are."""
        fields = self._fields(cases, by)
        encoded, laid = self.encode(cases, tuple(dict.fromkeys((*by, *fields))))
        line = ibis.struct({name: encoded[name] for name in fields})
        kind = 2 * encoded.a_alone.cast("int64") + (encoded.a_total > 0).cast("int64")
        table = encoded.mutate(_kind=4 * encoded.a_state + kind, _line=line)
        sums = {f"a_{name}": table[f"a_{name}"].sum().cast("int64") for name in AMOUNTS}
        alone = table._line.collect(where=table.a_alone)
        grouped = table.group_by([*by, "_kind"])
        return grouped.agg(n=table.count(), lines=alone, **sums).to_pyarrow(), laid


def _grouped(engine: GoodsTable, found: Any, laid: Laid, by: Sequence[str]) -> Any:
    """What was counted, with the states in words and the lines alone decided and added."""
    words = ("verdict", "outcome", "needs")
    kinds = np.array(found.column("_kind").to_pylist(), np.int64)
    is_alone = pa.array((kinds // 2) % 2 == 1)
    held, kinds = found.filter(pc.invert(is_alone)), kinds[(kinds // 2) % 2 == 0]
    said = [_said(laid, int(kind) // 4, bool(kind % 2)) for kind in kinds]
    columns = {name: held.column(name) for name in by}
    columns |= {
        name: pa.array([one[n] for one in said], pa.string()) for n, name in enumerate(words)
    }
    counted = pa.array([laid.known[kind // 4].amounts for kind in kinds], pa.bool_())
    sums = {
        fen: pc.if_else(counted, held.column(f"a_{name}"), None)
        for fen, name in zip(FEN, AMOUNTS, strict=True)
    }
    whole = pa.table({**columns, "n": held.column("n"), **sums})
    rows = []
    for group in found.filter(is_alone).select([*by, "lines"]).to_pylist():
        for line in group.pop("lines"):
            answer = engine.one(line)
            rows.append({**group, "n": 1, **{name: answer[name] for name in (*words, *FEN)}})
    whole = pa.concat_tables([whole, pa.Table.from_pylist(rows, schema=whole.schema)])
    keys = [*by, *words]
    grouped = whole.group_by(keys).aggregate([(name, "sum") for name in ("n", *FEN)])
    return grouped.rename_columns([*keys, "n", *FEN])


def _said(laid: Laid, state: int, due: bool) -> tuple[str, str, str]:
    """Verdict, outcome and needs of a state; `due`: the amounts come to more than nothing."""
    found = laid.known[state]
    outcome = found.outcome or ("payable" if due and found.amounts else "free")
    return VERDICTS.get(outcome, REFUSED), outcome, ";".join(found.needs)


def _worded(batch: Any, laid: Laid, keep: Sequence[str]) -> Any:
    """A batch of RAW as ANSWERS."""
    states = batch.column("a_state")
    counted = pa.array([one.amounts for one in laid.known]).take(states)
    due = pc.greater(batch.column("a_total"), 0)
    number = pc.add(pc.multiply(states, 2), pc.cast(due, pa.int64()))
    said = [_said(laid, n // 2, bool(n % 2)) for n in range(2 * len(laid.known))]
    words = [pa.array([one[at] for one in said], pa.string()).take(number) for at in range(3)]
    held = pa.array([one.admissibility for one in laid.known], pa.string()).take(states)
    names = pa.array([name or None for name in laid.names], pa.string())
    return pa.RecordBatch.from_arrays(
        [
            *(batch.column(name) for name in keep), *words, held,
            *(
                pc.if_else(counted, column, None)
                for column in (
                    names.take(batch.column("a_column")),
                    *(batch.column(f"a_{name}") for name in ("rate", *AMOUNTS)),
                )
            ),
        ],
        names=[*keep, *ANSWERS.names],
    )  # fmt: skip
