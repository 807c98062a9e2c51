"""From the events of a YAML parser to plain values, each with its line; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import yaml

from openzone.errors import Fault
from openzone.rulebook.reading import DEPTH_MAX, Path_, ReadError, Reading

NUMBER_DIGITS_MAX = 40

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


def scalar(text: str, file: str, line: int) -> Any:
    """Give the meaning of a plain word: null, true or false, number, decimal, date, else text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return _bounded(text, int, file, line)
    if _DECIMAL.match(text):
        return _bounded(text, Decimal, file, line)
    if _DATE.match(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ReadError(
                Fault(
                    "wrong_value",
                    "the date does not exist",
                    file=file,
                    line=line,
                    seen=text,
                    expected="a day of the calendar, YYYY-MM-DD",
                    next="correct the month or the day",
                )
            ) from None
    return text


def _bounded(text: str, kind: type[int] | type[Decimal], file: str, line: int) -> int | Decimal:
    number: int | Decimal = 0
    if len(text) <= NUMBER_DIGITS_MAX:
        number = kind(text)
        if abs(Decimal(number).adjusted()) <= NUMBER_DIGITS_MAX:
            return number
    raise ReadError(
        Fault(
            "out_of_range",
            "the number is too long",
            file=file,
            line=line,
            seen=text,
            expected=f"at most {NUMBER_DIGITS_MAX} digits",
            next="put it in quotes if it is a name",
        )
    )


class Builder:
    """Builds plain values from YAML events, notes the line of each part and every fault.

    `as_text`: a word that looks like a date or a number and is none stays text, without a fault.
    """

    def __init__(self, text: str, file: str, as_text: bool = False) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self.file = file
        self.as_text = as_text
        self.lines: dict[Path_, int] = {}
        self.unread: set[Path_] = set()
        self.faults: list[tuple[Path_, Fault]] = []
        self.expanding: list[int] = []
        self.top: Any = None

    def found(self) -> list[Fault]:
        """Every fault so far; a file full of anchors and aliases has one, with all lines."""
        reading = Reading(self.file, self.top, {})
        faults = [replace(fault, field=reading.field(path)) for path, fault in self.faults]
        if self.expanding:
            rest = sorted(set(self.expanding) - {self.expanding[0]})
            others = ", ".join(map(str, rest[:5]))
            others += f" and {len(rest) - 5} more" if rest[5:] else ""
            faults.append(
                Fault(
                    "alias",
                    "anchors, aliases and tags are refused"
                    + (f"; also on line {others}" if others else ""),
                    file=self.file,
                    line=self.expanding[0],
                    next="write the value out in full where it is needed",
                )
            )
        return faults

    def document(self) -> Any:
        """The value of the one document of the file."""
        seen = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self.note(event, (), "unreadable", "holds more than one YAML document",
                              next="keep one document in a file; remove '---'")  # fmt: skip
                    break
                self.top = self.node(next(self.events), ())
        return self.top

    def note(self, event: Any, path: Path_, code: str, message: str, **more: Any) -> None:
        """Note a fault that does not keep the parser from going on."""
        line = event.start_mark.line + 1
        self.faults.append((path, Fault(code, message, self.file, line, **more)))

    def stop(self, event: Any, message: str, path: Path_) -> None:
        """Give up: what follows cannot be put in its place."""
        line = event.start_mark.line + 1
        field = Reading("", None, {}).field(path)
        step = "write it flatter" if path else "write 'key: value'"
        fault = Fault("unreadable", message, self.file, line, field, next=step)
        raise ReadError([*self.found(), fault])

    def node(self, event: Any, path: Path_) -> Any:
        """The value of the part that begins with `event`."""
        line = event.start_mark.line + 1
        self.lines[path] = line
        alias = isinstance(event, yaml.AliasEvent)
        if alias or event.anchor is not None or event.tag not in (None, "!"):
            self.expanding.append(line)
            self.unread.add(path)
            if alias:
                return None
        if len(path) > DEPTH_MAX:
            self.stop(event, f"is nested deeper than {DEPTH_MAX}", path[:3])
        if isinstance(event, yaml.ScalarEvent):
            return self.word(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def word(self, event: Any, path: Path_) -> Any:
        """The value of a plain or a quoted word."""
        text = sys.intern(event.value)  # the same ids stand in many places and files
        if event.style:
            return text
        try:
            return scalar(text, self.file, event.start_mark.line + 1)
        except ReadError as error:
            if not self.as_text:
                self.faults.extend((path, fault) for fault in error.faults)
                self.unread.add(path)
            return text

    def sequence(self, path: Path_) -> tuple[Any, ...]:
        """The values of a list."""
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return tuple(items)

    def mapping(self, path: Path_) -> dict[str, Any]:
        """The keys and values of a mapping; of a key that stands twice the first is kept."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.stop(event, "a key must be a word", path)
            key, line = str(event.value), event.start_mark.line + 1
            if event.anchor is not None or event.tag not in (None, "!"):
                self.expanding.append(line)
            here: Path_ = (*path, key)
            if key in found:
                first = self.lines[here]
                self.note(event, here, "duplicate", f"the key '{key}' stands twice",
                          expected=f"one '{key}'; the first is on line {first}",
                          next="remove one of the two")  # fmt: skip
                here = (*path, f"{key} (again)")
            value = self.node(next(self.events), here)
            self.lines[here] = line
            found.setdefault(key, value)
        return found
