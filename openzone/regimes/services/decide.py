"""How bound rows combine into a services answer: the strictest outcome wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openzone.decide.facts import ASK, Case, Fact
from openzone.decide.regime import Found, Plan, Setting
from openzone.errors import Fault
from openzone.regimes.services.case import COMMERCIAL_PRESENCE, FACTS, FIELDS, MODE, PRESENCE
from openzone.regimes.services.outcome import APPROVAL, NEEDS_PRESENCE, THROUGH_ENTITY, VERDICTS
from openzone.rulebook.book import Book
from openzone.rulebook.model import Row, Text


class ServicesPlan:
    """Rows that bind one supply, with the outcome each gives."""

    __slots__ = ("facts", "order", "rows", "silent")

    relative: tuple[Row, ...] = ()

    def __init__(self, rows: Sequence[Row], setting: Setting) -> None:
        self.rows = tuple(rows)
        self.order = {word: rank for rank, word in enumerate(setting.table.outcomes)}
        presence = any(row.outcome == NEEDS_PRESENCE for row in rows)
        self.facts = frozenset((PRESENCE,)) if presence else frozenset()
        state = setting.record_state()
        table = setting.table
        self.silent = {"complete": table.silence_complete, "partial": table.silence_partial}.get(
            state, table.before_record
        )

    def decide(self, facts: Mapping[str, Any]) -> Found:
        """The strictest outcome of the bound rows; silence only when no row binds."""
        if not self.rows:
            return Found(self.silent)
        present = bool(facts.get(PRESENCE))
        words: dict[str, list[Row]] = {}
        for row in self.rows:
            word = row.outcome or ""
            if present and word == NEEDS_PRESENCE:
                word = THROUGH_ENTITY
            words.setdefault(word, []).append(row)
        strictest = min(words, key=self.order.__getitem__)
        rows = tuple(words[strictest])
        requires = tuple(dict.fromkeys(r for row in rows for r in row.requires))
        return Found(strictest, rows, requires)

    def cuts(self, fact: str) -> set[int]:
        """No fact of a supply is a number."""
        return set()

    def effects(self, found: Found | None) -> dict[str, Any]:
        """`requires`: what conditions ask for."""
        return {"requires": list(found.requires)} if found and found.requires else {}


class Services:
    """The regime of cross-border services."""

    name = "services"
    title = Text("跨境服务贸易", "Cross-border trade in services")
    facts: tuple[Fact, ...] = FACTS
    unknown = "unknown"
    look_up = frozenset(("look_up",))
    implied: Mapping[str, tuple[str, str]] = {}

    def plan(self, rows: Sequence[Row], setting: Setting) -> Plan:
        """Make the rows that bind together ready to test facts."""
        return ServicesPlan(rows, setting)

    def derive(
        self, given: Mapping[str, Any], book: Book
    ) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
        """Nothing follows from other facts; mode 3 belongs to another regime."""
        if str(given.get(MODE, "")).strip() == str(COMMERCIAL_PRESENCE):
            return (
                {},
                [
                    Fault(
                        "wrong_mode",
                        "mode 3 (commercial presence) is an investment",
                        field=MODE,
                        seen=given[MODE],
                        expected="1, 2 or 4",
                        next="ask with regime: capital",
                    )
                ],
                {},
            )
        return {}, [], {}

    def consistent(self, facts: Mapping[str, Any]) -> Fault | None:
        """No two facts of a supply contradict each other."""
        return None

    def also_assumed(self, plans: Iterable[Plan], facts: Mapping[str, Any]) -> dict[str, Any]:
        """Assumptions that depend on other facts: none."""
        return {}

    def verdict(self, found: Found) -> str:
        """The verdict word; conditions that name an approval need a decision of an authority."""
        if found.outcome == THROUGH_ENTITY and APPROVAL in found.requires:
            return "on_approval"
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

    def gates(self, found: Found, case: Case) -> bool:
        """Further gates stand behind every answer that is not no."""
        return VERDICTS[found.outcome] not in ("no", ASK)
