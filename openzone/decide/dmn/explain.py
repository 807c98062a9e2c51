"""Why the answer of a regime of tables is what it is, and which rows came close."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, cast

from openzone.decide.cited import condition_seen, place_named, row_seen
from openzone.decide.dmn.answer import answer, plain
from openzone.decide.dmn.desk import Decision
from openzone.decide.dmn.reading import PLACE, declared
from openzone.decide.explain.trace import ConditionSeen, FactValue, RowSeen
from openzone.decide.facts import Fact
from openzone.decide.frame import Frame
from openzone.decide.words.sentences import title_of
from openzone.rulebook.law import Law
from openzone.rulebook.model import ParameterRef, Row, Table, Text
from openzone.rulebook.plain import Named
from openzone.rulebook.plain import plain as as_data

NEAR_MAX = 5


@dataclasses.dataclass
class TableView:
    """What the citing of a row needs to know of its table: it stands in for a frame."""

    law: Law
    table: Table
    plans: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Near:
    """A row that does not apply for one reason alone: the condition that failed."""

    row: RowSeen
    failed: ConditionSeen


@dataclasses.dataclass(frozen=True)
class Explained:
    """The trace of a decision: the answer, its facts with titles, its rows, rows that came close.

    `asked`: the facts that are missing, with their titles, in order.
    """

    answer: Mapping[str, Any]
    regime: Named
    places: tuple[Named, ...]
    facts: tuple[FactValue, ...]
    assumed: tuple[FactValue, ...]
    rows: tuple[RowSeen, ...]
    also: tuple[RowSeen, ...]
    near: tuple[Near, ...]
    asked: tuple[Named, ...]
    evidence: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """The trace as plain data: the answer of the contract with the rows that came close."""
        near = [{"row": as_data(one.row), "failed": as_data(one.failed)} for one in self.near]
        return {**self.answer, "near": near, "asked": as_data(self.asked)}


def explain(decision: Decision) -> Explained:
    """The trace of a decision."""
    law, case = decision.ground.law, decision.case
    facts, regime = declared(law, decision.regime.tables), decision.regime.name
    found = decision.found
    named = {name: Named(name, fact.title) for name, fact in facts.items()}
    given = {name: value for name, value in case.facts.items() if name != PLACE}
    told = {**given, **{name: plain(value) for name, value in case.own.items()}}
    counts = Counter(row.evidence.status for row in found.rows)
    for row in found.rows:
        for _, value in row.params:
            if isinstance(value, ParameterRef):
                held = law.parameter_held(value.parameter, case.on, decision.ground.inside)
                counts[f"figure_{held.evidence.status if held else 'none'}"] += 1
    counts["rows"] = len(found.rows)
    return Explained(
        answer(decision),
        Named(decision.regime.name, decision.regime.title),
        tuple(place_named(law, place) for place in case.places),
        tuple(_value(facts, name, value, regime) for name, value in told.items()),
        tuple(_value(facts, name, value, regime) for name, value in decision.assumed().items()),
        tuple(_seen(decision, row, "decides") for row in found.rows),
        tuple(_seen(decision, row, "met") for row in found.also),
        tuple(_near(decision))[:NEAR_MAX],
        tuple(named.get(name, Named(name, _titled(name, regime))) for name in decision.needs),
        counts,
    )


def _value(facts: Mapping[str, Any], name: str, value: Any, regime: str) -> FactValue:
    fact = facts.get(name)
    title = fact.title if fact else _titled(name, regime)
    return FactValue(name, title, fact.kind if fact else "text", value)


def _titled(name: str, regime: str) -> Text:
    """What a field is called that the regime reads itself."""
    return title_of(regime, name) or Text(name, name)


def view(law: Law, table: str) -> Frame:
    """A table as the citing of its rows sees it."""
    tables = law.book.tables
    regime = tables[table].regime
    shared = (one.id for one in tables.values() if one.regime == regime)
    facts = declared(law, (table, *shared)).values()
    known = tuple(
        Fact(one.fact, cast(Any, one.kind), one.title, one.assume, one.values) for one in facts
    )
    seen = TableView(law, law.book.tables[table], {"facts": known})
    return cast(Frame, seen)  # citing reads the law, the table and its facts, and nothing else


def _seen(decision: Decision, row: Row, state: str) -> RowSeen:
    seen = _view(decision, row.table)
    return row_seen(seen, row, state, decision.case.on, decision.ground.inside)


def _view(decision: Decision, table: str) -> Frame:
    memo = decision.ground.law.memo
    key = ("dmn view", table)
    if key not in memo:
        memo[key] = view(decision.ground.law, table)
    held: Frame = memo[key]
    return held


def _near(decision: Decision) -> Iterator[Near]:
    """Rows of the tables read of which one condition alone is not met."""
    deciding = {row.key for row in (*decision.found.rows, *decision.found.also)}
    tables = decision.regime.tables_of(decision.case.facts)
    for table in tables:
        for one in decision.ground.sheet(table).rows:
            failed = one.failing(decision.facts)
            if one.row.key not in deciding and len(failed) == 1 and len(one.conditions) > 1:
                condition = failed[0]
                given = decision.facts.get(condition.fact)
                seen = condition_seen(_view(decision, table), condition, given)
                yield Near(_seen(decision, one.row, "near"), seen)
