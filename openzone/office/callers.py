"""Who asks: a visitor, somebody who signed in, or a program with an API key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ROLES = (
    "visitor", "firm", "officer", "reform_officer", "approver", "auditor", "administrator",
)  # fmt: skip
"""All roles. Everybody is a visitor; a user to whom nothing was granted is a firm."""

GRANTED = ROLES[2:]
"""The roles that administrators grant, two for each grant."""

Kind = Literal["visitor", "session", "key", "system"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and as what.

    `kind`: a visitor, the session of a person, the API key of a program, or the operator of the
    service at its machine.

    `id`: the user, or the owner of the key; empty for a visitor. `actor`: what the journal writes:
    the user id, `key:` and the key's id, or `visitor`. `roles`: what the caller may act as; always
    with `visitor`. `second_factor`: whether this session proved one.
    """

    id: str
    actor: str
    roles: frozenset[str]
    kind: Kind
    second_factor: bool = False


VISITOR = Caller("", "visitor", frozenset({"visitor"}), "visitor")
"""Somebody unknown."""

SYSTEM = "system"
"""The actor of what the service does of itself, or its operator at the machine."""

OPERATOR = Caller("", SYSTEM, frozenset({"visitor", "administrator"}), "system", True)
"""Whoever runs commands on the machine of the service; never a caller over HTTP."""
