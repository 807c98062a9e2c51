"""Find what an id stands for and write its page: the law as a person reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from openzone.errors import Fault, OpenZoneError, nearest
from openzone.rulebook import history
from openzone.rulebook.changers import changers
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row, Text
from openzone.rulebook.pages import (
    ActivityPage,
    DocumentPage,
    MeasurePage,
    OverviewPage,
    Page,
    ParameterPage,
    PlacePage,
    ReformPage,
    RowPage,
    TableLine,
    ValueLine,
)
from openzone.rulebook.plain import Named


def found(law: Law, name: str) -> tuple[str, str]:
    """What a name stands for, and its id. Raises OpenZoneError when nothing has that name."""
    book = law.book
    short = name.partition("@")[0].partition("#")[0]
    known: dict[str, Iterable[str]] = {
        "row": book.row_ids,
        "measure": book.measures,
        "document": book.documents,
        "reform": (*book.reforms, *(reform.id for reform in law.reforms)),
        "parameter": book.parameters,
        "place": law.territories,
        "activity": book.vocabulary,
        "industry": book.classification,
    }
    for kind, ids in known.items():
        for id in (name, short):
            if id in ids:
                return kind, id
    place = law.territories.find(name)
    if place is not None:
        return "place", place
    numbered = [d.id for d in book.documents.values() if d.number == name]
    if numbered:
        return "document", numbered[0]
    every = [id for ids in known.values() for id in ids]
    close = nearest(name, every)
    raise OpenZoneError(
        Fault(
            "unknown_reference",
            "no row, measure, document, reform, parameter, place or activity has this id",
            seen=name,
            next=f"{close + ' Else ' if close else ''}find it by words: openzone search '{name}'",
        )
    )


def page_of(law: Law, name: str, on: dt.date, places: tuple[str, ...] = ()) -> Page:
    """The page of what `name` stands for, on a day, seen from a place."""
    kind, id = found(law, name)
    ancestors = around(law, places, on)
    if kind == "row":
        return row_page(law, id, on, ancestors)
    if kind == "measure":
        return measure_page(law, id, on)
    if kind == "document":
        return document_page(law, id, ancestors)
    if kind == "reform":
        return reform_page(law, id)
    if kind == "parameter":
        return parameter_page(law, id)
    if kind == "place":
        return place_page(law, id, on)
    return activity_page(law, id, on, code=kind == "industry")


def _unpublished(law: Law, id: str) -> OpenZoneError:
    return OpenZoneError(
        Fault(
            "unknown_reference",
            f"nothing of it was published by {law.known}",
            seen=id,
            next="ask with a later --known",
        )
    )


def around(law: Law, places: Iterable[str], on: dt.date) -> frozenset[str]:
    """The places named and all they lie in on the day."""
    lines = [law.territories.ancestors(place, on, law.known) for place in places]
    return frozenset().union(*lines)


# ---- pages ---------------------------------------------------------------------------------------


def overview_page(law: Law, on: dt.date, places: tuple[str, ...] = ()) -> OverviewPage:
    """The documents in force on a day at a place, table by table, and the reforms in force."""
    ancestors = around(law, places, on)
    return OverviewPage(
        on,
        law.known,
        _places(law, places),
        _tables(law, ancestors, on),
        _reaching(law, ancestors, on),
    )


def _tables(law: Law, ancestors: frozenset[str], on: dt.date) -> tuple[TableLine, ...]:
    lines = []
    for table in law.book.tables.values():
        chosen, document = history.list_at(law, table, ancestors, on)
        names = {one.id: Named(one.id, one.title) for one in table.lists}
        own = next((one for one in table.lists if one.id == chosen), None)
        documents = tuple(
            history.document_line(law, one, document is not None and one.id == document.id)
            for one in law.documents.values()
            if one.table == table.id and one.in_force.holds(on)
        )
        replaces = tuple(names[name] for name in (own.replaces if own else ()) if name in names)
        lines.append(
            TableLine(Named(table.id, table.title), names.get(chosen or ""), replaces, documents)
        )
    return tuple(lines)


def _reaching(law: Law, ancestors: frozenset[str], on: dt.date) -> tuple[history.ReformLine, ...]:
    """The changes of live and given reforms whose territory holds the place on the day."""
    return tuple(
        history.reform_line(law, reform, change.id)
        for reform in (*law.live, *law.reforms)
        if reform.in_force is not None
        and reform.in_force.holds(on)
        and (not reform.territory or not ancestors.isdisjoint(reform.territory))
        for change in reform.changes
    )


def row_page(law: Law, id: str, on: dt.date, ancestors: frozenset[str]) -> RowPage:
    """A row with its versions, what displaces it, the reforms that touch it, who may change it."""
    book = law.book
    rows = [row for row in law.rows if row.id == id]
    if not rows:
        raise _unpublished(law, id)
    versions = history.timeline(law, rows)
    now = tuple(i for i, line in enumerate(versions) if line.in_force.holds(on))
    lists = {line.list for line in versions}
    row = _version(rows, on)
    document = law.documents.get(row.document)
    table = book.tables[row.table]
    return RowPage(
        row=id,
        title=row.title,
        measure=Named(row.measure, book.measures[row.measure].title),
        table=Named(table.id, table.title),
        list=lists.pop() if len(lists) == 1 else None,
        on=on,
        activity=_tags(law, row.activity),
        not_activity=_tags(law, row.not_activity),
        industry=_codes(law, row.industry),
        code_confidence=row.code_confidence,
        hs=row.hs,
        not_hs=row.not_hs,
        conditions=row.conditions,
        requires=row.requires,
        carve_outs=row.carve_outs,
        notes=row.notes,
        doubt=row.doubt,
        legal_basis=row.legal_basis,
        evidence_note=row.evidence.note,
        sources=tuple(book.sources.get(one, one) for one in row.evidence.sources),
        versions=versions,
        now=now,
        displaces=row.instead_of,
        displaces_reason=row.instead_of_reason,
        displaced_by=_displacers(law, id),
        reforms=history.reform_lines(law, rows=frozenset((id,))),
        changers=changers(book, document, ancestors) if document else None,
    )


def _version(rows: list[Row], on: dt.date) -> Row:
    """The version in force on the day, else the last that began before it, else the first."""
    held = [row for row in rows if row.in_force.holds(on)]
    past = [row for row in rows if row.in_force.start is None or row.in_force.start <= on]
    start = dt.date.min
    return (held or sorted(past, key=lambda row: row.in_force.start or start)[-1:] or rows)[0]


def _displacers(law: Law, id: str) -> tuple[tuple[Named, str | None], ...]:
    rows = {row.id: row for row in law.rows if id in row.instead_of}
    return tuple((Named(row.id, row.title), row.instead_of_reason) for row in rows.values())


def measure_page(law: Law, id: str, on: dt.date) -> MeasurePage:
    """Every version of a measure in every list, the reforms that name it, its precedents."""
    book = law.book
    measure = book.measures[id]
    rows = [row for row in law.rows if row.measure == id]
    return MeasurePage(
        measure=Named(id, measure.title),
        table=Named(measure.table, book.tables[measure.table].title),
        on=on,
        versions=history.timeline(law, rows),
        reforms=history.reform_lines(
            law, measures=frozenset((id,)), rows=frozenset(row.id for row in rows)
        ),
        precedents=tuple(one for one in book.precedents.values() if id in one.measures),
    )


def document_page(law: Law, id: str, ancestors: frozenset[str]) -> DocumentPage:
    """A document with its rows, and the difference to the one before and the one after."""
    book = law.book
    document = law.documents.get(id)
    if document is None:
        raise _unpublished(law, id)
    after = history.successor(law, document)
    level = book.levels[document.level]
    return DocumentPage(
        line=history.document_line(law, document),
        issuer=document.issuer,
        level=Named(level.id, level.name),
        issued=document.issued,
        published_note=document.published_note,
        in_force_note=document.in_force_note,
        count_note=document.count_note,
        record_note=document.record.note if document.record else None,
        evidence=document.evidence.tag(),
        evidence_note=document.evidence.note,
        versions=history.timeline(law, (row for row in law.rows if row.document == id)),
        before=tuple(
            history.difference(law, older, document) for older in history.replaced(law, document)
        ),
        after=history.difference(law, document, after) if after else None,
        changers=changers(book, document, ancestors),
    )


def reform_page(law: Law, id: str) -> ReformPage:
    """A reform with its changes and the level it rests on."""
    given = {reform.id: reform for reform in law.reforms}
    reform = given.get(id) or law.book.reforms[id]
    level = law.book.levels.get(reform.authorisation.level or "")
    lines = tuple(history.reform_line(law, reform, change.id) for change in reform.changes)
    return ReformPage(reform, lines, level.name if level else None)


def parameter_page(law: Law, id: str) -> ParameterPage:
    """The values of a figure with their days, and the rows that take it."""
    parameter = law.book.parameters[id]
    users = {
        row.id: row
        for row in law.rows
        for _, value in row.params
        if getattr(value, "parameter", None) == id
    }
    return ParameterPage(
        id,
        parameter.title,
        parameter.unit,
        parameter.basis,
        tuple(
            ValueLine(value.value, value.in_force, value.document, value.evidence.tag())
            for value in parameter.values
        ),
        tuple(Named(row.id, row.title) for row in users.values()),
    )


def place_page(law: Law, id: str, on: dt.date) -> PlacePage:
    """What a place lies in on the day, which lists apply there, which reforms reach it."""
    place = law.territories[id]
    ancestors = around(law, (id,), on)
    inside = {
        area: reform.id
        for reform in (*law.live, *law.reforms)
        if reform.in_force is not None and reform.in_force.holds(on)
        for area in reform.territory
        if area not in ancestors and id in law.territories.ancestors(area, on, law.known)
    }
    return PlacePage(
        place=Named(id, place.name),
        kind=place.kind,
        on=on,
        valid=place.valid,
        exists=law.territories.exists(id, on, law.known),
        lies_in=_places(law, (one for one in law.territories if one in ancestors and one != id)),
        tables=_tables(law, ancestors, on),
        reforms=_reaching(law, ancestors, on),
        inside=tuple(
            (Named(area, law.territories[area].name), reform) for area, reform in inside.items()
        ),
        notes=place.notes,
    )


def activity_page(law: Law, id: str, on: dt.date, *, code: bool = False) -> ActivityPage:
    """The rows that bind an activity (or stand for a code), today and before, list by list."""
    book = law.book
    codes = book.classification
    own: tuple[tuple[str, str], ...] = ()
    inside: tuple[Named, ...] = ()
    tags: frozenset[str] = frozenset()
    if code:
        rows = [r for r in law.rows if any(codes.related(id, other) for other, _ in r.industry)]
        named, groups = Named(id, codes[id].title), _classes(law, id)
    else:
        tags = book.vocabulary.lineage(id)
        rows = [
            row
            for row in law.rows
            if not tags.isdisjoint(row.activity) and tags.isdisjoint(row.not_activity)
        ]
        named = Named(id, book.vocabulary[id].title)
        groups = _tags(law, sorted(tags - {id}))
        own = book.vocabulary.codes(id)
        inside = _tags(law, book.vocabulary.below[id])
    today = [row for row in rows if row.in_force.holds(on)]
    before = [row for row in rows if row.in_force.end is not None and row.in_force.end <= on]
    return ActivityPage(
        activity=named,
        on=on,
        groups=groups,
        codes=_codes(law, own),
        today=history.timeline(law, today),
        before=history.timeline(law, before),
        inside=inside,
        reforms=history.reform_lines(law, tags=tags) if tags else (),
    )


# ---- names ---------------------------------------------------------------------------------------


def _places(law: Law, places: Iterable[str]) -> tuple[Named, ...]:
    return tuple(Named(place, law.territories[place].name) for place in places)


def _tags(law: Law, tags: Iterable[str]) -> tuple[Named, ...]:
    vocabulary = law.book.vocabulary
    return tuple(
        Named(tag, vocabulary[tag].title if tag in vocabulary else Text(tag, tag)) for tag in tags
    )


def _codes(law: Law, codes: Iterable[tuple[str, str]]) -> tuple[tuple[Named, str], ...]:
    classes = law.book.classification
    return tuple((Named(code, classes[code].title), match) for code, match in codes)


def _classes(law: Law, code: str) -> tuple[Named, ...]:
    classes = law.book.classification
    return tuple(Named(one, classes[one].title) for one in classes.ancestors[code][1:])
