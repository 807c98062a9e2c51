"""Links of documents, measures, parameters, powers and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from openzone.rulebook import files
from openzone.rulebook.building import interval
from openzone.rulebook.linking.linker import Linker, Spot
from openzone.rulebook.reading import Path_


def link_documents(linker: Linker) -> None:
    """Note what does not hold together in what rows cite and name."""
    for reading, entry in linker.sheaf.each(files.DocumentsFile):
        for index, document in enumerate(entry.documents):
            _document(linker, document, Spot(reading, ("documents", index)))
    _editions(linker)
    for reading, entry in linker.sheaf.each(files.MeasuresFile):
        for index, measure in enumerate(entry.measures):
            spot = Spot(reading, ("measures", index, "table"))
            linker.known("table", measure.table, linker.parts["tables"], spot)
    _parameters(linker)
    _powers(linker)
    _sources(linker)


def _document(linker: Linker, document: files.Document, spot: Spot) -> None:
    parts = linker.parts
    linker.known("level", document.level, parts["levels"], spot.at("level"))
    if document.power:
        linker.known("power", document.power, parts["powers"], spot.at("power"))
    if document.ended_by:
        linker.known("document", document.ended_by, parts["documents"], spot.at("ended_by"))
    if document.table and linker.known("table", document.table, parts["tables"], spot.at("table")):
        lists = {one.id for one in parts["tables"][document.table].lists}
        if document.list:
            linker.known("list", document.list, lists, spot.at("list"))
    elif document.list and not document.table:
        linker.note(
            spot.at("list"), "missing_field", "the list of no table", seen=document.list,
            next="add 'table'",
        )  # fmt: skip
    if document.record and document.record.sections:
        for field in ("complete", "partial"):
            here = spot.at("record", "sections", field)
            check_sections(linker, getattr(document.record.sections, field), here)


def check_sections(linker: Linker, sections: Iterable[str], spot: Spot) -> None:
    """Note sections that the classification does not have."""
    codes = linker.codes
    if codes is None:
        return
    tops = {code for code in codes if codes[code].parent is None}
    for section in sections:
        if section not in tops:
            linker.note(
                spot.of(section), "unknown_code", f"no section of {codes.title.en}",
                seen=section, expected="one of " + ", ".join(sorted(tops)),
                next="correct the section",
            )  # fmt: skip


def _editions(linker: Linker) -> None:
    """Two editions of one list may not be law on the same day: which one binds is not said."""
    lists: dict[tuple[str, str], list[tuple[files.Document, Spot]]] = {}
    for reading, entry in linker.sheaf.each(files.DocumentsFile):
        for index, one in enumerate(entry.documents):
            if one.table and one.list:
                spot = Spot(reading, ("documents", index, "in_force"))
                lists.setdefault((one.table, one.list), []).append((one, spot))
    for (_, name), editions in lists.items():
        for (one, first), (other, spot) in combinations(editions, 2):
            if interval(one.in_force).overlaps(interval(other.in_force)):
                linker.note(
                    spot,
                    "overlap",
                    f"two editions of the list '{name}' are in force on the same day:"
                    f" {one.id} {interval(one.in_force)} ({first.reading.file}:{first.line}) and"
                    f" {other.id} {interval(other.in_force)}",
                    next="end one where the other begins",
                )


def _parameters(linker: Linker) -> None:
    for reading, entry in linker.sheaf.each(files.ParametersFile):
        for index, parameter in enumerate(entry.parameters):
            spot = Spot(reading, ("parameters", index, "values"))
            for number, value in enumerate(parameter.values):
                if value.document:
                    here = spot.at(number, "document")
                    linker.known("document", value.document, linker.parts["documents"], here)
            for (_, one), (number, other) in combinations(enumerate(parameter.values), 2):
                if interval(one.in_force).overlaps(interval(other.in_force)):
                    linker.note(
                        spot.at(number, "in_force"),
                        "overlap",
                        f"'{parameter.id}' has two values on the same day:"
                        f" {one.value} {interval(one.in_force)} and"
                        f" {other.value} {interval(other.in_force)}",
                        next="end one where the other begins",
                    )


def _powers(linker: Linker) -> None:
    for reading, entry in linker.sheaf.each(files.PowersFile):
        for index, level in enumerate(entry.levels):
            for number, change in enumerate(level.zone_change):
                spot = Spot(reading, ("levels", index, "zone_change", number, "within"))
                linker.all_known("territory", change.within, linker.territories, spot)
        for index, power in enumerate(entry.special):
            spot = Spot(reading, ("special", index, "holder_level"))
            linker.known("level", power.holder_level, linker.parts["levels"], spot)


def _sources(linker: Linker) -> None:
    known = linker.parts["sources"]
    for entries in linker.sheaf.by_kind.values():
        for reading, _ in entries:
            for path in _source_lists(reading.lines):
                named = reading.at(path)
                if isinstance(named, tuple):
                    linker.all_known("source", map(str, named), known, Spot(reading, path))


def _source_lists(paths: Iterable[Path_]) -> Iterator[Path_]:
    """Where a file names sources: in evidence, and in the versions of rows."""
    for path in paths:
        if path[-2:] == ("evidence", "sources") or path[-1:] == ("seen_in",):
            yield path
