"""The first text of a reform, for somebody who edits it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.guards import needs
from openzone.api.options import Day
from openzone.api.service import service_of
from openzone.api.written import json_response
from openzone.rulebook.drafting import draft

ROWS_MAX = PLACES_MAX = 50
_ID = r"^[A-Z0-9][A-Z0-9-]{0,59}$"
Row = Annotated[str, Field(max_length=200)]
Rows = Annotated[list[Row], Field(max_length=ROWS_MAX)]

router = APIRouter(prefix=VERSION, tags=["reforms"], dependencies=[Depends(needs("law"))])
_DRAFT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}


class NewBody(BaseModel):
    """What a reform is to do, by rows."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field("MY-REFORM", pattern=_ID, description="The id of the reform.")
    repeal: Rows = Field([], description="Rows that no longer bind.")
    suspend: Rows = Field([], description="Rows that rest for a time.")
    amend: Rows = Field([], description="Rows that get other figures.")
    open: Rows = Field([], description="Rows that give way to an opening that needs approval.")
    place: Annotated[list[Row], Field(max_length=PLACES_MAX)] = Field([], description="Where.")
    start: Day = Field(None, description="The first day (default: the next 1 January).")
    end: Day = Field(None, description="The first day no longer (default: it stays).")


@router.post(
    "/reforms/new", summary="The text of a reform to begin with: rows, their hashes, scope",
    responses={200: shapes.told("The text; nothing is kept.", _DRAFT),
               **shapes.problems(400, 415, 422)},
    openapi_extra=shapes.body(NewBody, example={
        "open": ["FI-FTZ-2021-20"], "place": ["ftz:shanghai-lingang"]}),
)  # fmt: skip
async def new(request: Request) -> Response:
    """Edit it, try it (POST /v1/diff), then draft it (POST /v1/reforms)."""
    body = await json_body(request, NewBody)
    service = service_of(request)
    start = body.start or dt.date(service.desks.today().year + 1, 1, 1)
    kinds = {name: getattr(body, name) for name in ("repeal", "suspend", "amend", "open")}

    def work() -> str:
        return draft(service.book, body.id, kinds, body.place, start, body.end)

    return json_response({"text": await service.workers.run(work)})
