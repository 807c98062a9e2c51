"""Rows of goods that stand on a day in a place, and which of them apply to a case.

A row is tested on what a case says: it applies, it does not, or a fact that it tests is missing.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from openzone.decide.binding import fact_conditions, meets
from openzone.decide.standing import Standing, standing
from openzone.rulebook.law import Law
from openzone.rulebook.model import Condition, ParameterRef, Row

CODES_MAX = 1 << 16
T = TypeVar("T")


@dataclass(frozen=True)
class Ground:
    """What rows are tested on: the day, what the place lies in, the facts of the case.

    `told`: the facts without those that the law assumes of every case alike.
    """

    law: Law
    on: dt.date
    inside: frozenset[str]
    facts: Mapping[str, Any]
    told: Mapping[str, Any] | None = None

    def standing(self, table: str) -> CodedRows:
        """The rows of a table that stand here on the day."""
        found: CodedRows | None = self.law.memo.get((table, self.key))
        if found is None:
            here = standing(self.law, table, self.on, self.inside)
            found = CodedRows(here.rows, here.late)
            self.law.memo[table, self.key] = found
        return found

    def unknown(self, row: Row) -> tuple[str, ...] | None:
        """The facts that are missing to tell: () the row applies; None it does not.

        What a row asks of place and day is tested where it stands.
        """
        facts = self.facts
        missing: tuple[str, ...] = ()
        for condition in self.tests_of(row):
            value = facts.get(condition.fact)
            if value is None:
                missing = (*missing, condition.fact)
            elif not meets(condition, value):
                return None
        return missing

    @cached_property
    def said(self) -> frozenset[tuple[str, Any]]:
        """The facts, to tell cases of which the rows see the same."""
        return frozenset((self.facts if self.told is None else self.told).items())

    def once(self, name: str, code: str, make: Callable[[Ground, str], T]) -> T:
        """What `make` finds for a code: worked out once for equal days, places and facts."""
        memo: dict[Any, Any] = self.law.memo.setdefault("goods once", {})
        key = (name, code, self.key, self.said)
        found: T | None = memo.get(key)
        if found is None:
            if len(memo) >= CODES_MAX:
                memo.clear()
            found = memo[key] = make(self, code)
        return found

    def tests_of(self, row: Row) -> tuple[Condition, ...]:
        """What a row asks of facts, as worked out once."""
        tests: dict[str, tuple[Condition, ...]] = self.law.memo.setdefault("goods tests", {})
        found = tests.get(row.key)
        if found is None:
            found = tests[row.key] = fact_conditions(row)
        return found

    def figure(self, row: Row, name: str, default: Any = None) -> Any:
        """A figure of a row; a named parameter has its value of the day in the place."""
        value = row.param(name, default)
        return self.parameter(value.parameter) if isinstance(value, ParameterRef) else value

    def parameter(self, name: str) -> Any:
        """A dated figure of the law here; None when the book does not hold it for the day."""
        key = ("goods figure", name, self.key)
        memo = self.law.memo
        if key not in memo:
            known = name in self.law.book.parameters
            memo[key] = self.law.parameter(name, self.on, self.inside) if known else None
        return memo[key]

    @cached_property
    def key(self) -> tuple[int, frozenset[str]]:
        """What tells the days and places apart on which the law is the same."""
        return bisect_right(self.law.cut_days, self.on), self.inside


@dataclass(frozen=True)
class CodedRows(Standing):
    """Rows of one table on a day in a place, found by the codes of goods that they bind."""

    _bound: dict[str, tuple[tuple[int, Sequence[Row]], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def by_prefix(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows by each beginning of a code that they bind; '' for rows that bind every code."""
        found: dict[str, list[Row]] = {}
        for row in self.ordered:
            for prefix in row.hs or ("",):
                found.setdefault(prefix, []).append(row)
        return {prefix: tuple(rows) for prefix, rows in found.items()}

    def binding(self, code: str) -> Sequence[tuple[int, Sequence[Row]]]:
        """The rows that bind a code of goods, by the length of the beginning, longest first."""
        found = self._bound.get(code)
        if found is None:
            if len(self._bound) >= CODES_MAX:
                self._bound.clear()
            found = self._bound[code] = tuple(self._binding(code))
        return found

    def _binding(self, code: str) -> Iterator[tuple[int, Sequence[Row]]]:
        for length in (*range(len(code), 1, -1), 0):
            rows = self.by_prefix.get(code[:length])
            if rows:
                kept = [row for row in rows if not code.startswith(row.not_hs or ("-",))]
                if kept:
                    yield length, kept

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings of codes that rows bind, sorted."""
        return tuple(sorted(self.by_prefix))

    def deeper(self, code: str) -> tuple[Row, ...]:
        """Rows that bind only a part of what begins with the code: those of the first beginning."""
        at = bisect_right(self.prefixes, code)
        if not code or at == len(self.prefixes) or not self.prefixes[at].startswith(code):
            return ()
        return self.by_prefix[self.prefixes[at]]


class Hit(NamedTuple):
    """What a table says of a case: the row that decides, or the facts that are missing."""

    row: Row | None = None
    needs: tuple[str, ...] = ()


def first(ground: Ground, table: str) -> Hit:
    """Hit policy FIRST: the first row that applies. A missing fact is asked where it matters."""
    open_rows: list[Row] = []
    needs: tuple[str, ...] = ()
    for row in ground.standing(table).ordered:
        missing = ground.unknown(row)
        if missing is None:
            continue
        if missing:
            needs = needs or missing
            open_rows.append(row)
            continue
        same = all((one.effect, one.params) == (row.effect, row.params) for one in open_rows)
        return Hit(row) if same else Hit(None, needs)
    silent = ground.law.book.tables[table].silence_complete
    same = all(one.effect == silent and not one.params for one in open_rows)
    return Hit() if same else Hit(None, needs)


def priority(ground: Ground, table: str, code: str, but: str = "") -> Hit:
    """Hit policy PRIORITY: of the rows that bind a code, those of its longest beginning decide.

    There, a row whose conditions hold wins; else a condition that cannot be tested is asked; else
    the row without conditions wins; else the next shorter beginning is tried. Rows of the effect
    `but` are left out. Where rows bind only a part of what begins with the code, all its digits
    are asked for.
    """
    standing = ground.standing(table)
    if standing.deeper(code):
        return Hit(None, ("hs",))
    for _, rows in standing.binding(code):
        plain: Row | None = None
        needs: tuple[str, ...] = ()
        for row in rows:
            missing = None if row.effect == but else ground.unknown(row)
            if missing is None:
                continue
            if missing:
                needs = needs or missing
            elif ground.tests_of(row):
                return Hit(row)
            else:
                plain = plain or row
        if needs:
            return Hit(None, needs)
        if plain is not None:
            return Hit(plain)
    return Hit()
