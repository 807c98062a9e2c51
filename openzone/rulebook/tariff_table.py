"""The lines of a tariff: a CSV with a column of rates for each column of the tariff."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openzone.errors import Fault
from openzone.rulebook import building, files
from openzone.rulebook.code_table import csv_beside
from openzone.rulebook.model import MILLION, Record
from openzone.rulebook.reading import ReadError, Reading, read_csv
from openzone.rulebook.tariff import RATE_FORM, Column, Quota, Rate, Schedule, packed, read_rate

LINE_COLUMNS = ("hs", "title_zh", "title_en", "complete")
QUOTA_COLUMNS = ("group", "hs", "in_quota", "in_quota_provisional", "tonnes")
_CODE = re.compile(r"[0-9]{6,10}")


@dataclass(slots=True)
class Lines:
    """The lines of a tariff as they are read: one entry a line in each list."""

    hs: list[str] = field(default_factory=list)
    titles: list[tuple[str, str]] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)
    rates: dict[str, list[Rate | None]] = field(default_factory=dict)


def read_schedule(
    root: Path, reading: Reading, entry: files.TariffFile, faults: list[Fault]
) -> Schedule | None:
    """The tariff of a file with the lines of its CSV; None, and faults, when it has any."""
    before = len(faults)
    name = csv_beside(root, reading, "lines", entry.lines, faults)
    held = None if name is None else read_lines(root / name, name, _ids(entry), faults)
    quotas = _quotas(root, reading, entry, faults)
    if held is None or len(faults) > before:
        return None
    return schedule_of(entry, held, quotas)


def _ids(entry: files.TariffFile) -> list[str]:
    return [one.id for one in entry.columns]


def schedule_of(entry: files.TariffFile, held: Lines, quotas: Mapping[str, Quota]) -> Schedule:
    """The schedule of a tariff with its lines in the order of their codes."""
    order = sorted(range(len(held.hs)), key=held.hs.__getitem__)
    rates: dict[str, bytes] = {}
    others: dict[tuple[str, int], Rate] = {}
    for column, values in held.rates.items():
        rates[column], special = packed(values[place] for place in order)
        others |= {(column, place): rate for place, rate in special.items()}
    record = entry.record
    return Schedule(
        entry.id,
        building.text(entry.title),
        entry.edition,
        entry.hs_edition,
        building.interval(entry.in_force),
        entry.document,
        building.evidence(entry.evidence),
        Record(record.state, record.confidence, note=record.note),
        entry.use,
        {one.id: _column(one) for one in entry.columns},
        tuple(held.hs[place] for place in order),
        tuple(held.titles[place] for place in order),
        frozenset(held.incomplete),
        rates,
        others,
        dict(quotas),
        entry.published_lines,
        entry.notes,
    )


def _column(entry: files.TariffColumn) -> Column:
    percent = entry.all_lines_percent
    everywhere = None if percent is None else Rate(int(percent * MILLION // 100))
    proof = entry.id if entry.kind in ("agreement", "special") else None
    return Column(
        entry.id, entry.kind, building.text(entry.title), building.evidence(entry.evidence),
        frozenset(entry.partners), proof, everywhere, entry.note,
    )  # fmt: skip


def read_lines(path: Path, name: str, columns: Iterable[str], faults: list[Fault]) -> Lines:
    """The lines of a CSV (hs, title_zh, title_en, complete, and a column for each of `columns`)."""
    found = Lines(rates={column: [] for column in columns})
    seen: dict[str, int] = {}
    known: dict[str, Rate | None] = {"": None}
    try:
        for line, record in read_csv(path, name, (*LINE_COLUMNS, *found.rates)):
            code = record["hs"]
            if not _code(code, seen, name, line, faults):
                continue
            seen[code] = line
            found.hs.append(code)
            found.titles.append((record["title_zh"], record["title_en"]))
            if record["complete"] not in ("1", ""):
                found.incomplete.add(code)
            for column, values in found.rates.items():
                text = record[column]
                if text not in known:
                    known[text] = _rate(text, name, line, column, faults)
                values.append(known[text])
    except ReadError as error:
        faults.extend(error.faults)
    return found


def _code(code: str, seen: Mapping[str, int], name: str, line: int, faults: list[Fault]) -> bool:
    if not _CODE.fullmatch(code):
        faults.append(
            Fault("wrong_value", "this is no code of goods", name, line, "hs", code,
                  "6 to 10 digits without dots", "keep the zeros in front: the column is text")
        )  # fmt: skip
        return False
    if code in seen:
        faults.append(
            Fault("duplicate", f"the line stands twice; first on line {seen[code]}", name, line,
                  "hs", code, next="remove one of the two")
        )  # fmt: skip
        return False
    return True


def _rate(text: str, name: str, line: int, column: str, faults: list[Fault]) -> Rate | None:
    try:
        return read_rate(text)
    except ValueError as error:
        faults.append(
            Fault("wrong_value", "this is no rate", name, line, column, text, RATE_FORM, str(error))
        )
        return None


def _quotas(
    root: Path, reading: Reading, entry: files.TariffFile, faults: list[Fault]
) -> dict[str, Quota]:
    """The lines under tariff quotas by code."""
    found: dict[str, Quota] = {}
    if entry.quotas is None:
        return found
    name = csv_beside(root, reading, "quotas", entry.quotas, faults)
    if name is None:
        return found
    lines: dict[str, int] = {}
    try:
        for line, record in read_csv(root / name, name, QUOTA_COLUMNS):
            code = record["hs"]
            if not _code(code, lines, name, line, faults):
                continue
            lines[code] = line
            inside = _rate(record["in_quota"], name, line, "in_quota", faults)
            text = record["in_quota_provisional"]
            provisional = _rate(text, name, line, "in_quota_provisional", faults) if text else None
            tonnes = record["tonnes"]
            if tonnes and not tonnes.isdigit():
                faults.append(
                    Fault("wrong_value", "this is no volume", name, line, "tonnes", tonnes,
                          "whole tonnes, or empty")
                )  # fmt: skip
            elif inside is not None:
                volume = int(tonnes) if tonnes else None
                found[code] = Quota(record["group"], inside, provisional, volume)
    except ReadError as error:
        faults.extend(error.faults)
    return found
