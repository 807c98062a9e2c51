"""The facts of a trace: what an explanation says, as plain data without sentences.

`wording` makes text of it in either language; `Explanation.as_dict` is the JSON of schema trace/1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openzone.rulebook.changers import Changers
from openzone.rulebook.model import Authorisation, Interval, Text
from openzone.rulebook.plain import Named, plain

SCHEMA = "trace/1"


@dataclass(frozen=True, slots=True)
class FactValue:
    """A fact of the case; a share is a decimal fraction."""

    fact: str
    title: Text
    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """The case as the engine read it; `lies_in` are the places around the places named."""

    regime: Named
    on: dt.date
    known: dt.date
    places: tuple[Named, ...] = ()
    lies_in: tuple[Named, ...] = ()
    activity: Named | None = None
    industry: Named | None = None
    facts: tuple[FactValue, ...] = ()
    id: str | None = None
    child_of: Named | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListSeen:
    """A list that applies to the case, the document in force, and how much of it is held.

    `recorded` is how the book holds the document, `state` what that means for this activity:
    complete, partial or none.
    """

    list: Named | None
    document: Source | None
    recorded: str
    state: str
    note: str | None = None
    replaces: tuple[Named, ...] = ()
    partial_sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A legal text as it is cited. `published` is None when that day is not on record."""

    id: str
    title: Text
    number: str | None
    in_force: Interval
    published: dt.date | None
    published_note: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a row; `parameter` says where it is set when the row only names it."""

    name: str
    value: Any
    parameter: Named | None = None
    basis: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionSeen:
    """A condition of a row on a fact: its values, or its bounds (min, above, max, below).

    `given` is what the case says, None when it says nothing.
    """

    fact: str
    title: Text
    kind: str
    values: tuple[Any, ...] = ()
    bounds: tuple[Any, Any, Any, Any] = (None, None, None, None)
    negated: bool = False
    given: Any = None
    fact_kind: str = ""


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A row with its words: what it demands and from where it comes.

    `state`: decides (the answer rests on it), met (binds and is met), fails, open (a fact is
    missing), may (binds in some completions only), near (does not bind). `outcome` is what it gives
    in a regime whose rows give outcomes.
    """

    row: str
    title: Text
    state: str
    effect: str
    effect_title: Text | None
    source: Source
    evidence: str
    part: str | None = None
    measure: Named | None = None
    list: Named | None = None
    outcome: str | None = None
    figures: tuple[Figure, ...] = ()
    conditions: tuple[ConditionSeen, ...] = ()
    on_approval: tuple[Text, ...] = ()
    requires: tuple[str, ...] = ()
    item: int | str | None = None
    carried_back: bool = False
    confidence: str = "high"
    evidence_note: str | None = None
    sources: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    instead_of_reason: str | None = None
    amends: str | None = None
    carve_outs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubt: str | None = None
    legal_basis: str | None = None

    @property
    def name(self) -> str:
        """The row as it is cited: a change of a reform carries its part."""
        return f"{self.row}#{self.part}" if self.part else self.row


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row does not bind: a kind of `near.KINDS` and what belongs to it."""

    kind: str
    named: tuple[Named, ...] = ()
    other: Named | None = None
    days: Interval | None = None
    day: dt.date | None = None
    condition: ConditionSeen | None = None
    rows: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What the answer would be if the one thing that failed were different.

    `needs` are the facts that would then have to be asked.
    """

    fact: str
    value: Any
    title: Text
    verdict: str
    outcome: str
    max_foreign_share: Any = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NearRow:
    """A row that came close: the first condition that failed, then the others.

    `twin`: it says of the same measure what a row that binds, or one before it here, says too.
    """

    row: RowSeen
    reasons: tuple[Reason, ...]
    same_measure: bool
    twin: bool = False
    otherwise: Otherwise | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One value, or run of values, of a missing fact.

    `kind`: range (`low` to `high`, both included; a share is a fraction), host, foreign, value,
    place, elsewhere, activity, other_kind (under a tag, none that a rule names), unnamed.
    """

    kind: str
    low: Decimal | None = None
    high: Decimal | None = None
    value: Any = None
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """Where some values of the missing fact lead: to an outcome, or to the next question."""

    choices: tuple[Choice, ...]
    verdict: str
    possible: tuple[str, ...]
    then: Ask | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A missing fact, and where each value of it leads."""

    fact: str
    title: Text
    kind: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Assurance:
    """One thing that the confidence of the answer depends on."""

    kind: str
    level: str
    about: str
    title: Text | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What to read next, and why."""

    kind: str
    about: str
    source: Source | None = None
    item: int | str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReformPower:
    """On what a reform that decides here rests.

    `above` is the level of the norm that it opens, when that level stands above its own.
    """

    reform: Named
    authorisation: Authorisation
    level_name: Text | None
    above: Text | None = None
    approver: Text | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A reform that is only announced and would change this answer."""

    reform: Named
    since: dt.date | None
    verdict: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the answer is what it is, and why it is nothing else.

    `hinted` are facts that the activity hints at and the case does not state; `titles` names the
    facts of the regime. `ordinary` is the outcome of the way that needs no reform, where one used a
    reform and that way is open too.
    """

    case: CaseSeen
    law: Mapping[str, Any]
    verdict: str
    outcome: str
    effects: Mapping[str, Any]
    evidence: Mapping[str, int]
    lists: tuple[ListSeen, ...]
    rows: tuple[RowSeen, ...]
    near: tuple[NearRow, ...]
    near_total: int
    needs: tuple[str, ...]
    possible: tuple[str, ...]
    ask: Ask | None
    assumed: tuple[FactValue, ...]
    hinted: tuple[FactValue, ...]
    next: tuple[Named, ...]
    announced: tuple[Announced, ...]
    confidence: str
    assurance: tuple[Assurance, ...]
    check: tuple[Check, ...]
    changers: tuple[Changers, ...]
    reform_powers: tuple[ReformPower, ...]
    titles: Mapping[str, Text]
    ordinary: str | None = None
    schema: str = field(default=SCHEMA)

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON can hold it; parts that hold nothing are left out."""
        data: dict[str, Any] = plain(self)
        return {"schema": data.pop("schema"), **data}
