"""API keys of one's own account."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.calls import CallId, Named
from openzone.api.guards import needs, store_of
from openzone.api.routes.session import NO_STORE, Body
from openzone.api.routes.users import named
from openzone.api.written import json_response
from openzone.office import keys as office
from openzone.office.callers import Caller

router = APIRouter(prefix=VERSION, tags=["keys"])

Owner = Annotated[Caller, Depends(needs("key.own"))]


class KeyBody(Body):
    """A key that is to be: what it is for, some of the owner's roles, how long it lasts."""

    label: str = Field(max_length=200)
    roles: list[str] = Field(max_length=10)
    days: int = Field(90, description=f"1 to {office.DAYS_MAX}.")


class NewKeyShape(BaseModel):
    """A key with its secret: shown once; empty in the answer to a repeat."""

    id: str
    secret: str = Field(description="To be sent as Authorization: Bearer.")
    expires_at: str


class KeyShape(BaseModel):
    """A key; `revoked_at` is empty while it was not revoked."""

    id: str
    label: str
    roles: list[str]
    created_at: str
    expires_at: str
    revoked_at: str


@router.get("/keys", summary="My keys", response_model=list[KeyShape],
            responses=shapes.problems(401))  # fmt: skip
def keys(request: Request, caller: Owner) -> Response:
    """The keys of the account, the newest first."""
    found = office.listed(store_of(request), caller.id)
    return json_response([dataclasses.asdict(one) for one in found], headers=NO_STORE)


@router.post("/keys", summary="Make a key", response_model=NewKeyShape, status_code=201,
             responses=shapes.problems(401, 409, 422))  # fmt: skip
def create_key(body: KeyBody, request: Request, caller: Owner, call: CallId) -> Response:
    """A key acts in some of its owner's roles, never as approver or administrator."""
    made = office.create(store_of(request), caller, call, label=body.label, roles=body.roles,
                         days=body.days)  # fmt: skip
    return json_response(dataclasses.asdict(made), 201, NO_STORE)


@router.delete("/keys/{key}", summary="Revoke a key", status_code=204,
               responses=shapes.problems(401, 404))  # fmt: skip
def revoke_key(key: Named, request: Request, caller: Owner, call: CallId) -> Response:
    """The key opens nothing from now on."""
    with named(key):
        office.revoke(store_of(request), caller, call, key)
    return Response(status_code=204, headers=NO_STORE)
