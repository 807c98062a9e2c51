"""Entity tags of answers: told from what an answer follows from, before it is worked out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request
from starlette.responses import Response

from openzone import __version__
from openzone.api.languages import language
from openzone.api.middleware.compression import PACKED
from openzone.api.service import Service
from openzone.api.written import FRESH, json_response
from openzone.rulebook.model import Reform

VARY = "accept, accept-language, authorization, cookie"


def entity_tag(
    service: Service,
    request: Request,
    known: dt.date | None = None,
    reforms: Sequence[Reform] = (),
    epoch: int = 0,
) -> str:
    """The strong tag of an answer: book, reforms, epoch, day, day known, language, the question.

    The version of the program is part of it: another program may answer in other words.
    """
    day = service.desks.today()
    parts = [
        __version__, service.book.hash, str(epoch), day.isoformat(), (known or day).isoformat(),
        language(request), request.url.path, *map("=".join, sorted(request.query_params.items())),
        request.headers.get("accept", ""),
        *(f"{one.id}@{one.body_hash}/{one.in_force}/{one.territory}" for one in reforms),
    ]  # fmt: skip
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    return f'"{digest.hexdigest()[:40]}"'


def unchanged(request: Request, tag: str) -> Response | None:
    """304 where the caller holds the answer already, packed or not; else None."""
    header = request.headers.get("if-none-match")
    if header is None:
        return None
    for part in header.split(","):
        held = part.strip().removeprefix("W/")
        if held == "*" or held.removesuffix('"').removesuffix(PACKED) == tag.removesuffix('"'):
            shown = tag if held == "*" else held
            return Response(status_code=304, headers=headers(request, shown))
    return None


def headers(request: Request, tag: str) -> dict[str, str]:
    """The headers of an answer that may be kept and asked about again."""
    return {
        "etag": tag, "cache-control": FRESH, "vary": VARY, "content-language": language(request),
    }  # fmt: skip


async def answered(
    service: Service,
    request: Request,
    work: Callable[[], Any],
    *,
    known: dt.date | None = None,
    reforms: Sequence[Reform] = (),
    more: Callable[[Any], dict[str, str]] | None = None,
) -> Response:
    """The answer to a GET: 304 where the caller holds it, else what `work` gives, as JSON."""
    tag = entity_tag(service, request, known, reforms)
    held = unchanged(request, tag)
    if held is not None:
        return held
    data = await service.workers.run(work)
    return json_response(data, headers={**headers(request, tag), **(more(data) if more else {})})
