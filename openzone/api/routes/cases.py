"""Saved cases: kept with their answer, had again as they were, and asked of today's law."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from openzone.api import kept, shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.calls import CallId
from openzone.api.guards import needs, store_of
from openzone.api.kept import NO_STORE, Cursor, Id, Limit, laws_of
from openzone.api.options import Day
from openzone.api.service import service_of
from openzone.api.written import json_response
from openzone.office import cases as office
from openzone.office.callers import Caller

REFORMS_MAX = 20
router = APIRouter(
    prefix=VERSION + "/cases", tags=["cases"], dependencies=[Depends(kept.others_told)]
)

Saver = Annotated[Caller, Depends(needs("case.save"))]
Reader = Annotated[Caller, Depends(needs("case.read"))]
Checker = Annotated[Caller, Depends(needs("case.recheck"))]


class Body(BaseModel):
    """The body of a request; what it does not name is refused."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class SaveBody(Body):
    """A question to be answered and kept."""

    kind: Literal["case", "journey"] = Field("case", description="A case, or a business plan.")
    facts: dict[str, Any] = Field(description="The case with its regime, or the plan.")
    known: Day = Field(None, description="The law as published by this day (default: today).")
    reforms: list[str] = Field(
        default_factory=list, max_length=REFORMS_MAX, description="Reforms on top, by their ids."
    )


class RecheckBody(Body):
    """The law that a saved question is asked of."""

    on: Day = Field(None, description="The day of the facts (default: today).")
    known: Day = Field(None, description="The law as published by this day (default: today).")
    reforms: list[str] = Field(
        default_factory=list, max_length=REFORMS_MAX, description="Reforms on top, by their ids."
    )


_LINE = {
    "type": "object",
    "required": ["id", "seq", "owner", "saved_at", "kind", "regime", "verdict", "outcome", "law"],
}
_WHOLE = {**_LINE, "required": [*_LINE["required"], "erased", "checks"]}
_REPRODUCED = {
    "type": "object", "required": ["case", "found", "kept", "changes", "book", "reforms"],
    "properties": {"found": {"enum": [office.SAME, office.BOOK_DIFFERS, office.DIFFERS]}},
}  # fmt: skip
_RECHECKED = {"type": "object", "required": ["case", "same", "changes", "answer", "book_hash"]}
_EXAMPLE = {
    "facts": {"regime": "capital", "activity": "health.hospital", "foreign_share": "1.0",
              "place": ["ftz:shanghai-lingang"], "date": "2025-06-01"},
}  # fmt: skip


@router.post(
    "", summary="Answer a case or a plan, and keep both", status_code=201,
    responses={201: shapes.told("The case, with its answer.", _WHOLE),
               **shapes.problems(400, 409, 415, 422)},
    openapi_extra=shapes.body(SaveBody, example=_EXAMPLE),
)  # fmt: skip
async def save(request: Request, caller: Saver, call: CallId) -> Response:
    """What is kept: the facts, the answer, the hash of the book, both times, the reforms."""
    body = await json_body(request, SaveBody)
    question = office.Question(body.facts, body.kind, body.known, body.reforms)
    store, laws = store_of(request), laws_of(request)

    def work() -> dict[str, Any]:
        return office.read(store, caller, office.save(store, laws, caller, call, question))

    told = await service_of(request).workers.run(work)
    return kept.created(told, f"{VERSION}/cases/{told['id']}")


@router.get(
    "", summary="Saved cases, the newest first",
    responses={200: shapes.told("A part of the list.", kept.list_shape(_LINE)),
               **shapes.problems(422)},
)  # fmt: skip
def listed(
    request: Request, caller: Reader, limit: Limit = 50, cursor: Cursor = None,
    owner: Annotated[str, Query(max_length=200, description="Of one owner.")] = "",
) -> Response:  # fmt: skip
    """A firm sees its own; the office sees all."""
    before = kept.before_of(cursor)
    return kept.page(request, office.listed(store_of(request), caller, before, limit, owner), limit)


@router.get(
    "/{id}", summary="A saved case, its answer, and what asking again told",
    responses={200: shapes.told("The case.", _WHOLE), **shapes.problems(404)},
)  # fmt: skip
def one(request: Request, caller: Reader, id: Id) -> Response:
    """With what proves the answer: its salted hash stands in the journal."""
    return json_response(office.read(store_of(request), caller, id), headers=NO_STORE)


@router.post(
    "/{id}/reproduce", summary="The answer again, on its two times, compared with the one kept",
    responses={200: shapes.told("Whether it is the same, and how it differs.", _REPRODUCED),
               **shapes.problems(404, 410)},
)  # fmt: skip
async def reproduce(request: Request, caller: Checker, id: Id) -> Response:
    """Nothing is recorded: it shows that the office still answers as it did, or why not."""
    store, laws = store_of(request), laws_of(request)
    told = await service_of(request).workers.run(lambda: office.reproduce(store, laws, caller, id))
    return json_response(told, headers=NO_STORE)


@router.post(
    "/{id}/recheck", summary="What today's law would change in a saved answer",
    responses={200: shapes.told("What changes, and exactly how.", _RECHECKED),
               **shapes.problems(400, 404, 409, 410, 415, 422)},
    openapi_extra=shapes.body(RecheckBody, example={}),
)  # fmt: skip
async def recheck(request: Request, caller: Checker, call: CallId, id: Id) -> Response:
    """The saved answer stays as it is; the check is recorded beside it."""
    body = await json_body(request, RecheckBody)
    store, laws = store_of(request), laws_of(request)
    told = await service_of(request).workers.run(
        lambda: office.recheck(store, laws, caller, call, id, on=body.on, known=body.known,
                               reforms=body.reforms)
    )  # fmt: skip
    return json_response(told, headers=NO_STORE)
