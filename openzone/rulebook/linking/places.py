"""Links of places: parents, names that stand for one place only, no place in itself."""

from __future__ import annotations

from openzone.rulebook import files
from openzone.rulebook.linking.circles import circles
from openzone.rulebook.linking.linker import Linker, Spot


def link_places(linker: Linker) -> None:
    """Note what does not hold together in the places of all files."""
    above: dict[str, list[str]] = {}
    spots: dict[str, Spot] = {}
    for reading, entry in linker.sheaf.each(files.TerritoriesFile):
        for index, place in enumerate(entry.territories):
            spot = Spot(reading, ("territories", index))
            spots.setdefault(place.id, spot)
            above.setdefault(
                place.id, [*place.parents, *(dated.id for dated in place.parents_dated)]
            )
            _parents(linker, place, spot)
    for circle in circles(above):
        linker.note(
            spots[circle[0]].at("parents"),
            "cycle",
            "a place lies in itself: " + " → ".join(circle),
            next="take one of them out of 'parents'",
        )
    _names(linker)


def _parents(linker: Linker, place: files.Territory, spot: Spot) -> None:
    linker.all_known("territory", place.parents, linker.territories, spot.at("parents"))
    for number, dated in enumerate(place.parents_dated):
        here = spot.at("parents_dated", number)
        linker.known("territory", dated.id, linker.territories, here.at("id"))
        if dated.ended_by:
            documents = linker.parts["documents"]
            linker.known("document", dated.ended_by, documents, here.at("ended_by"))


def _names(linker: Linker) -> None:
    """An id or alias that two places share would find the first and hide the second."""
    owners: dict[str, str] = {}
    entries = linker.sheaf.each(files.TerritoriesFile)
    for _, entry in entries:
        owners.update((place.id.casefold(), place.id) for place in entry.territories)
    for reading, entry in entries:
        for index, place in enumerate(entry.territories):
            for number, alias in enumerate(place.aliases):
                owner = owners.setdefault(alias.casefold(), place.id)
                if owner != place.id:
                    linker.note(
                        Spot(reading, ("territories", index, "aliases", number)),
                        "duplicate",
                        f"the name already stands for {owner}",
                        seen=alias,
                        next="remove it from one of the two places",
                    )
