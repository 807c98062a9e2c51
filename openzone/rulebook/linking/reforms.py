"""Links of reforms, and of what is known of earlier openings."""

from __future__ import annotations

from openzone.rulebook import files
from openzone.rulebook.linking.linker import Linker, Spot


def link_reforms(linker: Linker) -> None:
    """Note what does not hold together in the reforms and precedents of the book."""
    from openzone.rulebook.patching import reform_faults

    for reform in linker.parts["reforms"].values():
        reform_faults(linker, reform)
    for reading, entry in linker.sheaf.each(files.ReformFile):
        if entry.authorisation.level:
            spot = Spot(reading, ("authorisation", "level"))
            linker.known("level", entry.authorisation.level, linker.parts["levels"], spot)
    for reading, entry in linker.sheaf.each(files.PrecedentsFile):
        for index, precedent in enumerate(entry.precedents):
            spot = Spot(reading, ("precedents", index))
            measures = linker.parts["measures"]
            linker.all_known("measure", precedent.measures, measures, spot.at("measures"))
            where = spot.at("first", "where")
            linker.known("territory", precedent.first.where, linker.territories, where)
