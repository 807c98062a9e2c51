"""From what a caller sends to a validated case: every fault named, nothing silently ignored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openzone.decide.axes import frame_facts
from openzone.decide.facts import WORD_MAX, Case, Fact, as_day
from openzone.decide.frame import Frame
from openzone.errors import CaseError, Fault, nearest
from openzone.rulebook.law import Law
from openzone.rulebook.territories import Territories

SYNONYMS = {"zone": "place", "gbt": "industry", "place_ids": "place"}
STRUCTURE = ("regime", "id", "date", "place", "activity", "industry")
FAULTS_MAX = 20
BITS_MAX = 256
SMALL = frozenset((str, bool, float, Decimal, dt.date, type(None)))
"""Types of single values that hold no such number."""
_TAG = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
IGNORED = frozenset(
    (
        "story",
        "text",
        "title",
        "why",
        "shows",
        "note",
        "basis",
        "citation",
        "arithmetic",
        "workings",
        "preference_chosen",
        "expect",
        "expected",
        "needs",
    )
)


def read_case(frame: Frame, raw: Mapping[str, Any], today: dt.date) -> Case:
    """Validate one case against a frame. Raises CaseError with every fault it has."""
    faults: list[Fault] = []
    given = named_fields(raw, SYNONYMS, faults)
    regime = frame.regime
    facts, known = _fields(frame)
    if not given.keys() <= known.keys():
        faults += unknown_fields(given, list(known), regime.name)
    assumed: dict[str, Any] = {}
    on = read_date(given, today, assumed, faults)
    places = read_places(frame.law, given, on, assumed, faults)
    said: list[str] = []
    activity, industry = _matter(frame, given, on, said, faults)
    values = _values(given, facts, faults)
    derived, found, remarks = regime.derive(given, frame.law.book)
    faults += found
    said += [str(remark) for remark in remarks.values()]
    values.update(derived)
    contradiction = regime.consistent(values)
    if contradiction is not None:
        faults.append(contradiction)
    if faults:
        raise CaseError(faults)
    id = given.get("id")
    return Case(
        regime.name,
        on,
        places,
        activity,
        industry,
        values,
        None if id is None else str(id),
        assumed,
        tuple(said),
    )


def _fields(frame: Frame) -> tuple[dict[str, Fact], dict[str, None]]:
    """The facts that a case may give, by name, and the names of all of its fields, in order."""
    held: tuple[dict[str, Fact], dict[str, None]] | None = frame.plans.get("fields")
    if held is None:
        facts = {fact.name: fact for fact in frame_facts(frame)}
        known = dict.fromkeys((*STRUCTURE, *facts, *frame.regime.fields()))
        held = frame.plans["fields"] = (facts, known)
    return held


def unknown_fields(given: Mapping[str, Any], known: Sequence[str], regime: str) -> Iterator[Fault]:
    """Fields that the regime does not know, the first of them with the nearest known name."""
    strange = [name for name in given if name not in known]
    for name in strange[:FAULTS_MAX]:
        shown = name if len(name) <= WORD_MAX else name[:WORD_MAX] + "…"
        yield Fault(
            "unknown_field",
            f"the regime {regime} has no field '{shown}'",
            field=shown,
            seen=given[name],
            next=nearest(shown, known) or "the fields are " + ", ".join(known),
        )
    if len(strange) > FAULTS_MAX:
        yield Fault("unknown_field", f"{len(strange) - FAULTS_MAX} more fields are not known")


def _too_large(value: Any) -> bool:
    """Say whether a value holds a whole number that no rule can mean."""
    if isinstance(value, int):
        return value.bit_length() > BITS_MAX
    if isinstance(value, Mapping):
        return any(_too_large(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_too_large(item) for item in value)
    return False


def named_fields(
    raw: Mapping[str, Any], synonyms: Mapping[str, str], faults: list[Fault]
) -> dict[str, Any]:
    """The fields under their own names; texts for people and empty fields are left out."""
    given: dict[str, Any] = {}
    for name, value in raw.items():
        if name in IGNORED:
            continue
        canonical = synonyms.get(name) or str(name)
        if type(value) not in SMALL and _too_large(value):
            faults.append(
                Fault("out_of_range", "the number is too large", field=canonical, seen=value)
            )
            continue
        if canonical in given and given[canonical] != value:
            faults.append(
                Fault(
                    "contradiction",
                    f"'{canonical}' is given twice, differently",
                    field=str(name),
                    seen=value,
                    expected=str(given[canonical]),
                )
            )
        given[canonical] = value
    return {
        name: value
        for name, value in given.items()
        if value is not None and (not isinstance(value, str) or value.strip())
    }


def read_date(
    given: Mapping[str, Any], today: dt.date, assumed: dict[str, Any], faults: list[Fault]
) -> dt.date:
    """The day of the facts; `today` where the case gives none."""
    if "date" not in given:
        assumed["date"] = today.isoformat()
        return today
    on = as_day(given["date"])
    if on is None:
        faults.append(
            Fault(
                "wrong_value",
                "this is no day of the calendar",
                field="date",
                seen=given["date"],
                expected="YYYY-MM-DD",
            )
        )
        return today
    return on


def place_names(value: Any) -> list[Any]:
    """The names in a place: one word, a list, or words joined by ';' or '|' (as CSV has them)."""
    if isinstance(value, str):
        return [part.strip() for part in value.replace("|", ";").split(";") if part.strip()]
    if isinstance(value, (list, tuple)):  # the usual case, told without asking for a protocol
        return list(value)
    if isinstance(value, Iterable) and not isinstance(value, (bytes, Mapping)):
        return list(value)
    return [value]


def read_places(
    law: Law,
    given: Mapping[str, Any],
    on: dt.date,
    assumed: dict[str, Any],
    faults: list[Fault],
) -> tuple[str, ...]:
    """The territories that a case names, each known and existing on the day, in one province."""
    if "place" not in given:
        assumed["place"] = []
        return ()
    places: dict[str, None] = {}
    territories = law.territories
    for name in place_names(given["place"]):
        found = territories.find(name) if isinstance(name, str) else None
        if found is None:
            hint = nearest(name, territories) if isinstance(name, str) else ""
            faults.append(
                Fault(
                    "unknown_place",
                    "the territory is not on record",
                    field="place",
                    seen=name,
                    next=hint or "openzone law --place lists them",
                )
            )
            continue
        if not territories.exists(found, on, law.known):
            valid = territories[found].valid
            wider = [p for p in territories[found].parents if territories.exists(p, on)]
            faults.append(
                Fault(
                    "place_not_valid",
                    f"{found} is not on record as existing on {on}",
                    field="place",
                    seen=name,
                    expected=f"a day in {valid}",
                    next=f"name a wider place: {', '.join(wider)}" if wider else "",
                )
            )
            continue
        places[found] = None
    if len(places) > 1 and apart(territories, places, on, law.known):
        faults.append(
            Fault(
                "contradiction",
                "the places named do not lie in one province",
                field="place",
                seen=list(places),
                next="name the places of one project; ask once for each project",
            )
        )
    return tuple(places)


def apart(
    territories: Territories, places: Iterable[str], on: dt.date, known: dt.date | None
) -> bool:
    """Say whether places cannot be those of one project: they share no province."""
    shared: frozenset[str] | None = None
    for place in places:
        line = territories.ancestors(place, on, known)
        provinces = frozenset(p for p in line if territories[p].kind == "province_level")
        if provinces:
            shared = provinces if shared is None else shared & provinces
    return shared is not None and not shared


def _matter(
    frame: Frame, given: Mapping[str, Any], on: dt.date, said: list[str], faults: list[Fault]
) -> tuple[str | None, str | None]:
    """The activity tag and the industry code, checked apart and against each other."""
    activity = _activity(frame, given, said, faults)
    industry = _industry(frame, given, on, activity is None, faults)
    if activity is not None and industry is not None:
        fault = inconsistent(frame, activity, industry)
        if fault is not None:
            faults.append(fault)
    return activity, industry


def _activity(
    frame: Frame, given: Mapping[str, Any], said: list[str], faults: list[Fault]
) -> str | None:
    if "activity" not in given:
        return None
    tag, vocabulary = tag_text(given["activity"]), frame.law.book.vocabulary
    known = vocabulary.known(tag) if tag is not None else None
    if known is None or tag is None:
        tag = given["activity"]
        hint = nearest(tag, vocabulary) if isinstance(tag, str) and len(tag) <= WORD_MAX else ""
        faults.append(
            Fault(
                "unknown_activity",
                "the tag is under no known root",
                field="activity",
                seen=tag,
                next=hint or "find the tag: openzone search WORDS",
            )
        )
        return None
    if known != tag:
        said.append(f"activity '{tag}' is taken as a child of '{known}'")
    return tag


def tag_text(value: Any) -> str | None:
    """A tag without the space around it; None when it is no dotted tag."""
    if not isinstance(value, str) or len(value) > WORD_MAX:
        return None
    tag = value.strip()
    return tag if _TAG.fullmatch(tag) else None


def _industry(
    frame: Frame, given: Mapping[str, Any], on: dt.date, decides: bool, faults: list[Fault]
) -> str | None:
    if "industry" not in given:
        return None
    code, codes = given["industry"], frame.law.book.classification
    if isinstance(code, int) and not isinstance(code, bool):
        padded = next((c for c in (str(code), f"0{code}") if c in codes), str(code))
        faults.append(
            Fault(
                "wrong_value",
                "a code is text: as a number it loses its zeros",
                field="industry",
                seen=code,
                next=f"write '{padded}' in quotes",
            )
        )
        return None
    if not isinstance(code, str) or code.strip() not in codes:
        faults.append(
            Fault(
                "unknown_code",
                f"the code is not in {codes.title.en}",
                field="industry",
                seen=code,
                expected="a code of that edition, without the section letter",
                next=nearest(str(code), codes),
            )
        )
        return None
    code = code.strip()
    older = codes.other_meaning(code, on)
    if older is not None and decides:
        faults.append(
            Fault(
                "code_edition",
                f"on {on} the edition before {codes.edition} was in force, in which the code"
                f" meant: {older}",
                field="industry",
                seen=code,
                next="give 'activity' instead of the code",
            )
        )
        return None
    return code


def inconsistent(frame: Frame, activity: str, industry: str) -> Fault | None:
    """The fault of a code that has nothing to do with the tag it stands beside."""
    codes = frame.law.book.classification
    allowed = tag_codes(frame, activity)
    if not allowed or any(codes.related(industry, code) for code in allowed):
        return None
    return Fault(
        "contradiction",
        "the industry code does not belong to the activity",
        field="industry",
        seen=industry,
        expected="one of " + ", ".join(sorted(allowed)),
        next="give the tag alone, or correct one of them",
    )


def tag_codes(frame: Frame, tag: str) -> frozenset[str]:
    """The codes of a tag, of the tags under it, and of the rows that name it."""
    memo: dict[str, frozenset[str]] = frame.plans.setdefault("tag_codes", {})
    if tag not in memo:
        vocabulary = frame.law.book.vocabulary
        found = {code for code, _ in vocabulary.codes(tag)}
        for child in vocabulary.below.get(tag, ()):
            found.update(code for code, _ in vocabulary[child].industry)
        for row in frame.rows:
            if tag in row.activity:
                found.update(code for code, _ in row.industry)
        memo[tag] = frozenset(found)
    return memo[tag]


def _values(
    given: Mapping[str, Any], facts: Mapping[str, Fact], faults: list[Fault]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, fact in facts.items():
        if name in given:
            value, fault = read_value(fact, given[name])
            if fault is not None:
                faults.append(fault)
            else:
                values[name] = value
    return values


def read_value(fact: Fact, value: Any) -> tuple[Any, Fault | None]:
    """The value as the rules test it (every name of the host as one), or the fault it has."""
    read, fault = fact.read(value)
    host = fact.kind == "nation" and read in fact.values
    return (fact.values[0] if host else read), fault
