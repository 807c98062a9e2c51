"""One act on a reform inside its transaction: what it compares, what it makes void, what it tells.

The transaction holds the head of the journal from its first look on, so nothing that is compared
here changes before what follows from it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from openzone.errors import Fault, OpenZoneError
from openzone.office import reform_records
from openzone.office.callers import Caller
from openzone.office.permission import AccessError
from openzone.office.reform_records import BOOK_CHANGED
from openzone.office.reform_texts import Draft
from openzone.store.chain import Event
from openzone.store.store import Writing
from openzone.store.tables.reforms import APPROVED, SUBMITTED, WITHDRAWN, reforms


class StaleError(OpenZoneError):
    """What the caller saw is no longer what is there."""


class StateError(OpenZoneError):
    """What is there does not allow this."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an approver had before them: a revision, the hash of its text, the hash of the book."""

    revision: int
    content_hash: str
    book_hash: str


@dataclass(slots=True)
class Act:
    """A call inside its transaction; it numbers its events. `voided`: the approvals it ended."""

    writing: Writing
    actor: str
    person: str
    reform: str
    book_hash: str
    name: Callable[[int], str]
    voided: list[dict[str, Any]] = field(default_factory=list)
    events: int = 0

    @property
    def connection(self) -> Connection:
        """Where the transaction reads and writes."""
        return self.writing.connection

    def tell(self, kind: str, **payload: Any) -> None:
        """Record what was done to the reform."""
        self.events += 1
        told = {"person": self.person, **payload}
        event = Event(self.name(self.events), self.actor, f"reform.{kind}", self.reform, told)
        self.writing.append(event)

    def row(self) -> Row[Any]:
        """The reform. Raises UnknownReformError."""
        return reform_records.row_of(self.connection, self.reform)

    def open_row(self) -> Row[Any]:
        """The reform, unless it was withdrawn."""
        row = self.row()
        if row.state == WITHDRAWN:
            raise wrong_state(WITHDRAWN, "changed", "one that was not withdrawn")
        return row

    def settled(self, row: Row[Any]) -> str:
        """Void the approvals that were given on another book; gives the state that is left."""
        old = [one for one in self._standing() if one.book_hash != self.book_hash]
        for one in old:
            self._void(one, BOOK_CHANGED)
        return SUBMITTED if old and row.state == APPROVED else str(row.state)

    def void(self, reason: str) -> None:
        """Void every approval that stands."""
        for one in self._standing():
            self._void(one, reason)

    def _standing(self) -> list[Row[Any]]:
        return reform_records.standing(self.connection, self.reform)

    def _void(self, one: Row[Any], reason: str) -> None:
        told = {"revision": one.revision, "approval": one.seq, "by": one.by, "reason": reason}
        self.tell("approval_voided", **told, state=SUBMITTED)
        self.voided.append(told)


def revision_payload(draft: Draft, number: int, book_hash: str) -> dict[str, Any]:
    """What the journal keeps of a revision: all of it is public."""
    reform, days = draft.reform, draft.reform.in_force
    start, end = (days.start, days.end) if days else (None, None)
    return {
        "name": reform.id,
        "title": {"zh": reform.title.zh, "en": reform.title.en},
        "revision": number,
        "text": draft.text,
        "content_hash": draft.content_hash,
        "body_hash": reform.body_hash,
        "book_hash": book_hash,
        "scope": {
            "territory": list(reform.territory),
            "from": start and start.isoformat(),
            "to": end and end.isoformat(),
        },
    }


# ---- what is refused -----------------------------------------------------------------------------


def wrong_state(state: str, what: str, expected: str) -> StateError:
    """The error of an act that the state of the reform does not allow."""
    return StateError(
        Fault("wrong_state", f"the reform is {state}: it cannot be {what}", field="state",
              seen=state, expected=expected, next="read the reform again")
    )  # fmt: skip


def check_state(state: str, allowed: Collection[str], what: str) -> None:
    """Raises StateError where the reform is in none of some states."""
    if state not in allowed:
        raise wrong_state(state, what, " or ".join(allowed))


def check_revision(seen: int, now: int) -> None:
    """Raises StaleError where the current revision is not the one that the caller names."""
    if seen != now:
        raise StaleError(
            Fault("stale_revision", "the reform has another revision by now", field="revision",
                  seen=seen, expected=str(now), next="read the reform again")
        )  # fmt: skip


def check_tag(seen: str, now: str) -> None:
    """Raises StaleError where the reform is not as the caller saw it."""
    if seen != now:
        raise StaleError(
            Fault("stale_revision", "the reform has changed since you read it", field="tag",
                  seen=seen, expected=now, next="read the reform again, then send your edit")
        )  # fmt: skip


def check_seen(seen: Seen, there: Seen, state: str) -> None:
    """Raises StaleError with each thing in which what an approver saw is not what is there."""
    compared = (
        ("state", state, SUBMITTED, "the reform is not before the approvers"),
        ("revision", seen.revision, there.revision, "the reform has another revision by now"),
        ("content_hash", seen.content_hash, there.content_hash, "the text is not the one you saw"),
        ("book_hash", seen.book_hash, there.book_hash, "the book is not the one you saw"),
    )
    faults = [
        Fault("stale_approval", message, field=name, seen=said, expected=str(now),
              next="read the reform and its effect again, then decide")
        for name, said, now, message in compared
        if said != now
    ]  # fmt: skip
    if faults:
        raise StaleError(faults)


def check_by_hand(caller: Caller) -> None:
    """Raises AccessError where no person with a second factor approves, whatever roles say."""
    if caller.kind != "session" or not caller.id:
        raise AccessError(
            Fault("not_allowed", "a reform is approved by a person who signed in, never by a key",
                  field="action", seen="reform.approve", next="sign in with a second factor")
        )  # fmt: skip
    if not caller.second_factor:
        raise AccessError(
            Fault("second_factor_needed", "an approval needs a session with a second factor",
                  field="action", seen="reform.approve", next="sign in with a second factor")
        )  # fmt: skip


def check_four_eyes(act: Act, person: str) -> None:
    """Raises AccessError for an author of any revision, StateError for a second approval."""
    if person in reform_records.contributors_of(act.connection, act.reform):
        raise AccessError(
            Fault("own_work", "you wrote a revision of this reform: another person approves it",
                  field="action", seen="reform.approve", next="ask another approver")
        )  # fmt: skip
    if any(one.by == person for one in reform_records.standing(act.connection, act.reform)):
        raise StateError(
            Fault("approved_before", "you have approved this revision already",
                  next="another person's approval is needed")
        )  # fmt: skip


def check_name_free(connection: Connection, name: str, reform: str) -> None:
    """Raises StateError where another reform that was not withdrawn has the same id in its text."""
    query = select(reforms.c.id).where(
        reforms.c.name == name, reforms.c.id != reform, reforms.c.state != WITHDRAWN
    )
    other = connection.execute(query.limit(1)).scalar()
    if other is not None:
        raise StateError(
            Fault("duplicate", f"the reform {other} has this id in its text", field="id",
                  seen=name, next="choose another id, or revise that reform")
        )  # fmt: skip
