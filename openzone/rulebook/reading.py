"""Read YAML and CSV so that every fault has a file and a line, and nothing is guessed.

YAML here is the safe part of YAML 1.2: plain `no`, `on`, `yes` are words, a number with a point is a
decimal, an ISO date is a date. Anchors, aliases and tags are refused (they can expand without
bound), so are duplicate keys.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from openzone.errors import Fault, OpenZoneError

Path_ = tuple[str | int, ...]

LINE_BYTES_MAX = 16 * 1024 * 1024
DEPTH_MAX = 64

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


class ReadError(OpenZoneError):
    """A file that cannot be read as what it should be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, and on which line each part stands."""

    file: str
    value: Any
    lines: dict[Path_, int]

    def line(self, path: Path_) -> int | None:
        """The line of the part at `path`, or of the nearest part that encloses it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return self.lines.get(())


def text_of(data: bytes, file: str) -> str:
    """Decode UTF-8 (with or without a byte-order mark), or say where it stops being UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ReadError(
            Fault(
                "unreadable",
                "the text is not UTF-8",
                file=file,
                line=line,
                seen=data[error.start : error.start + 4],
                expected="UTF-8",
                next="save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
            )
        ) from None


def bytes_of(path: Path) -> bytes:
    """Read a file, or say in one fault why it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            Fault(
                "unreadable",
                f"cannot be read: {error.strerror or error}",
                file=str(path),
                next="check the path and its permissions",
            )
        ) from None


def scalar(text: str, file: str, line: int) -> Any:
    """Give the meaning of a plain YAML word: null, true/false, whole number, decimal, date, text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
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
                )
            ) from None
    return text


def yaml_reading(text: str, file: str) -> Reading:
    """Read one YAML document. Sequences become tuples, mappings dicts; lines are kept."""
    lines: dict[Path_, int] = {}
    try:
        events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        value = _Builder(events, file, lines).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ReadError(
            Fault(
                "unreadable",
                f"is not YAML: {error.problem or error}",
                file=file,
                line=mark.line + 1 if mark else None,
                next="check indentation, colons and quotes on and above this line",
            )
        ) from None
    except yaml.reader.ReaderError as error:
        raise ReadError(
            Fault(
                "unreadable",
                f"holds a character that YAML does not allow: {error.reason}",
                file=file,
                line=text.count("\n", 0, error.position) + 1,
            )
        ) from None
    return Reading(file, value, lines)


class _Builder:
    """Builds plain values from YAML events and notes the line of each part."""

    def __init__(self, events: Iterator[Any], file: str, lines: dict[Path_, int]) -> None:
        self.events = events
        self.file = file
        self.lines = lines

    def document(self) -> Any:
        value: Any = None
        seen = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self.refuse(event, "unreadable", "holds more than one YAML document")
                value = self.node(next(self.events), ())
        return value

    def refuse(self, event: Any, code: str, message: str, path: Path_ = ()) -> None:
        raise ReadError(
            Fault(
                code,
                message,
                file=self.file,
                line=event.start_mark.line + 1,
                field=".".join(map(str, path)),
                next="write the value out in full where it is needed" if code == "alias" else "",
            )
        )

    def node(self, event: Any, path: Path_) -> Any:
        line = event.start_mark.line + 1
        self.lines[path] = line
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.refuse(event, "alias", "anchors and aliases are refused", path)
        if event.tag is not None and event.tag != "!":
            self.refuse(event, "alias", f"the tag {event.tag} is refused", path)
        if len(path) > DEPTH_MAX:
            self.refuse(event, "unreadable", f"is nested deeper than {DEPTH_MAX}", path[:3])
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.style == ""
            return scalar(event.value, self.file, line) if plain else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def sequence(self, path: Path_) -> tuple[Any, ...]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return tuple(items)

    def mapping(self, path: Path_) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                self.refuse(event, "wrong_value", "a key must be a word", path)
            if event.anchor is not None:
                self.refuse(event, "alias", "anchors and aliases are refused", path)
            if key in found:
                self.refuse(event, "duplicate", f"the key '{key}' stands twice", path)
            line = event.start_mark.line + 1
            found[key] = self.node(next(self.events), (*path, str(key)))
            self.lines[(*path, str(key))] = line
        return found


def read_yaml(path: Path, name: str | None = None) -> Reading:
    """Read a YAML file; faults name it by `name` (its path by default)."""
    file = name or str(path)
    return yaml_reading(text_of(bytes_of(path), file), file)


def read_csv(path: Path, name: str | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each record of a CSV file with its line; the first record names the columns."""
    file = name or str(path)
    text = text_of(bytes_of(path), file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, None)
        if not header:
            raise ReadError(Fault("unreadable", "is empty", file=file, expected="a header line"))
        for record in reader:
            if not record:
                continue
            if len(record) != len(header):
                raise ReadError(
                    Fault(
                        "wrong_value",
                        "the record has another number of fields than the header",
                        file=file,
                        line=reader.line_num,
                        seen=len(record),
                        expected=str(len(header)),
                    )
                )
            yield reader.line_num, dict(zip(header, record, strict=True))
    except csv.Error as error:
        raise ReadError(
            Fault("unreadable", f"is not CSV: {error}", file=file, line=reader.line_num)
        ) from None


def book_files(root: Path) -> list[Path]:
    """The YAML and CSV files of a book, in one order on every machine."""
    return sorted(
        (p for p in root.rglob("*") if p.suffix in (".yaml", ".yml", ".csv") and p.is_file()),
        key=lambda p: p.relative_to(root).as_posix(),
    )
