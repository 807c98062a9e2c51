"""A table of cases: the same rows, compiled to an Ibis expression that finds each case its cell.

Equi-joins on small tables (activity, place, day) and integer arithmetic give each case the number
of its cell; a cell is answered once, by the single-case engine. The engine (DuckDB, Spark, another
Ibis backend) is whatever the table comes from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from openzone.decide.axes import MISSING, frame_facts
from openzone.decide.case import IGNORED, SYNONYMS
from openzone.decide.cells import PAIR, REFUSED
from openzone.decide.facts import Fact
from openzone.decide.frame import Frame
from openzone.errors import CaseError, Fault, missing_extra, nearest

try:
    import ibis
    import pyarrow as pa
    import pyarrow.compute as pc

    from openzone.decide.table import columns as columns_of
    from openzone.decide.table.keys import Keys
    from openzone.decide.table.run import PAIR_COLUMNS, Run
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

CELL = "cell"
INTERNAL = "_"  # the columns of the engine itself begin so


class TableEngine:
    """A frame ready to decide tables. Build it once; it keeps the cells it has answered.

    `cases` is an Ibis table with the columns of the contract: activity and/or industry, place (one
    id, ids joined by ';', or a list of ids), date, and the regime's facts. Absent columns are
    missing facts; a column that the regime does not know is refused by name.
    """

    def __init__(self, frame: Frame, today: dt.date | None = None) -> None:
        self.frame = frame
        self.today = today or dt.date.today()
        self._keys = Keys(frame)
        self._runs: dict[tuple[str, ...], Run] = {}

    # ---- the expression ----------------------------------------------------------------------

    def encode(
        self, cases: Any, keep: Sequence[str] = (), words: Sequence[str] = ()
    ) -> tuple[Any, Run]:
        """The cases with the column `cell` (REFUSED for bad input), and the run that answers it.

        `keep`: further columns of the table that are to stay. `words`: columns of words (activity,
        industry, place) to be had as numbers too, under `word_column`; the run tells the words.

        The joins drop rows with words that are neither the book's nor learnt; `counts` and `decide`
        see to it that none is dropped.
        """
        encoded, run = self._encoded(self._named(cases, keep))
        numbers = {word_column(one): encoded[_numbered_as(one)] for one in words}
        own = [n for n in encoded.columns if n in keep or not n.startswith(INTERNAL)]
        return encoded.select(*own, **numbers), run

    def _named(self, cases: Any, keep: Sequence[str] = ()) -> Any:
        """Columns under their canonical names; unknown columns are refused by name."""
        facts = {fact.name for fact in frame_facts(self.frame)}
        known = facts | {"id", "date", "place", "activity", "industry", "regime"}
        renames: dict[str, str] = {}
        faults = []
        for name in cases.columns:
            canonical = SYNONYMS.get(name, name)
            if canonical in known or name in keep:
                renames[name] = canonical
            elif name not in IGNORED:
                alone = name in self.frame.regime.fields()
                faults.append(
                    Fault(
                        "unknown_field",
                        f"a table of {self.frame.regime.name} has no column '{name}'",
                        field=name,
                        next="decide these cases one by one, as JSON Lines"
                        if alone
                        else nearest(name, known) or "columns are " + ", ".join(sorted(known)),
                    )
                )
        if faults:
            raise CaseError(faults)
        named = cases.select(**{new: cases[old] for old, new in renames.items()})
        for flag, (fact, word) in self.frame.regime.implied.items():
            if flag in named.columns and fact not in named.columns:
                raised = named[flag].cast("string").strip().lower() == "true"
                named = named.mutate(**{fact: ibis.ifelse(raised, word, ibis.null("string"))})
        return named

    def learn(self, cases: Any) -> None:
        """Meet the words and days of a table that are not the book's own: one pass over it."""
        self._learn(self._named(cases))

    def _learn(self, cases: Any) -> None:
        pair = [name for name in ("activity", "industry") if name in cases.columns]
        if pair:
            words = {name: columns_of.word(cases[name]) for name in pair}
            for one in cases.select(**words).distinct().to_pyarrow().to_pylist():
                self._keys.matter(one.get("activity", ""), one.get("industry", ""))
        for fact in frame_facts(self.frame):
            if fact.name in cases.columns and columns_of.worded(fact, cases[fact.name]):
                told = cases.select(w=columns_of.word(cases[fact.name])).distinct()
                for one in told.to_pyarrow().to_pylist():
                    self._keys.fact_word(fact.name, one["w"])
        if "place" in cases.columns:
            places = cases.select(p=columns_of.place(cases.place)).distinct()
            for one in places.to_pyarrow().to_pylist():
                self._keys.place(one["p"])
        if "date" in cases.columns:
            day, _ = columns_of.day(cases.date)
            ends = cases.aggregate(first=day.min(), last=day.max()).to_pyarrow().to_pylist()[0]
            if ends["first"] is not None:
                self._keys.widen(ends["first"], ends["last"])

    def _encoded(self, cases: Any) -> tuple[Any, Run]:
        run = self._run(cases)
        table = cases
        for name in run.pair:
            table = table.mutate(**{f"_oz_{name}": columns_of.word(table[name])})
        if "place" in cases.columns:
            table = table.mutate(_oz_place=columns_of.place(table.place))
        if "date" in cases.columns:
            day, dated = columns_of.day(table.date)
            table = table.mutate(_oz_date=day.fill_null(self.today), _oz_dated=dated)
        if not (run.pair or {"place", "date"} & run.columns):
            table = run.state_key(table, self.today)
        for name, dim in run.dims.items():
            keys = [key for key in dim.columns if key.startswith("_k_")]
            table = table.inner_join(dim, [("_oz_" + key[3:], key) for key in keys])
            table = run.follow(name, table, self.today)
        return self._numbered(table, run), run

    def _ready(self, cases: Any) -> tuple[Any, Run]:
        """As `_encoded`, for a query that runs at once."""
        run = self._run(cases)
        return run.viewed(cases, lambda table: self._encoded(table)[0]), run

    def _run(self, cases: Any) -> Run:
        """The small tables for the columns that the cases have."""
        columns = cases.columns
        given = [fact for fact in frame_facts(self.frame) if fact.name in columns]
        facts = tuple(fact.name for fact in given)
        units = columns_of.units({fact: cases[fact.name] for fact in given})
        words = [n for n in ("activity", "industry", "place", "date") if n in columns]
        backend = cases.get_backend()
        worded = [fact.name for fact in given if columns_of.worded(fact, cases[fact.name])]
        mark = (*facts, *units.values(), "|", *words, "|", *worded, str(id(backend)))
        run = self._runs.get(mark)
        if run is None:
            run = Run(self._keys, facts, columns, units, worded, backend)
            self._runs[mark] = run
        self._keys.learn_vocabulary("activity" in columns, "industry" in columns)
        run.refresh()
        return run

    def _numbered(self, table: Any, run: Run) -> Any:
        """The number of each case's cell; REFUSED for a fact that is ill formed or contradicted."""
        facts = {fact.name: fact for fact in frame_facts(self.frame) if fact.name in run.facts}
        good = table["_oz_dated"] if "_oz_dated" in table.columns else ibis.literal(True)
        values: dict[str, Any] = {}
        for name in run.worded:
            values[f"_oz_{name}"] = columns_of.word(table[name])
        for name in facts.keys() - set(run.worded):
            value, fine = columns_of.value_of(facts[name], table[name], run.units[name])
            values[f"_v_{name}"] = value
            good = good & fine
        share, single = (values.get(f"_v_{name}") for name in run.space.pairs)
        if share is not None and single is not None:
            sound = (single <= share) & ((single > 0) | (share == 0))
            good = good & sound.fill_null(True)
        table = table.mutate(_oz_good=good, **values)
        table = run.folded(self._parted(table, run, facts))
        number = table._z_base
        for index in range(len(run.folds.folds)):
            number = number + table[f"_a_{index}"]
        refused = (table._z_base < 0) | ~table._oz_good
        number = ibis.ifelse(refused, ibis.literal(REFUSED, "int64"), number)
        return table.mutate(**{CELL: number})

    def _parted(self, table: Any, run: Run, facts: Mapping[str, Fact]) -> Any:
        """The part of each fact between the cuts of all bundles: by look-up, else by comparing."""
        folds = run.folds
        parts: dict[str, Any] = {}
        keys: dict[str, Any] = {}
        for name in run.worded:
            table = table.inner_join(run.dim(name), [(f"_oz_{name}", f"_k_{name}")])
        good = table._oz_good
        for name in run.worded:
            if run.refuses(name):
                parts[f"_g_{name}"] = ibis.greatest(table[f"_g_{name}"], MISSING)
                good = good & (table[f"_g_{name}"] >= MISSING)
        for name in (*folds.cuts, *folds.words):
            unit = run.units[name]
            if name in run.worded:
                continue
            value, stride = table[f"_v_{name}"], folds.strides[name]
            if name in folds.words:
                parts[f"_g_{name}"] = stride * columns_of.word_part(folds.words[name], value)
            elif facts[name].kind == "share" and run.looks_up:
                keys[f"_s_{name}"] = columns_of.share_key(value, unit)
            else:
                part = columns_of.numeric_part(value, folds.cuts[name], unit)
                parts[f"_g_{name}"] = stride * part
        for flag, (name, word) in self.frame.regime.implied.items():
            if flag in facts and name in folds.words:
                yes = folds.strides.get(flag, 1)
                raised = table[f"_g_{flag}"] == yes if flag in run.worded else table[f"_v_{flag}"]
                stated = parts[f"_g_{name}"] if f"_g_{name}" in parts else table[f"_g_{name}"]
                implied = folds.strides[name] * (1 + folds.words[name].index(word))
                parts[f"_g_{name}"] = ibis.ifelse(raised, implied, stated).cast("int32")
        if folds.paired:
            share, single = (table[f"_v_{name}"] for name in run.space.pairs)
            side = columns_of.side(share, single, run.units[run.space.pairs[0]])
            parts[f"_g_{PAIR}"] = folds.strides[PAIR] * side
        table = table.mutate(_oz_good=good, **parts, **keys)
        for key in keys:
            name = key.removeprefix("_s_")
            table = table.inner_join(run.dim(name), [(key, f"_k_{name}")])
        return table

    # ---- answers -----------------------------------------------------------------------------

    def counts(self, cases: Any, by: Sequence[str] = (), answer: str = "outcome") -> Any:
        """How many cases have each answer, by columns of the table, as an Arrow table.

        `answer` is a column of table_run.ANSWERS: outcome, verdict, needs, confidence, ...
        """
        named = self._named(cases)
        total = named.count().to_pyarrow().as_py()
        encoded, run = self._ready(named)
        found = _grouped(encoded, by)
        if (pc.sum(found.column("n")).as_py() or 0) != total:
            self._learn(named)
            encoded, run = self._ready(named)
            found = _grouped(encoded, by)
        cells = found.column(CELL).combine_chunks().dictionary_encode()
        words = pa.array(
            [run.word(number, answer) for number in cells.dictionary.to_pylist()], pa.string()
        )
        columns = {name: _words(found, run, name) for name in by}
        grouped = pa.table({**columns, answer: words.take(cells.indices), "n": found.column("n")})
        grouped = grouped.group_by([*by, answer]).aggregate([("n", "sum")])
        return grouped.select([*by, answer, "n_sum"]).rename_columns([*by, answer, "n"])

    def decide(
        self, cases: Any, columns: Sequence[str] = ("id",), keep: Sequence[str] = ()
    ) -> tuple[Any, Run]:
        """Row-level answers as an Ibis table (`columns`, `cell`, the cell's answer), and the run.

        `keep`: columns of the table that are no facts and are to be among `columns`.

        The numbers of the cells are kept in a temporary table of the engine, so that the cases are
        read once; `run` gives the full reasons of a cell.
        """
        named = self._named(cases, keep)
        total = named.count().to_pyarrow().as_py()
        encoded, run = self._ready(named)
        narrow = run.kept(_narrow(encoded, columns))
        if narrow.count().to_pyarrow().as_py() != total:
            self._learn(named)
            encoded, run = self._ready(named)
            narrow = run.kept(_narrow(encoded, columns))
        numbers = narrow.select(CELL).distinct().to_pyarrow().column(CELL).to_pylist()
        answers = ibis.memtable(run.answers(numbers)).rename(_oz_cell=CELL)
        return narrow.inner_join(answers, [(CELL, "_oz_cell")]).drop("_oz_cell"), run


def word_column(name: str) -> str:
    """The column that holds the number of a word column's word."""
    return f"{name}_word"


def _numbered_as(name: str) -> str | None:
    """The internal column with the number of a word column's word; None for other columns."""
    if name in PAIR_COLUMNS:
        return "_z_word_matter"
    return "_z_word_place" if name == "place" else None


def _grouped(encoded: Any, by: Sequence[str]) -> Any:
    """The cases counted by cell and columns, words by their numbers."""
    keys = dict.fromkeys(_numbered_as(name) or name for name in by)
    return encoded.group_by([CELL, *keys]).agg(n=encoded.count()).to_pyarrow()


def _words(found: Any, run: Run, name: str) -> Any:
    """A column that was counted by, as words again."""
    number = _numbered_as(name)
    if number is None:
        return found.column(name)
    return pa.array(run.words(name), pa.string()).take(found.column(number))


def _narrow(encoded: Any, columns: Sequence[str]) -> Any:
    return encoded.select(*[name for name in columns if name in encoded.columns], CELL)
