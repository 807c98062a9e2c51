"""Lists in parts: `limit` and `cursor` in, a Link to the next part out (RFC 8288)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from fastapi import Request
from starlette.datastructures import URL

from openzone.api.problems import HttpError
from openzone.errors import Fault

T = TypeVar("T")
CURSOR_CHARACTERS_MAX = 400


def cursor_of(value: Any) -> str:
    """A place in a list, as text that callers hand back and do not read."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def place_of(cursor: str) -> Any:
    """The place that a cursor names. Raises HttpError (422) where it is none of ours."""
    try:
        if len(cursor) > CURSOR_CHARACTERS_MAX:
            raise ValueError(cursor)
        padded = cursor + "=" * (-len(cursor) % 4)
        return json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise wrong_cursor(cursor) from None


def wrong_cursor(cursor: str) -> HttpError:
    """The refusal of a cursor."""
    return HttpError(
        Fault("wrong_value", "this cursor names no place in the list", field="cursor", seen=cursor,
              next="take it from the Link of the answer before, or leave it out"), 422,
    )  # fmt: skip


def part(items: Sequence[T], limit: int, cursor: str | None) -> tuple[Sequence[T], str | None]:
    """A part of a list that stays as it is, and the cursor of the next part."""
    start = 0
    if cursor is not None:
        start = place_of(cursor)
        if type(start) is not int or not 0 < start < max(len(items), 1):
            raise wrong_cursor(cursor)
    end = start + limit
    return items[start:end], cursor_of(end) if end < len(items) else None


def links(request: Request, following: str | None) -> dict[str, str]:
    """The header that links to the next part and to the first."""
    here = URL(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    first = f'<{here.remove_query_params("cursor")}>; rel="first"'
    if following is None:
        return {"link": first}
    return {"link": f'<{here.include_query_params(cursor=following)}>; rel="next", {first}'}
