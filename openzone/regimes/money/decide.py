"""The kinds of question about money, each answered from its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openzone.decide.dmn.flat import Flat
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts
from openzone.regimes.money import case as fields
from openzone.regimes.money.financing import financing
from openzone.regimes.money.opening import opening
from openzone.regimes.money.outcome import VERDICTS
from openzone.regimes.money.reports import report
from openzone.regimes.money.transfers import IN_USE, MATRIX, quota, transfer
from openzone.regimes.money.weights import parts
from openzone.rulebook.law import Law
from openzone.rulebook.model import Text


class Money(Defaults):
    """The regime of money: transfers, quotas, borrowing abroad, reports, opening of accounts."""

    name = "money"
    title = Text("账户与跨境资金", "Accounts and money over the border")
    tables = fields.TABLES
    verdicts: Mapping[str, str] = VERDICTS
    synonyms: Mapping[str, str] = {"equity": "audited_equity", "used_net": "net_used"}
    own: Mapping[str, str] = fields.FIELDS
    selector = (fields.KIND, tuple(fields.TABLES_OF))

    def tables_of(self, given: Mapping[str, Any]) -> Sequence[str]:
        """The tables of the kind of question; all of them where the case names none."""
        kind = fields.kind_of(given)
        return self.tables if kind is None else fields.TABLES_OF[kind]

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """The debts of kind financing, the amounts of kind report."""
        return fields.read(reading)

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing is owed abroad where no debts are given."""
        return {fields.DEBTS: ()}

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """Ends of the ranges of amounts; a value for each part of the facts of a debt."""
        years = parts(ground, "years", (0, fields.HUGE))
        return fields.ranges(years, parts(ground, "currency", (fields.OTHER,)))

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The outcome of the kind of question."""
        kind = fields.kind_of(facts)
        if kind == fields.TRANSFER:
            return transfer(ground, facts)
        if kind == "quota":
            return quota(ground, facts)
        if kind == "financing":
            return financing(ground, facts, case)
        if kind == "report":
            return report(ground, facts, case)
        return opening(ground, facts)

    def flat(self, law: Law) -> Flat:
        """Transfers: the first row of the matrix in use that applies."""
        return Flat((MATRIX,), in_use=IN_USE, only={fields.KIND: fields.TRANSFER})


REGIME = Money()
