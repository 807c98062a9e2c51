"""From bytes to lines: a damaged or endless line costs that line only, in constant memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from openzone.errors import Fault
from openzone.rulebook.reading import LINE_BYTES_MAX, ReadError

STDIN = "-"
STDIN_NAME = "<stdin>"
BOM = b"\xef\xbb\xbf"
CHUNK_BYTES = 1 << 20
_START_BYTES = 4096
Stream = io.BufferedReader

# How files begin that are no text at all, and what to do about it.
_PACKED = {
    b"\x1f\x8b": ("compressed (gzip)", "unpack it first: gunzip -c FILE | openzone decide -"),
    b"\x28\xb5\x2f\xfd": ("compressed (zstd)", "unpack it first: zstdcat FILE | openzone decide -"),
    b"PK\x03\x04": ("a spreadsheet or a ZIP archive", "in a spreadsheet: save as 'CSV UTF-8'"),
    b"\xd0\xcf\x11\xe0": ("an old spreadsheet", "in a spreadsheet: save as 'CSV UTF-8'"),
    b"%PDF": ("a PDF document", "write the cases as JSON Lines, YAML or CSV"),
    b"SQLite format 3\x00": ("a database", "export the table as CSV or Parquet"),
}


class CaseLine(NamedTuple):
    """One case as it was read: where it stands, its fields, or the fault that refuses it.

    A refused case keeps in `raw` the fields that could be read, so that its id is echoed.
    """

    line: int | None
    raw: Mapping[str, Any] | None
    fault: Fault | None = None


class Line(NamedTuple):
    """A line of text without its byte-order mark; with a fault, `text` holds what is readable."""

    number: int
    text: str
    fault: Fault | None = None


def unreadable(name: str, message: str, line: int | None = None, **more: Any) -> ReadError:
    """The error of a file that cannot be read as a whole."""
    return ReadError(Fault("unreadable", message, file=name, line=line, **more))


class _Rewound(io.RawIOBase):
    """A stream that gives `head` again before what is left of the stream; it leaves that open."""

    def __init__(self, head: bytes, rest: BinaryIO | io.RawIOBase) -> None:
        self._head = memoryview(head)
        self._take = getattr(rest, "read1", rest.read)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        if self._head:
            data = bytes(self._head[:size])
            self._head = self._head[len(data) :]
        else:
            data = self._take(size) or b""
        buffer[: len(data)] = data
        return len(data)


def rewound(head: bytes, stream: BinaryIO | io.RawIOBase) -> Stream:
    """The stream as it was before `head` was read from it."""
    return io.BufferedReader(_Rewound(head, stream), CHUNK_BYTES)


def open_bytes(path: str) -> tuple[Stream, str]:
    """The bytes of a file, or of standard input for '-', and the name that faults give it."""
    if path == STDIN:
        return rewound(b"", sys.stdin.buffer), STDIN_NAME
    if Path(path).is_dir():
        raise unreadable(path, "is a folder", next="name a file of cases, or '-'")
    try:
        return io.BufferedReader(io.FileIO(path), CHUNK_BYTES), path
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable(
            path, f"cannot be read: {reason}", next="check the path and its permissions"
        ) from None


def take(stream: Stream, name: str, size: int) -> bytes:
    """Read `size` bytes, fewer at the end of the stream."""
    try:
        return stream.read(size)
    except (OSError, ValueError) as error:
        raise _broken_off(name, error) from None


def take_some(stream: Stream, name: str, size: int) -> bytes:
    """Read what has arrived, at most `size` bytes; nothing only at the end of the stream."""
    try:
        return stream.read1(size)
    except (OSError, ValueError) as error:
        raise _broken_off(name, error) from None


def take_line(stream: Stream, name: str) -> bytes:
    """Read one line, at most one byte more than a line may have."""
    try:
        return stream.readline(LINE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        raise _broken_off(name, error) from None


def _broken_off(name: str, error: Exception) -> ReadError:
    reason = getattr(error, "strerror", None) or str(error)
    return unreadable(name, f"reading broke off: {reason}", next="check the disk or the pipe")


def too_long(data: bytes) -> bool:
    """Say whether what `take_line` gave is the start of a line that is too long."""
    return len(data) > LINE_BYTES_MAX and not data.endswith(b"\n")


def text_lines(stream: Stream, name: str) -> Iterator[Line]:
    """Give each line with its number; a line too long or not UTF-8 comes with its fault."""
    number = 0
    while data := take_line(stream, name):
        number += 1
        if number == 1:
            data = data.removeprefix(BOM)
        if too_long(data):
            skipped = _skip_line(stream, name)
            yield Line(number, _glimpse(data), _long_fault(name, number, len(data) + skipped))
            continue
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            yield Line(number, _glimpse(data), _utf8_fault(name, number, data, error))
        else:
            yield Line(number, text)


def _skip_line(stream: Stream, name: str) -> int:
    """Read to the end of the line in chunks and give the bytes left behind."""
    skipped = 0
    while True:
        try:
            data = stream.readline(CHUNK_BYTES)
        except (OSError, ValueError) as error:
            raise _broken_off(name, error) from None
        skipped += len(data)
        if not data or data.endswith(b"\n"):
            return skipped


def _glimpse(data: bytes) -> str:
    return data[:_START_BYTES].decode("utf-8", "replace")


def _long_fault(name: str, line: int, size: int) -> Fault:
    return Fault(
        "unreadable",
        f"the line has {size:,} bytes",
        file=name,
        line=line,
        expected=f"at most {LINE_BYTES_MAX:,} bytes",
        next="write one case a line; a long text belongs in another file",
    )


def _utf8_fault(name: str, line: int, data: bytes, error: UnicodeDecodeError) -> Fault:
    return Fault(
        "unreadable",
        f"the line is not UTF-8 (byte {error.start + 1})",
        file=name,
        line=line,
        seen=data[error.start : error.start + 4],
        expected="UTF-8",
        next="save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
    )


def refuse_binary(head: bytes, name: str) -> None:
    """Raise ReadError when a file that should be text begins like UTF-16 or like no text."""
    for magic, (what, step) in _PACKED.items():
        if head.startswith(magic):
            raise unreadable(name, f"is {what}", expected="text in UTF-8", next=step)
    start = head[:_START_BYTES]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_is_nul(start):
        raise unreadable(
            name, "the text is UTF-16", 1, seen=start[:4], expected="UTF-8",
            next="save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')",
        )  # fmt: skip
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start)
    if strange * 20 > len(start):
        raise unreadable(
            name, "is binary", seen=start[:8], expected="text in UTF-8, Parquet or Arrow",
            next="name Parquet files .parquet and Arrow files .arrow",
        )  # fmt: skip


def _every_other_is_nul(start: bytes) -> bool:
    even, odd = start[0::2], start[1::2]
    return any(
        len(half) > 1 and half.count(0) * 2 > len(half) and not other.count(0)
        for half, other in ((even, odd), (odd, even))
    )
