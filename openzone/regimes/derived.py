"""Facts of a case with others on top that are worked out from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.decide.dmn.sheet import Facts


class Derived(Facts):
    """Facts on top of others: those below stay asked for, and noted, where they are read."""

    __slots__ = ("below",)

    def __init__(self, below: Facts, found: Mapping[str, Any]) -> None:
        super().__init__(found)
        self.below = below

    def __missing__(self, fact: str) -> Any:
        return self.below[fact]

    def get(self, fact: str, default: Any = None) -> Any:
        """The value of a fact; None, or `default`, when it is told nowhere."""
        found = super().get(fact)
        return self.below.get(fact, default) if found is None else found
