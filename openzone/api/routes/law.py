"""The law in force, the page of anything that has an id, and search by words."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import etags, shapes
from openzone.api.addresses import VERSION
from openzone.api.guards import needs
from openzone.api.options import AskedInQuery, Day, Shape, places_of, reforms_of
from openzone.api.paging import links, part
from openzone.api.problems import not_found
from openzone.api.service import service_of
from openzone.decide.search.find import KINDS, QUERY_CHARACTERS_MAX, search
from openzone.errors import OpenZoneError
from openzone.rulebook.law import Law
from openzone.rulebook.lookup import overview_page, page_of
from openzone.rulebook.pages import Page
from openzone.rulebook.plain import plain

HITS_MAX = 200
PLACES_MAX = 50

router = APIRouter(prefix=VERSION, tags=["law"])


class LawQuery(AskedInQuery):
    """The law asked about."""

    on: Day = Field(None, description="The day asked about (default: today).")
    place: list[str] = Field(
        default_factory=list, max_length=PLACES_MAX,
        description="A place, by id or name. Repeatable.",
    )  # fmt: skip


Kind = Literal["activity", "row", "industry", "place", "goods"]


class SearchQuery(Shape):
    """What is searched, and how much of what is found."""

    q: str = Field(
        min_length=1, max_length=QUERY_CHARACTERS_MAX,
        description="Everyday words, Chinese or English.",
    )  # fmt: skip
    kind: list[Kind] = Field(
        default_factory=list, description="Only hits of this kind. Repeatable (default: all)."
    )
    limit: int = Field(10, ge=1, le=100, description="At most so many hits at once.")
    cursor: str | None = Field(None, description="From the Link of the part before.")


_PAGE = {
    "type": "object", "required": ["schema", "kind", "law", "page"],
    "properties": {
        "schema": {"const": "law/1"}, "kind": {"type": "string"},
        "law": shapes.reference(shapes.Stamp), "page": {"type": "object"},
    },
}  # fmt: skip
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller holds this answer already (If-None-Match)."}
}


@router.get(
    "/law",
    summary="The documents in force on a day at a place, table by table",
    dependencies=[Depends(needs("law"))],
    responses={200: shapes.told("The page.", _PAGE), **_NOT_MODIFIED, **shapes.problems(422)},
)
async def overview(request: Request, query: Annotated[LawQuery, Query()]) -> Response:
    """What is in force, as schema law/1."""
    return await _page(request, query, None)


@router.get(
    "/law/{id:path}",
    summary="The page of a row, measure, document, reform, figure, place, activity or code",
    dependencies=[Depends(needs("law"))],
    responses={
        200: shapes.told("The page.", _PAGE), **_NOT_MODIFIED, **shapes.problems(404, 422)
    },
)  # fmt: skip
async def page(
    request: Request,
    query: Annotated[LawQuery, Query()],
    id: Annotated[str, Path(description="The id, for example FI-NAT-2024-22.", max_length=200)],
) -> Response:
    """What it says, since when, what changed, who may change it."""
    return await _page(request, query, id)


async def _page(request: Request, query: LawQuery, id: str | None) -> Response:
    service = service_of(request)
    reforms = reforms_of(service.book, query.reform, service.limits)
    day = query.on or service.desks.today()

    def work() -> dict[str, Any]:
        with service.desks.at(query.known, reforms) as desk:
            law = desk.law
            places = places_of(service.book, law.territories, query.place)
            if id is None:
                return written(overview_page(law, day, places), law, day)
            try:
                return written(page_of(law, id, day, places), law, day)
            except OpenZoneError as error:
                if error.code == "unknown_reference":
                    raise not_found(error.faults) from None
                raise

    return await etags.answered(service, request, work, known=query.known, reforms=reforms)


def written(page: Page, law: Law, on: dt.date) -> dict[str, Any]:
    """A page of the law as plain data, schema law/1."""
    kind = type(page).__name__.removesuffix("Page").lower()
    return {"schema": "law/1", "kind": kind, "law": law.stamp(on), "page": plain(page)}


_HITS = {
    "type": "object", "required": ["hits"],
    "properties": {"hits": {"type": "array", "items": shapes.reference(shapes.HitShape)}},
}  # fmt: skip


@router.get(
    "/search",
    summary="Everyday words in, the ids that cases and routes use out",
    dependencies=[Depends(needs("search"))],
    responses={200: shapes.told("Best first.", _HITS), **_NOT_MODIFIED, **shapes.problems(422)},
)
async def found(request: Request, query: Annotated[SearchQuery, Query()]) -> Response:
    """Activities, rows, industry codes, places and goods, by words in either language."""
    service = service_of(request)
    following: list[str | None] = []

    def work() -> dict[str, Any]:
        hits = search(service.book, query.q, tuple(query.kind) or KINDS, HITS_MAX)
        shown, after = part(hits, query.limit, query.cursor)
        following.append(after)
        return {
            "hits": [
                {"kind": hit.kind, "id": hit.id, "title": hit.title._asdict(), "score": hit.score,
                 "why": hit.why, "codes": list(hit.codes)}
                for hit in shown
            ]
        }  # fmt: skip

    return await etags.answered(
        service, request, work, known=query.known, more=lambda _: links(request, following[0])
    )
