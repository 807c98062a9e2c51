"""A decision about goods as the contract's answer: plain data with citations and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openzone.decide.answer import CONFIRM
from openzone.decide.entries import parameter_entry, parameters_of, row_entry
from openzone.regimes.goods import lines
from openzone.regimes.goods.case import declared, settled
from openzone.regimes.goods.decide import effects
from openzone.regimes.goods.money import yuan
from openzone.regimes.goods.outcome import VERDICTS
from openzone.regimes.goods.rates import STATES, Candidate
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.working import Answer, cell_of
from openzone.rulebook.model import Evidence, lowest

NAME = "goods"


def answer(found: Answer) -> dict[str, Any]:
    """The answer of the contract (docs/reference/case-format.md)."""
    case = found.case
    result: dict[str, Any] = {} if case.id is None else {"id": case.id}
    outcome = found.outcome
    entries = list(because(found))
    result |= {
        "regime": NAME,
        "verdict": VERDICTS[outcome],
        "outcome": outcome,
        "effects": dict(effects(found)),
        "because": entries,
        "needs": list(found.needs),
        "possible": possible(found),
        "assumed": assumed(found),
        "next": [],
        "law": found.law.stamp(case.on),
        "confidence": confidence(found),
    }
    if found.candidates:
        result["candidates"] = [candidate(found, one) for one in found.candidates]
    if found.steps:
        result["sheet"] = [step.as_dict() for step in found.steps]
    remarks = list(dict.fromkeys(found.said))
    if any(str(entry["evidence"]).startswith(("memory", "none")) for entry in entries):
        remarks.append(CONFIRM)
    if remarks:
        result["said"] = remarks
    return result


def possible(found: Answer) -> list[str]:
    """The outcomes that what is missing leaves open."""
    if found.outcome not in ("asks_proof", "ask", "look_up"):
        return [found.outcome]
    ban = ["not_admissible"] if found.admissibility and found.admissibility.open_facts else []
    return [*ban, "payable", "free"]


def assumed(found: Answer) -> dict[str, Any]:
    """What the absence of facts was taken to mean, for the facts that the rows tested."""
    tested = {condition.fact for row in found.rows for condition in row.conditions}
    held = {
        name: fact.assume
        for name, fact in declared(found.law).items()
        if name in tested and fact.assume is not None and name not in found.case.facts
    }
    turned = consulted(found)
    given = {
        name: value
        for name, value in found.case.assumed.items()
        if name in turned or name not in found.case.lists
    }
    return {**given, **held}


def because(found: Answer) -> Iterator[dict[str, Any]]:
    """Every row, figure and cell that the answer rests on."""
    law, case = found.law, found.case
    yield from (row_entry(law, row) for row in found.rows)
    for name in figures(found):
        yield parameter_entry(law, name, case.on, case.inside)
    applied = found.applied
    if applied is not None and applied.row is None and found.schedule is not None:
        schedule = found.schedule
        yield {
            "row": cell_of(schedule, applied),
            "kind": "tariff", "measure": None,
            "value": str(applied.rate), "cite": schedule.title.zh,
            "document": schedule.document, "evidence": schedule.evidence.tag(),
        }  # fmt: skip
    yield from _lists(found)


def _lists(found: Answer) -> Iterator[dict[str, Any]]:
    for name, fact in lists_of(found).items():
        held = found.law.book.goods_lists[name]
        entry = {"row": name, "kind": "list", "measure": None}
        if fact is not None:
            entry |= {"fact": fact, "value": str(found.case.facts[fact]).lower()}
        yield entry | {
            "cite": held.title.zh, "document": held.document, "evidence": held.evidence.tag(),
        }  # fmt: skip


def lists_of(found: Answer) -> dict[str, str | None]:
    """The lists of goods that the answer rests on, each with the fact that it settles, if any."""
    settling = {name: fact for fact in consulted(found) for name in found.case.lists[fact]}
    return {**settling, **dict.fromkeys(found.lists)}


def consulted(found: Answer) -> list[str]:
    """The facts settled by lists that decided: rows up to the one that applied turned on them."""
    case = found.case
    if not case.lists:
        return []
    given = {name: value for name, value in case.facts.items() if name not in case.lists}
    ground = Ground(found.law, case.on, case.inside, settled(found.law, given))
    open_facts: set[str] = set()
    for row in ground.standing(lines.TABLE).ordered:
        open_facts.update(ground.unknown(row) or ())
        if row in found.rows:
            break
    open_facts.update(c.fact for row in found.rows for c in row.conditions)
    return [fact for fact in case.lists if fact in open_facts]


def figures(found: Answer) -> tuple[str, ...]:
    """The dated figures of the law that the answer rests on."""
    return tuple(dict.fromkeys((*parameters_of(found.rows), *found.parameters)))


def candidate(found: Answer, one: Candidate) -> dict[str, Any]:
    """A rate that could apply: its amount, whether it did, and what a proof would have saved."""
    held = found.schedule.columns.get(one.column) if found.schedule else None
    told: dict[str, Any] = {
        "column": one.column,
        "title": {"zh": held.title.zh, "en": held.title.en} if held else None,
        "rate": str(one.rate) if one.state not in ("no_concession", "not_open") else None,
        "duty": None if one.amount is None else yuan(one.amount),
        "state": one.state,
        "why": STATES[one.state].en,
    }
    if one.proof is not None:
        told["proof"] = one.proof
    if one.saves:
        told["saves"] = yuan(one.saves)
    return told


def confidence(found: Answer) -> str:
    """The lowest of the deciding rows, the figures and the tariff."""
    levels = [row.level() for row in found.rows]
    levels += [evidence.level() for evidence in _figures(found)]
    if found.outcome == "look_up":
        levels.append("low")
    return lowest(levels)


def _figures(found: Answer) -> Iterator[Evidence]:
    for name in figures(found):
        held = found.law.parameter_held(name, found.case.on, found.case.inside)
        if held is not None:
            yield held.evidence
    if found.applied is not None and found.schedule is not None:
        yield found.schedule.evidence
    for name in lists_of(found):
        yield found.law.book.goods_lists[name].evidence
