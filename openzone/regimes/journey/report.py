"""A journey as plain data: every answer, the binding rule of each, steps, figures, the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openzone.regimes.journey.path import Path
from openzone.regimes.journey.unblock import Search
from openzone.regimes.journey.walk import Journey

SCHEMA = "openzone/journey/1"


def report(
    journey: Journey,
    path: Path,
    found: Sequence[Search] | None = None,
) -> dict[str, Any]:
    """The journey as the document that the command, HTTP and pages give.

    Money is yuan as text. `binding` names, for each part that is not a plain yes, the row that its
    answer rests on first.
    """
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "plan": journey.plan.id,
        "on": journey.on.isoformat(),
        "place": list(journey.place),
        "law": journey.desk.law.stamp(journey.on),
        "verdict": {
            "enter": journey.enter,
            "operate": journey.operate,
            "blocked": [one.part.id for one in journey.blocked],
            "open": [one.part.id for one in journey.open],
            "opens": path.opens and path.opens.isoformat(),
            "days": path.days,
            "at_least": path.at_least,
        },
        "binding": [
            {"part": one.part.id, "verdict": one.verdict, "row": one.rows[0].id}
            for one in journey.asked
            if one.verdict != "yes" and one.rows
        ],
        "amounts": {name: f"{value:.2f}" for name, value in journey.amounts.items()},
        "goods_without_amount": [one.part.id for one in journey.unpriced],
        "path": path.as_dict(),
        "answers": [{"part": one.part.id, **one.answer} for one in journey.asked],
    }
    if found is not None:
        data["unblock"] = [
            {
                "part": search.asked.part.id,
                "permit": search.permit,
                "reforms": [one.as_dict() for one in search.found],
            }
            for search in found
        ]
    return data
