"""A Merkle tree over the hashes of events, as RFC 6962 has it: roots, and proofs for one event.

A root binds every event before it. `Frontier` keeps what is needed to add events and to know the
root, a hash for each power of two in the count; a proof is worked out from the leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EMPTY = hashlib.sha256(b"").hexdigest()


def leaf_hash(event_hash: str) -> str:
    """The hash of a leaf: that of an event, under a prefix of its own."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(event_hash)).hexdigest()


def node_hash(left: str, right: str) -> str:
    """The hash of a node of two."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The whole subtrees of a tree of `count` leaves, the largest first."""

    count: int = 0
    nodes: tuple[str, ...] = ()

    def added(self, event_hash: str) -> Frontier:
        """The frontier with one more leaf."""
        nodes, node, size = list(self.nodes), leaf_hash(event_hash), self.count
        while size & 1:
            node = node_hash(nodes.pop(), node)
            size >>= 1
        return Frontier(self.count + 1, (*nodes, node))

    @property
    def root(self) -> str:
        """The root; of an empty tree the hash of nothing."""
        if not self.nodes:
            return EMPTY
        *rest, root = self.nodes
        for node in reversed(rest):
            root = node_hash(node, root)
        return root


def frontier_of(event_hashes: Iterable[str]) -> Frontier:
    """The frontier of a tree over some events."""
    found = Frontier()
    for one in event_hashes:
        found = found.added(one)
    return found


def inclusion_proof(event_hashes: Sequence[str], index: int) -> tuple[str, ...]:
    """The hashes that lead from the leaf `index` (from 0) to the root of the tree, leaf first.

    Raises IndexError when the tree has no such leaf.
    """
    if not 0 <= index < len(event_hashes):
        raise IndexError(f"no leaf {index} in a tree of {len(event_hashes)}")
    path: list[str] = []
    low, high = 0, len(event_hashes)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_root(event_hashes, middle, high))
            high = middle
        else:
            path.append(_root(event_hashes, low, middle))
            low = middle
    return tuple(reversed(path))


def root_from_proof(event_hash: str, index: int, count: int, proof: Sequence[str]) -> str | None:
    """The root that a proof leads to; None where its length fits no tree of `count` leaves."""
    if not 0 <= index < count:
        return None
    node, last, left = leaf_hash(event_hash), count - 1, list(proof)
    while last:
        if index & 1 or index < last:
            if not left:
                return None
            other = left.pop(0)
            node = node_hash(other, node) if index & 1 else node_hash(node, other)
        index, last = index >> 1, last >> 1
    return None if left else node


def _split(size: int) -> int:
    """The largest power of two below a size of two or more."""
    return 1 << (size - 1).bit_length() - 1


def _root(event_hashes: Sequence[str], low: int, high: int) -> str:
    return frontier_of(event_hashes[low:high]).root
