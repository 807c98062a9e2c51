"""Picking: the one way in which things are drawn, by Hypothesis (which shrinks) or a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Pick(Protocol):
    """Chooses; the first of several choices is the plainest."""

    def one(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        ...

    def chance(self, percent: int) -> bool:
        """Yes in about so many of a hundred."""
        ...

    def some(self, choices: Sequence[T], most: int, least: int = 0) -> list[T]:
        """From `least` to `most` different choices."""
        ...


class Drawn:
    """Picks through Hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def one(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self._draw(st.integers(0, len(choices) - 1))]

    def chance(self, percent: int) -> bool:
        """Yes in about so many of a hundred; no is plainer."""
        return bool(self._draw(st.integers(0, 99)) >= 100 - percent)

    def some(self, choices: Sequence[T], most: int, least: int = 0) -> list[T]:
        """From `least` to `most` different choices."""
        count = self._draw(st.integers(least, most))
        found = {choices.index(one): one for one in (self.one(choices) for _ in range(count))}
        return list(found.values())


class Seeded:
    """Picks through a seed: the same seed, the same picks."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return self._random.choice(choices)

    def chance(self, percent: int) -> bool:
        """Yes in about so many of a hundred."""
        return self._random.randrange(100) < percent

    def some(self, choices: Sequence[T], most: int, least: int = 0) -> list[T]:
        """From `least` to `most` different choices."""
        count = self._random.randint(least, most)
        return list(dict.fromkeys(self._random.choice(choices) for _ in range(count)))


def picked(build: Callable[..., T], *args: Any) -> st.SearchStrategy[T]:
    """A strategy of what `build(pick, *args)` gives."""

    @st.composite
    def strategy(draw: Callable[[st.SearchStrategy[Any]], Any]) -> T:
        return build(Drawn(draw), *args)

    return strategy()
