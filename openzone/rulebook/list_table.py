"""The codes of a list of goods: a CSV, one code a line, with its days and what it says of it."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from openzone.errors import Fault
from openzone.rulebook import building, files
from openzone.rulebook.code_table import csv_beside
from openzone.rulebook.goods_lists import GoodsList, Paper
from openzone.rulebook.model import Interval, Record
from openzone.rulebook.reading import ReadError, Reading, read_csv
from openzone.rulebook.tariff import RATE_FORM, Rate, packed, read_rate

MEMBERS = ("hs", "from", "to", "rate", "note")
PAPERS = ("hs", "direction", "paper", "from", "to", "document")
COLUMNS: Mapping[str, tuple[str, ...]] = {"members": MEMBERS, "papers": PAPERS}
DIRECTIONS = ("import", "export", "both")
_LENGTHS = range(2, 11)


class Line(NamedTuple):
    """A line of a list: code, days as ordinals (0: open), rate, note, paper."""

    hs: str
    start: int
    end: int
    rate: Rate | None
    note: str
    paper: Paper | None


def read_goods_list(
    root: Path, reading: Reading, entry: files.GoodsListFile, faults: list[Fault]
) -> GoodsList | None:
    """The list of a file with the codes of its CSV; None, and faults, when it has any."""
    name = csv_beside(root, reading, "codes", entry.codes, faults)
    if name is None:
        return None
    before = len(faults)
    lines: list[Line] = []
    try:
        records = read_csv(root / name, name, COLUMNS[entry.kind])
        lines = list(lines_of(records, entry.kind, name, faults))
    except ReadError as error:
        faults.extend(error.faults)
    return goods_list_of(entry, lines) if len(faults) == before else None


def goods_list_of(entry: files.GoodsListFile, lines: Iterable[Line]) -> GoodsList:
    """The list with its lines in the order of their codes and days."""
    held = sorted(lines, key=lambda one: (one.hs, one.start, one.paper or ("", "", "")))
    rates, others = packed(one.rate for one in held)
    record = entry.record
    return GoodsList(
        entry.id,
        building.text(entry.title),
        entry.kind,
        entry.document,
        building.interval(entry.in_force),
        building.evidence(entry.evidence),
        Record(record.state, record.confidence, note=record.note),
        entry.settles,
        entry.member,
        tuple(one.hs for one in held),
        array("i", (one.start for one in held)).tobytes(),
        array("i", (one.end for one in held)).tobytes(),
        rates,
        others,
        tuple(one.note for one in held),
        tuple(one.paper for one in held if one.paper is not None),
        entry.expected_lines,
        None if entry.expected_share is None else Decimal(entry.expected_share),
        entry.notes,
    )


def lines_of(
    records: Iterable[tuple[int, Mapping[str, str]]], kind: str, name: str, faults: list[Fault]
) -> Iterator[Line]:
    """The lines of a list; what is wrong with any goes to `faults`."""
    seen: dict[tuple[str, ...], list[tuple[Interval, int]]] = {}
    for line, record in records:
        checked = _Checked(record, name, line, faults)
        span, paper = checked.span(), checked.paper() if kind == "papers" else None
        rate = checked.rate() if kind == "members" else None
        if checked.code() and span is not None:
            key = (record["hs"], *(paper[:2] if paper else ()))
            earlier = seen.setdefault(key, [])
            twice = next((at for held, at in earlier if held.overlaps(span)), None)
            earlier.append((span, line))
            if twice is None:
                start, end = (0 if day is None else day.toordinal() for day in _ends(span))
                yield Line(record["hs"], start, end, rate, record.get("note", ""), paper)
            else:
                checked.fault(
                    "duplicate", f"the code stands twice on one day; first on line {twice}", "hs",
                    "each code once a day", "remove one, or end one where the other begins",
                )  # fmt: skip


def _ends(span: Interval) -> tuple[dt.date | None, dt.date | None]:
    return span.start, span.end


@lru_cache(maxsize=1024)
def _rate(text: str) -> Rate:
    return read_rate(text)


class _Checked:
    """One record of a list, with its place for faults."""

    def __init__(
        self, record: Mapping[str, str], name: str, line: int, faults: list[Fault]
    ) -> None:
        self.record, self.name, self.line, self.faults = record, name, line, faults

    def fault(self, code: str, message: str, field: str, expected: str, hint: str = "") -> None:
        """Note a fault of a column."""
        seen = self.record.get(field)
        self.faults.append(Fault(code, message, self.name, self.line, field, seen, expected, hint))

    def code(self) -> bool:
        """Say whether the code is one."""
        code = self.record["hs"]
        if code.isascii() and code.isdigit() and len(code) in _LENGTHS:
            return True
        self.fault("wrong_value", "this is no code of goods", "hs", "2 to 10 digits without dots",
                   "keep the zeros in front: the column is text")  # fmt: skip
        return False

    def day(self, field: str) -> dt.date | None:
        """A day, None where the cell is empty or holds none."""
        text = self.record[field]
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.fault("wrong_value", "there is no such day", field, "YYYY-MM-DD, or empty",
                       "correct the day")  # fmt: skip
            return None

    def span(self) -> Interval | None:
        """The days of the line; None when they are reversed."""
        start, end = self.day("from"), self.day("to")
        if start and end and end <= start:
            self.fault("dates_reversed", "'to' is not after 'from'", "to",
                       f"a day after {start}", "'to' is the first day no longer")  # fmt: skip
            return None
        return Interval(start, end)

    def rate(self) -> Rate | None:
        """The rate; None where the cell is empty or holds none."""
        text = self.record["rate"]
        if not text:
            return None
        try:
            return _rate(text)
        except ValueError as error:
            self.fault("wrong_value", "this is no rate", "rate", RATE_FORM, str(error))
            return None

    def paper(self) -> Paper:
        """The paper that the line asks for."""
        record = self.record
        if record["direction"] not in DIRECTIONS:
            self.fault("wrong_value", "the word is not known", "direction",
                       "one of " + ", ".join(DIRECTIONS), "correct the word")  # fmt: skip
        return Paper(record["direction"], record["paper"], record["document"])
