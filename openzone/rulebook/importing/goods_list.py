"""A list of goods by code imported: checked line by line, then put into a book of the user."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openzone.errors import Fault
from openzone.rulebook import files
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.importing.placing import base_of, files_of, placed
from openzone.rulebook.importing.source import (
    LINES_OFF,
    Codes,
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
from openzone.rulebook.list_table import COLUMNS, Line, lines_of

SCHEMA = "openzone/goods-list/1"
FOLDER = "goods/lists"
REQUIRED = {"members": ("hs",), "papers": ("hs", "direction", "paper")}
POINT = Decimal("0.01")
"""How far the share of a list may lie from the published one: one point."""


@dataclass(frozen=True)
class ListTerms:
    """What the importer says of a list. `lines`, `share`: how many lines the official list has, or
    its share of the lines of the tariff; `complete`: whether the file is the whole list."""

    id: str
    document: str
    start: dt.date | None
    end: dt.date | None = None
    title_zh: str | None = None
    title_en: str | None = None
    kind: str = "members"
    settles: str | None = None
    member: str | None = None
    complete: bool = True
    lines: int | None = None
    share: Decimal | None = None
    hs_edition: str | None = None
    take_count: bool = False


@dataclass(frozen=True)
class ListReport:
    """What was taken in: lines, how many have a rate, how many have days of their own."""

    id: str
    file: str
    lines: int
    with_rate: int
    dated: int
    complete: bool
    codes: Codes
    hs_edition: str
    replaced: bool


def import_list(path: Path, folder: Path, terms: ListTerms) -> ListReport:
    """Take a list into the book of a folder; the bundled book is copied to a folder that is new.

    Raises OpenZoneError with every fault; then the folder is as it was.
    """
    base = base_of(folder)
    book = load_book(base)
    source = read_source(path)
    hs_edition = terms.hs_edition or (book.nomenclature.edition if book.nomenclature else "")
    faults: list[Fault] = []
    known, required = COLUMNS[terms.kind], REQUIRED[terms.kind]
    check_columns(source, required, known, faults)
    lines: list[Line] = []
    if all(name in source.columns for name in required):
        records = _records(source, known)
        lines = list(lines_of(records, terms.kind, source.name, faults))
    first: dict[str, int] = {}
    for line, code in zip(source.lines, source.column("hs"), strict=True):
        first.setdefault(code, line)
    read = {one.hs: first[one.hs] for one in lines}
    codes = check_codes(source, read, book.nomenclature, hs_edition, faults)
    if not terms.take_count:
        _counts(source, terms, book, len(read), faults)
    refused(faults)
    far: list[Fault] = []
    _counts(source, terms, book, len(read), far)
    complete = terms.complete and not far
    old = files_of(base, SCHEMA, terms.id)
    where = f"{FOLDER}/{terms.id}"
    text = _file(source, terms, complete)
    checked(files.GoodsListFile, text, f"{where}.yaml")
    placed(folder, {f"{where}.yaml": text, f"{where}-codes.csv": _csv(terms.kind, lines)}, old)
    return ListReport(
        terms.id,
        f"{where}.yaml",
        len(lines),
        sum(one.rate is not None for one in lines),
        sum(bool(one.start or one.end) for one in lines),
        complete,
        codes,
        hs_edition,
        bool(old),
    )


def _records(source: Source, known: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    cells = [source.column(name) for name in known]
    for line, *texts in zip(source.lines, *cells, strict=True):
        yield line, dict(zip(known, texts, strict=True))


def _counts(source: Source, terms: ListTerms, book: Book, count: int, faults: list[Fault]) -> None:
    """The count of codes against the published one, or against a share of the tariff."""
    if terms.lines is not None:
        said = f"the published list has {terms.lines:,}"
        check_count(source, count, terms.lines, terms.lines * LINES_OFF, said, faults)
    if terms.share is not None:
        tariff = max(
            (one.published_lines or len(one.hs) for one in book.schedules.values()), default=0
        )
        said = f"the published list is {terms.share:%} of the {tariff:,} lines of the tariff"
        whole = Decimal(tariff)
        check_count(
            source, count, float(whole * terms.share), float(whole * POINT), said, faults
        )  # fmt: skip


def _csv(kind: str, lines: list[Line]) -> str:
    """The CSV of the list, in the order of the codes."""

    def day(ordinal: int) -> str:
        return dt.date.fromordinal(ordinal).isoformat() if ordinal else ""

    cells: list[tuple[str, ...]] = []
    for one in sorted(lines, key=lambda held: (held.hs, held.start, held.paper or ("", "", ""))):
        span = day(one.start), day(one.end)
        if one.paper is None:
            cells.append((one.hs, *span, rate_text(one.rate), one.note))
        else:
            cells.append((one.hs, *one.paper[:2], *span, one.paper.document))
    return csv_text(COLUMNS[kind], cells)


def _file(source: Source, terms: ListTerms, complete: bool) -> str:
    content = {
        "schema": SCHEMA,
        "id": terms.id,
        "title": {
            "zh": terms.title_zh or f"清单 {terms.id}（使用者载入）",
            "en": terms.title_en or f"List {terms.id}, loaded by its user",
        },
        "document": terms.document,
        "in_force": days(terms.start, terms.end),
        "kind": terms.kind,
        "codes": f"{terms.id}-codes.csv",
        "record": {"state": "complete" if complete else "partial"},
        "settles": terms.settles,
        "member": terms.member,
        "expected_lines": terms.lines,
        "expected_share": terms.share,
        "evidence": evidence(source),
    }
    head = (f"Imported by `openzone book import-list`: {len(source.lines):,} lines.",)
    return yaml_text(head, "goods-list", FOLDER.count("/") + 1, content)
