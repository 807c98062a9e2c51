"""Words of a table of lines, put together where the law treats them alike.

Two codes are alike when the same rows and lists bind them; two places when they lie in the same
areas that the law names; two days when the same rows, lists, figures and tariff stand on them.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from openzone.decide.binding import meets
from openzone.regimes.goods.case import TABLES, Reader
from openzone.regimes.goods.countries import COUNTRIES
from openzone.regimes.goods.rates import schedule_of
from openzone.regimes.goods.rows import Ground
from openzone.regimes.goods.taxes import EXTRA, EXTRA_BY
from openzone.rulebook.goods_lists import GoodsList
from openzone.rulebook.law import Law
from openzone.rulebook.model import Condition, ParameterRef, Row
from openzone.rulebook.tariff import Schedule

FIXED_LENGTHS = range(10, 1, -1)


class Classes:
    """Words by number, each in a class; the first word of a class stands for it."""

    def __init__(self, classify: Callable[[Any], Any]) -> None:
        self.classify = classify
        self.of: dict[Any, int] = {}
        self.first: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def meet(self, words: Iterable[Any]) -> None:
        """Learn words."""
        for word in words:
            if word in self.of:
                continue
            key = self.classify(word)
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = len(self.first)
                self.first.append(word)
            self.of[word] = number

    def __len__(self) -> int:
        return max(1, len(self.first))


class Lay:
    """The law of goods on a run of days, as far as words are told apart by it."""

    def __init__(
        self, law: Law, first: dt.date, last: dt.date, places: Sequence[str], schedule: str | None
    ) -> None:
        self.law, self.named = law, schedule
        self.span = first, last
        self.places = list(places)
        self.lists = [one for one in law.book.goods_lists.values() if law.public(one.document)]
        rows = [row for row in law.rows if row.table in TABLES]
        self.overlays = [
            one
            for one in law.overlays
            if (one.row is None or one.row.table in TABLES) and self._met(one.span)
        ]
        held = [row for row in rows if self._met(row.in_force)]
        self.rows: list[Row] = [*held, *(one.row for one in self.overlays if one.row is not None)]

    def _met(self, span: Any) -> bool:
        first, last = self.span
        return (span.start is None or span.start <= last) and (span.end is None or span.end > first)

    @cached_property
    def areas(self) -> frozenset[str]:
        """The areas that rows, reforms and dated figures turn on."""
        named: set[str] = set()
        for row in self.rows:
            for condition in row.conditions:
                if condition.fact == "place":
                    named.update(condition.values)
        for one in self.overlays:
            named.update(one.territory)
        for reform in (*self.law.live, *self.law.reforms):
            if any(change.kind == "parameter" for change in reform.changes):
                named.update(reform.territory)
        return frozenset(named)

    def conditions(self, fact: str) -> tuple[Condition, ...]:
        """What rows ask of a fact."""
        found = (one for row in self.rows for one in row.conditions if one.fact == fact)
        return tuple(dict.fromkeys(found))

    # ---- days --------------------------------------------------------------------------------

    @cached_property
    def days(self) -> tuple[list[dt.date], list[int], list[dt.date]]:
        """Runs of days: the first day of each, the class of each, the first day of each class."""
        first, last = self.span
        cuts = set(self.law.cut_days)
        for schedule in self.law.book.schedules.values():
            cuts |= {one for one in (schedule.in_force.start, schedule.in_force.end) if one}
        for one in self.lists:
            cuts |= set(_list_days(one))
        begins = [first, *sorted(day for day in cuts if first < day <= last)]
        classes = Classes(self._standing)
        numbers = []
        for day in begins:
            classes.meet([day])
            numbers.append(classes.of[day])
        return begins, numbers, list(classes.first)

    def day_class(self, day: dt.date) -> int:
        """The class of a day of the run."""
        begins, numbers, _ = self.days
        return numbers[bisect_right(begins, day) - 1]

    def _standing(self, day: dt.date) -> Any:
        law = self.law
        dated = [one for row in self.rows for one in row.conditions if one.fact == "date"]
        return (
            tuple(n for n, row in enumerate(self.rows) if row.in_force.holds(day)),
            tuple(n for n, one in enumerate(self.overlays) if one.span.holds(day)),
            tuple(meets(one, day) for one in dated),
            tuple(r.id for r in (*law.live, *law.reforms) if r.in_force and r.in_force.holds(day)),
            tuple(str(law.parameter(name, day)) for name in law.book.parameters),
            tuple(bisect_right(_list_days(one), day) for one in self.lists),
            getattr(self.schedule(day), "id", None),
            tuple(self._place(place, day) for place in self.places),
        )

    def schedule(self, day: dt.date) -> Schedule | None:
        """The tariff of a day."""
        return schedule_of(Ground(self.law, day, frozenset(), {}), self.named)

    # ---- places ------------------------------------------------------------------------------

    def _place(self, word: str, day: dt.date) -> Any:
        reader = Reader(self.law, {"place": word, "date": day}, day)
        inside = reader.inside(day)
        fenced = reader.given.get("customs_supervision")
        return bool(reader.faults), inside & self.areas, fenced

    def place_class(self, word: str) -> Any:
        """What tells a place from others, on every day."""
        return tuple(self._place(word, day) for day in self.days[2])

    # ---- origins and facts -------------------------------------------------------------------

    def origin_class(self, word: str) -> Any:
        """What tells an origin from others: the conditions that it meets."""
        origin = parsed_origin(word)
        if origin is None:
            return None
        return tuple(meets(one, origin) for one in self.conditions("origin"))

    def text_class(self, fact: str) -> Callable[[str], Any]:
        """What tells a text from others: the conditions that it meets."""
        asked = self.conditions(fact)
        return lambda word: word.strip() and tuple(meets(one, word.strip()) for one in asked)

    def cuts(self, fact: str) -> list[Any]:
        """The numbers at which a rule turns on a fact."""
        found: list[Any] = []
        for one in self.conditions(fact):
            bounds = (one.min, one.above, one.max, one.below, *one.values)
            found += [bound for bound in bounds if bound is not None]
        for row in self.rows:
            if row.param("fact") == fact:
                found += [most for most, _ in row.param("bands", ()) if most is not None]
            if row.effect == EXTRA and fact == EXTRA_BY:
                found += self._figures(row.param("threshold_yuan"))
        return found

    def _figures(self, value: Any) -> list[Any]:
        """Every value that a figure of a row has on the days."""
        if not isinstance(value, ParameterRef):
            return [] if value is None else [value]
        name = value.parameter
        changes = [
            change.value
            for reform in (*self.law.live, *self.law.reforms)
            for change in reform.changes
            if change.parameter == name and change.value is not None
        ]
        return [*(one.value for one in self.law.book.parameters[name].values), *changes]

    # ---- codes -------------------------------------------------------------------------------

    @cached_property
    def _prefixes(self) -> tuple[dict[str, list[int]], list[str]]:
        found: dict[str, list[int]] = {}
        for number, row in enumerate(self.rows):
            for prefix in row.hs:
                found.setdefault(prefix, []).append(number)
        return found, sorted(found)

    def code_class(self, word: str) -> Any:
        """What tells a code from others: the rows, lists and quotas that bind it."""
        reader = Reader(self.law, {"hs": word}, self.span[0])
        code = reader.code()
        if code is None:
            return word if reader.faults else None
        held, prefixes = self._prefixes
        bound = tuple(
            (length, number)
            for length in FIXED_LENGTHS
            for number in held.get(code[:length], ())
            if len(code) >= length and not code.startswith(self.rows[number].not_hs or ("-",))
        )
        at = bisect_right(prefixes, code)
        deeper = tuple(p for p in prefixes[at : at + 1] if p.startswith(code))
        return bound, deeper, tuple(self._listed(code)), self._quotas(code)

    def _quotas(self, code: str) -> tuple[bool, ...]:
        held = (self.schedule(day) for day in self.days[2])
        return tuple(one is not None and code[:8] in one.quotas for one in held)

    def _listed(self, code: str) -> Iterable[Any]:
        for one in self.lists:
            for day in self.days[2]:
                place = one.place(code, day)
                if place is None and not one.in_part(code, day):
                    yield None
                else:
                    rate = None if place is None else one.rate(place)
                    papers = [one.papers_for(code, way, day) for way in ("import", "export")]
                    yield place is None, rate, str(papers), one.in_part(code, day)


def parsed_origin(word: str) -> str | None:
    """An origin as the case reads it; None when it is no country on record."""
    text = word.strip().upper()
    return text if text in COUNTRIES else None


def _list_days(one: GoodsList) -> Sequence[dt.date]:
    """The days on which a list, or a line of it, begins or ends."""
    days = {day for day in (one.in_force.start, one.in_force.end) if day}
    for held in one.days:
        days |= {dt.date.fromordinal(day) for day in set(held) if day}
    return sorted(days)


def code_of(law: Law, word: str) -> str:
    """A code as the case reads it; '' when it is none."""
    return Reader(law, {"hs": word}, dt.date.min).code() or ""


def given_text(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that are given: empty words are absent."""
    return {name: value for name, value in values.items() if value not in ("", None)}
