"""Links of rows: citation, measure, binding, conditions, effect, displacement, versions."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from openzone.rulebook import building, files
from openzone.rulebook import model as m
from openzone.rulebook.linking.circles import circles
from openzone.rulebook.linking.codes import codes_known
from openzone.rulebook.linking.documents import check_sections
from openzone.rulebook.linking.effects import effect_fits
from openzone.rulebook.linking.linker import Linker, Spot

# Facts that every table may test, whatever its inputs.
STRUCTURAL = frozenset({"activity", "industry", "place", "date"})


def link_rows(linker: Linker) -> None:
    """Note what does not hold together in the rows of all files."""
    above: dict[str, tuple[str, ...]] = {}
    spots: dict[str, Spot] = {}
    for reading, entry in linker.sheaf.each(files.RowsFile):
        tables = linker.parts["tables"]
        linker.known("table", entry.table, tables, Spot(reading, ("table",)))
        for index, row in enumerate(entry.rows):
            spot = Spot(reading, ("rows", index))
            _row(linker, row, entry.table, spot)
            above.setdefault(row.id, row.instead_of)
            spots.setdefault(row.id, spot.at("instead_of"))
    for circle in circles(above):
        linker.note(
            spots[circle[0]],
            "cycle",
            "rows displace each other in a circle: " + " → ".join(circle),
            next="take one of them out of 'instead_of'",
        )
    _overlaps(linker)


def _row(linker: Linker, row: files.Row, table_id: str, spot: Spot) -> None:
    table: m.Table | None = linker.parts["tables"].get(table_id)
    _measure(linker, row.measure, table_id, spot.at("measure"))
    if row.section:
        check_sections(linker, (row.section,), spot.at("section"))
    _binds(linker, row.binds, spot.at("binds"))
    for index, condition in enumerate(row.conditions):
        _condition(linker, condition, table, spot.at("conditions", index))
    names = linker.row_ids | linker.reform_keys
    linker.all_known("row", row.instead_of, names, spot.at("instead_of"))
    if table is not None:
        effect_fits(linker, row.effect, dict(building.params(row.params)), table, spot)
        if row.outcome:
            linker.known("outcome", row.outcome, table.outcomes, spot.at("outcome"))
    for index, version in enumerate(row.versions):
        _checked(linker, version.evidence or row.evidence, version, spot)
        _version(linker, row, version, table_id, spot.at("versions", index))


def _checked(linker: Linker, evidence: files.Evidence, version: files.Version, spot: Spot) -> None:
    """What was verified names what was read, in its evidence or in its version."""
    if evidence.status.startswith("verified") and not evidence.sources and not version.seen_in:
        linker.note(
            spot.at("evidence"), "missing_field",
            f"the evidence says '{evidence.status}' and names nothing that was read",
            expected="ids of sources.yaml", next="add 'sources', or say 'memory'",
        )  # fmt: skip


def _measure(linker: Linker, measure: str, table: str, spot: Spot) -> None:
    measures = linker.parts["measures"]
    known = linker.known("measure", measure, measures, spot)
    tables = linker.parts["tables"]
    if known and table in tables and measures[measure].table in set(tables) - {table}:
        linker.note(
            spot,
            "wrong_value",
            f"the measure belongs to the table {measures[measure].table}",
            seen=measure,
            expected=f"a measure of {table}",
            next="give the row a measure of its own table",
        )


def _binds(linker: Linker, binds: files.Binds, spot: Spot) -> None:

    linker.all_known("activity", binds.activity, linker.vocabulary, spot.at("activity"))
    linker.all_known("activity", binds.not_activity, linker.vocabulary, spot.at("not_activity"))
    codes_known(linker, (one.code for one in binds.industry), spot.at("industry"))


def _condition(
    linker: Linker, condition: files.Condition, table: m.Table | None, spot: Spot
) -> None:
    trees: dict[str, tuple[str, Any]] = {
        "activity": ("activity", linker.vocabulary),
        "industry": ("code", linker.codes),
        "place": ("territory", linker.territories),
    }
    if condition.under is not None:
        noun, tree = trees.get(condition.fact, ("", None))
        if not noun:
            linker.note(
                spot.at("fact"), "wrong_value", "only a tree has an 'under'", seen=condition.fact,
                expected="activity, industry or place", next="use 'in', 'between' or 'is'",
            )  # fmt: skip
        elif tree is not None:
            linker.all_known(noun, condition.under, tree, spot.at("under"))
    if table is None:
        return
    declared = {fact.fact: fact for fact in table.facts}
    facts = STRUCTURAL | set(table.inputs) | set(declared)
    if linker.known("fact", condition.fact, facts, spot.at("fact")):
        fact = declared.get(condition.fact)
        if fact is not None and condition.in_ is not None and fact.kind == "choice":
            values = map(str, condition.in_)
            linker.all_known("value of the fact", values, fact.values, spot.at("in"))


def _version(
    linker: Linker, row: files.Row, version: files.Version, table_id: str, spot: Spot
) -> None:
    documents: dict[str, m.Document] = linker.parts["documents"]
    if version.ended_by:
        linker.known("document", version.ended_by, documents, spot.at("ended_by"))
    if version.measure:
        _measure(linker, version.measure, table_id, spot.at("measure"))
    table: m.Table | None = linker.parts["tables"].get(table_id)
    effects = {one[0] for one in table.effects} if table is not None else set()
    own = version.effect or (version.params is not None and row.effect in effects)
    if table is not None and own:
        given = row.params if version.params is None else version.params
        params = dict(building.params(given))
        effect_fits(linker, version.effect or row.effect, params, table, spot)
    if table is not None and version.outcome:
        linker.known("outcome", version.outcome, table.outcomes, spot.at("outcome"))
    if linker.known("document", version.document, documents, spot.at("document")):
        _within(linker, version, documents[version.document], table_id, spot)


def _within(
    linker: Linker, version: files.Version, document: m.Document, table: str, spot: Spot
) -> None:
    """A version stands in a document of its table, on days of that document."""
    tables = linker.parts["tables"]
    if table in tables and document.table in set(tables) - {table}:
        linker.note(
            spot.at("document"), "wrong_value",
            f"the document belongs to the table {document.table}", seen=document.id,
            expected=f"a document of {table}", next="cite a document of the table of this file",
        )  # fmt: skip
    span, whole = building.interval(version.in_force), document.in_force
    if whole.start is not None and (span.start is None or span.start < whole.start):
        linker.note(
            spot.at("in_force", "from"), "wrong_value", "the version begins before its document",
            seen=str(span.start or "null"), expected=f"{whole.start} or later",
            next="cite the document in force on that day as a version of its own",
        )  # fmt: skip
    if whole.end is not None and (span.end is None or span.end > whole.end):
        linker.note(
            spot.at("in_force", "to"), "wrong_value", "the version ends after its document",
            seen=str(span.end or "null"), expected=f"{whole.end} or earlier",
            next="cite the document that went on with it as a version of its own",
        )  # fmt: skip


def _overlaps(linker: Linker) -> None:
    """Two versions of one measure in one list may not hold on the same day."""
    groups: dict[tuple[str, str | None, str], list[m.Row]] = {}
    for row in linker.parts["rows"]:
        if row.document in linker.parts["documents"]:  # else its list is not known
            groups.setdefault((row.table, row.list, row.measure), []).append(row)
    for (_, list_id, measure), rows in groups.items():
        for one, other in combinations(rows, 2):
            if one.in_force.overlaps(other.in_force):
                listed = f"in the list '{list_id}' " if list_id else ""
                linker.note(
                    linker.spot(other.file, other.line).at("in_force"),
                    "overlap",
                    f"the measure '{measure}' {listed}has two versions on the same day:"
                    f" {one.id} {one.in_force} ({one.file}:{one.line}) and {other.id}"
                    f" {other.in_force}",
                    next="end one where the other begins, or give them different measures",
                )
