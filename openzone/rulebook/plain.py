"""Nouns of the rulebook as plain data: what JSON can hold, under the names of the fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from openzone.rulebook.model import Interval, ParameterRef, Text


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """An id with its name."""

    id: str
    name: Text


def plain(value: Any) -> Any:
    """The value as dicts, lists, text and numbers; fields that hold nothing are left out.

    Days are ISO text, intervals `{from, to}` (half-open), words in both languages `{zh, en}`.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    fields = _fields(value)
    if fields is not None:
        return {name: plain(item) for name, item in fields.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    return [plain(item) for item in value]


def _fields(value: Any) -> dict[str, Any] | None:
    """The named parts of a value that has any."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Interval):
        return {"from": value.start, "to": value.end}
    if isinstance(value, ParameterRef):
        return {"parameter": value.parameter}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: item
            for field in dataclasses.fields(value)
            if (item := getattr(value, field.name)) is not None and item not in ((), {})
        }
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return dict(value) if _pairs(value) else None


def _pairs(value: Any) -> bool:
    """Say whether the value is a frozen mapping: pairs that begin with a name."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) for p in value)
        and not any(isinstance(p, Text) for p in value)
    )
