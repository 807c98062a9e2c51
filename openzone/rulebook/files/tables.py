"""The shape of a table, of worked cases of its regime, and of the book itself."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from openzone.rulebook.files.entry import Country, Currency, Day, Entry, Identifier, Number, Text


class ListSelection(Entry):
    """A list of rows and the places it applies to; the first that applies is used."""

    id: Identifier
    """The id by which documents name the list."""
    title: Text
    """The title of the list, whatever its edition."""
    under: tuple[Identifier, ...] = ()
    """Places in which it applies; none: everywhere."""
    replaces: tuple[Identifier, ...] = ()
    """Lists that do not apply where this one does."""


class Silence(Entry):
    """The outcome when no row binds, by how much of the document is held."""

    complete: Identifier
    """Where all of it is held."""
    partial: Identifier
    """Where part of it is held."""
    before_record: Identifier
    """On a day for which the book holds no document of the list."""


class DeclaredFact(Entry):
    """A fact that this law counts or asks, beyond those that the regime always knows."""

    fact: Identifier
    """Its name in a case."""
    title: Text
    """What is asked, in words."""
    kind: Literal["count", "flag", "choice", "share", "number", "money", "text", "country", "day"]
    """What values it takes: a whole number, true or false, one of `values`, a decimal fraction, a
    decimal number, an amount of money, words, a country (ISO 3166), a day. From `number` on they
    are for regimes whose cases are decided by an engine of their own."""
    values: tuple[str, ...] = ()
    """The values of a choice."""
    assume: int | str | bool | None = None
    """The value taken when a case does not give it, and shown; without it, the answer asks."""
    list_on_record: bool = True
    """False when a list of the law settles it that the book does not hold: where a case does not
    give it, the answer is to look it up."""


class Gate(Entry):
    """A further gate that stands behind an answer that is not no."""

    id: Identifier
    """The regime behind the gate."""
    title: Text
    """What the gate is."""


class EffectShape(Entry):
    """A word a row may use as its effect, and the parameters it takes (units stand last)."""

    effect: Identifier
    """The word."""
    title: Text
    """What it means."""
    requires: tuple[Identifier, ...] = ()
    """Parameters that a row must give."""
    allows: tuple[Identifier, ...] = ()
    """Parameters that a row may give."""


class TableFile(Entry):
    """A question: its hit policy (DMN), its lists, what silence means, the gates behind it."""

    schema_: Literal["openzone/table/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The id by which rows, documents and measures name the table."""
    title: Text
    """The question."""
    regime: Identifier
    """The regime that reads the table."""
    hit_policy: Literal["UNIQUE", "FIRST", "PRIORITY", "COLLECT", "ANY", "RULE ORDER"]
    """How rows that bind together make one answer, in the words of DMN."""
    inputs: tuple[Identifier, ...]
    """The facts that rows may test."""
    outcomes: tuple[Identifier, ...]
    """The outcomes, first the one that goes before the others."""
    lists: tuple[ListSelection, ...] = Field(min_length=1)
    """The lists, first the one that is tried first."""
    silence: Silence
    """What it means when no row binds."""
    effects: tuple[EffectShape, ...] = Field(min_length=1)
    """The effects that rows may have."""
    facts: tuple[DeclaredFact, ...] = ()
    """Facts that this law asks besides."""
    next: tuple[Gate, ...] = ()
    """Gates behind the answer."""
    notes: tuple[str, ...] = ()
    """How the table is read."""


class CaseExpectation(Entry):
    """What a worked case must give. `rests_on` and `documents` are subsets of the answer."""

    outcome: Identifier
    """The outcome."""
    verdict: str | None = None
    """The verdict, in quotes (`'no'`)."""
    max_foreign_share: Number | str | dict[str, Number] | None = None
    """The greatest foreign share left, as a decimal fraction; `{below: 1.0}`; or a word."""
    rests_on: tuple[Identifier, ...] = ()
    """Rows the answer rests on."""
    documents: tuple[Identifier, ...] = ()
    """Documents it cites."""
    needs: tuple[Identifier, ...] | None = None
    """The facts it asks for, all of them."""
    evidence: str | None = None
    """The weakest evidence it rests on."""
    effects: dict[str, Any] | None = None
    """Figures among the effects, as the answer writes them (money as text)."""
    longest_days: int | None = None
    """The longest the procedure takes, in working days."""


class WorkedCase(Entry):
    """A sentence, the facts, the decision, the reason."""

    id: Identifier
    """The id of the case."""
    story: str
    """The case in one sentence."""
    given: dict[str, Any]
    """The facts, under the names of a case."""
    expect: CaseExpectation
    """What must come out."""
    why: str | None = None
    """Why."""


class CasesFile(Entry):
    """Worked cases of one regime: the book must give these answers."""

    schema_: Literal["openzone/cases/1"] = Field(alias="schema")
    """The kind of this file."""
    regime: Identifier
    """The regime that is asked."""
    cases: tuple[WorkedCase, ...]
    """The cases."""


class BookFile(Entry):
    """What this book is: jurisdiction, version, the day of the state of the law. One per book."""

    schema_: Literal["openzone/book/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The name of the book."""
    title: Text
    """The title of the book."""
    version: str
    """The version of the book, in quotes; the content hash is what binds."""
    as_of: Day
    """The day up to which the law was looked through."""
    host: Country
    """The country whose law this is: two letters, ISO 3166."""
    host_names: tuple[str, ...] = ()
    """Other names under which a case may give it as a nationality."""
    foreign_by_reference: tuple[str, ...] = ()
    """Places of the country whose investors count as foreign."""
    currency: Currency | None = None
    """The currency of amounts in the book and in its cases: three letters, ISO 4217."""
    licence: str
    """The licence of the book."""
    notes: tuple[str, ...] = ()
    """What a reader should know of the whole book."""


class SourcesFile(Entry):
    """What was read, by id. Evidence names these ids."""

    schema_: Literal["openzone/sources/1"] = Field(alias="schema")
    """The kind of this file."""
    sources: dict[Identifier, str]
    """For each id: who published what, when, and which parts were legible."""
