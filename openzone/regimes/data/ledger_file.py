"""A ledger of transfers as a CSV: each line checked, repeats and disorder told line by line."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from openzone.decide.dmn.reading import declared, read
from openzone.decide.dmn.regime import Case
from openzone.decide.facts import as_day
from openzone.errors import CaseError, Fault, OpenZoneError, nearest
from openzone.regimes.data.decide import REGIME
from openzone.regimes.data.thresholds import COUNTERS
from openzone.rulebook.law import Law

REQUIRED = ("id", "date", "nonsensitive", "sensitive")
SPECIAL = "special_sensitive"
ASIDE = ("recipient", "note")
"""Columns kept by the firm that decide nothing."""
IMPLIED: Mapping[str, Any] = {"transfer_abroad": True, "contains_pi": True}
"""A line of the ledger is a transfer of personal data abroad unless it says otherwise."""
FAULTS_MAX = 100
PERSONS_DIGITS_MAX = 12
BETWEEN = "\x1f"
"""Stands between the cells of a line that is kept to tell a repeat from a contradiction."""


class LedgerError(OpenZoneError):
    """Lines of a ledger that cannot be counted; without them every later count would be wrong."""


class Transfer(NamedTuple):
    """One line: the persons counted for the first time in the year, and its facts."""

    on: dt.date
    id: str
    line: int
    persons: tuple[int, int, int]
    case: Case


class Repeat(NamedTuple):
    """A line that says again what an earlier line said; it is counted once."""

    id: str
    line: int
    first: int


class Disorder(NamedTuple):
    """A line with an earlier day than a line before it; it is counted on its own day."""

    id: str
    line: int
    on: dt.date
    after: dt.date


@dataclass
class LedgerFile:
    """The transfers of a file in the order of their days, and what was odd about its lines."""

    name: str
    transfers: list[Transfer] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    disorder: list[Disorder] = field(default_factory=list)


class _Reader:
    """The lines of a file while they are read."""

    def __init__(self, law: Law, name: str, base: Mapping[str, Any], today: dt.date) -> None:
        self.law, self.name, self.base, self.today = law, name, base, today
        self.found = LedgerFile(name)
        self.faults: list[Fault] = []
        self.columns: Sequence[str] = ()
        self.at: dict[str, int] = {}
        self.rest: tuple[int, ...] = ()
        self.key_of: Callable[[Sequence[str]], Any] = tuple
        self._seen: dict[str, tuple[int, str]] = {}
        self._counts: dict[str, int | None] = {"": None}
        self._cases: dict[Any, Case] = {}
        self._days: dict[str, dt.date | None] = {}

    def fault(self, code: str, line: int, column: str, message: str, **more: Any) -> None:
        """Note what is wrong with a line."""
        self.faults.append(Fault(code, message, self.name, line, column, **more))

    def header(self, names: Sequence[str], line: int) -> None:
        """Take the names of the columns; a missing, unknown or repeated one is refused."""
        self.columns = [name.strip() for name in names]
        facts = [one for one in declared(self.law, REGIME.tables) if one not in COUNTERS]
        known = (*REQUIRED, SPECIAL, *ASIDE, "place", *facts)
        for name in REQUIRED:
            if name not in self.columns:
                self.fault("missing_field", line, name, "the ledger has no such column",
                           expected="the columns " + ", ".join(REQUIRED))  # fmt: skip
        for index, name in enumerate(self.columns):
            if name not in known:
                self.fault("unknown_field", line, name, "no column of a ledger", seen=name,
                           next=nearest(name, known) or "one of " + ", ".join(known))  # fmt: skip
            elif name in self.columns[:index]:
                self.fault("duplicate", line, name, "the column stands twice", seen=name)
        if self.faults:
            raise LedgerError(self.faults)
        self.at = {name: self.columns.index(name) for name in self.columns}
        self.rest = tuple(
            index
            for index, name in enumerate(self.columns)
            if name not in (*REQUIRED, SPECIAL, *ASIDE)
        )
        self.key_of = itemgetter(self.at["date"], *self.rest)

    def row(self, cells: list[str], line: int) -> None:
        """Take one line of the ledger."""
        if len(cells) != len(self.columns):
            self.fault("wrong_value", line, "", "the line has another number of cells",
                       seen=len(cells), expected=f"{len(self.columns)} cells")  # fmt: skip
            return
        cells = [cell.strip() for cell in cells]
        id = cells[self.at["id"]]
        if not id:
            self.fault("missing_field", line, "id", "the line names no transfer",
                       next="give each transfer an id of its own")  # fmt: skip
            return
        if self._known(id, cells, line):
            return
        persons = self._persons(cells, line)
        on = self._day(cells[self.at["date"]], line)
        if persons is None or on is None:
            return
        case = self._case(cells, on, line)
        if case is None:
            return
        if any(persons) and case.facts["contains_pi"] is False:
            self.fault("contradiction", line, "contains_pi",
                       "persons are counted where 'contains_pi' is false", seen=sum(persons),
                       next="correct 'contains_pi', or 'nonsensitive' and 'sensitive'")  # fmt: skip
            return
        self.found.transfers.append(Transfer(on, id, line, persons, case))

    def _known(self, id: str, cells: list[str], line: int) -> bool:
        """Say whether an id was read before: the same again is told, another is refused."""
        content = BETWEEN.join(cells)
        first, before = self._seen.setdefault(id, (line, content))
        if first == line:
            return False
        if before == content:
            self.found.repeats.append(Repeat(id, line, first))
            return True
        held = before.split(BETWEEN)
        differing = next(
            name for name, one, other in zip(self.columns, held, cells, strict=True) if one != other
        )
        self.fault("contradiction", line, differing,
                   f"the id '{id}' stands on line {first} with other content",
                   seen=",".join(cells), expected=f"line {first}: " + ",".join(held),
                   next="give one of the two lines another id, or remove it")  # fmt: skip
        return True

    def _persons(self, cells: list[str], line: int) -> tuple[int, int, int] | None:
        plain = self._count(cells, "nonsensitive", line)
        sensitive = self._count(cells, "sensitive", line)
        special: int | None = 0
        if SPECIAL in self.at and cells[self.at[SPECIAL]]:
            special = self._count(cells, SPECIAL, line)
        if plain is None or sensitive is None or special is None:
            return None
        if special > sensitive:
            self.fault("contradiction", line, SPECIAL,
                       "'special_sensitive' is a part of 'sensitive', and is greater",
                       seen=special, expected=f"at most {sensitive}")  # fmt: skip
            return None
        return plain, sensitive, special

    def _count(self, cells: list[str], name: str, line: int) -> int | None:
        text = cells[self.at[name]]
        if text not in self._counts:
            fits = text.isascii() and text.isdigit() and len(text) <= PERSONS_DIGITS_MAX
            self._counts[text] = int(text) if fits else None
        count = self._counts[text]
        if count is None:
            self.fault("wrong_value", line, name, "no count of persons", seen=text,
                       expected="a whole number, 0 or more, without signs")  # fmt: skip
        return count

    def _day(self, text: str, line: int) -> dt.date | None:
        if text not in self._days:
            self._days[text] = as_day(text)
        day = self._days[text]
        if day is None:
            self.fault("wrong_value", line, "date", "no day of the calendar", seen=text,
                       expected="YYYY-MM-DD")  # fmt: skip
        return day

    def _case(self, cells: list[str], on: dt.date, line: int) -> Case | None:
        """The facts of a line beside its counts; equal lines of one day are read once."""
        key = self.key_of(cells)
        held = self._cases.get(key)
        if held is not None:
            return held
        told: dict[str, Any] = {
            self.columns[index]: cells[index] for index in self.rest if cells[index]
        }
        if "place" in told:
            told["place"] = told["place"].split()
        try:
            raw = {**IMPLIED, **self.base, **told, "date": on}
            held = self._cases[key] = read(self.law, REGIME, raw, self.today)
        except CaseError as error:
            for one in error.faults:
                self.fault(one.code, line, one.field, one.message, seen=one.seen,
                           expected=one.expected, next=one.next)  # fmt: skip
            return None
        return held


def read_ledger(
    law: Law, lines: Iterable[str], name: str, base: Mapping[str, Any], today: dt.date
) -> LedgerFile:
    """The transfers of a CSV, its first line the names of columns. UTF-8 text without a mark.

    `base`: facts of the firm that hold for every line that says nothing else (`place` among them).
    Raises LedgerError with every fault: a count without one of its lines is no count. Raises
    CaseError where `base` is at fault.
    """
    _check(law, base, today)
    reader = _Reader(law, name, base, today)
    rows = csv.reader(lines, strict=True)
    latest = dt.date.min
    for line, cells in _numbered(rows, reader):
        if not reader.columns:
            reader.header(cells, line)
            continue
        held = len(reader.found.transfers)
        reader.row(cells, line)
        if len(reader.found.transfers) > held:
            one = reader.found.transfers[-1]
            if one.on < latest:
                reader.found.disorder.append(Disorder(one.id, line, one.on, latest))
            else:
                latest = one.on
        if len(reader.faults) >= FAULTS_MAX:
            break
    if not reader.columns:
        reader.fault("missing_field", 1, "id", "the ledger is empty",
                     expected="a first line with the columns " + ", ".join(REQUIRED))  # fmt: skip
    if reader.faults:
        raise LedgerError(reader.faults)
    reader.found.transfers.sort(key=lambda one: (one.on, one.id))
    return reader.found


def _check(law: Law, base: Mapping[str, Any], today: dt.date) -> None:
    """Refuse facts of the firm that no line could have; a place may have been another then."""
    try:
        read(law, REGIME, {**IMPLIED, **base, "date": today}, today)
    except CaseError as error:
        faults = [one for one in error.faults if one.code != "place_not_valid"]
        if faults:
            raise CaseError(faults) from None


def _numbered(rows: Any, reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    """Each line that is not empty, with its number; what is no CSV is a fault."""
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reader.fault("unreadable", rows.line_num, "", f"no CSV: {error}",
                         next="quote a cell that holds quotes, commas or line ends")  # fmt: skip
            return
        if cells:
            yield rows.line_num, cells
