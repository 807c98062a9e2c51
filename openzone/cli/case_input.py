"""Cases from a file or standard input, in any format, one by one; each bad one with its fault."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import BinaryIO

from openzone.cli.case_documents import (
    DOCUMENT_BYTES_MAX,
    document_text,
    json_cases,
    yaml_cases,
)
from openzone.cli.case_json import json_lines
from openzone.cli.case_lines import (
    BOM,
    STDIN,
    CaseLine,
    Stream,
    open_bytes,
    refuse_binary,
    rewound,
    take,
    take_line,
    take_some,
    too_long,
    unreadable,
)
from openzone.cli.case_tables import arrow_cases, csv_cases, parquet_cases
from openzone.decide.case import STRUCTURE, SYNONYMS
from openzone.rulebook.reading import ReadError

Reader = Callable[[Stream, str], Iterator[CaseLine]]

_HEAD_BYTES = 1 << 16
_HEAD_LINES = 20
_BLANK_BYTES_MAX = 1 << 20
_BLANK = b" \t\r\n"
_YAML_START = re.compile(r"""(---|%YAML|#|- |-$|["']?[\w .-]{1,60}["']?:( |$))""")
_CASES_OPEN = re.compile(r'"cases"\s*:\s*\[')
_COLUMN = re.compile(r'"?[A-Za-z_][A-Za-z0-9_]*"?\Z')

__all__ = ["CaseFile", "CaseLine", "cases_of", "read_cases"]


class CaseFile(Iterator[CaseLine]):
    """The cases of an open file; it is closed after the last one, at an error, or by `close`."""

    def __init__(self, cases: Iterator[CaseLine], stream: Stream) -> None:
        self._cases = cases
        self._stream = stream

    def __next__(self) -> CaseLine:
        try:
            return next(self._cases)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file before its end."""
        self._stream.close()


def read_cases(path: str) -> CaseFile:
    """The cases of a file, or of standard input for '-'.

    What refuses the file as a whole raises ReadError, before the first case where it can be seen
    then. A missing optional part raises MissingExtraError.
    """
    stream, name = open_bytes(path)
    try:
        cases = cases_of(stream, name, "" if path == STDIN else PurePath(path).suffix)
    except BaseException:
        stream.close()
        raise
    return CaseFile(cases, stream)


def cases_of(stream: BinaryIO | io.RawIOBase, name: str, suffix: str = "") -> Iterator[CaseLine]:
    """The cases of a stream of bytes; without a known suffix, its content tells the format."""
    source = rewound(b"", stream) if not isinstance(stream, Stream) else stream
    reader = _BY_SUFFIX.get(suffix.lower())
    if reader in (parquet_cases, arrow_cases):
        return reader(source, name)
    head = take_some(source, name, _HEAD_BYTES)
    while reader is None and not head.strip(_BLANK) and len(head) < _BLANK_BYTES_MAX:
        more = take_some(source, name, _HEAD_BYTES)
        if not more:
            raise unreadable(name, "is empty", expected="cases")
        head += more
    reader = reader or _by_magic(head)
    if reader is None or reader not in (parquet_cases, arrow_cases):
        refuse_binary(head, name)
    return (reader or _by_content(head))(rewound(head, source), name)


def _by_magic(head: bytes) -> Reader | None:
    if head.startswith(b"PAR1"):
        return parquet_cases
    return arrow_cases if head.startswith((b"ARROW1", b"\xff\xff\xff\xff")) else None


def _by_content(head: bytes) -> Reader:
    """The reader of text whose name tells nothing, by what its first lines look like."""
    lines = head.removeprefix(BOM).decode("utf-8", "replace").split("\n")
    filled = [line.rstrip("\r") for line in lines if line.strip()]
    first = filled[0] if filled else "-"
    if first.lstrip()[0] in "{[":
        return _json_of_some_kind
    if any(_is_case(line) for line in filled[1:_HEAD_LINES]):
        return json_lines
    if _YAML_START.match(first):
        return yaml_documents
    columns = [column.strip() for column in first.split(",")]
    if all(map(_COLUMN.match, columns)) and (
        len(columns) > 1 or columns[0] in (*STRUCTURE, *SYNONYMS)
    ):
        return csv_cases
    return json_lines


def _is_case(line: str) -> bool:
    """Say whether a line is one whole JSON object that begins at its first column."""
    return line.startswith("{") and isinstance(_loads(line), dict)


def _loads(text: str) -> object:
    """What JSON text says, roughly; None when it is not JSON."""
    try:
        value: object = json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return None
    return value


def _json_of_some_kind(stream: Stream, name: str) -> Iterator[CaseLine]:
    """JSON that may be lines, an array or an object: the first line tells, else the whole."""
    head = first = b""
    while not first.strip(_BLANK):
        first = take_line(stream, name)
        if not first:
            raise unreadable(name, "is empty", expected="cases")
        head += first
    start = first.removeprefix(BOM).decode("utf-8", "replace")
    if too_long(first):
        value, lines = None, not _opens_cases(start)
    else:
        value = _loads(start)
        lines = isinstance(value, dict) and "cases" not in value
    if lines:
        return json_lines(rewound(head, stream), name)
    head += take(stream, name, max(0, DOCUMENT_BYTES_MAX + 1 - len(head)))
    try:
        return json_cases(document_text(head, name), name)
    except ReadError as error:
        if error.code != "unreadable" or not _are_lines(start, value, head):
            raise
    return json_lines(rewound(head, stream), name)


def _opens_cases(start: str) -> bool:
    """Say whether a first line opens a list of cases that goes on behind it."""
    return start.lstrip().startswith("[") or _CASES_OPEN.search(start) is not None


def _are_lines(start: str, value: object, head: bytes) -> bool:
    """Say whether text that is no JSON document is rather JSON Lines, some of them broken.

    `start` is its first line and `value` what that line says alone.
    """
    lines = [line for line in head.split(b"\n", _HEAD_LINES)[:_HEAD_LINES] if line.strip(_BLANK)]
    if value is not None:
        holds_cases = isinstance(value, list) and any(isinstance(one, dict) for one in value)
        return not holds_cases and not isinstance(value, dict)
    if _opens_cases(start):
        return False
    return len(lines) == 1 or any(_is_case(line.decode("utf-8", "replace")) for line in lines[1:])


def json_documents(stream: Stream, name: str) -> Iterator[CaseLine]:
    """The cases of a JSON array or object."""
    return json_cases(document_text(take(stream, name, DOCUMENT_BYTES_MAX + 1), name), name)


def yaml_documents(stream: Stream, name: str) -> Iterator[CaseLine]:
    """The cases of a YAML list or mapping."""
    return yaml_cases(document_text(take(stream, name, DOCUMENT_BYTES_MAX + 1), name), name)


_BY_SUFFIX: dict[str, Reader] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".json": _json_of_some_kind,
    ".yaml": yaml_documents,
    ".yml": yaml_documents,
    ".csv": csv_cases,
    ".parquet": parquet_cases,
    ".pq": parquet_cases,
    ".arrow": arrow_cases,
    ".feather": arrow_cases,
    ".ipc": arrow_cases,
}
