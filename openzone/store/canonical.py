"""The one form of an event as bytes: equal content has equal bytes, on every machine.

JSON with sorted keys, no spaces, and text as UTF-8. Numbers are whole; a decimal, a day or a time
is text. Floats are refused: two machines may write one float in two ways.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

INT_MAX = 2**53  # beyond it other readers of JSON lose digits


def canonical_json(value: Any) -> str:
    """The canonical text of a value. Raises TypeError for what has none.

    >>> canonical_json({"b": 1, "a": ["x", None]})
    '{"a":["x",null],"b":1}'
    """
    _check(value, "$")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(value: Any, path: str) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if abs(value) > INT_MAX:
            raise TypeError(f"{path}: the whole number {value} is too large: write it as text")
        return
    if isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            _check(item, f"{path}[{number}]")
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{path}: the key {key!r} is no text")
            _check(item, f"{path}.{key}")
        return
    raise TypeError(f"{path}: no canonical form for {type(value).__name__}")
