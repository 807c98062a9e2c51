"""A loaded book: immutable, with a content hash."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from openzone.rulebook.classification import Classification, Vocabulary
from openzone.rulebook.goods_lists import GoodsList
from openzone.rulebook.model import (
    BookInfo,
    Document,
    Level,
    Measure,
    Parameter,
    Precedent,
    Reform,
    Row,
    SpecialPower,
    Table,
    Weight,
)
from openzone.rulebook.nomenclature import Nomenclature
from openzone.rulebook.tariff import Schedule
from openzone.rulebook.territories import Territories

_PARTS = (
    "info",
    "hash",
    "sources",
    "documents",
    "measures",
    "tables",
    "parameters",
    "levels",
    "powers",
    "precedents",
    "weights",
    "reforms",
    "rows",
    "territories",
    "classification",
    "vocabulary",
)
# What a book need not have, and what it has then.
_OPTIONAL: Mapping[str, Any] = MappingProxyType(
    {"nomenclature": None, "schedules": {}, "goods_lists": {}}
)
_ALL = (*_PARTS, *_OPTIONAL)


class Book:
    """Everything a rulebook says. Build it with `load_book`; nothing in it can be changed."""

    __slots__ = (*_ALL, "_by_id", "_memo")

    info: BookInfo
    hash: str
    sources: Mapping[str, str]
    documents: Mapping[str, Document]
    measures: Mapping[str, Measure]
    tables: Mapping[str, Table]
    parameters: Mapping[str, Parameter]
    levels: Mapping[str, Level]
    powers: Mapping[str, SpecialPower]
    precedents: Mapping[str, Precedent]
    weights: Mapping[str, Weight]
    reforms: Mapping[str, Reform]
    rows: tuple[Row, ...]
    territories: Territories
    classification: Classification
    vocabulary: Vocabulary
    nomenclature: Nomenclature | None
    schedules: Mapping[str, Schedule]
    goods_lists: Mapping[str, GoodsList]
    _by_id: Mapping[str, tuple[Row, ...]]
    _memo: dict[Any, Any]

    def __init__(self, **parts: Any) -> None:
        for name in _ALL:
            value = parts.get(name, _OPTIONAL[name]) if name in _OPTIONAL else parts[name]
            if isinstance(value, dict):
                value = MappingProxyType(value)
            object.__setattr__(self, name, value)
        by_id: dict[str, list[Row]] = {}
        for row in self.rows:
            by_id.setdefault(row.id, []).append(row)
        object.__setattr__(self, "_by_id", {id: tuple(rows) for id, rows in by_id.items()})
        object.__setattr__(self, "_memo", {})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a book is immutable; '{name}' cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a book is immutable; '{name}' cannot be removed")

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {}
        for name in _ALL:
            value = getattr(self, name)
            parts[name] = dict(value) if isinstance(value, MappingProxyType) else value
        return _rebuild, (parts,)

    def versions(self, row_id: str) -> tuple[Row, ...]:
        """All versions of the row that is cited as `row_id`; empty when there is none."""
        return self._by_id.get(row_id, ())

    @property
    def row_ids(self) -> tuple[str, ...]:
        """The ids under which rows are cited, in the order of the files."""
        return tuple(self._by_id)

    @property
    def memo(self) -> dict[Any, Any]:
        """A place for what is derived from the book and asked for again (compiled laws)."""
        return self._memo


def _rebuild(parts: dict[str, Any]) -> Book:
    return Book(**parts)
