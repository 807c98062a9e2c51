"""Why an answer is what it is: the trace of a decision, with the rows that came close."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from openzone.decide import answer, cited
from openzone.decide.assurance import assurances, checks
from openzone.decide.axes import frame_facts
from openzone.decide.bundle import Alternative
from openzone.decide.explain.near import near_rows
from openzone.decide.explain.questions import ask_of
from openzone.decide.explain.scene import Scene, scene_of
from openzone.decide.explain.trace import (
    Announced,
    CaseSeen,
    Explanation,
    FactValue,
    ListSeen,
    ReformPower,
    RowSeen,
)
from openzone.decide.frame import Frame
from openzone.decide.single import Decision, decide
from openzone.rulebook.changers import Changers, changers
from openzone.rulebook.model import Interval, ParameterRef, Row, lowest
from openzone.rulebook.plain import Named

# Kinds of places that gather others and say nothing of where a place lies.
GATHERING = frozenset(("nation", "collective", "policy_area"))


def explain(decision: Decision) -> Explanation:
    """Explain a decision: what binds, what came close and why not, what is missing, who may act."""
    frame = decision.frame
    scene = scene_of(decision)
    near, total = near_rows(scene)
    assured = assurances(decision)
    return Explanation(
        case=_case(decision, scene),
        law=frame.law.stamp(decision.case.on),
        verdict=decision.verdict,
        outcome=decision.outcome,
        effects=answer.effects(decision),
        evidence=_evidence(decision),
        lists=_lists(decision),
        rows=_rows(decision, scene),
        near=near,
        near_total=total,
        needs=decision.needs,
        possible=decision.possible,
        ask=ask_of(decision),
        assumed=_assumed(decision),
        hinted=_hinted(decision, scene),
        next=_gates(decision),
        announced=_announced(decision),
        confidence=lowest([one.level for one in assured]),
        assurance=assured,
        check=checks(decision),
        changers=_changers(decision, scene),
        reform_powers=_reform_powers(decision),
        titles={fact.name: fact.title for fact in frame_facts(frame)},
        ordinary=answer.ordinary_route(decision),
    )


def _case(decision: Decision, scene: Scene) -> CaseSeen:
    frame, case = decision.frame, decision.case
    law = frame.law
    around = [
        place
        for place in law.territories
        if place in scene.ancestors
        and place not in case.places
        and law.territories[place].kind not in GATHERING
    ]
    industry = None
    if case.industry is not None:
        industry = Named(case.industry, law.book.classification[case.industry].title)
    return CaseSeen(
        regime=Named(frame.regime.name, frame.regime.title),
        on=case.on,
        known=law.known,
        places=cited.places_named(law, case.places),
        lies_in=cited.places_named(law, around),
        activity=cited.activity_named(law, case.activity) if case.activity else None,
        industry=industry,
        facts=tuple(
            cited.fact_value(frame, name, value)
            for name, value in case.facts.items()
            if cited.fact_named(frame, name) is not None
        ),
        id=case.id,
        child_of=_child_of(decision),
        remarks=tuple(text for text in case.said if not text.startswith("activity ")),
    )


def _child_of(decision: Decision) -> Named | None:
    """The known tag that an unknown tag of the case extends."""
    law, tag = decision.frame.law, decision.case.activity
    if tag is None or tag in law.book.vocabulary:
        return None
    known = law.book.vocabulary.known(tag)
    return cited.activity_named(law, known) if known else None


def _evidence(decision: Decision) -> dict[str, int]:
    """How many deciding rows and figures have each status of evidence.

    A version that is carried back counts as such, whatever is known of its neighbour.
    """
    counts: Counter[str] = Counter()
    book = decision.frame.law.book
    figures: dict[str, str] = {}
    for row in decision.found.rows:
        counts["carried_back" if row.carried_back else row.evidence.status] += 1
        for _, value in row.params:
            if isinstance(value, ParameterRef):
                held = [
                    v
                    for v in book.parameters[value.parameter].values
                    if v.in_force.holds(decision.case.on)
                ]
                figures[value.parameter] = held[0].evidence.status if held else "none"
    found = {"rows": len(decision.found.rows), **counts}
    for status in figures.values():
        found[f"figure_{status}"] = found.get(f"figure_{status}", 0) + 1
    return found


def _lists(decision: Decision) -> tuple[ListSeen, ...]:
    """The lists that apply, one for each list and document among the alternatives."""
    frame = decision.frame
    found: dict[Any, ListSeen] = {}
    for alternative in decision.bundle.alternatives:
        setting = alternative.setting
        document = setting.document
        own = next((one for one in frame.table.lists if one.id == setting.list), None)
        seen = ListSeen(
            list=cited.list_named(frame, setting.list),
            document=cited.document_source(document) if document else None,
            recorded=document.record.state if document and document.record else "none",
            state=setting.record_state(),
            note=document.record.note if document and document.record else None,
            replaces=tuple(
                named
                for name in (own.replaces if own else ())
                if (named := cited.list_named(frame, name)) is not None
            ),
            partial_sections=_partial(alternative),
        )
        found.setdefault((setting.list, document and document.id), seen)
    return tuple(found.values())


def _partial(alternative: Alternative) -> tuple[str, ...]:
    """Sections of the activity that are held only in part, where the record is by section."""
    setting = alternative.setting
    record = setting.document.record if setting.document else None
    if record is None or record.state != "by_section":
        return ()
    return tuple(sorted(setting.sections - record.complete))


def _rows(decision: Decision, scene: Scene) -> tuple[RowSeen, ...]:
    """The rows that bind in some completion: those the answer rests on first."""
    every = {row.key: row for row in decision.found.rows}
    for plan in decision.plans:
        every |= {row.key: row for row in plan.rows if row.key not in every}
    return tuple(
        cited.row_seen(scene.frame, row, _state(decision, scene, row), scene.on, scene.ancestors)
        for row in every.values()
    )


def _state(decision: Decision, scene: Scene, row: Row) -> str:
    """decides, or may bind; else what the row says alone: met, fails, open without a fact."""
    if not decision.needs:
        if any(row.key == deciding.key for deciding in decision.found.rows):
            return "decides"
    elif not all(any(row.key == one.key for one in plan.rows) for plan in decision.plans):
        return "may"
    setting = next(
        (
            one.setting
            for one in decision.bundle.alternatives
            if any(row.key == bound.key for plan in one.plans() for bound in plan.rows)
        ),
        decision.bundle.alternatives[0].setting,
    )
    plan = scene.frame.regime.plan((row,), setting)
    if not plan.facts <= scene.facts.keys():
        return "open"
    found = plan.decide(scene.facts)
    return "fails" if scene.frame.regime.verdict(found) == "no" else "met"


def _assumed(decision: Decision) -> tuple[FactValue, ...]:
    """What the absence of facts was taken to mean."""
    merged = {**decision.case.assumed, **decision.assumed}
    return tuple(
        cited.fact_value(decision.frame, name, value)
        for name, value in merged.items()
        if value is not None
    )


def _hinted(decision: Decision, scene: Scene) -> tuple[FactValue, ...]:
    """Facts that the activity hints at, where the case states none and a row tests them."""
    tested = {c.fact for row in decision.found.rows for c in row.conditions}
    return tuple(
        cited.fact_value(decision.frame, name, value)
        for name, value in scene.hints.items()
        if scene.facts.get(name) is None and name in tested
    )


def _gates(decision: Decision) -> tuple[Named, ...]:
    open_gates = set(answer.gates(decision))
    return tuple(
        Named(gate, title) for gate, title in decision.frame.table.next if gate in open_gates
    )


# ---- reforms that are only announced -------------------------------------------------------------


def _announced(decision: Decision) -> tuple[Announced, ...]:
    """The announced reforms that would change this answer, and the answer they would give."""
    law = decision.frame.law
    found = []
    for name in answer.announced_for(decision):
        reform = law.book.reforms[name]
        started = dataclasses.replace(
            reform, status="in_force", in_force=Interval(reform.announced, None)
        )
        there = decide(Frame(law.with_reforms([started]), decision.frame.regime), decision.case)
        named = Named(reform.id, reform.title)
        found.append(Announced(named, reform.announced, there.verdict, there.outcome))
    return tuple(found)


# ---- who may act ---------------------------------------------------------------------------------


def _documents(decision: Decision) -> Iterator[str]:
    """The documents that hold the rule: of deciding rows, of what a reform lifted, of the list."""
    law = decision.frame.law
    for row in decision.found.rows:
        if row.document in law.book.documents:
            yield row.document
        elif row.origin:
            yield from (
                v.document
                for v in law.book.versions(row.origin)
                if v.in_force.holds(decision.case.on)
            )
    for alternative in decision.bundle.alternatives:
        if alternative.setting.document is not None:
            yield alternative.setting.document.id


def _changers(decision: Decision, scene: Scene) -> tuple[Changers, ...]:
    """Who may change each norm that decides here; documents of one level and power count once."""
    book = decision.frame.law.book
    found: dict[Any, Changers] = {}
    for name in dict.fromkeys(_documents(decision)):
        one = changers(book, book.documents[name], scene.ancestors)
        found.setdefault((one.level, one.power), one)
    return tuple(found.values())


def _reform_powers(decision: Decision) -> tuple[ReformPower, ...]:
    """On what each reform rests that put a deciding row there."""
    found: dict[str, ReformPower] = {}
    book = decision.frame.law.book
    for row in decision.found.rows:
        reform = cited.reform_named(decision.frame.law, row.document)
        if reform is not None:
            level = book.levels.get(reform.authorisation.level or "")
            holders = [book.levels[book.documents[name].level] for name in _documents(decision)]
            above = [over for over in holders if level is None or over.rank < level.rank]
            found[reform.id] = ReformPower(
                Named(reform.id, reform.title),
                reform.authorisation,
                level.name if level else None,
                above[0].name if above else None,
                reform.approver,
            )
    return tuple(found.values())


def as_dict(decision: Decision) -> Mapping[str, Any]:
    """The explanation of a decision as JSON can hold it, schema trace/1."""
    return explain(decision).as_dict()
