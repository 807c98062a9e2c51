"""What a debt weighs: the rows of one model for one borrower, and the multiple of a balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import rule_of
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Facts, Tested
from openzone.regimes.money.case import DEBTS, Debt
from openzone.regimes.money.exact import product, total
from openzone.regimes.money.sheets import settled, sheet_of
from openzone.rulebook.model import Row

TABLE = "money_financing"
MODEL, ENTITY = "model", "entity"
FACTOR = "factor"
NOT_COUNTED, COUNTED_SHARE, ADDITION = "not_counted", "counted_share", "addition"
FACTORS = ("term_factor", "currency_factor", "category_factor")
OF_DEBT = "debt_"
OF_BALANCE = OF_DEBT + "balance"
KNOWN_MAX = 4096


class Weight(NamedTuple):
    """The multiple of the balance that counts, the figures it is made of, and their rows."""

    multiple: Decimal
    figures: Mapping[str, Any]
    basis: tuple[str, ...]
    rows: Mapping[str, Row]


NOTHING = Decimal(0)


class DebtFacts(Facts):
    """The facts of a debt as rows test them; those that the case does not say are asked."""

    __slots__ = ("facts", "index")

    def __init__(self, debt: Debt, index: int, facts: Facts) -> None:
        told = zip(debt._fields, debt, strict=True)
        super().__init__({OF_DEBT + name: value for name, value in told if value is not None})
        self.index = index
        self.facts = facts

    def __missing__(self, fact: str) -> Any:
        if fact.startswith(OF_DEBT):
            return self.facts[f"{DEBTS}[{self.index}].{fact.removeprefix(OF_DEBT)}"]
        return self.facts[fact]


class Weights:
    """The rows that one model has for one borrower, where a case stands."""

    __slots__ = ("_by_debt", "_ground", "_known", "addition", "factors", "not_counted", "share")

    def __init__(self, ground: Ground, model: str, entity: str) -> None:
        told = {MODEL: model, ENTITY: entity}
        self._ground = ground
        self.not_counted = standing(ground, NOT_COUNTED, told)
        self.share = standing(ground, COUNTED_SHARE, told)
        of_model = (standing(ground, effect, told) for effect in FACTORS)
        self.factors = tuple(group for group in of_model if group)
        self.addition = standing(ground, ADDITION, told)
        groups = (self.not_counted, self.share, *self.factors, self.addition)
        tested = {fact for group in groups for one in group for fact, _ in one.tests}
        described = {OF_DEBT + name for name in Debt._fields} - {OF_BALANCE}
        self._by_debt = tested <= described  # the same weight for every debt of these facts
        self._known: dict[tuple[Any, ...], Weight] = {}

    def of(self, debt: Debt, index: int, facts: Facts) -> Weight | None:
        """The weight of a debt; None where a factor of the model is not on record."""
        kind = debt[1:]
        known = self._known.get(kind)
        if known is not None:
            return known
        found = self._weigh(DebtFacts(debt, index, facts))
        if found is not None and self._by_debt and None not in kind:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            self._known[kind] = found
        return found

    def _weigh(self, debt: DebtFacts) -> Weight | None:
        left_out = first(self.not_counted, debt)
        if left_out is not None:
            return _weight(NOTHING, {"counted_share": 0}, (left_out,))
        share = first(self.share, debt)
        rows = [] if share is None else [share]
        for group in self.factors:
            row = first(group, debt)
            if row is None:
                return None
            rows.append(row)
        factors = rows if share is None else rows[1:]
        added = first(self.addition, debt)
        additions = [] if added is None else [added]
        figure = {row.key: self._ground.figure(row, FACTOR) for row in (*rows, *additions)}
        if None in figure.values():
            return None
        counted = 1 if share is None else figure[share.key]
        weighed = product(counted, *(figure[row.key] for row in factors))
        figures = {
            "counted_share": counted,
            "factors": {rule_of(row): figure[row.key] for row in factors},
            "additions": {rule_of(row): figure[row.key] for row in additions},
        }
        multiple = total((weighed, *(product(counted, figure[row.key]) for row in additions)))
        return _weight(multiple, figures, (*rows, *additions))


def _weight(multiple: Decimal, figures: Mapping[str, Any], rows: Sequence[Row]) -> Weight:
    basis = tuple(rule_of(row) for row in rows)
    return Weight(multiple, figures, basis, {row.key: row for row in rows})


def standing(ground: Ground, effect: str, told: Mapping[str, str]) -> tuple[Tested, ...]:
    """The rows of one effect for a model and a borrower, with what is left to test."""
    here = (settled(one, told) for one in sheet_of(ground, TABLE, effect).rows)
    return tuple(one for one in here if one is not None)


def first(rows: Iterable[Tested], facts: Facts) -> Row | None:
    """The first row that applies. Raises MissingFactError where that turns on a missing fact."""
    for one in rows:
        if one.holds(facts):
            return one.row
    return None


def parts(ground: Ground, fact: str, ends: Iterable[Any]) -> list[Any]:
    """Of a fact of a debt, one value for each part of its range that the rows tell apart."""
    name = OF_DEBT + fact
    marks: set[Any] = set()
    for one in ground.sheet(TABLE).conditions():
        if one.fact == name:
            marks.update(one.values)
            marks.update(x for x in (one.min, one.above, one.max, one.below) if x is not None)
    tests = [test for one in ground.sheet(TABLE).rows for fact, test in one.tests if fact == name]
    found: dict[tuple[bool, ...], Any] = {}
    for value in (*sorted(marks), *ends):
        found.setdefault(tuple(test(value) for test in tests), value)
    return list(found.values())
