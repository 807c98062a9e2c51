"""Users and the roles granted to them, for administrators; auditors read."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.calls import CallId, Named
from openzone.api.guards import needs, store_of
from openzone.api.paging import cursor_of, links, place_of, wrong_cursor
from openzone.api.problems import HttpError
from openzone.api.routes.session import NO_STORE, Body
from openzone.api.written import json_response
from openzone.office import granting, people
from openzone.office.acts import PeopleError
from openzone.office.callers import Caller

router = APIRouter(prefix=VERSION, tags=["users"])

PART = 100
ID_FORM = r"^[!-~]+$"
Limit = Annotated[int, Query(ge=1, le=PART, description="How many at most.")]
Cursor = Annotated[str | None, Query(description="From the Link of the answer before.")]
Reader = Annotated[Caller, Depends(needs("user.read"))]
Maker = Annotated[Caller, Depends(needs("user.create"))]
Closer = Annotated[Caller, Depends(needs("user.disable"))]
Resetter = Annotated[Caller, Depends(needs("user.reset"))]
Eraser = Annotated[Caller, Depends(needs("user.erase"))]
Proposer = Annotated[Caller, Depends(needs("role.propose"))]
Confirmer = Annotated[Caller, Depends(needs("role.confirm"))]
Revoker = Annotated[Caller, Depends(needs("role.revoke"))]


class UserBody(Body):
    """Somebody who is to have an account."""

    login: str = Field(max_length=200)
    name: str = Field(max_length=500)
    email: str = Field("", max_length=500)


class ProposalBody(Body):
    """A role that a user is to have."""

    user: str = Field(max_length=200, pattern=ID_FORM)
    role: str = Field(max_length=40)


class NewUserShape(BaseModel):
    """A user with a one-time password: shown once; empty in the answer to a repeat."""

    id: str
    login: str
    one_time_password: str


class PersonShape(BaseModel):
    """A user; texts are empty where they were erased."""

    id: str
    login: str
    name: str
    email: str
    state: Literal["active", "disabled", "erased"]
    second_factor: bool
    created_at: str
    roles: list[str]


class GrantShape(BaseModel):
    """A role of a user, by whom and when; texts are empty where that has not happened."""

    id: str
    user: str
    role: str
    state: Literal["proposed", "granted", "revoked"]
    proposed_by: str
    proposed_at: str
    granted_by: str
    granted_at: str
    revoked_by: str
    revoked_at: str
    alone: bool = Field(description="By the first administrator, who appointed the second.")


@router.get("/users", summary="Users", response_model=list[PersonShape],
            responses=shapes.problems(401, 403, 422))  # fmt: skip
def users(request: Request, _: Reader, limit: Limit = PART, cursor: Cursor = None) -> Response:
    """All users, by id."""
    found = people.listed(store_of(request), _after(cursor), limit + 1)
    return _part(request, found, limit)


@router.post("/users", summary="Make a user", response_model=NewUserShape, status_code=201,
             responses=shapes.problems(401, 403, 409, 422))  # fmt: skip
def create_user(body: UserBody, request: Request, caller: Maker, call: CallId) -> Response:
    """A new account: a firm, until roles are granted. The one-time password is shown once."""
    made = people.create(store_of(request), caller, call, login=body.login, name=body.name,
                         email=body.email)  # fmt: skip
    return _one(made, 201)


@router.get("/users/{user}", summary="A user", response_model=PersonShape,
            responses=shapes.problems(401, 403, 404))  # fmt: skip
def user(user: Named, request: Request, _: Reader) -> Response:
    """A user with the roles granted to them."""
    with named(user):
        return _one(people.one(store_of(request), user))


@router.post("/users/{user}/disable", summary="Close an account", response_model=PersonShape,
             responses=shapes.problems(401, 403, 404, 409))  # fmt: skip
def disable_user(user: Named, request: Request, caller: Closer, call: CallId) -> Response:
    """Sessions end, keys open nothing; roles wait. Not the last administrator's."""
    with named(user):
        people.disable(store_of(request), caller, call, user)
        return _one(people.one(store_of(request), user))


@router.post("/users/{user}/enable", summary="Open an account again", response_model=PersonShape,
             responses=shapes.problems(401, 403, 404, 409))  # fmt: skip
def enable_user(user: Named, request: Request, caller: Closer, call: CallId) -> Response:
    """An account that was closed opens again, in its roles."""
    with named(user):
        people.enable(store_of(request), caller, call, user)
        return _one(people.one(store_of(request), user))


@router.post("/users/{user}/reset", summary="A new one-time password",
             response_model=NewUserShape,
             responses=shapes.problems(401, 403, 404, 409))  # fmt: skip
def reset_user(user: Named, request: Request, caller: Resetter, call: CallId) -> Response:
    """Sessions, keys and second factor are gone; approver and administrator are granted anew."""
    with named(user):
        return _one(people.reset(store_of(request), caller, call, user))


@router.delete("/users/{user}", summary="Erase a user", status_code=204,
               responses=shapes.problems(401, 403, 404, 409))  # fmt: skip
def erase_user(user: Named, request: Request, caller: Eraser, call: CallId) -> Response:
    """Who the user is goes, with all that is sealed about them; the journal stays whole."""
    with named(user):
        people.erase(store_of(request), caller, call, user)
    return Response(status_code=204, headers=NO_STORE)


@router.get("/grants", summary="Roles, proposed and granted", response_model=list[GrantShape],
            responses=shapes.problems(401, 403, 422))  # fmt: skip
def grants(
    request: Request,
    _: Reader,
    user: Annotated[
        str, Query(max_length=200, pattern=f"{ID_FORM}|^$", description="Of this user.")
    ] = "",
    state: Annotated[
        Literal["proposed", "granted", "revoked"] | None, Query(description="In this state.")
    ] = None,
    limit: Limit = PART,
    cursor: Cursor = None,
) -> Response:
    """Grants, by id."""
    found = granting.listed(store_of(request), user=user, state=state or "", after=_after(cursor),
                            limit=limit + 1)  # fmt: skip
    return _part(request, found, limit)


@router.post("/grants", summary="Propose a role", response_model=GrantShape, status_code=201,
             responses=shapes.problems(401, 403, 409, 422))  # fmt: skip
def propose_role(body: ProposalBody, request: Request, caller: Proposer, call: CallId) -> Response:
    """Another administrator confirms. The first one's one appointment is granted at once."""
    return _one(granting.propose(store_of(request), caller, call, body.user, body.role), 201)


@router.post("/grants/{grant}/confirm", summary="Confirm a role", response_model=GrantShape,
             responses=shapes.problems(401, 403, 404, 409))  # fmt: skip
def confirm_role(grant: Named, request: Request, caller: Confirmer, call: CallId) -> Response:
    """Grant what another administrator proposed."""
    with named(grant):
        return _one(granting.confirm(store_of(request), caller, call, grant))


@router.post("/grants/{grant}/revoke", summary="Revoke a role", response_model=GrantShape,
             responses=shapes.problems(401, 403, 404, 409))  # fmt: skip
def revoke_role(grant: Named, request: Request, caller: Revoker, call: CallId) -> Response:
    """Take a role away, or withdraw a proposal. Not the last administrator's."""
    with named(grant):
        return _one(granting.revoke(store_of(request), caller, call, grant))


# ---- parts ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def named(id: str) -> Iterator[None]:
    """What the address names and does not exist is not found."""
    try:
        yield
    except PeopleError as error:
        fault = error.faults[0]
        if fault.code == "unknown_reference" and fault.seen == id:
            raise HttpError(error.faults, 404) from None
        raise


def _one(found: Any, status: int = 200) -> Response:
    return json_response(dataclasses.asdict(found), status, NO_STORE)


def _part(request: Request, found: list[Any], limit: int) -> Response:
    """At most `limit` of what was found, and the link to the next part."""
    following = cursor_of(found[limit - 1].id) if len(found) > limit else None
    plain = [dataclasses.asdict(one) for one in found[:limit]]
    return json_response(plain, headers={**NO_STORE, **links(request, following)})


def _after(cursor: str | None) -> str:
    if cursor is None:
        return ""
    place = place_of(cursor)
    if not isinstance(place, str) or not place.isprintable():
        raise wrong_cursor(cursor)
    return place
