"""Links of tables with places and words, and of worked cases with tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from openzone.rulebook import files
from openzone.rulebook.linking.linker import Linker, Spot


def link_tables(linker: Linker) -> None:
    """Note what does not hold together in a table, and cases of a regime that no table has."""
    regimes = {table.regime for table in linker.parts["tables"].values()}
    for reading, entry in linker.sheaf.each(files.TableFile):
        _table(linker, entry, Spot(reading))
    seen: dict[str, Spot] = {}
    for reading, entry in linker.sheaf.each(files.CasesFile):
        if "table" not in linker.sheaf.doubtful | set(linker.sheaf.lost):
            linker.known("regime", entry.regime, regimes, Spot(reading, ("regime",)))
        for index, case in enumerate(entry.cases):
            spot = Spot(reading, ("cases", index, "id"))
            if case.id in seen:
                first = seen[case.id]
                linker.note(
                    spot,
                    "duplicate",
                    f"'{case.id}' stands twice; first at {first.reading.file}:{first.line}",
                    next="give one of them another id",
                )
            seen.setdefault(case.id, spot)
            _expectation(linker, case.expect, Spot(reading, ("cases", index, "expect")))


def _table(linker: Linker, table: files.TableFile, spot: Spot) -> None:
    lists = [one.id for one in table.lists]
    for index, one in enumerate(table.lists):
        here = spot.at("lists", index)
        linker.all_known("territory", one.under, linker.territories, here.at("under"))
        linker.all_known("list", one.replaces, lists, here.at("replaces"))
    _once(linker, lists, spot.at("lists"), "id")
    _once(linker, [one.effect for one in table.effects], spot.at("effects"), "effect")
    _once(linker, [one.fact for one in table.facts], spot.at("facts"), "fact")
    _once(linker, table.outcomes, spot.at("outcomes"))
    _once(linker, table.inputs, spot.at("inputs"))


def _once(linker: Linker, names: Iterable[str], spot: Spot, field: str = "") -> None:
    """Note names that stand twice in a list of the table."""
    counts = Counter[str]()
    for index, name in enumerate(names):
        counts[name] += 1
        if counts[name] == 2:
            here = spot.at(index, field) if field else spot.at(index)
            linker.note(here, "duplicate", f"'{name}' stands twice", next="remove one of the two")


def _expectation(linker: Linker, expect: files.CaseExpectation, spot: Spot) -> None:
    names = linker.row_ids | linker.reform_keys
    linker.all_known("row", expect.rests_on, names, spot.at("rests_on"))
    documents = set(linker.parts["documents"]) | set(linker.parts["reforms"])
    linker.all_known("document", expect.documents, documents, spot.at("documents"))
