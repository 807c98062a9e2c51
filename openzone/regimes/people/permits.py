"""Which class of work permit: points by criterion, then the classes in their order."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Tested
from openzone.regimes.derived import Derived
from openzone.regimes.people.outcome import LOOK_UP, NO_CLASS, NOT_ELIGIBLE, class_outcome
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
        return Found(LOOK_UP)
    listed = next((one for one in sheet.rows if one.row.effect == LOOK_UP), None)
    if listed is not None and listed.holds(facts):
        return Found(LOOK_UP, (listed.row,), {"rule": rule_of(listed.row)})
    without = _without_points(ground, facts)
    scored: dict[str, tuple[int, Row]] = {}
    if without is None:
        scored = scores(ground, facts)
    else:
        with suppress(MissingFactError):
            scored = scores(ground, facts)
    total = sum(points for points, _ in scored.values())
    row = without or sheet.first(Derived(facts, {POINTS: total}))
    effects: dict[str, Any] = {}
    if scored or without is None:
        by_criterion = {criterion: points for criterion, (points, _) in scored.items()}
        effects = {POINTS: total, "by_criterion": by_criterion}
    rows = tuple(one for _, one in scored.values())
    if row is None:
        return Found(NOT_ELIGIBLE, rows, {"class": NO_CLASS, **effects})
    letter = ground.figure(row, "class")
    return Found(class_outcome(letter), (row, *rows),
                 {"class": letter, **effects, "rule": rule_of(row)})  # fmt: skip


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
    for one in rows:
        with suppress(MissingFactError):
            if one.holds(facts):
                return one.row
    return None


def scores(ground: Ground, facts: Facts) -> dict[str, tuple[int, Row]]:
    """For each criterion its highest points and the row that gives them. Raises for a missing fact.

    Points grow by whole years; points that the case gives count up to the limit of the row.
    """
    found: dict[str, tuple[int, Row]] = {}
    for row in ground.sheet(POINTS_TABLE).collect(facts):
        figures = dict(row.params)
        criterion = figures["criterion"]
        if row.effect == POINTS:
            points = ground.figure(row, POINTS)
        elif row.effect == GIVEN:
            points = min(facts[criterion], ground.figure(row, "points_max"))
        else:
            more = facts[criterion] - ground.figure(row, "from_years")
            points = ground.figure(row, POINTS) + more * ground.figure(row, "each_points")
            points = min(points, ground.figure(row, "points_max"))
        held = found.get(criterion)
        if points and (held is None or points > held[0]):
            found[criterion] = (points, row)
    return found
