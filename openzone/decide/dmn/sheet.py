"""The rows of a table that stand here, ready to test: hit policies FIRST and COLLECT.

A fact that is missing raises `MissingFactError` when a test reads it; `complete` then tries what
it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.binding import fact_conditions, meets
from openzone.decide.standing import Standing
from openzone.rulebook.model import Condition, Row

Test = Callable[[Any], bool]


class MissingFactError(Exception):
    """A fact that is missing was read."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


class Facts(dict[str, Any]):
    """The facts of a case; reading one that is missing raises `MissingFactError`."""

    __slots__ = ()

    def __missing__(self, fact: str) -> Any:
        raise MissingFactError(fact)

    def beside(self, **derived: Any) -> Facts:
        """These facts and others that are derived from them."""
        return Facts({**self, **derived})


class NotingFacts(Facts):
    """Facts that note which of them were read."""

    __slots__ = ("read",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        self.read: dict[str, None] = {}

    def __getitem__(self, fact: str) -> Any:
        self.read[fact] = None
        return super().__getitem__(fact)

    def get(self, fact: str, default: Any = None) -> Any:
        """The value of a fact, noted as read."""
        self.read[fact] = None
        return super().get(fact, default)

    def beside(self, **derived: Any) -> Facts:
        """These facts and derived ones; what is read of them is noted here."""
        found = NotingFacts({**self, **derived})
        found.read = self.read
        return found


@dataclass(frozen=True, slots=True)
class Tested:
    """A row with what it asks of facts."""

    row: Row
    conditions: tuple[Condition, ...]
    tests: tuple[tuple[str, Test], ...]

    def holds(self, facts: Facts) -> bool:
        """Say whether the row applies. Raises where that turns on a missing fact."""
        missing: MissingFactError | None = None
        for fact, test in self.tests:
            try:
                value = facts[fact]
            except MissingFactError as unknown:
                missing = missing or unknown
                continue
            if not test(value):
                return False
        if missing is not None:
            raise missing
        return True

    def failed(self, facts: Mapping[str, Any]) -> Condition | None:
        """The first condition that the facts do not meet; None when all that are told hold."""
        return next(iter(self.failing(facts)), None)

    def failing(self, facts: Mapping[str, Any]) -> list[Condition]:
        """The conditions that the facts told do not meet."""
        return [
            condition
            for condition in self.conditions
            if (value := facts.get(condition.fact)) is not None and not meets(condition, value)
        ]


class Sheet:
    """The rows of one table that stand on a day in a place, in order."""

    __slots__ = ("rows", "standing")

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.rows = tuple(_tested(row) for row in standing.ordered)

    def first(self, facts: Facts) -> Row | None:
        """Hit policy FIRST: the first row that applies. Raises MissingFactError."""
        value_of = facts.get
        for one in self.rows:
            for fact, test in one.tests:
                value = value_of(fact)
                if value is None:
                    one.holds(facts)  # raises MissingFactError unless another condition fails
                    break
                if not test(value):
                    break
            else:
                return one.row
        return None

    def collect(self, facts: Facts) -> tuple[Row, ...]:
        """Hit policy COLLECT: every row that applies, less those that an opening replaces."""
        found = [one.row for one in self.rows if one.holds(facts)]
        if self.standing.late:
            found = self.standing.replaced(found)
        return tuple(found)

    def conditions(self) -> Iterator[Condition]:
        """Every condition of every row on facts of the case."""
        for one in self.rows:
            yield from one.conditions


def _tested(row: Row) -> Tested:
    conditions = fact_conditions(row)
    return Tested(row, conditions, tuple((one.fact, _test(one)) for one in conditions))


def _test(condition: Condition) -> Test:
    """A condition as a function of the value of its fact. A value of None meets nothing."""
    if condition.kind in ("in", "is"):
        values = frozenset(condition.values)
        if condition.negated:
            return lambda value: value is not None and value not in values
        return values.__contains__
    return _between(condition)


def _between(condition: Condition) -> Test:
    """Bounds as one function: it is asked for every row of a table of bands."""
    low, above, high, below = condition.min, condition.above, condition.max, condition.below
    wanted = not condition.negated

    def test(value: Any) -> bool:
        if value is None:
            return False
        held = (
            (low is None or value >= low)
            and (high is None or value <= high)
            and (above is None or value > above)
            and (below is None or value < below)
        )
        return held is wanted

    return test
