"""How bound rows combine into an investment answer: all tested together, first outcome in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openzone.decide.binding import percent_micro
from openzone.decide.facts import ASK, Case, Fact, as_fraction
from openzone.decide.regime import Found, Plan, Setting
from openzone.errors import Fault
from openzone.regimes.capital.case import (
    BOARD,
    FACTS,
    FIELDS,
    SHARE,
    SINGLE,
    VEHICLE,
    contradiction,
    shares_of,
)
from openzone.regimes.capital.outcome import EFFECTS, VERDICTS, Effect
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION, Row, Text

WHOLE = MILLION


class CapitalPlan:
    """Rows that bind together, sorted by what they test. Shares are whole millionths."""

    __slots__ = (
        "boards",
        "by_gives",
        "equity",
        "facts",
        "host",
        "never",
        "persons",
        "relative",
        "rows",
        "shares",
        "silent",
        "singles",
    )

    def __init__(self, rows: Sequence[Row], setting: Setting) -> None:
        self.rows = tuple(rows)
        self.host = setting.host
        self.never = tuple(row for row in rows if EFFECTS[row.effect].test == "never")
        self.shares: tuple[tuple[int, bool, Row], ...] = ()
        self.singles: tuple[tuple[int, Row], ...] = ()
        self.relative: tuple[Row, ...] = ()
        self.persons: tuple[tuple[str, Row], ...] = ()
        self.boards: tuple[tuple[int, Row], ...] = ()
        self.equity: tuple[Row, ...] = ()
        self.by_gives: dict[str, tuple[Row, ...]] = {}
        for row in rows:
            self._sort(row, EFFECTS[row.effect], setting)
        self.silent = _silence(setting)
        self.facts = frozenset() if self.never else self._consulted()

    def _sort(self, row: Row, effect: Effect, setting: Setting) -> None:
        if effect.test == "never":
            return
        stated = setting.figure(row, effect.figure) if effect.figure else 0
        if stated is None:  # the parameter has no value on record for the day
            self.by_gives["not_on_record"] = (*self.by_gives.get("not_on_record", ()), row)
            return
        figure = percent_micro(stated)
        if effect.complement:
            figure = WHOLE - figure
        if effect.test == "share":
            self.shares += ((figure, effect.strict, row),)
        elif effect.test == "single":
            self.singles += ((figure, row),)
        elif effect.test == "relative":
            self.relative += (row,)
        elif effect.test == "person":
            self.persons += ((effect.fact, row),)
        elif effect.test == "board":
            self.boards += ((figure, row),)
        bars = figure < WHOLE if effect.equity is None else effect.equity
        if bars:
            self.equity += (row,)
        self.by_gives[effect.gives] = (*self.by_gives.get(effect.gives, ()), row)

    def _consulted(self) -> frozenset[str]:
        found: set[str] = {fact for fact, _ in self.persons}
        if any(limit < WHOLE or strict for limit, strict, _ in self.shares):
            found.add(SHARE)
        if self.singles or self.relative:
            found |= {SHARE, SINGLE} if self.relative else {SINGLE}
        if self.boards:
            found.add(BOARD)
        if self.equity:
            found.add(VEHICLE)
        return frozenset(found)

    def decide(self, facts: Mapping[str, Any]) -> Found:
        """Test every row; the first outcome in the order of the table that applies."""
        if self.never:
            return Found("prohibited", self.never)
        share = facts.get(SHARE, 0)
        failing: tuple[Row, ...] = ()
        for limit, strict, row in self.shares:
            if share > limit or (strict and share == limit):
                failing += (row,)
        if failing:
            return Found("denied_share", failing)
        if self.equity and facts[VEHICLE] == "partnership":
            return Found("denied_vehicle", self.equity)
        if self.relative and WHOLE - share <= facts[SINGLE]:
            return Found("denied_relative_control", self.relative)
        for cap, row in self.singles:
            if facts[SINGLE] > cap:
                failing += (row,)
        if failing:
            return Found("denied_single_cap", failing)
        if self.persons or self.boards:
            failing = self._conditions(facts)
            if failing:
                return Found("denied_condition", failing)
        return self._passing()

    def _conditions(self, facts: Mapping[str, Any]) -> tuple[Row, ...]:
        return tuple(row for fact, row in self.persons if facts[fact] != self.host) + tuple(
            row for least, row in self.boards if facts[BOARD] < least
        )

    def _passing(self) -> Found:
        gives = self.by_gives
        if "not_on_record" in gives:
            return Found("not_on_record", gives["not_on_record"])
        tested = gives.get("allowed_within_limits", ())
        if "allowed_with_approval" in gives:
            return Found("allowed_with_approval", (*gives["allowed_with_approval"], *tested))
        if "allowed_on_conditions" in gives:
            return Found("allowed_on_conditions", self.rows)
        if tested:
            return Found("allowed_within_limits", self.rows)
        if "allowed" in gives:
            return Found("allowed", gives["allowed"])
        return Found(self.silent)

    def cuts(self, fact: str) -> set[int]:
        """The figures at which a test of this fact changes."""
        if fact in (SHARE, SINGLE):
            return {limit for limit, _, _ in self.shares} | {cap for cap, _ in self.singles}
        return {least for least, _ in self.boards} if fact == BOARD else set()

    def effects(self, found: Found | None) -> dict[str, Any]:
        """`max_foreign_share`: least upper bound of the foreign share, other facts favourable."""
        effects: dict[str, Any] = {"max_foreign_share": self.max_foreign_share(found)}
        if self.relative and not self.never:
            effects["depends_on"] = SINGLE
        if "allowed_with_approval" in self.by_gives and not self.never:
            conditions = [
                {"zh": text.zh, "en": text.en}
                for row in self.by_gives["allowed_with_approval"]
                for text in row.on_approval
            ]
            if conditions:
                effects["on_approval"] = conditions
        return effects

    def max_foreign_share(self, found: Found | None = None) -> Any:
        """A number (attained), {below: n} (not attained) or the word not_on_record."""
        if self.never:
            return 0.0
        if {"allowed_on_conditions", "not_on_record"} & self.by_gives.keys():
            return "not_on_record"
        if not self.rows and self.silent != "allowed":
            return "not_on_record"
        limits = [(limit, strict) for limit, strict, _ in self.shares]
        if self.relative:
            limits.append((WHOLE, True))
        limit, strict = min(limits, key=lambda one: (one[0], not one[1]), default=(WHOLE, False))
        number = float(as_fraction(limit))
        return {"below": number} if strict else number


def _silence(setting: Setting) -> str:
    state = setting.record_state()
    table = setting.table
    if state == "complete":
        return table.silence_complete
    return table.silence_partial if state == "partial" else table.before_record


class Capital:
    """The regime of foreign investment."""

    name = "capital"
    title = Text("外商投资准入", "Access of foreign investment")
    facts: tuple[Fact, ...] = FACTS
    unknown = "unknown"
    look_up = frozenset(("not_on_record",))
    implied: Mapping[str, tuple[str, str]] = {}

    def plan(self, rows: Sequence[Row], setting: Setting) -> Plan:
        """Make the rows that bind together ready to test facts."""
        return CapitalPlan(rows, setting)

    def derive(
        self, given: Mapping[str, Any], book: Book
    ) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
        """Shares from the list of investors; a single investor is the largest."""
        return shares_of(given, book)

    def consistent(self, facts: Mapping[str, Any]) -> Fault | None:
        """The contradiction among shares, if any."""
        return contradiction(facts)

    def verdict(self, found: Found) -> str:
        """The verdict word for an outcome."""
        return VERDICTS[found.outcome]

    def fields(self) -> Mapping[str, str]:
        """Fields beyond the facts."""
        return FIELDS

    def named_tags(self, rows: Iterable[Row]) -> Iterable[str]:
        """Tags named otherwise than in what a row binds: none."""
        return ()

    def hints(
        self, rows: Iterable[Row], lineage: frozenset[str], sections: frozenset[str]
    ) -> dict[str, Any]:
        """Facts that an activity hints at: none."""
        return {}

    def also_assumed(self, plans: Iterable[Plan], facts: Mapping[str, Any]) -> dict[str, Any]:
        """Assumptions that depend on other facts."""
        return {}

    def gates(self, found: Found, case: Case) -> bool:
        """Further gates stand behind every answer that is not no."""
        return VERDICTS[found.outcome] not in ("no", ASK)
