"""A law asked in a regime of decision tables: from a case to what is found of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from openzone.decide.dmn.areas import Area, areas_in
from openzone.decide.dmn.complete import Completed, common, completed, needs, parts, turning
from openzone.decide.dmn.ground import Ground, ground
from openzone.decide.dmn.reading import declared, read
from openzone.decide.dmn.regime import Case, Found, TableRegime
from openzone.decide.dmn.sheet import Facts, MissingFactError, NotingFacts
from openzone.rulebook.law import Law
from openzone.rulebook.model import Condition, Row

ASK, PLACE, OPEN = "ask", "place", "open"
KNOWN_MAX = 4096


class Decision(NamedTuple):
    """The answer to one case. `facts`: those given and those that absence settles."""

    regime: TableRegime
    ground: Ground
    case: Case
    facts: Mapping[str, Any]
    found: Found
    needs: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """The regime's own word."""
        return self.found.outcome

    @property
    def verdict(self) -> str:
        """One of the seven words of every regime."""
        return self.regime.verdicts[self.found.outcome]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that the outcome rests on."""
        return self.found.rows

    def read(self) -> tuple[str, ...]:
        """The facts that the decision read, in order; those that were missing among them."""
        noting = NotingFacts(self.facts)
        with suppress(MissingFactError):
            self.regime.decide(self.ground, noting, self.case)
        return tuple(noting.read)

    def assumed(self) -> dict[str, Any]:
        """What absence was taken to mean, for the facts that the decision read."""
        given = self.case.facts
        read = self.read()
        return {name: self.facts[name] for name in read if name in self.facts and name not in given}


class Stand(NamedTuple):
    """Where cases of a day and place are decided, and the areas in it that the law tells apart."""

    ground: Ground
    areas: tuple[Area, ...]


class TableDesk:
    """A law asked in one regime of tables."""

    def __init__(self, law: Law, regime: TableRegime) -> None:
        self.law = law
        self.regime = regime
        self._assumes: dict[Sequence[str], dict[str, Any]] = {}
        self._stands: dict[tuple[dt.date, tuple[str, ...]], Stand] = {}

    def decision(self, raw: Mapping[str, Any], today: dt.date) -> Decision:
        """Decide one case. Raises CaseError with every fault when it is refused."""
        return self.decide(read(self.law, self.regime, raw, today))

    def rendered(self, decision: Decision) -> dict[str, Any]:
        """A decision in the shape of the contract."""
        from openzone.decide.dmn.answer import answer

        return answer(decision)

    def explained(self, decision: Decision, lang: str, width: int, paint: bool) -> str:
        """Why the answer is what it is, as text."""
        from openzone.decide.dmn.explain import explain
        from openzone.decide.words.tables import wording

        return wording(explain(decision), lang, width, paint)

    def traced(self, decision: Decision) -> dict[str, Any]:
        """Why the answer is what it is, as plain data."""
        from openzone.decide.dmn.explain import explain

        return explain(decision).as_dict()

    def answer(self, raw: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
        """Answer one case in the shape of the contract. Raises CaseError when it is refused."""
        return self.rendered(self.decision(raw, today))

    def decide_file(self, path: Path, out: str | None, today: dt.date, engine: str) -> int:
        """Decide a file of cases as a table; give the number of refused lines.

        Raises CaseError, also where cases of the regime are not flat (see `flat.Flat`).
        """
        from openzone.decide.dmn.table.files import decide_cases

        return decide_cases(self.law, self.regime, path, out, engine=engine, today=today)

    def decide(self, case: Case) -> Decision:
        """Decide a validated case; where areas inside its place differ, the area is asked for."""
        stand = self._stands.get((case.on, case.places)) or self._stand(case)
        decided = self._decide(case, stand.ground)
        if not stand.areas:
            return decided
        others = {}
        for area in stand.areas:
            there = dataclasses.replace(case, places=(*case.places, area.id))
            others[area.id] = self._decide(there, ground(self.law, case.on, area.inside))
        return self._placed(decided, others)

    def _stand(self, case: Case) -> Stand:
        """Where a case is decided; found once for each day and place."""
        law, on, places = self.law, case.on, case.places
        here = ground(law, on, law.territories.around(places, on, law.known))
        if len(self._stands) >= KNOWN_MAX:
            self._stands.clear()
        found = Stand(here, areas_in(law, self.regime.tables, places, on))
        self._stands[on, places] = found
        return found

    def _placed(self, decided: Decision, others: Mapping[str, Decision]) -> Decision:
        """The decision on a place, given those on the areas in it that the law tells apart."""
        here = decided.possible or (decided.outcome,)
        words = dict.fromkeys(here)
        differing: list[str] = []
        rows = {row.key: row for row in decided.rows}
        for area, other in others.items():
            there = other.possible or (other.outcome,)
            if set(there) != set(here):
                differing.append(area)
                words.update(dict.fromkeys(there))
                rows.update((row.key, row) for row in other.rows)
        if not differing:
            return decided
        ranked = [word for word in self._outcomes(self.regime.tables) if word in words]
        said = "the answer differs inside the place named: " + ", ".join(differing)
        found = Found(ASK, tuple(rows.values()), said=(said,))
        return decided._replace(
            found=found,
            needs=(PLACE, *decided.needs),
            possible=(*ranked, *(word for word in words if word not in ranked)),
        )

    def _decide(self, case: Case, here: Ground) -> Decision:
        """Decide a validated case on one ground."""
        law, regime = self.law, self.regime
        tables = tuple(regime.tables_of(case.facts))
        assumes = self._assumes.get(tables)
        if assumes is None:
            facts = declared(law, tables)
            assumes = {name: one.assume for name, one in facts.items() if one.assume is not None}
            self._assumes[tables] = assumes
        told = Facts(assumes)
        told.update(case.facts)
        for name, value in regime.assume(here, told).items():
            if name not in case.facts:
                told[name] = value
        try:
            found = regime.decide(here, told, case)
        except MissingFactError:
            return self._completed(here, case, tables, told)
        return Decision(regime, here, case, told, found, found.needs, found.possible)

    def _completed(
        self, here: Ground, case: Case, tables: Sequence[str], told: Mapping[str, Any]
    ) -> Decision:
        """Complete the missing facts; equal facts, told alike, are completed once."""
        key = ("completed", self.regime.name, tuple(tables), frozenset(told.items()),
               frozenset(case.facts))  # fmt: skip
        held = here.memo.get(key) if not case.own else None
        if held is None:
            held = self._complete(here, case, tables, told)
            if not case.own:
                if len(here.memo) >= KNOWN_MAX:
                    here.memo.clear()
                here.memo[key] = held
        found, missing, possible = held
        return Decision(self.regime, here, case, told, found, missing, possible)

    def _complete(
        self, here: Ground, case: Case, tables: Sequence[str], told: Mapping[str, Any]
    ) -> tuple[Found, tuple[str, ...], tuple[str, ...]]:
        facts = declared(self.law, tables)
        conditions = list(self._conditions(here, tables))
        cuts = self.regime.cuts(here)
        ranges: dict[str, Sequence[Any]] = {}

        def values(name: str) -> Sequence[Any]:
            if name not in ranges:
                if name in facts:
                    tests = [one for one in conditions if one.fact == name]
                    ranges[name] = parts(facts[name], tests, cuts.get(name, ()))
                else:  # a field of the regime's own: its values are those that the regime names
                    ranges[name] = tuple(cuts[name])
            return ranges[name]

        regime = self.regime
        tried = completed(
            lambda full: regime.decide(here, full, case),
            told,
            values,
            lambda full: not any(regime.consistent(full, case.own)),
        )
        words = {leaf.found.outcome for leaf in tried.leaves}
        outcomes = dict.fromkeys(
            word for leaf in tried.leaves for word in leaf.found.possible or (leaf.found.outcome,)
        )
        if len(words) == 1 and tried.whole:
            shared = self._with_open(common(tried.leaves, words.pop()), tried, (), list(facts))
            told_apart = outcomes.keys() != {shared.outcome}
            return shared, shared.needs, self._ranked(tables, outcomes) if told_apart else ()
        shared = common(tried.leaves, ASK)
        if not tried.whole:  # what the leaves tried share, those left out may not
            shared = Found(ASK, needs=shared.needs)
        missing = (*needs(tried, list(facts)), *shared.needs)
        shared = self._with_open(shared, tried, missing, list(facts))
        return shared, tuple(dict.fromkeys(missing)), self._ranked(tables, outcomes)

    def _with_open(
        self, shared: Found, tried: Completed, asked: Sequence[str], order: Sequence[str]
    ) -> Found:
        """What is shared, with the facts named that turn a figure and are not asked already."""
        figures = self.regime.figures
        if not figures or not tried.whole:
            return shared
        inside = [leaf for leaf in tried.leaves if not leaf.found.outside]
        names = turning(inside, order, lambda found: [found.effects.get(one) for one in figures])
        left = [name for name in names if name not in asked]
        return shared._replace(effects={**shared.effects, OPEN: left}) if left else shared

    def _ranked(self, tables: Iterable[str], words: Collection[str]) -> tuple[str, ...]:
        """Outcomes in the order of the tables, those that no table names behind."""
        ranked = [word for word in self._outcomes(tables) if word in words]
        return tuple(dict.fromkeys((*ranked, *words)))

    def _conditions(self, here: Ground, tables: Iterable[str]) -> Iterable[Condition]:
        for table in dict.fromkeys((*tables, *self.regime.tables)):
            yield from here.sheet(table).conditions()

    def _outcomes(self, tables: Iterable[str]) -> dict[str, None]:
        book = self.law.book
        return dict.fromkeys(word for name in tables for word in book.tables[name].outcomes)
