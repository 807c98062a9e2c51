"""A proof that one event stands in a journal, checked without the journal.

It holds the event, the way from its hash to the root of the Merkle tree, and the signed checkpoint
with that root. It shows nothing of the other events.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from openzone.errors import Fault
from openzone.store.chain import Recorded, hash_of
from openzone.store.checkpoint import Checkpoint, CheckpointError, Verifier, read_note
from openzone.store.faults import StoreError
from openzone.store.merkle import inclusion_proof, root_from_proof
from openzone.store.store import Store

FORM = "openzone-proof/1"


@dataclass(frozen=True, slots=True)
class Proof:
    """An event, the hashes that lead to the root, and the note that signs the root."""

    event: Recorded
    path: tuple[str, ...]
    note: str

    def text(self) -> str:
        """The proof as a file."""
        held = {"form": FORM, "event": self.event.as_dict(), "path": list(self.path),
                "checkpoint": self.note}  # fmt: skip
        return json.dumps(held, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, text: str, file: str = "") -> Proof:
        """The proof that `text` wrote. Raises CheckpointError."""
        try:
            held: dict[str, Any] = json.loads(text)
            recorded = Recorded.of(held["event"])
            path = tuple(bytes.fromhex(step).hex() for step in held["path"])
            bytes.fromhex(recorded.hash)
            if held["form"] != FORM:
                raise ValueError(FORM)
            return cls(recorded, path, str(held["checkpoint"]))
        except (KeyError, TypeError, ValueError, RecursionError):
            raise CheckpointError(
                Fault("wrong_value", "this is no proof of an event", file=file, field="proof",
                      expected="a file that openzone journal proof wrote")
            ) from None  # fmt: skip


def proven(store: Store, seq: int, note: str) -> Proof:
    """The proof that event `seq` stands under the signed checkpoint.

    Raises StoreError where the checkpoint does not hold the event, or is not of this journal as it
    stands.
    """
    _, checkpoint = read_note(note)
    found = store.events(seq - 1, 1) if 0 < seq <= checkpoint.count else []
    if not found or found[0].seq != seq:
        raise StoreError(
            Fault("out_of_range", "the checkpoint holds no such event", field="seq", seen=seq,
                  expected=f"1 to {checkpoint.count}")
        )  # fmt: skip
    hashes = store.hashes(checkpoint.count)
    proof = Proof(found[0], inclusion_proof(hashes, seq - 1), note)
    if not _leads(proof, checkpoint):
        raise StoreError(
            Fault("store_damaged", "the journal is not the one of the checkpoint", seen=note[:60],
                  next="openzone journal verify --checkpoint FILE")
        )  # fmt: skip
    return proof


def checked(proof: Proof, verifier: Verifier, file: str = "") -> Checkpoint:
    """Check a proof, offline: signature, hash, way to the root. Raises CheckpointError."""
    checkpoint = verifier.opened(proof.note, file)
    if not _leads(proof, checkpoint):
        raise CheckpointError(
            Fault("wrong_value", "the proof does not hold: this event is not in that journal",
                  file=file, field="proof", seen=proof.event.seq)
        )  # fmt: skip
    return checkpoint


def _leads(proof: Proof, checkpoint: Checkpoint) -> bool:
    one = proof.event
    try:
        real = hash_of(one.event, one.seq, one.at, one.previous)
    except (TypeError, ValueError):
        return False
    root = root_from_proof(one.hash, one.seq - 1, checkpoint.count, proof.path)
    return real == one.hash and root == checkpoint.root
