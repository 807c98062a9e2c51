"""Links by which others read one saved answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.calls import CallId
from openzone.api.guards import needs, store_of
from openzone.api.kept import NO_STORE, Id, others_told
from openzone.api.routes.cases import Body
from openzone.api.service import service_of
from openzone.api.written import json_response
from openzone.office import shares as office
from openzone.office.callers import Caller

router = APIRouter(prefix=VERSION, tags=["shares"], dependencies=[Depends(others_told)])

Maker = Annotated[Caller, Depends(needs("share.create"))]
Ender = Annotated[Caller, Depends(needs("share.revoke"))]
Owner = Annotated[Caller, Depends(needs("case.read"))]
PRIVATE = {**NO_STORE, "x-robots-tag": "noindex, nofollow"}


class ShareBody(Body):
    """A link that is to be."""

    with_facts: bool = Field(False, description="Whether readers see the facts too.")
    days: int = Field(office.DAYS, description=f"For how long: 1 to {office.DAYS_MAX}.")


_LINK = {"type": "object", "required": ["id", "case", "with_facts", "expires_at"]}
_MADE = {**_LINK, "required": [*_LINK["required"], "token", "url"],
         "properties": {"token": {"type": ["string", "null"]}}}  # fmt: skip
_LINKS = {"type": "object", "required": ["items"],
          "properties": {"items": {"type": "array", "items": _LINK}}}  # fmt: skip
_SHOWN = {
    "type": "object",
    "required": ["answer", "law", "verdict", "outcome", "saved_at", "expires_at", "proof"],
}


@router.post(
    "/cases/{id}/shares", summary="Make a link to a saved answer", status_code=201,
    responses={201: shapes.told("The link; its token is shown once.", _MADE),
               **shapes.problems(400, 404, 409, 410, 415, 422)},
    openapi_extra=shapes.body(ShareBody, example={"with_facts": False, "days": 14}),
)  # fmt: skip
async def create(request: Request, caller: Maker, call: CallId, id: Id) -> Response:
    """It shows the answer as it was saved, whatever becomes of the law. A repeat has no token."""
    body = await json_body(request, ShareBody)
    store = store_of(request)
    told = await service_of(request).workers.run(
        lambda: office.create(store, caller, call, id, with_facts=body.with_facts, days=body.days)
    )
    url = f"{VERSION}/shared/{told['token']}" if told["token"] else None
    return json_response({**told, "url": url}, 201, NO_STORE)


@router.get(
    "/cases/{id}/shares", summary="The links to a saved answer, and how often each was opened",
    responses={200: shapes.told("The links.", _LINKS), **shapes.problems(404)},
)  # fmt: skip
def listed(request: Request, caller: Owner, id: Id) -> Response:
    """Without their tokens: nobody can read those again."""
    return json_response({"items": office.listed(store_of(request), caller, id)}, headers=NO_STORE)


@router.delete(
    "/cases/{id}/shares/{share}", summary="End a link",
    responses={200: shapes.told("The link.", {"type": "object"}), **shapes.problems(404, 409)},
)  # fmt: skip
def revoke(
    request: Request, caller: Ender, call: CallId, id: Id,
    share: Annotated[str, Path(max_length=200, description="The id of the link.")],
) -> Response:  # fmt: skip
    """It opens nothing from now on."""
    told = office.revoke(store_of(request), caller, call, id, share)
    return json_response(told, headers=NO_STORE)


@router.get(
    "/shared/{token}", summary="What a link shows",
    dependencies=[Depends(needs("share.read"))],
    responses={200: shapes.told("The answer.", _SHOWN), **shapes.problems(404, 410)},
)  # fmt: skip
def shown(
    request: Request,
    token: Annotated[str, Path(max_length=100, description="The token of the link.")],
) -> Response:
    """Whoever has the token reads the answer, and nothing else of the case."""
    return json_response(office.opened(store_of(request), token), headers=PRIVATE)
