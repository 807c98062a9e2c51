"""The id that a caller gives to a write, so that a repeat of it is answered and not repeated."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request

from openzone.api.problems import HttpError
from openzone.errors import Fault

HEADER = "Idempotency-Key"
FORM = re.compile(r"[A-Za-z0-9._:-]{8,120}")

PARAMETER: dict[str, Any] = {
    "name": HEADER, "in": "header", "required": True,
    "description": "An id for this write, of the caller's making. The same write under the same id "
    "is answered with the first result; another one is refused (409).",
    "schema": {"type": "string", "pattern": f"^{FORM.pattern}$"},
}  # fmt: skip
"""The header, for the OpenAPI document."""


def call_id(request: Request) -> str:
    """The id of a write. Raises HttpError (400) without one, or where it is no id."""
    told = request.headers.get(HEADER)
    if told is None:
        raise HttpError(
            Fault("missing_field", "every write carries an id of the caller's making", field=HEADER,
                  next="send a new random id, and the same one when you send the write again"), 400,
        )  # fmt: skip
    if not FORM.fullmatch(told):
        raise HttpError(
            Fault("wrong_value", "this is no id of a write", field=HEADER, seen=told,
                  expected="8 to 120 letters, digits, points, colons, dashes"), 400,
        )  # fmt: skip
    return told
