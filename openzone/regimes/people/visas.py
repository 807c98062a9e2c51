"""Which visa is made for a talent."""

from __future__ import annotations

from typing import Any

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Found
from openzone.decide.dmn.sheet import Facts
from openzone.regimes.people.outcome import LOOK_UP, VISA_REQUIRED
from openzone.regimes.ruling import rule_in

TABLE = "people_visas"
EMPLOYER = "employer_needed"


def decide(ground: Ground, facts: Facts, case: Case) -> Found:
    """The kind of visa, by the first row that applies; a visa of no such kind where none does."""
    row = ground.sheet(TABLE).first(facts)
    effects: dict[str, Any] = {"visa_needed": True}
    if row is None:
        return Found(VISA_REQUIRED, effects=effects)
    effects |= {"visa": ground.figure(row, "visa"), "rule": rule_in(ground.law, row)}
    if (needed := ground.figure(row, EMPLOYER)) is not None:
        effects[EMPLOYER] = needed
    return Found(LOOK_UP if row.effect == LOOK_UP else VISA_REQUIRED, (row,), effects)
