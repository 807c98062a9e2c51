"""Links of the activity vocabulary and of industry codes."""

from __future__ import annotations

from collections.abc import Iterable

from openzone.errors import nearest
from openzone.rulebook import files
from openzone.rulebook.linking.linker import Linker, Spot


def link_codes(linker: Linker) -> None:
    """Note tags without a parent, unknown groups, groups in a circle, codes that mean nothing."""
    spots: dict[str, Spot] = {}
    for reading, entry in linker.sheaf.each(files.ActivitiesFile):
        for index, activity in enumerate(entry.activities):
            spot = Spot(reading, ("activities", index))
            spots[activity.tag] = spot
            parent = activity.tag.rpartition(".")[0]
            if parent:
                linker.known("activity", parent, linker.vocabulary, spot.at("tag"))
            groups = spot.at("member_of")
            linker.all_known("activity", activity.member_of, linker.vocabulary, groups)
            codes_known(linker, (one.code for one in activity.industry), spot.at("industry"))
    for tag, spot in spots.items():
        groups_of = linker.vocabulary[tag].member_of
        if any(tag in linker.vocabulary.lineage(group) for group in groups_of):
            linker.note(
                spot.at("member_of"), "cycle", f"'{tag}' is a member of itself",
                next="take it out of one of the groups",
            )  # fmt: skip


def codes_known(linker: Linker, codes: Iterable[str], spot: Spot) -> None:
    """Note codes of the list of matches at `spot` that are in no edition or stand for no class."""
    known = linker.codes
    if known is None:
        return
    for index, code in enumerate(codes):
        here = spot.at(index, "code")
        if code not in known:
            linker.note(
                here,
                "unknown_code",
                f"the code is not in {known.title.en}",
                seen=code,
                expected="a code of the classification",
                next=nearest(code, known) or "look the code up in the classification",
            )
        elif linker.classes.isdisjoint(known.leaves[code]):
            lowest = known[min(linker.classes)].level
            linker.note(
                here,
                "empty_prefix",
                f"the {known[code].level} has no {lowest} under it: it can bind nothing",
                seen=code,
                expected=f"a code that stands for a {lowest}",
                next="give another code, or complete the classification",
            )


def check_codes(
    linker: Linker, industry: Iterable[tuple[str, str]], file: str, line: int | None
) -> None:
    """Note codes of the entry on a line that are in no edition or that stand for no class."""
    spot = linker.spot(file, line).at("binds", "industry")
    codes_known(linker, (code for code, _ in industry), spot)
