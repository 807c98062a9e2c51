"""The shape of what rows cite and name: documents, measures, parameters."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic import model_validator as checked

from openzone.rulebook.files.entry import (
    Code,
    Confidence,
    Day,
    Entry,
    EntryError,
    Evidence,
    Identifier,
    Interval,
    Number,
    Text,
)


class Sections(Entry):
    """Sections of the industry classification for which a document is held."""

    complete: tuple[Code, ...] = ()
    """Sections of which every item is held: silence is an answer there."""
    partial: tuple[Code, ...] = ()
    """Sections of which some items are held: silence is none."""


class Record(Entry):
    """How much of a document the book holds."""

    state: Literal["complete", "partial", "by_section", "counts_only", "not_held"]
    """`complete`: silence means what the table says; `partial`: rows answer, silence does not;
    `by_section`: see `sections`; `counts_only`, `not_held`: no rows here."""
    confidence: Confidence | None = None
    """How sure that is; an answer is never surer."""
    sections: Sections | None = None
    """The sections held, for `by_section`."""
    note: str | None = None
    """What is missing."""


class Document(Entry):
    """A legal text: its level, its number, its days, who may change it, how much is held."""

    id: Identifier
    """The id by which rows cite it."""
    title: Text
    """The title."""
    number: str | None = None
    """The official number."""
    issuer: str | None = None
    """Who issued it."""
    level: Identifier
    """Its level of norms."""
    power: Identifier | None = None
    """The special power it rests on."""
    table: Identifier | None = None
    """The table whose rows it holds."""
    list: Identifier | None = None
    """The list of that table that it is an edition of."""
    edition: str | None = None
    """The name of the edition, in quotes."""
    count: int | None = None
    """The number of items it prints."""
    count_note: str | None = None
    """How they were counted."""
    issued: Day | None = None
    """The day it was signed."""
    published: Day | None = None
    """The day it was made public; without it, its first day in force, and answers say so."""
    published_note: str | None = None
    """How the day is known."""
    in_force: Interval
    """The days on which it is law."""
    in_force_note: str | None = None
    """How those days are known."""
    ended_by: Identifier | None = None
    """The document that ended it; without it, the next edition of its list."""
    record: Record | None = None
    """How much of it this book holds."""
    evidence: Evidence
    """How far its facts were checked."""

    @checked(mode="after")
    def _signed_before_published(self) -> Document:
        if self.issued and self.published and self.published < self.issued:
            raise EntryError(
                "dates_reversed",
                "published before it was issued",
                seen=f"issued {self.issued}, published {self.published}",
                expected=f"'published' on {self.issued} or later",
            )
        return self


class DocumentsFile(Entry):
    """The legal documents that rows cite."""

    schema_: Literal["openzone/documents/1"] = Field(alias="schema")
    """The kind of this file."""
    documents: tuple[Document, ...]
    """The documents."""


class Measure(Entry):
    """A matter regulated: one id for ever, whatever the editions do to it."""

    id: Identifier
    """The id, for ever."""
    table: Identifier
    """The table whose rows regulate it."""
    title: Text
    """The matter, in a few words."""


class MeasuresFile(Entry):
    """The matters regulated."""

    schema_: Literal["openzone/measures/1"] = Field(alias="schema")
    """The kind of this file."""
    measures: tuple[Measure, ...]
    """The measures."""


class ParameterValue(Entry):
    """A value of a parameter and the days it holds."""

    value: Number | str | bool
    """The figure or word."""
    in_force: Interval
    """The days on which it holds."""
    document: Identifier | None = None
    """The document that gives it."""
    evidence: Evidence
    """How far it was checked."""


class Parameter(Entry):
    """A figure or word of the law that rows refer to by name."""

    id: Identifier
    """The name; the unit stands last (`_percent`, `_days`)."""
    title: Text
    """What it is."""
    unit: str | None = None
    """The unit of its values."""
    basis: str | None = None
    """Where the law says so, and how it is read."""
    values: tuple[ParameterValue, ...] = Field(min_length=1)
    """Its values over time."""


class ParametersFile(Entry):
    """Figures of the law that rows refer to by name."""

    schema_: Literal["openzone/parameters/1"] = Field(alias="schema")
    """The kind of this file."""
    parameters: tuple[Parameter, ...]
    """The parameters."""
