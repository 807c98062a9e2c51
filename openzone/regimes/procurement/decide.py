"""How each question of procurement is answered by its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts
from openzone.errors import Fault
from openzone.regimes.procurement.bidders import COUNTERMEASURES, countermeasure
from openzone.regimes.procurement.bids import (
    EVALUATION,
    IMPORTS,
    RATE,
    SMALL_FIRMS,
    evaluation,
    preference,
)
from openzone.regimes.procurement.case import OWN, QUESTION, read_own
from openzone.regimes.procurement.outcome import (
    ASK,
    COVERED,
    DOMESTIC,
    LOOK_UP,
    NOT_COVERED,
    OPEN_TENDER,
    UNLAWFUL,
    VERDICTS,
)
from openzone.regimes.unheld import before_record, to_look_up
from openzone.rulebook.model import Row, Text

COVERAGE = "procurement_coverage"
TENDER = "procurement_tender"
TERMS = "procurement_terms"
ORIGIN = "procurement_origin"
DISCRIMINATION = "procurement_discrimination"
SUPPLIERS = "procurement_suppliers"

MUST_TENDER = "must_tender"
EQUAL = "equal"
SHARE_MET = "share_met"
DAYS = "tender_days_min"


class Procurement(Defaults):
    """The regime of government procurement."""

    name = "procurement"
    title = Text("政府采购", "Government procurement")
    tables = (
        COVERAGE, TENDER, TERMS, ORIGIN, IMPORTS, COUNTERMEASURES, EVALUATION, SMALL_FIRMS,
        DISCRIMINATION, SUPPLIERS,
    )  # fmt: skip
    verdicts = VERDICTS
    own = OWN

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """The question, the bids and the bidders."""
        return read_own(reading)

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """What only passed through a zone was not made here; a share needs one that is set."""
        if facts.get("made_in_china") and facts.get("passed_through_zone"):
            yield Fault("contradiction", "'made_in_china' and 'passed_through_zone' are both true",
                        field="passed_through_zone", seen=True, next="correct one")  # fmt: skip
        if facts.get("component_share_set") is False and "component_share_required" in facts:
            yield Fault("contradiction",
                        "'component_share_required' is told and 'component_share_set' is false",
                        field="component_share_required", seen=facts["component_share_required"],
                        next="correct one")  # fmt: skip

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """Answer the question of the case; ask for it where the fields do not tell."""
        question = case.own[QUESTION]
        if question is None:
            left = tuple(word for word in VERDICTS if word != ASK)
            return Found(ASK, needs=(QUESTION,), possible=left)
        return ANSWERS[question](ground, facts, case)


def coverage(ground: Ground, facts: Facts, case: Case) -> Found:
    """Covered or not; open tender or not, and under which law."""
    row = ground.sheet(COVERAGE).first(facts)
    if row is None:
        return Found(ground.silence(COVERAGE), said=before_record(ground, COVERAGE))
    if row.outcome == NOT_COVERED:
        return Found(NOT_COVERED, (row,), {"covered": False, "rule": rule_of(row)})
    tender = ground.sheet(TENDER).first(facts)
    if tender is None:
        said = before_record(ground, TENDER)
        return Found(LOOK_UP, (row,), {"rule": rule_of(row)}, said=said)
    also = ground.sheet(TERMS).collect(facts.beside(tender_does=tender.effect))
    works = facts["kind"] == "works" or facts["related_to_works"]
    key = (row.key, tender.key, works, *(one.key for one in also))
    found: Found | None = ground.memo.get(key)
    if found is None:
        found = ground.memo[key] = _covered(ground, row, tender, works, also)
    return found


def _covered(ground: Ground, row: Row, tender: Row, works: bool, also: tuple[Row, ...]) -> Found:
    """What is found of a purchase that is covered, or that may be."""
    outcome = str(row.outcome)
    effects: dict[str, Any] = {"rule": rule_of(row)}
    said = to_look_up(ground.law, (one for one in (row, tender) if one.effect == LOOK_UP))
    if outcome == COVERED or row.param("is_covered"):
        effects["covered"] = True
    if tender.effect != LOOK_UP:
        effects[MUST_TENDER if works else OPEN_TENDER] = tender.outcome == OPEN_TENDER
        effects["law"] = tender.param("law")
    if tender.outcome == OPEN_TENDER:
        effects["rule"] = rule_of(tender)
        outcome = OPEN_TENDER if outcome == COVERED else outcome
    days = next((ground.figure(one, DAYS) for one in also if one.param(DAYS)), None)
    if days is not None:
        effects[DAYS] = days
    return Found(outcome, (row, tender), effects, also=also, said=said)


def origin(ground: Ground, facts: Facts, case: Case) -> Found:
    """Domestic or not on the day, and the deduction that this brings."""
    row = ground.sheet(ORIGIN).first(facts.beside(share_met=_share_met(ground, facts)))
    if row is None:
        return Found(ground.silence(ORIGIN), said=before_record(ground, ORIGIN))
    suppliers = ground.sheet(SUPPLIERS).collect(facts)
    key = (row.key, *(one.key for one in suppliers))
    found: Found | None = ground.memo.get(key)
    if found is None:
        found = ground.memo[key] = _originating(ground, row, suppliers)
    return found


def _originating(ground: Ground, row: Row, suppliers: tuple[Row, ...]) -> Found:
    """What is found of a product to which a row of origin applies."""
    outcome = str(row.outcome)
    equal = [one for one in suppliers if one.effect == EQUAL]
    also = tuple(one for one in suppliers if one.effect != EQUAL)
    if outcome == LOOK_UP:
        said = to_look_up(ground.law, (row,))
        return Found(outcome, (row,), {"rule": rule_of(row)}, also=also, said=said)
    if outcome != DOMESTIC:
        return Found(outcome, (row,), {"domestic": False, "rule": rule_of(row)}, also=also)
    rows = [*equal, row]
    names = [rule_of(one) for one in rows]
    effects: dict[str, Any] = {"domestic": True, "deduction": 0}
    better = preference(ground)
    if better is not None:
        rows.append(better)
        effects["deduction"] = ground.figure(better, RATE)
    effects["rule"] = names if equal else names[0]
    return Found(outcome, tuple(rows), effects, also=also)


def _share_met(ground: Ground, facts: Facts) -> str:
    """Whether the component share reaches the figure set: yes, no, unknown; none: no figure."""
    asked = ground.memo.get("procurement shares")
    if asked is None:
        asked = any(one.fact == SHARE_MET for one in ground.sheet(ORIGIN).conditions())
        ground.memo["procurement shares"] = asked
    if not asked or not facts["made_in_china"] or not facts["component_share_set"]:
        return "none"
    required = facts.get("component_share_required")
    if required is None:
        return "unknown"
    return "yes" if facts["component_share"] >= required else "no"


def imports(ground: Ground, facts: Facts, case: Case) -> Found:
    """Whether an imported product may be bought."""
    return _first(ground, IMPORTS, facts)


def discrimination(ground: Ground, facts: Facts, case: Case) -> Found:
    """Every form of discrimination that is told, with the constraint that it breaks."""
    rows = ground.sheet(DISCRIMINATION).collect(facts)
    broken = tuple(row for row in rows if row.outcome == UNLAWFUL)
    if not broken:
        return _first(ground, DISCRIMINATION, facts)
    effects: dict[str, Any] = {"rule": rule_of(broken[0])}
    constraints = [row.param("constraint") for row in broken if row.param("constraint")]
    if constraints:
        effects["constraint"] = constraints[0]
    return Found(UNLAWFUL, broken, effects)


def _first(ground: Ground, table: str, facts: Facts) -> Found:
    """What the first row that applies says; silence where none does."""
    row: Row | None = ground.sheet(table).first(facts)
    if row is None:
        return Found(ground.silence(table), said=before_record(ground, table))
    return Found(str(row.outcome), (row,), {"rule": rule_of(row)})


ANSWERS: Mapping[str, Callable[[Ground, Facts, Case], Found]] = {
    "coverage": coverage,
    "origin": origin,
    "imports": imports,
    "countermeasure": countermeasure,
    "evaluation": evaluation,
    "discrimination": discrimination,
}

REGIME = Procurement()
