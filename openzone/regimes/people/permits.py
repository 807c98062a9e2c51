"""Which class of work permit: points by criterion, then the classes in their order."""

from __future__ import annotations

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
    for one in sheet.rows:
        if one.row.effect == LOOK_UP and one.holds(facts):
            return Found(LOOK_UP, (one.row,), {"rule": rule_in(ground.law, one.row)})
    without = _without_points(ground, facts)
    scored: dict[str, tuple[int, Row]] = {}
    if without is None:
        scored = scores(ground, facts)
    else:
        with suppress(MissingFactError):
            scored = scores(ground, facts)
    total = sum(points for points, _ in scored.values())
    told = facts.beside(points=total)
    row = without or sheet.first(told)
    effects: dict[str, Any] = {}
    if scored or without is None:
        by_criterion = {criterion: points for criterion, (points, _) in scored.items()}
        effects = {POINTS: total, "by_criterion": by_criterion}
    rows = tuple(one for _, one in scored.values())
    if row is None:
        near = min(sheet.rows, key=lambda one: (len(one.failing(told)), -len(one.tests)))
        effects |= {"lacked": near.failing(told)[0].fact, "nearest": rule_in(ground.law, near.row)}
        return Found(NOT_ELIGIBLE, rows, {"class": NO_CLASS, **effects})
    letter = ground.figure(row, "class")
    return Found(class_outcome(letter), (row, *rows),
                 {"class": letter, **effects, "rule": rule_in(ground.law, row)})  # fmt: skip


def _without_points(ground: Ground, facts: Facts) -> Row | None:
    """The row of the first class that holds whatever the points are."""
    rows: tuple[Tested, ...] | None = ground.memo.get("first class")
    if rows is None:
        every = [one for one in ground.sheet(TABLE).rows if one.row.effect != LOOK_UP]
        letters = [ground.figure(one.row, "class") for one in every]
        rows = ground.memo["first class"] = tuple(
            one
            for one, letter in zip(every, letters, strict=True)
            if letter == letters[0] and all(fact != POINTS for fact, _ in one.tests)
        )
    value_of = facts.get
    for one in rows:
        if all((value := value_of(fact)) is not None and test(value) for fact, test in one.tests):
            return one.row
    return None


class Bands(NamedTuple):
    """Rows of points that one fact decides, the highest first."""

    criterion: str
    fact: str
    rows: tuple[tuple[Test, int, Row], ...]


def scores(ground: Ground, facts: Facts) -> dict[str, tuple[int, Row]]:
    """For each criterion its highest points and the row that gives them. Raises for a missing fact.

    Points grow by whole years; points that the case gives count up to the limit of the row.
    """
    plan: tuple[tuple[Bands, ...], tuple[Tested, ...]] | None = ground.memo.get(POINTS_TABLE)
    if plan is None:
        plan = ground.memo[POINTS_TABLE] = _plan(ground)
    bands, others = plan
    found: dict[str, tuple[int, Row]] = {}
    for band in bands:
        value = facts[band.fact]
        for test, points, row in band.rows:
            if test(value):
                held = found.get(band.criterion)
                if held is None or points > held[0]:
                    found[band.criterion] = (points, row)
                break
    rows = [one.row for one in others if one.holds(facts)]
    late = ground.sheet(POINTS_TABLE).standing
    for row in late.replaced(rows) if late.late else rows:
        criterion, points = row.param("criterion"), _points(ground, row, facts)
        held = found.get(criterion)
        if points and (held is None or points > held[0]):
            found[criterion] = (points, row)
    return found


def _plan(ground: Ground) -> tuple[tuple[Bands, ...], tuple[Tested, ...]]:
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
    return tuple(bands), tuple(others)


def _points(ground: Ground, row: Row, facts: Facts) -> int:
    """The points that a row gives."""
    if row.effect == POINTS:
        return int(ground.figure(row, POINTS))
    most = int(ground.figure(row, "points_max"))
    told = int(facts[row.param("criterion")])
    if row.effect == GIVEN:
        return min(told, most)
    more = told - ground.figure(row, "from_years")
    return min(int(ground.figure(row, POINTS) + more * ground.figure(row, "each_points")), most)
