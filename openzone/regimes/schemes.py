"""Schemes of tax law: rows that a case may name, their territory, the law of a tax year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from openzone.decide.dmn.ground import Ground, ground
from openzone.decide.dmn.sheet import Facts
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.ruling import rule_in
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row

PLACE = "place"
SCHEME = "scheme"
PRESUMES = "presumes"
YEARS_MAX = 1 << 12


def schemes(law: Law, table: str) -> Mapping[str, tuple[Row, ...]]:
    """The rows of a table on any day, those of reforms among them, by the rule that is cited."""
    key = ("schemes", table)
    found: dict[str, tuple[Row, ...]] | None = law.memo.get(key)
    if found is None:
        found = law.memo[key] = {}
        added = [one.row for one in law.overlays if one.row is not None]
        for row in (*law.rows, *added):
            if row.table == table:
                rule = rule_in(law, row)
                found[rule] = (*found.get(rule, ()), row)
    return found


def named(law: Law, table: str, name: str) -> str:
    """The scheme of this name in any case of letters. Raises CaseError for one not on record."""
    known = schemes(law, table)
    if name in known:
        return name
    found = {one.casefold(): one for one in known}.get(name.strip().casefold())
    if found is None:
        raise CaseError(
            Fault("wrong_value", "the scheme is not on record", field=SCHEME, seen=name,
                  expected="one of " + ", ".join(known), next=nearest(name, known))
        )  # fmt: skip
    return found


def territory(law: Law, table: str, scheme: str) -> tuple[str, ...]:
    """The first place under which a row of the scheme lies."""
    for row in schemes(law, table).get(scheme, ()):
        for condition in row.conditions:
            if condition.fact == PLACE and not condition.negated:
                return tuple(condition.values[:1])
    return ()


def bounds(law: Law, table: str) -> dict[str, list[Any]]:
    """For each fact the bounds that rows of a table set on any day and in any place.

    A case that names a scheme and no place is decided by rows that stand elsewhere.
    """
    found: dict[str, list[Any]] = {}
    for rows in schemes(law, table).values():
        for condition in (one for row in rows for one in row.conditions):
            marks = (condition.min, condition.above, condition.max, condition.below)
            told = [mark for mark in marks if mark is not None]
            if told and condition.fact not in (PLACE, "date"):
                found.setdefault(condition.fact, []).extend(told)
    return found


def presumed(law: Law, table: str, here: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a case that names a scheme claims: its territory, unless told, and what its rows say."""
    name = facts.get(SCHEME)
    if name is None:
        return {}
    key = ("claims", table, name, not here.inside)
    found: dict[str, Any] | None = law.memo.get(key)
    if found is None:
        scheme = named(law, table, name)
        found = {}
        for row in schemes(law, table)[scheme]:
            found |= dict(row.param(PRESUMES, ()))
        if not here.inside and (place := territory(law, table, scheme)):
            found[PLACE] = place
        law.memo[key] = found
    return found


def law_of_year(here: Ground, places: tuple[str, ...], facts: Facts, year: int) -> Ground:
    """The law on the last day of a tax year in the places of a case, or of the scheme it names."""
    taken = facts.get(PLACE) or places
    law, key = here.law, ("tax year", taken, year)
    found: Ground | None = here.memo.get(key)
    if found is None:
        day = dt.date(year, 12, 31)
        inside = law.territories.around(taken, day, law.known) | frozenset(taken)
        if len(here.memo) >= YEARS_MAX:
            here.memo.clear()
        found = here.memo[key] = ground(law, day, inside)
    return found


def no_year(year: Any) -> bool:
    """Say whether a number is no year of the calendar."""
    return not dt.MINYEAR < year < dt.MAXYEAR
