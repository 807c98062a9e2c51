"""The exact difference of two laws: every situation whose answer changes, in few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.compare.boxes import Box, Range, merged, ranges
from openzone.decide.compare.situations import Compared, Comparison, Side, exact
from openzone.decide.frame import Frame, PlaceView
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

    An activity is meant when the closest tag told above it (or itself) is in `activities`, not in
    `except_activities`; so with places, by `places` and `except_places`. OUTSIDE among the places
    means every place in no area with a list of its own, unless a closer one is told. `days` is
    empty when both sides name a day; a place founded later counts from its first day.
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


@dataclass(frozen=True, slots=True)
class Difference:
    """All statements of a comparison, and how much was compared."""

    regime: str
    statements: tuple[Statement, ...]
    situations: int
    cells_changed: int


def difference(before: Frame, after: Frame, contexts: Sequence[Context]) -> Difference:
    """Compare two frames in the contexts given, for every activity of the vocabulary.

    Exact: each cell of each situation is answered under both laws; cells are then merged.
    """
    alike: dict[tuple[int, int], list[Context]] = {}
    for context in contexts:
        alike.setdefault((context.before.id, context.after.id), []).append(context)
    found: dict[_What, _Changed] = {}
    situations = cells_changed = 0
    for group in alike.values():
        for tags, changes, cells in _changes(before, after, group[0]):
            situations += 1
            cells_changed += cells
            for what, cells_of_it in changes:
                found.setdefault(what, _Changed()).add(tags, group, cells_of_it)
    reading = _Reading(before, after, contexts)
    told = [one for what, changed in found.items() for one in reading.statements(what, changed)]
    return Difference(
        before.regime.name, tuple(sorted(told, key=_order)), situations, cells_changed
    )


@dataclass(frozen=True, slots=True)
class _What:
    """One change: what it was, what it becomes, for which facts."""

    before: str
    after: str
    ranges: tuple[tuple[Range, ...], ...]


@dataclass(slots=True)
class _Changed:
    """Where one change was found: by tag the places and days, by tag and place the rows."""

    where: dict[str, set[tuple[str, Interval | None]]] = field(default_factory=dict)
    uses: list[tuple[frozenset[str], frozenset[str], Sequence[Compared]]] = field(
        default_factory=list
    )

    def add(self, tags: Sequence[str], group: Sequence[Context], cells: Sequence[Compared]) -> None:
        """The change holds for the tags in all contexts of the group, in the cells."""
        spots = {(context.place, context.days) for context in group}
        for tag in tags:
            self.where.setdefault(tag, set()).update(spots)
        places = frozenset(context.place for context in group)
        self.uses.append((frozenset(tags), places, cells))

    def rows(self, side: str, tags: Iterable[str], places: Iterable[str]) -> tuple[str, ...]:
        """The rows of one side on which the change rests for these tags and places."""
        return tuple(
            dict.fromkeys(
                row.id
                for these, here, cells in self.uses
                if not these.isdisjoint(tags) and not here.isdisjoint(places)
                for cell in cells
                for row in getattr(cell, side).rows
            )
        )

    def cells(self, tags: Iterable[str], places: Iterable[str]) -> int:
        """How many cells of distinct situations changed so."""
        return sum(
            len(cells)
            for these, here, cells in self.uses
            if not these.isdisjoint(tags) and not here.isdisjoint(places)
        )


def _changes(
    before: Frame, after: Frame, context: Context
) -> Iterable[tuple[tuple[str, ...], list[tuple[_What, list[Compared]]], int]]:
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
        groups: dict[tuple[str, str], list[Compared]] = {}
        for cell in comparison.changed():
            groups.setdefault((cell.before.outcome, cell.after.outcome), []).append(cell)
        changes = []
        for (was, becomes), cells in groups.items():
            for box in merged(cell.parts for cell in cells):
                inside = [cell for cell in cells if _in_box(cell.parts, box)]
                said = tuple(tuple(one) for one in ranges(box, comparison.axes))
                changes.append((_What(was, becomes, said), inside))
        yield tuple(tags), changes, sum(len(cells) for cells in groups.values())


def _in_box(parts: Sequence[int], box: Box) -> bool:
    return all(part in wanted for part, wanted in zip(parts, box, strict=True))


class _Reading:
    """Tells where and for whom something changes in few words, exactly."""

    def __init__(self, before: Frame, after: Frame, contexts: Iterable[Context]) -> None:
        law = after.law
        self.lineages = law.book.vocabulary.lineages
        self.areas = {place: law.territories.ancestors(place, law.known) | {place}
                      for place in law.territories}  # fmt: skip
        lists = (*before.table.lists, *after.table.lists)
        self.special = frozenset(area for one in lists for area in one.under)
        self.compared: dict[str, set[Interval | None]] = {}
        for context in contexts:
            self.compared.setdefault(context.place, set()).add(context.days)

    def statements(self, what: _What, changed: _Changed) -> Iterator[Statement]:
        """One statement for the tags with the same places and days, and for those days."""
        groups: dict[frozenset[tuple[str, Interval | None]], list[str]] = {}
        for tag, spots in changed.where.items():
            groups.setdefault(frozenset(spots), []).append(tag)
        for alike, tags in groups.items():
            activities, but = cover(self.lineages, tags)
            for days, places in self._by_days(alike):
                inside, without = self._places(places, days)
                yield Statement(
                    activities,
                    but,
                    inside,
                    days,
                    what.ranges,
                    what.before,
                    what.after,
                    changed.rows("before", tags, places),
                    changed.rows("after", tags, places),
                    changed.cells(tags, places),
                    without,
                )

    def _by_days(
        self, spots: Iterable[tuple[str, Interval | None]]
    ) -> list[tuple[tuple[Interval, ...], set[str]]]:
        """Places by the days on which they change: the longest first, and all that fit in it."""
        spans: dict[str, set[Interval | None]] = {}
        for place, days in spots:
            spans.setdefault(place, set()).add(days)
        left = dict(sorted(spans.items(), key=lambda item: -len(item[1])))
        found = []
        while left:
            longest = next(iter(left.values()))
            fitting = {
                place
                for place, own in left.items()
                if own == {day for day in self.compared[place] if _within(day, longest)}
            }
            for place in fitting:
                del left[place]
            found.append((tuple(joined_days(day for day in longest if day)), fitting))
        return found

    def _places(
        self, places: set[str], days: Sequence[Interval]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The widest places, OUTSIDE first, and those in them that do not change on the days."""
        outside = OUTSIDE in places
        areas = {
            place: area
            for place, area in self.areas.items()
            if any(_within(day, days) for day in self.compared.get(place, ()))
        }
        inside, without = cover(
            areas, places, lambda place: outside and not self.areas[place] & self.special
        )
        return ((OUTSIDE, *inside) if outside else inside), without


def _within(day: Interval | None, days: Iterable[Interval | None]) -> bool:
    """Say whether a run of days lies in one of others."""
    if day is None:
        return True
    return any(
        one is not None
        and (one.start or dt.date.min) <= (day.start or dt.date.min)
        and (day.end or dt.date.max) <= (one.end or dt.date.max)
        for one in days
    )


def cover(
    lineages: Mapping[str, frozenset[str]],
    names: Iterable[str],
    unsaid: Callable[[str], bool] = lambda name: False,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names to tell, and those to except, so that `names` alone are meant of all in `lineages`.

    What is told of the closest names around one (its own first) decides; `unsaid`: what holds where
    nothing around it is told; where the closest disagree, the name itself is told.
    """
    wanted = set(names)
    told: dict[str, frozenset[bool]] = {}
    inside: list[str] = []
    without: list[str] = []
    for name in sorted(lineages, key=lambda one: (len(lineages[one]), one)):
        above = lineages[name] & lineages.keys() - {name}
        closest = above - frozenset().union(*(lineages[one] - {one} for one in above))
        said = frozenset().union(*(told[one] for one in closest))
        meant = said == {True} if said else unsaid(name)
        if len(said) == 2 or meant != (name in wanted):
            (inside if name in wanted else without).append(name)
            said = frozenset({name in wanted})
        told[name] = said
    return tuple(sorted(inside)), tuple(sorted(without))


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
