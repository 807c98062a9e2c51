"""What a regime of decision tables gives to the engine, and what it finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from openzone.decide.dmn.flat import Flat
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Facts
from openzone.errors import Fault
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row, Text


class Found(NamedTuple):
    """What a regime finds of complete facts.

    `rows`: what the outcome rests on. `also`: rows that add something and decide nothing (duties).
    `parameters`: dated figures it rests on besides those that its rows name. `needs`: fields of
    the regime's own that lack something, where the outcome is to ask; facts are asked by raising.
    `possible`: the outcomes that are left with those fields. `outside`: the question does not
    arise, so what other completions share still stands. `at_most`: a level that the confidence
    does not exceed, where the finding rests on more than rows and figures.
    """

    outcome: str
    rows: tuple[Row, ...] = ()
    effects: Mapping[str, Any] = {}
    parameters: tuple[str, ...] = ()
    also: tuple[Row, ...] = ()
    next: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    outside: bool = False
    at_most: str | None = None


@dataclass(frozen=True)
class Case:
    """A validated case: `facts` as given, `own` the fields that the regime reads itself."""

    regime: str
    on: dt.date
    places: tuple[str, ...]
    facts: Mapping[str, Any]
    own: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    assumed: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()


class Reading:
    """A case while it is read: its fields, the law it is put to, and the faults found so far."""

    def __init__(
        self,
        law: Law,
        on: dt.date,
        places: tuple[str, ...],
        given: dict[str, Any],
        faults: list[Fault],
    ) -> None:
        self.law = law
        self.on = on
        self.places = places
        self.given = given
        self.faults = faults
        self.said: list[str] = []

    def fault(self, code: str, message: str, field: str, **more: Any) -> None:
        """Note a fault of a field; what was seen is the value given."""
        more.setdefault("seen", self.given.get(field))
        self.faults.append(Fault(code, message, field=field, **more))


class TableRegime(Protocol):
    """A regime whose answer comes from decision tables over the facts of a case."""

    name: str
    title: Text
    tables: Sequence[str]
    """Its tables: the facts that they declare are the fields of a case."""
    verdicts: Mapping[str, str]
    """The verdict word for each outcome."""
    synonyms: Mapping[str, str]
    """Other names of fields."""
    own: Mapping[str, str]
    """Fields that the regime reads itself (lists, nested values), each with what it means."""
    figures: Sequence[str]
    """Effects of which `open` names the missing facts that turn them and not the outcome."""
    selector: tuple[str, Sequence[str]] | None
    """The field that chooses which question a case puts, and its words; None for one question."""

    def tables_of(self, given: Mapping[str, Any]) -> Sequence[str]:
        """The tables that a case is put to, where a field of it chooses among them."""
        ...

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """The values of the fields of its own; faults go to the reading."""
        ...

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """What cannot be true together among the facts that are told."""
        ...

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """What absence means here, beyond what the tables declare."""
        ...

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """For a fact: values at which an answer changes that no condition of a row tells.

        For a field of its own that may be missing: one value for each part of its range.
        """
        ...

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The outcome, a function of its input; a missing fact that is read raises."""
        ...

    def flat(self, law: Law) -> Flat | None:
        """On what an outcome turns, so that a table of cases is decided as one query.

        None where the answer follows from more than the rows that apply (lists of its own fields,
        amounts that are worked out): such cases are decided one by one.
        """
        ...


class Defaults:
    """What most regimes of tables have in common."""

    synonyms: Mapping[str, str] = {}
    own: Mapping[str, str] = {}
    tables: Sequence[str] = ()
    figures: Sequence[str] = ()
    selector: tuple[str, Sequence[str]] | None = None

    def tables_of(self, given: Mapping[str, Any]) -> Sequence[str]:
        """All tables of the regime."""
        return self.tables

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """No field of its own."""
        return {}

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """No two facts contradict each other."""
        return ()

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing beyond what the tables declare."""
        return {}

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """The conditions of the rows tell every part."""
        return {}

    def flat(self, law: Law) -> Flat | None:
        """Cases are decided one by one."""
        return None
