"""What the law makes of a line before its amounts: worked out once for all lines that share it.

The single case decides it, step by step; only the steps that need an amount are held back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openzone.errors import CaseError
from openzone.regimes.goods import lines, rates
from openzone.regimes.goods.case import Reader
from openzone.regimes.goods.decide import Deciding
from openzone.regimes.goods.rows import priority
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, Row
from openzone.rulebook.tariff import Rate

FROM_AMOUNTS = frozenset(("single_value_within", "year_value_within"))
REFUSED = "refused"
NO_RATE = Rate()


@dataclass(frozen=True)
class Failing:
    """Why no rate of the tariff can be told: what is missing, by the outcome it makes.

    `one_by_one`: the rate needs more than a table tells, so that the line is decided alone.
    """

    needs: tuple[str, ...] = ()
    look_up: tuple[str, ...] = ()
    asks_proof: tuple[str, ...] = ()
    one_by_one: bool = False


@dataclass(frozen=True)
class Terms:
    """What stands of a line before its amounts.

    `alone`: the line is decided as a single case. `outcome`: what stands whatever the amounts are;
    None: `payable` where anything is due, else `free`. `amounts`: there are amounts to be worked
    out. `valued`: the customs value is asked for; `duty`: that of the tariff is. `remedies` and
    `vat` are millionths of their base; `litres_per_kg`, in millionths, serves an excise by the
    litre where only a weight is given; `floor` is in fen.
    """

    alone: bool = False
    outcome: str | None = None
    needs: tuple[str, ...] = ()
    admissibility: str | None = None
    amounts: bool = False
    valued: bool = False
    duty: bool = False
    remedies: tuple[int, ...] = ()
    excise: Rate = NO_RATE
    litres_per_kg: int = 0
    vat: int = 0
    floor: int = 0


ALONE = Terms(alone=True)


def terms(law: Law, raw: Mapping[str, Any], today: dt.date, failing: Failing | None) -> Terms:
    """The terms of the lines that a case without amounts stands for."""
    try:
        case = Reader(law, raw, today).read()
    except CaseError:
        return Terms(outcome=REFUSED)
    return Outline(law, case, failing).terms()


class Outline(Deciding):
    """Decides a case as far as it can be told without amounts."""

    def __init__(self, law: Law, case: Any, failing: Failing | None) -> None:
        super().__init__(law, case)
        self.failing = failing
        self.found = Terms()

    def terms(self) -> Terms:
        """What the case comes to before its amounts."""
        if self.case.hs is None:
            return ALONE
        self.made()
        if self._turns_on_amounts():
            return ALONE
        found, answer = self.found, self.answer
        if found.alone:
            return found
        outcome = next(iter([answer.outcome] if answer.triggered else []), None)
        if found.amounts and outcome not in (None, "asks_proof"):
            found = Terms(valued=found.valued, duty=found.duty)
        held = None if answer.admissibility is None else answer.admissibility.word
        return Terms(
            outcome=outcome,
            needs=answer.needs,
            admissibility=held,
            amounts=found.amounts or bool(answer.amounts),
            valued=found.valued,
            duty=found.duty,
            remedies=found.remedies,
            excise=found.excise,
            litres_per_kg=found.litres_per_kg,
            vat=found.vat,
            floor=found.floor,
        )

    def _turns_on_amounts(self) -> bool:
        """Say whether a row of the lines turns on a fact that follows from an amount."""
        for row in self.ground.standing(lines.TABLE).ordered:
            missing = self.ground.unknown(row)
            if missing and not FROM_AMOUNTS.isdisjoint(missing):
                return True
            if missing == ():
                break
        return False

    def moved(self, row: Row) -> None:
        """Movements of their own are decided line by line."""
        self.found = ALONE

    def exempt(self, row: Row) -> None:
        """All three taxes lifted: only measures that stay ask for a value."""
        rows = self.remedy_rows() if row.param("keeps_remedies", False) else []
        measures = None if rows is None else self._measures(rows)
        if rows is not None and measures is None:
            self.found = ALONE
        elif measures is not None:
            self.found = Terms(amounts=True, valued=bool(measures), remedies=measures)

    def as_usual(self, row: Row | None) -> None:
        """Duty, consumption tax and VAT at rates that are known before the value is."""
        if row is not None and row.effect == "repair_cost":
            self.found = ALONE
            return
        self.found = Terms(valued=True)
        lifted = set(row.param("taxes", ())) if row is not None and row.effect == "exempt" else ()
        code = self.case.hs or ""
        if "duty" not in lifted and self._fails(code):
            return
        self.found = Terms(valued=True, duty="duty" not in lifted)
        rows = self.remedy_rows()
        if rows is None:
            self.rates_only()
            return
        measures = self._measures(rows)
        taxes = self.tax_rates(lifted)
        if measures is None or (taxes is not None and taxes[0].cigarettes is not None):
            self.found = ALONE
        elif taxes is not None:
            excise, added = taxes
            self.found = Terms(
                amounts=True,
                valued=True,
                duty="duty" not in lifted,
                remedies=measures,
                excise=excise.rate,
                litres_per_kg=int((excise.litres_per_kg or 0) * MILLION),
                vat=added.rate.ad_valorem,
                floor=self.floor(),
            )

    def _fails(self, code: str) -> bool:
        """Note why there is no rate; say whether that is so."""
        instead = priority(self.ground, rates.TABLE, code)
        if instead.row is not None or instead.needs or (self.failing and self.failing.one_by_one):
            self.found = ALONE
            return True
        if self.failing is None:
            return False
        for outcome, names in (
            ("ask", self.failing.needs),
            ("look_up", self.failing.look_up),
            ("asks_proof", self.failing.asks_proof),
        ):
            if names:
                self.answer.need(outcome, names)
        self.rates_only()
        return True

    def _measures(self, rows: list[Row]) -> tuple[int, ...] | None:
        """Duties on top by value; None where one is by quantity."""
        found = [self.remedy_rate(row) for row in rows]
        return None if any(one.unit for one in found) else tuple(one.ad_valorem for one in found)
