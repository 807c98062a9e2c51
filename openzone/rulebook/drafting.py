"""Write reform files: a first draft that a person edits, and the hashes of the rows it changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from openzone.errors import Fault, ReformError, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.model import ParameterRef, Row
from openzone.rulebook.reading import yaml_reading

_HEAD = """\
# A reform of the book '{book}': what changes (body), where and when (scope), by what right
# (authorisation). Try it:
#   openzone reform check FILE ; openzone diff law FILE ; openzone replay --reform FILE
schema: openzone/reform/1
id: {id}
title: {{zh: 改革草案, en: Draft reform}}
status: draft
body:
  changes:
"""

_TAIL = """\
scope:
  territory: [{places}]
  in_force: {{from: {start}, to: {end}}}
authorisation:
  on_record: false
  note: not on record, so this stays a draft
"""


def draft(
    book: Book,
    id: str,
    kinds: Mapping[str, Iterable[str]],
    places: Iterable[str],
    start: dt.date,
    end: dt.date | None,
) -> str:
    """The text of a reform file: one change for each row named, its present figures in place."""
    parts = [_HEAD.format(book=book.info.id, id=id)]
    number = 0
    for kind, rows in kinds.items():
        for name in rows:
            number += 1
            parts.append(_change(book, kind, name, number))
    if not number:
        raise ReformError(
            Fault(
                "missing_field",
                "no row is named",
                field="rows",
                next="name one to repeal, suspend, amend or open by its id; openzone search"
                " finds it",
            )
        )
    chosen = []
    for place in places:
        found = book.territories.find(place)
        if found is None:
            raise ReformError(
                Fault(
                    "unknown_place",
                    "the territory is not on record",
                    seen=place,
                    next=nearest(place, book.territories),
                )
            )
        chosen.append(f"'{found}'" if ":" in found else found)
    parts.append(_TAIL.format(places=", ".join(chosen), start=start, end=end or "null"))
    return "".join(parts)


def _row(book: Book, name: str) -> Row:
    versions = book.versions(name)
    if not versions:
        raise ReformError(
            Fault(
                "unknown_reference",
                "there is no such row",
                field="rows",
                seen=name,
                next=nearest(name, book.row_ids) or "openzone search finds rows",
            )
        )
    return max(versions, key=lambda row: row.in_force.start or dt.date.min)


def _change(book: Book, kind: str, name: str, number: int) -> str:
    row = _row(book, name)
    was = f"      was: {{{row.id}: {row_hash(row)}}}\n"
    head = f"    - id: change_{number}\n"
    if kind in ("repeal", "suspend"):
        return f"{head}      kind: {kind}\n      rows: [{row.id}]\n{was}"
    if kind == "amend":
        return (
            f"{head}      kind: amend\n      rows: [{row.id}]\n{was}"
            f"      effect: {row.effect}\n      params: {_inline(row)}\n"
        )
    binds = f"activity: [{', '.join(row.activity)}]"
    if row.not_activity:
        binds += f", not_activity: [{', '.join(row.not_activity)}]"
    return (
        f"{head}      kind: add\n      table: {row.table}\n      measures: [{row.measure}]\n"
        f"      title: {{zh: '{row.title.zh}', en: '{_quoted(row.title.en)}'}}\n"
        f"      binds: {{{binds}}}\n      effect: open_with_approval\n"
        f"      params: {{foreign_total_max_percent: 100}}\n"
        f"      instead_of: [{row.id}]\n{was}"
        "      on_approval:\n        - {zh: 经主管部门批准, en: approval by the authority}\n"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _inline(row: Row) -> str:
    def shown(value: Any) -> str:
        if isinstance(value, ParameterRef):
            return f"{{parameter: {value.parameter}}}"
        return str(value)

    return "{" + ", ".join(f"{name}: {shown(value)}" for name, value in row.params) + "}"


def with_hashes(book: Book, text: str, file: str) -> tuple[str, dict[str, str]]:
    """The file with a fresh `was` line in each change, and all hashes by row.

    Works on the text, so that comments and order stay; a change's `was` stands on one line or is
    added after its `id`.
    """
    reading = yaml_reading(text, file)
    lines = text.split("\n")
    hashes: dict[str, str] = {}
    inserts: list[tuple[int, int, str]] = []
    for index, change in enumerate(reading.value["body"]["changes"]):
        named = change.get("instead_of", ()) if change["kind"] == "add" else change.get("rows", ())
        own = {}
        for name in named:
            if book.versions(name):
                own[name] = hashes[name] = row_hash(_row(book, name))
        if not own:
            continue
        path = ("body", "changes", index)
        line = reading.lines[(*path, "id")]
        indent = re.match(r"[ -]*", lines[line - 1])
        space = " " * len(indent.group(0)) if indent else ""
        body = "".join(f"\n{space}  {row}: '{value}'" for row, value in own.items())
        old = reading.lines.get((*path, "was"))
        inserts.append((line, old or 0, f"{space}was:{body}"))
    for line, old, new in sorted(inserts, reverse=True):
        if old:
            last = old
            depth = len(lines[old - 1]) - len(lines[old - 1].lstrip())
            while (
                last < len(lines)
                and lines[last].strip()
                and (len(lines[last]) - len(lines[last].lstrip()) > depth)
            ):
                last += 1
            lines[old - 1 : last] = [new]
        else:
            lines.insert(line, new)
    return "\n".join(lines), hashes
