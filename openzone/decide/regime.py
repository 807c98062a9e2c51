"""What a regime gives to the engine: its facts, its words, and how bound rows make an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from openzone.errors import Fault
from openzone.rulebook.model import Document, Row, Table, Text

if TYPE_CHECKING:
    import datetime as dt

    from openzone.decide.facts import Case, Fact
    from openzone.rulebook.book import Book
    from openzone.rulebook.law import Law


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the rows of a plan stand: the law, the day, the list, what silence means there."""

    law: Law
    table: Table
    on: dt.date
    list: str | None
    document: Document | None
    lineage: frozenset[str]
    sections: frozenset[str]
    figures: Mapping[tuple[str, str], Any]

    @property
    def host(self) -> str:
        """The country whose book this is."""
        return self.law.book.info.host

    def figure(self, row: Row, name: str) -> Any:
        """A figure of a row, a named parameter replaced by its value on the day."""
        return self.figures.get((row.key, name), row.param(name))

    def record_state(self) -> str:
        """complete, partial or none: how much of the list in force is held for this case."""
        record = self.document.record if self.document else None
        if record is None or record.state in ("counts_only", "not_held"):
            return "none"
        if record.state == "by_section":
            whole = bool(self.sections) and self.sections <= record.complete
            return "complete" if whole else "partial"
        return record.state

    def record_confidence(self) -> str:
        """Confidence of the record of the list in force."""
        record = self.document.record if self.document else None
        return (record.confidence if record else None) or "high"


class Found(NamedTuple):
    """An outcome and the rows it rests on; `requires` says what an `on_conditions` asks for."""

    outcome: str
    rows: tuple[Row, ...] = ()
    requires: tuple[str, ...] = ()


class Plan(Protocol):
    """Rows that bind together, made ready to test complete facts.

    `facts`: names of the facts that the tests consult. `relative`: the rows that compare one
    foreign investor with all that is not foreign.
    """

    facts: frozenset[str]
    rows: tuple[Row, ...]
    relative: tuple[Row, ...]

    def decide(self, facts: Mapping[str, Any]) -> Found:
        """The outcome for facts that are complete in what the plan consults."""
        ...

    def cuts(self, fact: str) -> set[int]:
        """The figures at which a test of a numeric fact changes."""
        ...

    def effects(self, found: Found | None) -> dict[str, Any]:
        """The figures of the answer, under the names of the contract."""
        ...


class Regime(Protocol):
    """A regime: learn one, know all."""

    name: str
    title: Text
    facts: tuple[Fact, ...]
    unknown: str
    look_up: frozenset[str]
    implied: Mapping[str, tuple[str, str]]
    """A flag that, when true, stands for a word of another fact: flag → fact, word."""

    def plan(self, rows: Sequence[Row], setting: Setting) -> Plan:
        """Make the rows that bind together ready to test facts."""
        ...

    def derive(
        self, given: Mapping[str, Any], book: Book
    ) -> tuple[dict[str, Any], list[Fault], dict[str, Any]]:
        """Facts that follow from others (investors → shares); faults; what was said of it."""
        ...

    def consistent(self, facts: Mapping[str, Any]) -> Fault | None:
        """The contradiction among complete or partial facts, if any."""
        ...

    def also_assumed(self, plans: Iterable[Plan], facts: Mapping[str, Any]) -> dict[str, Any]:
        """Assumptions that depend on other facts."""
        ...

    def verdict(self, found: Found) -> str:
        """The verdict word of the contract for an outcome."""
        ...

    def fields(self) -> Mapping[str, str]:
        """Further fields of a case, beyond the facts, with what they mean."""
        ...

    def named_tags(self, rows: Iterable[Row]) -> Iterable[str]:
        """Tags that rows name otherwise than in what they bind."""
        ...

    def hints(
        self, rows: Iterable[Row], lineage: frozenset[str], sections: frozenset[str]
    ) -> dict[str, Any]:
        """Facts that the activity or its section hints at, used where the case states none."""
        ...

    def gates(self, found: Found, case: Case) -> bool:
        """Say whether the further gates of the table stand behind this outcome."""
        ...
