"""Long work: handed in, followed, cancelled; its result fetched."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import kept, shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.calls import CallId
from openzone.api.guards import needs, store_of
from openzone.api.kept import NO_STORE, Cursor, Id, Limit, laws_of
from openzone.api.routes.cases import Body
from openzone.api.service import service_of
from openzone.api.written import json_response
from openzone.office import jobs as office
from openzone.office.callers import Caller
from openzone.office.job_work import JSON, LINES, PARQUET

SUFFIXES = {JSON: ".json", LINES: ".jsonl", PARQUET: ".parquet"}
router = APIRouter(
    prefix=VERSION + "/jobs", tags=["jobs"], dependencies=[Depends(kept.others_told)]
)

Starter = Annotated[Caller, Depends(needs("job.start"))]
Reader = Annotated[Caller, Depends(needs("job.read"))]
Ender = Annotated[Caller, Depends(needs("job.cancel"))]


class JobBody(Body):
    """Work to be done."""

    kind: Literal["table", "replay", "openness", "compare"] = Field(
        description="A table of cases; reforms replayed on a population; how open the law is; a "
        "plan in many places."
    )
    parameters: dict[str, Any] = Field(description="What it is asked with: see the manual.")


_LINE = {
    "type": "object",
    "required": ["id", "seq", "kind", "owner", "at", "state", "tries", "progress", "result"],
    "properties": {"state": {"enum": ["queued", "running", "done", "failed", "cancelled"]}},
}
_WHOLE = {**_LINE, "required": [*_LINE["required"], "parameters", "faults"]}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_EXAMPLE = {"kind": "openness", "parameters": {"places": ["national"], "dates": ["2025-06-01"]}}


@router.post(
    "", summary="Hand in long work", status_code=202,
    responses={202: shapes.told("The job.", _LINE),
               **shapes.problems(400, 404, 409, 415, 422)},
    openapi_extra=shapes.body(JobBody, example=_EXAMPLE),
)  # fmt: skip
async def start(request: Request, caller: Starter, call: CallId) -> Response:
    """It is done beside the service, survives a restart, and its result is kept."""
    body = await json_body(request, JobBody)
    store, laws = store_of(request), laws_of(request)
    told = await service_of(request).workers.run(
        lambda: office.start(store, laws, caller, call, body.kind, body.parameters)
    )
    return kept.created(told, f"{VERSION}/jobs/{told['id']}", 202)


@router.get(
    "", summary="Jobs, the newest first",
    responses={200: shapes.told("A part of the list.", kept.list_shape(_LINE)),
               **shapes.problems(422)},
)  # fmt: skip
def listed(request: Request, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """One's own; auditors and administrators see all."""
    before = kept.before_of(cursor)
    return kept.page(request, office.listed(store_of(request), caller, before, limit), limit)


@router.get(
    "/{id}", summary="A job: what was asked, its state, how far it is",
    responses={200: shapes.told("The job.", _WHOLE), **shapes.problems(404)},
)  # fmt: skip
def one(request: Request, caller: Reader, id: Id) -> Response:
    """Where it failed, with what was wrong."""
    return json_response(office.read(store_of(request), caller, id), headers=NO_STORE)


@router.delete(
    "/{id}", summary="Cancel a job",
    responses={200: shapes.told("The job.", _LINE), **shapes.problems(404, 409)},
)  # fmt: skip
def cancel(request: Request, caller: Ender, call: CallId, id: Id) -> Response:
    """The work stops within seconds; a job that has ended stays as it is."""
    return json_response(office.cancel(store_of(request), caller, call, id), headers=NO_STORE)


@router.get(
    "/{id}/result", summary="The result of a job",
    responses={200: {"description": "The result, verified against its hash.",
                     "content": dict.fromkeys(SUFFIXES, _BYTES)},
               **shapes.problems(404, 409, 410)},
)  # fmt: skip
def result(request: Request, caller: Reader, id: Id) -> Response:
    """A table (Parquet or JSON Lines), or JSON."""
    line, parts = office.result(store_of(request), caller, id)
    held = line["result"]
    return kept.download(
        parts, media_type=held["media_type"], name=id + SUFFIXES[held["media_type"]],
        size=held["size"], digest=held["hash"],
    )  # fmt: skip
