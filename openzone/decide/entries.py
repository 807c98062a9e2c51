"""What an answer rests on, as the contract writes it: rows and figures with citation and tag."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from openzone.rulebook.law import Law
from openzone.rulebook.model import ParameterRef, Row


def row_entry(law: Law, row: Row) -> dict[str, Any]:
    """A row that an answer rests on."""
    key = ("entry", id(row))
    held = law.memo.get(key)
    if held is None:
        held = law.memo[key] = (row, _row_entry(law, row))  # the row is kept: its id stays its own
    return dict(held[1])


def _row_entry(law: Law, row: Row) -> dict[str, Any]:
    entry: dict[str, Any] = {"row": row.id}
    if row.part:
        entry["part"] = row.part
    entry |= {
        "measure": row.measure,
        "effect": row.effect,
        "cite": citation(law, row),
        "document": row.document,
        "evidence": row.evidence.tag(),
    }
    if row.origin:
        entry["amends"] = row.origin
    if row.carried_back:
        entry["carried_back"] = True
    document = law.book.documents.get(row.document)
    if document is not None and document.published is None:
        entry["publication_day"] = "not on record; the in-force day is used"
    return entry


def citation(law: Law, row: Row) -> str:
    """Document, number and item of the version that answers for the day."""
    document = law.book.documents.get(row.document)
    if document is None:
        for reform in (*law.reforms, *law.book.reforms.values()):
            if reform.id == row.document:
                return f"{reform.title.zh} {reform.number or ''}".strip()
        return row.document
    item = "" if row.item is None else f", item {row.item}"
    return f"{document.title.zh}, {document.number or 'number not on record'}{item}"


def parameter_entry(
    law: Law, name: str, on: dt.date, inside: frozenset[str] | None
) -> dict[str, Any]:
    """A dated figure that an answer rests on: its value of the day in the place."""
    parameter = law.book.parameters[name]
    entry: dict[str, Any] = {"row": name, "kind": "parameter", "measure": None}
    held = law.parameter_held(name, on, inside)
    if held is not None:
        entry |= {
            "value": held.value,
            "cite": parameter.basis or parameter.title.en,
            "document": held.document,
            "evidence": held.evidence.tag(),
        }
    return entry


def parameters_of(rows: Iterable[Row]) -> Iterator[str]:
    """The dated figures that rows name, in their order."""
    for row in rows:
        for _, value in row.params:
            if isinstance(value, ParameterRef):
                yield value.parameter
