"""JSON read exactly: decimals as written, no key twice, no NaN, no bottomless nesting."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from openzone.cli.case_lines import CaseLine, Line, Stream, text_lines, unreadable
from openzone.cli.case_shape import shaped
from openzone.errors import Fault
from openzone.rulebook.reading import DEPTH_MAX

_FIRST_IS_ID = re.compile(r'\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9]{1,18}(?![0-9.eE]))')
_TOO_DEEP = f"is nested deeper than {DEPTH_MAX}"
_SPACE = re.compile(r"[ \t\n\r]*")


class Flaw:
    """Stands where a value stood that is JSON elsewhere and is refused here."""

    __slots__ = ("code", "message")

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message

    def fault(self, name: str, line: int | None) -> Fault:
        """The flaw as a fault of a file and line."""
        return Fault(self.code, self.message, file=name, line=line)


class FlawedObject(dict[str, Any]):
    """An object in which a key stands twice; that key is left out."""

    def __init__(self, fields: Mapping[str, Any], flaw: Flaw) -> None:
        super().__init__(fields)
        self.flaw = flaw


class ExactJson:
    """Decodes JSON; `flaws` holds what the last value had that is refused."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self._scan: Any = json.JSONDecoder(
            parse_float=self._decimal,
            parse_constant=self._constant,
            object_pairs_hook=self.object,
        ).scan_once  # type: ignore[attr-defined]

    def value(self, text: str, start: int = 0) -> tuple[Any, int]:
        """The value that begins at `start` and where it ends. Raises ValueError."""
        self.flaws.clear()
        try:
            value, end = self._scan(text, start)
        except StopIteration as stop:
            raise json.JSONDecodeError("Expecting value", text, stop.value) from None
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
        if _too_deep(value, text[start:end]):
            value = self._flaw("unreadable", _TOO_DEEP)
        return value, end

    def whole(self, text: str) -> Any:
        """The one value that a text holds. Raises ValueError."""
        value, end = self.value(text, after_space(text, 0))
        end = after_space(text, end)
        if end != len(text):
            raise json.JSONDecodeError("Extra data", text, end)
        return value

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """The object of these keys and values; a flawed one when a key stands twice."""
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        count = Counter(key for key, _ in pairs)
        twice = next(key for key, times in count.items() if times > 1)
        flaw = self._flaw("duplicate", f"the key '{twice}' stands twice")
        return FlawedObject({key: found[key] for key in found if count[key] == 1}, flaw)

    def _decimal(self, text: str) -> Decimal | Flaw:
        try:
            return Decimal(text)
        except InvalidOperation:
            return self._flaw("wrong_value", f"the number {text[:40]} is beyond all bounds")

    def _constant(self, name: str) -> Flaw:
        return self._flaw("wrong_value", f"{name} is no number of JSON")

    def _flaw(self, code: str, message: str) -> Flaw:
        self.flaws.append(Flaw(code, message))
        return self.flaws[-1]


def _too_deep(value: Any, text: str) -> bool:
    """Say whether a value is nested deeper than the house allows; `text` is how it was written."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return False
    level = [value]
    for _ in range(DEPTH_MAX + 1):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def flaw_in(value: Any) -> Flaw | None:
    """The first flaw inside a value, if any."""
    stack = [value]
    while stack:
        here = stack.pop()
        if isinstance(here, Flaw):
            return here
        if isinstance(here, FlawedObject):
            return here.flaw
        if isinstance(here, (dict, list)):
            inner = here.values() if isinstance(here, dict) else here
            stack.extend(reversed(list(inner)))
    return None


def after_space(text: str, start: int) -> int:
    """Where the blank text that begins at `start` ends."""
    found = _SPACE.match(text, start)
    return found.end() if found else start


def not_json(error: ValueError, name: str, line: int) -> Fault:
    """The fault of text that is not JSON, with the column where it stops being JSON."""
    message = str(error)
    if isinstance(error, json.JSONDecodeError):
        message = f"is not JSON: {error.msg} at column {error.colno}"
    elif "digits" in message:
        message = "holds a whole number with too many digits"
    return Fault(
        "unreadable",
        message,
        file=name,
        line=line,
        next="check quotes, commas and brackets",
    )


def json_lines(stream: Stream, name: str) -> Iterator[CaseLine]:
    """The cases of JSON Lines, one a line; a line that cannot be read is refused alone."""
    exact = ExactJson()
    empty = True
    for line in text_lines(stream, name):
        if line.fault is not None:
            yield _refused(line, line.fault)
        elif not line.text or line.text.isspace():
            continue
        else:
            yield _json_line(exact, line, name)
        empty = False
    if empty:
        raise unreadable(name, "is empty", expected="one case a line")


def _json_line(exact: ExactJson, line: Line, name: str) -> CaseLine:
    try:
        value = exact.whole(line.text.rstrip("\r\n"))
    except ValueError as error:
        return _refused(line, not_json(error, name, line.number))
    if exact.flaws:
        raw = value if isinstance(value, Mapping) else None
        return CaseLine(line.number, raw, exact.flaws[0].fault(name, line.number))
    return shaped(value, name, line.number)


def _refused(line: Line, fault: Fault) -> CaseLine:
    """A line that is not JSON; its id is echoed when it stands first and is whole."""
    found = _FIRST_IS_ID.match(line.text)
    raw: Mapping[str, Any] | None = None
    if found is not None and "\ufffd" not in found[1]:
        try:
            raw = {"id": json.loads(found[1])}
        except ValueError:
            raw = None
    return CaseLine(line.number, raw, fault)
