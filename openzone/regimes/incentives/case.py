"""The income of a case: how much is earned in the place, how much elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.errors import Fault
from openzone.regimes.schemes import no_year

YEAR = "year"


class Income(NamedTuple):
    """Taxable income in yuan; None is not told. `local` and `elsewhere` add up to `total`."""

    total: Decimal | None
    local: Decimal | None
    elsewhere: Decimal | None


def income(facts: Mapping[str, Any]) -> Income:
    """The income of a case, its parts worked out from one another.

    A head office elsewhere with no word of the part here leaves the parts open.
    """
    total, local = facts.get("profit"), facts.get("branch_profit")
    elsewhere = facts.get("other_profit")
    if local is None and elsewhere is not None and total is not None:
        local = total - elsewhere
    if local is None and elsewhere is None and facts.get("head_office") == "outside":
        return Income(total, None, None)
    if local is None and elsewhere is None:
        return Income(total, total, None if total is None else Decimal(0))
    if elsewhere is None and local is not None:
        elsewhere = Decimal(0) if total is None else total - local
    if total is None and local is not None and elsewhere is not None:
        total = local + elsewhere
    return Income(total, local, elsewhere)


def contradictions(facts: Mapping[str, Any]) -> Iterable[Fault]:
    """Parts of an income that do not add up, years that are none."""
    total, local = facts.get("profit"), facts.get("branch_profit")
    elsewhere = facts.get("other_profit")
    for name, part in (("branch_profit", local), ("other_profit", elsewhere)):
        if total is not None and part is not None and part > total:
            yield Fault("contradiction", f"{name} is more than profit", field=name, seen=part,
                        expected=f"at most {total}", next="correct profit or its part")  # fmt: skip
    if local is not None and elsewhere is not None and total not in (None, local + elsewhere):
        yield Fault("contradiction", "branch_profit and other_profit do not add up to profit",
                    field="profit", seen=total, expected=str(local + elsewhere))  # fmt: skip
    for name in ("year", "first_income_year"):
        if name in facts and no_year(facts[name]):
            yield Fault("out_of_range", "this is no year", field=name, seen=facts[name],
                        expected="a year of the calendar")  # fmt: skip
