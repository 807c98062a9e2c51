"""The law as published by a day, with reforms on top: what every question is asked of."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.patching import Overlay, overlays, patched_territories, require_fit
from openzone.rulebook.territories import Territories


class Law:
    """A book as it was public on `known`, under further `reforms` in their order.

    A document published after `known` changes nothing here: its rows are absent, and what it ended
    has not ended. The reforms given are taken as in force in their scope whatever their status;
    the reforms of the book named in `without` are left out.
    """

    def __init__(
        self,
        book: Book,
        known: dt.date,
        reforms: Sequence[m.Reform] = (),
        epoch: int = 0,
        without: Iterable[str] = (),
    ) -> None:
        for reform in reforms:
            require_fit(book, reform)
        self.book = book
        self.known = known
        self.reforms = tuple(reforms)
        self.epoch = epoch
        replaced = {reform.id for reform in self.reforms} | set(without)
        self.live = tuple(
            reform
            for reform in book.reforms.values()
            if reform.id not in replaced and reform.status == "in_force" and self._public(reform)
        )
        self.announced = tuple(
            reform
            for reform in book.reforms.values()
            if reform.id not in replaced
            and reform.status == "announced"
            and (reform.announced is None or reform.announced <= known)
        )
        self.territories: Territories = patched_territories(
            book.territories, (*self.live, *self.reforms), known
        )
        self.memo: dict[Any, Any] = {}

    def _public(self, reform: m.Reform) -> bool:
        return reform.known_from is None or reform.known_from <= self.known

    def _end(self, span: m.Interval, ended_by: str | None) -> m.Interval:
        """The days of something, its end open when what ended it was not yet public."""
        if span.end is None or ended_by is None:
            return span
        ender = self.book.documents[ended_by]
        if ender.known_from is not None and ender.known_from > self.known:
            return m.Interval(span.start, None)
        return span

    def public(self, document: str) -> bool:
        """Say whether a document was public on `known`."""
        since = self.book.documents[document].known_from
        return since is None or since <= self.known

    @cached_property
    def documents(self) -> dict[str, m.Document]:
        """The documents public by `known`, with the days then known."""
        return {
            id: dataclasses.replace(
                document, in_force=self._end(document.in_force, document.ended_by)
            )
            for id, document in self.book.documents.items()
            if self.public(id)
        }

    @cached_property
    def rows(self) -> tuple[m.Row, ...]:
        """The rows public by `known`, with the days then known."""
        return tuple(
            dataclasses.replace(row, in_force=self._end(row.in_force, row.ended_by))
            for row in self.book.rows
            if self.public(row.document)
        )

    @cached_property
    def overlays(self) -> tuple[Overlay, ...]:
        """The changes of live and given reforms, in order."""
        found: list[Overlay] = []
        for reform in (*self.live, *self.reforms):
            found.extend(overlays(self.book, reform, len(found), self.rows))
        return tuple(found)

    def with_reforms(self, reforms: Iterable[m.Reform]) -> Law:
        """The same law with further reforms on top."""
        return Law(self.book, self.known, (*self.reforms, *reforms), self.epoch)

    def parameter(self, name: str, on: dt.date, ancestors: frozenset[str] | None = None) -> Any:
        """The value of a parameter on a day, in a place; None when none is on record."""
        held = self.parameter_held(name, on, ancestors)
        return None if held is None else held.value

    def parameter_held(
        self, name: str, on: dt.date, ancestors: frozenset[str] | None = None
    ) -> m.ParameterValue | None:
        """The value of a parameter with what it rests on; that of a reform cites the reform."""
        for reform in reversed((*self.live, *self.reforms)):
            if reform.in_force is None or not reform.in_force.holds(on):
                continue
            inside = not reform.territory or bool(
                ancestors is not None and ancestors & set(reform.territory)
            )
            for change in reform.changes:
                if inside and change.kind == "parameter" and change.parameter == name:
                    evidence = reform.evidence or m.Evidence("none")
                    return m.ParameterValue(change.value, reform.in_force, evidence, reform.id)
        for value in self._values(name):
            if value.in_force.holds(on):
                return value
        return None

    def _values(self, name: str) -> tuple[m.ParameterValue, ...]:
        """The values public by `known`; one holds on until the next that is public."""
        found: tuple[m.ParameterValue, ...] | None = self.memo.get((name, "values"))
        if found is None:
            values = self.book.parameters[name].values
            public = [value for value in values if self._value_public(value)]
            unheard = {value.in_force.start for value in values if value not in public}
            found = self.memo[(name, "values")] = tuple(
                dataclasses.replace(value, in_force=m.Interval(value.in_force.start, None))
                if value.in_force.end is not None and value.in_force.end in unheard
                else value
                for value in public
            )
        return found

    def _value_public(self, value: m.ParameterValue) -> bool:
        if value.document is not None:
            return self.public(value.document)
        return value.in_force.start is None or value.in_force.start <= self.known

    def document_of(self, table: str, list_id: str, on: dt.date) -> m.Document | None:
        """The document of a list in force on a day."""
        for document in self.documents.values():
            if (document.table, document.list) == (table, list_id) and document.in_force.holds(on):
                return document
        return None

    @cached_property
    def cut_days(self) -> tuple[dt.date, ...]:
        """Every day on which an answer could change for no other reason than the date."""
        days: set[dt.date] = set(self.territories.cut_days())
        spans = [row.in_force for row in self.rows]
        spans += [document.in_force for document in self.documents.values()]
        spans += [overlay.span for overlay in self.overlays]
        spans += [r.in_force for r in (*self.live, *self.reforms) if r.in_force]
        for parameter in self.book.parameters.values():
            spans += [value.in_force for value in parameter.values]
        for span in spans:
            days.update(day for day in (span.start, span.end) if day is not None)
        added = [overlay.row for overlay in self.overlays if overlay.row is not None]
        for row in (*self.rows, *added):
            for one in row.conditions:
                if one.fact == "date":
                    days.update(day for day in (one.min, one.below) if day is not None)
                    later = (day for day in (one.above, one.max) if day is not None)
                    days.update(day + dt.timedelta(days=1) for day in later)
        return tuple(sorted(days))

    def stamp(self, on: dt.date) -> dict[str, Any]:
        """What an answer says of the law it rests on."""
        book, hash_, known, reforms = self._stamp
        return {
            "book": book,
            "hash": hash_,
            "on": on.isoformat(),
            "known": known,
            "reforms": list(reforms),
            "epoch": self.epoch,
        }

    @cached_property
    def _stamp(self) -> tuple[str, str, str, tuple[str, ...]]:
        """Book, hash, day known and reforms, as every answer says them."""
        reforms = tuple(f"{reform.id}@{reform.body_hash[:16]}" for reform in self.reforms)
        return self.book.info.id, self.book.hash[:16], self.known.isoformat(), reforms
