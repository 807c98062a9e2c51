"""A law compiled for one table: places, activities and days cut into classes, rows bound once.

A *segment* is a run of days in which no row, document, place or parameter changes. A *place view* is
what the rules can tell apart of a place (its list, the reforms that reach it). An *activity view* is
the same for a tag or code, with every activity it may still turn out to be. Where the three meet, a
*bundle* holds the plans that may apply: one when the case is settled, several when it must ask.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openzone.decide.bundle import Alternative, Bundle, bind
from openzone.decide.regime import Regime
from openzone.rulebook.law import Law
from openzone.rulebook.model import Document, Row
from openzone.rulebook.patching import Overlay


@dataclass(frozen=True, slots=True)
class PlaceView:
    """What the rules can tell apart of a place on the days of one segment."""

    id: int
    list: str | None
    document: Document | None
    overlays: tuple[Overlay, ...]
    named: frozenset[str]
    ancestors: frozenset[str]
    inner: tuple[tuple[str, PlaceView], ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """An activity that the case may be: its tag (None: none that a rule names), its lineage."""

    tag: str | None
    lineage: frozenset[str]


@dataclass(frozen=True, slots=True)
class ActivityView:
    """What the rules can tell apart of an activity; more than one option means it may be asked."""

    id: int
    options: tuple[Option, ...]
    code_line: frozenset[str]
    sections: frozenset[str]
    by_code: bool


class Frame:
    """One table of a law, ready to decide. Build it once, use it for every case."""

    def __init__(self, law: Law, regime: Regime) -> None:
        self.law = law
        self.regime = regime
        self.table = law.book.tables[regime.name]
        self.cuts = [day.toordinal() for day in law.cut_days]
        self.rows = tuple(row for row in law.rows if row.table == self.table.id)
        self.overlays = tuple(o for o in law.overlays if self._mine(o))
        added = [o.row for o in self.overlays if o.row is not None]
        self.named_tags = frozenset(
            tag for row in (*self.rows, *added) for tag in (*row.activity, *row.not_activity)
        ) | frozenset(regime.named_tags(self.rows))
        self.named_places = frozenset(
            value
            for row in (*self.rows, *added)
            for condition in row.conditions
            if condition.fact == "place"
            for value in condition.values
        )
        self._row_codes = self._tags_by_code((*self.rows, *added))
        self._places: dict[Any, PlaceView] = {}
        self._views: dict[Any, PlaceView] = {}
        self._activities: dict[tuple[str | None, str | None], ActivityView] = {}
        self._activity_views: dict[Any, ActivityView] = {}
        self._bundles: dict[tuple[int, int, int], Bundle] = {}
        self._live: dict[int, dict[str | None, tuple[Row, ...]]] = {}
        self.plans: dict[Any, Any] = {}

    def _mine(self, overlay: Overlay) -> bool:
        if overlay.row is not None:
            return overlay.row.table == self.table.id
        versions = [v for id in overlay.removes for v in self.law.book.versions(id)]
        return not versions or any(v.table == self.table.id for v in versions)

    # ---- days --------------------------------------------------------------------------------

    def segment(self, on: dt.date) -> int:
        """The number of the run of days that `on` lies in."""
        return bisect_right(self.cuts, on.toordinal())

    def day(self, segment: int) -> dt.date:
        """A day of the segment: its first, or the day before the first cut."""
        if segment == 0:
            first = self.cuts[0] if self.cuts else dt.date(2000, 1, 1).toordinal() + 1
            return dt.date.fromordinal(first - 1)
        return dt.date.fromordinal(self.cuts[segment - 1])

    # ---- places ------------------------------------------------------------------------------

    def place(self, places: tuple[str, ...], segment: int) -> PlaceView:
        """The view of the named places on the days of a segment."""
        key = (places, segment)
        view = self._places.get(key)
        if view is None:
            view = self._places[key] = self._place(places, segment)
        return view

    def _place(self, places: tuple[str, ...], segment: int) -> PlaceView:
        on = self.day(segment)
        ancestors = self._ancestors(places, on)
        inner: list[tuple[str, PlaceView]] = []
        seen: set[int] = set()
        if places:
            base = self._view(ancestors, segment, on, ())
            for area in self._areas(places, ancestors, on):
                view = self._view(
                    ancestors | self._ancestors((area,), on), segment, on, ()
                )
                if view.id != base.id and view.id not in seen:
                    seen.add(view.id)
                    inner.append((area, view))
        return self._view(ancestors, segment, on, tuple(inner))

    def _ancestors(self, places: Iterable[str], on: dt.date) -> frozenset[str]:
        known = self.law.known
        found: set[str] = set()
        for place in places:
            found |= self.law.territories.ancestors(place, on, known)
        return frozenset(found)

    def _areas(
        self, places: tuple[str, ...], ancestors: frozenset[str], on: dt.date
    ) -> Iterable[str]:
        """Areas inside all the named places that lie in a reform's territory they do not name."""
        wider = [
            overlay.territory
            for overlay in self.overlays
            if overlay.span.holds(on) and not overlay.territory & ancestors
        ]
        if not wider:
            return
        named = set(places)
        for area in self.law.territories:
            if area in ancestors or not self.law.territories.exists(area, on, self.law.known):
                continue
            line = self.law.territories.ancestors(area, on, self.law.known)
            if named <= line and any(line & territory for territory in wider):
                yield area

    def _view(
        self,
        ancestors: frozenset[str],
        segment: int,
        on: dt.date,
        inner: tuple[tuple[str, PlaceView], ...],
    ) -> PlaceView:
        list_id, document = self._list(ancestors, on)
        reached = tuple(
            overlay
            for overlay in self.overlays
            if overlay.span.holds(on)
            and (not overlay.territory or overlay.territory & ancestors)
        )
        named = ancestors & self.named_places
        figures = tuple(
            self.law.parameter(name, on, ancestors) for name in self.law.book.parameters
        )
        key = (
            segment, list_id, document and document.id, tuple(o.index for o in reached), named,
            figures, tuple((area, view.id) for area, view in inner),
        )
        view = self._views.get(key)
        if view is None:
            view = PlaceView(
                len(self._views), list_id, document, reached, named, ancestors, inner
            )
            self._views[key] = view
        return view

    def _list(self, ancestors: frozenset[str], on: dt.date) -> tuple[str | None, Document | None]:
        for one in self.table.lists:
            if one.under and not ancestors & set(one.under):
                continue
            document = self.law.document_of(self.table.id, one.id, on)
            if document is not None:
                return one.id, document
        return None, None

    # ---- activities --------------------------------------------------------------------------

    def activity(self, tag: str | None, code: str | None) -> ActivityView:
        """The view of a tag, or of a code when no tag is given."""
        key = (tag, code if tag is None else None)
        view = self._activities.get(key)
        if view is None:
            view = self._activities[key] = self._activity(*key)
        return view

    def _activity(self, tag: str | None, code: str | None) -> ActivityView:
        vocabulary, codes = self.law.book.vocabulary, self.law.book.classification
        code_line: frozenset[str] = frozenset()
        sections: frozenset[str] = frozenset()
        candidates: list[tuple[str | None, frozenset[str]]] = []
        if tag is not None:
            known = vocabulary.known(tag)
            lineage = vocabulary.lineage(tag)
            candidates.append((None, lineage))
            sections = frozenset(codes.section(c) for c, _ in vocabulary.codes(tag))
            if known == tag:
                candidates += [
                    (child, vocabulary.lineages[child] | lineage)
                    for child in vocabulary.below[tag]
                ]
        elif code is not None:
            code_line = frozenset(codes.ancestors[code])
            sections = frozenset((codes.section(code),))
            candidates.append((None, frozenset()))
            candidates += [
                (one, vocabulary.lineages[one]) for one in self._tags_of_code(code)
            ]
        else:
            candidates.append((None, frozenset()))
        options: dict[frozenset[str], Option] = {}
        for one, line in candidates:
            named = line & self.named_tags
            options.setdefault(named, Option(one, named))
        key = (tuple(options), code_line, sections, tag is None)
        view = self._activity_views.get(key)
        if view is None:
            view = ActivityView(
                len(self._activity_views), tuple(options.values()), code_line, sections,
                tag is None and code is not None,
            )
            self._activity_views[key] = view
        return view

    def _tags_by_code(self, rows: Iterable[Row]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for tag, activity in self.law.book.vocabulary.items():
            for code, _ in activity.industry:
                found.setdefault(code, set()).add(tag)
        for row in rows:
            for code, _ in row.industry:
                found.setdefault(code, set()).update(row.activity)
        return found

    def _tags_of_code(self, code: str) -> list[str]:
        """Tags that stand for the code, for part of it, or for something that holds it."""
        codes = self.law.book.classification
        return sorted(
            {
                tag
                for other, tags in self._row_codes.items()
                if codes.related(code, other)
                for tag in tags
            }
        )

    # ---- bundles -----------------------------------------------------------------------------

    def bundle(self, activity: ActivityView, place: PlaceView, segment: int) -> Bundle:
        """The plans that may apply where an activity, a place and a segment meet."""
        key = (activity.id, place.id, segment)
        bundle = self._bundles.get(key)
        if bundle is None:
            bundle = self._bundles[key] = self._bundle(activity, place, segment)
        return bundle

    def _bundle(self, activity: ActivityView, place: PlaceView, segment: int) -> Bundle:
        on = self.day(segment)
        alternatives: list[Alternative] = []
        seen: set[Any] = set()
        for option in activity.options:
            base = bind(self, activity, option, place, segment, on, None)
            found = [base]
            for area, view in place.inner:
                there = bind(self, activity, option, view, segment, on, area)
                if there.reforms - base.reforms:
                    found.append(there)
            for alternative in found:
                mark = (alternative.signature, alternative.area)
                if mark not in seen:
                    seen.add(mark)
                    alternatives.append(alternative)
        return Bundle(len(self._bundles), tuple(alternatives))

    def live_rows(self, list_id: str | None, segment: int, on: dt.date) -> tuple[Row, ...]:
        """The rows of a list in force in a segment."""
        by_list = self._live.get(segment)
        if by_list is None:
            groups: dict[str | None, list[Row]] = {}
            for row in self.rows:
                if row.in_force.holds(on):
                    groups.setdefault(row.list, []).append(row)
            by_list = {name: tuple(rows) for name, rows in groups.items()}
            self._live[segment] = by_list
        return by_list.get(list_id, ())
