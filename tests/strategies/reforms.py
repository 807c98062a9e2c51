"""Reforms of every kind, with the hashes of the rows they were written for."""

from __future__ import annotations

import dataclasses
from typing import Any

from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.hashing import body_hash, row_hash
from openzone.rulebook.patching import fit_faults
from tests.strategies import worlds
from tests.strategies.picking import Pick

KINDS = ("repeal", "suspend", "amend", "extend", "add", "add", "opening", "opening", "parameter",
         "territory")  # fmt: skip


def drawn_reform(
    pick: Pick, book: Book, id: str, kinds: tuple[str, ...] = KINDS, most: int = 3
) -> m.Reform:
    """A reform of up to `most` changes that fits the book."""
    days = worlds.span(pick)
    places = tuple(pick.some((*worlds.PLACES, "harbour", "zone:one"), 2))
    wanted = [pick.one(kinds) for _ in range(pick.one(range(1, most + 1)))]
    blank = reform_of(id, (), days, places, near=worlds.near(pick, days.start))
    changes: list[m.Change] = []
    for number, kind in enumerate(wanted):
        change = stamped(book, blank, drawn_change(pick, book, f"c{number}", kind))
        if not fit_faults(book, dataclasses.replace(blank, changes=(change,))):
            changes.append(change)
    return dataclasses.replace(blank, changes=tuple(changes), body_hash=body_hash(changes))


def reform_of(
    id: str,
    changes: tuple[m.Change, ...],
    days: m.Interval | None,
    places: tuple[str, ...] = (),
    near: Any = None,
    status: str = "in_force",
) -> m.Reform:
    """A reform in a scope."""
    return m.Reform(
        id, worlds.WORD, status, changes, places, days, m.Authorisation(True), body_hash(changes),
        published=near, evidence=worlds.MEMORY,
    )  # fmt: skip


def stamped(book: Book, reform: m.Reform, change: m.Change) -> m.Change:
    """The change with the hash of each row it was written for."""
    named = change.instead_of or change.rows
    if change.kind in ("repeal", "suspend") and not change.rows:
        named = tuple({row.id for row in book.rows if row.measure in change.measures})
    was = []
    for id in named:
        span = reform.in_force or m.ALWAYS
        versions = [row for row in book.versions(id) if row.in_force.overlaps(span)]
        for row in (versions or list(book.versions(id)))[-1:]:
            was.append((id, row_hash(row)))
    return dataclasses.replace(change, was=tuple(sorted(was)))


def drawn_change(pick: Pick, book: Book, id: str, kind: str) -> m.Change:
    """One change of a kind; an `opening` is an addition that stands instead of rows."""
    from tests.strategies import books

    regime = pick.one(("capital", "capital", *worlds.REGIMES))
    rows = [row for row in book.rows if row.table == regime] or list(book.rows)
    row = pick.one(rows)
    if kind in ("repeal", "suspend"):
        if pick.chance(30):
            return m.Change(id, kind, measures=(row.measure,))
        return m.Change(id, kind, rows=tuple(pick.some([r.id for r in rows], 2, 1)))
    if kind == "parameter":
        name = pick.one(("least", "most"))
        return m.Change(id, kind, parameter=name, value=pick.one(worlds.PERCENTS))
    if kind == "territory":
        parents = tuple(pick.some(("zone", "port"), 2, 1))
        return m.Change(id, kind, territory=pick.one(("north", "old-town", "new-town")),
                        parents=parents)  # fmt: skip
    regime = row.table
    tags, not_tags, codes = books.binding(pick, regime)
    if kind == "extend":
        return m.Change(id, kind, rows=(row.id,), activity=tags, not_activity=not_tags,
                        industry=codes)  # fmt: skip
    word, figures, outcome = books.effect(pick, row.table)
    if kind == "amend":
        more: dict[str, Any] = {}
        if pick.chance(40):
            more |= {"activity": tags, "not_activity": not_tags, "industry": codes}
        if pick.chance(40):
            more["conditions"] = books.conditions(pick, row.table)
        if not more or pick.chance(60):
            more |= {"effect": word, "params": figures, "outcome": outcome}
        return m.Change(id, kind, rows=(row.id,), **more)
    instead = tuple(pick.some([r.id for r in rows], 3, 1)) if kind == "opening" else ()
    if instead and regime == "capital" and pick.chance(60):
        word, figures = "open_with_approval", (("foreign_total_max_percent", 100),)
    return m.Change(
        id, "add", table=row.table, activity=tags, not_activity=not_tags, industry=codes,
        conditions=books.conditions(pick, row.table) if pick.chance(50) else (),
        effect=word, params=figures, outcome=outcome, instead_of=instead,
    )  # fmt: skip
