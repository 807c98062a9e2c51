"""People: each question has its tables; the facts told say which is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts
from openzone.errors import Fault
from openzone.regimes.people import entry, income_tax, permits, qualifications, visas
from openzone.regimes.people.case import OWN, QUESTION, QUESTIONS, READ, SYNONYMS, question_of, read
from openzone.regimes.people.outcome import VERDICTS
from openzone.regimes.schemes import bounds, no_year, presumed
from openzone.rulebook.model import Text

MONTHS_A_YEAR = 12
DAYS_A_YEAR = 366


DECIDE: Mapping[str, Callable[[Ground, Facts, Case], Found]] = {
    "work_permit": permits.decide,
    "entry": entry.decide,
    "income_tax": income_tax.decide,
    "visa": visas.decide,
    "qualification": qualifications.decide,
}

TABLES_OF = {
    "entry": (entry.TABLE,),
    "work_permit": (permits.POINTS_TABLE, permits.TABLE),
    "visa": (visas.TABLE,),
    "qualification": (qualifications.TABLE,),
    "income_tax": (income_tax.TABLE, income_tax.STEPS),
}


class PeopleRegime(Defaults):
    """The regime of persons: entry, permits, qualifications, income tax."""

    name = "people"
    title = Text("人员往来与人才", "Entry, work permits and income tax of persons")
    tables = (
        entry.TABLE, permits.POINTS_TABLE, permits.TABLE, visas.TABLE,
        qualifications.TABLE,
        income_tax.TABLE, income_tax.STEPS,
    )  # fmt: skip
    verdicts = VERDICTS
    synonyms = SYNONYMS
    own = OWN
    selector = (QUESTION, tuple(QUESTIONS))

    def tables_of(self, given: Mapping[str, Any]) -> Sequence[str]:
        """The tables of the question that is told, or that reads all facts told; else all."""
        return _tables(str(given.get(QUESTION, "")), frozenset(given))

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """The question, the itinerary and the route."""
        return read(reading)

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """Months and days that no year has, and two lengths of one stay."""
        if facts.get("months", 0) > MONTHS_A_YEAR:
            yield Fault("out_of_range", "a year has no more months", field="months",
                        seen=facts["months"], expected=f"0 to {MONTHS_A_YEAR}")  # fmt: skip
        spent, counted = facts.get("actual_days"), facts.get("counted_days", 0)
        if spent is not None and spent + counted > DAYS_A_YEAR:
            yield Fault("contradiction", "actual_days and counted_days are more than a year has",
                        field="counted_days", seen=spent + counted,
                        expected=f"together at most {DAYS_A_YEAR}")  # fmt: skip
        days, hours = facts.get("days"), facts.get("hours")
        if days is not None and hours is not None and hours > days * entry.HOURS_A_DAY:
            yield Fault("contradiction", "hours is longer than days", field="hours", seen=hours,
                        expected=f"at most {days * entry.HOURS_A_DAY}")  # fmt: skip
        if "year" in facts and no_year(facts["year"]):
            yield Fault("out_of_range", "this is no year", field="year", seen=facts["year"],
                        expected="a year of the calendar")  # fmt: skip

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a case claims that names a scheme of income tax."""
        return presumed(ground.law, income_tax.TABLE, ground, facts)

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """Points by the year, days worked out from hours and days that add up turn at these."""
        found: dict[str, list[Any]] = {}
        for one in ground.sheet(permits.POINTS_TABLE).rows:
            criterion = one.row.param("criterion")
            if one.row.effect == permits.BY_YEAR:
                start = ground.figure(one.row, "from_years")
                most = ground.figure(one.row, "points_max")
                found[criterion] = list(range(start, start + most))
            elif one.row.effect == permits.GIVEN:
                found[criterion] = list(range(ground.figure(one.row, "points_max") + 1))
        long = list(_bounds(ground, entry.TABLE, "days"))
        short = list(_bounds(ground, entry.TABLE, "hours"))
        found["days"] = [bound // entry.HOURS_A_DAY for bound in short]
        found["hours"] = [bound * entry.HOURS_A_DAY for bound in long]
        found |= (marks := bounds(ground.law, income_tax.TABLE))
        days = [*marks.get(income_tax.SPENT, ()), *marks.get(income_tax.TOTAL, ())]
        return {**found, income_tax.SPENT: days, "counted_days": days}

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The answer to the question that the case asks."""
        return DECIDE[case.own[QUESTION]](ground, facts, case)


@lru_cache(maxsize=1024)
def _tables(asked: str, names: frozenset[str]) -> Sequence[str]:
    told = names & READ
    if not asked and told:
        asked = question_of(told) or ""
    if not told <= QUESTIONS.get(asked, READ):  # facts of two questions: the reading names them
        return PeopleRegime.tables
    return TABLES_OF.get(asked, PeopleRegime.tables)


def _bounds(ground: Ground, table: str, fact: str) -> Iterable[Any]:
    """The greatest values that rows of a table allow for a fact."""
    for condition in ground.sheet(table).conditions():
        if condition.fact == fact and condition.max is not None:
            yield condition.max


REGIME = PeopleRegime()
