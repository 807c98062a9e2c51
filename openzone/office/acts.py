"""One act of a caller: what is checked, recorded and changed together, and answered once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from openzone.errors import Fault, OpenZoneError
from openzone.office.callers import Caller
from openzone.office.roles import check_standing
from openzone.store.chain import Event
from openzone.store.store import Store, Writing

CALL_CHARACTERS_MAX = 180


class PeopleError(OpenZoneError):
    """What is asked about users, roles or keys cannot be done."""


class Act:
    """An act under way: it appends events under the id of its call."""

    def __init__(self, writing: Writing, actor: str, call: str) -> None:
        self.writing, self.actor, self.call = writing, actor, call
        self._count = 0

    @property
    def connection(self) -> Connection:
        """The transaction of the act."""
        return self.writing.connection

    def tell(self, kind: str, subject: str, **payload: Any) -> None:
        """Record what happens to a subject."""
        id = f"{self.call}/{self._count}"
        self._count += 1
        self.writing.append(Event(id, self.actor, kind, subject, payload))


Doing = Callable[[Act], dict[str, Any]]


def once(
    store: Store, caller: Caller, call: str, action: str, content: Mapping[str, Any], do: Doing
) -> tuple[dict[str, Any], bool]:
    """Do an act, once for each id of a call; gives its result, and whether it was done before.

    Raises AccessError where the caller may not (any more), RepeatError for an id that was used for
    something else. The result is kept as it is: nothing secret or personal may be in it.
    """
    if not 0 < len(call) <= CALL_CHARACTERS_MAX:
        raise PeopleError(
            Fault("wrong_value", "this cannot be the id of a request", field="id", seen=call,
                  expected=f"1 to {CALL_CHARACTERS_MAX} characters")
        )  # fmt: skip
    whole = {**content, "action": action}
    with store.writing() as writing:
        check_standing(writing, caller, action)
        first = writing.first_result(call, caller.actor, whole)
        if first is not None:
            return first, True
        result = do(Act(writing, caller.actor, call))
        writing.keep_result(call, caller.actor, whole, result)
    return result, False


def new_call() -> str:
    """An id for an act whose caller gave none."""
    return f"c-{secrets.token_hex(12)}"


def new_id(kind: str) -> str:
    """A new id of a user (`u`), a grant (`g`) or a key (`k`)."""
    return f"{kind}-{secrets.token_hex(8)}"
