"""The shape of what a book holds of goods: a nomenclature, tariffs, lists by code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from openzone.rulebook.files.documents import Record
from openzone.rulebook.files.entry import (
    Country,
    Entry,
    Evidence,
    Identifier,
    Interval,
    Number,
    Text,
)


class NomenclatureFile(Entry):
    """An edition of the Harmonized System; its codes stand in a CSV. At most one a book."""

    schema_: Literal["openzone/nomenclature/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The name of the edition."""
    title: Text
    """Its title."""
    edition: str
    """The edition, in quotes."""
    in_force: Interval
    """The days on which it is used."""
    codes: str
    """The CSV beside this file, with the columns code, level, parent, title_zh, title_en, note."""
    evidence: Evidence
    """How far the codes were checked."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""


class TariffColumn(Entry):
    """A column of a tariff: a rate for some origins."""

    id: Identifier
    """The name of the column in the CSV, and of the proof of origin that opens it."""
    kind: Literal["mfn", "general", "provisional", "agreement", "special"]
    """`mfn`: most favoured nations; `general`: all others; `provisional`: stands before `mfn` for a
    time; `agreement`, `special`: opened by a proof of origin."""
    title: Text
    """What it is."""
    partners: tuple[Country, ...] = ()
    """The origins it serves; none for `general` and `provisional`."""
    all_lines_percent: Number | None = None
    """The rate where the CSV leaves the cell empty, for a column that covers every line."""
    note: str | None = None
    """Its limits."""
    evidence: Evidence
    """How far it was checked."""


class TariffFile(Entry):
    """An edition of a tariff; its lines stand in a CSV, a column for each column of the tariff."""

    schema_: Literal["openzone/tariff/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The id of the edition."""
    title: Text
    """Its title."""
    edition: str
    """The edition, in quotes."""
    hs_edition: str
    """The edition of the nomenclature that its codes belong to, in quotes."""
    in_force: Interval
    """The days on which it is law."""
    document: Identifier
    """The document that is cited."""
    use: Literal["law", "estimate"] = "law"
    """`estimate`: for stress runs; no case is decided by it unless its caller names it."""
    record: Record
    """How much of it the book holds."""
    published_lines: int | None = None
    """How many lines the official edition has."""
    columns: tuple[TariffColumn, ...] = Field(min_length=1)
    """Its columns."""
    lines: str
    """The CSV beside this file: hs, title_zh, title_en, complete, then one column for each id."""
    quotas: str | None = None
    """The CSV of its tariff quotas: group, hs, in_quota, in_quota_provisional, tonnes."""
    evidence: Evidence
    """How far the figures were checked."""
    notes: tuple[str, ...] = ()
    """What a reader should know: licence, traps."""


class TariffColumnsFile(Entry):
    """The columns of a tariff that is imported: a file beside the CSV or Parquet, not of a book."""

    columns: tuple[TariffColumn, ...] = Field(min_length=1)
    """Each column of rates in the file that is imported."""


class GoodsListFile(Entry):
    """A list of goods by code; its codes stand in a CSV. A code stands for all that begin with it.

    A list of members says which goods are on it, with a rate where it has one. A list of papers
    says which papers the goods need at the border.
    """

    schema_: Literal["openzone/goods-list/1"] = Field(alias="schema")
    """The kind of this file."""
    id: Identifier
    """The id of the list."""
    title: Text
    """Its title."""
    document: Identifier
    """The document that is cited."""
    in_force: Interval
    """The days on which it is law."""
    kind: Literal["members", "papers"] = "members"
    """`members`: the goods on the list; `papers`: the papers that goods need."""
    codes: str
    """The CSV beside this file: hs, from, to, rate, note; of papers: hs, direction, paper, from,
    to, document. `from` and `to` are empty where the days are those of the list."""
    record: Record
    """How much of it the book holds. Only a list that is complete says that a code is not on it."""
    settles: Identifier | None = None
    """The fact that is settled by whether the code is on the list."""
    member: str | None = None
    """The value of that fact for a code on the list, where the fact is a choice."""
    expected_lines: int | None = Field(default=None, gt=0)
    """How many lines the official list has: an import that differs by more than 2 percent asks."""
    expected_share: Number | None = Field(default=None, gt=0, le=1)
    """Its share of the lines of the tariff, as a decimal fraction: likewise, by one point."""
    evidence: Evidence
    """How far the codes were checked."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""
