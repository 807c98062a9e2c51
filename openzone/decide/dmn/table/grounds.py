"""Places and days of a table of cases, as far as the rows of a regime tell them apart."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openzone.decide.binding import fact_conditions
from openzone.decide.case import apart, place_names
from openzone.decide.dmn.areas import areas_in
from openzone.decide.dmn.flat import Flat
from openzone.decide.dmn.ground import Ground, ground
from openzone.decide.dmn.reading import declared
from openzone.decide.dmn.regime import TableRegime
from openzone.decide.dmn.sheet import Facts
from openzone.decide.dmn.table import columns as col
from openzone.decide.dmn.table.bits import Asked
from openzone.decide.entries import parameters_of
from openzone.errors import CaseError, Fault
from openzone.rulebook.law import Law

REFUSED = -1


@dataclass(frozen=True)
class Variant:
    """Grounds that are alike: the rows that stand there, and what silence means.

    `grounds`: that of the place, and those of areas inside it in which the law differs; a case is
    asked for the area where their answers do. `orders`: the rows of each, by `part` of a table.
    `assumed`: what silence means on each.
    """

    grounds: tuple[Ground, ...]
    orders: Mapping[str, tuple[Asked, ...]]
    assumed: tuple[Mapping[str, Any], ...]

    @property
    def ground(self) -> Ground:
        """The ground of the place itself."""
        return self.grounds[0]

    def told(self, fact: str) -> tuple[Any, ...]:
        """What silence on a fact means on each of the grounds; None: nothing."""
        return tuple(one.get(fact) for one in self.assumed)


def part(table: str, number: int) -> str:
    """The name of a table on one of the grounds of a variant; 0: on that of the place."""
    return f"{table} {number}" if number else table


class Grounds:
    """The grounds met so far. `numbers`: for a place and a segment of days that of its variant."""

    def __init__(self, law: Law, regime: TableRegime, flat: Flat) -> None:
        self.law, self.regime, self.flat = law, regime, flat
        self.facts = declared(law, regime.tables_of(dict(flat.only)))
        self.places: dict[str, int] = {}
        self.numbers: dict[tuple[int, int], int] = {}
        self.variants: list[Variant] = []
        self._ids: list[tuple[str, ...] | None] = []
        self._marks: dict[Any, int] = {}
        for place in ("", *law.territories):
            self.place(place)

    def place(self, text: str) -> int:
        """The number of a place as it stands in the table (ids joined by ';')."""
        number = self.places.get(text)
        if number is None:
            found = [self.law.territories.find(str(name)) for name in place_names(text)]
            known = tuple(dict.fromkeys(name for name in found if name is not None))
            number = self.places[text] = len(self._ids)
            self._ids.append(None if None in found else known)
        return number

    @property
    def segments(self) -> int:
        """How many runs of days the law has."""
        return len(self.law.cut_days) + 1

    def segment(self, day: dt.date) -> int:
        """The run of days in which a day lies."""
        return bisect_right(self.law.cut_days, day)

    def meet(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Learn what stands in places (by number) on runs of days."""
        for pair in pairs:
            if pair not in self.numbers:
                self.numbers[pair] = self._number(*pair)

    def _number(self, place: int, segment: int) -> int:
        places, cuts = self._ids[place], self.law.cut_days
        day = cuts[segment - 1] if segment else cuts[0] - dt.timedelta(days=1)
        territories, known = self.law.territories, self.law.known
        if (
            places is None
            or not all(territories.exists(one, day, known) for one in places)
            or apart(territories, places, day, known)
        ):
            return REFUSED
        grounds = tuple(self._apart(places, day))
        mark = tuple(self._mark(here) for here in grounds)
        found = self._marks.get(mark)
        if found is None:
            found = self._marks[mark] = len(self.variants)
            self.variants.append(self._variant(grounds))
        return found

    @property
    def parts(self) -> int:
        """How many grounds the variant with the most of them has."""
        return max((len(one.grounds) for one in self.variants), default=1)

    def _apart(self, places: tuple[str, ...], day: dt.date) -> Iterable[Ground]:
        """The ground of a place, and one of each kind of area inside it where the law differs."""
        here = ground(self.law, day, self.law.territories.around(places, day, self.law.known))
        measured, met = self._measured(here), {self._told(here)}
        yield here
        for area in areas_in(self.law, self.regime.tables, places, day):
            there = ground(self.law, day, area.inside)
            told = self._told(there)
            if told in met:
                continue
            met.add(told)
            more = self._measured(there)
            if any(measured.get(name, value) != value for name, value in more.items()):
                raise CaseError(
                    Fault("wrong_value", "silence means another figure in an area of this place",
                          field="place", seen=", ".join(places),
                          expected=f"an area of it, as {area.id}",
                          next="name the area, or decide these cases one by one")
                )  # fmt: skip
            measured |= more
            yield there

    def _told(self, here: Ground) -> Any:
        """What tells the outcomes of a ground: rows in order, silence, assumptions, figures."""
        tables = (*self.flat.tables, *self.flat.collected)
        rows = tuple(tuple(one.row.key for one in here.sheet(name).rows) for name in tables)
        silence = tuple(here.silence(name) for name in tables)
        return rows, silence, tuple(sorted(self._assumed(here).items())), self._figures(here)

    def _mark(self, here: Ground) -> Any:
        """What tells a ground from others: rows, words of silence, assumptions, dated figures, and
        what cannot be stated there."""
        tables = self.regime.tables
        rows = tuple(
            (
                tuple(one.row.key for one in sheet.rows),
                tuple(o.key for o in sheet.standing.late),
            )
            for sheet in map(here.sheet, tables)
        )
        silence = tuple(here.silence(name) for name in tables)
        assumed = tuple(sorted(self._assumed(here).items()))
        never = tuple(where(here) for _, where in self.flat.never_where)
        return rows, silence, assumed, self._figures(here), never

    @cached_property
    def _areas(self) -> frozenset[str]:
        """The areas of the reforms that change a dated figure."""
        return frozenset(
            area
            for reform in (*self.law.live, *self.law.reforms)
            if any(change.kind == "parameter" for change in reform.changes)
            for area in reform.territory
        )

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The dated figures that rows of the tables name."""
        tables = frozenset(self.regime.tables)
        added = (one.row for one in self.law.overlays if one.row is not None)
        rows = [row for row in (*self.law.rows, *added) if row.table in tables]
        return tuple(sorted(set(parameters_of(rows))))

    def _figures(self, here: Ground) -> Any:
        """The dated figures on the day, each by what it rests on."""
        memo = self.law.memo.setdefault("dmn figures", {})
        key = (bisect_right(self.law.cut_days, here.on), here.inside & self._areas)
        if key not in memo:
            held = (self.law.parameter_held(name, here.on, here.inside) for name in self._names)
            memo[key] = tuple(None if one is None else (str(one.value), one.document,
                              one.evidence) for one in held)  # fmt: skip
        return memo[key]

    def _assumed(self, here: Ground) -> dict[str, Any]:
        """What silence on a fact means on a ground."""
        told = {name: one.assume for name, one in self.facts.items() if one.assume is not None}
        return told | dict(self.regime.assume(here, Facts(told)))

    def _measured(self, here: Ground) -> dict[str, Any]:
        """What silence means on a ground on the numbers and days that its rows ask; None: open."""
        assumed, kinds = self._assumed(here), (*col.NUMBERS, "day")
        tables = (*self.flat.tables, *self.flat.collected)
        asked = {one.fact for table in tables for one in here.sheet(table).conditions()}
        made = (name for fact in asked for name in self.flat.made_of(fact))
        return {
            name: assumed.get(name)
            for name in made
            if name in self.facts and self.facts[name].kind in kinds
        }

    def _variant(self, grounds: tuple[Ground, ...]) -> Variant:
        use = self.flat.in_use
        orders = {
            part(table, number): tuple(
                fact_conditions(one.row)
                for one in here.sheet(table).rows
                if not use or here.figure(one.row, use, True)
            )
            for number, here in enumerate(grounds)
            for table in (*self.flat.tables, *self.flat.collected)
        }
        measured = {name: one for here in grounds for name, one in self._measured(here).items()}
        assumed = tuple({**self._assumed(here), **measured} for here in grounds)
        return Variant(grounds, orders, assumed)
