"""May this person enter without a visa: purpose first, then waivers in the order of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.ground import ground as ground_of
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, MissingFactError, Tested
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.derived import Derived
from openzone.regimes.expiring import ending
from openzone.regimes.people.case import PLACES, ROUTE
from openzone.regimes.people.outcome import ADMITTED, LOOK_UP, PERMIT_REQUIRED, VISA_REQUIRED
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row

TABLE = "people_entry"
HOURS_A_DAY = 24
COUNTRY = "country"
THIRD = "third_country"
STAY_AREA = "stay_area"
OTHER_PAPERS = "persons of this place enter under other documents, which are not on record here"


class Rule(NamedTuple):
    """A row with the area in which its stay is bound; an empty area is the whole country."""

    tested: Tested
    area: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """The rows on entry that stand somewhere, by what they do."""

    purpose: tuple[Rule, ...]
    waived: tuple[Rule, ...]
    look_up: tuple[Rule, ...]
    visa: tuple[Rule, ...]


class Stay(NamedTuple):
    """Each place of an itinerary with all that it lies in, and the law where all of them lie."""

    ground: Ground
    places: tuple[frozenset[str], ...]


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """Admitted, a visa, a permit with a visa, or a list that must be looked up."""
    stay = _stay(ground, case)
    rules = _rules(stay.ground)
    told = Derived(facts, _worked_out(facts, ground.law, case.own.get(ROUTE, ())))
    for rule in rules.purpose:
        if rule.tested.holds(told):
            return _needed(rule.tested.row)
    info = ground.law.book.info
    if facts[COUNTRY] == info.host or facts[COUNTRY] in info.foreign_by_reference:
        return Found(LOOK_UP, said=(OTHER_PAPERS,))
    for number, rule in enumerate(rules.waived):
        if _holds(rule, told, stay):
            rest = (*rules.waived[number + 1 :], *rules.look_up)
            return _admitted(rule.tested.row, rest, told, stay, case)
    for rule in rules.look_up:
        if _holds(rule, told, stay):
            row = rule.tested.row
            return Found(LOOK_UP, (row,), {"rule": rule_of(row)}, said=ending((row,), case.on))
    return _refused(rules, told, stay, case)


def _worked_out(facts: Facts, law: Law, route: tuple[str, ...]) -> dict[str, Any]:
    """The third country of the route, and days from hours or hours from days."""
    found: dict[str, Any] = {THIRD: bool(route) and _third_country(law.book.info.host, route)}
    days, hours = facts.get("days"), facts.get("hours")
    if days is None and hours is not None:
        whole = (Decimal(hours) / HOURS_A_DAY).to_integral_value(ROUND_CEILING)
        found["days"] = int(whole)
    elif hours is None and days is not None:
        found["hours"] = days * HOURS_A_DAY
    return found


def _third_country(host: str, route: tuple[str, ...]) -> bool:
    """Say whether the places before and after the host are two. Raises CaseError without it."""
    if host not in route:
        raise CaseError(
            Fault("wrong_value", f"the route does not lead through {host}", field=ROUTE,
                  seen=list(route), expected=f"the countries in order, {host} among them")
        )  # fmt: skip
    first = route.index(host)
    last = len(route) - 1 - route[::-1].index(host)
    if first == 0 or last == len(route) - 1:
        return False
    return route[first - 1] != route[last + 1]


def _stay(ground: Ground, case: Case) -> Stay:
    """Where the person goes. A rule of one territory stands when every place lies in it."""
    places = case.own.get(PLACES) or case.places
    key = ("stay", places)
    found: Stay | None = ground.memo.get(key)
    if found is None:
        law = ground.law
        lines = tuple(_line(law, place, case) for place in places)
        shared = frozenset.intersection(*lines) if lines else frozenset()
        found = ground.memo[key] = Stay(ground_of(law, case.on, shared), lines)
    return found


def _line(law: Law, place: str, case: Case) -> frozenset[str]:
    found = law.territories.find(place)
    if found is None:
        raise CaseError(
            Fault("unknown_place", "the territory is not on record", field=PLACES, seen=place,
                  next=nearest(place, law.territories) or "openzone law --place lists them")
        )  # fmt: skip
    if not law.territories.exists(found, case.on, law.known):
        raise CaseError(
            Fault("place_not_valid", f"{found} is not on record as existing on {case.on}",
                  field=PLACES, seen=place)
        )  # fmt: skip
    return law.territories.ancestors(found, case.on, law.known)


def _rules(ground: Ground) -> Rules:
    found: Rules | None = ground.memo.get(TABLE)
    if found is None:
        rows = ground.sheet(TABLE).rows

        def of(*effects: str) -> tuple[Rule, ...]:
            return tuple(
                Rule(one, frozenset(ground.figure(one.row, STAY_AREA, ())))
                for one in rows
                if one.row.effect in effects
            )

        found = ground.memo[TABLE] = Rules(
            of("permit_and_visa", "visa_by_purpose"), of("waived"), of(LOOK_UP), of("visa")
        )
    return found


def _inside(rule: Rule, stay: Stay) -> bool:
    """Say whether every place lies in the area; no place named lies in none."""
    if not rule.area:
        return True
    return bool(stay.places) and not any(rule.area.isdisjoint(line) for line in stay.places)


def _holds(rule: Rule, facts: Facts, stay: Stay) -> bool:
    return _inside(rule, stay) and rule.tested.holds(facts)


def _needed(row: Row) -> Found:
    """Work and study: no waiver helps."""
    permit = row.effect == "permit_and_visa"
    effects = {"visa_needed": True, "permit_needed": permit, "rule": rule_of(row)}
    return Found(PERMIT_REQUIRED if permit else VISA_REQUIRED, (row,), effects)


def _admitted(row: Row, rest: Iterable[Rule], facts: Facts, stay: Stay, case: Case) -> Found:
    effects: dict[str, Any] = {"visa_needed": False, "rule": rule_of(row)}
    for name in ("days_max", "hours_max"):
        if (figure := stay.ground.figure(row, name)) is not None:
            effects[name] = figure
    if area := stay.ground.figure(row, STAY_AREA):
        effects[STAY_AREA] = list(area)
    others = dict.fromkeys(rule_of(one) for one in _others(rest, facts, stay))
    others.pop(rule_of(row), None)
    if others:
        effects["other_rules"] = list(others)
    return Found(ADMITTED, (row,), effects, said=ending((row,), case.on))


def _others(rest: Iterable[Rule], facts: Facts, stay: Stay) -> Iterator[Row]:
    """Further rules that hold, as far as the facts tell."""
    for rule in rest:
        with suppress(MissingFactError):
            if _holds(rule, facts, stay):
                yield rule.tested.row


def _refused(rules: Rules, facts: Facts, stay: Stay, case: Case) -> Found:
    """A visa is needed: cite the waiver that came near, and what it lacked."""
    rows = tuple(rule.tested.row for rule in rules.visa[:1])
    effects: dict[str, Any] = {"visa_needed": True}
    near = _near(rules, facts, stay, bool(case.own.get(ROUTE)))
    if near:
        rule, lacked = near[0]
        rows = (rule.tested.row, *rows)
        effects["lacked"] = lacked
    if not rows:  # the law of that day is not on record
        return Found(LOOK_UP)
    effects["rule"] = rule_of(rows[0])
    said = [] if stay.places else ["no place is named: waivers of one territory are not tried"]
    return Found(VISA_REQUIRED, rows, effects, said=(*said, *ending(rows, case.on)))


def _near(rules: Rules, facts: Facts, stay: Stay, transit: bool) -> list[tuple[Rule, str]]:
    """Rules for this nationality or route, each with what failed; for a route the longest first."""
    found: list[tuple[Rule, str]] = []
    for rule in (*rules.waived, *rules.look_up) if transit else rules.waived:
        names = {condition.fact for condition in rule.tested.conditions}
        if (THIRD in names) is not transit or not names & {COUNTRY, THIRD}:
            continue
        failed = rule.tested.failed(facts)
        if failed is None:
            found.append((rule, STAY_AREA))
        elif failed.fact != COUNTRY:
            found.append((rule, failed.fact))
    if transit:
        found.sort(key=lambda one: -(stay.ground.figure(one[0].tested.row, "hours_max") or 0))
    return found
