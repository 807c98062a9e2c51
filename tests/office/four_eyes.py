"""What must hold of every approval in a journal, read from the events alone and no table.

This is the rule of four eyes written a second time, for tests: it knows nothing of how the office
holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openzone.store.chain import Recorded

ROLE = "approver"


@dataclass
class _Reform:
    texts: list[str] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)
    before_approvers: bool = False
    gone: bool = False
    standing: dict[int, str] = field(default_factory=dict)


def wrong_approvals(events: Iterable[Recorded], needed: int = 1) -> list[str]:
    """What is wrong in a journal of one book, event by event; empty when four eyes saw it all."""
    reforms: defaultdict[str, _Reform] = defaultdict(_Reform)
    grants: dict[str, tuple[str, str]] = {}
    found: list[str] = []
    for one in events:
        kind, said = one.event.kind, one.event.payload
        if kind == "role.granted":
            grants[said["grant"]] = (one.event.subject, said["role"])
        elif kind == "role.revoked":
            grants.pop(said["grant"], None)
        elif kind.startswith("reform."):
            reform = reforms[one.event.subject]
            may = {user for user, role in grants.values() if role == ROLE}
            for message in _step(reform, kind.removeprefix("reform."), one, may, needed):
                found.append(f"event {one.seq}, {kind}: {message}")
    return found


def _step(reform: _Reform, kind: str, one: Recorded, may: set[str], needed: int) -> Iterator[str]:
    said: Any = one.event.payload
    if reform.gone and kind != "commented":
        yield "the reform was withdrawn before"
    if kind in ("drafted", "revised"):
        if reform.standing or reform.before_approvers:
            yield "an edit left an approval or a submission standing"
        if said["revision"] != len(reform.texts) + 1:
            yield "a revision is missing"
        reform.texts.append(said["content_hash"])
        reform.authors.add(said["person"])
    elif kind == "submitted":
        if said["content_hash"] != reform.texts[-1]:
            yield "another text than the current one was submitted"
        reform.before_approvers = True
    elif kind == "approved":
        yield from _approved(reform, one, may, needed)
        reform.standing[one.seq] = said["person"]
    elif kind == "approval_voided":
        if reform.standing.pop(said["approval"], "") != said["by"]:
            yield "what was voided did not stand"
    elif kind in ("returned", "rejected", "withdrawn"):
        if kind != "returned" and reform.standing:
            yield "an approval was left standing"
        reform.before_approvers, reform.gone = False, kind == "withdrawn"


def _approved(reform: _Reform, one: Recorded, may: set[str], needed: int) -> Iterator[str]:
    said = one.event.payload
    person = said["person"]
    if not reform.before_approvers:
        yield "nothing was submitted since the last edit"
    if (said["revision"], said["content_hash"]) != (len(reform.texts), reform.texts[-1]):
        yield "the text approved is not the current one"
    if person in reform.authors:
        yield "an author approved"
    if one.event.actor != person:
        yield "no person approved"
    if person not in may:
        yield "the approver had not the role at that event"
    if person in reform.standing.values():
        yield "one person approved twice"
    if len(reform.standing) >= needed:
        yield "it was approved already"
    if (said["state"] == "approved") != (len(reform.standing) + 1 >= needed):
        yield "the state does not follow from the approvals"
