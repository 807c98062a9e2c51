"""From checked entries to what the law says: documents, measures, rows, tables, parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from openzone.rulebook import files
from openzone.rulebook import model as m
from openzone.rulebook.building.parts import (
    condition,
    evidence,
    industry,
    interval,
    params,
    text,
)
from openzone.rulebook.reading import Reading


def info(entry: files.BookFile) -> m.BookInfo:
    """What the book is."""
    return m.BookInfo(
        entry.id,
        text(entry.title),
        entry.version,
        entry.as_of,
        entry.host,
        frozenset(entry.host_names) | {entry.host},
        frozenset(entry.foreign_by_reference),
        entry.licence,
        entry.notes,
        entry.currency,
    )


def document(entry: files.Document) -> m.Document:
    """A legal text."""
    record = entry.record
    return m.Document(
        id=entry.id,
        title=text(entry.title),
        level=entry.level,
        in_force=interval(entry.in_force),
        evidence=evidence(entry.evidence),
        number=entry.number,
        issuer=entry.issuer,
        power=entry.power,
        table=entry.table,
        list=entry.list,
        edition=entry.edition,
        count=entry.count,
        count_note=entry.count_note,
        issued=entry.issued,
        published=entry.published,
        published_note=entry.published_note,
        in_force_note=entry.in_force_note,
        ended_by=entry.ended_by,
        record=None
        if record is None
        else m.Record(
            record.state,
            record.confidence,
            frozenset(record.sections.complete) if record.sections else frozenset(),
            frozenset(record.sections.partial) if record.sections else frozenset(),
            record.note,
        ),
    )


def measure(entry: files.Measure) -> m.Measure:
    """A matter regulated."""
    return m.Measure(entry.id, entry.table, text(entry.title))


def rows(
    table: str,
    entry: files.Row,
    documents: Mapping[str, m.Document],
    reading: Reading,
    index: int,
) -> list[m.Row]:
    """One row of the model for each version of a row of a file."""
    found = []
    for number, version in enumerate(entry.versions):
        document = documents.get(version.document)
        span = interval(version.in_force)
        ended_by = version.ended_by
        if ended_by is None and document is not None and span.end == document.in_force.end:
            ended_by = document.ended_by
        given = version.evidence or entry.evidence
        found.append(
            m.Row(
                key=f"{entry.id}@{version.document}",
                id=entry.id,
                table=table,
                measure=version.measure or entry.measure,
                title=text(entry.title),
                document=version.document,
                in_force=span,
                effect=version.effect or entry.effect,
                evidence=evidence(given),
                list=document.list if document else None,
                section=entry.section,
                activity=entry.binds.activity,
                not_activity=entry.binds.not_activity,
                industry=industry(entry.binds.industry),
                hs=entry.binds.hs,
                not_hs=entry.binds.not_hs,
                code_confidence=entry.binds.code_confidence,
                conditions=tuple(condition(c) for c in entry.conditions),
                params=params(entry.params if version.params is None else version.params),
                outcome=version.outcome or entry.outcome,
                requires=entry.requires,
                instead_of=entry.instead_of,
                instead_of_reason=entry.instead_of_reason,
                carve_outs=entry.carve_outs,
                notes=entry.notes,
                legal_basis=entry.legal_basis,
                doubt=entry.doubt,
                item=version.item,
                ended_by=ended_by,
                carried_back=version.carried_back,
                seen_in=version.seen_in,
                confidence=version.confidence,
                file=reading.file,
                line=reading.line(("rows", index, "versions", number)),
            )
        )
    return _distinct_keys(found)


def _distinct_keys(found: list[m.Row]) -> list[m.Row]:
    """Two versions in one document (a step within an edition) get the day into their key."""
    counts: dict[str, int] = {}
    for row in found:
        counts[row.key] = counts.get(row.key, 0) + 1
    return [
        dataclasses.replace(row, key=f"{row.key}/{row.in_force.start}/{row.measure}")
        if counts[row.key] > 1
        else row
        for row in found
    ]


def table(entry: files.TableFile) -> m.Table:
    """A table with its lists, silence and declared facts."""
    return m.Table(
        id=entry.id,
        title=text(entry.title),
        regime=entry.regime,
        hit_policy=entry.hit_policy,
        inputs=entry.inputs,
        outcomes=entry.outcomes,
        lists=tuple(
            m.ListSelection(one.id, text(one.title), one.under, one.replaces) for one in entry.lists
        ),
        silence_complete=entry.silence.complete,
        silence_partial=entry.silence.partial,
        before_record=entry.silence.before_record,
        effects=tuple(
            (one.effect, text(one.title), one.requires, one.allows) for one in entry.effects
        ),
        facts=tuple(
            m.DeclaredFact(
                one.fact, text(one.title), one.kind, one.values, one.assume, one.list_on_record
            )
            for one in entry.facts
        ),
        next=tuple((gate.id, text(gate.title)) for gate in entry.next),
        notes=entry.notes,
    )


def parameter(entry: files.Parameter) -> m.Parameter:
    """A dated figure of the law."""
    return m.Parameter(
        id=entry.id,
        title=text(entry.title),
        values=tuple(
            m.ParameterValue(v.value, interval(v.in_force), evidence(v.evidence), v.document)
            for v in entry.values
        ),
        unit=entry.unit,
        basis=entry.basis,
    )
