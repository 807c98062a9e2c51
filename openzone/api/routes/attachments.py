"""Attachments: files beside saved cases and for long work."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from openzone.api import kept, shapes
from openzone.api.addresses import VERSION
from openzone.api.calls import CallId
from openzone.api.guards import needs, store_of
from openzone.api.kept import NO_STORE, Cursor, Id, Limit
from openzone.api.problems import HttpError
from openzone.api.service import service_of
from openzone.api.written import json_response
from openzone.errors import Fault
from openzone.office import attachments as office
from openzone.office.callers import Caller
from openzone.office.media import KINDS

router = APIRouter(
    prefix=VERSION + "/attachments", tags=["attachments"], dependencies=[Depends(kept.others_told)]
)

Adder = Annotated[Caller, Depends(needs("attachment.add"))]
Reader = Annotated[Caller, Depends(needs("attachment.read"))]

_LINE = {
    "type": "object",
    "required": ["id", "seq", "owner", "at", "hash", "size", "media_type", "name", "erased"],
}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_BODY = {"requestBody": {"required": True, "content": dict.fromkeys(KINDS, _BYTES)}}


@router.post(
    "", summary="Attach a file", status_code=201,
    responses={201: shapes.told("The attachment.", _LINE),
               **shapes.problems(404, 409, 415, 422)},
    openapi_extra=_BODY,
)  # fmt: skip
async def add(
    request: Request, caller: Adder, call: CallId,
    name: Annotated[str, Query(max_length=500, description="The name of the file.")] = "file",
    case: Annotated[
        str | None, Query(max_length=200, description="The saved case that it belongs to.")
    ] = None,
) -> Response:  # fmt: skip
    """The body is the file: PDF, PNG, JPEG, Parquet, or text (plain, CSV, YAML).

    Its content tells what it is; a type that was declared must agree.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpError(
            Fault("media_type", "a packed body is not taken", field="content-encoding",
                  seen=request.headers["content-encoding"], expected="no content-encoding")
        )  # fmt: skip
    store, most = store_of(request), service_of(request).limits.body(request.url.path)
    declared = request.headers.get("content-type", "")
    with tempfile.TemporaryDirectory(prefix="openzone-") as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as stream:
            async for chunk in request.stream():
                stream.write(chunk)

        def keep() -> dict[str, Any]:
            return office.add(store, caller, call, path, name=name, declared=declared, case=case,
                              bytes_max=most)  # fmt: skip

        told = await run_in_threadpool(keep)
    return kept.created(told, f"{VERSION}/attachments/{told['id']}")


@router.get(
    "", summary="Attachments, the newest first",
    responses={200: shapes.told("A part of the list.", kept.list_shape(_LINE)),
               **shapes.problems(422)},
)  # fmt: skip
def listed(
    request: Request, caller: Reader, limit: Limit = 50, cursor: Cursor = None,
    case: Annotated[str, Query(max_length=200, description="Of one saved case.")] = "",
) -> Response:  # fmt: skip
    """A firm sees its own; the office sees all."""
    before = kept.before_of(cursor)
    return kept.page(request, office.listed(store_of(request), caller, before, limit, case), limit)


@router.get(
    "/{id}", summary="What is said of an attachment",
    responses={200: shapes.told("The attachment.", _LINE), **shapes.problems(404)},
)  # fmt: skip
def one(request: Request, caller: Reader, id: Id) -> Response:
    """Its hash, its size, its kind and its name."""
    return json_response(office.read(store_of(request), caller, id), headers=NO_STORE)


@router.get(
    "/{id}/content", summary="The file",
    responses={200: {"description": "The bytes, verified against their hash.",
                     "content": dict.fromkeys(KINDS, _BYTES)},
               **shapes.problems(404, 410)},
)  # fmt: skip
def content(request: Request, caller: Reader, id: Id) -> Response:
    """To be saved, never to be shown in a page."""
    line, parts = office.opened(store_of(request), caller, id)
    return kept.download(
        parts, media_type=line["media_type"], name=line["name"] or "file", size=line["size"],
        digest=line["hash"],
    )  # fmt: skip
