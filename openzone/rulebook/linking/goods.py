"""Links of tariffs and of lists of goods by code."""

from __future__ import annotations

from itertools import combinations

from openzone.rulebook import building, files
from openzone.rulebook.linking.linker import Linker, Spot

LIST_PARAMETERS = ("rate_list", "except_list")
"""Parameters of effects that name a list of goods."""


def link_goods(linker: Linker) -> None:
    """Note what does not hold together in tariffs and lists of goods."""
    documents = linker.parts["documents"]
    for reading, entry in linker.sheaf.each(files.TariffFile):
        linker.known("document", entry.document, documents, Spot(reading, ("document",)))
    _one_law_a_day(linker)
    for reading, entry in linker.sheaf.each(files.GoodsListFile):
        linker.known("document", entry.document, documents, Spot(reading, ("document",)))
        _settled(linker, entry, Spot(reading))


def _one_law_a_day(linker: Linker) -> None:
    """Two tariffs may not both be law on a day: which one holds is not said."""
    held = [
        (one, Spot(reading, ("in_force",)))
        for reading, one in linker.sheaf.each(files.TariffFile)
        if one.use == "law"
    ]
    for (one, first), (other, spot) in combinations(held, 2):
        if building.interval(one.in_force).overlaps(building.interval(other.in_force)):
            linker.note(
                spot,
                "overlap",
                f"two tariffs are law on the same day: {one.id} {building.interval(one.in_force)}"
                f" ({first.reading.file}:{first.line}) and {other.id}",
                seen=str(building.interval(other.in_force)),
                next="end one where the other begins, give one 'use: estimate', or import the"
                f" tariff under the id {one.id}, which replaces it",
            )


def _settled(linker: Linker, entry: files.GoodsListFile, spot: Spot) -> None:
    """The fact that a list settles is declared, and takes what the list says."""
    if entry.settles is None:
        if entry.member is not None:
            linker.note(
                spot.at("member"), "missing_field", "the list settles no fact", seen=entry.member,
                next="add 'settles', or remove 'member'",
            )  # fmt: skip
        return
    facts = {fact.fact: fact for table in linker.parts["tables"].values() for fact in table.facts}
    if entry.kind == "papers":
        linker.note(
            spot.at("settles"), "wrong_value", "a list of papers settles no fact",
            seen=entry.settles, next="remove 'settles', or give 'kind: members'",
        )  # fmt: skip
    elif linker.known("fact", entry.settles, facts, spot.at("settles")):
        fact = facts[entry.settles]
        words = [str(value) for value in fact.values] if fact.kind == "choice" else []
        if fact.kind == "flag" and entry.member is None:
            return
        if fact.kind == "choice" and entry.member is not None:
            linker.known("value of the fact", entry.member, words, spot.at("member"))
            return
        linker.note(
            spot.at("settles" if entry.member is None else "member"), "wrong_value",
            f"the fact is a {fact.kind}", seen=entry.member,
            expected="'member', one of " + ", ".join(words) if words else "a flag, and no 'member'",
            next="correct 'settles' or 'member'",
        )  # fmt: skip
