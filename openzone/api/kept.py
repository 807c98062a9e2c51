"""What the routes of kept things share: the laws they are asked of, pages, and downloads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from openzone.api.guards import denials_of, store_of
from openzone.api.paging import cursor_of, links, place_of, wrong_cursor
from openzone.api.service import service_of
from openzone.api.written import SECRET, json_response
from openzone.office.belongings import PAGE_MAX, OthersError
from openzone.office.drafts import drafted
from openzone.office.laws import Laws

NO_STORE = {"cache-control": SECRET}
SANDBOX = "sandbox; default-src 'none'"
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="From the Link of the part before.")
]
Id = Annotated[str, Path(max_length=200, description="The id.")]
SEQ_MAX = 2**53


async def others_told(request: Request) -> AsyncIterator[None]:
    """Tell the journal of whoever asks for what is somebody else's; they are told of nothing."""
    try:
        yield
    except OthersError as error:
        own, route = error.own, getattr(request.scope.get("route"), "path", request.url.path)

        def tell() -> None:
            denials_of(request).tell(store_of(request), own.actor, own.action, "not_own",
                                     route=route, method=request.method)  # fmt: skip

        await run_in_threadpool(tell)
        raise


def laws_of(request: Request) -> Laws:
    """The laws that saved questions are asked of."""
    state = request.app.state
    if not hasattr(state, "laws"):
        service = service_of(request)
        state.laws = Laws(service.book, service.desks.today, drafted(store_of(request)))
    found: Laws = state.laws
    return found


def before_of(cursor: str | None) -> int | None:
    """The number before which a part of a list begins. Raises HttpError for a wrong cursor."""
    if cursor is None:
        return None
    place = place_of(cursor)
    if type(place) is not int or not 0 < place < SEQ_MAX:
        raise wrong_cursor(cursor)
    return place


def page(request: Request, items: Sequence[dict[str, Any]], limit: int) -> Response:
    """A part of a list from the newest back, with the Link to the next one."""
    following = cursor_of(items[-1]["seq"]) if len(items) == limit else None
    return json_response({"items": items}, headers={**NO_STORE, **links(request, following)})


def created(data: dict[str, Any], place: str, status: int = 201) -> Response:
    """Something new, and where it is."""
    return json_response(data, status, {**NO_STORE, "location": place})


def download(
    content: Iterator[bytes], *, media_type: str, name: str, size: int, digest: str
) -> Response:
    """Bytes to be saved, never to be shown: no browser runs what somebody attached."""
    kind = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    plain = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)
    ascii_name = plain.encode("ascii", "replace").decode().replace("?", "_")
    headers = {
        **NO_STORE,
        "content-length": str(size),
        "content-disposition": f'attachment; filename="{ascii_name}"; '
        f"filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": SANDBOX,
        "etag": f'"{digest}"',
    }
    return StreamingResponse(content, 200, headers, kind)


def list_shape(item: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part of a list."""
    return {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "items": item}},
    }
