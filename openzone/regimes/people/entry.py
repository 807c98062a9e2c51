"""May this person enter without a visa: purpose first, then waivers in the order of the rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.ground import ground as ground_of
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.expiring import ending
from openzone.regimes.people.case import PLACES, ROUTE
from openzone.regimes.people.outcome import ADMITTED, LOOK_UP, PERMIT_REQUIRED, VISA_REQUIRED
from openzone.regimes.ruling import rule_in
from openzone.regimes.unheld import before_record

TABLE = "people_entry"
HOURS_A_DAY = 24
MEMO_MAX = 1 << 12
COUNTRY = "country"
THIRD = "third_country"
STAY_AREA = "stay_area"
OTHER_PAPERS = "persons of this place enter under other documents, which are not on record here"


class Rule(NamedTuple):
    """A row with the area in which its stay is bound; an empty area is the whole country."""

    tested: Tested
    area: frozenset[str]
    rule: str


@dataclass(frozen=True)
class Rules:
    """The rows on entry that stand somewhere, by what they do."""

    purpose: tuple[Rule, ...]
    waived: tuple[Rule, ...]
    look_up: tuple[Rule, ...]
    visa: tuple[Rule, ...]

    def of_country(self, country: str) -> Rules:
        """The same rules without those for other nationalities."""
        return self._kept(lambda rule: _serves(rule, country))

    def of_stay(self, stay: Stay) -> Rules:
        """The same rules without those that bind the stay to an area that a place lies out of."""
        return self._kept(lambda rule: _inside(rule, stay))

    def _kept(self, kept: Callable[[Rule], bool]) -> Rules:
        return dataclasses.replace(
            self, waived=tuple(filter(kept, self.waived)), look_up=tuple(filter(kept, self.look_up))
        )

    def near(self, ground: Ground, transit: bool) -> tuple[Rule, ...]:
        """Waivers by nationality, or by route, in order; for a route the longest first."""
        rules = (*self.waived, *self.look_up) if transit else self.waived
        found: list[Rule] = []
        for rule in rules:
            names = {condition.fact for condition in rule.tested.conditions}
            if (THIRD in names) is transit and names & {COUNTRY, THIRD}:
                found.append(rule)
        if transit:
            found.sort(key=lambda one: -(ground.figure(one.tested.row, "hours_max") or 0))
        return tuple(found)


class Stay(NamedTuple):
    """Each place of an itinerary with all that it lies in, and the law where all of them lie.

    `key`: the places by name. `purpose`: the rules on purposes, which bind wherever one stays.
    """

    key: tuple[str, ...]
    ground: Ground
    places: tuple[frozenset[str], ...]
    purpose: tuple[Rule, ...]


class Open(NamedTuple):
    """The rules for a nationality on a stay: those that may admit it, and what came near.

    `near`, `near_in_transit`: waivers by nationality, and by route, wherever their stay is bound.
    """

    waived: tuple[Rule, ...]
    look_up: tuple[Rule, ...]
    visa: tuple[Rule, ...]
    near: tuple[Rule, ...]
    near_in_transit: tuple[Rule, ...]


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """Admitted, a visa, a permit with a visa, or a list that must be looked up."""
    stay = _stay(ground, case)
    info, route = ground.law.book.info, case.own.get(ROUTE, ())
    told = facts.beside(**_worked_out(facts, bool(route) and _third_country(info.host, route)))
    for rule in stay.purpose:
        if rule.tested.holds(told):
            return _needed(rule)
    country = told[COUNTRY]
    if country == info.host or country in info.foreign_by_reference:
        return Found(LOOK_UP, said=(OTHER_PAPERS,))
    rules = _open(stay, country)
    for number, rule in enumerate(rules.waived):
        if rule.tested.holds(told):
            rest = (*rules.waived[number + 1 :], *rules.look_up)
            return _admitted(rule, rest, told, stay, case)
    for rule in rules.look_up:
        if rule.tested.holds(told):
            row = rule.tested.row
            return Found(LOOK_UP, (row,), {"rule": rule.rule}, said=ending((row,), case.on))
    return _refused(rules, told, stay, case)


def _worked_out(facts: Facts, third_country: bool) -> dict[str, Any]:
    """Whether the route leads to a third country; days from hours or hours from days."""
    found: dict[str, Any] = {THIRD: third_country}
    days, hours = facts.get("days"), facts.get("hours")
    if days is None and hours is not None:
        whole = (Decimal(hours) / HOURS_A_DAY).to_integral_value(ROUND_CEILING)
        found["days"] = int(whole)
    elif hours is None and days is not None:
        found["hours"] = days * HOURS_A_DAY
    return found


def _third_country(host: str, route: Sequence[str]) -> bool:
    """Say whether the countries before and after the host on the route are two."""
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
        lines = tuple(law.territories.ancestors(place, case.on, law.known) for place in places)
        shared = frozenset.intersection(*lines) if lines else frozenset()
        if len(ground.memo) >= MEMO_MAX:
            ground.memo.clear()
        here = ground_of(law, case.on, shared)
        found = ground.memo[key] = Stay(places, here, lines, _rules(here).purpose)
    return found


def _open(stay: Stay, country: str) -> Open:
    """The rules for a nationality on a stay, put together once."""
    here, key = stay.ground, ("open", country, stay.key)
    found: Open | None = here.memo.get(key)
    if found is None:
        rules = _rules(here).of_country(country)
        inside = rules.of_stay(stay)
        if len(here.memo) >= MEMO_MAX:
            here.memo.clear()
        found = here.memo[key] = Open(
            inside.waived, inside.look_up, inside.visa,
            rules.near(here, False), rules.near(here, True),
        )  # fmt: skip
    return found


def _rules(ground: Ground) -> Rules:
    """The rules that stand here."""
    found: Rules | None = ground.memo.get(TABLE)
    if found is None:
        found = ground.memo[TABLE] = Rules(
            _of(ground, "permit_and_visa", "visa_by_purpose"), _of(ground, "waived"),
            _of(ground, LOOK_UP), _of(ground, "visa"),
        )  # fmt: skip
    return found


def _of(ground: Ground, *effects: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(one, frozenset(ground.figure(one.row, STAY_AREA, ())), rule_in(ground.law, one.row))
        for one in ground.sheet(TABLE).rows
        if one.row.effect in effects
    )


def _serves(rule: Rule, country: str) -> bool:
    return all(test(country) for fact, test in rule.tested.tests if fact == COUNTRY)


def _inside(rule: Rule, stay: Stay) -> bool:
    """Say whether every place lies in the area; no place named lies in none."""
    if not rule.area:
        return True
    return bool(stay.places) and not any(map(rule.area.isdisjoint, stay.places))


def _needed(rule: Rule) -> Found:
    """Work and study: no waiver helps."""
    permit = rule.tested.row.effect == "permit_and_visa"
    effects = {"visa_needed": True, "permit_needed": permit, "rule": rule.rule}
    return Found(PERMIT_REQUIRED if permit else VISA_REQUIRED, (rule.tested.row,), effects)


def _admitted(rule: Rule, rest: Iterable[Rule], facts: Facts, stay: Stay, case: Case) -> Found:
    row = rule.tested.row
    effects: dict[str, Any] = {"visa_needed": False, "rule": rule.rule}
    for name in ("days_max", "hours_max"):
        if (figure := stay.ground.figure(row, name)) is not None:
            effects[name] = figure
    if rule.area:
        effects[STAY_AREA] = sorted(rule.area)
    others = [one.rule for one in rest if one.rule != rule.rule and one.tested.told(facts)]
    if others:
        effects["other_rules"] = list(dict.fromkeys(others))
    return Found(ADMITTED, (row,), effects, said=ending((row,), case.on))


def _refused(rules: Open, facts: Facts, stay: Stay, case: Case) -> Found:
    """A visa is needed: cite the waiver that came near, and what it lacked."""
    cited = rules.visa[:1]
    effects: dict[str, Any] = {"visa_needed": True}
    near = rules.near_in_transit if case.own.get(ROUTE) else rules.near
    if near:
        cited = (near[0], *cited)
        failed, *_ = [rule.tested.failed(facts) for rule in near]  # all count as read
        effects["lacked"] = STAY_AREA if failed is None else failed.fact
    if not cited:  # the law of that day is not on record
        return Found(LOOK_UP, said=before_record(stay.ground, TABLE))
    effects["rule"] = cited[0].rule
    rows = tuple(rule.tested.row for rule in cited)
    said = () if stay.places else ("no place is named: waivers of one territory are not tried",)
    return Found(VISA_REQUIRED, rows, effects, said=(*said, *ending(rows, case.on)))
