"""The journal for auditors: its events, signed checkpoints to keep elsewhere, proofs of events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import PlainTextResponse, Response

from openzone.api import kept, shapes
from openzone.api.addresses import VERSION
from openzone.api.guards import needs, store_of
from openzone.api.kept import NO_STORE, Cursor, Limit
from openzone.api.paging import cursor_of, links
from openzone.api.preparing import signing_key
from openzone.api.problems import HttpError
from openzone.api.written import json_response
from openzone.errors import Fault
from openzone.store.checkpoint import SigningKey
from openzone.store.proofs import proven

router = APIRouter(prefix=VERSION + "/journal", tags=["journal"])

Word = Annotated[str, Query(max_length=200)]
_EVENT = {
    "type": "object",
    "required": ["seq", "id", "at", "actor", "kind", "subject", "payload", "previous", "hash"],
}
_NOTE = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_PROOF = {
    "type": "object",
    "required": ["form", "event", "path", "checkpoint"],
    "properties": {"event": _EVENT, "path": {"type": "array", "items": {"type": "string"}}},
}


@router.get(
    "", summary="Events of the journal, the oldest first",
    dependencies=[Depends(needs("journal.read"))],
    responses={200: shapes.told("A part of the journal.", kept.list_shape(_EVENT)),
               **shapes.problems(422)},
)  # fmt: skip
def listed(
    request: Request, limit: Limit = 50, cursor: Cursor = None,
    kind: Annotated[list[str] | None, Query(max_length=50, description="Of these kinds.")] = None,
    subject: Word = "", actor: Word = "",
    after: Annotated[int, Query(ge=0, le=kept.SEQ_MAX, description="After this number.")] = 0,
) -> Response:  # fmt: skip
    """Every change and every denied attempt, each with the hash of the one before.

    Who asks again from the last number it has seen misses nothing.
    """
    start = after if cursor is None else kept.before_of(cursor) or 0
    found = store_of(request).events(start, limit, kinds=kind or (), subject=subject, actor=actor)
    following = cursor_of(found[-1].seq) if len(found) == limit else None
    items = [one.as_dict() for one in found]
    return json_response({"items": items}, headers={**NO_STORE, **links(request, following)})


@router.get(
    "/checkpoint", summary="What the journal holds now, signed",
    dependencies=[Depends(needs("checkpoint.read"))], response_class=PlainTextResponse,
    responses={200: {"description": "A signed note: count, Merkle root, head and time.", **_NOTE},
               **shapes.problems(503)},
)  # fmt: skip
def checkpoint(request: Request) -> Response:
    """Keep it outside: only against it does a past that was written anew show."""
    note = _key(request).signed(store_of(request).checkpoint())
    return PlainTextResponse(note, headers=NO_STORE)


@router.get(
    "/key", summary="The public half of the key that signs checkpoints",
    dependencies=[Depends(needs("checkpoint.read"))], response_class=PlainTextResponse,
    responses={200: {"description": "Name, mark and key, as signed notes write it.", **_NOTE},
               **shapes.problems(503)},
)  # fmt: skip
def key(request: Request) -> Response:
    """Take it once, by a way that you trust, and keep it with the checkpoints."""
    return PlainTextResponse(_key(request).verifier().text() + "\n", headers=NO_STORE)


@router.get(
    "/{seq}/proof", summary="The proof that one event stands in the journal",
    dependencies=[Depends(needs("journal.proof"))],
    responses={200: shapes.told("The proof; openzone journal proof checks it.", _PROOF),
               **shapes.problems(422, 503)},
)  # fmt: skip
def proof(
    request: Request,
    seq: Annotated[int, Path(ge=1, le=kept.SEQ_MAX, description="The number of the event.")],
) -> Response:
    """The event, the way from its hash to the Merkle root, and the signed root."""
    store = store_of(request)
    note = _key(request).signed(store.checkpoint())
    return Response(proven(store, seq, note).text(), media_type="application/json",
                    headers=NO_STORE)  # fmt: skip


def _key(request: Request) -> SigningKey:
    """The key that signs. Raises HttpError (503) where the service has none."""
    state: Any = request.app.state
    held: SigningKey | None = getattr(state, "signing_key", None)
    if held is None:
        path = getattr(state.settings, "key_file", None)
        if path is None or not path.is_file():
            raise HttpError(
                Fault("unreadable", "the service has no key to sign checkpoints",
                      field="signing_key", next="openzone serve makes one at its start"), 503,
            )  # fmt: skip
        held = state.signing_key = signing_key(path, state.store)
    return held
