"""A business plan: who, what, what share, where, when; and what it moves, pays, hires and bids for.

The parts that name a regime (`goods`, `data`, ...) hold cases of that regime; place and day of the
plan stand under each of them, unless it gives its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from openzone.decide.dmn.reading import number
from openzone.errors import CaseError, Fault, nearest
from openzone.rulebook.files.entry import Day, Entry, Identifier, Text
from openzone.rulebook.model import Text as Words
from openzone.rulebook.reading import Path_, ReadError, Reading, read_yaml
from openzone.rulebook.shaping import entry

Fields = dict[str, Any]


class Firm(Entry):
    """Who: the investors or the shares, the form of the company, its days."""

    name: str | None = None
    """The name of the firm."""
    investors: tuple[Fields, ...] | None = None
    """Every investor with nationality and share, the host side too; the shares add up to 1."""
    facts: Fields = Field(default_factory=dict)
    """Further facts of an investment case: foreign_share, vehicle, legal_rep_nationality, ..."""
    registered_on: Day | None = None
    """The day of the business licence; null when it is still to come."""
    opens_on: Day | None = None
    """The day on which the business is to begin."""


class Activity(Entry):
    """What the firm does: a tag and/or a code, and the terms of its business scope."""

    activity: Identifier | None = None
    """The tag of the activity."""
    industry: str | None = None
    """The industry code, in quotes."""
    scope_terms: tuple[str, ...] = ()
    """Standard terms of the business scope."""
    name: Text | None = None
    """What it is, in words."""
    facts: Fields = Field(default_factory=dict)
    """Facts of this activity that differ from those of the firm."""


class Plan(Entry):
    """A business plan."""

    schema_: Literal["openzone/plan/1"] = Field(default="openzone/plan/1", alias="schema")
    """The kind of this file."""
    id: Identifier
    """The id of the plan."""
    title: Text | None = None
    """What is planned, in words."""
    story: str | None = None
    """Free text; no machine reads it."""
    date: Day | None = None
    """The day on which the plan is asked; today where it is not given."""
    place: tuple[Identifier, ...] = ()
    """Where: territories; none is the country outside zones."""
    firm: Firm = Firm()
    """Who."""
    activities: tuple[Activity, ...] = ()
    """What."""
    licences: Fields = Field(default_factory=dict)
    """Answers on permits: commitment, answers, bars."""
    security_review: Fields = Field(default_factory=dict)
    """Facts of the security review."""
    services: tuple[Fields, ...] = ()
    """Services supplied across the border."""
    goods: tuple[Fields, ...] = ()
    """Goods that come in or go out."""
    data: tuple[Fields, ...] = ()
    """Data that leaves the country."""
    money: tuple[Fields, ...] = ()
    """Accounts, payments, borrowing."""
    people: tuple[Fields, ...] = ()
    """People who come and work."""
    incentives: tuple[Fields, ...] = ()
    """Tax benefits counted on."""
    procurement: tuple[Fields, ...] = ()
    """Public contracts."""
    outbound: tuple[Fields, ...] = ()
    """Investment abroad."""

    def words(self) -> Words:
        """The title, else the id."""
        return Words(self.title.zh, self.title.en) if self.title else Words(self.id, self.id)


MANY = (
    "services", "goods", "data", "money", "people", "incentives", "procurement", "outbound",
)  # fmt: skip
"""The parts of a plan that hold cases of the regime of that name."""


BUNDLED = Path(__file__).resolve().parents[2] / "plans"


def bundled() -> tuple[str, ...]:
    """The names of the plans that come with the program."""
    return tuple(sorted(path.stem for path in BUNDLED.glob("*.yaml")))


def plan_path(name: str) -> Path:
    """The file of a plan: a path, or the name of a bundled plan. Raises CaseError."""
    path = Path(name)
    if path.is_file():
        return path
    if name in bundled():
        return BUNDLED / f"{name}.yaml"
    fault = Fault("unreadable", "there is no such plan", seen=name,
                  expected="a file, or one of " + ", ".join(bundled()),
                  next=nearest(name, bundled()) or "openzone interview --save FILE")  # fmt: skip
    raise CaseError(fault)


def read_plan(path: Path) -> Plan:
    """Read a plan from a YAML file. Raises CaseError with every fault, each with file and line."""
    try:
        reading = read_yaml(path)
    except ReadError as error:
        raise CaseError(error.faults) from None
    return plan_of(reading)


def is_plan(path: Path) -> bool:
    """Say whether a file says of itself that it is a plan."""
    try:
        value = read_yaml(path).value
    except ReadError:
        return False
    return isinstance(value, dict) and value.get("schema") == "openzone/plan/1"


def plan_text(plan: Plan) -> str:
    """A plan as the text of its file."""
    import yaml

    told = plan.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    data = {"schema": "openzone/plan/1", **told}
    return yaml.safe_dump(_plain(data), allow_unicode=True, sort_keys=False, width=100)


def _plain(value: Any) -> Any:
    """The value as YAML writes it: lists, text for decimals."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value:f}"
    return value


def plan_from(data: Mapping[str, Any], name: str = "") -> Plan:
    """A plan from plain data, as an interview or a service has it. Raises CaseError."""
    value = _frozen(data)
    nowhere: dict[Path_, Any] = dict.fromkeys(_paths(value))  # its parts stand on no line
    return plan_of(Reading(name, value, nowhere))


def _paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every part of plain data."""
    yield path
    parts: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = enumerate(value)
    for name, part in parts:
        yield from _paths(part, (*path, name))


def plan_of(reading: Reading) -> Plan:
    """The plan that was read, checked for what cannot be true together."""
    if not isinstance(reading.value, dict):
        raise CaseError(Fault("wrong_value", "the file is no plan", file=reading.file, line=1,
                              expected="schema: openzone/plan/1",
                              next="write one: openzone interview --save FILE"))  # fmt: skip
    plan, faults = entry(Plan, reading)
    if faults or not isinstance(plan, Plan):
        raise CaseError(faults)
    faults = contradictions(plan, reading)
    if faults:
        raise CaseError(faults)
    return plan


def contradictions(plan: Plan, reading: Reading) -> list[Fault]:
    """Facts of a plan that cannot all be true, each fault with both facts."""
    firm, faults = plan.firm, []

    def fault(path: tuple[str | int, ...], message: str, seen: Any, expected: str) -> None:
        faults.append(Fault("contradiction", message, file=reading.file, line=reading.line(path),
                            field=reading.field(path), seen=seen, expected=expected,
                            next="correct one of the two"))  # fmt: skip

    if firm.registered_on and firm.opens_on and firm.opens_on < firm.registered_on:
        fault(
            ("firm", "opens_on"), "the business opens before the company exists", firm.opens_on,
            f"{firm.registered_on} (firm.registered_on) or later",
        )  # fmt: skip
    if firm.registered_on:
        _older_loans(plan, firm.registered_on, fault)
    if firm.investors is not None:
        shares = [number(one.get("share")) for one in firm.investors]
        told = [share for share in shares if share is not None]
        if len(told) == len(shares) and sum(told) != 1:
            fault(
                ("firm", "investors"), "the shares of the investors do not add up to 1",
                " + ".join(map(str, told)) + f" = {sum(told)}", "1, the host side counted too",
            )  # fmt: skip
    return faults


def _older_loans(plan: Plan, registered: dt.date, fault: Any) -> None:
    """Loans of the firm that would be older than the firm."""
    for index, case in enumerate(plan.money):
        months = case.get("loan_age_months")
        on = case.get("date") or plan.date
        if not isinstance(months, int) or not isinstance(on, dt.date):
            continue
        age = (on.year - registered.year) * 12 + on.month - registered.month
        age -= on.day < registered.day
        if months > max(age, 0) and months > 0:
            fault(
                ("money", index, "loan_age_months"), "the loan is older than the firm", months,
                f"at most {max(age, 0)} months on {on}: the company exists since {registered}"
                " (firm.registered_on)",
            )  # fmt: skip


def _frozen(value: Any) -> Any:
    """Plain data with lists as tuples, as a file is read."""
    if isinstance(value, Mapping):
        return {str(key): _frozen(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item) for item in value)
    return value
