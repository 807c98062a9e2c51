"""The shape of the files a lawyer edits: one class for each kind of file and entry.

These classes check one file; `linking` checks what crosses files. The JSON Schema that an editor
completes from is generated from them (`openzone book schema`), so file, check and schema agree.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value


Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:\-]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^([A-Z]|[0-9]{2,4})$")]
Day = Annotated[dt.date, BeforeValidator(_day)]
Status = Literal[
    "verified", "verified_in_part", "verified_secondary", "verified_title", "memory", "none"
]
Confidence = Literal["high", "medium", "low"]


class Entry(BaseModel):
    """Any mapping in a book file: unknown fields are refused, values are never coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(Entry):
    """The same words in Chinese and in English."""

    zh: str
    en: str


class Interval(Entry):
    """Half-open days: `from` is the first day, `to` the first day no longer; null is open."""

    from_: Day | None = Field(alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Interval:
        if self.from_ and self.to and self.to <= self.from_:
            raise ValueError(
                f"dates reversed: to {self.to} is not after from {self.from_} (to is the first"
                " day no longer in force)"
            )
        return self


class Evidence(Entry):
    """How far a fact was checked. `sources` are ids of sources.yaml."""

    status: Status
    confidence: Confidence | None = None
    sources: tuple[Identifier, ...] = ()
    note: str | None = None


class IndustryMatch(Entry):
    """A class of the industry classification that a row binds, whole or in part."""

    code: Code
    match: Literal["exact", "part"]


class Bounds(Entry):
    """A number or a date between bounds; `min`/`max` include the bound, `above`/`below` do not."""

    min: Decimal | int | Day | None = None
    above: Decimal | int | Day | None = None
    max: Decimal | int | Day | None = None
    below: Decimal | int | Day | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Bounds:
        if all(v is None for v in (self.min, self.above, self.max, self.below)):
            raise ValueError("give at least one of min, above, max, below")
        return self


class Condition(Entry):
    """One condition on one fact. A row binds when all hold; a disjunction is several rows.

    Exactly one of `under` (a node of a tree), `in` (a set), `between` (bounds) or `is` (a flag).
    """

    fact: Identifier
    under: tuple[Identifier, ...] | None = None
    in_: tuple[str | int, ...] | None = Field(default=None, alias="in")
    between: Bounds | None = None
    is_: bool | None = Field(default=None, alias="is")
    not_: bool = Field(default=False, alias="not")
    note: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        kinds = [k for k in (self.under, self.in_, self.between, self.is_) if k is not None]
        if len(kinds) != 1:
            raise ValueError("give exactly one of under, in, between, is")
        return self


class Binds(Entry):
    """What a row matches: activity tags first, industry codes when a case gives no tag."""

    activity: tuple[Identifier, ...] = ()
    not_activity: tuple[Identifier, ...] = ()
    industry: tuple[IndustryMatch, ...] = ()
    code_confidence: Confidence | None = None
    note: str | None = None


class Version(Entry):
    """A row as it stood in one document: the days it was in force, and what differed then."""

    document: Identifier
    in_force: Interval
    item: int | str | None = None
    ended_by: Identifier | None = None
    carried_back: bool = False
    seen_in: tuple[Identifier, ...] = ()
    confidence: Confidence | None = None
    evidence: Evidence | None = None
    measure: Identifier | None = None
    effect: Identifier | None = None
    params: dict[str, Any] | None = None
    outcome: Identifier | None = None


class Row(Entry):
    """One rule: what it binds, its effect, its citation (through the versions), its evidence."""

    id: Identifier
    measure: Identifier
    title: Text
    section: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")] | None = None
    binds: Binds = Binds()
    conditions: tuple[Condition, ...] = ()
    effect: Identifier
    params: dict[str, Any] = {}
    outcome: Identifier | None = None
    requires: tuple[Identifier, ...] = ()
    instead_of: tuple[Identifier, ...] = ()
    instead_of_reason: str | None = None
    carve_outs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    legal_basis: str | None = None
    doubt: str | None = None
    evidence: Evidence
    versions: tuple[Version, ...] = Field(min_length=1)


class RowsFile(Entry):
    """A file of rows of one table."""

    schema_: Literal["openzone/rows/1"] = Field(alias="schema")
    table: Identifier
    rows: tuple[Row, ...]


class Sections(Entry):
    """Sections of the industry classification for which the record is complete or partial."""

    complete: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()


class Record(Entry):
    """How much of a document this book holds.

    `complete`: silence means what the table's `silence.complete` says. `partial`: rows answer,
    silence does not. `by_section`: see `sections`. `counts_only` and `not_held`: no rows here.
    """

    state: Literal["complete", "partial", "by_section", "counts_only", "not_held"]
    confidence: Confidence | None = None
    sections: Sections | None = None
    note: str | None = None


class Document(Entry):
    """A legal text: its level, its number, its days, who may change it, how much is held."""

    id: Identifier
    title: Text
    number: str | None = None
    issuer: str | None = None
    level: Identifier
    power: Identifier | None = None
    table: Identifier | None = None
    list: Identifier | None = None
    edition: str | None = None
    count: int | None = None
    count_note: str | None = None
    issued: Day | None = None
    published: Day | None = None
    published_note: str | None = None
    in_force: Interval
    in_force_note: str | None = None
    ended_by: Identifier | None = None
    record: Record | None = None
    evidence: Evidence


class DocumentsFile(Entry):
    """documents.yaml"""

    schema_: Literal["openzone/documents/1"] = Field(alias="schema")
    documents: tuple[Document, ...]


class Measure(Entry):
    """A matter regulated: one id for ever, whatever the editions do to it."""

    id: Identifier
    table: Identifier
    title: Text


class MeasuresFile(Entry):
    """measures.yaml"""

    schema_: Literal["openzone/measures/1"] = Field(alias="schema")
    measures: tuple[Measure, ...]


class ListSelection(Entry):
    """A list and the places it applies to; the first list of the table that applies is used."""

    id: Identifier
    title: Text
    under: tuple[Identifier, ...] = ()
    replaces: tuple[Identifier, ...] = ()


class Silence(Entry):
    """The outcome when no row binds, by how much of the document is held."""

    complete: Identifier
    partial: Identifier
    before_record: Identifier


class DeclaredFact(Entry):
    """A fact that this law counts or asks, beyond those that the regime always knows."""

    fact: Identifier
    title: Text
    kind: Literal["count", "flag", "choice", "share"]
    values: tuple[str, ...] = ()
    assume: int | str | bool | None = None


class Gate(Entry):
    """A further gate that stands behind an answer that is not no."""

    id: Identifier
    title: Text


class EffectShape(Entry):
    """A word a row may use as its effect, and the parameters it takes (units stand last)."""

    effect: Identifier
    title: Text
    requires: tuple[Identifier, ...] = ()
    allows: tuple[Identifier, ...] = ()


class TableFile(Entry):
    """A question: its hit policy (DMN), its lists, what silence means, the gates behind it."""

    schema_: Literal["openzone/table/1"] = Field(alias="schema")
    id: Identifier
    title: Text
    regime: Identifier
    hit_policy: Literal["UNIQUE", "FIRST", "PRIORITY", "COLLECT", "ANY", "RULE ORDER"]
    inputs: tuple[Identifier, ...]
    outcomes: tuple[Identifier, ...]
    lists: tuple[ListSelection, ...] = Field(min_length=1)
    silence: Silence
    effects: tuple[EffectShape, ...] = Field(min_length=1)
    facts: tuple[DeclaredFact, ...] = ()
    next: tuple[Gate, ...] = ()
    notes: tuple[str, ...] = ()


class ParameterValue(Entry):
    """A value and the days it holds."""

    value: Decimal | int | str | bool
    in_force: Interval
    document: Identifier | None = None
    evidence: Evidence


class Parameter(Entry):
    """A number or word of the law that rows refer to by name."""

    id: Identifier
    title: Text
    unit: str | None = None
    basis: str | None = None
    values: tuple[ParameterValue, ...] = Field(min_length=1)


class ParametersFile(Entry):
    """parameters.yaml"""

    schema_: Literal["openzone/parameters/1"] = Field(alias="schema")
    parameters: tuple[Parameter, ...]


class DatedParent(Entry):
    """A parent for some days only; `known_from` is when the change was published."""

    id: Identifier
    in_force: Interval
    known_from: Day | None = None
    ended_by: Identifier | None = None
    evidence: Evidence | None = None


class Territory(Entry):
    """A place: its kind, names, parents (several are possible), days."""

    id: Identifier
    kind: Identifier
    name: Text
    aliases: tuple[str, ...] = ()
    parents: tuple[Identifier, ...] = ()
    parents_dated: tuple[DatedParent, ...] = ()
    valid: Interval
    published: Day | None = None
    code: str | None = None
    area_km2: Decimal | int | None = None
    lon: Decimal | int | None = None
    lat: Decimal | int | None = None
    document: str | None = None
    notes: tuple[str, ...] = ()
    evidence: Evidence | None = None


class TerritoriesFile(Entry):
    """territories.yaml"""

    schema_: Literal["openzone/territories/1"] = Field(alias="schema")
    territories: tuple[Territory, ...]


class Activity(Entry):
    """A dotted tag of the activity vocabulary: titles, codes, search words, groups."""

    tag: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")]
    title: Text
    industry: tuple[IndustryMatch, ...] = ()
    member_of: tuple[Identifier, ...] = ()
    keywords: dict[Literal["zh", "en"], tuple[str, ...]] = {}
    notes: tuple[str, ...] = ()


class ActivitiesFile(Entry):
    """activities.yaml"""

    schema_: Literal["openzone/activities/1"] = Field(alias="schema")
    activities: tuple[Activity, ...]


class ClassificationFile(Entry):
    """A classification: its edition, its days, its CSV (code, level, parent, titles, note)."""

    schema_: Literal["openzone/classification/1"] = Field(alias="schema")
    id: Identifier
    title: Text
    edition: str
    in_force: Interval
    codes: str
    evidence: Evidence
    notes: tuple[str, ...] = ()


class SourcesFile(Entry):
    """sources.yaml: what was read, by id."""

    schema_: Literal["openzone/sources/1"] = Field(alias="schema")
    sources: dict[Identifier, str]


class ZoneChange(Entry):
    """Who may change, suspend or adapt a level of norm in a zone, and how."""

    body: Text
    instrument: Text
    within: tuple[Identifier, ...] = ()
    article: str | None = None
    evidence: Evidence
    note: str | None = None


class Level(Entry):
    """A level of norms; rank 1 is the highest."""

    id: Identifier
    name: Text
    rank: int
    issuer: Text
    changed_by: Text
    zone_change: tuple[ZoneChange, ...] = ()
    note: str | None = None


class SpecialPower(Entry):
    """A power that a statute gives to one holder; it goes before the table of levels."""

    id: Identifier
    matter: Text
    holder: Text
    holder_level: Identifier
    article: str | None = None
    evidence: Evidence


class PowersFile(Entry):
    """powers.yaml: levels of norms and special statutory powers."""

    schema_: Literal["openzone/powers/1"] = Field(alias="schema")
    levels: tuple[Level, ...]
    special: tuple[SpecialPower, ...] = ()


class FirstStep(Entry):
    """Where and when a precedent began."""

    where: Identifier
    from_: Day = Field(alias="from")
    by: str


class Replication(Entry):
    """A step by which an opening was carried further."""

    to: str
    by: str
    date: Day


class Precedent(Entry):
    """An opening that went by edition from one list to others: history, never applied."""

    id: Identifier
    title: Text
    measures: tuple[Identifier, ...]
    first: FirstStep
    generalised: tuple[Replication, ...] = ()
    lesson: str | None = None
    note: str | None = None
    evidence: Evidence


class PrecedentsFile(Entry):
    """precedents.yaml"""

    schema_: Literal["openzone/precedents/1"] = Field(alias="schema")
    precedents: tuple[Precedent, ...]


class Weight(Entry):
    """One weight of the openness measure: when it counts and how much."""

    id: Identifier
    title: Text
    when: str
    score: Decimal | int
    evidence: Evidence


class OpennessFile(Entry):
    """openness.yaml"""

    schema_: Literal["openzone/openness/1"] = Field(alias="schema")
    weights: tuple[Weight, ...]
    notes: tuple[str, ...] = ()


class BookFile(Entry):
    """book.yaml: what this book is."""

    schema_: Literal["openzone/book/1"] = Field(alias="schema")
    id: Identifier
    title: Text
    version: str
    as_of: Day
    host: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    host_names: tuple[str, ...] = ()
    foreign_by_reference: tuple[str, ...] = ()
    licence: str
    notes: tuple[str, ...] = ()


class CaseExpectation(Entry):
    """What a worked case must give. `rests_on` and `documents` are subsets."""

    outcome: Identifier
    verdict: str | None = None
    max_foreign_share: Decimal | int | str | dict[str, Decimal | int] | None = None
    rests_on: tuple[Identifier, ...] = ()
    documents: tuple[Identifier, ...] = ()
    needs: tuple[Identifier, ...] | None = None
    evidence: str | None = None
    longest_days: int | None = None


class WorkedCase(Entry):
    """A sentence, the facts, the decision, the reason."""

    id: Identifier
    story: str
    given: dict[str, Any]
    expect: CaseExpectation
    why: str | None = None


class CasesFile(Entry):
    """A file of worked cases of one regime."""

    schema_: Literal["openzone/cases/1"] = Field(alias="schema")
    regime: Identifier
    cases: tuple[WorkedCase, ...]


# ---- reforms -------------------------------------------------------------------------------------


class Change(Entry):
    """One change of a reform's body.

    `repeal`, `suspend`: the rows of `rows` no longer bind. `amend`: the one row of `rows` gets the
    fields given here. `extend`: the one row of `rows` also binds `binds`. `add`: a new row; with
    `instead_of` it displaces those rows and applies only where one of them still binds.
    `parameter`: a parameter takes `value`. `territory`: a place gets parents, or is founded.
    `was` holds, for each row changed, the hash of its legal content.
    """

    id: Identifier
    kind: Literal["repeal", "suspend", "amend", "extend", "add", "parameter", "territory"]
    rows: tuple[Identifier, ...] = ()
    measures: tuple[Identifier, ...] = ()
    was: dict[str, str] = {}
    title: Text | None = None
    table: Identifier | None = None
    binds: Binds | None = None
    conditions: tuple[Condition, ...] = ()
    effect: Identifier | None = None
    params: dict[str, Any] | None = None
    outcome: Identifier | None = None
    instead_of: tuple[Identifier, ...] = ()
    on_approval: tuple[Text, ...] = ()
    parameter: Identifier | None = None
    value: Decimal | int | str | bool | None = None
    territory: Identifier | None = None
    name: Text | None = None
    place_kind: Identifier | None = None
    parents: tuple[Identifier, ...] = ()
    reason: str | None = None


class Body(Entry):
    """What a reform changes. Its hash never depends on scope, evidence, words or formatting."""

    changes: tuple[Change, ...] = Field(min_length=1)


class Scope(Entry):
    """Where and when a reform holds: a separate, dated instrument."""

    territory: tuple[Identifier, ...] = ()
    in_force: Interval | None = None
    note: str | None = None


class Authorisation(Entry):
    """On what a reform rests: the level that allows it, the instrument, until when."""

    on_record: bool
    level: Identifier | None = None
    instrument: str | None = None
    issuer: str | None = None
    basis: str | None = None
    expiry: Day | None = None
    evidence: Evidence | None = None
    note: str | None = None


class ReformFile(Entry):
    """A reform: body (what), scope (where, when), authorisation (by what right)."""

    schema_: Literal["openzone/reform/1"] = Field(alias="schema")
    id: Identifier
    title: Text
    purpose: Text | None = None
    status: Literal["draft", "announced", "in_force", "ended"]
    announced: Day | None = None
    published: Day | None = None
    number: str | None = None
    issuer: str | None = None
    approver: Text | None = None
    approver_evidence: Evidence | None = None
    body: Body
    scope: Scope
    authorisation: Authorisation
    ended_by: str | None = None
    lesson: str | None = None
    uptake: str | None = None
    excluded: tuple[str, ...] = ()
    alternative_route: str | None = None
    generalised: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence: Evidence | None = None


FILES: dict[str, type[Entry]] = {
    "openzone/book/1": BookFile,
    "openzone/sources/1": SourcesFile,
    "openzone/documents/1": DocumentsFile,
    "openzone/measures/1": MeasuresFile,
    "openzone/parameters/1": ParametersFile,
    "openzone/powers/1": PowersFile,
    "openzone/territories/1": TerritoriesFile,
    "openzone/classification/1": ClassificationFile,
    "openzone/activities/1": ActivitiesFile,
    "openzone/table/1": TableFile,
    "openzone/rows/1": RowsFile,
    "openzone/cases/1": CasesFile,
    "openzone/reform/1": ReformFile,
    "openzone/precedents/1": PrecedentsFile,
    "openzone/openness/1": OpennessFile,
}
