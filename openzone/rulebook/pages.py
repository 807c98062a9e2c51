"""What a page of the law says of each thing that has an id: facts only, no sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from openzone.rulebook import history
from openzone.rulebook.changers import Changers
from openzone.rulebook.model import Condition, Interval, Precedent, Reform, Text
from openzone.rulebook.plain import Named


@dataclass(frozen=True, slots=True)
class TableLine:
    """A table, the list that applies at the place, and the documents in force on the day."""

    table: Named
    list: Named | None
    replaces: tuple[Named, ...]
    documents: tuple[history.DocumentLine, ...]


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The documents in force on a day at a place, table by table."""

    on: dt.date
    known: dt.date
    places: tuple[Named, ...]
    tables: tuple[TableLine, ...]
    reforms: tuple[history.ReformLine, ...]


@dataclass(frozen=True, slots=True)
class RowPage:
    """A row: its content, its versions, what displaces it, who may change it here.

    `now` are the numbers of the versions in force on the day, from 0.
    """

    row: str
    title: Text
    measure: Named
    table: Named
    list: Named | None
    on: dt.date
    activity: tuple[Named, ...]
    not_activity: tuple[Named, ...]
    industry: tuple[tuple[Named, str], ...]
    code_confidence: str | None
    hs: tuple[str, ...]
    not_hs: tuple[str, ...]
    conditions: tuple[Condition, ...]
    requires: tuple[str, ...]
    carve_outs: tuple[str, ...]
    notes: tuple[str, ...]
    doubt: str | None
    legal_basis: str | None
    evidence_note: str | None
    sources: tuple[str, ...]
    versions: tuple[history.VersionLine, ...]
    now: tuple[int, ...]
    displaces: tuple[str, ...]
    displaces_reason: str | None
    displaced_by: tuple[tuple[Named, str | None], ...]
    reforms: tuple[history.ReformLine, ...]
    changers: Changers | None


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A measure over time: every version in every list, reforms, precedents."""

    measure: Named
    table: Named
    on: dt.date
    versions: tuple[history.VersionLine, ...]
    reforms: tuple[history.ReformLine, ...]
    precedents: tuple[Precedent, ...]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document: its days, its record, its rows, what it replaced and what replaced it."""

    line: history.DocumentLine
    issuer: str | None
    level: Named
    issued: dt.date | None
    published_note: str | None
    in_force_note: str | None
    count_note: str | None
    record_note: str | None
    evidence: str
    evidence_note: str | None
    versions: tuple[history.VersionLine, ...]
    before: tuple[history.Difference, ...]
    after: history.Difference | None
    changers: Changers


@dataclass(frozen=True, slots=True)
class ReformPage:
    """A reform: body, scope, authorisation."""

    reform: Reform
    changes: tuple[history.ReformLine, ...]
    level: Text | None


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value of a figure, its days, its document, how far it was checked."""

    value: Any
    in_force: Interval
    document: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class ParameterPage:
    """A figure of the law over time, and the rows that take it."""

    id: str
    title: Text
    unit: str | None
    basis: str | None
    values: tuple[ValueLine, ...]
    rows: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """A place on a day: what it lies in, the lists that apply, the reforms that reach it."""

    place: Named
    kind: str
    on: dt.date
    valid: Interval
    exists: bool
    lies_in: tuple[Named, ...]
    tables: tuple[TableLine, ...]
    reforms: tuple[history.ReformLine, ...]
    inside: tuple[tuple[Named, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """An activity or an industry code: the rows that bind it, today and before, by list."""

    activity: Named
    on: dt.date
    groups: tuple[Named, ...]
    codes: tuple[tuple[Named, str], ...]
    today: tuple[history.VersionLine, ...]
    before: tuple[history.VersionLine, ...]
    inside: tuple[Named, ...]
    reforms: tuple[history.ReformLine, ...]


Page = (
    OverviewPage | RowPage | MeasurePage | DocumentPage | ReformPage | ParameterPage | PlacePage
    | ActivityPage
)  # fmt: skip
