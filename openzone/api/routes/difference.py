"""The exact difference of two laws."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import etags, shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.guards import needs
from openzone.api.languages import language
from openzone.api.options import Asked, Day, Shape, places_of, reforms_of
from openzone.api.paging import links, part
from openzone.api.service import Service, service_of
from openzone.api.written import json_response
from openzone.decide.words.differences import as_data, text_of
from openzone.regimes.comparing import compare, side_named
from openzone.rulebook.model import Reform

SIDE = (
    "Parts joined by ',': a day, a place (or 'outside'), the id of a reform, 'without:ID', or"
    " 'law'."
)
STATEMENTS = 200

router = APIRouter(prefix=VERSION, tags=["diff"])


class DiffQuery(Shape):
    """Two sides, and where they are compared."""

    before: str = Field(max_length=400, description=SIDE)
    after: str = Field(max_length=400, description=SIDE)
    regime: str = Field("capital", description="The regime to compare.")
    on: Day = Field(None, description="The day, where a side names none (default: today).")
    place: list[str] = Field(
        default_factory=list, max_length=50, description="Only these places; 'outside' is none."
    )
    limit: int = Field(STATEMENTS, ge=1, le=1000, description="At most so many statements at once.")
    cursor: str | None = Field(None, description="From the Link of the part before.")


class DiffBody(Asked):
    """Two sides, either of which may name reforms that the body brings."""

    before: str = Field("law", max_length=400, description=SIDE)
    after: str = Field(max_length=400, description=SIDE)
    regime: str = Field("capital", description="The regime to compare.")
    on: Day = Field(None, description="The day, where a side names none (default: today).")
    place: list[str] = Field(
        default_factory=list, max_length=50, description="Only these places; 'outside' is none."
    )


_FOUND = {
    "type": "object", "required": ["regime", "statements", "before", "after", "law"],
    "properties": {
        "regime": {"type": "string"}, "law": shapes.reference(shapes.Stamp),
        "statements": {"type": "array", "items": {"type": "object"}},
        "cells_changed": {"type": "integer"},
    },
}  # fmt: skip


@router.get(
    "/diff",
    summary="Every situation whose answer changes from one law to another",
    dependencies=[Depends(needs("diff"))],
    responses={
        200: shapes.told("As few statements as say it, each in words too.", _FOUND),
        304: {"description": "The caller holds this answer already (If-None-Match)."},
        **shapes.problems(422),
    },
)
async def difference(request: Request, query: Annotated[DiffQuery, Query()]) -> Response:
    """The difference of two days, places or laws; reforms by id of the book."""
    service, lang = service_of(request), language(request)
    following: list[str | None] = []

    def work() -> dict[str, Any]:
        found = compared(service, query, {}, lang)
        found["statements"], after = part(found["statements"], query.limit, query.cursor)
        following.append(after)
        return found

    return await etags.answered(
        service, request, work, known=query.known, more=lambda _: links(request, following[0])
    )


@router.post(
    "/diff",
    summary="The same, with reforms that the request brings",
    dependencies=[Depends(needs("diff"))],
    responses={
        200: shapes.told("As few statements as say it, each in words too.", _FOUND),
        **shapes.problems(400, 415, 422),
    },
    openapi_extra=shapes.body(DiffBody),
)
async def difference_of_reforms(request: Request) -> Response:
    """The difference of two laws; a side names the reforms of the body by their ids."""
    body = await json_body(request, DiffBody)
    service, lang = service_of(request), body.lang or language(request)

    def work() -> dict[str, Any]:
        reforms = reforms_of(service.book, body.reforms, service.limits)
        return compared(service, body, {one.id: one for one in reforms}, lang)

    return json_response(await service.workers.run(work), headers={"content-language": lang})


def compared(
    service: Service, asked: DiffQuery | DiffBody, given: dict[str, Reform], lang: str
) -> dict[str, Any]:
    """Two sides compared, each statement as data and in words."""
    book, today = service.book, service.desks.today()
    day = asked.on or today
    named = [place for place in asked.place if place != "outside"]
    ids = iter(places_of(book, book.territories, named))
    chosen = tuple("" if place == "outside" else next(ids) for place in asked.place)
    found = compare(
        side_named(asked.before, book, files=False, given=given),
        side_named(asked.after, book, files=False, given=given),
        regime=asked.regime, on=day, known=asked.known or today, places=chosen,
    )  # fmt: skip
    law = found.after.law
    data = as_data(found.difference, law.book, law.territories)
    for told, one in zip(data["statements"], found.difference.statements, strict=True):
        told["text"] = text_of(one, law.book, law.territories, lang)
    return data | {"before": asked.before, "after": asked.after, "law": law.stamp(day)}
