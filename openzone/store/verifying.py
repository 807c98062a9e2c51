"""Verifying a journal: every hash, every number, and what was signed of it before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from openzone.store.canonical import canonical_json
from openzone.store.chain import GENESIS, Recorded, hash_of
from openzone.store.checkpoint import Checkpoint
from openzone.store.merkle import Frontier
from openzone.store.schema import events
from openzone.store.sealed import false_seals
from openzone.store.store import Store, event_of, head_of

EVERY = 1000
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


def verify(store: Store, checkpoints: Iterable[Checkpoint] = ()) -> Verdict:
    """Verify a journal, against checkpoints that somebody else kept when there are some.

    The first altered, missing or moved event is named. A past that was written anew, with every
    hash worked out again, shows only against a checkpoint.
    """
    expected = f"openzone/{store.id}"
    signed = sorted(checkpoints, key=lambda one: one.count)
    findings = [
        Finding("checkpoint_of_another", f"the checkpoint is of {one.origin}, not of {expected}")
        for one in signed
        if one.origin != expected
    ]
    waiting = [one for one in signed if one.origin == expected]
    frontier, previous, seq, agreed = Frontier(), GENESIS, 0, 0
    with store.reading() as connection:
        query = select(events).order_by(events.c.seq).execution_options(yield_per=EVERY)
        for row in connection.execute(query):
            while waiting and waiting[0].count <= frontier.count:
                against = list(_against(waiting.pop(0), frontier, previous, agreed))
                agreed = agreed if against else frontier.count
                findings += against
            event = event_of(row)
            findings += _of_event(event, row.payload, seq + 1, previous)
            frontier, previous, seq = frontier.added(event.hash), event.hash, event.seq
            if len(findings) > FINDINGS_MAX:
                break
        else:
            for one in waiting:
                findings += _against(one, frontier, previous, agreed)
        findings += _of_head(head_of(connection), frontier, previous)
        findings += [
            Finding("seal_broken", f"the personal value {one[:12]} is not what was sealed")
            for one in false_seals(connection)
        ]
    return Verdict(frontier.count, previous, frontier.root, tuple(findings))


def _of_head(head: tuple[int, str, Frontier], frontier: Frontier, last: str) -> Iterator[Finding]:
    count, told, tree = head
    if (count, told, tree) != (frontier.count, last, frontier):
        yield Finding(
            "head_differs",
            f"the head tells of {count} events, the last of them {told[:12]}; there are "
            f"{frontier.count}, the last {last[:12]}",
        )


def _of_event(event: Recorded, payload: str, seq: int, previous: str) -> Iterator[Finding]:
    if event.seq != seq:
        yield Finding("event_missing", f"event {seq} is missing: {event.seq} follows", seq)
    if event.previous != previous:
        yield Finding("chain_broken", f"event {event.seq} does not follow the one before",
                      event.seq)  # fmt: skip
    real = hash_of(event.event, event.seq, event.at, event.previous)
    if real != event.hash or canonical_json(dict(event.event.payload)) != payload:
        yield Finding("event_altered", f"event {event.seq} was altered after it was recorded",
                      event.seq)  # fmt: skip


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
