"""The parts of a plan: for each regime that it touches, the case that is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from openzone.regimes.capital.case import SHARE, shares_of
from openzone.regimes.journey.plan import MANY, Activity, Plan
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION, Text

Role = Literal["enter", "gate", "operate", "more"]

ROLES: Mapping[str, Role] = {
    "capital": "enter",
    "services": "enter",
    "security_review": "gate",
    "licences": "operate",
    "goods": "operate",
    "data": "operate",
    "money": "operate",
    "people": "operate",
    "incentives": "more",
    "procurement": "more",
    "outbound": "more",
}
"""What an answer of a regime decides: entry, a gate before it, operation, or something beside."""


NAME = "name"
"""What a part is called, in one language or {zh, en}; no regime reads it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a plan. `key` names it in the plan: `activities[0]`, `goods[2]`."""

    regime: str
    key: str
    case: Mapping[str, Any]
    title: Text | None = None

    @property
    def role(self) -> Role:
        """What the answer decides."""
        return ROLES[self.regime]

    @property
    def number(self) -> int | None:
        """Which of the parts of its kind it is, from 1; None for one that stands for all."""
        _, mark, index = self.key.partition("[")
        return int(index.rstrip("]")) + 1 if mark else None

    @property
    def id(self) -> str:
        """The regime and the place in the plan."""
        return f"{self.regime}:{self.key}"


def parts(
    plan: Plan, book: Book, on: dt.date, place: tuple[str, ...] | None = None
) -> tuple[Part, ...]:
    """The questions of a plan, in the order in which a firm meets them.

    `on` stands where the plan gives no day, `place` instead of the place of the plan.
    """
    here = plan.place if place is None else place
    base = {"place": list(here), "date": plan.date or on}
    return tuple(_parts(plan, book, base))


def _parts(plan: Plan, book: Book, base: Mapping[str, Any]) -> Iterator[Part]:
    for index, activity in enumerate(plan.activities):
        key = f"activities[{index}]"
        yield Part("capital", key, {**base, **_investment(plan, activity)}, _title(activity, book))
    for index, case in enumerate(plan.services):
        yield _case("services", index, case, base)
    held = _held(plan, book)
    for index, activity in enumerate(plan.activities):
        yield Part(
            "security_review", f"activities[{index}]",
            {**base, **_reviewed(plan, activity, held)}, _title(activity, book),
        )  # fmt: skip
    if plan.activities and any(one.regime == "licences" for one in book.tables.values()):
        yield Part("licences", "activities", {**base, **_licences(plan)})
    for regime in MANY:
        if regime != "services":
            for index, case in enumerate(getattr(plan, regime)):
                yield _case(regime, index, case, base)


def _case(regime: str, index: int, case: Mapping[str, Any], base: Mapping[str, Any]) -> Part:
    given = {**base, **{field: value for field, value in case.items() if field != NAME}}
    name = case.get(NAME) or case.get("story")
    title = None
    if isinstance(name, Mapping):
        title = Text(str(name.get("zh", "")), str(name.get("en", "")))
    elif name:
        title = Text(str(name), str(name))
    return Part(regime, f"{regime}[{index}]", given, title)


def _title(activity: Activity, book: Book) -> Text | None:
    """What an activity is called in the plan, else in the book."""
    if activity.name is not None:
        return Text(activity.name.zh, activity.name.en)
    known = book.vocabulary.known(activity.activity) if activity.activity else None
    if known is not None:
        return book.vocabulary[known].title
    return None


def _matter(activity: Activity) -> dict[str, Any]:
    named = {"activity": activity.activity, "industry": activity.industry}
    return {name: value for name, value in named.items() if value is not None}


def _investment(plan: Plan, activity: Activity) -> dict[str, Any]:
    firm = plan.firm
    owners = {} if firm.investors is None else {"investors": list(firm.investors)}
    return {**_matter(activity), **firm.facts, **owners, **activity.facts}


def _held(plan: Plan, book: Book) -> Decimal | None:
    """The share that the investors of the plan who are foreign hold together."""
    if plan.firm.investors is None:
        return None
    derived, faults, _ = shares_of({"investors": plan.firm.investors}, book)
    return None if faults else Decimal(derived[SHARE]) / MILLION


def _reviewed(plan: Plan, activity: Activity, held: Decimal | None) -> dict[str, Any]:
    """The case of a security review: the foreign share, and what the plan says of it."""
    told = {**plan.firm.facts, **activity.facts}
    share = told.get(SHARE, held)
    return {
        **_matter(activity),
        **({} if share is None else {SHARE: share}),
        **plan.security_review,
    }


def _licences(plan: Plan) -> dict[str, Any]:
    """One case for all activities: their codes (or tags) and the terms of the business scope."""
    terms = [term for one in plan.activities for term in one.scope_terms]
    codes = [one.industry or one.activity for one in plan.activities if not one.scope_terms]
    given: dict[str, Any] = {
        "scope_terms": list(dict.fromkeys(terms)),
        "activities": [code for code in dict.fromkeys(codes) if code],
        "registered_on": plan.firm.registered_on,
        "opened_on": plan.firm.opens_on,
    }
    return {name: value for name, value in given.items() if value} | plan.licences
