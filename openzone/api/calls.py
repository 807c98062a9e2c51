"""The id that a caller gives to a request that changes something: `Idempotency-Key`.

A repeat with the same id and content is answered as the first was, and changes nothing again.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Header, Path

from openzone.api.problems import HttpError
from openzone.errors import Fault
from openzone.office.acts import CALL_CHARACTERS_MAX, new_call

FORM = re.compile(r"[\x21-\x7e]+\Z")


def call_id(
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="An id of your own for this request: a repeat of it changes nothing again.",
        ),
    ] = None,
) -> str:
    """The id of the request, or a new one where the caller gave none. Raises HttpError (422)."""
    if idempotency_key is None:
        return new_call()
    if len(idempotency_key) > CALL_CHARACTERS_MAX or not FORM.match(idempotency_key):
        raise HttpError(
            Fault("wrong_value", "this cannot be the id of a request", field="Idempotency-Key",
                  seen=idempotency_key,
                  expected=f"1 to {CALL_CHARACTERS_MAX} visible ASCII characters"), 422,
        )  # fmt: skip
    return idempotency_key


CallId = Annotated[str, Depends(call_id)]
Named = Annotated[str, Path(max_length=200, pattern=r"^[!-~]+$", description="An id.")]
