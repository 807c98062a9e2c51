"""A whole tariff imported: checked line by line, then put into a book of the user."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openzone.errors import Fault, OpenZoneError, nearest
from openzone.rulebook import files
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.importing.placing import base_of, files_of, placed
from openzone.rulebook.importing.source import (
    LINES_OFF,
    Codes,
    Grouped,
    Source,
    check_codes,
    check_columns,
    check_count,
    read_source,
)
from openzone.rulebook.importing.writing import (
    checked,
    csv_text,
    days,
    evidence,
    rate_text,
    refused,
    yaml_text,
)
from openzone.rulebook.model import MILLION
from openzone.rulebook.reading import read_yaml
from openzone.rulebook.shaping import entry as shaped_entry
from openzone.rulebook.tariff import RATE_FORM, Rate, Schedule, read_rate
from openzone.rulebook.tariff_table import LINE_COLUMNS, QUOTA_COLUMNS

SCHEMA = "openzone/tariff/1"
FOLDER = "goods/tariff"
_CODE = re.compile(r"[0-9]{6,10}")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class TariffTerms:
    """What the importer says of a tariff. None: taken from `columns_of`, else from the edition.

    `lines`: how many lines the official edition has; `columns_file`, `columns_of`: what its columns
    are, by a file or by a tariff of the book.
    """

    id: str
    edition: str
    title_zh: str | None = None
    title_en: str | None = None
    hs_edition: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    document: str | None = None
    use: str = "law"
    lines: int | None = None
    columns_file: Path | None = None
    columns_of: str | None = None
    take_count: bool = False


@dataclass(frozen=True)
class TariffReport:
    """What was taken in. `rates`: by column, how many ad valorem, with a specific amount, blank,
    and how many of all at zero."""

    id: str
    file: str
    lines: int
    published: int | None
    rates: Mapping[str, tuple[int, int, int, int]]
    left_out: tuple[str, ...]
    codes: Codes
    hs_edition: str
    replaced: bool


def import_tariff(path: Path, folder: Path, terms: TariffTerms) -> TariffReport:
    """Take a tariff into the book of a folder; the bundled book is copied to a folder that is new.

    Raises OpenZoneError with every fault; then the folder is as it was.
    """
    base = base_of(folder)
    book = load_book(base)
    source = read_source(path)
    columns = _columns(terms, book)
    faults: list[Fault] = []
    hs_edition = terms.hs_edition or (book.nomenclature.edition if book.nomenclature else "")
    known = (*LINE_COLUMNS, *(str(one["id"]) for one in columns))
    check_columns(source, ("hs",), known, faults)
    kept = [one for one in columns if one["id"] in source.columns]
    if not kept:
        faults.append(_without_rates(source, known))
    places = _codes(source, faults)
    codes = check_codes(source, places, book.nomenclature, hs_edition, faults)
    rates = {str(one["id"]): _rates(source, str(one["id"]), faults) for one in kept}
    _complete(source, faults)
    count = len(source.lines)
    if terms.lines is not None and not terms.take_count:
        said = f"the published tariff has {terms.lines:,}"
        check_count(source, count, terms.lines, terms.lines * LINES_OFF, said, faults)
    if terms.start is None and not _YEAR.fullmatch(terms.edition):
        faults.append(
            Fault("missing_field", "the edition is no year, and no first day is given",
                  field="from", seen=terms.edition, next="give --from YYYY-MM-DD")
        )  # fmt: skip
    refused(faults)
    old = files_of(base, SCHEMA, terms.id)
    where = f"{FOLDER}/{terms.id}"
    new = {
        f"{where}.yaml": _file(source, terms, kept, hs_edition, book),
        f"{where}-lines.csv": _lines(source, rates),
    }
    before = book.schedules.get(terms.id)
    if before is not None and before.quotas:
        new[f"{where}-quotas.csv"] = _quotas(before)
    checked(files.TariffFile, new[f"{where}.yaml"], f"{where}.yaml")
    placed(folder, new, old)
    left = tuple(str(one["id"]) for one in columns if one not in kept)
    told = {name: _counted(values) for name, values in rates.items()}
    return TariffReport(
        terms.id, f"{where}.yaml", count, terms.lines, told, left, codes, hs_edition, bool(old)
    )


def _columns(terms: TariffTerms, book: Book) -> list[dict[str, Any]]:
    """What the columns are, as a tariff file writes them; evidence is added with the figures."""
    if terms.columns_file is not None:
        entry, faults = shaped_entry(files.TariffColumnsFile, read_yaml(terms.columns_file))
        if faults or entry is None:
            raise OpenZoneError(faults)
        dumped = entry.model_dump(exclude_defaults=True)["columns"]
        return [one | {"partners": list(one.get("partners", ()))} for one in dumped]
    name = terms.columns_of or terms.id
    schedule = book.schedules.get(name)
    if schedule is None:
        raise OpenZoneError(
            Fault("unknown_reference", "the book has no such tariff to take the columns from",
                  field="columns-of", seen=name, expected=", ".join(book.schedules) or "a tariff",
                  next=nearest(name, book.schedules) or "give --columns FILE, or --columns-of ID")
        )  # fmt: skip
    return [_column(one) for one in schedule.columns.values()]


def _column(one: Any) -> dict[str, Any]:
    rate: Rate | None = one.all_lines
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title._asdict(),
        "partners": sorted(one.partners),
        "all_lines_percent": None if rate is None else Decimal(rate.ad_valorem) * 100 / MILLION,
        "note": one.note,
    }


def _without_rates(source: Source, known: tuple[str, ...]) -> Fault:
    return Fault(
        "missing_field", "the file has no column of rates", source.name, 1,
        expected="at least one of " + ", ".join(known[len(LINE_COLUMNS) :]),
        next="name the columns of rates as --columns or --columns-of does",
    )  # fmt: skip


def _codes(source: Source, faults: list[Fault]) -> dict[str, int]:
    """The line of each code; codes that are none, and codes that stand twice, are faults."""
    found: dict[str, int] = {}
    wrong = Grouped(source)
    for line, code in zip(source.lines, source.column("hs"), strict=True):
        if not _CODE.fullmatch(code):
            hint = "keep the zeros in front: the column is text"
            wrong.add("hs", code, line, "6 to 10 digits without dots", hint)
        elif code in found:
            faults.append(
                Fault("duplicate", f"the line stands twice; first on line {found[code]}",
                      source.name, line, "hs", code, next="remove one of the two")
            )  # fmt: skip
        else:
            found[code] = line
    faults.extend(wrong.faults("this is no code of goods"))
    return found


def _rates(source: Source, column: str, faults: list[Fault]) -> list[Rate | None]:
    """The rates of a column, each text read once."""
    read: dict[str, Rate | None] = {"": None}
    wrong: dict[str, str] = {}
    grouped = Grouped(source)
    found: list[Rate | None] = []
    for line, text in zip(source.lines, source.column(column), strict=True):
        if text not in read:
            try:
                read[text] = read_rate(text)
            except ValueError as error:
                read[text], wrong[text] = None, str(error)
        if text in wrong:
            hint = wrong[text] if wrong[text] not in RATE_FORM else "write it in one of these forms"
            grouped.add(column, text, line, RATE_FORM, hint)
        found.append(read[text])
    faults.extend(grouped.faults("this is no rate"))
    return found


def _complete(source: Source, faults: list[Fault]) -> None:
    grouped = Grouped(source)
    for line, text in zip(source.lines, source.column("complete"), strict=True):
        if text not in ("", "0", "1"):
            grouped.add("complete", text, line, "1, 0 or empty", "0: an empty cell proves nothing")
    faults.extend(grouped.faults("this does not say whether the line is complete"))


def _lines(source: Source, rates: Mapping[str, list[Rate | None]]) -> str:
    """The CSV of the tariff, in the order of the codes."""
    written: dict[Rate | None, str] = {}
    for values in rates.values():
        written |= {rate: rate_text(rate) for rate in set(values) - written.keys()}
    texts = [[written[rate] for rate in values] for values in rates.values()]
    complete = [one or "1" for one in source.column("complete")]
    heads = [source.column(name) for name in LINE_COLUMNS[:3]]
    lines = sorted(zip(*heads, complete, *texts, strict=True))
    return csv_text((*LINE_COLUMNS, *rates), lines)


def _file(
    source: Source, terms: TariffTerms, kept: list[dict[str, Any]], hs_edition: str, book: Book
) -> str:
    like: Schedule | None = book.schedules.get(terms.columns_of or terms.id)
    start, end = terms.start, terms.end
    if start is None and _YEAR.fullmatch(terms.edition):
        year = int(terms.edition)
        start, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    proof = evidence(source)
    whole = terms.lines is not None and abs(len(source.lines) - terms.lines) <= (
        terms.lines * LINES_OFF
    )
    old = book.schedules.get(terms.id)
    content = {
        "schema": SCHEMA,
        "id": terms.id,
        "title": {
            "zh": terms.title_zh or f"{terms.edition} 年税则（使用者载入）",
            "en": terms.title_en or f"Tariff of {terms.edition}, loaded by its user",
        },
        "edition": terms.edition,
        "hs_edition": hs_edition,
        "in_force": days(start, end),
        "document": terms.document or (like.document if like else None),
        "use": terms.use,
        "record": {"state": "complete" if whole else "partial"},
        "published_lines": terms.lines,
        "lines": f"{terms.id}-lines.csv",
        "quotas": f"{terms.id}-quotas.csv" if old is not None and old.quotas else None,
        "evidence": proof,
        "columns": [
            {
                key: value
                for key, value in ({"evidence": proof} | one).items()
                if value not in (None, [])
            }
            for one in kept
        ],
    }
    head = (f"Imported by `openzone book import-tariff`: {len(source.lines):,} lines.",)
    return yaml_text(head, "tariff", FOLDER.count("/") + 1, content)


def _quotas(old: Schedule) -> str:
    """The quotas of the tariff that is replaced: an import brings none of its own."""
    lines = [
        (
            one.group,
            code,
            rate_text(one.in_quota),
            rate_text(one.provisional),
            "" if one.tonnes is None else str(one.tonnes),
        )
        for code, one in sorted(old.quotas.items())
    ]
    return csv_text(QUOTA_COLUMNS, lines)


def _counted(values: list[Rate | None]) -> tuple[int, int, int, int]:
    specific = sum(rate is not None and bool(rate.unit) for rate in values)
    blank = sum(rate is None for rate in values)
    zero = sum(rate == Rate() for rate in values)
    return len(values) - specific - blank, specific, blank, zero
