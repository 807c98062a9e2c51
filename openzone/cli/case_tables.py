"""Tables of cases, read in parts of constant size: CSV, Parquet, Arrow."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from openzone.cli.case_lines import CaseLine, Line, Stream, text_lines, unreadable
from openzone.cli.case_shape import shaped
from openzone.errors import Fault, OpenZoneError, missing_extra
from openzone.rulebook.reading import LINE_BYTES_MAX, ReadError

BATCH_ROWS = 4096
_OTHER_SEPARATORS = (";", "\t", "|")


class _DamagedLineError(Exception):
    """A line that is not text, met while a record was read."""

    def __init__(self, line: Line, fault: Fault) -> None:
        super().__init__(fault.message)
        self.line = line
        self.fault = fault


class _Lines:
    """Lines for the CSV reader, which can go back to the line behind the one a record began on."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._fresh = lines
        self._again: list[Line] = []
        self.taken: list[Line] = []
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._fresh)
        self.taken.append(line)
        self._size += len(line.text)
        if self._size > LINE_BYTES_MAX and len(self.taken) > 1:
            raise csv.Error("the record runs over too many lines")
        if line.fault is not None:
            raise _DamagedLineError(line, line.fault)
        return line.text

    def begin(self) -> None:
        """Forget the lines of the last record."""
        self.taken.clear()
        self._size = 0

    def go_back(self) -> None:
        """Give every line of this record but its first again."""
        self._again.extend(reversed(self.taken[1:]))
        del self.taken[1:]


def csv_cases(stream: Stream, name: str) -> Iterator[CaseLine]:
    """The cases of a CSV file, a case a record; an empty cell is an absent field.

    A record that does not fit the header is refused alone, and reading goes on at the next line.
    Raises ReadError when the header cannot be read.
    """
    lines = _Lines(text_lines(stream, name))
    reader = csv.reader(lines, strict=True)
    header = _header(lines, reader, name)
    return _records(lines, reader, header, name)


def _records(lines: _Lines, reader: Any, header: list[str], name: str) -> Iterator[CaseLine]:
    while True:
        lines.begin()
        try:
            record = next(reader)
        except StopIteration:
            return
        except (_DamagedLineError, csv.Error) as error:
            yield _refused_record(lines, header, name, error)
            continue
        number = lines.taken[0].number
        if len(record) == len(header):
            cells = {key: cell for key, cell in zip(header, record, strict=True) if cell.strip()}
            if cells:
                yield shaped(cells, name, number)
        elif record:
            lines.go_back()
            yield CaseLine(
                number, _known_cells(header, record), _width(header, record, name, number)
            )


def _refused_record(lines: _Lines, header: list[str], name: str, error: Exception) -> CaseLine:
    first = lines.taken[0]
    fault = first.fault
    if fault is None:
        lines.go_back()
        what = str(error)
        if isinstance(error, _DamagedLineError):
            what = f"a quote opened here still stands open on line {error.line.number}"
        elif "unexpected end" in what or "larger than field limit" in what:
            what = "a quote opened here is never closed"
        fault = Fault(
            "unreadable", f"is not CSV: {what}", file=name, line=first.number,
            next='close the quote; a quote inside a quoted cell is written twice ("")',
        )  # fmt: skip
    return CaseLine(first.number, _known_cells(header, first.text.split(",")), fault)


def _known_cells(header: list[str], record: list[str]) -> dict[str, Any] | None:
    """The id of a refused record, when the id comes before all that is in doubt."""
    first = record[0].strip() if record and header[0] == "id" else ""
    plain = first.isprintable() and '"' not in first and "\ufffd" not in first
    return {"id": first} if first and plain else None


def _width(header: list[str], record: list[str], name: str, line: int) -> Fault:
    return Fault(
        "wrong_value", "the record has another number of fields than the header", file=name,
        line=line, seen=len(record), expected=str(len(header)),
        next="put a cell that holds a comma in quotes; several places are joined by ';'",
    )  # fmt: skip


def _header(lines: _Lines, reader: Any, name: str) -> list[str]:
    """The names of the columns. Raises ReadError."""
    try:
        record: list[str] = next(reader, [])
        while not any(cell.strip() for cell in record):
            lines.begin()
            record = next(reader)
    except StopIteration:
        raise unreadable(name, "is empty", expected="a line with the names of columns") from None
    except _DamagedLineError as error:
        raise ReadError(error.fault) from None
    except csv.Error as error:
        if "\r" in lines.taken[0].text.rstrip("\r\n"):
            raise unreadable(
                name, "the lines end in CR alone", 1, next="save the file with LF or CR LF"
            ) from None
        raise unreadable(name, f"is not CSV: {error}", lines.taken[0].number) from None
    header = [cell.strip() for cell in record]
    refuse_columns(header, name, lines.taken[0].number)
    return header


def refuse_columns(header: list[str], name: str, line: int | None) -> None:
    """Raise ReadError when names of columns are missing, doubled or cut at another separator."""
    for mark in _OTHER_SEPARATORS:
        if len(header) == 1 and mark in header[0]:
            raise unreadable(
                name, "the columns are not separated by commas", line, seen=mark, expected=",",
                next="export the table again, as CSV with commas",
            )  # fmt: skip
    for column, key in enumerate(header, start=1):
        if not key:
            raise unreadable(name, f"column {column} has no name", line, next="name or remove it")
    for key, times in Counter(header).items():
        if times > 1:
            raise ReadError(
                Fault("duplicate", "the column stands twice", file=name, line=line, field=key,
                      next="keep one of them")
            )  # fmt: skip


def parquet_cases(stream: Stream, name: str) -> Iterator[CaseLine]:
    """The cases of a Parquet file, a case a row. Raises ReadError, MissingExtraError."""
    arrow = _arrow("reading Parquet")
    import pyarrow.parquet as pq

    source = _seekable(stream)
    with _opening(source, arrow, name, "Parquet"):
        file = pq.ParquetFile(source)
        refuse_columns(list(file.schema_arrow.names), name, None)
        batches = file.iter_batches(batch_size=BATCH_ROWS)
    return _rows(batches, source, arrow, name)


def arrow_cases(stream: Stream, name: str) -> Iterator[CaseLine]:
    """The cases of an Arrow file or stream (Feather 2). Raises ReadError, MissingExtraError."""
    arrow = _arrow("reading Arrow")
    source = _seekable(stream)
    with _opening(source, arrow, name, "Arrow"):
        try:
            file = arrow.ipc.open_file(source)
            batches = (file.get_batch(index) for index in range(file.num_record_batches))
        except arrow.ArrowInvalid:
            source.seek(0)
            file = arrow.ipc.open_stream(source)
            batches = iter(file)
        refuse_columns(list(file.schema.names), name, None)
    return _rows(batches, source, arrow, name)


def _arrow(purpose: str) -> Any:
    try:
        import pyarrow as arrow
    except ImportError:
        raise missing_extra("table", purpose) from None
    return arrow


def _seekable(stream: Stream) -> Any:
    """The stream itself, or a copy on disk when it cannot go back (a pipe)."""
    if stream.seekable():
        return stream
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the reader of its rows
    shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy


@contextmanager
def _opening(source: Any, arrow: Any, name: str, kind: str) -> Iterator[None]:
    """Close what turns out to be no table, and say so."""
    try:
        yield
    except (arrow.ArrowException, OSError, ValueError) as error:
        source.close()
        raise unreadable(name, f"is not {kind}: {error}", next="write the file again") from None
    except OpenZoneError:
        source.close()
        raise


def _rows(batches: Iterator[Any], source: Any, arrow: Any, name: str) -> Iterator[CaseLine]:
    with source:
        for number, row in enumerate(_all_rows(batches, arrow, name), start=1):
            if isinstance(row, Exception):
                yield CaseLine(number, None, _damaged(name, number, row))
            else:
                filled = {key: cell for key, cell in row.items() if cell is not None}
                yield shaped(filled, name, number)


def _all_rows(
    batches: Iterator[Any], arrow: Any, name: str
) -> Iterator[dict[str, Any] | Exception]:
    count = 0
    while True:
        try:
            batch = next(batches, None)
        except (arrow.ArrowException, OSError) as error:
            raise unreadable(name, f"is damaged: {error}", count + 1) from None
        if batch is None:
            return
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield from _values(batch.slice(start, BATCH_ROWS), arrow)
        count += batch.num_rows


def _values(part: Any, arrow: Any) -> list[dict[str, Any] | Exception]:
    """The rows of a batch as mappings; a row that has no such form, as the error it raises."""
    errors = (arrow.ArrowException, ValueError, OverflowError, TypeError)
    try:
        whole: list[dict[str, Any] | Exception] = part.to_pylist()
        return whole
    except errors:
        pass
    rows: list[dict[str, Any] | Exception] = []
    for index in range(part.num_rows):
        try:
            rows += part.slice(index, 1).to_pylist()
        except errors as error:
            rows.append(error)
    return rows


def _damaged(name: str, line: int, error: Exception) -> Fault:
    return Fault("unreadable", f"the row cannot be read: {error}", file=name, line=line)
