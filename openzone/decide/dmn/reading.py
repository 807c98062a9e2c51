"""From what a caller sends to a validated case of a regime of tables: every fault named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from openzone.decide.case import named_fields, read_date, read_places, unknown_fields
from openzone.decide.dmn.regime import Case, Reading, TableRegime
from openzone.decide.facts import as_day
from openzone.errors import CaseError, Fault, nearest
from openzone.rulebook.law import Law
from openzone.rulebook.model import DeclaredFact

PLACE = "place"
STRUCTURE = ("regime", "id", "date", "place")
SYNONYMS = {"zone": "place", "territory": "place", "place_ids": "place"}
PLACES_MAX = 6
LIMIT = Decimal(10) ** 18
TRUTHS = {"true": True, "false": False}


def declared(law: Law, tables: Iterable[str]) -> Mapping[str, DeclaredFact]:
    """The facts that tables declare, by name; the first table that does counts."""
    key = ("dmn facts", tuple(tables))
    found: dict[str, DeclaredFact] | None = law.memo.get(key)
    if found is None:
        found = law.memo[key] = {}
        for name in key[1]:
            table = law.book.tables.get(name)
            for fact in table.facts if table else ():
                found.setdefault(fact.fact, fact)
    return found


def check_held(law: Law, regime: TableRegime) -> None:
    """Raise CaseError where the book lacks a table of the regime."""
    missing = [name for name in regime.tables if name not in law.book.tables]
    if missing:
        fault = Fault("unknown_regime", f"the book holds no law of {regime.name}", field="regime",
                      seen=regime.name, expected="the tables " + ", ".join(missing),
                      next="name a book that has them: --book cn")  # fmt: skip
        raise CaseError(fault)


def read(law: Law, regime: TableRegime, raw: Mapping[str, Any], today: dt.date) -> Case:
    """Validate one case. Raises CaseError with every fault it has."""
    check_held(law, regime)
    faults: list[Fault] = []
    given = named_fields(raw, {**SYNONYMS, **regime.synonyms}, faults)
    facts = declared(law, regime.tables_of(given))
    if any(not (name in facts or name in STRUCTURE or name in regime.own) for name in given):
        faults += unknown_fields(given, [*STRUCTURE, *facts, *regime.own], regime.name)
    assumed: dict[str, Any] = {}
    on = read_date(given, today, assumed, faults)
    places = read_places(law, given, on, assumed, faults)
    reading = Reading(law, on, places, given, faults)
    values = {
        name: value
        for name, fact in facts.items()
        if name in given and (value := value_of(fact, given[name], faults)) is not None
    }
    if "place" in given and not places:
        values[PLACE] = ()  # told to be outside, where silence may leave the place open
    own = regime.read(reading)
    if not faults:
        faults += regime.consistent(values, own)
    if faults:
        raise CaseError(faults)
    id = given.get("id")
    return Case(regime.name, on, places, values, own, None if id is None else str(id), assumed,
                tuple(reading.said))  # fmt: skip


def value_of(fact: DeclaredFact, value: Any, faults: list[Fault]) -> Any:
    """The value in the form that rows test; None, and a fault, when it does not fit."""
    found, expected, hint = _READERS[fact.kind](fact, value)
    if found is None:
        faults.append(Fault("wrong_value", "the value does not fit", field=fact.fact, seen=value,
                            expected=expected, next=hint))  # fmt: skip
    return found


def number(value: Any, places: int = PLACES_MAX) -> Decimal | None:
    """A decimal that is not negative, below 10^18, of at most so many decimal places."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 40 or not text.isascii() or not text.replace(".", "", 1).isdigit():
            try:
                value = Decimal(text) if len(text) <= 40 and "e" in text.lower() else None
            except ArithmeticError:
                value = None
        else:
            value = Decimal(text)
    if not isinstance(value, (int, Decimal)):
        return None
    found = Decimal(value)
    if not found.is_finite() or not 0 <= found < LIMIT:
        return None
    exponent = found.normalize().as_tuple().exponent
    return found if isinstance(exponent, int) and exponent >= -places else None


Read = tuple[Any, str, str]


def _number(fact: DeclaredFact, value: Any) -> Read:
    expected = f"a decimal, 0 or more, at most {PLACES_MAX} decimal places"
    return number(value), expected, ""


def _share(fact: DeclaredFact, value: Any) -> Read:
    found = number(value)
    if found is not None and found > 1:
        return None, "a fraction from 0 to 1", "write 49% as 0.49"
    return found, "a fraction from 0 to 1 with at most six places", ""


def _count(fact: DeclaredFact, value: Any) -> Read:
    found = number(value, 0)
    return None if found is None else int(found), "a whole number, 0 or more", ""


def _flag(fact: DeclaredFact, value: Any) -> Read:
    if isinstance(value, str):
        value = TRUTHS.get(value.strip().lower())
    return value if isinstance(value, bool) else None, "true or false", ""


def _choice(fact: DeclaredFact, value: Any) -> Read:
    if isinstance(value, str) and value in fact.values:
        return value, "", ""
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    words = {word.casefold(): word for word in fact.values}
    found = words.get(text.casefold())
    hint = "" if found is not None else nearest(text, fact.values)
    return found, "one of " + ", ".join(fact.values), hint


def _text(fact: DeclaredFact, value: Any) -> Read:
    text = value.strip() if isinstance(value, str) else ""
    return text if 0 < len(text) <= 200 else None, "words, at most 200 characters", ""


def _country(fact: DeclaredFact, value: Any) -> Read:
    if value is False:
        return "NO", "", ""  # YAML 1.1 reads the code of Norway as false
    text = value.strip().upper() if isinstance(value, str) else ""
    word = {one.upper(): one for one in fact.values}.get(text)
    if word is not None:
        return word, "", ""
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text, "", ""
    expected = "two letters (ISO 3166)" + "".join(f", or {one}" for one in fact.values)
    return None, expected, "quote NO (Norway) in YAML"


def _day(fact: DeclaredFact, value: Any) -> Read:
    return as_day(value), "YYYY-MM-DD", ""


_READERS: dict[str, Callable[[DeclaredFact, Any], Read]] = {
    "number": _number,
    "money": _number,
    "share": _share,
    "count": _count,
    "flag": _flag,
    "choice": _choice,
    "text": _text,
    "country": _country,
    "day": _day,
}
