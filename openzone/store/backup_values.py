"""The values of rows as JSON, and back: what JSON does not know stands under the name of its kind.

Equal rows give equal lines from every database.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Table

BACK: Mapping[str, Callable[[Any], Any]] = {
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "decimal": Decimal,
    "json": lambda value: value,
}


def plain_row(row: Row[Any]) -> list[Any]:
    """The values of a row, each as JSON can write it."""
    return [_plain(value) for value in row]


def row_of(table: Table, line: bytes) -> dict[str, Any]:
    """The row that a line holds, by column. Raises ValueError or TypeError for another line."""
    values = json.loads(line)
    return {column.name: _back(value) for column, value in zip(table.columns, values, strict=True)}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, memoryview)):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, dt.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, (list, dict)):
        return {"json": value}
    raise TypeError(f"no backup of a value of the kind {type(value).__name__}")


def _back(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    if kind not in BACK:
        raise ValueError(kind)
    return BACK[kind](held)
