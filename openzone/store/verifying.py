"""Verifying a journal: every hash, every number, and what was signed of it before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from openzone.store.canonical import canonical_json
from openzone.store.chain import GENESIS, Recorded, hash_of
from openzone.store.checkpoint import HASH, Checkpoint
from openzone.store.faults import StoreError
from openzone.store.merkle import Frontier
from openzone.store.progress import EVERY, Told, quiet
from openzone.store.schema import events
from openzone.store.sealed import false_seals
from openzone.store.store import Store, event_of, head_of

FINDINGS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong; `seq`: the first event that shows it, None where it concerns them all."""

    code: str
    message: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a journal holds, and what is wrong with it: nothing, when `findings` is empty."""

    count: int
    head: str
    root: str
    findings: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(store: Store, checkpoints: Iterable[Checkpoint] = (), told: Told = quiet) -> Verdict:
    """Verify a journal, against checkpoints that somebody else kept when there are some.

    The first altered, missing or moved event is named. A past that was written anew, with every
    hash worked out again, shows only against a checkpoint. `told` hears of every EVERY events.
    """
    with store.reading() as connection:
        return verified(connection, store.id, checkpoints, told)


def verified(
    connection: Connection, id: str, checkpoints: Iterable[Checkpoint] = (), told: Told = quiet
) -> Verdict:
    """Verify the journal that a connection sees, of the store named `id`."""
    reading = _Reading(f"openzone/{id}", checkpoints)
    query = select(events).order_by(events.c.seq).execution_options(yield_per=EVERY)
    with connection.execute(query) as rows:
        for row in rows:
            if not reading.goes_on(row.seq, row.previous, row.hash, _as_recorded(row), told):
                return reading.verdict()
    reading.end()
    reading.findings += _of_head(connection, reading.frontier, reading.last)
    reading.findings += [
        Finding("seal_broken", f"the personal value {one[:12]} is not what was sealed")
        for one in false_seals(connection)
    ]
    return reading.verdict()


def verified_events(
    held: Iterable[Recorded],
    origin: str,
    checkpoints: Iterable[Checkpoint] = (),
    told: Told = quiet,
) -> Verdict:
    """Verify a journal by its events alone, from the first on, as somebody outside sees it.

    `origin` names the journal as its checkpoints do. What stands beside the journal (tables,
    personal values) is not seen.
    """
    reading = _Reading(origin, checkpoints)
    for one in held:
        if not reading.goes_on(one.seq, one.previous, one.hash, _hashed(one), told):
            return reading.verdict()
    reading.end()
    return reading.verdict()


class _Reading:
    """A journal that is read from its first event on, and what is wrong with it so far."""

    def __init__(self, origin: str, checkpoints: Iterable[Checkpoint]) -> None:
        signed = sorted(checkpoints, key=lambda one: one.count)
        self.findings = [
            Finding("checkpoint_of_another", f"the checkpoint is of {one.origin}, not of {origin}")
            for one in signed
            if one.origin != origin
        ]
        self.frontier, self.last = Frontier(), GENESIS
        self._waiting = [one for one in signed if one.origin == origin]
        self._seq = self._agreed = 0

    def goes_on(self, seq: int, previous: str, own: str, holds: bool, told: Told) -> bool:
        """Take in one event; `holds`: its hash is that of what it says. False where to stop."""
        while self._waiting and self._waiting[0].count <= self.frontier.count:
            self._compare(self._waiting.pop(0))
        self.findings += self._of_event(seq, previous, holds)
        self._seq = seq
        if len(self.findings) > FINDINGS_MAX or not HASH.fullmatch(own):
            return False
        self.frontier, self.last = self.frontier.added(own), own
        if self.frontier.count % EVERY == 0:
            told(self.frontier.count)
        return True

    def end(self) -> None:
        """Compare with the checkpoints that are left."""
        for one in self._waiting:
            self._compare(one)

    def verdict(self) -> Verdict:
        """What was found."""
        count, root = self.frontier.count, self.frontier.root
        return Verdict(count, self.last, root, tuple(self.findings))

    def _of_event(self, seq: int, previous: str, holds: bool) -> Iterator[Finding]:
        expected = self._seq + 1
        if seq != expected:
            yield Finding("event_missing", f"event {expected} is missing: {seq} follows", expected)
        if previous != self.last:
            yield Finding("chain_broken", f"event {seq} was recorded after another event than "
                          f"the one that stands before it", seq)  # fmt: skip
        if not holds:
            yield Finding("event_altered", f"event {seq} was altered after it was recorded", seq)

    def _compare(self, signed: Checkpoint) -> None:
        found = list(_against(signed, self.frontier, self.last, self._agreed))
        self._agreed = self._agreed if found else self.frontier.count
        self.findings += found


def _of_head(connection: Connection, frontier: Frontier, last: str) -> Iterator[Finding]:
    try:
        count, told, tree = head_of(connection)
    except StoreError as error:
        yield Finding("head_differs", error.faults[0].message)
        return
    if (count, told, tree) != (frontier.count, last, frontier):
        yield Finding(
            "head_differs",
            f"the head tells of {count} events, the last of them {told[:12]}; there are "
            f"{frontier.count}, the last {last[:12]}",
        )


def _hashed(one: Recorded) -> bool:
    """Whether the hash of an event is that of what it says."""
    try:
        return hash_of(one.event, one.seq, one.at, one.previous) == one.hash
    except (TypeError, ValueError, RecursionError):  # no payload that was ever written
        return False


def _as_recorded(row: Row[Any]) -> bool:
    """Whether a row of the table is an event as it was recorded, with its payload in one form."""
    try:
        event = event_of(row)
        return _hashed(event) and canonical_json(dict(event.event.payload)) == row.payload
    except (TypeError, ValueError, RecursionError):
        return False


def _against(signed: Checkpoint, frontier: Frontier, last: str, held: int) -> Iterator[Finding]:
    if frontier.count < signed.count:
        yield Finding(
            "events_removed",
            f"the checkpoint of {signed.time} holds {signed.count} events, the journal "
            f"{frontier.count}", frontier.count + 1,
        )  # fmt: skip
    elif (frontier.root, last) != (signed.root, signed.head):
        yield Finding(
            "past_rewritten",
            f"the first {signed.count} events are not those of the checkpoint of {signed.time}; "
            f"up to event {held} no checkpoint differs", held + 1,
        )  # fmt: skip
