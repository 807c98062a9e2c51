"""Terms of the query for a table of cases: masks, conditions, numbers packed into words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import pyarrow as pa

from openzone.decide.dmn.table.bits import WORD_BITS


class Pack:
    """Small whole numbers, packed into as few words as hold them."""

    def __init__(self) -> None:
        self._parts: list[tuple[Any, int]] = []

    def add(self, number: Any, most: int) -> None:
        """Add a number from 0 to `most`."""
        self._parts.append((number, most.bit_length()))

    def words(self) -> list[Any]:
        """The words that hold the numbers."""
        free: list[int] = []
        words: list[Any] = []
        for number, bits in sorted(self._parts, key=lambda one: -one[1]):
            if not bits:
                continue
            at = next((n for n, left in enumerate(free) if left >= bits), None)
            if at is None:
                free.append(WORD_BITS - bits)
                words.append(number)
                continue
            shift = WORD_BITS - free[at]
            words[at] = words[at] | (number * whole(1 << shift))
            free[at] -= bits
        return words or [whole(0)]


def coalesced(one: Any, other: Any) -> Any:
    """The first of two values that is told; either may not exist."""
    if one is None or other is None:
        return other if one is None else one
    return ibis.coalesce(one, other)


def whole(number: int) -> Any:
    """A whole number of 64 bits."""
    return ibis.literal(number, "int64")


def small(numbers: Iterable[int]) -> Any:
    """Small numbers as an Arrow array of 32 bits, by which an engine joins fastest."""
    return pa.array(list(numbers), pa.int32())


def any_of(conditions: Iterable[Any]) -> Any:
    """Whether one of some conditions holds."""
    found: Any = ibis.literal(False)
    for one in conditions:
        found = found | one
    return found


def all_of(conditions: Iterable[Any]) -> Any:
    """Whether all conditions hold."""
    found: Any = ibis.literal(True)
    for one in conditions:
        found = found & one
    return found
