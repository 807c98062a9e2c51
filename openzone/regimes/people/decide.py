"""People: each question has its tables; the facts told say which is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts
from openzone.errors import Fault
from openzone.regimes.people import entry, income_tax, permits
from openzone.regimes.people.case import OWN, QUESTION, QUESTIONS, SYNONYMS, read
from openzone.regimes.people.outcome import LICENCE_REQUIRED, LOOK_UP, VERDICTS, VISA_REQUIRED
from openzone.regimes.schemes import no_year, presumed
from openzone.rulebook.model import Text

VISAS = "people_visas"
QUALIFICATIONS = "people_qualifications"
MONTHS_A_YEAR = 12
DAYS_A_YEAR = 366
NO_LIST = "no list of recognised qualifications of this place is on record"


class People:
    """The decisions of the five questions, by their names."""

    def visa(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The kind of visa made for a talent, the first row that applies."""
        row = ground.sheet(VISAS).first(facts)
        if row is None:
            return Found(VISA_REQUIRED, effects={"visa_needed": True})
        effects = {"visa_needed": True, "visa": ground.figure(row, "visa"), "rule": rule_of(row)}
        needed = ground.figure(row, "employer_needed")
        if needed is not None:
            effects["employer_needed"] = needed
        return Found(LOOK_UP if row.effect == LOOK_UP else VISA_REQUIRED, (row,), effects)

    def qualification(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The lists to look up here; a licensed profession needs its licence besides."""
        rows = ground.sheet(QUALIFICATIONS).collect(facts)
        licence = tuple(row for row in rows if row.effect == "licence")
        lists = tuple(row for row in rows if row.effect != "licence")
        effects = {"lists": [rule_of(row) for row in lists]}
        if licence:
            return Found(LICENCE_REQUIRED, licence, {**effects, "rule": rule_of(licence[0])},
                         also=lists)  # fmt: skip
        if lists:
            return Found(LOOK_UP, lists, {**effects, "rule": rule_of(lists[0])})
        return Found(LOOK_UP, effects=effects, said=(NO_LIST,))


_PEOPLE = People()
DECIDE: Mapping[str, Callable[[Ground, Facts, Case], Found]] = {
    "work_permit": permits.decide,
    "entry": entry.decide,
    "income_tax": income_tax.decide,
    "visa": _PEOPLE.visa,
    "qualification": _PEOPLE.qualification,
}


class PeopleRegime(Defaults):
    """The regime of persons: entry, permits, qualifications, income tax."""

    name = "people"
    title = Text("人员往来与人才", "Entry, work permits and income tax of persons")
    tables = (
        entry.TABLE, permits.POINTS_TABLE, permits.TABLE, VISAS, QUALIFICATIONS,
        income_tax.TABLE, income_tax.STEPS,
    )  # fmt: skip
    verdicts = VERDICTS
    synonyms = SYNONYMS
    own = OWN
    selector = (QUESTION, tuple(QUESTIONS))

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
        """Points that grow by the year, or that a case gives, turn at these values."""
        found: dict[str, list[Any]] = {}
        for one in ground.sheet(permits.POINTS_TABLE).rows:
            if one.row.effect == permits.BY_YEAR:
                start = ground.figure(one.row, "from_years")
                found[one.row.param("criterion")] = list(range(start, start + 20))
            elif one.row.effect == permits.GIVEN:
                most = int(ground.figure(one.row, "points_max"))
                found[one.row.param("criterion")] = list(range(most + 1))
        return found

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The answer to the question that the case asks."""
        return DECIDE[case.own[QUESTION]](ground, facts, case)


REGIME = PeopleRegime()
