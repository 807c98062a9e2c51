"""What a reform needs to be law: the highest body that any of its rows needs; is it on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openzone.rulebook.book import Book
from openzone.rulebook.changers import Changers, changers
from openzone.rulebook.model import Document, ParameterRef, Reform, Row, Text
from openzone.rulebook.patching import scope_rows


@dataclass(frozen=True, slots=True)
class Need:
    """The power that one row needs: its document, the holder of the power, instrument, article."""

    row: str
    document: str
    level: str
    rank: int
    holder: Text
    instrument: Text
    article: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Authority:
    """The needs of a reform, highest first, and the verdict on what it has recorded.

    `recorded`: an authorisation of at least the level needed, with its instrument, is on record.
    `covered_until`: the day on which the recorded authorisation ends, when it does.
    """

    needs: tuple[Need, ...]
    recorded: bool
    covered_until: dt.date | None
    why: Text

    @property
    def draft(self) -> bool:
        """Without the power on record a reform stays a draft and reaches no live stage."""
        return not self.recorded

    def as_dict(self) -> dict[str, Any]:
        """The authority as plain data."""
        return {
            "draft": self.draft,
            "why": {"zh": self.why.zh, "en": self.why.en},
            "covered_until": self.covered_until and self.covered_until.isoformat(),
            "needs": [
                {
                    "row": need.row,
                    "document": need.document,
                    "level": need.level,
                    "holder": {"zh": need.holder.zh, "en": need.holder.en},
                    "instrument": {"zh": need.instrument.zh, "en": need.instrument.en},
                    "article": need.article,
                    "evidence": need.evidence,
                }
                for need in self.needs
            ],
        }


def authority(book: Book, reform: Reform) -> Authority:
    """The power a reform needs. A special statutory power goes before the table of levels."""
    ancestors: frozenset[str] = frozenset()
    for place in reform.territory:
        if place in book.territories:
            line = book.territories.ancestors(place, dt.date.max)
            ancestors = line if not ancestors else ancestors & line
    found: dict[str, Need] = {}
    for change in reform.changes:
        named = (*scope_rows(book, change), *change.instead_of)
        for id in named:
            for row in book.versions(id)[-1:]:
                document = book.documents[row.document]
                found.setdefault(id, _need(id, document, changers(book, document, ancestors)))
        for name, document in _of_parameter(book, change.parameter):
            found.setdefault(name, _need(name, document, changers(book, document, ancestors)))
    needs = tuple(sorted(found.values(), key=lambda need: (need.rank, need.row)))
    given = reform.authorisation
    until = given.expiry
    if not given.on_record:
        return Authority(
            needs,
            False,
            until,
            Text(
                "授权未记录：仍为草案，不能进入任何实施阶段",
                "no authorisation on record: it stays a draft and reaches no live stage",
            ),
        )
    end = reform.in_force.end if reform.in_force else None
    if until is not None and (end is None or end > until):
        return Authority(
            needs,
            False,
            until,
            Text(
                f"授权于{until}到期，改革期限超出授权",
                f"the authorisation ends on {until} and the reform would outlive it",
            ),
        )
    return Authority(
        needs,
        True,
        until,
        Text(
            f"已记录授权：{given.instrument or given.issuer or ''}",
            f"authorisation on record: {given.instrument or given.issuer or ''}",
        ),
    )


def _of_parameter(book: Book, name: str | None) -> Iterator[tuple[str, Document]]:
    """The document that gives a parameter its last value, else those of the rows that name it."""
    if name is None or name not in book.parameters:
        return
    last = book.parameters[name].values[-1].document
    if last is not None:
        yield name, book.documents[last]
        return
    for row in book.rows:
        if name in parameters_named(row):
            yield row.id, book.documents[row.document]


def parameters_named(row: Row) -> frozenset[str]:
    """The parameters whose values are figures of a row."""
    return frozenset(value.parameter for _, value in row.params if isinstance(value, ParameterRef))


def issuer_of(document: Document) -> Text | None:
    """Who issued a document, where it is on record."""
    return Text(document.issuer, document.issuer) if document.issuer else None


def _need(row: str, document: Document, found: Changers) -> Need:
    if found.power is not None:
        power = found.power
        return Need(
            row,
            document.id,
            found.level,
            found.rank,
            power.holder,
            Text("清单修订或批准文件", "an edition or approval of the list"),
            power.article,
            power.evidence.tag(),
        )
    if found.bodies:
        body = found.bodies[0]
        return Need(
            row,
            document.id,
            found.level,
            found.rank,
            body.body,
            body.instrument,
            body.article,
            body.evidence.tag(),
        )
    return Need(
        row,
        document.id,
        found.level,
        found.rank,
        issuer_of(document) or found.changed_by,
        Text("同级文件", "a norm of the same level"),
        None,
        "none",
    )
