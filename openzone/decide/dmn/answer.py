"""A decision of a regime of tables as the contract's answer: plain data with citations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from openzone.decide.answer import CONFIRM
from openzone.decide.dmn.desk import ASK, Decision
from openzone.decide.entries import parameter_entry, parameters_of, row_entry
from openzone.rulebook.model import Row, lowest

RULE = "rule"
"""The parameter of a row that is one of several of the same rule: the rule that is cited."""
LOOK_UP = "look_up"


def answer(decision: Decision) -> dict[str, Any]:
    """The answer of the contract (docs/reference/case-format.md)."""
    case, found = decision.case, decision.found
    law = decision.ground.law
    entries = list(because(decision))
    result: dict[str, Any] = {} if case.id is None else {"id": case.id}
    result |= {
        "regime": case.regime,
        "verdict": decision.verdict,
        "outcome": decision.outcome,
        "effects": plain(found.effects),
        "because": plain(entries),
        "needs": list(decision.needs),
        "possible": list(decision.possible or (decision.outcome,)),
        "assumed": plain({**case.assumed, **decision.assumed()}),
        "next": list(found.next),
        "law": law.stamp(case.on),
        "confidence": confidence(decision),
    }
    if found.also:
        result["also"] = [_cited(decision, row) for row in found.also]
    remarks = [*case.said, *found.said]
    if any(str(entry.get("evidence")).startswith(("memory", "none")) for entry in entries):
        remarks.append(CONFIRM)
    if remarks:
        result["said"] = list(dict.fromkeys(remarks))
    return result


def because(decision: Decision) -> Iterator[dict[str, Any]]:
    """Every row and dated figure that the answer rests on."""
    law, case, found = decision.ground.law, decision.case, decision.found
    yield from (_cited(decision, row) for row in found.rows)
    for name in dict.fromkeys((*parameters_of(found.rows), *found.parameters)):
        yield parameter_entry(law, name, case.on, decision.ground.inside)


def rule_of(row: Row) -> str:
    """The rule that a row stands for: its own id, or that of the rule it is a part of."""
    return str(row.param(RULE) or row.id)


def _cited(decision: Decision, row: Row) -> dict[str, Any]:
    entry = row_entry(decision.ground.law, row)
    rule = rule_of(row)
    return entry if rule == row.id else {**entry, "row": rule, "part": row.id}


def confidence(decision: Decision) -> str:
    """The lowest of the deciding rows and figures; low where the law must be looked up."""
    law, case, found = decision.ground.law, decision.case, decision.found
    levels = [row.level() for row in found.rows]
    for name in dict.fromkeys((*parameters_of(found.rows), *found.parameters)):
        held = law.parameter_held(name, case.on, decision.ground.inside)
        if held is not None:
            levels.append(held.evidence.level())
    if found.at_most is not None:
        levels.append(found.at_most)
    if decision.verdict == LOOK_UP or (decision.outcome == ASK and not found.rows):
        levels.append("low")
    return lowest(levels)


def plain(value: Any) -> Any:
    """A value as JSON writes it: decimals and days as text, without exponent or trailing zeros."""
    if isinstance(value, Decimal):
        text = f"{value:f}" if value else "0"  # exact: `normalize` would round to 28 digits
        return text.rstrip("0").rstrip(".") or "0" if "." in text else text
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value
