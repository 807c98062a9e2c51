"""The law on a day in a place, read row by row: no frames, no bundles, no plans.

Only the nouns of the model are shared with the engine. What was public, which list applies, what
reforms do to its rows: all of it is worked out again here, the long way.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from openzone.rulebook import model as m
from openzone.rulebook.book import Book


def holds(span: m.Interval, day: dt.date) -> bool:
    """First day in, last day out."""
    if span.start is not None and day < span.start:
        return False
    return not (span.end is not None and day >= span.end)


@dataclasses.dataclass(frozen=True)
class Standing:
    """A row as it stands on a day: `source` is the row that a reform amended, if one did."""

    row: m.Row
    source: m.Row

    def named_by(self, names: Iterable[str]) -> bool:
        """Whether a list of names means this row: its id, its change, or the row it came from."""
        mine = {self.row.id, self.source.id}
        if self.row.part is not None:
            mine.add(f"{self.row.id}#{self.row.part}")
        return bool(mine & set(names))


@dataclasses.dataclass(frozen=True)
class Opening:
    """An addition that stands instead of named rows, and only where one of them still binds."""

    standing: Standing
    instead_of: tuple[str, ...]


Scoped = tuple[m.Reform, m.Change]


class PlainLaw:
    """What was public on `known`, with the reforms given on top in their order."""

    def __init__(self, book: Book, known: dt.date, reforms: Sequence[m.Reform] = ()) -> None:
        self.book = book
        self.known = known
        given = {reform.id for reform in reforms}
        self.reforms = [
            reform
            for reform in book.reforms.values()
            if reform.status == "in_force" and reform.id not in given and self._announced(reform)
        ] + list(reforms)
        self.places = self._places()
        self._lines: dict[tuple[str, dt.date], frozenset[str]] = {}

    def _announced(self, reform: m.Reform) -> bool:
        day = reform.published or (reform.in_force and reform.in_force.start) or reform.announced
        return day is None or day <= self.known

    # ---- what was public ---------------------------------------------------------------------

    def public(self, document: str | None) -> bool:
        """A document is public from its publication, else from its first day."""
        if document is None:
            return True
        found = self.book.documents[document]
        day = found.published or found.in_force.start
        return day is None or day <= self.known

    def span(self, span: m.Interval, ended_by: str | None) -> m.Interval:
        """The days as then known: an end that was not yet published has not come."""
        if ended_by is not None and not self.public(ended_by):
            return m.Interval(span.start, None)
        return span

    def list_on(
        self, table: m.Table, ancestors: frozenset[str], on: dt.date
    ) -> tuple[str | None, m.Document | None]:
        """The first list of the table that applies here and has a document in force."""
        for one in table.lists:
            if one.under and not ancestors & frozenset(one.under):
                continue
            for document in self.book.documents.values():
                if document.table != table.id or document.list != one.id:
                    continue
                if self.public(document.id) and holds(
                    self.span(document.in_force, document.ended_by), on
                ):
                    return one.id, document
        return None, None

    def listed(self, table: m.Table, list_id: str | None, on: dt.date) -> list[Standing]:
        """The versions of a list that are in force on the day."""
        return [
            Standing(row, row)
            for row in self.book.rows
            if row.table == table.id
            and row.list == list_id
            and self.public(row.document)
            and holds(self.span(row.in_force, row.ended_by), on)
        ]

    # ---- places ------------------------------------------------------------------------------

    def _places(self) -> dict[str, Any]:
        """The places with what reforms add: new places, and parents for the days of the reform."""
        from openzone.rulebook.territories import DatedParent, Territory

        places: dict[str, Any] = dict(self.book.territories.items())
        for reform in self.reforms:
            for change in reform.changes:
                if change.kind != "territory" or reform.in_force is None:
                    continue
                id = change.territory or ""
                dated = tuple(DatedParent(p, reform.in_force, self.known) for p in change.parents)
                if id in places:
                    old = places[id]
                    places[id] = dataclasses.replace(old, dated=(*old.dated, *dated))
                else:
                    places[id] = Territory(
                        id, "area", m.Text(id, id), reform.in_force, dated=dated,
                        published=self.known,
                    )  # fmt: skip
        return places

    def exists(self, place: str, on: dt.date) -> bool:
        """Whether the place is on record as existing on the day."""
        found = self.places[place]
        since = found.published or found.valid.start
        return holds(found.valid, on) and (since is None or since <= self.known)

    def line(self, place: str, on: dt.date) -> frozenset[str]:
        """The place and all it lies in on the day, as far as they exist."""
        key = (place, on)
        if key not in self._lines:
            found = {place} if self.exists(place, on) else set()
            here = self.places[place]
            parents = list(here.parents)
            for dated in here.dated:
                span = dated.in_force
                if dated.end_known_from is not None and dated.end_known_from > self.known:
                    span = m.Interval(span.start, None)
                since = dated.known_from or span.start
                if holds(span, on) and (since is None or since <= self.known):
                    parents.append(dated.id)
            for parent in parents:
                found |= self.line(parent, on)
            self._lines[key] = frozenset(found)
        return self._lines[key]

    # ---- reforms -----------------------------------------------------------------------------

    def changes(self, ancestors: frozenset[str], on: dt.date) -> list[Scoped]:
        """The changes in force here on the day, in order."""
        return [
            (reform, change)
            for reform in self.reforms
            if reform.in_force is not None and holds(reform.in_force, on)
            if not reform.territory or ancestors & frozenset(reform.territory)
            for change in reform.changes
        ]

    def named(self, change: m.Change) -> tuple[str, ...]:
        """The rows a change names, by id or by measure."""
        by_measure = {row.id for row in self.book.rows if row.measure in change.measures}
        return change.rows or tuple(sorted(by_measure))

    def patched(
        self, table: m.Table, standing: list[Standing], changes: list[Scoped]
    ) -> tuple[list[Standing], list[Opening]]:
        """The rows of a list after the changes, and the openings that wait for displacement."""
        rows = list(standing)
        openings: list[Opening] = []
        for reform, change in changes:
            if change.kind in ("repeal", "suspend"):
                gone = self.named(change)
                rows = [one for one in rows if not one.named_by(gone)]
                openings = [one for one in openings if not one.standing.named_by(gone)]
            elif change.kind in ("amend", "extend"):
                rows = [
                    amended(reform, change, one) if one.named_by(change.rows) else one
                    for one in rows
                ]
            elif change.kind == "add" and change.table == table.id:
                row = added(reform, change)
                if change.instead_of:
                    openings.append(Opening(Standing(row, row), change.instead_of))
                else:
                    rows.append(Standing(row, row))
        return rows, openings

    def every_row(self, table: m.Table) -> list[m.Row]:
        """The rows of a table on all days, and what the reforms make of them."""
        rows = [
            dataclasses.replace(row, in_force=self.span(row.in_force, row.ended_by))
            for row in self.book.rows
            if row.table == table.id and self.public(row.document)
        ]
        made = []
        for reform in self.reforms:
            for change in reform.changes if reform.in_force else ():
                if change.kind == "add" and change.table == table.id:
                    made.append(added(reform, change))
                if change.kind in ("amend", "extend"):
                    days = reform.in_force or m.ALWAYS
                    named = (row for row in rows if row.id in change.rows)
                    standing = [Standing(r, r) for r in named if days.overlaps(r.in_force)]
                    made += [amended(reform, change, one).row for one in standing]
        return [*rows, *made]

    def parameter(self, name: str, on: dt.date, changes: list[Scoped]) -> Any:
        """The value on the day: that of the last reform which sets it, else that of the book."""
        for _, change in reversed(changes):
            if change.kind == "parameter" and change.parameter == name:
                return change.value
        values = self.book.parameters[name].values
        seen = [one for one in values if self._dated(one) is None or self._dated(one) <= self.known]
        starts = {one.in_force.start for one in values if one not in seen}
        for one in seen:
            span = one.in_force
            if span.end is not None and span.end in starts:
                span = m.Interval(span.start, None)
            if holds(span, on):
                return one.value
        return None

    def _dated(self, value: m.ParameterValue) -> Any:
        if value.document is None:
            return value.in_force.start
        document = self.book.documents[value.document]
        return document.published or document.in_force.start


def added(reform: m.Reform, change: m.Change) -> m.Row:
    """The row that an addition writes."""
    return m.Row(
        f"{reform.id}#{change.id}", reform.id, change.table or "", change.id, m.Text("", ""),
        reform.id, reform.in_force or m.Interval(), change.effect or "", m.Evidence("none"),
        part=change.id, activity=change.activity or (), not_activity=change.not_activity or (),
        industry=change.industry or (), conditions=change.conditions, params=change.params or (),
        outcome=change.outcome,
    )  # fmt: skip


def amended(reform: m.Reform, change: m.Change, standing: Standing) -> Standing:
    """A row with the fields that an amendment gives, or widened by what an extension binds."""
    row = standing.source
    more: dict[str, Any] = {"id": reform.id, "part": change.id, "document": reform.id}
    for name in ("activity", "not_activity", "industry"):
        new, old = getattr(change, name), getattr(row, name)
        if new is None:
            continue
        more[name] = new if change.kind == "amend" else (*old, *(x for x in new if x not in old))
    if change.kind == "amend":
        if change.conditions:
            more["conditions"] = change.conditions
        if change.effect:
            more["effect"] = change.effect
        if change.params is not None:
            more["params"] = change.params
        if change.outcome:
            more["outcome"] = change.outcome
    return Standing(dataclasses.replace(row, **more), row)
