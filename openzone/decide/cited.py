"""Rows as they are cited: document, item, days, evidence, and the figures of what they demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from openzone.decide.axes import frame_facts
from openzone.decide.explain.trace import ConditionSeen, FactValue, Figure, RowSeen, Source
from openzone.decide.facts import Fact
from openzone.decide.frame import Frame
from openzone.decide.words.sentences import title_of
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, Condition, Document, ParameterRef, Reform, Row, Text
from openzone.rulebook.plain import Named

PLACE = Text("地点", "Place")
DATE = Text("日期", "Date")
ACTIVITY = Text("经营活动", "Activity")
INDUSTRY = Text("行业代码", "Industry code")
STRUCTURE_TITLES = {"place": PLACE, "date": DATE, "activity": ACTIVITY, "industry": INDUSTRY}


def fact_named(frame: Frame, name: str) -> Fact | None:
    """The fact of the frame that has this name."""
    return next((fact for fact in frame_facts(frame) if fact.name == name), None)


def shown_value(kind: str, value: Any) -> Any:
    """A value as people read it: a share of whole millionths as a decimal fraction."""
    if kind == "share" and isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value) / MILLION
    return value


def fact_value(frame: Frame, name: str, value: Any) -> FactValue:
    """A fact with its title and its value as people read it."""
    fact = fact_named(frame, name)
    if fact is None:
        title = STRUCTURE_TITLES.get(name, Text(name, name))
        return FactValue(name, title, "text", value)
    return FactValue(name, fact.title, fact.kind, shown_value(fact.kind, value))


def place_named(law: Law, place: str) -> Named:
    """A place with its name."""
    return Named(place, law.territories[place].name)


def places_named(law: Law, places: Iterable[str]) -> tuple[Named, ...]:
    """Places with their names."""
    return tuple(place_named(law, place) for place in places)


def activity_named(law: Law, tag: str) -> Named:
    """A tag with the title of itself or of the nearest known tag it extends."""
    known = law.book.vocabulary.known(tag)
    return Named(tag, law.book.vocabulary[known].title if known else Text(tag, tag))


def list_named(frame: Frame, name: str | None) -> Named | None:
    """A list of the table with its title."""
    for one in frame.table.lists:
        if one.id == name:
            return Named(one.id, one.title)
    return None


def reform_named(law: Law, name: str) -> Reform | None:
    """A reform of the law or of the book by its id."""
    given = next((reform for reform in law.reforms if reform.id == name), None)
    return given or law.book.reforms.get(name)


def document_source(document: Document) -> Source:
    """A document as it is cited."""
    return Source(
        document.id,
        document.title,
        document.number,
        document.in_force,
        document.published,
        document.published_note,
    )


def source_of(law: Law, row: Row) -> Source:
    """The document of a version, or the reform that put the row there; the days of the row."""
    document = law.book.documents.get(row.document)
    if document is not None:
        return Source(
            document.id,
            document.title,
            document.number,
            row.in_force,
            document.published,
            document.published_note,
        )
    reform = reform_named(law, row.document)
    if reform is None:
        return Source(row.document, Text(row.document, row.document), None, row.in_force, None)
    return Source(reform.id, reform.title, reform.number, row.in_force, reform.published)


def figures(
    frame: Frame, row: Row, on: dt.date, ancestors: frozenset[str] | None
) -> tuple[Figure, ...]:
    """The figures of a row on a day; a named parameter gives its value, basis and evidence."""
    found = []
    for name, value in row.params:
        if not isinstance(value, ParameterRef):
            found.append(Figure(name, value))
            continue
        parameter = frame.law.book.parameters[value.parameter]
        held = frame.law.parameter_held(parameter.id, on, ancestors)
        found.append(
            Figure(
                name,
                held.value if held else None,
                Named(parameter.id, parameter.title),
                parameter.basis,
                held.evidence.tag() if held else None,
            )
        )
    return tuple(found)


def condition_seen(frame: Frame, condition: Condition, given: Any = None) -> ConditionSeen:
    """A condition with the title of its fact and what the case says of it."""
    fact = fact_named(frame, condition.fact)
    title = fact.title if fact else STRUCTURE_TITLES.get(condition.fact)
    title = title or title_of(frame.table.regime, condition.fact)
    bounds = (condition.min, condition.above, condition.max, condition.below)
    values = condition.values
    if condition.fact == "place":
        values = places_named(frame.law, condition.values)
    return ConditionSeen(
        condition.fact,
        title or Text(condition.fact, condition.fact),
        condition.kind,
        values,
        bounds,
        condition.negated,
        given,
        fact.kind if fact else condition.fact,
    )


def row_seen(
    frame: Frame, row: Row, state: str, on: dt.date, ancestors: frozenset[str] | None
) -> RowSeen:
    """A row with its words, its figures on the day and its citation."""
    titles = {effect: title for effect, title, _, _ in frame.table.effects}
    measure = frame.law.book.measures.get(row.measure)
    return RowSeen(
        row=row.id,
        part=row.part,
        title=row.title,
        state=state,
        effect=row.effect,
        effect_title=titles.get(row.effect),
        source=source_of(frame.law, row),
        evidence=row.evidence.tag(),
        measure=Named(measure.id, measure.title) if measure else None,
        list=list_named(frame, row.list),
        outcome=row.outcome,
        figures=figures(frame, row, on, ancestors),
        conditions=tuple(condition_seen(frame, condition) for condition in row.conditions),
        on_approval=row.on_approval,
        requires=row.requires,
        item=row.item,
        carried_back=row.carried_back,
        confidence=row.level(),
        evidence_note=row.evidence.note,
        sources=row.evidence.sources,
        instead_of=row.instead_of,
        instead_of_reason=row.instead_of_reason,
        amends=row.origin,
        carve_outs=row.carve_outs,
        notes=row.notes,
        doubt=row.doubt,
        legal_basis=row.legal_basis,
    )
