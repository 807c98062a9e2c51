"""The nouns of a rulebook. All of them are immutable; all days are half-open intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

MILLION = 1_000_000


class Text(NamedTuple):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def lang(self, lang: str) -> str:
        """Give the words in `lang` (zh or en)."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `start` up to, not including, `end`; None is open."""

    start: dt.date | None = None
    end: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """Say whether `day` lies in the interval."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Interval) -> bool:
        """Say whether the two intervals share a day."""
        before = self.end is not None and other.start is not None and self.end <= other.start
        after = other.end is not None and self.start is not None and other.end <= self.start
        return not before and not after

    def meet(self, other: Interval) -> Interval:
        """Give the days that both share; only meaningful when they overlap."""
        starts = [d for d in (self.start, other.start) if d is not None]
        ends = [d for d in (self.end, other.end) if d is not None]
        return Interval(max(starts, default=None), min(ends, default=None))

    def __str__(self) -> str:
        return f"[{self.start or '…'}, {self.end or '…'})"


ALWAYS = Interval()


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far a fact was checked: status, confidence, what was read."""

    status: str
    confidence: str | None = None
    sources: tuple[str, ...] = ()
    note: str | None = None

    def tag(self) -> str:
        """The tag shown to users: `verified`, `verified_in_part`, `memory/high`, ..."""
        if self.status == "memory":
            return f"memory/{self.confidence or 'low'}"
        return {"verified_secondary": "verified-secondary"}.get(self.status, self.status)

    def level(self) -> str:
        """high, medium or low: the declared confidence, else the one its status stands for."""
        if self.status == "none":
            return "low"
        if self.confidence:
            return self.confidence
        return "low" if self.status in ("memory", "verified_title") else "high"


CONFIDENCE_ORDER = {"low": 0, "medium": 1, "high": 2}
EVIDENCE_ORDER = (
    "none",
    "memory/low",
    "verified_title",
    "memory/medium",
    "memory/high",
    "verified-secondary",
    "verified_in_part",
    "verified",
)


def lowest(levels: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """The lowest of some confidence levels; high when there is none."""
    return min(levels, key=CONFIDENCE_ORDER.__getitem__, default="high")


def weakest(tags: Iterator[str] | list[str]) -> str | None:
    """The weakest of some evidence tags; None when there is none."""
    return min(tags, key=EVIDENCE_ORDER.index, default=None)


@dataclass(frozen=True, slots=True)
class Record:
    """How much of a document the book holds."""

    state: str
    confidence: str | None = None
    complete: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A legal text. `published` is None when no day of publication is on record."""

    id: str
    title: Text
    level: str
    in_force: Interval
    evidence: Evidence
    number: str | None = None
    issuer: str | None = None
    power: str | None = None
    table: str | None = None
    list: str | None = None
    edition: str | None = None
    count: int | None = None
    count_note: str | None = None
    issued: dt.date | None = None
    published: dt.date | None = None
    published_note: str | None = None
    in_force_note: str | None = None
    ended_by: str | None = None
    record: Record | None = None

    @property
    def known_from(self) -> dt.date | None:
        """First day on which the document was public; its in-force day when none is on record."""
        return self.published or self.in_force.start


@dataclass(frozen=True, slots=True)
class Measure:
    """A matter regulated: one id for ever."""

    id: str
    table: str
    title: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one fact: `kind` is under, in, between or is; `negated` turns it."""

    fact: str
    kind: str
    values: tuple[Any, ...] = ()
    min: Any = None
    above: Any = None
    max: Any = None
    below: Any = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """A figure of a row that is the value of a named, dated parameter."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Row:
    """A version of a measure in one document.

    `id` is what is cited; `key` is unique (id and document, or reform and change). `part` names the
    change when the row comes from a reform, `origin` the row that the reform amended.
    """

    key: str
    id: str
    table: str
    measure: str
    title: Text
    document: str
    in_force: Interval
    effect: str
    evidence: Evidence
    list: str | None = None
    part: str | None = None
    section: str | None = None
    activity: tuple[str, ...] = ()
    not_activity: tuple[str, ...] = ()
    industry: tuple[tuple[str, str], ...] = ()
    hs: tuple[str, ...] = ()
    not_hs: tuple[str, ...] = ()
    code_confidence: str | None = None
    conditions: tuple[Condition, ...] = ()
    params: tuple[tuple[str, Any], ...] = ()
    outcome: str | None = None
    requires: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    instead_of_reason: str | None = None
    carve_outs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    on_approval: tuple[Text, ...] = ()
    legal_basis: str | None = None
    doubt: str | None = None
    item: int | str | None = None
    ended_by: str | None = None
    carried_back: bool = False
    seen_in: tuple[str, ...] = ()
    confidence: str | None = None
    measures: tuple[str, ...] = ()
    origin: str | None = None
    file: str = ""
    line: int | None = None

    def answers_to(self, names: frozenset[str]) -> bool:
        """Say whether a patch or displacement that lists `names` means this row."""
        if self.id in names or self.key in names or self.origin in names:
            return True
        return self.part is not None and f"{self.id}#{self.part}" in names

    @property
    def version(self) -> str:
        """The key of the version of the book that this row is or, amended, stands for."""
        return self.key if self.origin is None else self.key.partition("@")[2]

    def param(self, name: str, default: Any = None) -> Any:
        """The value of a typed parameter of the effect."""
        for key, value in self.params:
            if key == name:
                return value
        return default

    def level(self) -> str:
        """Confidence of this version: its own mark, else that of its evidence."""
        return self.confidence or self.evidence.level()


@dataclass(frozen=True, slots=True)
class ListSelection:
    """A list of a table and the places under which it applies (none = everywhere)."""

    id: str
    title: Text
    under: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredFact:
    """A fact that the law of this book counts or asks."""

    fact: str
    title: Text
    kind: str
    values: tuple[str, ...] = ()
    assume: Any = None
    list_on_record: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one question: hit policy, inputs, outcomes, lists, what silence means."""

    id: str
    title: Text
    regime: str
    hit_policy: str
    inputs: tuple[str, ...]
    outcomes: tuple[str, ...]
    lists: tuple[ListSelection, ...]
    silence_complete: str
    silence_partial: str
    before_record: str
    effects: tuple[tuple[str, Text, tuple[str, ...], tuple[str, ...]], ...]
    facts: tuple[DeclaredFact, ...] = ()
    next: tuple[tuple[str, Text], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A value of a parameter and the days it holds."""

    value: Any
    in_force: Interval
    evidence: Evidence
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure or word of the law that rows refer to by name."""

    id: str
    title: Text
    values: tuple[ParameterValue, ...]
    unit: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """A body that may change, suspend or adapt a level of norm in a zone."""

    body: Text
    instrument: Text
    within: tuple[str, ...]
    article: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Level:
    """A level of norms; rank 1 is the highest."""

    id: str
    name: Text
    rank: int
    issuer: Text
    changed_by: Text
    zone_change: tuple[ZoneChange, ...]


@dataclass(frozen=True, slots=True)
class SpecialPower:
    """A power that a statute gives to one holder."""

    id: str
    matter: Text
    holder: Text
    holder_level: str
    article: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Precedent:
    """An opening that went by edition from one list to others: history, never applied."""

    id: str
    title: Text
    measures: tuple[str, ...]
    lesson: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight of the openness measure."""

    id: str
    title: Text
    when: str
    score: Decimal
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A sentence, the facts, the decision that must come out."""

    id: str
    regime: str
    story: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    why: str | None
    file: str


@dataclass(frozen=True, slots=True)
class BookInfo:
    """What a book says of itself."""

    id: str
    title: Text
    version: str
    as_of: dt.date
    host: str
    host_names: frozenset[str] = frozenset()
    foreign_by_reference: frozenset[str] = frozenset()
    licence: str = ""
    notes: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a reform's body; see files.Change for the meaning of each kind."""

    id: str
    kind: str
    rows: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    was: tuple[tuple[str, str], ...] = ()
    title: Text | None = None
    table: str | None = None
    activity: tuple[str, ...] | None = None
    not_activity: tuple[str, ...] | None = None
    industry: tuple[tuple[str, str], ...] | None = None
    hs: tuple[str, ...] | None = None
    not_hs: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    effect: str | None = None
    params: tuple[tuple[str, Any], ...] | None = None
    outcome: str | None = None
    instead_of: tuple[str, ...] = ()
    on_approval: tuple[Text, ...] = ()
    parameter: str | None = None
    value: Any = None
    territory: str | None = None
    name: Text | None = None
    place_kind: str | None = None
    parents: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Authorisation:
    """On what a reform rests."""

    on_record: bool
    level: str | None = None
    instrument: str | None = None
    issuer: str | None = None
    basis: str | None = None
    expiry: dt.date | None = None
    evidence: Evidence | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reform:
    """A patch of rows: body (what), scope (where, when), authorisation (by what right).

    `body_hash` is a function of `changes` alone, without words, evidence or formatting.
    """

    id: str
    title: Text
    status: str
    changes: tuple[Change, ...]
    territory: tuple[str, ...]
    in_force: Interval | None
    authorisation: Authorisation
    body_hash: str
    purpose: Text | None = None
    announced: dt.date | None = None
    published: dt.date | None = None
    number: str | None = None
    issuer: str | None = None
    approver: Text | None = None
    evidence: Evidence | None = None
    notes: tuple[tuple[str, Any], ...] = ()
    file: str = ""

    @property
    def known_from(self) -> dt.date | None:
        """First day on which the instrument of the scope was public."""
        if self.published:
            return self.published
        return self.in_force.start if self.in_force else self.announced
