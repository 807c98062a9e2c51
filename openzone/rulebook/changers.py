"""Who may change a norm in a place: its level, a special power, the bodies that act there."""

from __future__ import annotations

from dataclasses import dataclass

from openzone.rulebook.book import Book
from openzone.rulebook.model import Document, SpecialPower, Text, ZoneChange


@dataclass(frozen=True, slots=True)
class Changers:
    """Who may change the norms of a document in a place.

    `power` is a special statutory power, which goes before the table of levels. `bodies` are those
    of the level that may act in the place; a power bound to other places is not among them.
    """

    document: str
    level: str
    level_name: Text
    rank: int
    issuer: Text
    changed_by: Text
    power: SpecialPower | None
    bodies: tuple[ZoneChange, ...]


def changers(book: Book, document: Document, ancestors: frozenset[str]) -> Changers:
    """Who may change the norms of `document` in the place that has these `ancestors`.

    An adaptation power ends at the border of its place: it counts only when the place lies within.
    No ancestors stand for the country outside zones.
    """
    level = book.levels[document.level]
    return Changers(
        document=document.id,
        level=level.id,
        level_name=level.name,
        rank=level.rank,
        issuer=level.issuer,
        changed_by=level.changed_by,
        power=book.powers.get(document.power) if document.power else None,
        bodies=tuple(
            body
            for body in level.zone_change
            if not body.within or not ancestors.isdisjoint(body.within)
        ),
    )
