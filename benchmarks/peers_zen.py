"""zen-engine given the same rows: one decision table, FIRST hit, compiled once.

Each row of the law becomes one line for each way it can end a case: a test that fails, then the
answer when its tests pass. The lines stand in the order of precedence of the outcomes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.peer_cases import PeerCase, standing_rows
from openzone.regimes.capital.outcome import EFFECTS
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, ParameterRef, Row

INPUTS = (
    "list", "activity", "foreign_share", "foreign_share + largest_single_foreign",
    "largest_single_foreign", "legal_rep_nationality", "manager_nationality", "board_host_share",
    "vehicle",
)  # fmt: skip
PERSONS = ("legal_rep_nationality", "manager_nationality")


@dataclass(frozen=True)
class Line:
    """A line of the decision table: cells by input, what it gives, the row it comes from."""

    cells: tuple[tuple[str, str], ...]
    outcome: str
    row: str


def lines(law: Law) -> list[Line]:
    """The lines for every row in force, then one that answers what no row names."""
    tags: dict[tuple[str, Row], list[str]] = {}
    for name, tag, rows in standing_rows(law):
        for row in rows:
            tags.setdefault((name, row), []).append(tag)
    found: list[Line] = []
    for (name, row), bound in tags.items():
        where = (("list", _word(name)), ("activity", ", ".join(map(_word, bound))))
        found += [Line((*where, *cells), outcome, row.id) for cells, outcome in _tests(law, row)]
    order = law.book.tables["capital"].outcomes
    found.sort(key=lambda line: order.index(line.outcome))
    return [*found, Line((), "allowed", "")]


def _tests(law: Law, row: Row) -> Iterable[tuple[tuple[tuple[str, str], ...], str]]:
    """The ways in which a row ends a case."""
    effect = EFFECTS[row.effect]
    figure = _fraction(law, row, effect.figure) if effect.figure else 0.0
    limit = (MILLION - round(figure * MILLION)) / MILLION if effect.complement else figure
    if effect.test == "never":
        yield (), "prohibited"
        return
    if effect.test == "share":
        yield (("foreign_share", f"{'>=' if effect.strict else '>'} {limit}"),), "denied_share"
    if effect.equity or (effect.equity is None and limit < 1):
        yield (("vehicle", _word("partnership")),), "denied_vehicle"
    if effect.test == "relative":
        yield ((INPUTS[3], ">= 1"),), "denied_relative_control"
    elif effect.test == "single":
        yield (("largest_single_foreign", f"> {limit}"),), "denied_single_cap"
    elif effect.test == "person":
        hosts = ", ".join(map(_word, sorted(law.book.info.host_names)))
        yield ((effect.fact, f"not ($ in [{hosts}])"),), "denied_condition"
    elif effect.test == "board":
        yield ((effect.fact, f"< {limit}"),), "denied_condition"
    yield (), effect.gives


def _fraction(law: Law, row: Row, name: str) -> float:
    value = row.param(name)
    if isinstance(value, ParameterRef):
        value = law.parameter(value.parameter, row.in_force.start or law.known)
    return float(value) / 100


def _word(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def table(law: Law) -> dict[str, Any]:
    """The decision table in the JSON of the engine."""
    ids = {name: f"in{number}" for number, name in enumerate(INPUTS)}
    rules = []
    for number, line in enumerate(lines(law)):
        cells = dict(line.cells)
        rules.append(
            {"_id": f"r{number}", "outcome": _word(line.outcome), "row": _word(line.row)}
            | {ids[name]: cells.get(name, "") for name in INPUTS}
        )
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": ids[name], "name": name, "field": name} for name in INPUTS],
        "outputs": [{"id": name, "name": name, "field": name} for name in ("outcome", "row")],
        "rules": rules,
    }
    place = {"x": 0, "y": 0}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": place},
            {"id": "law", "type": "decisionTableNode", "name": "law", "position": place,
             "content": content},
            {"id": "out", "type": "outputNode", "name": "out", "position": place},
        ],
        "edges": [
            {"id": "e1", "type": "edge", "sourceId": "in", "targetId": "law"},
            {"id": "e2", "type": "edge", "sourceId": "law", "targetId": "out"},
        ],
    }  # fmt: skip


def context(case: PeerCase) -> dict[str, Any]:
    """The facts as the table reads them, shares as fractions."""
    facts = {
        name: value / MILLION if isinstance(value, int) else value
        for name, value in case.facts.items()
    }
    return {"list": case.list, "activity": case.case.activity, **facts}


def compiled(law: Law) -> Callable[[Any], dict[str, Any]]:
    """The table, compiled: from a context to the outcome and the row."""
    import zen

    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(table(law))))

    def decide(facts: Any) -> dict[str, Any]:
        return decision.evaluate(facts)["result"]

    return decide
