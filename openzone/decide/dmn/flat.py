"""What a regime of tables says of itself so that its cases can be decided as one table.

A case is flat when its answer follows from the rows of its tables that may apply to it; of a table
with hit policy FIRST, from those up to the first that surely applies. Then each row is one bit and
each fact a mask of the rows that it leaves: cases that are left with the same rows, and lack the
same facts that those rows ask, have one answer. The single case gives it. The declaration below
says what a case turns on, never what comes out, so nothing of the answer is told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.dmn.ground import Ground


@dataclass(frozen=True)
class Flat:
    """On what the outcome of a case turns, beside the place and the day.

    `tables`: tables with hit policy FIRST. Rows after the first that surely applies change nothing.
    A row may ask what no case states and the regime derives from other rows (a flag of `flags`,
    whether a class applies): such a row is never sure by itself.

    `flags`: facts that are true where a row of a table with hit policy COLLECT applies.

    `instead`: for a number the number that stands for it where the case is silent on it.

    `raised`: for a number one that it is never less than: where it is, it counts as equal.

    `sums`: numbers that are derived, each from the two numbers whose sum it is.

    `at_most`: pairs of numbers; a case that states the first greater than the second is refused.

    `never`: facts given by a word or a flag with values that cannot all be stated together.

    `never_where`: such values that cannot be stated together on the grounds of which it is true.

    `whole`: facts given by a word or a flag that the regime looks at beyond what rows ask of them,
    or of which it takes one value for another. Cases that differ in one are told apart.

    `in_use`: the name of a figure of rows; a row of which it is false is out of use.

    `only`: facts given by a word, each with the one value for which cases are flat.

    What `TableRegime.assume` gives on a ground without any fact is what silence means there; what
    it makes of facts must follow from `instead`, or from facts that are `whole`.
    """

    tables: tuple[str, ...]
    flags: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    raised: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    at_most: tuple[tuple[str, str], ...] = ()
    never: tuple[Mapping[str, Any], ...] = ()
    never_where: tuple[tuple[Mapping[str, Any], Callable[[Ground], bool]], ...] = ()
    whole: tuple[str, ...] = ()
    in_use: str = ""
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def collected(self) -> tuple[str, ...]:
        """The tables from which flags are derived."""
        return tuple(dict.fromkeys(self.flags.values()))

    def made_of(self, fact: str) -> tuple[str, ...]:
        """The facts of a case that a tested fact comes from: itself, or those it is made of."""
        found: dict[str, None] = {}
        for one in self.sums.get(fact, (fact,)):
            found[one] = None
            for more in (self.instead.get(one), self.raised.get(one)):
                if more is not None:
                    found.update(dict.fromkeys(self.made_of(more)))
        return tuple(found)
