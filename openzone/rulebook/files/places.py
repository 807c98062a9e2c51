"""The shape of trees: territories, activities, a classification."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from openzone.rulebook.files.entry import (
    Day,
    Entry,
    Evidence,
    Identifier,
    IndustryMatch,
    Interval,
    Number,
    Tag,
    Text,
)


class DatedParent(Entry):
    """A parent for some days only."""

    id: Identifier
    """The place it lies in on those days."""
    in_force: Interval
    """The days."""
    known_from: Day | None = None
    """The day on which the change was published; without it, its first day."""
    ended_by: Identifier | None = None
    """The document that ended it."""
    evidence: Evidence | None = None
    """How far it was checked."""


class Territory(Entry):
    """A place: its kind, names, parents (several are possible), days."""

    id: Identifier
    """The id by which rows and cases name the place."""
    kind: Identifier
    """What it is: nation, province, city, zone, area, in the words of the book."""
    name: Text
    """Its name."""
    aliases: tuple[str, ...] = ()
    """Other names under which a case may give it; each stands for one place only."""
    parents: tuple[Identifier, ...] = ()
    """The places it lies in on every day."""
    parents_dated: tuple[DatedParent, ...] = ()
    """The places it lies in on some days."""
    valid: Interval
    """The days on which it exists."""
    published: Day | None = None
    """The day on which its founding was published; without it, its first day."""
    code: str | None = None
    """An official code, in quotes."""
    area_km2: Number | None = None
    """Its size in square kilometres."""
    lon: Number | None = None
    """The longitude of its rough centre."""
    lat: Number | None = None
    """The latitude of its rough centre."""
    document: str | None = None
    """The text that founded it."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""
    evidence: Evidence | None = None
    """How far its facts were checked."""


class TerritoriesFile(Entry):
    """Places that rows and lists match on."""

    schema_: Literal["openzone/territories/1"] = Field(alias="schema")
    """The kind of this file."""
    territories: tuple[Territory, ...]
    """The places."""


class Activity(Entry):
    """A dotted tag of the activity vocabulary: titles, codes, search words, groups."""

    tag: Tag
    """The tag; the tag without its last word is its parent and stands in the book too."""
    title: Text
    """What the activity is."""
    industry: tuple[IndustryMatch, ...] = ()
    """The codes it falls under; without them, those of its parent."""
    member_of: tuple[Identifier, ...] = ()
    """Tags of groups it belongs to that are not its parents."""
    keywords: dict[Literal["zh", "en"], tuple[str, ...]] = Field(default_factory=dict)
    """Words people use for it, by language."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""


class ActivitiesFile(Entry):
    """The activity vocabulary: dotted tags that rows match on."""

    schema_: Literal["openzone/activities/1"] = Field(alias="schema")
    """The kind of this file."""
    activities: tuple[Activity, ...]
    """The activities."""


class ClassificationFile(Entry):
    """An edition of an industry classification; its codes stand in a CSV. One per book."""

    schema_: Literal["openzone/classification/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The name of the classification."""
    title: Text
    """Its title."""
    edition: str
    """Its edition, in quotes."""
    in_force: Interval
    """The days on which the edition is used."""
    codes: str
    """The CSV beside this file, with the columns code, level, parent, title_zh, title_en, note."""
    evidence: Evidence
    """How far the codes were checked."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""
