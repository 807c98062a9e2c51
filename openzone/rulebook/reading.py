"""Read YAML and CSV so that every fault has a file and a line, and nothing is guessed.

YAML here is the safe part of YAML 1.2: plain `no`, `on`, `yes` are words, a number with a point is
a decimal, an ISO date is a date. Anchors, aliases and tags are refused (they can expand without
bound), so are duplicate keys.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.errors import Fault, OpenZoneError

Path_ = tuple[str | int, ...]

LINE_BYTES_MAX = 16 * 1024 * 1024
DEPTH_MAX = 64

# By what an entry of a list is named in a fault, first come.
_NAMES = ("id", "tag", "fact", "effect", "document", "code")


class ReadError(OpenZoneError):
    """A file that cannot be read as what it should be; `reading` is what could be read of it."""

    def __init__(self, faults: Fault | Iterable[Fault], reading: Reading | None = None) -> None:
        super().__init__(faults)
        self.reading = reading


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, and on which line each part stands; `unread` parts could not be read."""

    file: str
    value: Any
    lines: dict[Path_, int]
    unread: frozenset[Path_] = frozenset()

    def line(self, path: Path_) -> int | None:
        """The line of the part at `path`, or of the nearest part that encloses it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return self.lines.get(())

    def at(self, path: Path_) -> Any:
        """The value of the part at `path`; None where there is none."""
        here = self.value
        for part in path:
            if isinstance(part, int):
                here = here[part] if isinstance(here, tuple) and part < len(here) else None
            else:
                here = here.get(part) if isinstance(here, dict) else None
        return here

    def field(self, path: Path_) -> str:
        """The part at `path` as a reader names it: `rows[FI-1].binds.activity`.

        A word in a list goes by the name of the list.
        """
        if path and isinstance(path[-1], int) and not isinstance(self.at(path), dict):
            path = path[:-1]
        said = ""
        for depth, part in enumerate(path, start=1):
            if isinstance(part, int):
                said += f"[{_name(self.at(path[:depth]), part)}]"
            else:
                said += f".{part}" if said else part
        return said

    def without(self, broken: Collection[Path_]) -> Reading:
        """The file without some of its parts, which stand one or two steps below its top."""
        value: dict[Any, Any] = {}
        moved: dict[Path_, Path_] = {}
        for key, part in self.value.items():
            if (key,) in broken:
                continue
            if isinstance(part, tuple):
                kept = [i for i in range(len(part)) if (key, i) not in broken]
                moved |= {(key, old): (key, new) for new, old in enumerate(kept)}
                value[key] = tuple(part[i] for i in kept)
            elif isinstance(part, dict):
                value[key] = {k: v for k, v in part.items() if (key, k) not in broken}
            else:
                value[key] = part
        lines = {}
        for path, line in self.lines.items():
            if path[:1] not in broken and path[:2] not in broken:
                lines[moved.get(path[:2], path[:2]) + path[2:]] = line
        return Reading(self.file, value, lines)


def _name(entry: Any, index: int) -> str:
    if isinstance(entry, dict):
        for key in _NAMES:
            if isinstance(entry.get(key), str):
                return str(entry[key])
    return str(index)


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


def bytes_of(path: Path, file: str | None = None) -> bytes:
    """Read a file, or say in one fault why it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            Fault(
                "unreadable",
                f"cannot be read: {error.strerror or error}",
                file=file or str(path),
                next="check the path and its permissions",
            )
        ) from None


def yaml_reading(text: str, file: str, as_text: bool = False) -> Reading:
    """Read one YAML document. Sequences become tuples, mappings dicts; lines are kept.

    `as_text`: a day or a number that cannot be stays the text it is, for the reader to refuse.
    Raises ReadError with every fault that does not keep the parser from going on; its `reading`
    then holds what could be read.
    """
    import yaml

    from openzone.rulebook.yaml_faults import character_fault, parser_fault
    from openzone.rulebook.yaml_values import Builder

    unfit = character_fault(text, file)
    if unfit:
        raise ReadError(unfit)
    builder = Builder(text, file, as_text)
    try:
        value = builder.document()
    except yaml.MarkedYAMLError as error:
        raise ReadError([*builder.found(), parser_fault(error, text, file)]) from None
    reading = Reading(file, value, builder.lines, frozenset(builder.unread))
    if faults := builder.found():
        raise ReadError(faults, reading)
    return reading


def read_yaml(path: Path, name: str | None = None) -> Reading:
    """Read a YAML file; faults name it by `name` (its path by default)."""
    file = name or str(path)
    return yaml_reading(text_of(bytes_of(path, file), file), file)


def read_csv(
    path: Path, name: str | None = None, columns: Collection[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each record of a CSV file with its line; the first record names the columns.

    With `columns`, the file must have these and no others.
    """
    file = name or str(path)
    text = text_of(bytes_of(path, file), file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, None)
        if not header:
            raise ReadError(
                Fault(
                    "unreadable", "is empty", file=file, expected="a header line", next="write one"
                )
            )
        _check_header(header, columns, file)
        line = reader.line_num + 1
        for record in reader:
            if record and len(record) != len(header):
                raise ReadError(
                    Fault(
                        "wrong_value",
                        "the record has another number of fields than the header",
                        file=file,
                        line=line,
                        seen=len(record),
                        expected=str(len(header)),
                        next="check the commas; put text that holds a comma in double quotes",
                    )
                )
            if record:
                yield line, dict(zip(header, record, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(
            Fault("unreadable", f"is not CSV: {error}", file=file, line=line, next="check quotes")
        ) from None


def _check_header(header: list[str], columns: Collection[str], file: str) -> None:
    wrong = [("duplicate", "stands twice", c) for c in header if header.count(c) > 1]
    if columns:
        wrong += [("missing_field", "is missing", c) for c in columns if c not in header]
        wrong += [("unknown_field", "is not known", c) for c in header if c not in columns]
    if wrong:
        raise ReadError(
            [
                Fault(
                    code,
                    f"the column '{column}' {what}",
                    file=file,
                    line=1,
                    field=column,
                    expected=",".join(columns) or "each column once",
                    next="correct the first line",
                )
                for code, what, column in dict.fromkeys(wrong)
            ]
        )
