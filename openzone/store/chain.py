"""An event of the journal, and the hash that binds it to the one before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openzone.store.canonical import canonical_json, sha256

GENESIS = "0" * 64
"""What stands for the hash before the first event."""


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be recorded. `id` is the caller's; `subject` names what it is about.

    `payload` holds text, whole numbers, flags, lists and objects; personal data is sealed first
    (see `sealed`), and is never in it.
    """

    id: str
    actor: str
    kind: str
    subject: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of the journal: its number from 1, its time in UTC, its hash and that before it."""

    seq: int
    at: str
    event: Event
    previous: str
    hash: str

    def as_dict(self) -> dict[str, Any]:
        """The event as plain data."""
        return {
            "seq": self.seq,
            "id": self.event.id,
            "at": self.at,
            "actor": self.event.actor,
            "kind": self.event.kind,
            "subject": self.event.subject,
            "payload": dict(self.event.payload),
            "previous": self.previous,
            "hash": self.hash,
        }

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Recorded:
        """The event that `as_dict` wrote. Raises KeyError, TypeError or ValueError."""
        event = Event(*(held[name] for name in ("id", "actor", "kind", "subject", "payload")))
        found = cls(held["seq"], held["at"], event, held["previous"], held["hash"])
        words = (found.at, found.previous, found.hash, event.id, event.actor, event.kind)
        if type(found.seq) is not int or not all(isinstance(one, str) for one in words):
            raise TypeError(held)
        return found


def recorded(event: Event, seq: int, at: str, previous: str) -> Recorded:
    """The event as it stands in the journal after the one with the hash `previous`."""
    return Recorded(seq, at, event, previous, hash_of(event, seq, at, previous))


def hash_of(event: Event, seq: int, at: str, previous: str) -> str:
    """SHA-256 over everything that an event says and the hash of the one before."""
    content = [seq, event.id, at, event.actor, event.kind, event.subject, dict(event.payload)]
    return sha256(canonical_json([*content, previous]))


def time_text(moment: dt.datetime) -> str:
    """A moment as the journal writes it: UTC with microseconds.

    >>> time_text(dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    '2026-11-23T00:00:00.000000Z'
    """
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def payload_of(text: str) -> dict[str, Any]:
    """A payload as it was before it was written."""
    found: dict[str, Any] = json.loads(text)
    return found
