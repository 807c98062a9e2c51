"""What is asked of a person: five questions, each with facts of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from openzone.decide.case import place_names
from openzone.decide.dmn.regime import Reading
from openzone.errors import nearest

QUESTION = "question"
PLACES = "places"
ROUTE = "route"
LEGS_MAX = 50

QUESTIONS: Mapping[str, frozenset[str]] = {
    "entry": frozenset(
        (
            "country", PLACES, "days", "hours", ROUTE, "purpose", "onward_ticket",
            "stays_in_port", "through_agency", "group",
        )
    ),
    "work_permit": frozenset(
        (
            "age", "education", "work_years", "salary", "months", "hsk", "degree_in_chinese",
            "former_national", "region_points", "bonus", "local", "salary_multiple", "award",
            "startup_talent", "language_teacher", "quota_group",
        )
    ),
    "visa": frozenset(("stem", "known_institution", "high_end", "purpose")),
    "qualification": frozenset(("qualification", "licensed_profession")),
    "income_tax": frozenset(
        (
            "scheme", "year", "income", "actual_days", "counted_days", "origin", "talent_listed",
            "employer_substance", "special_trade", "home_tax",
        )
    ),
}  # fmt: skip
"""The facts of each question; `purpose` alone asks about entry."""

READ = frozenset().union(*QUESTIONS.values())
"""The facts of all questions."""

OWN = {
    PLACES: "the places of the stay, in any provinces: a list of territory ids",
    ROUTE: "the countries of the journey in order, two letters each",
}
SYNONYMS = {"city": "place", "cities": PLACES, "itinerary": PLACES}


def read(reading: Reading) -> dict[str, Any]:
    """The question, the itinerary and the route of a case; faults go to the reading."""
    found: dict[str, Any] = {QUESTION: _question(reading)}
    if PLACES in reading.given:
        found[PLACES] = _places(reading)
    if ROUTE in reading.given:
        found[ROUTE] = _route(reading)
    return found


def _question(reading: Reading) -> str:
    told = [name for name in reading.given if name in READ]
    asked = reading.given.get(QUESTION)
    if asked is not None:
        word = str(asked).strip().casefold()
        foreign = [name for name in told if name not in QUESTIONS.get(word, told)]
        if foreign:
            reading.fault("contradiction", f"the question {word} does not read these facts",
                          foreign[0], seen=", ".join(foreign),
                          expected=", ".join(sorted(QUESTIONS[word])),
                          next="ask each question in a case of its own")  # fmt: skip
        return word
    if not told:
        reading.fault("missing_field", "nothing says what is asked", QUESTION,
                      expected="one of " + ", ".join(QUESTIONS))  # fmt: skip
        return ""
    fitting = question_of(told)
    if fitting is not None:
        return fitting
    groups = _groups(told)
    reading.fault("contradiction", "the facts belong to several questions", QUESTION,
                  seen="; ".join(f"{word}: {', '.join(names)}" for word, names in groups.items()),
                  next="ask each question in a case of its own")  # fmt: skip
    return ""


def question_of(told: Iterable[str]) -> str | None:
    """The first question that reads all of these facts; None where there is none."""
    names = set(told)
    return next((word for word, group in QUESTIONS.items() if group >= names), None)


def _groups(told: Iterable[str]) -> dict[str, list[str]]:
    """The facts told, each under the first question that reads it."""
    groups: dict[str, list[str]] = {}
    for name in told:
        word = next(word for word, group in QUESTIONS.items() if name in group)
        groups.setdefault(word, []).append(name)
    return groups


def _places(reading: Reading) -> tuple[str, ...]:
    names = place_names(reading.given[PLACES])
    if not names or len(names) > LEGS_MAX or not all(isinstance(one, str) for one in names):
        reading.fault("wrong_value", "the value does not fit", PLACES,
                      expected=f"a list of 1 to {LEGS_MAX} territory ids")  # fmt: skip
        return ()
    territories, found = reading.law.territories, dict[str, None]()
    for name in names:
        place = territories.find(name.strip())
        if place is None:
            hint = nearest(name, territories) or "openzone law --place lists them"
            reading.fault("unknown_place", "the territory is not on record", PLACES, seen=name,
                          next=hint)  # fmt: skip
        elif not territories.exists(place, reading.on, reading.law.known):
            reading.fault("place_not_valid", f"{place} is not on record on {reading.on}", PLACES,
                          seen=name, expected=f"a day in {territories[place].valid}")  # fmt: skip
        else:
            found[place] = None
    return tuple(found)


def _route(reading: Reading) -> tuple[str, ...]:
    codes = [
        "NO" if one is False else str(one).strip().upper()  # YAML 1.1 reads Norway as false
        for one in place_names(reading.given[ROUTE])
    ]
    known = all(len(code) == 2 and code.isascii() and code.isalpha() for code in codes)
    if not 1 < len(codes) <= LEGS_MAX or not known:
        reading.fault("wrong_value", "the value does not fit", ROUTE,
                      expected=f"a list of 2 to {LEGS_MAX} countries, two letters each (ISO 3166)",
                      next="quote NO (Norway) in YAML")  # fmt: skip
        return ()
    host = reading.law.book.info.host
    if host not in codes:
        reading.fault("wrong_value", f"the route does not lead through {host}", ROUTE,
                      expected=f"the countries in order, {host} among them")  # fmt: skip
    return tuple(codes)
