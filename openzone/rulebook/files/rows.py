"""The shape of a file of rows: what each binds, its effect, its versions."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic import model_validator as checked

from openzone.rulebook.files.entry import (
    Code,
    Confidence,
    Day,
    Entry,
    EntryError,
    Evidence,
    HsPrefix,
    Identifier,
    IndustryMatch,
    Interval,
    Number,
    Text,
)

_BOUNDS = ("min", "above", "max", "below")
_KINDS = ("under", "in", "between", "is")


class Bounds(Entry):
    """A number or a day between bounds; at least one bound is given."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [name]} for name in _BOUNDS]}
    )

    min: Number | Day | None = None
    """The least value that still counts."""
    above: Number | Day | None = None
    """Only values greater than this count."""
    max: Number | Day | None = None
    """The greatest value that still counts."""
    below: Number | Day | None = None
    """Only values less than this count."""

    @checked(mode="after")
    def _bounded(self) -> Bounds:
        if all(getattr(self, name) is None for name in _BOUNDS):
            expected = "one of " + ", ".join(_BOUNDS)
            raise EntryError("missing_field", "no bound is given", expected=expected)
        return self


class Condition(Entry):
    """One condition on one fact. A row binds when all hold; a disjunction is several rows.

    Exactly one of `under`, `in`, `between` and `is` is given.
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in _KINDS]}
    )

    fact: Identifier
    """The fact that is tested: an input of the table, or a fact that the table declares."""
    under: tuple[Identifier, ...] | None = None
    """Nodes of a tree; the fact lies under one of them. For activity, industry and place."""
    in_: tuple[str | int, ...] | None = Field(default=None, alias="in")
    """Values; the fact is one of them."""
    between: Bounds | None = None
    """Bounds; the fact lies between them."""
    is_: bool | None = Field(default=None, alias="is")
    """The truth of a flag."""
    not_: bool = Field(default=False, alias="not")
    """Turns the condition round."""
    note: str | None = None
    """Why the condition reads as it does."""

    @checked(mode="after")
    def _one_kind(self) -> Condition:
        kinds = zip(_KINDS, (self.under, self.in_, self.between, self.is_), strict=True)
        given = [name for name, value in kinds if value is not None]
        if len(given) != 1:
            raise EntryError(
                "wrong_value",
                "a condition has exactly one kind",
                seen=" and ".join(given),
                expected="one of " + ", ".join(_KINDS),
            )
        return self


class Binds(Entry):
    """What a row matches: activity tags first, industry codes when a case gives no tag."""

    activity: tuple[Identifier, ...] = ()
    """Activity tags; a tag binds every longer tag."""
    not_activity: tuple[Identifier, ...] = ()
    """Tags under those that are not bound."""
    industry: tuple[IndustryMatch, ...] = ()
    """Codes, for cases that give no tag."""
    hs: tuple[HsPrefix, ...] = ()
    """Beginnings of codes of goods (Harmonized System); the row binds every code that begins so."""
    not_hs: tuple[HsPrefix, ...] = ()
    """Beginnings under those that are not bound."""
    code_confidence: Confidence | None = None
    """How sure the mapping to codes is."""
    note: str | None = None
    """What the mapping leaves open."""


class Version(Entry):
    """A row as it stood in one document: the days it was in force, and what differed then."""

    document: Identifier
    """The document cited."""
    in_force: Interval
    """The days on which this version binds."""
    item: int | str | None = None
    """The number of the item in the document."""
    ended_by: Identifier | None = None
    """The document that ended it, when not the one that ended its document."""
    carried_back: bool = False
    """True when the version is inferred from a neighbouring edition."""
    seen_in: tuple[Identifier, ...] = ()
    """Sources in which this version was read."""
    confidence: Confidence | None = None
    """How sure this version is, when not as its evidence says."""
    evidence: Evidence | None = None
    """How far this version was checked, when not as its row was."""
    measure: Identifier | None = None
    """The measure, when another than that of the row."""
    effect: Identifier | None = None
    """The effect, when another than that of the row."""
    params: dict[str, Any] | None = None
    """All parameters of the effect, when other than those of the row."""
    outcome: Identifier | None = None
    """The outcome, when another than that of the row."""


class Row(Entry):
    """One rule: what it binds, its effect, its citation (the versions), its evidence."""

    id: Identifier
    """The id under which the row is cited, for ever."""
    measure: Identifier
    """The matter regulated; a row of another list or edition may regulate the same."""
    title: Text
    """What the rule says, in a few words."""
    section: Code | None = None
    """The section of the classification that the item stands in."""
    binds: Binds = Binds()
    """What the row matches; without it, every activity."""
    conditions: tuple[Condition, ...] = ()
    """Conditions on the facts; all must hold."""
    effect: Identifier
    """What the row does: an effect of the table."""
    params: dict[str, Any] = Field(default_factory=dict)
    """The figures and words of the effect; `{parameter: id}` takes those of a parameter."""
    outcome: Identifier | None = None
    """The outcome, where the effect leaves it open."""
    requires: tuple[Identifier, ...] = ()
    """What the row asks for besides, by name."""
    instead_of: tuple[Identifier, ...] = ()
    """Rows that do not bind where this row binds."""
    instead_of_reason: str | None = None
    """Why it goes before them."""
    carve_outs: tuple[str, ...] = ()
    """Parts of the matter that the text excepts, in words."""
    notes: tuple[str, ...] = ()
    """What a reader should know; no machine reads it."""
    legal_basis: str | None = None
    """The provision on which the row itself rests."""
    doubt: str | None = None
    """Why the row may be wrong; an answer that rests on it says so."""
    evidence: Evidence
    """How far the row was checked."""
    versions: tuple[Version, ...] = Field(min_length=1)
    """The documents in which the row stands or stood: its citation."""


class RowsFile(Entry):
    """Rows of one table."""

    schema_: Literal["openzone/rows/1"] = Field(alias="schema")
    """The kind of this file."""
    table: Identifier
    """The table to which the rows belong."""
    rows: tuple[Row, ...]
    """The rows."""
