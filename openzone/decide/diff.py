"""The exact difference of two laws: every situation whose answer changes, in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.boxes import Box, Range, merged, ranges
from openzone.decide.frame import Frame, PlaceView
from openzone.decide.situations import Comparison, Side, exact
from openzone.rulebook.classification import Vocabulary
from openzone.rulebook.model import Interval

OUTSIDE = ""


@dataclass(frozen=True, slots=True)
class Context:
    """A place and a run of days seen by two frames; OUTSIDE stands for no named place."""

    place: str
    days: Interval | None
    before: PlaceView
    after: PlaceView


@dataclass(frozen=True, slots=True)
class Statement:
    """Situations that change alike. `ranges`: what the facts must be; no entry: whatever they are.

    `activities` are the widest tags that change so, with the narrower ones that do not in
    `except_activities`; `places` are the widest places, with areas inside them that do not change
    in `except_places`; `days` is empty when both sides name a day.
    """

    activities: tuple[str, ...]
    except_activities: tuple[str, ...]
    places: tuple[str, ...]
    days: tuple[Interval, ...]
    ranges: tuple[tuple[Range, ...], ...]
    before: str
    after: str
    rows_before: tuple[str, ...]
    rows_after: tuple[str, ...]
    cells: int = 0
    except_places: tuple[str, ...] = ()
    all_places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """All statements of a comparison, and how much was compared."""

    regime: str
    statements: tuple[Statement, ...]
    situations: int
    cells_changed: int
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    places: set[str] = field(default_factory=set)
    spans: dict[str, list[Interval]] = field(default_factory=dict)


def difference(before: Frame, after: Frame, contexts: Sequence[Context]) -> Difference:
    """Compare two frames in the contexts given, for every activity of the vocabulary.

    Exact: each cell of each situation is answered under both laws; cells are then merged.
    """
    pairs: dict[tuple[int, int], tuple[Context, _Group]] = {}
    for context in contexts:
        key = (context.before.id, context.after.id)
        _, group = pairs.setdefault(key, (context, _Group()))
        group.places.add(context.place)
        if context.days is not None:
            group.spans.setdefault(context.place, []).append(context.days)
    found: dict[Any, list[tuple[str, _Group]]] = {}
    situations = changed = 0
    for context, group in pairs.values():
        for tags, changes, cells in _changes(before, after, context):
            situations += 1
            changed += cells
            for change in changes:
                for tag in tags:
                    found.setdefault(change, []).append((tag, group))
    compared = frozenset(context.place for context in contexts)
    statements = [_statement(after, change, uses) for change, uses in found.items()]
    return Difference(
        before.regime.name,
        tuple(sorted(_joined(after, statements, compared), key=_order)),
        situations,
        changed,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    before: str
    after: str
    ranges: tuple[tuple[Range, ...], ...]
    rows_before: tuple[str, ...]
    rows_after: tuple[str, ...]
    cells: int


def _changes(
    before: Frame, after: Frame, context: Context
) -> Iterable[tuple[tuple[str, ...], list[_Change], int]]:
    """For activities that the two laws bind alike: the changes of their cells."""
    alike: dict[Any, tuple[list[str], Side, Side]] = {}
    for tag in after.law.book.vocabulary:
        one = Side(before, exact(before, tag, context.before))
        other = Side(after, exact(after, tag, context.after))
        if one.same_rules(other):
            continue
        key = (one.alternative.signature, other.alternative.signature)
        alike.setdefault(key, ([], one, other))[0].append(tag)
    for tags, one, other in alike.values():
        comparison = Comparison(one, other)
        groups: dict[tuple[str, str], list[Any]] = {}
        for cell in comparison.changed():
            groups.setdefault((cell.before.outcome, cell.after.outcome), []).append(cell)
        changes = []
        for (was, becomes), cells in groups.items():
            for box in merged(cell.parts for cell in cells):
                changes.append(_change(comparison, box, was, becomes, cells))
        yield tuple(tags), changes, sum(len(cells) for cells in groups.values())


def _change(
    comparison: Comparison, box: Box, was: str, becomes: str, cells: Sequence[Any]
) -> _Change:
    inside = [
        cell
        for cell in cells
        if all(part in parts for part, parts in zip(cell.parts, box, strict=True))
    ]
    said = tuple(tuple(one) for one in ranges(box, comparison.axes))
    rows = [
        tuple(dict.fromkeys(row.id for cell in inside for row in getattr(cell, side).rows))
        for side in ("before", "after")
    ]
    return _Change(was, becomes, said, rows[0], rows[1], len(inside))


def _statement(frame: Frame, change: _Change, uses: Sequence[tuple[str, _Group]]) -> Statement:
    tags = sorted({tag for tag, _ in uses})
    spans: dict[str, list[Interval]] = {}
    for _, group in uses:
        for place in group.places:
            spans.setdefault(place, []).extend(group.spans.get(place, ()))
    places = widest(frame, spans)
    days = {one for place in places for one in joined_days(spans[place])}
    activities, exceptions = top(frame.law.book.vocabulary, tags)
    return Statement(
        activities,
        exceptions,
        places,
        tuple(sorted(days, key=_start)),
        change.ranges,
        change.before,
        change.after,
        change.rows_before,
        change.rows_after,
        change.cells,
        all_places=frozenset(spans),
    )


def _joined(
    frame: Frame, statements: Iterable[Statement], compared: frozenset[str]
) -> Iterable[Statement]:
    """Statements that differ only in the rows they rest on are one: the rows of all places."""
    groups: dict[Any, list[Statement]] = {}
    for one in statements:
        key = (one.activities, one.except_activities, one.days, one.ranges, one.before, one.after)
        groups.setdefault(key, []).append(one)
    for alike in groups.values():
        first = alike[0]
        everywhere = frozenset().union(*(one.all_places for one in alike))
        places = widest(frame, everywhere)
        yield Statement(
            first.activities,
            first.except_activities,
            places,
            first.days,
            first.ranges,
            first.before,
            first.after,
            tuple(dict.fromkeys(row for one in alike for row in one.rows_before)),
            tuple(dict.fromkeys(row for one in alike for row in one.rows_after)),
            sum(one.cells for one in alike),
            _unchanged(frame, places, compared - everywhere),
            everywhere,
        )


def _unchanged(frame: Frame, places: Iterable[str], others: frozenset[str]) -> tuple[str, ...]:
    """Of other places compared: those that lie in the places told, the widest of them."""
    territories, on = frame.law.territories, frame.law.known
    named = {place for place in places if place != OUTSIDE}
    left = {area for area in others if area and territories.ancestors(area, on) & named}
    return tuple(
        sorted(area for area in left if not (territories.ancestors(area, on) - {area}) & left)
    )


def widest(frame: Frame, places: Iterable[str]) -> tuple[str, ...]:
    """The places that lie in no other of them; OUTSIDE stands for the country outside them."""
    names = set(places)
    territories = frame.law.territories
    on = frame.law.known

    def inside(place: str) -> bool:
        line = territories.ancestors(place, on)
        return bool((line - {place}) & names)

    named = sorted(name for name in names if name != OUTSIDE and not inside(name))
    if OUTSIDE in names:
        return (OUTSIDE, *[name for name in named if name not in _ordinary(frame)])
    return tuple(named)


def _ordinary(frame: Frame) -> frozenset[str]:
    """Places outside every list and reform of their own: the country outside zones."""
    found = frame.plans.get("ordinary")
    if found is None:
        special = {area for one in frame.table.lists for area in one.under}
        special |= {area for overlay in frame.overlays for area in overlay.territory}
        territories = frame.law.territories
        found = frozenset(
            place
            for place in territories
            if not territories.ancestors(place, frame.law.known) & special
        )
        frame.plans["ordinary"] = found
    ordinary: frozenset[str] = found
    return ordinary


def top(vocabulary: Vocabulary, tags: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags that are under no other of them, and the narrower tags that are not among them."""
    names = set(tags)
    widest_tags = tuple(
        tag for tag in sorted(names) if not (vocabulary.lineages[tag] - {tag}) & names
    )
    left = {child for tag in widest_tags for child in vocabulary.below[tag] if child not in names}
    exceptions = tuple(tag for tag in sorted(left) if not (vocabulary.lineages[tag] - {tag}) & left)
    return widest_tags, exceptions


def joined_days(spans: Iterable[Interval]) -> list[Interval]:
    """Runs of days, joined where one ends as the next begins."""
    found: list[Interval] = []
    for span in sorted(set(spans), key=_start):
        if found and found[-1].end is not None and found[-1].end == span.start:
            found[-1] = Interval(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _start(span: Interval) -> dt.date:
    return span.start or dt.date.min


def _order(statement: Statement) -> tuple[Any, ...]:
    return (
        statement.activities,
        [str(day) for day in statement.days],
        statement.places,
        statement.before,
        statement.after,
        [str(one) for one in statement.ranges],
    )


# ---- contexts ------------------------------------------------------------------------------------


def view_of(frame: Frame, place: str, on: dt.date) -> PlaceView:
    """What a frame sees of one place on one day, exactly (no smaller area is left open)."""
    places = (place,) if place else ()
    return frame.exact_place(places, frame.segment(on))


def everywhere(frame: Frame, on: dt.date) -> list[str]:
    """No named place, and every territory that exists on a day."""
    territories = frame.law.territories
    return [OUTSIDE, *(id for id in territories if territories.exists(id, on, frame.law.known))]


def between_days(frame: Frame, other: Frame, one: dt.date, two: dt.date) -> list[Context]:
    """Every place on two days."""
    return [
        Context(place, None, view_of(frame, place, one), view_of(other, place, two))
        for place in everywhere(frame, one)
        if not place or other.law.territories.exists(place, two, other.law.known)
    ]


def between_laws(
    before: Frame, after: Frame, first: dt.date, last: dt.date | None, places: Iterable[str] = ()
) -> list[Context]:
    """Every place, or those named, on every day from `first`, under two laws."""
    cuts = sorted({*before.cuts, *after.cuts})
    starts = [first, *(dt.date.fromordinal(c) for c in cuts if c > first.toordinal())]
    contexts = []
    chosen = list(places)
    for index, start in enumerate(starts):
        if last is not None and start >= last:
            break
        end = starts[index + 1] if index + 1 < len(starts) else last
        for place in chosen or everywhere(after, start):
            territories = before.law.territories
            known = not place or place in territories
            base = view_of(before, place if known else OUTSIDE, start)
            contexts.append(
                Context(place, Interval(start, end), base, view_of(after, place, start))
            )
    return contexts
