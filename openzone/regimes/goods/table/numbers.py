"""Numbers that rules cut: which part of the line of numbers a column falls in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

import ibis

KIND = "decimal(38, 6)"


class Cuts:
    """The parts between cuts: 0 absent, then below, at and above each cut in turn."""

    def __init__(self, cuts: Iterable[Any]) -> None:
        self.at: Sequence[Decimal] = sorted({Decimal(str(cut)) for cut in cuts})

    @property
    def size(self) -> int:
        """How many parts there are."""
        return 2 * len(self.at) + 2

    @cached_property
    def examples(self) -> list[Decimal | None]:
        """A number of each part."""
        at = self.at
        if not at:
            return [None, Decimal(0)]
        found: list[Decimal | None] = [None, at[0] - 1]
        for one, other in zip(at, (*at[1:], at[-1] + 2), strict=True):
            found += [one, (one + other) / 2]
        return found

    def part(self, column: Any) -> tuple[Any, Any]:
        """The part of each number, and whether it can be read (or is absent)."""
        readable = ibis.literal(True)
        if column.type().is_string():
            text = column.strip().nullif("")
            column = text.try_cast(KIND)
            readable = text.isnull() | column.notnull()
        value = column.cast(KIND)
        part = ibis.literal(1, "int64")
        for cut in self.at:
            bound = ibis.literal(cut, KIND)
            part = part + (value >= bound).cast("int64") + (value > bound).cast("int64")
        return part.fill_null(0), readable
