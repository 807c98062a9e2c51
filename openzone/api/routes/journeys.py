"""Journeys: a business plan through every regime; in many places; what would unblock it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.guards import needs
from openzone.api.languages import language
from openzone.api.options import Asked, reforms_of
from openzone.api.service import Service, service_of
from openzone.api.written import json_response
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.asking import Desk
from openzone.regimes.journey.compare import compare
from openzone.regimes.journey.path import path_of
from openzone.regimes.journey.plan import BUNDLED, Plan, bundled, plan_from, read_plan
from openzone.regimes.journey.report import report
from openzone.regimes.journey.unblock import Search, as_file, searched
from openzone.regimes.journey.walk import walk
from openzone.regimes.journey.wording import compared_wording, wording

OUTSIDE = "outside"
PLACES_MAX = 60

router = APIRouter(
    prefix=VERSION + "/journey", tags=["journey"], dependencies=[Depends(needs("journey"))]
)


class JourneyBody(Asked):
    """A plan, and the law it is put to."""

    plan: dict[str, Any] | str = Field(
        description="A plan as its file has it, or the name of one that comes with the program."
    )
    place: list[str] | None = Field(
        None, max_length=20, description="Instead of the place of the plan; ['outside'] is none."
    )


class CompareBody(Asked):
    """A plan, and the places to compare."""

    plan: dict[str, Any] | str = Field(
        description="A plan as its file has it, or the name of one that comes with the program."
    )
    places: list[str] | None = Field(
        None, max_length=PLACES_MAX,
        description="Each place alone; 'outside' is outside zones. Default: every zone, the port,"
        " outside.",
    )  # fmt: skip


_REPORT = {
    "type": "object", "required": ["schema", "plan", "law", "verdict", "answers", "text"],
    "properties": {
        "schema": {"const": "openzone/journey/1"}, "plan": {"type": "string"},
        "law": shapes.reference(shapes.Stamp), "verdict": {"type": "object"},
        "answers": {"type": "array", "items": shapes.reference(shapes.Answer)},
        "text": {"type": "string"},
    },
}  # fmt: skip
_COMPARED = {
    "type": "object", "required": ["plan", "places", "text"],
    "properties": {
        "plan": {"type": "string"}, "places": {"type": "array", "items": {"type": "object"}},
        "text": {"type": "string"},
    },
}  # fmt: skip
_EXAMPLE = {"plan": "hospital", "lang": "zh"}
_PROBLEMS = shapes.problems(400, 415, 422)


@router.post(
    "",
    summary="May this plan enter and operate, what blocks it, by when, at what cost",
    responses={200: shapes.told("Every answer, step and figure.", _REPORT), **_PROBLEMS},
    openapi_extra=shapes.body(JourneyBody, example=_EXAMPLE),
)
async def journey(request: Request) -> Response:
    """The journey of a plan in one place."""
    return await _walked(request, unblock=False)


@router.post(
    "/unblock",
    summary="The single changes of the law that would unblock a plan",
    responses={
        200: shapes.told("The journey, with `unblock`, and `draft`: a reform file.", _REPORT),
        **_PROBLEMS,
    },
    openapi_extra=shapes.body(JourneyBody, example=_EXAMPLE),
)
async def unblock(request: Request) -> Response:
    """The journey of a plan, and for each part that is blocked the smallest reforms."""
    return await _walked(request, unblock=True)


@router.post(
    "/compare",
    summary="The same plan in many places, best first",
    responses={200: shapes.told("A line for each place.", _COMPARED), **_PROBLEMS},
    openapi_extra=shapes.body(CompareBody, example={"plan": "cloud", "places": ["outside"]}),
)
async def compared(request: Request) -> Response:
    """Blocked parts, days to the opening, duties: place by place."""
    body = await json_body(request, CompareBody)
    service, lang = service_of(request), body.lang or language(request)
    places = body.places
    chosen = None if places is None else [() if one == OUTSIDE else (one,) for one in places]

    def work() -> dict[str, Any]:
        plan = plan_of(body.plan)
        reforms = reforms_of(service.book, body.reforms, service.limits)
        with service.desks.at(body.known, reforms) as desk:
            found = compare(desk, plan, chosen)
            text = compared_wording(desk.law, found, lang)
        return {"plan": plan.id, "places": [one.as_dict() for one in found], "text": text}

    told = await service.workers.run(work)
    return json_response(told, headers={"content-language": lang})


async def _walked(request: Request, unblock: bool) -> Response:
    body = await json_body(request, JourneyBody)
    service, lang = service_of(request), body.lang or language(request)

    def work() -> dict[str, Any]:
        return journey_of(service, body, unblock, lang)

    told = await service.workers.run(work)
    return json_response(told, headers={"content-language": lang})


def journey_of(service: Service, body: JourneyBody, unblock: bool, lang: str) -> dict[str, Any]:
    """The report of a plan, and its words. Raises CaseError, ReformError."""
    plan = plan_of(body.plan)
    reforms = reforms_of(service.book, body.reforms, service.limits)
    place = None if body.place is None else tuple(one for one in body.place if one != OUTSIDE)
    with service.desks.at(body.known, reforms) as desk:
        return reported(desk, plan, place, unblock, lang)


def reported(
    desk: Desk, plan: Plan, place: tuple[str, ...] | None, unblock: bool, lang: str
) -> dict[str, Any]:
    """A plan walked through a law: its report, its words, and what would unblock it."""
    walked = walk(desk, plan, place)
    path = path_of(walked)
    found = searched(walked) if unblock else None
    told = report(walked, path, found)
    told["text"] = wording(walked, path, lang, found)
    if found is not None:
        told["draft"] = _draft(found, desk)
    return told


def _draft(found: Sequence[Search], desk: Desk) -> str | None:
    every = [one for search in found for one in search.found]
    return as_file(min(every, key=lambda one: one.size), desk.law.book) if every else None


def plan_of(given: dict[str, Any] | str) -> Plan:
    """A plan as data, or one that comes with the program; never a file. Raises CaseError."""
    if not isinstance(given, str):
        return plan_from(given)
    if given not in bundled():
        raise CaseError(
            Fault("unknown_reference", "no plan of this name comes with the program", field="plan",
                  seen=given, expected="one of " + ", ".join(bundled()),
                  next=nearest(given, bundled()))
        )  # fmt: skip
    return read_plan(BUNDLED / f"{given}.yaml")
