"""Versions over time: of a row, of a measure over the lists, of one document against the next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.rulebook.hashing import row_hash
from openzone.rulebook.law import Law
from openzone.rulebook.model import Document, Interval, ParameterRef, Reform, Row, Table, Text
from openzone.rulebook.plain import Named


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A row as it stands in one document. `legal` is the hash that a reform's `was` names.

    `published` is None when no day of publication is on record. `params` holds the values of named
    figures, `parameters` their names.
    """

    row: str
    title: Text
    measure: Named
    table: Named
    list: Named | None
    document: str
    number: str | None
    item: int | str | None
    in_force: Interval
    published: dt.date | None
    effect: str
    effect_title: Text | None
    params: tuple[tuple[str, Any], ...]
    parameters: tuple[str, ...]
    outcome: str | None
    carried_back: bool
    seen_in: tuple[str, ...]
    evidence: str
    confidence: str
    legal: str
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class ReformLine:
    """A change of a reform that touches a row, a measure, an activity or a place."""

    reform: Named
    change: str
    title: Text
    kind: str
    status: str
    territory: tuple[Named, ...]
    in_force: Interval | None
    announced: dt.date | None
    published: dt.date | None
    effect: str | None
    effect_title: Text | None
    params: tuple[tuple[str, Any], ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Measures of one document against the document before it in its list.

    Where the older is not held complete, what looks added may have stood there too; where the newer
    is not, what looks removed may still stand.
    """

    older: Named
    newer: Named
    added: tuple[Named, ...]
    removed: tuple[Named, ...]
    changed: tuple[Named, ...]
    kept: int
    older_complete: bool
    newer_complete: bool


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document with how much of it is held: rows, items, evidence; whether it applies here."""

    document: Named
    number: str | None
    list: Named | None
    in_force: Interval
    published: dt.date | None
    count: int | None
    rows: int
    items: int
    evidence: Mapping[str, int]
    carried_back: int
    recorded: str
    applies: bool


def effect_title(law: Law, table: str, effect: str | None) -> Text | None:
    """An effect in words, as the table of the row names it."""
    held = law.book.tables.get(table)
    if held is None or effect is None:
        return None
    return next((title for name, title, _, _ in held.effects if name == effect), None)


def version_line(law: Law, row: Row) -> VersionLine:
    """One version with its days as then known, and the hash of its legal content."""
    book = law.book
    document = book.documents.get(row.document)
    table = book.tables[row.table]
    own = next((one for one in table.lists if one.id == row.list), None)
    return VersionLine(
        row=row.id,
        title=row.title,
        measure=Named(row.measure, book.measures[row.measure].title),
        table=Named(table.id, table.title),
        list=Named(own.id, own.title) if own else None,
        document=row.document,
        number=document.number if document else None,
        item=row.item,
        in_force=row.in_force,
        published=document.published if document else None,
        effect=row.effect,
        effect_title=effect_title(law, row.table, row.effect),
        params=tuple((name, _value(law, row, value)) for name, value in row.params),
        parameters=tuple(v.parameter for _, v in row.params if isinstance(v, ParameterRef)),
        outcome=row.outcome,
        carried_back=row.carried_back,
        seen_in=row.seen_in,
        evidence=row.evidence.tag(),
        confidence=row.level(),
        legal=row_hash(row),
        ended_by=row.ended_by,
    )


def _value(law: Law, row: Row, value: Any) -> Any:
    """A figure of a row; a named one has the value of the first day of the version."""
    if isinstance(value, ParameterRef):
        return law.parameter(value.parameter, row.in_force.start or law.known)
    return value


def timeline(law: Law, rows: Iterable[Row]) -> tuple[VersionLine, ...]:
    """Versions list by list, in the order of their days."""
    order: dict[tuple[str, str], int] = {}
    for table in law.book.tables.values():
        for one in reversed(table.lists):
            order[table.id, one.id] = len(order)

    def place(row: Row) -> tuple[int, dt.date, str]:
        start = row.in_force.start or dt.date.min
        return (order.get((row.table, row.list or ""), 0), start, row.id)

    return tuple(version_line(law, row) for row in sorted(rows, key=place))


def reform_lines(
    law: Law,
    *,
    rows: frozenset[str] = frozenset(),
    measures: frozenset[str] = frozenset(),
    tags: frozenset[str] = frozenset(),
) -> tuple[ReformLine, ...]:
    """The changes of public reforms that name one of the rows, measures or activities."""
    found = []
    for reform in public_reforms(law):
        for change in reform.changes:
            named = frozenset((*change.rows, *change.instead_of))
            if (
                not named.isdisjoint(rows)
                or not measures.isdisjoint(change.measures)
                or not tags.isdisjoint(change.activity or ())
            ):
                found.append(reform_line(law, reform, change.id))
    return tuple(found)


def public_reforms(law: Law) -> tuple[Reform, ...]:
    """The reforms of the book that were public or announced by `known`, then those given."""
    found = []
    for reform in law.book.reforms.values():
        days = [day for day in (reform.known_from, reform.announced) if day is not None]
        if not days or min(days) <= law.known:
            found.append(reform)
    return (*found, *(one for one in law.reforms if one.id not in law.book.reforms))


def reform_line(law: Law, reform: Reform, change_id: str) -> ReformLine:
    """One change of a reform."""
    change = next(one for one in reform.changes if one.id == change_id)
    return ReformLine(
        reform=Named(reform.id, reform.title),
        change=change.id,
        title=change.title or reform.title,
        kind=change.kind,
        status=reform.status,
        territory=tuple(
            Named(place, law.territories[place].name)
            for place in reform.territory
            if place in law.territories
        ),
        in_force=reform.in_force,
        announced=reform.announced,
        published=reform.published,
        effect=change.effect,
        effect_title=effect_title(law, change.table or "", change.effect),
        params=change.params or (),
        rows=(*change.rows, *change.instead_of),
    )


# ---- documents -----------------------------------------------------------------------------------


def document_line(law: Law, document: Document, applies: bool = False) -> DocumentLine:
    """A document with counts held and official, and what its rows rest on."""
    rows = [row for row in law.rows if row.document == document.id]
    table = law.book.tables.get(document.table or "")
    own = next((one for one in table.lists if one.id == document.list), None) if table else None
    return DocumentLine(
        document=Named(document.id, document.title),
        number=document.number,
        list=Named(own.id, own.title) if own else None,
        in_force=document.in_force,
        published=document.published,
        count=document.count,
        rows=len(rows),
        items=len({row.item for row in rows if row.item is not None}),
        evidence=dict(Counter(row.evidence.status for row in rows)),
        carried_back=sum(row.carried_back for row in rows),
        recorded=document.record.state if document.record else "none",
        applies=applies,
    )


def list_at(
    law: Law, table: Table, ancestors: frozenset[str], on: dt.date
) -> tuple[str | None, Document | None]:
    """The list of a table that applies to a place with these ancestors, and its document."""
    for one in table.lists:
        if one.under and ancestors.isdisjoint(one.under):
            continue
        document = law.document_of(table.id, one.id, on)
        if document is not None:
            return one.id, document
    return None, None


def replaced(law: Law, document: Document) -> tuple[Document, ...]:
    """The documents of the same list that this one ended."""
    return tuple(
        other
        for other in law.documents.values()
        if other.ended_by == document.id
        and (other.table, other.list) == (document.table, document.list)
    )


def successor(law: Law, document: Document) -> Document | None:
    """The document of the same list that ended this one, if public."""
    other = law.documents.get(document.ended_by or "")
    if other is None or (other.table, other.list) != (document.table, document.list):
        return None
    return other


def difference(law: Law, older: Document, newer: Document) -> Difference:
    """The measures that the newer document adds, drops or changes against the older."""
    before, after = _by_measure(law, older), _by_measure(law, newer)
    shared = before.keys() & after.keys()
    changed = {measure for measure in shared if before[measure] != after[measure]}
    return Difference(
        older=Named(older.id, older.title),
        newer=Named(newer.id, newer.title),
        added=_measures(law, after.keys() - before.keys()),
        removed=_measures(law, before.keys() - after.keys()),
        changed=_measures(law, changed),
        kept=len(shared) - len(changed),
        older_complete=_complete(older),
        newer_complete=_complete(newer),
    )


def _complete(document: Document) -> bool:
    return document.record is not None and document.record.state == "complete"


def _by_measure(law: Law, document: Document) -> dict[str, frozenset[str]]:
    """For each measure of a document, the hashes of the legal content of its rows."""
    found: dict[str, set[str]] = {}
    for row in law.rows:
        if row.document == document.id:
            found.setdefault(row.measure, set()).add(row_hash(row))
    return {measure: frozenset(hashes) for measure, hashes in found.items()}


def _measures(law: Law, ids: Iterable[str]) -> tuple[Named, ...]:
    return tuple(Named(id, law.book.measures[id].title) for id in sorted(ids))
