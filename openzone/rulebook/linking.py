"""Checks that cross files: every name refers to something, nothing overlaps, nothing circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from openzone.errors import Fault, nearest
from openzone.rulebook import files
from openzone.rulebook import model as m
from openzone.rulebook.classification import Classification, Vocabulary
from openzone.rulebook.territories import Territories

UNIT_RANGES = {"_percent": (0, 100), "_count": (0, None), "_days": (0, None), "_share": (0, 1)}
STRUCTURAL = {"activity", "industry", "place", "date"}


class Linker:
    """Collects the faults between the parts of a book."""

    def __init__(self, parts: dict[str, Any], sheaf: Any) -> None:
        self.parts = parts
        self.sheaf = sheaf
        self.faults: list[Fault] = []
        self.vocabulary: Vocabulary = parts["vocabulary"]
        self.codes: Classification = parts["classification"]
        self.territories: Territories = parts["territories"]
        self.row_ids = {row.id for row in parts["rows"]}
        self.reform_keys = {
            f"{reform.id}#{change.id}"
            for reform in parts["reforms"].values()
            for change in reform.changes
        } | set(parts["reforms"])

    def fault(self, code: str, message: str, file: str, line: int | None, **more: Any) -> None:
        """Note one fault."""
        self.faults.append(Fault(code, message, file=file, line=line, **more))

    def refer(
        self, kind: str, name: str, known: Iterable[str], file: str, line: int | None, field: str
    ) -> bool:
        """Note a fault unless `name` is known."""
        if name in known:
            return True
        self.fault(
            "unknown_reference",
            f"no {kind} has this id",
            file,
            line,
            field=field,
            seen=name,
            next=nearest(name, known) or f"add the {kind}, or correct the id",
        )
        return False


def linked(parts: dict[str, Any], sheaf: Any) -> list[Fault]:
    """All faults between files."""
    linker = Linker(parts, sheaf)
    _documents(linker)
    _rows(linker)
    _overlaps(linker)
    _vocabulary(linker)
    _places(linker)
    _reforms(linker)
    _sources(linker)
    return linker.faults


def _documents(linker: Linker) -> None:
    tables = linker.parts["tables"]
    documents = linker.parts["documents"]
    for reading, entry in linker.sheaf.each(files.DocumentsFile):
        for index, document in enumerate(entry.documents):
            line = reading.line(("documents", index))
            linker.refer("level", document.level, linker.parts["levels"], reading.file, line,
                         "level")
            if document.power:
                linker.refer("power", document.power, linker.parts["powers"], reading.file, line,
                             "power")
            if document.ended_by:
                linker.refer("document", document.ended_by, documents, reading.file, line,
                             "ended_by")
            if document.table and linker.refer(
                "table", document.table, tables, reading.file, line, "table"
            ) and document.list:
                lists = {one.id for one in tables[document.table].lists}
                linker.refer("list", document.list, lists, reading.file, line, "list")


def _rows(linker: Linker) -> None:
    parts = linker.parts
    by_id: dict[str, m.Row] = {}
    for row in parts["rows"]:
        first = row.id not in by_id
        by_id.setdefault(row.id, row)
        linker.refer("document", row.document, parts["documents"], row.file, row.line, "document")
        linker.refer("measure", row.measure, parts["measures"], row.file, row.line, "measure")
        if row.ended_by:
            linker.refer("document", row.ended_by, parts["documents"], row.file, row.line,
                         "ended_by")
        _within_document(linker, row)
        if linker.refer("table", row.table, parts["tables"], row.file, row.line, "table"):
            _effect(linker, row, parts["tables"][row.table])
        if first:
            _binds(linker, row)
            for other in row.instead_of:
                linker.refer("row", other, linker.row_ids, row.file, row.line, "instead_of")
    _circles(linker, by_id)


def _within_document(linker: Linker, row: m.Row) -> None:
    document = linker.parts["documents"].get(row.document)
    if document is None:
        return
    if document.table not in (None, row.table):
        linker.fault("wrong_value", "the document belongs to another table", row.file, row.line,
                     field="document", seen=row.document, expected=f"a document of {row.table}")
    start, first = row.in_force.start, document.in_force.start
    if start is None or (first is not None and start < first):
        linker.fault(
            "wrong_value", "the version begins before its document", row.file, row.line,
            field="in_force.from", seen=start, expected=f"{first} or later",
        )


def _binds(linker: Linker, row: m.Row) -> None:
    for tag in (*row.activity, *row.not_activity):
        linker.refer("activity", tag, linker.vocabulary, row.file, row.line, "binds.activity")
    check_codes(linker, row.industry, row.file, row.line)
    for condition in row.conditions:
        _condition(linker, condition, row.table, row.file, row.line)


def check_codes(
    linker: Linker, industry: Iterable[tuple[str, str]], file: str, line: int | None
) -> None:
    """Note codes that are in no edition or that stand for no class."""
    for code, _ in industry:
        if code not in linker.codes:
            linker.fault(
                "unknown_code", f"the code is not in {linker.codes.title.en}", file, line,
                field="binds.industry", seen=code,
                next=nearest(code, linker.codes) or "look the code up in the classification",
            )
        elif not linker.codes.leaves[code]:
            linker.fault(
                "empty_prefix", "the code has no class under it", file, line,
                field="binds.industry", seen=code,
            )


def _condition(
    linker: Linker, condition: m.Condition, table: str, file: str, line: int | None
) -> None:
    if condition.kind == "under":
        known = {"activity": linker.vocabulary, "industry": linker.codes,
                 "place": linker.territories}.get(condition.fact)
        if known is None:
            linker.fault("wrong_value", "only a tree has an 'under'", file, line,
                         field=f"conditions.{condition.fact}",
                         expected="activity, industry or place")
            return
        for value in condition.values:
            linker.refer(condition.fact, value, known, file, line, "conditions.under")
        return
    here = linker.parts["tables"].get(table)
    if here is not None:
        facts = STRUCTURAL | set(here.inputs) | {fact.fact for fact in here.facts}
        linker.refer("fact", condition.fact, facts, file, line, "conditions.fact")


def _effect(linker: Linker, row: m.Row, table: m.Table) -> None:
    check_effect(linker, row.effect, dict(row.params), table, row.file, row.line)


def check_effect(
    linker: Linker, effect: str, params: dict[str, Any], table: m.Table, file: str,
    line: int | None,
) -> None:
    """Note an unknown effect, a missing or unknown parameter, a figure out of its range."""
    shapes = {one[0]: one for one in table.effects}
    if not linker.refer("effect", effect, shapes, file, line, "effect"):
        return
    _, _, requires, allows = shapes[effect]
    for name in requires:
        if name not in params:
            linker.fault("missing_field", f"the effect {effect} needs '{name}'", file, line,
                         field="params", next=f"add '{name}' to params")
    for name, value in params.items():
        if name not in requires and name not in allows:
            linker.fault(
                "unknown_field", f"the effect {effect} has no parameter '{name}'", file, line,
                field=f"params.{name}", next=nearest(name, (*requires, *allows)),
            )
        elif isinstance(value, m.ParameterRef):
            linker.refer("parameter", value.parameter, linker.parts["parameters"], file, line,
                         f"params.{name}")
        else:
            _range(linker, name, value, file, line)


def _range(linker: Linker, name: str, value: Any, file: str, line: int | None) -> None:
    for suffix, (least, most) in UNIT_RANGES.items():
        if not name.endswith(suffix):
            continue
        number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        if not number or value < least or (most is not None and value > most):
            linker.fault(
                "out_of_range", f"'{name}' is out of range", file, line, field=f"params.{name}",
                seen=value, expected=f"a number from {least} to {'any' if most is None else most}",
            )


def _circles(linker: Linker, by_id: dict[str, m.Row]) -> None:
    done: set[str] = set()

    def walk(id: str, trail: tuple[str, ...]) -> None:
        if id in trail:
            row = by_id[id]
            circle = " → ".join((*trail[trail.index(id):], id))
            linker.fault("cycle", f"displacement in a circle: {circle}", row.file, row.line,
                         field="instead_of")
            return
        if id in done or id not in by_id:
            return
        for other in by_id[id].instead_of:
            walk(other, (*trail, id))
        done.add(id)

    for id in by_id:
        walk(id, ())


def _overlaps(linker: Linker) -> None:
    groups: dict[tuple[str, str | None, str], list[m.Row]] = {}
    for row in linker.parts["rows"]:
        groups.setdefault((row.table, row.list, row.measure), []).append(row)
    for (_, list_id, measure), rows in groups.items():
        rows.sort(key=lambda r: (r.in_force.start is not None, r.in_force.start or 0))
        for one, other in _pairs(rows):
            if one.in_force.overlaps(other.in_force):
                linker.fault(
                    "overlap",
                    f"'{measure}' has two versions in list '{list_id}' on the same day:"
                    f" {one.id} {one.in_force} and {other.id} {other.in_force}",
                    other.file, other.line, field="in_force",
                    next="end one where the other begins, or give them different measures",
                )


def _pairs(rows: list[m.Row]) -> Iterator[tuple[m.Row, m.Row]]:
    for index, one in enumerate(rows):
        for other in rows[index + 1:]:
            yield one, other


def _vocabulary(linker: Linker) -> None:
    for reading, entry in linker.sheaf.each(files.ActivitiesFile):
        for index, activity in enumerate(entry.activities):
            line = reading.line(("activities", index))
            parent = activity.tag.rpartition(".")[0]
            if parent:
                linker.refer("activity", parent, linker.vocabulary, reading.file, line, "tag")
            for group in activity.member_of:
                linker.refer("activity", group, linker.vocabulary, reading.file, line,
                             "member_of")
            check_codes(linker, [(i.code, i.match) for i in activity.industry], reading.file, line)


def _places(linker: Linker) -> None:
    lines = {
        place.id: (reading.file, reading.line(("territories", index)))
        for reading, entry in linker.sheaf.each(files.TerritoriesFile)
        for index, place in enumerate(entry.territories)
    }
    known = linker.territories
    good = True
    for id, place in known.items():
        file, line = lines[id]
        for parent in (*place.parents, *(dated.id for dated in place.dated)):
            good &= linker.refer("territory", parent, known, file, line, "parents")
    for table in linker.parts["tables"].values():
        for one in table.lists:
            for id in one.under:
                linker.refer("territory", id, known, f"table {table.id}", None, "lists.under")
    if not good:
        return
    for id, place in known.items():
        stack = [*place.parents, *(dated.id for dated in place.dated)]
        seen: set[str] = set()
        while stack:
            here = stack.pop()
            if here == id:
                linker.fault("cycle", f"'{id}' lies in itself", *lines[id], field="parents")
                break
            if here not in seen:
                seen.add(here)
                stack += [*known[here].parents, *(dated.id for dated in known[here].dated)]


def _reforms(linker: Linker) -> None:
    from openzone.rulebook.patching import reform_faults

    for reform in linker.parts["reforms"].values():
        reform_faults(linker, reform)


def _sources(linker: Linker) -> None:
    known = linker.parts["sources"]
    for kind in linker.sheaf.by_kind.values():
        for reading, _ in kind:
            for path, value in _source_lists(reading.value, ()):
                for id in value:
                    linker.refer("source", str(id), known, reading.file, reading.line(path),
                                 "evidence.sources")


def _source_lists(
    value: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], tuple[Any, ...]]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("sources", "seen_in") and isinstance(item, tuple):
                yield (*path, key), item
            else:
                yield from _source_lists(item, (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _source_lists(item, (*path, index))
