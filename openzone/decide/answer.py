"""A decision as the contract's answer: plain data, JSON-ready, with citations and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.decide.assurance import all_assurances
from openzone.decide.axes import frame_facts
from openzone.decide.binding import displaced
from openzone.decide.case import BITS_MAX
from openzone.decide.entries import parameter_entry, parameters_of, row_entry
from openzone.decide.facts import ASK, shown
from openzone.decide.single import AREA, Decision, decide
from openzone.errors import CaseError
from openzone.rulebook.model import Evidence, lowest

CONFIRM = "confirm before relying on this: it rests on memory"


def answer(decision: Decision) -> dict[str, Any]:
    """The answer of the contract (docs/reference/case-format.md)."""
    case, frame = decision.case, decision.frame
    result: dict[str, Any] = {}
    if case.id is not None:
        result["id"] = case.id
    verdict = decision.verdict
    result |= {
        "regime": case.regime,
        "verdict": verdict,
        "outcome": decision.outcome,
        "effects": effects(decision),
        "because": because(decision),
        "needs": list(decision.needs),
        "possible": list(decision.possible),
        "assumed": assumed(decision),
        "next": gates(decision),
        "law": frame.law.stamp(case.on),
        "confidence": confidence(decision),
    }
    announced = announced_for(decision)
    if announced:
        result["announced"] = announced
    remarks = said(decision)
    if remarks:
        result["said"] = remarks
    return result


def effects(decision: Decision) -> dict[str, Any]:
    """The figures that hold whatever the missing facts turn out to be."""
    found = None if decision.needs else decision.found
    merged: dict[str, Any] | None = None
    for plan in decision.plans:
        here = plan.effects(found)
        merged = (
            here
            if merged is None
            else {key: value for key, value in merged.items() if here.get(key) == value}
        )
    return merged or {}


def because(decision: Decision) -> list[dict[str, Any]]:
    """Every row and parameter that the answer rests on, each with citation and evidence."""
    law, case = decision.frame.law, decision.case
    rows = decision.found.rows
    entries = [row_entry(law, row) for row in rows]
    figures = dict.fromkeys(parameters_of(rows))
    if figures:
        inside = law.territories.around(case.places, case.on, law.known)
        entries += [parameter_entry(law, name, case.on, inside) for name in figures]
    return entries


def assumed(decision: Decision) -> dict[str, Any]:
    """What the absence of facts was taken to mean, where a rule consults them."""
    kinds = {fact.name: fact for fact in frame_facts(decision.frame)}
    merged = {**decision.case.assumed, **decision.assumed}
    return {
        name: shown(kinds[name], value) if name in kinds else value
        for name, value in merged.items()
        if value is not None
    }


def gates(decision: Decision) -> list[str]:
    """Ids of the further gates behind an answer that is not no."""
    if decision.needs or not decision.frame.regime.gates(decision.found, decision.case):
        return []
    return [gate for gate, _ in decision.frame.table.next]


def confidence(decision: Decision) -> str:
    """Lowest of the deciding rows, the completeness of the list, the code mapping."""
    return lowest([one.level for one in all_assurances(decision)])


def announced_for(decision: Decision) -> list[str]:
    """Announced reforms, not yet in force, that would change this answer."""
    law = decision.frame.law
    if not law.announced:
        return []
    found = []
    for reform in law.announced:
        frame = _with_announced(decision, reform.id)
        if frame is None:
            continue
        there = decide(frame, decision.case)
        if there.outcome != decision.outcome:
            found.append(reform.id)
    return found


def _with_announced(decision: Decision, reform_id: str) -> Any:
    """The frame in which an announced reform holds, or None where it cannot reach the case."""
    frame, case = decision.frame, decision.case
    reform = frame.law.book.reforms[reform_id]
    if reform.announced is not None and case.on < reform.announced:
        return None
    territories = frame.law.territories
    places = territories.around(case.places, case.on, frame.law.known)
    if reform.territory and places.isdisjoint(reform.territory):
        return None
    key = ("announced", reform_id)
    if key not in frame.plans:
        import dataclasses

        from openzone.decide.frame import Frame
        from openzone.rulebook.law import Law
        from openzone.rulebook.model import Interval

        started = dataclasses.replace(
            reform, status="in_force", in_force=Interval(reform.announced, None)
        )
        frame.plans[key] = Frame(
            Law(frame.law.book, frame.law.known, (*frame.law.reforms, started)), frame.regime
        )
    return frame.plans[key]


def said(decision: Decision) -> list[str]:
    """Remarks: how facts were read, what rests on memory, which record is partial."""
    remarks = list(decision.case.said)
    tags = [row.evidence for row in decision.found.rows]
    if any(_rests_on_memory(evidence) for evidence in tags):
        remarks.append(CONFIRM)
    ordinary = ordinary_route(decision)
    if ordinary is not None:
        remarks.append(f"the ordinary route stays open beside the reform: {ordinary}")
    for alternative in decision.bundle.alternatives:
        setting = alternative.setting
        record = setting.document.record if setting.document else None
        silent = not decision.found.rows
        if setting.document is None:
            remarks.append("no list is on record for this day and place")
        elif silent and record is not None and setting.record_state() != "complete":
            remarks.append(
                f"silence decides nothing: {setting.document.title.en}"
                f" ({setting.document.number or 'number not on record'}) is held"
                f" {record.state.replace('_', ' ')}; look it up"
            )
    if AREA in decision.needs:
        areas = [a.area for a in decision.bundle.alternatives if a.area]
        remarks.append("the answer differs inside the place named: " + ", ".join(sorted(areas)))
    return list(dict.fromkeys(remarks))


def ordinary_route(decision: Decision) -> str | None:
    """The outcome without the openings that were used, where it is a plain yes; else None."""
    alternatives = decision.bundle.alternatives
    if decision.needs or len(alternatives) != 1 or not alternatives[0].late:
        return None
    if decision.verdict not in ("on_approval", "on_conditions"):
        return None
    regime, alternative = decision.frame.regime, alternatives[0]
    facts = {**alternative_facts(decision)}
    plan = regime.plan(tuple(displaced(alternative.fixed)), alternative.setting)
    if not plan.facts <= facts.keys():
        return None
    found = plan.decide(facts)
    return found.outcome if regime.verdict(found) == "yes" else None


def alternative_facts(decision: Decision) -> dict[str, Any]:
    """The facts of a case with all that absence settles."""
    settled = {fact.name: fact.assume for fact in frame_facts(decision.frame) if fact.assume != ASK}
    return {**settled, **decision.case.facts}


def _rests_on_memory(evidence: Evidence) -> bool:
    return evidence.status in ("memory", "none")


def refusal(raw: Mapping[str, Any] | None, error: CaseError, regime: str | None) -> dict[str, Any]:
    """A refused case as an answer: the verdict `refused` and every fault."""
    result: dict[str, Any] = {}
    id = None if raw is None else raw.get("id")
    if isinstance(id, (str, float)) or (isinstance(id, int) and id.bit_length() <= BITS_MAX):
        result["id"] = str(id)
    if regime:
        result["regime"] = regime
    return result | {
        "verdict": "refused",
        "outcome": "refused",
        "faults": [fault.as_dict() for fault in error.faults],
    }
