"""Whether a qualification from abroad is recognised: the lists to look up, the licence besides."""

from __future__ import annotations

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts
from openzone.regimes.people.outcome import LICENCE_REQUIRED, LOOK_UP
from openzone.regimes.ruling import rule_in

TABLE = "people_qualifications"
LICENCE = "licence"
NO_LIST = "no list of recognised qualifications of this place is on record"


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """The lists of the place; a licensed profession needs its licence besides."""
    found = ground.sheet(TABLE).collect(facts)
    licence = tuple(row for row in found if row.effect == LICENCE)
    lists = tuple(row for row in found if row.effect != LICENCE)
    effects = {"lists": [rule_in(ground.law, row) for row in lists]}
    if licence:
        rule = {"rule": rule_in(ground.law, licence[0])}
        return Found(LICENCE_REQUIRED, licence, {**effects, **rule}, also=lists)
    if lists:
        return Found(LOOK_UP, lists, {**effects, "rule": effects["lists"][0]})
    return Found(LOOK_UP, effects=effects, said=(NO_LIST,))
