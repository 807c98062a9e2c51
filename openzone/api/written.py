"""Answers written as JSON: as the command line writes them, and fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from openzone.decide.written import as_text, plain

JSON = "application/json"
LINES = "application/x-ndjson"
FRESH = "private, no-cache"
SECRET = "no-store"


def as_json(data: Any) -> bytes:
    """Plain data as JSON in UTF-8; half a character is written as its escape."""
    try:
        return orjson.dumps(data, default=plain)
    except TypeError:  # half a character, or a number beyond 64 bits
        return as_text(data).encode()


def as_line(data: Any) -> bytes:
    """Plain data as one line of JSON Lines."""
    return as_json(data) + b"\n"


def json_response(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Plain data as an answer; nobody but the caller may keep it, unless `headers` say so."""
    return Response(as_json(data), status, {"cache-control": FRESH, **(headers or {})}, JSON)
