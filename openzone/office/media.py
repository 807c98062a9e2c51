"""What a file is, told by its content: the few kinds that may be attached, and no other.

A declared type or a name is believed only between kinds of text, and only where the content bears
it out. Nothing here runs what it reads: a table is looked into by a job, in a process of its own.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path, PurePath

from openzone.errors import Fault, OpenZoneError
from openzone.rulebook.reading import ReadError, read_yaml

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
TEXT, CSV, YAML = "text/plain", "text/csv", "application/yaml"
PARQUET = "application/vnd.apache.parquet"
KINDS = (PDF, PNG, JPEG, TEXT, CSV, PARQUET, YAML)
MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
PARQUET_MARK = b"PAR1"
ENDINGS = {".csv": CSV, ".yaml": YAML, ".yml": YAML}
SUFFIX = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", TEXT: ".txt", CSV: ".csv", PARQUET: ".parquet",
          YAML: ".yaml"}  # fmt: skip
CHUNK = 1 << 16
YAML_BYTES_MAX = 1 << 20
CELL_CHARACTERS_MAX = 1 << 17


class MediaError(OpenZoneError):
    """A content that is none of the kinds that may be attached."""


def kind_of(path: Path, declared: str = "", name: str = "") -> str:
    """The media type of a file, one of KINDS. Raises MediaError.

    `declared`: the type that its sender gave; `name`: its name there.
    """
    found = _binary(path)
    wanted = declared.split(";", maxsplit=1)[0].strip().lower()
    if found is None:
        _check_text(path)
        found = _text_kind(path, wanted, PurePath(name).suffix.lower())
    elif wanted in KINDS and wanted != found:
        raise _refused(f"the content is {found}, not what it was said to be", wanted, found)
    return found


def _binary(path: Path) -> str | None:
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(8)
        for mark, kind in MAGIC:
            if head.startswith(mark):
                return kind
        if not head.startswith(PARQUET_MARK):
            return None
        if size >= 12:
            stream.seek(-8, 2)
            tail = stream.read(8)
            footer = int.from_bytes(tail[:4], "little")
            if tail.endswith(PARQUET_MARK) and 0 < footer <= size - 12:
                return PARQUET
    raise _refused("the content begins as Parquet and does not end as such", None, PARQUET)


def _check_text(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(CHUNK):
                _check_signs(decoder.decode(chunk))
            _check_signs(decoder.decode(b"", final=True))
        except UnicodeDecodeError:
            raise _refused("the content is of no kind that may be attached", None) from None


def _check_signs(text: str) -> None:
    if any(sign < " " and sign not in "\t\n\r\f" for sign in text) or "\x7f" in text:
        raise _refused("the text holds control characters", None)


def _text_kind(path: Path, declared: str, ending: str) -> str:
    if declared in KINDS and declared not in (TEXT, CSV, YAML):
        raise _refused("the content is text, not what it was said to be", declared, TEXT)
    wanted = declared if declared in (CSV, YAML) else ENDINGS.get(ending, TEXT)
    if declared == TEXT:
        wanted = TEXT
    if wanted == CSV:
        _check_csv(path)
    elif wanted == YAML:
        _check_yaml(path)
    return wanted


def _check_csv(path: Path) -> None:
    """Refuse a table whose lines have unequal numbers of columns."""
    try:
        widths = {len(row): number for number, row in enumerate(_rows(path), 1)}
    except csv.Error as error:
        raise _refused("the text is no CSV", str(error), CSV) from None
    if len(widths) != 1 or max(widths) < 1:
        lines = ", ".join(f"line {line}: {width}" for width, line in sorted(widths.items())[:4])
        raise _refused("the lines of the CSV have unequal numbers of columns", lines or None, CSV)


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        yield from (row for row in reader if row)


def _check_yaml(path: Path) -> None:
    if path.stat().st_size > YAML_BYTES_MAX:
        raise MediaError(Fault("too_large", "the YAML is too large", seen=path.stat().st_size,
                               expected=f"{YAML_BYTES_MAX} bytes at most"))  # fmt: skip
    try:
        read_yaml(path)
    except ReadError as error:
        fault = error.faults[0]
        raise _refused("the text is no YAML as it is read here", f"{fault.line}: {fault.message}",
                       YAML) from None  # fmt: skip


def _refused(message: str, seen: str | None, expected: str = "") -> MediaError:
    return MediaError(
        Fault("media_type", message, field="content-type", seen=seen,
              expected=expected or "PDF, PNG, JPEG, Parquet, or text in UTF-8 (plain, CSV, YAML)")
    )  # fmt: skip
