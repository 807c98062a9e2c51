"""Signing in and out, the second factor, the password: one's own account."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.cookies import VISIT, drop, hold
from openzone.api.guards import COOKIE, denials_of, needs, route_of, session_of, store_of
from openzone.api.identity import provider_of
from openzone.api.problems import HttpError
from openzone.api.written import SECRET, as_json, json_response
from openzone.errors import Fault
from openzone.office import own_account, people, signing_in
from openzone.office.acts import PeopleError
from openzone.office.attempts import ClosedError
from openzone.office.callers import Caller
from openzone.office.permission import AccessError
from openzone.office.signing_in import SignedIn

NO_STORE = {"cache-control": SECRET}
LANDING = "/"

router = APIRouter(prefix=VERSION, tags=["session"])

Visitor = Annotated[Caller, Depends(needs("account.sign_in"))]
Finishing = Annotated[Caller, Depends(needs("account.finish"))]
Owner = Annotated[Caller, Depends(needs("account.own"))]


class Body(BaseModel):
    """What is sent; fields that are not named are refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignInBody(Body):
    """A login and its password."""

    login: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class CodeBody(Body):
    """A one-time code of the second factor."""

    code: str = Field(max_length=20)


class PasswordBody(Body):
    """The password that was, and the one that is to be."""

    old: str = Field(max_length=1000)
    new: str = Field(max_length=1000)


class OfferBody(Body):
    """The password, to show that it is you; empty for an account without one."""

    password: str = Field("", max_length=1000)


class SignedInShape(BaseModel):
    """A session: `stage` says whether a code (`factor`) or a new password (`change`) is due."""

    user: str
    stage: str
    csrf: str = Field(description="To be sent as X-CSRF-Token with every write of this session.")


class MeShape(SignedInShape):
    """Who has signed in, in which roles, until when."""

    login: str
    name: str
    email: str
    roles: list[str]
    second_factor: bool = Field(description="Whether this session has proved a second factor.")
    enrolled: bool = Field(description="Whether the account has a second factor.")
    expires_at: str


class OfferShape(BaseModel):
    """A secret for one-time codes, and the address that a picture of it holds."""

    secret: str
    uri: str


@router.post("/session", summary="Sign in", response_model=SignedInShape, status_code=201,
             responses=shapes.problems(401, 422))  # fmt: skip
def sign_in(body: SignInBody, request: Request, _: Visitor) -> Response:
    """Begin a session with login and password; the cookie of one that stood is replaced."""
    source = request.client.host if request.client else ""
    with _told(request):
        signed = signing_in.sign_in(store_of(request), body.login, body.password, source=source)
    _end_held(request)
    return _begun(request, signed, 201)


@router.post("/session/second-factor", summary="Prove the second factor",
             response_model=SignedInShape, responses=shapes.problems(401, 422))  # fmt: skip
def prove(body: CodeBody, request: Request, _: Finishing) -> Response:
    """Prove the second factor of a session that waits for it."""
    with _told(request):
        signed = signing_in.prove(store_of(request), _token(request), body.code)
    return _begun(request, signed)


@router.get("/session", summary="Who has signed in", response_model=MeShape,
            responses=shapes.problems(401))  # fmt: skip
def me(request: Request, caller: Finishing) -> Response:
    """The session of the cookie: whose it is, its stage, its token against forged requests."""
    session = session_of(request)
    if session is None:
        raise HttpError(Fault("not_signed_in", "the session is over", next="sign in"))
    person = people.one(store_of(request), caller.id)
    full = session.stage == "full"
    return json_response(
        {"user": person.id, "stage": session.stage, "csrf": session.csrf,
         "login": person.login if full else "", "name": person.name if full else "",
         "email": person.email if full else "", "roles": sorted(caller.roles) if full else [],
         "second_factor": caller.second_factor, "enrolled": person.second_factor,
         "expires_at": session.expires_at},
        headers=NO_STORE,
    )  # fmt: skip


@router.delete("/session", summary="Sign out", status_code=204, responses=shapes.problems(401))
def sign_out(request: Request, _: Finishing) -> Response:
    """End this session."""
    signing_in.sign_out(store_of(request), _token(request))
    return _ended(request)


@router.delete("/sessions", summary="Sign out everywhere", status_code=204,
               responses=shapes.problems(401))  # fmt: skip
def sign_out_everywhere(request: Request, caller: Owner) -> Response:
    """End all sessions of the account, this one too."""
    signing_in.sign_out_everywhere(store_of(request), caller.id)
    return _ended(request)


@router.put("/account/password", summary="Change the password", response_model=SignedInShape,
            responses=shapes.problems(401, 422))  # fmt: skip
def change_password(body: PasswordBody, request: Request, _: Finishing) -> Response:
    """Change the password; all other sessions end, and this one gets a new token."""
    with _told(request):
        signed = own_account.change_password(store_of(request), _token(request), body.old, body.new)
    return _begun(request, signed)


@router.post("/account/second-factor", summary="Offer a second factor", response_model=OfferShape,
             responses=shapes.problems(401, 422))  # fmt: skip
def offer_second_factor(body: OfferBody, request: Request, _: Owner) -> Response:
    """A new secret for one-time codes. It counts once a code of it was sent with PUT."""
    with _told(request):
        offer = own_account.offer_second_factor(store_of(request), _token(request), body.password)
    return json_response(offer, headers=NO_STORE)


@router.put("/account/second-factor", summary="Enrol the second factor",
            response_model=SignedInShape, responses=shapes.problems(401, 422))  # fmt: skip
def accept_second_factor(body: CodeBody, request: Request, _: Owner) -> Response:
    """Enrol the secret that was offered, with a code of it; all other sessions end."""
    with _told(request):
        signed = own_account.accept_second_factor(store_of(request), _token(request), body.code)
    return _begun(request, signed)


@router.get("/session/oidc", summary="Sign in with a provider of identities", status_code=303,
            response_class=RedirectResponse, responses=shapes.problems(404, 502))  # fmt: skip
def leave(request: Request, _: Visitor) -> Response:
    """Go to the provider of identities that the operator has set up."""
    from openzone.office import visiting  # what it takes is loaded where it is used

    with _told(request):
        visit = visiting.leave(store_of(request), provider_of(request.app))
    response = RedirectResponse(visit.address, 303, headers=NO_STORE)
    hold(request, response, visit.state, VISIT)
    return response


@router.get("/session/oidc/callback", summary="Come back from the provider", status_code=303,
            response_class=RedirectResponse, responses=shapes.problems(401, 404, 502))  # fmt: skip
def come_back(request: Request, _: Visitor) -> Response:
    """Where the provider sends the browser back to: begins a session."""
    from openzone.office import visiting

    told = {name: value for name, value in request.query_params.items() if len(value) < 5000}
    with _told(request):
        signed = visiting.come_back(
            store_of(request), provider_of(request.app), told, request.cookies.get(VISIT, "")
        )
    response = RedirectResponse(LANDING, 303, headers=NO_STORE)
    _end_held(request)
    hold(request, response, signed.token)
    drop(request, response, VISIT)
    return response


def _token(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _begun(request: Request, signed: SignedIn, status: int = 200) -> Response:
    content = {"user": signed.user, "stage": signed.stage, "csrf": signed.csrf}
    response = Response(as_json(content), status, NO_STORE, "application/json")
    hold(request, response, signed.token)
    return response


def _end_held(request: Request) -> None:
    """Whoever signs in is done with the session that the browser held before."""
    held = _token(request)
    if held:
        signing_in.sign_out(store_of(request), held)


def _ended(request: Request) -> Response:
    response = Response(status_code=204, headers=NO_STORE)
    drop(request, response)
    return response


@contextlib.contextmanager
def _told(request: Request) -> Iterator[None]:
    """Journal a refusal, folded with its like; say when the next attempt is taken."""
    try:
        yield
    except (AccessError, PeopleError) as error:
        if isinstance(error, AccessError):
            denials_of(request).tell(
                store_of(request), "visitor", "account.sign_in", error.code,
                route=route_of(request), method=request.method,
            )  # fmt: skip
        if isinstance(error, ClosedError):
            raise HttpError(error.faults, headers={"retry-after": str(error.wait_s)}) from None
        raise
