"""Answers written as JSON, in the same way on the command line and over HTTP."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """A value of an answer that JSON has no word for: an exact number where there is one."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"an answer holds {type(value).__name__}, which JSON cannot say")


_AS_WRITTEN = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=plain)
_ESCAPED = json.JSONEncoder(allow_nan=False, default=plain)


def as_text(result: Any) -> str:
    """An answer as one line of JSON: keys in the order of the contract, text as it is written."""
    text = _AS_WRITTEN.encode(result)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, echoed from the case
        return _ESCAPED.encode(result)
    return text
