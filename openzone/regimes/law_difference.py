"""What a reform changes in regimes without cells: rows that stand otherwise, figures that differ.

Goods, money and the like have no cells: codes and amounts are endless. So the exact difference is
told of the law itself, on each run of days and in each place of the scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from openzone.decide.standing import standing
from openzone.rulebook.authority import parameters_named
from openzone.rulebook.law import Law
from openzone.rulebook.model import Reform, Row, Text


def law_difference(
    before: Law, after: Law, reform: Reform, tables: Collection[str]
) -> list[dict[str, Any]]:
    """The statements of a reform on some tables and the figures that their rows name.

    In both languages; empty when nothing differs. A figure that no row of the book names counts as
    one of theirs.
    """
    span = reform.in_force
    if span is None:
        return []
    first = span.start or before.known
    cuts = {*before.cut_days, *after.cut_days}
    days = [first, *sorted(day for day in cuts if day > first and span.holds(day))]
    found: dict[tuple[str, str, str, str], dt.date] = {}
    for day in days:
        for place in reform.territory or ("",):
            for said in _on(before, after, reform, day, place, tables):
                found.setdefault(said, day)
    return [_statement(after, *said, since) for said, since in found.items()]


def _on(
    before: Law, after: Law, reform: Reform, day: dt.date, place: str, tables: Collection[str]
) -> Iterator[tuple[str, str, str, str]]:
    """What differs on a day in a place: place, what, was, becomes."""
    inside = after.territories.ancestors(place, day, after.known) if place else frozenset[str]()
    for table in tables:
        here, there = (
            {row.version: row for row in standing(law, table, day, inside).ordered}
            for law in (before, after)
        )
        for key in dict.fromkeys((*here, *there)):
            was, becomes = here.get(key), there.get(key)
            if _does(was) != _does(becomes):
                yield place, table, _named(was), _named(becomes)
    for change in reform.changes:
        name = change.parameter or ""
        held = change.kind == "parameter" and name in after.book.parameters
        if held and _theirs(after, name, tables):
            old, new = (law.parameter(name, day, inside) for law in (before, after))
            if old != new:
                yield place, name, str(old), str(new)


def _theirs(law: Law, parameter: str, tables: Collection[str]) -> bool:
    """Say whether a row of the tables names the parameter, or no row at all does."""
    naming = {row.table for row in law.book.rows if parameter in parameters_named(row)}
    return not naming or not naming.isdisjoint(tables)


def _does(row: Row | None) -> Any:
    if row is None:
        return None
    return (row.effect, row.params, row.hs, row.not_hs, row.conditions, row.outcome)


def _named(row: Row | None) -> str:
    return "" if row is None else row.id if row.part is None else f"{row.id}#{row.part}"


def _statement(
    law: Law, place: str, what: str, was: str, becomes: str, since: dt.date
) -> dict[str, Any]:
    book = law.book
    title = Text(what, what)
    if what in book.tables:
        title = book.tables[what].title
    elif what in book.parameters:
        title = book.parameters[what].title
    where = law.territories[place].name if place else Text("全国", "everywhere")
    words = {
        lang: f"{title.lang(lang)}, {where.lang(lang)}: {was or '–'} → {becomes or '–'}, {since}"
        for lang in ("zh", "en")
    }
    return {**words, "places": [place or "everywhere"], "what": what, "before": was,
            "after": becomes, "days": [{"from": since.isoformat(), "to": None}]}  # fmt: skip
