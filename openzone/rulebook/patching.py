"""Reforms as patches of rows: what each change removes and adds, and whether it still fits."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from openzone.errors import Fault, ReformError, nearest
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.hashing import row_hash
from openzone.rulebook.territories import DatedParent, Territories, Territory

REPLACING = ("repeal", "suspend", "amend", "extend")


@dataclasses.dataclass(frozen=True, slots=True)
class Overlay:
    """One change in its scope: the rows it removes, the row it puts there.

    `late` changes (additions that stand instead of named rows) act after displacement among the
    rows of the list, and only where a row they name still binds: an opening never tightens.
    """

    index: int
    reform: m.Reform
    change: m.Change
    removes: frozenset[str]
    row: m.Row | None
    territory: frozenset[str]
    span: m.Interval
    late: bool

    @property
    def key(self) -> str:
        """Reform and change."""
        return f"{self.reform.id}#{self.change.id}"


def scope_rows(book: Book, change: m.Change) -> tuple[str, ...]:
    """The rows a change names, by id or through its measures."""
    if change.rows:
        return change.rows
    if change.kind in ("repeal", "suspend"):
        wanted = set(change.measures)
        return tuple(dict.fromkeys(row.id for row in book.rows if row.measure in wanted))
    return ()


def overlays(
    book: Book, reform: m.Reform, first: int, rows_known: Iterable[m.Row] | None = None
) -> list[Overlay]:
    """The changes of a reform that act on rows, in their order.

    `rows_known`: the rows with the days known at a time; None takes those of the book.
    """
    if reform.in_force is None:
        return []
    found: list[Overlay] = []
    for change in reform.changes:
        if change.kind in ("territory", "parameter"):
            continue
        named = scope_rows(book, change)
        rows: list[m.Row | None] = [None]
        late = False
        if change.kind == "add":
            rows = [_added(reform, change)]
            late = bool(change.instead_of)
            named = change.instead_of
        elif change.kind in ("amend", "extend"):
            among = book.rows if rows_known is None else rows_known
            rows = [_changed(reform, change, row) for row in _versions(among, reform, named)]
        for row in rows:
            span = reform.in_force
            if row is not None and change.kind in ("amend", "extend"):
                if not span.overlaps(row.in_force):
                    continue
                span = span.meet(row.in_force)
            found.append(
                Overlay(
                    first + len(found),
                    reform,
                    change,
                    frozenset(named),
                    row,
                    frozenset(reform.territory),
                    span,
                    late,
                )
            )
    return found


def _versions(rows: Iterable[m.Row], reform: m.Reform, named: Iterable[str]) -> list[m.Row]:
    names, span = frozenset(named), reform.in_force or m.ALWAYS
    return [row for row in rows if row.id in names and row.in_force.overlaps(span)]


def _added(reform: m.Reform, change: m.Change) -> m.Row:
    return m.Row(
        key=f"{reform.id}#{change.id}",
        id=reform.id,
        part=change.id,
        table=change.table or "",
        measure=change.measures[0] if change.measures else change.id,
        measures=change.measures,
        title=change.title or reform.title,
        document=reform.id,
        in_force=reform.in_force or m.ALWAYS,
        effect=change.effect or "",
        evidence=reform.evidence or m.Evidence("none"),
        activity=change.activity or (),
        not_activity=change.not_activity or (),
        industry=change.industry or (),
        hs=change.hs or (),
        not_hs=change.not_hs or (),
        conditions=change.conditions,
        params=change.params or (),
        outcome=change.outcome,
        instead_of=change.instead_of,
        on_approval=change.on_approval,
        file=reform.file,
        line=change.line,
    )


def _changed(reform: m.Reform, change: m.Change, row: m.Row) -> m.Row:
    widened = change.kind == "extend"

    def field(new: tuple[Any, ...] | None, old: tuple[Any, ...]) -> tuple[Any, ...]:
        if new is None or (widened and not new):
            return old
        return tuple(dict.fromkeys((*old, *new))) if widened else new

    return dataclasses.replace(
        row,
        key=f"{reform.id}#{change.id}@{row.key}",
        id=reform.id,
        part=change.id,
        origin=row.id,
        document=reform.id,
        title=change.title or row.title,
        activity=field(change.activity, row.activity),
        not_activity=field(change.not_activity, row.not_activity),
        industry=field(change.industry, row.industry),
        hs=field(change.hs, row.hs),
        not_hs=field(change.not_hs, row.not_hs),
        conditions=change.conditions or row.conditions,
        effect=change.effect or row.effect,
        params=row.params if change.params is None else change.params,
        outcome=change.outcome or row.outcome,
        on_approval=change.on_approval or row.on_approval,
        evidence=reform.evidence or m.Evidence("none"),
        carried_back=False,
        confidence=None,
        item=None,
        file=reform.file,
        line=change.line,
    )


def patched_territories(
    places: Territories, reforms: Iterable[m.Reform], known: dt.date
) -> Territories:
    """The places with the parents and the new places that the reforms give, known on `known`."""
    changed: dict[str, Territory] = {}
    for reform in reforms:
        if reform.in_force is None:
            continue
        for change in reform.changes:
            if change.kind != "territory" or change.territory is None:
                continue
            dated = tuple(DatedParent(parent, reform.in_force, known) for parent in change.parents)
            old = changed.get(change.territory) or places.get(change.territory)
            if old is None:
                changed[change.territory] = Territory(
                    change.territory,
                    change.place_kind or "area",
                    change.name or m.Text(change.territory, change.territory),
                    reform.in_force,
                    dated=dated,
                    published=known,
                )
            else:
                changed[change.territory] = dataclasses.replace(old, dated=old.dated + dated)
    if not changed:
        return places
    return Territories(
        [changed.get(id) or places[id] for id in places]
        + [place for id, place in changed.items() if id not in places]
    )


def reform_faults(linker: Any, reform: m.Reform) -> None:
    """Note what does not hold together in a reform of a book (see linking.Linker)."""
    parts = linker.parts
    places = set(parts["territories"]) | {c.territory for c in reform.changes if c.territory}
    for place in reform.territory:
        linker.refer("territory", place, places, reform.file, None, "scope.territory")
    ids: set[str] = set()
    for change in reform.changes:
        line = change.line
        if change.id in ids:
            linker.fault("duplicate", f"two changes have the id '{change.id}'", reform.file, line)
        ids.add(change.id)
        for row in (*change.rows, *change.instead_of):
            linker.refer("row", row, linker.row_ids | linker.reform_keys, reform.file, line, "rows")
        for measure in change.measures:
            linker.refer("measure", measure, parts["measures"], reform.file, line, "measures")
        for tag in (*(change.activity or ()), *(change.not_activity or ())):
            linker.refer("activity", tag, linker.vocabulary, reform.file, line, "binds.activity")
        if change.parameter:
            linker.refer(
                "parameter", change.parameter, parts["parameters"], reform.file, line, "parameter"
            )
        for parent in change.parents:
            linker.refer("territory", parent, places, reform.file, line, "parents")
        _complete(linker, reform, change)
    if reform.status in ("in_force", "ended") and reform.in_force is None:
        linker.fault(
            "missing_field",
            "a reform in force needs the days of its scope",
            reform.file,
            None,
            field="scope.in_force",
        )


_NEEDS: dict[str, tuple[str, ...]] = {
    "repeal": (),
    "suspend": (),
    "amend": ("rows",),
    "extend": ("rows", "binds"),
    "add": ("effect", "binds"),
    "parameter": ("parameter",),
    "territory": ("territory",),
}
_REFUSES: dict[str, tuple[str, ...]] = {
    "repeal": ("effect", "binds", "instead_of", "conditions"),
    "suspend": ("effect", "binds", "instead_of", "conditions"),
    "amend": ("instead_of",),
    "extend": ("effect", "instead_of", "conditions"),
    "add": ("rows", "parameter", "territory"),
    "parameter": ("rows", "effect", "binds"),
    "territory": ("rows", "effect", "binds"),
}


def _complete(linker: Any, reform: m.Reform, change: m.Change) -> None:
    """Each kind of change needs its own fields and refuses those that it would ignore."""
    given = {
        "rows": bool(change.rows),
        "effect": change.effect is not None,
        "binds": change.activity is not None,
        "instead_of": bool(change.instead_of),
        "conditions": bool(change.conditions),
        "parameter": change.parameter is not None,
        "territory": change.territory is not None,
    }
    where = (reform.file, change.line)
    for name in _NEEDS[change.kind]:
        if not given[name]:
            linker.fault("missing_field", f"'{change.kind}' needs '{name}'", *where, field=name)
    for name in _REFUSES[change.kind]:
        if given[name]:
            linker.fault(
                "unknown_field",
                f"'{change.kind}' takes no '{name}'",
                *where,
                field=name,
                next="remove it, or use another kind of change",
            )
    if change.kind in ("repeal", "suspend") and not (change.rows or change.measures):
        linker.fault(
            "missing_field",
            f"'{change.kind}' names no row and no measure",
            *where,
            field="rows",
            next="give 'rows' or 'measures'",
        )
    _effect(linker, reform, change)


def _effect(linker: Any, reform: m.Reform, change: m.Change) -> None:
    """The effect, the figures and the codes of a change, by the table that they belong to."""
    from openzone.rulebook.linking import check_codes, check_effect
    from openzone.rulebook.linking.rows import STRUCTURAL

    where = (reform.file, change.line)
    check_codes(linker, change.industry or (), *where)
    if change.kind not in ("add", "amend"):
        return
    tables = linker.parts["tables"]
    rows = [row for row in linker.parts["rows"] if row.id in change.rows]
    name = change.table or (rows[0].table if rows else "")
    if change.kind == "add" and not linker.refer("table", name, tables, *where, "table"):
        return
    if name not in tables:
        return
    facts = STRUCTURAL | set(tables[name].inputs) | {one.fact for one in tables[name].facts}
    for condition in change.conditions:
        linker.refer("fact", condition.fact, facts, *where, "conditions.fact")
    effect = change.effect or (rows[0].effect if rows else "")
    params = change.params if change.params is not None else (rows[0].params if rows else ())
    check_effect(linker, effect, dict(params or ()), tables[name], *where)


def fit_faults(book: Book, reform: m.Reform) -> list[Fault]:
    """What a patch was written for and no longer finds: rows gone, or with other legal content."""
    faults: list[Fault] = []
    for change in reform.changes:
        named = change.instead_of if change.kind == "add" else scope_rows(book, change)
        recorded = dict(change.was)
        for id in named:
            if id in book.reforms or "#" in id:
                continue
            versions = book.versions(id)
            if not versions:
                faults.append(
                    Fault(
                        "does_not_fit",
                        f"the row {id} is not in the book",
                        reform.file,
                        change.line,
                        change.id,
                        next=nearest(id, book.row_ids),
                    )
                )
                continue
            span = reform.in_force or m.Interval(reform.announced or dt.date.max, None)
            live = [v for v in versions if v.in_force.overlaps(span)] or [versions[-1]]
            hashes = {row_hash(v) for v in live}
            if id not in recorded:
                faults.append(
                    Fault(
                        "missing_field",
                        f"'was' lacks the hash of {id}",
                        reform.file,
                        change.line,
                        f"{change.id}.was",
                        next=f"add '{id}: {min(hashes)}' after reading the row",
                    )
                )
            elif id in recorded and recorded[id] not in hashes:
                faults.append(
                    Fault(
                        "does_not_fit",
                        f"the legal content of {id} has changed since the patch was written",
                        reform.file,
                        change.line,
                        f"{change.id}.was.{id}",
                        recorded[id],
                        " or ".join(sorted(hashes)),
                        "read the row again, then write its present hash",
                    )
                )
        faults += _idle(book, reform, change)
    return faults


def _idle(book: Book, reform: m.Reform, change: m.Change) -> list[Fault]:
    """A change that leaves its row as it is."""
    if change.kind not in ("amend", "extend"):
        return []
    rows = _versions(book.rows, reform, change.rows)
    if not rows:
        return []
    same = all(row_hash(_changed(reform, change, row)) == row_hash(row) for row in rows)
    if not same:
        return []
    return [
        Fault(
            "changes_nothing",
            "the change leaves the row as it is",
            reform.file,
            change.line,
            change.id,
            next="give the fields that are to differ",
        )
    ]


def require_fit(book: Book, reform: m.Reform) -> None:
    """Raise ReformError when a patch no longer fits the book."""
    faults = fit_faults(book, reform)
    if faults:
        raise ReformError(faults)
