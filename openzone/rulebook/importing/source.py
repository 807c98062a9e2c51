"""A file that is imported, CSV or Parquet, as columns of text, each record with its line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openzone.errors import Fault, missing_extra, nearest
from openzone.rulebook.nomenclature import Nomenclature
from openzone.rulebook.reading import ReadError, bytes_of, read_csv

PARQUET = (".parquet", ".pq")
RESERVED = ("98", "99")
"""Chapters that the Harmonized System leaves to each country: no code of them is international."""
LINES_OFF = 0.02
"""How far the count of lines may lie from the published one, as a share of it."""


@dataclass(frozen=True)
class Source:
    """The records of a file: `columns` by name, each as long as `lines`; empty cells are ''."""

    name: str
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    sha256: str

    def column(self, name: str) -> Sequence[str]:
        """A column; empty cells where the file does not have it."""
        return self.columns.get(name) or [""] * len(self.lines)


@dataclass(frozen=True)
class Codes:
    """What was checked of the codes. `edition`: the nomenclature they were looked up in; None:
    none of that edition is held, so that only their form was checked."""

    edition: str | None
    reserved: int


def read_source(path: Path) -> Source:
    """Read a CSV, or a Parquet file by its ending. Raises ReadError, MissingExtraError."""
    name = str(path)
    digest = hashlib.sha256(bytes_of(path)).hexdigest()
    if path.suffix.lower() in PARQUET:
        columns = _parquet(path, name)
        count = len(next(iter(columns.values()), ()))
        return _filled(Source(name, columns, range(1, count + 1), digest))
    lines: list[int] = []
    held: dict[str, list[str]] = {}
    for line, record in read_csv(path, name):
        lines.append(line)
        for column, text in record.items():
            held.setdefault(column, []).append(text.strip())
    return _filled(Source(name, held, lines, digest))


def _filled(source: Source) -> Source:
    if source.lines:
        return source
    raise ReadError(
        Fault("unreadable", "holds no line", file=source.name, expected="a code a line",
              next="add the lines")
    )  # fmt: skip


def _parquet(path: Path, name: str) -> dict[str, list[str]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise missing_extra("table", "reading Parquet") from None
    try:
        table = pq.read_table(path)
        return {column: _texts(table[column], pa) for column in table.column_names}
    except pa.ArrowException as error:
        raise ReadError(
            Fault("unreadable", f"is not Parquet: {str(error).splitlines()[0]}", file=name,
                  next="write it anew, or give a CSV")
        ) from None  # fmt: skip


def _texts(column: Any, pa: Any) -> list[str]:
    """A column as text. A float is written in its shortest decimal form, as it was meant."""
    return [value or "" for value in column.cast(pa.string()).to_pylist()]


def check_columns(
    source: Source, required: Iterable[str], known: Collection[str], faults: list[Fault]
) -> None:
    """Note columns that are missing, and columns that nobody would read."""
    faults.extend(
        Fault("missing_field", f"the column '{name}' is missing", source.name, 1, name,
              next="add it; a column of codes is text, with the zeros in front")
        for name in required
        if name not in source.columns
    )  # fmt: skip
    faults.extend(
        Fault("unknown_field", f"the column '{name}' is not known", source.name, 1, name,
              expected=", ".join(known),
              next=nearest(name, known) or "describe it with --columns, or take it out")
        for name in source.columns
        if name not in known
    )  # fmt: skip


def check_codes(
    source: Source,
    codes: Mapping[str, int],
    goods: Nomenclature | None,
    hs_edition: str,
    faults: list[Fault],
) -> Codes:
    """Look codes up in the nomenclature of their edition; `codes` gives the line of each."""
    if goods is None or goods.edition != hs_edition:
        return Codes(None, 0)
    unknown: dict[str, list[str]] = {}
    reserved = 0
    for code in codes:
        if code[:2] in RESERVED:
            reserved += 1
        elif code[:6] not in goods:
            unknown.setdefault(code[:6], []).append(code)
    for six, held in unknown.items():
        faults.append(_unknown(source, six, held, codes, goods))
    return Codes(goods.edition, reserved)


def _unknown(
    source: Source, six: str, held: list[str], codes: Mapping[str, int], goods: Nomenclature
) -> Fault:
    near = goods.nearest(six)
    children = [] if near is None else [c for c, one in goods.items() if one.parent == near.code]
    more = f", and {len(held) - 1} more lines of {six}" if len(held) > 1 else ""
    return Fault(
        "unknown_code", f"the code is not in {goods.title.en}{more}", source.name,
        codes[held[0]], "hs", held[0], f"a code of the edition of {goods.edition}",
        f"{near.code} ({near.title.en}) has {', '.join(children[:12])}; codes of another edition"
        " need --hs-edition"
        if near else "correct the first two digits",
    )  # fmt: skip


def check_count(
    source: Source, count: int, expected: float, allowed: float, what: str, faults: list[Fault]
) -> None:
    """Note a count of lines that lies further from the published one than is allowed."""
    if abs(count - expected) > allowed:
        faults.append(
            Fault("out_of_range", f"the file has {count:,} lines; {what}", source.name,
                  seen=count, expected=f"{expected:,.0f}, give or take {allowed:,.0f}",
                  next="take the whole file; --yes takes this one, held as partial")
        )  # fmt: skip


class Grouped:
    """Faults of cells, one for each text that is wrong in a column, however often it stands."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.first: dict[tuple[str, str], tuple[int, str, str]] = {}
        self.times = Counter[tuple[str, str]]()

    def add(self, column: str, text: str, line: int, expected: str, hint: str) -> None:
        """Note a cell."""
        self.first.setdefault((column, text), (line, expected, hint))
        self.times[column, text] += 1

    def faults(self, message: str) -> Iterable[Fault]:
        """A fault for each text."""
        for (column, text), (line, expected, hint) in self.first.items():
            more = self.times[column, text] - 1
            said = f"{message}; it stands on {more:,} more lines" if more else message
            yield Fault("wrong_value", said, self.source.name, line, column, text, expected, hint)
