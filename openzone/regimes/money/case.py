"""The fields that the regime reads itself: the kind of question, debts, the day's amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from openzone.decide.dmn.reading import TRUTHS, declared, number, value_of
from openzone.decide.dmn.regime import Reading
from openzone.errors import Fault, nearest

KIND = "kind"
TRANSFER = "transfer"
TABLES_OF: Mapping[str, tuple[str, ...]] = {
    TRANSFER: ("money_transfers",),
    "quota": ("money_transfers", "money_quota"),
    "financing": ("money_financing",),
    "report": ("money_reports",),
    "opening": ("money_opening",),
}
"""The kinds of question, each with the tables that hold its fields."""
EARLIER_NAMES: Mapping[str, str] = {"aml": "report", "upgraded_quota": "quota"}
TABLES = tuple(dict.fromkeys(table for tables in TABLES_OF.values() for table in tables))

DEBTS = "debts"
AMOUNTS = "amounts"
DERIVED, NO_TEST = "quota", "na"
FIELDS = {
    DEBTS: "kind financing: what is owed abroad, a list of {balance, currency, years, category,"
    " excluded}; without it, nothing is owed",
    AMOUNTS: "kind report: all of one customer on one day, a list of [in or out, amount]",
}
KIND_OF = {DEBTS: "financing", AMOUNTS: "report"}
"""The kind of question that each field of the regime's own belongs to."""
DIRECTIONS = ("in", "out")
CATEGORIES = (
    "on_balance",
    "fx_trade_finance",
    "off_balance_low",
    "off_balance_high",
    "off_balance",
    "domestic_guarantee_for_overseas_loan",
)
ITEM_FIELDS = ("balance", "currency", "years", "category", "excluded")
CURRENCY_LETTERS = 3
PAIR = 2
OTHER = "XXX"
"""A currency that no row names."""
HUGE = Decimal(10) ** 30
"""More than any amount that a case can give: stands for "as large as it takes"."""


class Debt(NamedTuple):
    """One debt; None where the case does not say. `years`: the term of the contract."""

    balance: Decimal | None
    currency: str | None
    years: Decimal | None
    category: str
    excluded: bool


def kind_of(given: Mapping[str, Any]) -> str | None:
    """The kind of question that a case names, under its own name; None when it is none."""
    word = given.get(KIND)
    if not isinstance(word, str):
        return None
    if word in TABLES_OF:
        return word
    word = word.strip().casefold()
    word = EARLIER_NAMES.get(word, word)
    return word if word in TABLES_OF else None


def read(reading: Reading) -> Mapping[str, Any]:
    """The debts and amounts of a case, checked; what does not belong to its kind is refused."""
    given = reading.given
    kind = kind_of(given)
    if KIND not in given:
        reading.fault("missing_field", "the case does not say which kind of question it is", KIND,
                      expected="one of " + ", ".join(TABLES_OF))  # fmt: skip
    if kind is not None:
        _without_defaults(reading, kind)
    if kind == DERIVED and given.get(DERIVED, NO_TEST) != NO_TEST:
        reading.fault("wrong_value", "'quota' is worked out in this kind of question", DERIVED,
                      expected="audited_equity, net_used and amount instead",
                      next="state a tested quota with kind: transfer")  # fmt: skip
    if kind is not None:
        for name, owner in KIND_OF.items():
            if name in given and owner != kind:
                reading.fault("unknown_field", f"the kind {kind} has no field '{name}'", name,
                              next=f"it belongs to kind: {owner}")  # fmt: skip
    own: dict[str, Any] = {}
    if kind == KIND_OF[DEBTS] and DEBTS in given:
        own[DEBTS] = tuple(_debts(reading))
    if kind == KIND_OF[AMOUNTS] and AMOUNTS in given:
        own[AMOUNTS] = tuple(_amounts(reading))
    return own


def _without_defaults(reading: Reading, kind: str) -> None:
    """Let pass a field of another kind at its default: a file of cases of several kinds has one
    header of defaults. It is left out, and the answer says so."""
    facts = declared(reading.law, TABLES)
    idle: list[str] = []
    for fault in reading.faults:
        fact = facts.get(fault.field)
        if fault.code == "unknown_field" and fact is not None:
            default = 0 if fact.assume is None and fact.kind == "count" else fact.assume
            if default is not None and value_of(fact, reading.given[fact.fact], []) == default:
                idle.append(fact.fact)
    left = (fault for fault in reading.faults if fault.field not in idle)
    reading.faults[:] = [_owned(reading, fault, kind) for fault in left]
    if idle:
        said = f"fields of another kind than {kind}, at their defaults, are left out: "
        reading.said.append(said + ", ".join(idle))


def _owned(reading: Reading, fault: Fault, kind: str) -> Fault:
    """The fault of a field of other kinds says which these are."""
    name = fault.field
    owners = [one for one in TABLES_OF if name in declared(reading.law, TABLES_OF[one])]
    if fault.code != "unknown_field" or not owners:
        return fault
    message = f"the kind {kind} has no field '{name}'"
    return replace(fault, message=message, next="it belongs to kind: " + " or ".join(owners))


def _items(reading: Reading, name: str, expected: str) -> list[Any]:
    """The items of a list; none, and a fault, when it is no list."""
    value = reading.given[name]
    if isinstance(value, (list, tuple)):
        return list(value)
    reading.fault("wrong_value", "this is no list", name, expected=expected)
    return []


def _amounts(reading: Reading) -> Iterable[tuple[str, Decimal]]:
    expected = "a list of [in or out, amount]"
    for index, item in enumerate(_items(reading, AMOUNTS, expected)):
        where = f"{AMOUNTS}[{index}]"
        if not isinstance(item, (list, tuple)) or len(item) != PAIR:
            reading.fault("wrong_value", "this is no pair of direction and amount", where,
                          seen=item, expected="[in or out, amount]")  # fmt: skip
            continue
        direction = item[0].strip().casefold() if isinstance(item[0], str) else item[0]
        if direction not in DIRECTIONS:
            reading.fault("wrong_value", "this is no direction", f"{where}[0]", seen=item[0],
                          expected="in or out")  # fmt: skip
        amount = _number(reading, f"{where}[1]", item[1])
        if direction in DIRECTIONS and amount is not None:
            yield direction, amount


def _debts(reading: Reading) -> Iterable[Debt]:
    expected = "a list of {" + ", ".join(ITEM_FIELDS) + "}"
    for index, item in enumerate(_items(reading, DEBTS, expected)):
        where = f"{DEBTS}[{index}]"
        if not isinstance(item, Mapping):
            reading.fault("wrong_value", "this is no debt", where, seen=item,
                          expected="{" + ", ".join(ITEM_FIELDS) + "}")  # fmt: skip
            continue
        told = {name: value for name, value in item.items() if value is not None}
        for name in told.keys() - set(ITEM_FIELDS):
            hint = nearest(str(name), ITEM_FIELDS) or "the fields are " + ", ".join(ITEM_FIELDS)
            reading.fault("unknown_field", f"a debt has no field '{name}'", f"{where}.{name}",
                          seen=told[name], next=hint)  # fmt: skip
        yield Debt(
            _number(reading, f"{where}.balance", told.get("balance")),
            _currency(reading, f"{where}.currency", told.get("currency")),
            _number(reading, f"{where}.years", told.get("years")),
            _category(reading, f"{where}.category", told.get("category", CATEGORIES[0])),
            _flag(reading, f"{where}.excluded", told.get("excluded", False)),
        )


def _number(reading: Reading, where: str, value: Any) -> Decimal | None:
    if value is None:
        return None
    found = number(value)
    if found is None:
        reading.fault("wrong_value", "the value does not fit", where, seen=value,
                      expected="a decimal, 0 or more, at most 6 decimal places")  # fmt: skip
    return found


def _currency(reading: Reading, where: str, value: Any) -> str | None:
    if value is None:
        return None
    text = value.strip().upper() if isinstance(value, str) else ""
    if len(text) == CURRENCY_LETTERS and text.isascii() and text.isalpha():
        return text
    reading.fault("wrong_value", "this is no currency", where, seen=value,
                  expected="three letters (ISO 4217), or RMB")  # fmt: skip
    return None


def _category(reading: Reading, where: str, value: Any) -> str:
    text = value.strip().casefold() if isinstance(value, str) else ""
    if text not in CATEGORIES:
        reading.fault("wrong_value", "this is no category of debt", where, seen=value,
                      expected="one of " + ", ".join(CATEGORIES),
                      next=nearest(text, CATEGORIES))  # fmt: skip
    return text


def _flag(reading: Reading, where: str, value: Any) -> bool:
    if isinstance(value, str):
        value = TRUTHS.get(value.strip().casefold(), value)
    if isinstance(value, bool):
        return value
    reading.fault("wrong_value", "the value does not fit", where, seen=value,
                  expected="true or false")  # fmt: skip
    return False


class Ranges(dict[str, Iterable[Any]]):
    """For facts that figures decide: values far enough apart for every outcome.

    What is owed and what is capped grow with each amount, so the ends of its range are enough.
    """

    def __missing__(self, name: str) -> Iterable[Any]:
        return self[name.rpartition(".")[2]] if name.startswith(f"{DEBTS}[") else ()


def ranges(years: Iterable[Any], currencies: Iterable[str]) -> Ranges:
    """The ranges of amounts and of the facts of a debt; `years`, `currencies`: of each part one."""
    ends = (Decimal(0), HUGE)
    return Ranges(
        {
            "audited_equity": (HUGE,), "net_used": (HUGE,), "amount": (HUGE,), "base": (HUGE,),
            "balance": ends, "years": tuple(years), "currency": tuple(currencies),
            AMOUNTS: ((), (("in", HUGE),)),
        }
    )  # fmt: skip
