"""A law compiled for one table: places, activities and days cut into classes, rows bound once.

A *segment* is a run of days in which no row, document, place or parameter changes. A *place view*
is all that the rules can tell apart of a place in a segment: its list, the rows in force, the
reforms that reach it; places and days of equal view share it. An *activity view* is the same for a
tag or code, with every activity it may still turn out to be. Where two views meet, a *bundle* holds
the plans that may apply: one when the case is settled, several when it must ask.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openzone.decide.activities import Activities, ActivityView, Option
from openzone.decide.bundle import Alternative, Bundle, Ground, bind
from openzone.decide.regime import Regime
from openzone.rulebook.authority import parameters_named
from openzone.rulebook.law import Law
from openzone.rulebook.model import Condition, Document, Row
from openzone.rulebook.patching import Overlay


@dataclass(frozen=True, slots=True)
class PlaceView:
    """What the rules can tell apart of a place on a day; `on` is one such day."""

    id: int
    on: dt.date
    list: str | None
    document: Document | None
    rows: tuple[Row, ...]
    overlays: tuple[Overlay, ...]
    named: frozenset[str]
    ancestors: frozenset[str]
    figures: tuple[Any, ...]
    inner: tuple[tuple[str, PlaceView], ...] = ()


# As many kinds of activity as are told apart in each of the areas that reforms open.
OPTIONS_MAX = 24


class Frame:
    """One table of a law, ready to decide. Build it once, use it for every case."""

    def __init__(self, law: Law, regime: Regime) -> None:
        self.law = law
        self.regime = regime
        self.table = law.book.tables[regime.name]
        self.rows = tuple(row for row in law.rows if row.table == self.table.id)
        self.overlays = tuple(o for o in law.overlays if self._mine(o))
        added = [o.row for o in self.overlays if o.row is not None]
        patched = (*self.rows, *added)
        conditions = [condition for row in patched for condition in row.conditions]
        self._hinted = frozenset(regime.named_tags(patched))
        by_section = any(row.param("hints") for row in patched) or any(
            document.record is not None and document.record.state == "by_section"
            for document in law.documents.values()
            if document.table == self.table.id
        )
        self.activities = Activities(law.book, patched, self._hinted, by_section)
        self.named_tags = self.activities.named_tags
        self._parameters = sorted({name for row in patched for name in parameters_named(row)})
        self._figured = [
            (frozenset(reform.territory), reform.in_force)
            for reform in (*law.live, *law.reforms)
            if reform.in_force
            and any(change.parameter in self._parameters for change in reform.changes)
        ]
        self._dated = any(c.fact == "date" for c in conditions)
        self.cuts = [day.toordinal() for day in self._cut_days(conditions)]
        self._lines: dict[int, dict[str, frozenset[str]]] = {}
        self._places: dict[Any, PlaceView] = {}
        self._views: dict[Any, PlaceView] = {}
        self._bundles: dict[tuple[int, int], Bundle] = {}
        self._alike: dict[Any, Bundle] = {}
        self._interned: dict[Any, Bundle] = {}
        self._grounds: dict[int, Ground] = {}
        self._overlay_tags: dict[int, frozenset[str] | None] = {}
        self._bare: dict[tuple[int, int], PlaceView] = {}
        self._live: dict[int, dict[str | None, tuple[Row, ...]]] = {}
        self.plans: dict[Any, Any] = {}
        self.quick: dict[Any, Bundle] = {}

    def _cut_days(self, conditions: Iterable[Condition]) -> list[dt.date]:
        """Every day on which an answer of this table could change for no reason but the date."""
        days = set(self.law.territories.cut_days())
        spans = [row.in_force for row in self.rows]
        spans += [d.in_force for d in self.law.documents.values() if d.table == self.table.id]
        spans += [overlay.span for overlay in self.overlays]
        spans += [r.in_force for r in (*self.law.live, *self.law.reforms) if r.in_force]
        for name in self._parameters:
            spans += [value.in_force for value in self.law.book.parameters[name].values]
        spans.append(self.law.book.classification.in_force)
        for span in spans:
            days.update(day for day in (span.start, span.end) if day is not None)
        for condition in conditions:
            for bound in (condition.min, condition.above, condition.max, condition.below):
                if isinstance(bound, dt.date):
                    days |= {bound, bound + dt.timedelta(days=1)}
        return sorted(days)

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

    def exact_place(self, places: tuple[str, ...], segment: int) -> PlaceView:
        """The view of a place of which no smaller area is left open."""
        return self._view(self._ancestors(places, segment), segment, ())

    def _place(self, places: tuple[str, ...], segment: int) -> PlaceView:
        ancestors = self._ancestors(places, segment)
        inner: list[tuple[str, PlaceView]] = []
        seen: set[int] = set()
        if places:
            base = self._view(ancestors, segment, ())
            for area in self._areas(places, ancestors, segment):
                view = self._view(ancestors | self._ancestors((area,), segment), segment, ())
                if view.id != base.id and view.id not in seen:
                    seen.add(view.id)
                    inner.append((area, view))
        return self._view(ancestors, segment, tuple(inner))

    def _lineages(self, segment: int) -> dict[str, frozenset[str]]:
        """For each place, all it lies in on the days of a segment."""
        lines = self._lines.get(segment)
        if lines is None:
            on, known = self.day(segment), self.law.known
            places = self.law.territories
            lines = {place: places.ancestors(place, on, known) for place in places}
            self._lines[segment] = lines
        return lines

    def _ancestors(self, places: Iterable[str], segment: int) -> frozenset[str]:
        lines = self._lineages(segment)
        return frozenset().union(*(lines[place] for place in places))

    def _areas(
        self, places: tuple[str, ...], ancestors: frozenset[str], segment: int
    ) -> Iterable[str]:
        """Areas inside all the named places that lie in a reform's territory they do not name."""
        on = self.day(segment)
        reforms = [(overlay.territory, overlay.span) for overlay in self.overlays]
        reforms += self._figured
        wider = frozenset().union(
            *(
                territory
                for territory, span in reforms
                if span.holds(on) and not territory & ancestors
            )
        )
        if not wider:
            return
        named = frozenset(places)
        for area, line in self._lineages(segment).items():
            if area in line and area not in ancestors and named <= line and line & wider:
                yield area

    def _view(
        self,
        ancestors: frozenset[str],
        segment: int,
        inner: tuple[tuple[str, PlaceView], ...],
    ) -> PlaceView:
        on = self.day(segment)
        list_id, document = self._list(ancestors, on)
        rows = self._live_rows(list_id, segment)
        reached = tuple(
            overlay
            for overlay in self.overlays
            if overlay.span.holds(on) and (not overlay.territory or overlay.territory & ancestors)
        )
        named = ancestors & frozenset(
            value
            for row in (*rows, *(o.row for o in reached if o.row is not None))
            for condition in row.conditions
            if condition.fact == "place"
            for value in condition.values
        )
        figures = tuple(self.law.parameter(name, on, ancestors) for name in self._parameters)
        key = (
            segment if self._dated else None,
            list_id,
            document and document.id,
            tuple(row.key for row in rows),
            tuple(o.index for o in reached),
            named,
            figures,
            tuple((area, view.id) for area, view in inner),
        )
        view = self._views.get(key)
        if view is None:
            view = PlaceView(
                len(self._views),
                on,
                list_id,
                document,
                rows,
                reached,
                named,
                ancestors,
                figures,
                inner,
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
        return self.activities.view(tag, code)

    # ---- bundles -----------------------------------------------------------------------------

    def bundle(self, activity: ActivityView, place: PlaceView) -> Bundle:
        """The plans that may apply where an activity and a place meet."""
        key = (activity.id, place.id)
        bundle = self._bundles.get(key)
        if bundle is None:
            tags = self.ground(place).tags
            seen = tuple(dict.fromkeys((one.lineage & tags, one.codes) for one in activity.options))
            alike = (place.id, seen, activity.code_line, activity.sections, activity.by_code)
            bundle = self._alike.get(alike)
            if bundle is None:
                bundle = self._alike[alike] = self._bundle(activity, place)
            self._bundles[key] = bundle
        return bundle

    def ground(self, place: PlaceView) -> Ground:
        """The rows of a place view, indexed."""
        ground = self._grounds.get(place.id)
        if ground is None:
            ground = self._grounds[place.id] = Ground(place, self._hinted)
        return ground

    def _bundle(self, activity: ActivityView, place: PlaceView) -> Bundle:
        """An alternative for each option in the place and in each area that a reform opens for it.

        As long as the options are few, an area opened for one of them stands for all: the place may
        then be asked together with the activity.
        """
        rows: dict[Any, tuple[Alternative, ...]] = {}
        opened: set[str] = set()
        for option in activity.options:
            here = bind(self, activity, option, place, None)
            there = self._opened(activity, option, place)
            opened.update(there)
            rows.setdefault(*_marked((here, *there.values())))
        if opened and len(rows) <= OPTIONS_MAX:
            areas = [(area, view) for area, view in place.inner if area in opened]
            rows = {}
            for option in activity.options:
                found = [bind(self, activity, option, place, None)]
                found += [bind(self, activity, option, view, area) for area, view in areas]
                rows.setdefault(*_marked(found))
        key = tuple(rows)
        bundle = self._interned.get(key)
        if bundle is None:
            alternatives = tuple(one for found in rows.values() for one in found)
            bundle = self._interned[key] = Bundle(len(self._interned), alternatives)
        return bundle

    def _opened(
        self, activity: ActivityView, option: Option, place: PlaceView
    ) -> dict[str, Alternative]:
        """The areas in which the reforms that reach only them change what binds the option."""
        found = {}
        for area, view in place.inner:
            if self._reached(activity, option, place, view):
                there = bind(self, activity, option, view, area)
                if there.differs(bind(self, activity, option, self._without(place, view), area)):
                    found[area] = there
        return found

    def _without(self, place: PlaceView, view: PlaceView) -> PlaceView:
        """An area as it were without the reforms that reach it and not the place around it."""
        key = (place.id, view.id)
        found = self._bare.get(key)
        if found is None:
            known = {overlay.index for overlay in place.overlays}
            found = self._bare[key] = dataclasses.replace(
                view,
                id=-1 - len(self._bare),
                overlays=tuple(one for one in view.overlays if one.index in known),
                ancestors=place.ancestors,
            )
        return found

    def _reached(
        self, activity: ActivityView, option: Option, place: PlaceView, view: PlaceView
    ) -> bool:
        """Say whether a reform that reaches only the inner place may touch this activity."""
        if activity.code_line or option.codes or view.figures != place.figures:
            return True
        known = {overlay.index for overlay in place.overlays}
        return any(
            (tags := self._touched(overlay)) is None or not option.lineage.isdisjoint(tags)
            for overlay in view.overlays
            if overlay.index not in known
        )

    def _touched(self, overlay: Overlay) -> frozenset[str] | None:
        """The tags of the rows that a change adds and removes; None when one binds without tags."""
        if overlay.index not in self._overlay_tags:
            rows = [v for id in overlay.removes for v in self.law.book.versions(id)]
            rows += [o.row for o in self.overlays if o.row and o.row.answers_to(overlay.removes)]
            rows += [overlay.row] if overlay.row is not None else []
            tags = frozenset(tag for row in rows for tag in row.activity)
            self._overlay_tags[overlay.index] = tags if all(row.activity for row in rows) else None
        return self._overlay_tags[overlay.index]

    def _live_rows(self, list_id: str | None, segment: int) -> tuple[Row, ...]:
        by_list = self._live.get(segment)
        if by_list is None:
            on = self.day(segment)
            groups: dict[str | None, list[Row]] = {}
            for row in self.rows:
                if row.in_force.holds(on):
                    groups.setdefault(row.list, []).append(row)
            by_list = {name: tuple(rows) for name, rows in groups.items()}
            self._live[segment] = by_list
        return by_list.get(list_id, ())


def _marked(found: Iterable[Alternative]) -> tuple[Any, tuple[Alternative, ...]]:
    """Alternatives of one option, after what tells them apart from those of another."""
    alternatives = tuple(found)
    return tuple((one.signature, one.area) for one in alternatives), alternatives
