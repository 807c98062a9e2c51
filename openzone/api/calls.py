"""The id that a caller gives to a request that changes something: `Idempotency-Key`.

A repeat with the same id and content is answered as the first was, and changes nothing again. Each
caller has ids of their own: two firms may both send `order-1`.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Path, Request

from openzone.api.problems import HttpError
from openzone.errors import Fault
from openzone.office.acts import CALL_CHARACTERS_MAX, new_call
from openzone.office.callers import Caller

KEY_CHARACTERS_MAX = CALL_CHARACTERS_MAX - 40  # the name of the caller goes before it
FORM = re.compile(r"[\x21-\x7e]+\Z")


def call_id(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="An id of your own for this request: a repeat of it changes nothing again.",
        ),
    ] = None,
) -> str:
    """The id of the request among those of its caller, or a new one where the caller gave none.

    The guard of the route stands before it, and has told who asks. Raises HttpError (422).
    """
    if idempotency_key is None:
        return new_call()
    if len(idempotency_key) > KEY_CHARACTERS_MAX or not FORM.match(idempotency_key):
        raise HttpError(
            Fault("wrong_value", "this cannot be the id of a request", field="Idempotency-Key",
                  seen=idempotency_key,
                  expected=f"1 to {KEY_CHARACTERS_MAX} visible ASCII characters"), 422,
        )  # fmt: skip
    caller: Caller = request.state.caller
    return f"{caller.actor}:{idempotency_key}"


CallId = Annotated[str, Depends(call_id)]
Named = Annotated[str, Path(max_length=200, pattern=r"^[!-~]+$", description="An id.")]
