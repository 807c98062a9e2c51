"""A table of cases of a regime of decision tables: one query, and a single case for each group.

The query gives each case a key: the rows that may decide it, and the facts that those rows ask and
it lacks (see `Flat`). Cases with one key have one answer; the first of them is decided alone.
"""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from openzone.decide.case import IGNORED
from openzone.decide.dmn.answer import confidence, rule_of
from openzone.decide.dmn.desk import ASK, Decision, TableDesk
from openzone.decide.dmn.flat import Flat
from openzone.decide.dmn.reading import STRUCTURE, SYNONYMS, check_held, read
from openzone.decide.dmn.regime import TableRegime
from openzone.errors import CaseError, Fault, missing_extra, nearest
from openzone.rulebook.law import Law

try:
    import ibis
    import pyarrow as pa

    from openzone.decide.dmn.table import columns as col
    from openzone.decide.dmn.table.grounds import REFUSED, Grounds
    from openzone.decide.dmn.table.plan import Plan
    from openzone.decide.dmn.table.vocabulary import Vocabulary
    from openzone.decide.table import columns as shared
    from openzone.decide.table.small import laid, planned_plainly
except ImportError as error:
    raise missing_extra("table", "deciding a table of cases") from error

ANSWERS = ("verdict", "outcome", "rule", "needs", "possible", "confidence")
"""The columns of an answer. `needs` and `possible` are joined by ';'. `rule`: the deciding one."""
REFUSAL = ("refused", "refused", None, "", "", None)
ENGINES = ("duckdb",)
Answer = tuple[str | None, ...]


class FlatEngine:
    """A law ready to decide tables of one regime. Build it once; it keeps what it has answered.

    `cases` is an Ibis table of DuckDB: the facts of the regime, date, place (one id, ids joined by
    ';', or a list of ids) and id. Absent columns are missing facts; others are refused by name.
    Raises CaseError where the regime is not flat.
    """

    def __init__(self, law: Law, regime: TableRegime, today: dt.date | None = None) -> None:
        check_held(law, regime)
        self.law, self.regime = law, regime
        self.today = today or dt.date.today()
        self.flat = flat_of(law, regime)
        self.desk = TableDesk(law, regime)
        self.grounds = Grounds(law, regime, self.flat)
        self.vocabulary = Vocabulary(self.grounds.facts)
        self._plans: dict[Any, Plan] = {}
        self._records: dict[Answer, int] = {REFUSAL: 0}

    # ---- what is asked -----------------------------------------------------------------------

    def counts(self, cases: Any, by: Sequence[str] = (), answer: str = "outcome") -> Any:
        """How many cases have each answer, by columns of the table, as an Arrow table.

        `answer` is one of ANSWERS.
        """
        named = self._named(cases, by)
        plan, found = self._grouped(named, by)
        number = self._numbers(plan, found)
        at = ANSWERS.index(answer)
        words = pa.array([one[at] for one in self._records], pa.string())
        columns = {name: found.column(name) for name in by}
        counted = pa.table({**columns, answer: words.take(number), "n": found.column("n")})
        grouped = counted.group_by([*by, answer]).aggregate([("n", "sum")])
        return grouped.select([*by, answer, "n_sum"]).rename_columns([*by, answer, "n"])

    def decide(self, cases: Any, keep: Sequence[str] = ("id",)) -> Any:
        """The columns `keep` and ANSWERS of every case, as an Ibis table.

        It is read before the next call: a call for a table with the same columns takes its place.
        """
        named = self._named(cases, keep)
        plan, _ = self._grouped(named)
        encoded, keys = plan.encoded(named), plan.key_names()
        records = list(self._records)
        known = list(plan.answers.items())
        columns = {
            f"_k{key}": pa.array([one[n] for one, _ in known], pa.int64())
            for n, key in enumerate(keys)
        }
        words = {
            name: pa.array([records[number][n] for _, number in known], pa.string())
            for n, name in enumerate(ANSWERS)
        }
        answers = laid(plan.backend, **columns, **words)
        joined = encoded.inner_join(answers, [(key, f"_k{key}") for key in keys])
        result = joined.select(*keep, *ANSWERS)
        weakref.finalize(result.op(), _let_go, plan)  # it reads the small tables of the plan
        return result

    # ---- groups ------------------------------------------------------------------------------

    def _grouped(self, named: Any, by: Sequence[str] = ()) -> tuple[Plan, Any]:
        """The cases counted by their keys, every one of which has its answer."""
        total = named.count().to_pyarrow().as_py()
        plan = self._plan(named)
        if plan is not None:
            found = self._counted(plan, named, by)
            if _total(found) == total and self._known(plan, found):
                return plan, found
        if plan is None or _total(found) != total:
            self._learn(named)
            plan = self._plan(named)
            assert plan is not None
        found = self._counted(plan, named, by, first=True)
        self._answer(plan, found)
        return plan, found

    def _counted(self, plan: Plan, named: Any, by: Sequence[str], first: bool = False) -> Any:
        """The cases by key; `first`: with the columns of the first case of each."""
        encoded = plan.encoded(named)
        keys = plan.key_names()
        firsts = {
            f"_first_{name}": encoded[name].first(include_null=True)
            for name in (self._fields(encoded) if first else ())
        }
        grouped = encoded.group_by([*by, *keys])
        with planned_plainly(plan.backend):
            return grouped.agg(n=encoded.count(), **firsts).to_pyarrow()

    def _fields(self, table: Any) -> list[str]:
        known = {"date", "place", *self.grounds.facts}
        return [name for name in table.columns if name in known]

    def _known(self, plan: Plan, found: Any) -> bool:
        return all(key in plan.answers for key in _keys(plan, found))

    def _numbers(self, plan: Plan, found: Any) -> Any:
        return pa.array([plan.answers[key] for key in _keys(plan, found)], pa.int32())

    def _answer(self, plan: Plan, found: Any) -> None:
        """Decide the first case of each group whose answer is not known."""
        fresh = [
            (number, key)
            for number, key in enumerate(_keys(plan, found))
            if key not in plan.answers
        ]
        names = [name for name in found.column_names if name.startswith("_first_")]
        cases = found.select(names).take(pa.array([number for number, _ in fresh], pa.int64()))
        for (_, key), row in zip(fresh, cases.to_pylist(), strict=True):
            if key in plan.answers:
                continue
            raw = {name.removeprefix("_first_"): value for name, value in row.items()}
            plan.answers[key] = self._record(self.one(raw, key[0] == REFUSED))

    def _record(self, answer: Answer) -> int:
        return self._records.setdefault(answer, len(self._records))

    def one(self, raw: Mapping[str, Any], refused: bool = False) -> Answer:
        """The answer of one case as ANSWERS has it, decided as a single case."""
        if refused:
            return REFUSAL
        return answer_of(self.desk.decide(read(self.law, self.regime, raw, self.today)))

    # ---- columns and words -------------------------------------------------------------------

    def _named(self, cases: Any, keep: Sequence[str] = ()) -> Any:
        """Columns under their own names; those that a table cannot hold are refused by name."""
        facts = self.grounds.facts
        known = {*STRUCTURE, *facts}
        synonyms = {**SYNONYMS, **self.regime.synonyms}
        renames: dict[str, str] = {}
        faults: list[Fault] = []
        for name in cases.columns:
            own = synonyms.get(name, name)
            if own in known and own not in renames:
                renames[own] = name
            elif own in known:
                faults.append(
                    Fault("contradiction", f"'{own}' has two columns", field=name,
                          next="leave one of the two out")
                )  # fmt: skip
            elif name in keep:
                renames[name] = name
            elif name not in IGNORED:
                hint = nearest(name, known) or "columns are " + ", ".join(sorted(known))
                if own in self.regime.own:
                    hint = "decide these cases one by one, as JSON Lines"
                faults.append(
                    Fault("unknown_field", f"a table of {self.regime.name} has no column '{name}'",
                          field=name, next=hint)
                )  # fmt: skip
        if faults:
            raise CaseError(faults)
        backend = cases.get_backend()
        if backend.name not in ENGINES:
            raise CaseError(wrong_engine(self.regime.name, backend.name))
        held = {new: cases[old] for new, old in renames.items() if new != "regime" or new in keep}
        return cases.select(**held) if held else cases

    def _plan(self, named: Any) -> Plan | None:
        """The query for the columns of a table; None before anything is learnt."""
        if not self.grounds.numbers:
            return None
        schema, backend = named.schema(), named.get_backend()
        sizes = (len(self.grounds.numbers), len(self.grounds.places), self.vocabulary.size)
        mark = (tuple(schema.items()), id(backend))
        plan = self._plans.get(mark)
        if plan is None or plan.sizes != sizes:
            plan = Plan(self.grounds, self.vocabulary, schema, backend, self.today, sizes)
            self._plans[mark] = plan
        return plan

    def _learn(self, named: Any) -> None:
        """Meet the words, places and days of a table that are not known yet."""
        facts = self.grounds.facts
        for name in (one for one in named.columns if one in facts):
            column, fact = named[name], facts[name]
            odd = None
            if col.measured(fact, column):
                odd = col.read_column(fact, column).odd
                if odd is None:
                    continue
                words = named.select(w=odd, k=odd)
            else:
                words = named.select(w=column, k=shared.word(column))
            for one in words.distinct().to_pyarrow().to_pylist():
                self.vocabulary.meet(name, one["k"], one["w"])
        for name, value in self.flat.only.items():
            self._check_only(name, value)
        self._meet_grounds(named)

    def _check_only(self, name: str, value: str) -> None:
        others = {one.value for one in self.vocabulary.words(name).values()} - {value, None}
        if others:
            raise CaseError(
                Fault("wrong_value", f"only cases whose {name} is {value} are decided as a table",
                      field=name, seen=sorted(others)[0], expected=value,
                      next="leave --engine out: the others are decided one by one")
            )  # fmt: skip

    def _meet_grounds(self, named: Any) -> None:
        """Meet the places and runs of days that cases stand on."""
        place = shared.place(named.place) if "place" in named.columns else ibis.literal("")
        day: Any = ibis.literal(self.today)
        if "date" in named.columns:
            day, _ = Plan.day(named.date)
            ends = named.aggregate(first=day.min(), last=day.max()).to_pyarrow().to_pylist()[0]
            if ends["first"] is not None:
                self.vocabulary.widen(ends["first"], ends["last"])
            day = day.fill_null(self.today)
        pairs = named.select(p=place, d=day).distinct().to_pyarrow().to_pylist()
        self.grounds.meet(
            (self.grounds.place(one["p"]), self.grounds.segment(one["d"])) for one in pairs
        )
        self.grounds.meet([(self.grounds.place(""), self.grounds.segment(self.today))])


def flat_of(law: Law, regime: TableRegime) -> Flat:
    """What makes cases of a regime flat. Raises CaseError where they are not."""
    flat = regime.flat(law)
    if flat is None:
        raise CaseError(
            Fault("unknown_regime", f"cases of {regime.name} are decided one by one only",
                  field="regime", seen=regime.name,
                  next="leave --engine out, and write JSON Lines: --out answers.jsonl")
        )  # fmt: skip
    return flat


def wrong_engine(regime: str, engine: str) -> Fault:
    """The fault of an engine that does not decide tables of such a regime."""
    return Fault("wrong_value", f"a table of {regime} is decided on DuckDB", field="engine",
                 seen=engine, expected="duckdb", next="--engine duckdb")  # fmt: skip


def answer_of(decision: Decision) -> Answer:
    """A decision as ANSWERS has it."""
    found = decision.found
    rule = found.effects.get("rule")
    if not isinstance(rule, str):
        rule = rule_of(found.rows[0]) if found.rows else None
    if decision.outcome == ASK:
        rule = None
    return (
        decision.verdict,
        decision.outcome,
        rule,
        ";".join(decision.needs),
        ";".join(decision.possible or (decision.outcome,)),
        confidence(decision),
    )


def _let_go(plan: Plan) -> None:
    """A plan that nothing reads any more."""


def _keys(plan: Plan, found: Any) -> list[tuple[int, ...]]:
    columns = [found.column(name).to_pylist() for name in plan.key_names()]
    return list(zip(*columns, strict=True))


def _total(found: Any) -> int:
    return sum(found.column("n").to_pylist())
