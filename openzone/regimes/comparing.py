"""Two laws named by a person: a day, a place, a book, a reform, or several of these together."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openzone.decide.compare.difference import (
    OUTSIDE,
    Context,
    Difference,
    between_days,
    between_laws,
    difference,
    everywhere,
    view_of,
)
from openzone.decide.facts import as_day
from openzone.decide.frame import Frame
from openzone.errors import Fault, OpenZoneError, nearest
from openzone.regimes.registry import regime_named
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from openzone.rulebook.model import Reform
from openzone.rulebook.reform_files import load_reforms

THE_LAW = "law"
WITHOUT = "without:"


@dataclass(frozen=True, slots=True)
class SideOf:
    """What one side of a comparison names; absent parts are the same on both sides."""

    book: Book
    on: dt.date | None = None
    place: str | None = None
    reforms: tuple[Reform, ...] = ()
    without: tuple[str, ...] = ()
    named_book: bool = False


def side_named(
    text: str, book: Book, files: bool = True, given: Mapping[str, Reform] | None = None
) -> SideOf:
    """Read one side: parts joined by ','.

    A day (2024-11-01), a place (ftz:tianjin; `outside`), a reform (a file, or an id of the book),
    `without:ID` (the law without a reform of the book), a book (a name or a folder), `law`. Without
    `files`, a service's callers name no file and no book; `given` are reforms they brought, by id.
    """
    side = SideOf(book)
    for part in text.split(","):
        reform = (given or {}).get(part.strip())
        if reform is not None:
            side = dataclasses.replace(side, reforms=(*side.reforms, reform))
        else:
            side = _with_part(side, part.strip(), files)
    return side


def _with_part(side: SideOf, part: str, files: bool) -> SideOf:
    if part in ("", THE_LAW):
        return side
    day = as_day(part)
    if day is not None:
        return dataclasses.replace(side, on=day)
    if part == "outside":
        return dataclasses.replace(side, place=OUTSIDE)
    if part.startswith(WITHOUT):
        id = part.removeprefix(WITHOUT)
        if id not in side.book.reforms:
            raise _unknown(part, side.book)
        return dataclasses.replace(side, without=(*side.without, id))
    place = side.book.territories.find(part)
    if place is not None:
        return dataclasses.replace(side, place=place)
    if part in side.book.reforms or (files and Path(part).is_file()):
        return dataclasses.replace(side, reforms=(*side.reforms, *load_reforms(side.book, (part,))))
    if files and (Path(part).is_dir() or part == side.book.info.id):
        return dataclasses.replace(side, book=load_book(part), named_book=True)
    raise _unknown(part, side.book)


def _unknown(part: str, book: Book) -> OpenZoneError:
    known = [*book.territories, *book.reforms, THE_LAW, "outside"]
    return OpenZoneError(
        Fault(
            "unknown_reference",
            "this names no day, place, reform or book",
            seen=part,
            expected="for example 2024-11-01, ftz:tianjin, outside, PO-2024-VAS,"
            " without:PO-2024-VAS, reform.yaml, law",
            next=nearest(part, known),
        )
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A difference with the frames it was found in."""

    difference: Difference
    before: Frame
    after: Frame


def compare(
    one: SideOf,
    other: SideOf,
    *,
    regime: str = "capital",
    on: dt.date,
    known: dt.date,
    places: Sequence[str] = (),
) -> Compared:
    """The exact difference of two sides in one regime. `on`: the day where a side names none.

    Two days: every place. Two places: one day. Two laws (reforms, books): every place and every day
    from the first on which they may differ.
    """
    before = Frame(_law(one, known), regime_named(regime))
    after = Frame(_law(other, known), regime_named(regime))
    contexts = _contexts(before, after, one, other, on, places)
    return Compared(difference(before, after, contexts), before, after)


def _law(side: SideOf, known: dt.date) -> Law:
    return Law(side.book, known, side.reforms, without=side.without)


def _contexts(
    before: Frame, after: Frame, one: SideOf, other: SideOf, on: dt.date, places: Sequence[str]
) -> list[Context]:
    if one.place is not None or other.place is not None:
        first, second = one.on or on, other.on or on
        here, there = one.place or OUTSIDE, other.place or OUTSIDE
        return [Context(there, None, view_of(before, here, first), view_of(after, there, second))]
    if one.on != other.on:
        first, second = one.on or on, other.on or on
        found = between_days(before, after, first, second)
        return [c for c in found if not places or c.place in places]
    if one.on is not None or one.named_book or other.named_book:
        day = one.on or on
        chosen = list(places) or everywhere(after, day)
        return [
            Context(place, None, view_of(before, place, day), view_of(after, place, day))
            for place in chosen
            if not place or place in before.law.territories
        ]
    first = _first_day(before, after, on)
    return between_laws(before, after, first, None, places)


def _first_day(before: Frame, after: Frame, on: dt.date) -> dt.date:
    """The first day on which a reform that only one side has begins; else the day asked."""
    ids = {r.id: r for r in (*before.law.live, *before.law.reforms)}
    others = {r.id: r for r in (*after.law.live, *after.law.reforms)}
    starts = [
        reform.in_force.start
        for id, reform in {**ids, **others}.items()
        if (ids.get(id) is not others.get(id)) and reform.in_force and reform.in_force.start
    ]
    return min(starts, default=on)
