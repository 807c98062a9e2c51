"""Verifying a journal: every hash, every number, and what was signed of it before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from openzone.store.canonical import canonical_json
from openzone.store.chain import GENESIS, hash_of
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
    expected = f"openzone/{id}"
    signed = sorted(checkpoints, key=lambda one: one.count)
    findings = [
        Finding("checkpoint_of_another", f"the checkpoint is of {one.origin}, not of {expected}")
        for one in signed
        if one.origin != expected
    ]
    waiting = [one for one in signed if one.origin == expected]
    frontier, previous, seq, agreed = Frontier(), GENESIS, 0, 0
    query = select(events).order_by(events.c.seq).execution_options(yield_per=EVERY)
    with connection.execute(query) as rows:
        for row in rows:
            while waiting and waiting[0].count <= frontier.count:
                against = list(_against(waiting.pop(0), frontier, previous, agreed))
                agreed = agreed if against else frontier.count
                findings += against
            findings += _of_event(row, seq + 1, previous)
            seq = row.seq
            if len(findings) > FINDINGS_MAX or not HASH.fullmatch(row.hash):
                return Verdict(frontier.count, previous, frontier.root, tuple(findings))
            frontier, previous = frontier.added(row.hash), row.hash
            if frontier.count % EVERY == 0:
                told(frontier.count)
    for one in waiting:
        findings += _against(one, frontier, previous, agreed)
    findings += _of_head(connection, frontier, previous)
    findings += [
        Finding("seal_broken", f"the personal value {one[:12]} is not what was sealed")
        for one in false_seals(connection)
    ]
    return Verdict(frontier.count, previous, frontier.root, tuple(findings))


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


def _of_event(row: Row[Any], seq: int, previous: str) -> Iterator[Finding]:
    if row.seq != seq:
        yield Finding("event_missing", f"event {seq} is missing: {row.seq} follows", seq)
    if row.previous != previous:
        yield Finding("chain_broken", f"event {row.seq} was recorded after another event than "
                      f"the one that stands before it", row.seq)  # fmt: skip
    if not _as_recorded(row):
        yield Finding("event_altered", f"event {row.seq} was altered after it was recorded",
                      row.seq)  # fmt: skip


def _as_recorded(row: Row[Any]) -> bool:
    try:
        event = event_of(row)
        real = hash_of(event.event, event.seq, event.at, event.previous)
        return real == event.hash and canonical_json(dict(event.event.payload)) == row.payload
    except (TypeError, ValueError, RecursionError):  # no payload that was ever written
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
