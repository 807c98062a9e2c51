"""The rows of a table that stand here, ready to test: hit policies FIRST and COLLECT.

A fact that is missing raises `MissingFactError` when a test reads it; `complete` then tries what
it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.binding import fact_conditions
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
        found = Facts(self)
        found.update(derived)
        return found


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
    """A row with what it asks of facts: each condition, and in the same order its test."""

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

    def told(self, facts: Mapping[str, Any]) -> bool:
        """Say whether the row applies by what is told; a fact that is missing meets nothing."""
        for fact, test in self.tests:
            value = facts.get(fact)
            if value is None or not test(value):
                return False
        return True

    def failed(self, facts: Mapping[str, Any]) -> Condition | None:
        """The first condition that the facts do not meet; None when all that are told hold."""
        held = self.held(facts)
        return None if held is None else self.conditions[held]

    def held(self, facts: Mapping[str, Any]) -> int | None:
        """How many conditions stand before the first that the facts told do not meet; None: all.

        Every fact is read: an answer names what absence was taken to mean for all of them.
        """
        found: int | None = None
        for number, (fact, test) in enumerate(self.tests):
            value = facts.get(fact)
            if found is None and value is not None and not test(value):
                found = number
        return found

    def failing(self, facts: Mapping[str, Any]) -> list[Condition]:
        """The conditions that the facts told do not meet."""
        return [
            condition
            for condition, (fact, test) in zip(self.conditions, self.tests, strict=True)
            if (value := facts.get(fact)) is not None and not test(value)
        ]


def farthest(rows: Iterable[Tested], facts: Mapping[str, Any]) -> tuple[Row, Condition] | None:
    """Of the rows that the facts told do not meet, that of which most conditions hold before the
    first that does not, with that one; the first of equals, None where all rows are met."""
    found: tuple[Row, Condition] | None = None
    most = -1
    for one in rows:
        held = one.held(facts)
        if held is not None and held > most:
            most, found = held, (one.row, one.conditions[held])
    return found


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
        value_of = facts.get  # the loop of `first` again: a call for each row takes as long
        found: list[Row] = []
        for one in self.rows:
            for fact, test in one.tests:
                value = value_of(fact)
                if value is None:
                    one.holds(facts)  # raises MissingFactError unless another condition fails
                    break
                if not test(value):
                    break
            else:
                found.append(one.row)
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
