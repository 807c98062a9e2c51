"""The shape of powers, of reforms, and of what is known of earlier ones."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from openzone.rulebook.files.entry import Day, Entry, Evidence, Identifier, Interval, Number, Text
from openzone.rulebook.files.rows import Binds, Condition


class ZoneChange(Entry):
    """Who may change, suspend or adapt a level of norm in a zone, and how."""

    body: Text
    """Who may."""
    instrument: Text
    """By what."""
    within: tuple[Identifier, ...] = ()
    """The places in which it may; none: everywhere."""
    article: str | None = None
    """Where that is written."""
    evidence: Evidence
    """How far it was checked."""
    note: str | None = None
    """Its limits."""


class Level(Entry):
    """A level of norms; rank 1 is the highest."""

    id: Identifier
    """The id by which documents name it."""
    name: Text
    """Its name."""
    rank: int
    """Its rank; 1 is the highest."""
    issuer: Text
    """Who issues norms of this level."""
    changed_by: Text
    """Who changes them for the whole country."""
    zone_change: tuple[ZoneChange, ...] = ()
    """Who may change them in a zone."""
    note: str | None = None
    """What a reader should know."""


class SpecialPower(Entry):
    """A power that a statute gives to one holder; it goes before the table of levels."""

    id: Identifier
    """The id by which documents name it."""
    matter: Text
    """The matter."""
    holder: Text
    """Who holds it."""
    holder_level: Identifier
    """The level of norms of the holder; of several, the lowest."""
    article: str | None = None
    """Where that is written."""
    evidence: Evidence
    """How far it was checked."""


class PowersFile(Entry):
    """Who may change what in a zone: levels of norms, and special powers that go first."""

    schema_: Literal["openzone/powers/1"] = Field(alias="schema")
    """The kind of this file."""
    levels: tuple[Level, ...]
    """The levels."""
    special: tuple[SpecialPower, ...] = ()
    """The special powers."""


class Change(Entry):
    """One change of a reform's body; each kind takes its own fields and refuses the others."""

    id: Identifier
    """The id of the change in its reform."""
    kind: Literal["repeal", "suspend", "amend", "extend", "add", "parameter", "territory"]
    """`repeal`, `suspend`: the rows no longer bind. `amend`: one row gets the fields given here.
    `extend`: one row also binds `binds`. `add`: a new row; with `instead_of` it displaces those
    rows, and applies only where one of them still binds. `parameter`: a parameter takes `value`.
    `territory`: a place gets parents, or is founded."""
    rows: tuple[Identifier, ...] = ()
    """The rows changed."""
    measures: tuple[Identifier, ...] = ()
    """Measures: for `repeal` and `suspend`, all their rows; for `add`, what the row regulates."""
    was: dict[str, str] = Field(default_factory=dict)
    """For each row changed, the hash of the legal content that the change was written for."""
    title: Text | None = None
    """What the row says."""
    table: Identifier | None = None
    """The table of a new row."""
    binds: Binds | None = None
    """What the row matches."""
    conditions: tuple[Condition, ...] = ()
    """Conditions on the facts; all must hold."""
    effect: Identifier | None = None
    """What the row does: an effect of the table."""
    params: dict[str, Any] | None = None
    """The figures and words of the effect."""
    outcome: Identifier | None = None
    """The outcome, where the effect leaves it open."""
    instead_of: tuple[Identifier, ...] = ()
    """Rows that a new row stands instead of."""
    on_approval: tuple[Text, ...] = ()
    """Terms that no machine can test; an authority decides on them."""
    parameter: Identifier | None = None
    """The parameter that changes."""
    value: Number | str | bool | None = None
    """Its new value."""
    territory: Identifier | None = None
    """The place that changes, or is founded."""
    name: Text | None = None
    """The name of a new place."""
    place_kind: Identifier | None = None
    """The kind of a new place."""
    parents: tuple[Identifier, ...] = ()
    """The places it lies in from then on."""
    reason: str | None = None
    """Why."""


class Body(Entry):
    """What a reform changes. Its hash never depends on scope, evidence, words or formatting."""

    changes: tuple[Change, ...] = Field(min_length=1)
    """The changes."""


class Scope(Entry):
    """Where and when a reform holds: a separate, dated instrument."""

    territory: tuple[Identifier, ...] = ()
    """The places in which it holds; none: everywhere."""
    in_force: Interval | None = None
    """The days; without them the reform is a draft or only announced."""
    note: str | None = None
    """What a reader should know."""


class Authorisation(Entry):
    """On what a reform rests: the level that allows it, the instrument, until when."""

    on_record: bool
    """Whether an authorisation is on record; without one a reform made here stays a draft."""
    level: Identifier | None = None
    """The level of norms of the instrument."""
    instrument: str | None = None
    """The instrument."""
    issuer: str | None = None
    """Who issued it."""
    basis: str | None = None
    """On what the instrument rests."""
    expiry: Day | None = None
    """The day on which it ends."""
    evidence: Evidence | None = None
    """How far it was checked."""
    note: str | None = None
    """What a reader should know."""


class ReformFile(Entry):
    """A reform: body (what it changes), scope (where, when), authorisation (by what right)."""

    schema_: Literal["openzone/reform/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The id of the reform."""
    title: Text
    """Its title."""
    purpose: Text | None = None
    """What it is for."""
    status: Literal["draft", "announced", "in_force", "ended"]
    """Only a reform in force changes answers by itself."""
    announced: Day | None = None
    """The day it was announced."""
    published: Day | None = None
    """The day the instrument of its scope was made public."""
    number: str | None = None
    """The official number."""
    issuer: str | None = None
    """Who issued it."""
    approver: Text | None = None
    """Who decides on applications under it."""
    approver_evidence: Evidence | None = None
    """How far that was checked."""
    body: Body
    """What it changes."""
    scope: Scope
    """Where and when."""
    authorisation: Authorisation
    """By what right."""
    ended_by: str | None = None
    """What ended it."""
    lesson: str | None = None
    """What was learnt."""
    uptake: str | None = None
    """How far it was used."""
    excluded: tuple[str, ...] = ()
    """What it leaves out, in words."""
    alternative_route: str | None = None
    """Another way to the same end."""
    generalised: tuple[str, ...] = ()
    """Where it was carried further."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""
    evidence: Evidence | None = None
    """How far its facts were checked."""


class FirstStep(Entry):
    """Where and when an opening began."""

    where: Identifier
    """The place."""
    from_: Day = Field(alias="from")
    """The first day."""
    by: str
    """The instrument."""


class Replication(Entry):
    """A step by which an opening was carried further."""

    to: str
    """Where to, in words."""
    by: str
    """The instrument."""
    date: Day
    """The first day."""


class Precedent(Entry):
    """An opening that went by edition from one list to others: history, never applied."""

    id: Identifier
    """The id of the precedent."""
    title: Text
    """What was opened."""
    measures: tuple[Identifier, ...]
    """The measures opened; the days are those of their rows."""
    first: FirstStep
    """The first step."""
    generalised: tuple[Replication, ...] = ()
    """The further steps."""
    lesson: str | None = None
    """What was learnt."""
    note: str | None = None
    """What a reader should know."""
    evidence: Evidence
    """How far it was checked."""


class PrecedentsFile(Entry):
    """Openings that went from a zone to other lists, or stopped on the way."""

    schema_: Literal["openzone/precedents/1"] = Field(alias="schema")
    """The kind of this file."""
    precedents: tuple[Precedent, ...]
    """The precedents."""


class Weight(Entry):
    """One weight of the openness measure: when it counts and how much."""

    id: Identifier
    """The id; its first word is the group of which only the highest weight counts."""
    title: Text
    """What is restricted."""
    when: str
    """When it counts: `effect in [...]`, or bounds on `max_foreign_percent`."""
    score: Number
    """How much, between 0 (open) and 1 (closed)."""
    evidence: Evidence
    """How far it was checked."""


class OpennessFile(Entry):
    """Weights of the openness measure: how restrictive a set of rows is."""

    schema_: Literal["openzone/openness/1"] = Field(alias="schema")
    """The kind of this file."""
    weights: tuple[Weight, ...]
    """The weights."""
    notes: tuple[str, ...] = ()
    """How the measure is read."""
