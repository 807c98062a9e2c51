"""Which class of work permit: points by criterion, then the classes in their order."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Test, Tested
from openzone.regimes.people.outcome import LOOK_UP, NO_CLASS, NOT_ELIGIBLE, class_outcome
from openzone.regimes.ruling import rule_in
from openzone.regimes.unheld import before_record
from openzone.rulebook.model import Row

POINTS_TABLE = "people_points"
TABLE = "people_permits"
POINTS = "points"
BY_YEAR = "points_by_year"
GIVEN = "points_given"


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """The class of a person, with the points of each criterion."""
    sheet = ground.sheet(TABLE)
    if not sheet.rows:
        return Found(LOOK_UP, said=before_record(ground, TABLE))
    classes = _classes(ground)
    for one in classes.look_up:
        if one.holds(facts):
            return Found(LOOK_UP, (one.row,), {"rule": rule_in(ground.law, one.row)})
    without = next((one.row for one in classes.without_points if one.told(facts)), None)
    scored: dict[str, tuple[int, Row]] = {}
    if without is None:
        scored = scores(ground, facts)
    else:
        with suppress(MissingFactError):
            scored = scores(ground, facts)
    by_criterion = {criterion: points for criterion, (points, _) in scored.items()}
    total = sum(by_criterion.values())
    told = facts.beside(points=total)
    row = without or sheet.first(told)
    effects: dict[str, Any] = {}
    if scored or without is None:
        effects = {POINTS: total, "by_criterion": by_criterion}
    rows = tuple([one for _, one in scored.values()])
    if row is None:
        near = min(sheet.rows, key=lambda one: (len(one.failing(told)), -len(one.tests)))
        effects |= {"lacked": near.failing(told)[0].fact, "nearest": rule_in(ground.law, near.row)}
        return Found(NOT_ELIGIBLE, rows, {"class": NO_CLASS, **effects})
    letter = ground.figure(row, "class")
    return Found(class_outcome(letter), (row, *rows),
                 {"class": letter, **effects, "rule": rule_in(ground.law, row)})  # fmt: skip


class Classes(NamedTuple):
    """Rows of classes: those to be looked up, and those of the first class whatever the points."""

    look_up: tuple[Tested, ...]
    without_points: tuple[Tested, ...]


def _classes(ground: Ground) -> Classes:
    found: Classes | None = ground.memo.get(TABLE)
    if found is None:
        rows = ground.sheet(TABLE).rows
        every = [one for one in rows if one.row.effect != LOOK_UP]
        letters = [ground.figure(one.row, "class") for one in every]
        without = tuple(
            one
            for one, letter in zip(every, letters, strict=True)
            if letter == letters[0] and all(fact != POINTS for fact, _ in one.tests)
        )
        found = Classes(tuple(one for one in rows if one.row.effect == LOOK_UP), without)
        ground.memo[TABLE] = found
    return found


class Bands(NamedTuple):
    """Rows of points that one fact decides, the highest first."""

    criterion: str
    fact: str
    rows: tuple[tuple[Test, int, Row], ...]


class Worked(NamedTuple):
    """The points of a row. With a fact they grow from `start` by `each`, and are at most `most`."""

    criterion: str
    points: int
    fact: str | None = None
    start: int = 0
    each: int = 1
    most: int = 0

    def of(self, facts: Facts) -> int:
        """The points of a case."""
        if self.fact is None:
            return self.points
        told = int(facts[self.fact])
        return min(int(self.points + (told - self.start) * self.each), self.most)


class Points(NamedTuple):
    """Rows of points: those in bands, the others, and how each of the others is worked out."""

    bands: tuple[Bands, ...]
    others: tuple[Tested, ...]
    worked: Mapping[str, Worked]


def scores(ground: Ground, facts: Facts) -> dict[str, tuple[int, Row]]:
    """For each criterion its highest points and the row that gives them. Raises for a missing fact.

    Points grow by whole years; points that the case gives count up to the limit of the row.
    """
    plan: Points | None = ground.memo.get(POINTS_TABLE)
    if plan is None:
        plan = ground.memo[POINTS_TABLE] = _plan(ground)
    found: dict[str, tuple[int, Row]] = {}
    for band in plan.bands:
        value = facts[band.fact]
        for test, points, row in band.rows:
            if test(value):
                held = found.get(band.criterion)
                if held is None or points > held[0]:
                    found[band.criterion] = (points, row)
                break
    rows = [one.row for one in plan.others if one.holds(facts)]
    late = ground.sheet(POINTS_TABLE).standing
    for row in late.replaced(rows) if late.late else rows:
        worked = plan.worked[row.key]
        criterion, points = worked.criterion, worked.of(facts)
        held = found.get(criterion)
        if points and (held is None or points > held[0]):
            found[criterion] = (points, row)
    return found


def _plan(ground: Ground) -> Points:
    """Rows of points in bands by fact, and the rest; no bands where openings replace rows."""
    sheet = ground.sheet(POINTS_TABLE)
    grouped: dict[tuple[str, str], list[tuple[Test, int, Row]]] = {}
    others: list[Tested] = []
    for one in sheet.rows:
        if one.row.effect != POINTS or len(one.tests) != 1 or sheet.standing.late:
            others.append(one)
            continue
        fact, test = one.tests[0]
        band = grouped.setdefault((one.row.param("criterion"), fact), [])
        band.append((test, ground.figure(one.row, POINTS), one.row))
    bands = (
        Bands(criterion, fact, tuple(sorted(rows, key=lambda one: -one[1])))
        for (criterion, fact), rows in grouped.items()
    )
    worked = {one.row.key: _worked(ground, one.row) for one in others}
    return Points(tuple(bands), tuple(others), worked)


def _worked(ground: Ground, row: Row) -> Worked:
    """How the points of a row are worked out."""
    criterion = row.param("criterion")
    if row.effect == POINTS:
        return Worked(criterion, int(ground.figure(row, POINTS)))
    most = int(ground.figure(row, "points_max"))
    if row.effect == GIVEN:
        return Worked(criterion, 0, criterion, most=most)
    start, each = ground.figure(row, "from_years"), ground.figure(row, "each_points")
    return Worked(criterion, ground.figure(row, POINTS), criterion, start, each, most)
