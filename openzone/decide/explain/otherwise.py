"""What the answer would be if the one condition that failed had held."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from openzone.decide import cited
from openzone.decide.answer import effects
from openzone.decide.binding import condition_values, meets
from openzone.decide.explain.scene import Scene
from openzone.decide.explain.trace import Otherwise, Reason
from openzone.decide.facts import Case
from openzone.decide.single import decide
from openzone.rulebook.model import Row, Text


def otherwise(scene: Scene, row: Row, reasons: tuple[Reason, ...]) -> Otherwise | None:
    """Decide the case again with the one fact changed; None where the row would still not bind."""
    if len(reasons) != 1:
        return None
    for fact, value, title, case in _changed(scene, row, reasons[0]):
        decision = decide(scene.frame, case)
        rows = {one.key for plan in decision.plans for one in plan.rows}
        if row.key in rows:
            share = effects(decision).get("max_foreign_share")
            return Otherwise(
                fact, value, title, decision.verdict, decision.outcome, share, decision.needs
            )
    return None


def _changed(scene: Scene, row: Row, reason: Reason) -> Iterator[tuple[str, Any, Text, Case]]:
    """The case with the fact that failed set to one that the row asks for."""
    case = scene.decision.case
    if reason.kind == "outside_list":
        yield from _moved(scene, [named.id for named in reason.named])
    elif reason.kind == "list_replaced":
        own = next((one for one in scene.frame.table.lists if one.id == row.list), None)
        if own is not None:
            yield from _moved(scene, list(own.under) or [None])
    elif reason.kind == "reform_elsewhere":
        yield from _moved(scene, [named.id for named in reason.named])
    elif reason.kind in ("not_yet", "reform_not_yet") and reason.day is not None:
        yield from _dated(scene, reason.day)
    elif reason.kind == "no_longer" and reason.day is not None:
        yield from _dated(scene, reason.day - dt.timedelta(days=1))
    elif reason.kind == "fact" and reason.condition is not None:
        name = reason.condition.fact
        title = reason.condition.title
        for condition in row.conditions:
            for value in condition_values((condition,), name):
                if meets(condition, value):
                    facts = {**case.facts, name: value}
                    shown = cited.shown_value(reason.condition.fact_kind, value)
                    yield name, shown, title, dataclasses.replace(case, facts=facts)


def _moved(scene: Scene, places: Sequence[str | None]) -> Iterator[tuple[str, Any, Text, Case]]:
    """The case in another place that exists on the day; None is the country outside zones."""
    law, case = scene.frame.law, scene.decision.case
    for place in places:
        if place is None:
            yield "place", None, cited.PLACE, dataclasses.replace(case, places=())
        elif law.territories.exists(place, scene.on, law.known):
            yield (
                "place",
                cited.place_named(law, place),
                cited.PLACE,
                dataclasses.replace(case, places=(place,)),
            )


def _dated(scene: Scene, on: dt.date) -> Iterator[tuple[str, Any, Text, Case]]:
    """The case on another day, where its places existed and its code meant the same."""
    law, case = scene.frame.law, scene.decision.case
    codes = law.book.classification
    if not all(law.territories.exists(place, on, law.known) for place in case.places):
        return
    if case.activity is None and case.industry and codes.other_meaning(case.industry, on):
        return
    yield "date", on, cited.DATE, dataclasses.replace(case, on=on)
