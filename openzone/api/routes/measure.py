"""Openness: how open the law is, over time and place."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import etags, shapes
from openzone.api.addresses import VERSION
from openzone.api.guards import needs
from openzone.api.options import AskedInQuery, Day, reforms_of
from openzone.api.service import service_of
from openzone.watch.openness import default_places, openness
from openzone.watch.records import as_json

router = APIRouter(prefix=VERSION, tags=["openness"])


class OpennessQuery(AskedInQuery):
    """Where and when the openness of the law is measured."""

    place: list[str] = Field(
        default_factory=list, max_length=20,
        description="A list of the book (national, ftz, ...) or a territory; ';' joins several."
        " Repeatable (default: one for each list).",
    )  # fmt: skip
    on: list[Day] = Field(
        default_factory=list, max_length=40,
        description="A day to measure. Repeatable (default: the days on which the law changes).",
    )  # fmt: skip


_MEASURED = {
    "type": "object", "required": ["law", "lists", "figures"],
    "properties": {
        "law": {"type": "object"}, "figures": {"type": "array", "items": {"type": "object"}},
        "lists": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip


@router.get(
    "/openness",
    summary="How open the law is to a wholly foreign-owned firm, over time and place",
    dependencies=[Depends(needs("openness"))],
    responses={
        200: shapes.told("Counts and scores; with reforms, those `before` too.", _MEASURED),
        304: {"description": "The caller holds this answer already (If-None-Match)."},
        **shapes.problems(422),
    },
)
async def measured(request: Request, query: Annotated[OpennessQuery, Query()]) -> Response:
    """Classes open, partly open and closed, with a score, for each place and day."""
    service = service_of(request)
    book, known = service.book, query.known or service.desks.today()
    reforms = reforms_of(book, query.reform, service.limits)
    days = [day for day in query.on if day is not None] or None

    def work() -> Any:
        lists = {place.id: place.ids for place in default_places(book)}
        places = {
            name: lists.get(name, tuple(one.strip() for one in name.split(";") if one.strip()))
            for name in query.place
        } or None
        after = openness(book, known=known, places=places, dates=days, reforms=reforms)
        if not reforms:
            return json.loads(as_json(after))
        there = {
            place.id: place.ids
            for place in after.places
            if all(id in book.territories for id in place.ids)
        }
        before = openness(book, known=known, places=there, dates=after.dates)
        return json.loads(as_json(after, before))

    return await etags.answered(service, request, work, known=query.known, reforms=reforms)
