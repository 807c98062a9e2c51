"""Reforms: drafted, revised, commented, submitted, and approved by another person than the author.

What is compared and who may is held by the office, inside its transactions; here is only HTTP.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, cast

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from openzone.api import etags, shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.calls import CallId
from openzone.api.guards import denials_of, needs
from openzone.api.middleware.compression import PACKED
from openzone.api.paging import cursor_of, links, place_of, wrong_cursor
from openzone.api.problems import HttpError
from openzone.api.reform_shapes import (
    IF_MATCH,
    MATCH,
    ApprovalBody,
    CommentBody,
    EffectQuery,
    ListQuery,
    PageQuery,
    ReasonBody,
    RevisionBody,
    TextBody,
    answers,
    conditional,
    takes,
)
from openzone.api.service import service_of
from openzone.api.written import json_response
from openzone.errors import Fault
from openzone.office.callers import Caller
from openzone.office.permission import AccessError
from openzone.office.reform_acts import Seen
from openzone.office.reforms import Reforms
from openzone.store.faults import StoreError

SEQ_MAX = 2**53
T = TypeVar("T")

router = APIRouter(prefix=VERSION + "/reforms", tags=["reforms"])
_making = threading.Lock()

Id = Annotated[str, Path(pattern="^r-[0-9a-f]{16}$", description="The id of the reform.")]

# ---- reading -------------------------------------------------------------------------------------


@router.get(
    "",
    summary="Reforms from the oldest, a part at a time",
    dependencies=[Depends(needs("reform.read"))],
    responses={200: shapes.told("A part of the list."), **shapes.problems(422)},
)
async def listed(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """Each with its state, the hash of its text, and whether an authorisation is on record."""
    after = _after(query.cursor)
    found = await _asked(
        request, lambda office: office.listed(query.state or "", after, query.limit)
    )
    return _part(request, {"reforms": found["reforms"]}, found["next"])


@router.get(
    "/{id}",
    summary="A reform: its text, state, approvals, and what was submitted",
    dependencies=[Depends(needs("reform.read"))],
    responses={
        **answers(200, "The reform as it stands."),
        304: {"description": "The caller holds this answer already (If-None-Match)."},
    },
)
async def one(request: Request, id: Id) -> Response:
    """The hashes in it are what an approval repeats. An approval on an older book counts no more.

    `stage` is the state; `approved_draft` where no authorisation is on record: such a reform
    reaches no live stage.
    """
    found = await _asked(request, lambda office: office.one(id))
    tag = _quoted(found)
    return etags.unchanged(request, tag) or json_response(found, headers={"etag": tag})


@router.get(
    "/{id}/revisions",
    summary="The revisions of a reform, each with its text",
    dependencies=[Depends(needs("reform.read"))],
    responses={200: shapes.told("The revisions from the first."), **shapes.problems(404, 422)},
)
async def revisions(request: Request, id: Id) -> Response:
    """Who wrote what, when, and against which book it was checked."""
    found = await _asked(request, lambda office: office.revisions(id))
    return json_response({"revisions": found})


@router.get(
    "/{id}/comments",
    summary="The comments on a reform, a part at a time",
    dependencies=[Depends(needs("reform.read"))],
    responses={200: shapes.told("A part of the comments."), **shapes.problems(404, 422)},
)
async def comments(request: Request, id: Id, query: Annotated[PageQuery, Query()]) -> Response:
    """Each names the revision that it is about."""
    after = _after(query.cursor)
    found = await _asked(request, lambda office: office.comments(id, after, query.limit))
    return _part(request, {"comments": found["comments"]}, found["next"])


@router.get(
    "/{id}/effect",
    summary="What a revision does: exact difference, conflicts, the power it needs",
    dependencies=[Depends(needs("reform.read"))],
    responses={200: shapes.told("The effect."), **shapes.problems(404, 422)},
)
async def effect(request: Request, id: Id, query: Annotated[EffectQuery, Query()]) -> Response:
    """On the book of the service, as known today; refused where the text no longer fits it."""
    found = await _asked(request, lambda office: office.effect(id, query.revision))
    return json_response(found)


# ---- writing -------------------------------------------------------------------------------------


@router.post(
    "",
    status_code=201,
    summary="Draft a reform",
    responses=answers(201, "The reform that was drafted."),
    openapi_extra=takes(TextBody),
)
async def draft(
    request: Request, caller: Annotated[Caller, Depends(needs("reform.draft"))], call: CallId
) -> Response:
    """Refused with every fault where the text is no reform, or does not fit the book."""
    body = await json_body(request, TextBody)
    response, found = await _done(
        request, caller, lambda office: office.draft(caller, call, body.text), 201
    )
    response.headers["location"] = f"{request.url.path}/{found['id']}"
    return response


@router.post(
    "/{id}/revisions",
    status_code=201,
    summary="Give a reform another text: ends its submission and its approvals",
    responses={**answers(201, "The reform with its new revision."), **conditional()},
    openapi_extra=takes(TextBody, MATCH),
)
async def revise(
    request: Request,
    id: Id,
    caller: Annotated[Caller, Depends(needs("reform.revise"))],
    call: CallId,
) -> Response:
    """`If-Match` names the reform as it was read; 412 where it is no longer so.

    `voided` lists the approvals that the edit ended.
    """
    tag = _matched(request)
    body = await json_body(request, TextBody)
    response, _ = await _done(
        request, caller, lambda office: office.revise(caller, call, id, body.text, tag), 201
    )
    return response


@router.post(
    "/{id}/comments",
    status_code=201,
    summary="Comment on a revision",
    responses=answers(201, "The reform."),
    openapi_extra=takes(CommentBody),
)
async def comment(
    request: Request,
    id: Id,
    caller: Annotated[Caller, Depends(needs("reform.comment"))],
    call: CallId,
) -> Response:
    """What is said stands in the journal, and is never taken out."""
    body = await json_body(request, CommentBody)
    response, _ = await _done(
        request, caller,
        lambda office: office.comment(caller, call, id, body.text, body.revision or 0), 201,
    )  # fmt: skip
    return response


@router.post(
    "/{id}/submit",
    summary="Lay the current revision before the approvers, with its effect",
    responses=answers(200, "The reform; `submission.effect` is what the approvers see."),
    openapi_extra=takes(RevisionBody),
)
async def submit(
    request: Request,
    id: Id,
    caller: Annotated[Caller, Depends(needs("reform.submit"))],
    call: CallId,
) -> Response:
    """Refused where the text no longer fits the book, or changes no answer."""
    body = await json_body(request, RevisionBody)
    response, _ = await _done(
        request, caller, lambda office: office.submit(caller, call, id, body.revision)
    )
    return response


@router.post(
    "/{id}/approve",
    summary="Approve exactly what was seen",
    responses=answers(200, "The reform; approved when enough persons did."),
    openapi_extra=takes(ApprovalBody),
)
async def approve(
    request: Request,
    id: Id,
    caller: Annotated[Caller, Depends(needs("reform.approve"))],
    call: CallId,
) -> Response:
    """409 `stale_approval` where revision, text, book or state are not what the approver saw.

    No author of any revision, no API key, and no session without a second factor approves.
    """
    body = await json_body(request, ApprovalBody)
    seen = Seen(body.revision, body.content_hash, body.book_hash)
    response, _ = await _done(
        request, caller, lambda office: office.approve(caller, call, id, seen)
    )
    return response


@router.post(
    "/{id}/reject",
    summary="Turn a submitted revision down",
    responses=answers(200, "The reform; it may be revised."),
    openapi_extra=takes(ReasonBody),
)
async def reject(
    request: Request,
    id: Id,
    caller: Annotated[Caller, Depends(needs("reform.reject"))],
    call: CallId,
) -> Response:
    """With a reason, which its authors read."""
    body = await json_body(request, ReasonBody)
    response, _ = await _done(
        request, caller, lambda office: office.reject(caller, call, id, body.revision, body.reason)
    )
    return response


@router.post(
    "/{id}/withdraw",
    summary="Take a reform back for good",
    responses=answers(200, "The reform."),
    openapi_extra=takes(ReasonBody),
)
async def withdraw(
    request: Request,
    id: Id,
    caller: Annotated[Caller, Depends(needs("reform.withdraw"))],
    call: CallId,
) -> Response:
    """With a reason. Approvals are void from then on."""
    body = await json_body(request, ReasonBody)
    response, _ = await _done(
        request, caller,
        lambda office: office.withdraw(caller, call, id, body.revision, body.reason),
    )  # fmt: skip
    return response


# ---- between HTTP and the office -----------------------------------------------------------------


def office_of(request: Request) -> Reforms:
    """The reforms of the application's store, on its book; made once.

    How many persons must approve is the setting `approvals_needed`. Approvals that were given on
    another book are voided now; where the store cannot be written, what is read says so anyway.
    """
    state = request.app.state
    with _making:
        if getattr(state, "reforms", None) is None:
            service = service_of(request)
            needed = getattr(getattr(state, "settings", None), "approvals_needed", 1)
            office = Reforms(
                service.store, service.book, approvals_needed=needed, today=service.desks.today
            )
            with contextlib.suppress(StoreError):
                office.settle()
            state.reforms = office
    return cast(Reforms, state.reforms)


async def _asked(request: Request, act: Callable[[Reforms], T]) -> T:
    """What the office gives, worked out beside the loop."""
    return await service_of(request).workers.run(lambda: act(office_of(request)))


async def _done(
    request: Request, caller: Caller, act: Callable[[Reforms], dict[str, Any]], status: int = 200
) -> tuple[Response, dict[str, Any]]:
    """The answer to a write; what the office denies is journalled as what guards deny is."""

    def work(office: Reforms) -> dict[str, Any]:
        try:
            return act(office)
        except AccessError as error:
            route, action = request.scope["route"], error.faults[0].seen
            denials_of(request).tell(
                office.store, caller.actor, action, error.code,
                route=route.path, method=request.method,
            )  # fmt: skip
            raise

    found = await _asked(request, work)
    return json_response(found, status, {"etag": _quoted(found)}), found


def _quoted(found: dict[str, Any]) -> str:
    return f'"{found["tag"]}"'


def _matched(request: Request) -> str:
    """The tag that an edit rests on. Raises HttpError (428) without one.

    A tag that was made weak, or marked as that of a packed answer, on its way is the same tag.
    """
    told = request.headers.get(IF_MATCH, "").strip()
    tag = told.removeprefix("W/").removeprefix('"').removesuffix('"').removesuffix(PACKED)
    if tag in ("", "*"):
        raise HttpError(
            Fault("missing_field", "an edit names the reform as it was read", field=IF_MATCH,
                  expected="the ETag of the reform", next="read the reform, then edit it"), 428,
        )  # fmt: skip
    return tag


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    place = place_of(cursor)
    if type(place) is not int or not 0 < place <= SEQ_MAX:
        raise wrong_cursor(cursor)
    return place


def _part(request: Request, found: dict[str, Any], following: int | None) -> Response:
    cursor = None if following is None else cursor_of(following)
    return json_response({**found, "next": cursor}, headers=links(request, cursor))
