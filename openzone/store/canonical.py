"""The one form of an event as bytes: equal content has equal bytes, on every machine.

JSON with sorted keys, no spaces, and text as UTF-8. Numbers are whole; a decimal, a day or a time
is text. Floats are refused: two machines may write one float in two ways.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from openzone.errors import Fault, OpenZoneError

INT_MAX = 2**53 - 1  # beyond it other readers of JSON lose digits
DEPTH_MAX = 100


class CanonicalError(OpenZoneError, TypeError):
    """Content that has no canonical form; the field says where."""


def canonical_json(value: Any) -> str:
    """The canonical text of a value. Raises CanonicalError for what has none.

    >>> canonical_json({"b": 1, "a": ["x", None]})
    '{"a":["x",null],"b":1}'
    """
    _check(value, "$", DEPTH_MAX)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _fault("$", "half of a pair of surrogates is no text") from None
    return text


def sha256(text: str) -> str:
    """SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _check(value: Any, path: str, depth: int) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, int):
        if abs(value) > INT_MAX:
            raise _fault(path, "the whole number is too large: write it as text")
        return
    if depth == 0:
        raise _fault("$", f"more than {DEPTH_MAX} lists and objects stand in each other")
    if isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            _check(item, f"{path}[{number}]", depth - 1)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise _fault(path, f"the key {key!r} is no text")
            _check(item, f"{path}.{key}", depth - 1)
        return
    raise _fault(path, f"no canonical form for {type(value).__name__}: write it as text")


def _fault(path: str, message: str) -> CanonicalError:
    return CanonicalError(Fault("wrong_value", message, field=path))
