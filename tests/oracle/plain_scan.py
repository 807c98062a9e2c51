"""Decide a case by scanning every row, and complete missing facts by trying every part of a range.

Nothing of the engine but its nouns is used. The answer has the outcome, the verdict, the rows it
rests on, the facts to ask for and the outcomes left possible.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from openzone.decide.facts import Case, Fact
from openzone.rulebook import model as m
from tests.oracle.plain_law import Opening, PlainLaw, Scoped, Standing
from tests.oracle.plain_points import PAIR, points
from tests.oracle.plain_tests import TESTS, Ground, Said, consulted, hinted_field
from tests.oracle.plain_words import Candidate, candidates

MANY = 24
STRUCTURAL = ("activity", "industry", "place", "date")


@dataclass(frozen=True)
class Answer:
    """What the plain reading says of a case."""

    outcome: str
    verdict: str
    rows: frozenset[tuple[str, str | None, str]]
    needs: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    many: bool = False
    """The activity is as good as unknown: it is asked first, whatever else would be asked."""


@dataclass(frozen=True)
class Situation:
    """One activity in one place: what may bind there, before the facts are known."""

    rows: tuple[Standing, ...]
    openings: tuple[Opening, ...]
    ground: Ground

    @cached_property
    def mark(self) -> Any:
        """What tells the situation from others: equal marks, equal answers."""
        rows: list[tuple[m.Row, tuple[str, ...]]] = [(one.row, ()) for one in self.rows]
        rows += [(one.standing.row, one.instead_of) for one in self.openings]
        figure = self.ground.figure
        told = [
            (row.key, row.id, row.part, instead, [str(figure(row, n)) for n, _ in row.params])
            for row, instead in rows
        ]
        return str((told, self.ground.silent, self.hint))

    @property
    def hint(self) -> str | None:
        """The field that the activity hints at, by the rows of the list."""
        return hinted_field([one.row for one in self.rows], self.ground)

    def every(self) -> list[m.Row]:
        """All rows that some facts may let bind."""
        return [one.row for one in self.rows] + [one.standing.row for one in self.openings]

    def said(self, regime: str, facts: Mapping[str, Any]) -> Said:
        """The answer for complete facts."""
        bound = bound_rows(self.rows, self.openings, self.known(facts))
        return TESTS[regime](bound, facts, self.ground)

    def known(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts, with the field that the activity hints at where the case states none."""
        stated = facts.get("security_field")
        return {**facts, "security_field": self.hint if stated is None else stated}


@dataclass(frozen=True)
class Scan:
    """A law and a regime: decides cases."""

    law: PlainLaw
    regime: str
    facts: tuple[Fact, ...]

    @property
    def table(self) -> m.Table:
        """The table of the regime."""
        return self.law.book.tables[self.regime]

    def decide(self, case: Case) -> Answer:
        """The answer to a case that holds together."""
        inside = frozenset[str]().union(*(self.law.line(p, case.on) for p in case.places))
        options = candidates(self.law, self.table, case)
        here = {one.name: self.situation(one, inside, case.on) for one in options}
        columns: dict[str | None, dict[str, Situation]] = {None: here}
        opened: dict[str, set[str | None]] = {one.name: {None} for one in options}
        for area, there in self._areas(case, inside):
            opening = [one for one in options if self._opens(one, inside, there, case.on)]
            if opening:
                columns[area] = {one.name: self.situation(one, there, case.on) for one in options}
            for one in opening:
                opened[one.name].add(area)
        apart = {
            tuple(columns[area][name].mark for area in columns if area in opened[name])
            for name in here
        }
        if len(apart) <= MANY:
            opened = {name: set(columns) for name in here}
        marks = {
            name: tuple(
                (area, columns[area][name].mark) for area in columns if area in opened[name]
            )
            for name in here
        }
        alike = {marks[name]: name for name in reversed(here)}
        spaces = {
            (area, name): columns[area][name]
            for area in columns
            for name in alike.values()
            if area in opened[name]
        }
        if len(alike) <= MANY:
            return self._completed(case, spaces)
        each = [self._completed(case, {key: one}) for key, one in spaces.items()]
        return self._one_of(each)

    def _one_of(self, answers: list[Answer]) -> Answer:
        """The answer where the activity is one of many: that of all, or the question which."""
        words = {word for one in answers for word in one.possible}
        if len(words) == 1:
            return dataclasses.replace(answers[0], many=True)
        ranked = tuple(word for word in self.table.outcomes if word in words)
        return Answer("unknown", "ask", frozenset(), ("activity",), ranked, many=True)

    def situation(
        self,
        option: Candidate,
        ancestors: frozenset[str],
        on: dt.date,
        changes: list[Scoped] | None = None,
    ) -> Situation:
        """What may bind one activity in one place on one day."""
        law, table = self.law, self.table
        scoped = law.changes(ancestors, on)
        list_id, document = law.list_on(table, ancestors, on)
        standing = law.listed(table, list_id, on)
        rows, openings = law.patched(table, standing, scoped if changes is None else changes)
        bound = [one for one in rows if may_bind(one.row, option, ancestors, on)]
        waiting = [one for one in openings if may_bind(one.standing.row, option, ancestors, on)]

        def figure(row: m.Row, name: str) -> Any:
            value = row.param(name)
            if isinstance(value, m.ParameterRef):
                return law.parameter(value.parameter, on, scoped if changes is None else changes)
            return value

        ground = Ground(
            table, _silence(table, document, option.sections), law.book.info.host,
            option.lineage, option.sections, figure,
        )  # fmt: skip
        return Situation(tuple(bound), tuple(waiting), ground)

    # ---- smaller areas -----------------------------------------------------------------------

    def _areas(self, case: Case, inside: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Areas inside all named places that lie in the territory of a reform they do not name."""
        if not case.places:
            return
        law = self.law
        apart = {place for one in self.table.lists for place in one.under}
        apart |= {place for reform in law.reforms for place in reform.territory}
        rows = [row for row in law.book.rows if row.table == self.table.id]
        changes = [change for reform in law.reforms for change in reform.changes]
        holders: list[Any] = [*rows, *changes]
        for one in holders:
            apart |= {v for c in one.conditions if c.fact == "place" for v in c.values}
        known = law.changes(inside, case.on)
        seen: set[frozenset[str]] = set()
        for area in law.places:
            line = law.line(area, case.on)
            there = inside | line
            if area not in line or area in inside or not set(case.places) <= line:
                continue
            if there & apart not in seen and len(law.changes(there, case.on)) > len(known):
                seen.add(there & apart)
                yield area, there

    def _opens(
        self, option: Candidate, inside: frozenset[str], there: frozenset[str], on: dt.date
    ) -> bool:
        """Whether the reforms that reach only the smaller area change what binds in it."""
        with_them = self.situation(option, there, on)
        without = self.situation(option, there, on, self.law.changes(inside, on))
        every = (*with_them.every(), *without.every())
        names = {c.fact for row in every for c in row.conditions} - set(STRUCTURAL)
        facts = [fact for fact in self.facts if fact.name in names]
        choices = [points(fact, every, with_them.ground, {}) for fact in facts]
        return any(
            _bound(with_them, facts, chosen) != _bound(without, facts, chosen)
            for chosen in product(*choices)
        )

    # ---- missing facts -----------------------------------------------------------------------

    def _completed(self, case: Case, spaces: dict[tuple[str | None, str], Situation]) -> Answer:
        """Every completion of the facts that matter and are missing, over all situations."""
        every = [row for one in spaces.values() for row in one.every()]
        ground = next(iter(spaces.values())).ground
        names = {name for row in every for name in consulted(self.regime, row)}
        names |= {c.fact for row in every for c in row.conditions} - set(STRUCTURAL)
        given = dict(case.facts)
        for fact in self.facts:
            if fact.name not in given and fact.assume != "ask":
                given[fact.name] = fact.assume
        missing = [fact for fact in self.facts if fact.name in names and fact.name not in given]
        said: dict[tuple[Any, ...], Said] = {}
        for chosen in completions(missing, every, ground, given):
            facts = {**given, **dict(zip((f.name for f in missing), chosen, strict=True))}
            told: dict[Any, Said] = {}
            for (area, name), situation in spaces.items():
                if situation.mark not in told:
                    told[situation.mark] = situation.said(self.regime, facts)
                said[(area, name, *chosen)] = told[situation.mark]
        return self._answer(said, ("place", "activity", *(fact.name for fact in missing)))

    def _answer(self, said: dict[tuple[Any, ...], Said], axes: tuple[str, ...]) -> Answer:
        words = {one.outcome for one in said.values()}
        union = {key_of(row) for one in said.values() for row in one.rows}
        if len(words) == 1:
            everywhere = set.intersection(
                *({key_of(row) for row in one.rows} for one in said.values())
            )
            one = next(iter(said.values()))
            verdicts = {one.verdict for one in said.values()}
            verdict = min(verdicts, key=("on_approval", one.verdict).index)
            return Answer(
                one.outcome, verdict, frozenset(everywhere or union), (), tuple(words)
            )  # fmt: skip
        needs = tuple(name for index, name in enumerate(axes) if _decides(said, index))
        if set(PAIR).isdisjoint(needs) and _none_decides(said, axes):
            needs = tuple(name for name in axes if name in (*needs, "foreign_share"))
        order = [*self.table.outcomes, *sorted(words - set(self.table.outcomes))]
        ranked = tuple(word for word in order if word in words)
        return Answer("unknown", "ask", frozenset(union), needs, ranked)


def _decides(said: dict[tuple[Any, ...], Said], index: int) -> bool:
    """Whether two completions that differ only at `index` have different outcomes."""
    alike: dict[tuple[Any, ...], set[str]] = {}
    for key, one in said.items():
        alike.setdefault((*key[:index], *key[index + 1 :]), set()).add(one.outcome)
    return any(len(words) > 1 for words in alike.values())


def _none_decides(said: dict[tuple[Any, ...], Said], axes: tuple[str, ...]) -> bool:
    """Whether no foreign share at all, which leaves no foreign investor, changes the outcome."""
    if not set(PAIR) <= set(axes):
        return False
    share, single = axes.index("foreign_share"), axes.index("largest_single_foreign")
    for key, one in said.items():
        zero = tuple(0 if index in (share, single) else part for index, part in enumerate(key))
        if said[zero].outcome != one.outcome:
            return True
    return False


def completions(
    missing: list[Fact], rows: list[m.Row], ground: Ground, given: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Values of the missing facts, one for each part of each range, that hold together."""
    names = [fact.name for fact in missing]
    for chosen in product(*(points(fact, rows, ground, given) for fact in missing)):
        facts = {**given, **dict(zip(names, chosen, strict=True))}
        share, single = facts.get("foreign_share"), facts.get("largest_single_foreign")
        if share is None or single is None or single == share == 0 or 0 < single <= share:
            yield chosen


def may_bind(row: m.Row, option: Candidate, ancestors: frozenset[str], on: dt.date) -> bool:
    """Whether the row binds this activity here today, as far as no fact is needed to say so."""
    if option.lineage & set(row.not_activity):
        return False
    if row.activity or row.industry:
        exact = {code for code, match in row.industry if match == "exact"}
        codes = option.codes if not row.activity else option.case_codes
        if not option.lineage & set(row.activity) and not exact & codes:
            return False
    for condition in row.conditions:
        if condition.fact == "date":
            held = within(condition, on)
        elif condition.fact in STRUCTURAL:
            mine = {"activity": option.lineage, "industry": option.codes, "place": ancestors}
            held = bool(mine[condition.fact] & set(condition.values))
        else:
            continue
        if held == condition.negated:
            return False
    return True


def within(condition: m.Condition, value: Any) -> bool:
    """Whether a number or a day lies between the bounds of a condition."""
    return not (
        (condition.min is not None and value < condition.min)
        or (condition.above is not None and value <= condition.above)
        or (condition.max is not None and value > condition.max)
        or (condition.below is not None and value >= condition.below)
    )


def met(row: m.Row, facts: Mapping[str, Any]) -> bool:
    """Whether the facts meet every condition of the row; an absent fact meets none."""
    for condition in row.conditions:
        if condition.fact in STRUCTURAL:
            continue
        value = facts.get(condition.fact)
        if value is None:
            return False
        between = condition.kind == "between"
        held = within(condition, value) if between else value in condition.values
        if held == condition.negated:
            return False
    return True


def bound_rows(
    rows: tuple[Standing, ...], openings: tuple[Opening, ...], facts: Mapping[str, Any]
) -> list[m.Row]:
    """The rows whose conditions are met, after displacement and openings."""
    bound = [one for one in rows if met(one.row, facts)]
    names = {name for one in bound for name in one.row.instead_of}
    left = [one for one in bound if not one.named_by(names)]
    for opening in openings:
        kept = [one for one in left if not one.named_by(opening.instead_of)]
        if met(opening.standing.row, facts) and len(kept) < len(left):
            left = [*kept, opening.standing]
    return [one.row for one in left]


def key_of(row: m.Row) -> tuple[str, str | None, str]:
    """A row as it is compared with the engine's."""
    return row.id, row.part, row.document


def _bound(situation: Situation, facts: list[Fact], chosen: tuple[Any, ...]) -> Any:
    given = dict(zip((fact.name for fact in facts), chosen, strict=True))
    figure = situation.ground.figure
    return [
        (row.id, row.part, row.document, [figure(row, name) for name, _ in row.params])
        for row in bound_rows(situation.rows, situation.openings, situation.known(given))
    ]


def _silence(table: m.Table, document: m.Document | None, sections: frozenset[str]) -> str:
    """What silence means in a list, by how much of its document is held."""
    record = document.record if document else None
    if record is None or record.state in ("counts_only", "not_held"):
        return table.before_record
    whole = record.state == "complete"
    if record.state == "by_section":
        whole = bool(sections) and sections <= record.complete
    return table.silence_complete if whole else table.silence_partial
