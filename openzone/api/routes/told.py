"""The pages that the types of problems lead to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.guards import needs
from openzone.api.problems import STATUS, TYPES, UNPROCESSABLE, not_found
from openzone.api.written import json_response
from openzone.errors import CODES, Fault, nearest

LASTING = {"cache-control": "public, max-age=3600"}
router = APIRouter(
    prefix=VERSION + "/problems", tags=["problems"], dependencies=[Depends(needs("law"))]
)
_CODE = {
    "type": "object", "required": ["code", "type", "status", "meaning"],
    "properties": {
        "code": {"type": "string"}, "type": {"type": "string"}, "status": {"type": "integer"},
        "meaning": {"type": "string"},
    },
}  # fmt: skip
_CODES = {
    "type": "object",
    "required": ["problems"],
    "properties": {"problems": {"type": "array", "items": _CODE}},
}


@router.get(
    "",
    summary="Every code of a problem, its status and its meaning",
    responses={200: shapes.told("All codes.", _CODES), **shapes.problems()},
)
async def listed(request: Request) -> Response:
    """The table of codes."""
    return json_response({"problems": [_told(code) for code in CODES]}, headers=LASTING)


@router.get(
    "/{code}",
    summary="One code of a problem",
    responses={200: shapes.told("The code.", _CODE), **shapes.problems(404)},
)
async def one(
    request: Request, code: Annotated[str, Path(description="The code.", max_length=60)]
) -> Response:
    """What the code means."""
    if code not in CODES:
        raise not_found(
            Fault("not_found", "there is no such code", seen=code, next=nearest(code, CODES))
        )
    return json_response(_told(code), headers=LASTING)


def _told(code: str) -> dict[str, Any]:
    status = STATUS.get(code, UNPROCESSABLE)
    return {"code": code, "type": f"{TYPES}/{code}", "status": status, "meaning": CODES[code]}
