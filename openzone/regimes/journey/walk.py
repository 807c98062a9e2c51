"""A plan walked through every regime that it touches: what each says, and what it adds up to."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from openzone.decide.case import read_places
from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.journey.parts import Part, Role, parts
from openzone.regimes.journey.plan import Plan
from openzone.regimes.registry import Decided
from openzone.rulebook.model import Row

WORST_FIRST = ("no", "look_up", "ask", "on_approval", "on_conditions", "yes")
"""Verdict words; of several, the first stands for all."""
AMOUNTS = ("duty", "remedy", "consumption_tax", "vat", "total")


@dataclasses.dataclass(eq=False)
class Asked:
    """A part of a plan and what was decided on it. The answer is written out when first wanted."""

    desk: Desk
    part: Part
    decided: Decided

    @property
    def outcome(self) -> str:
        """The regime's own word."""
        return self.decided.outcome

    @property
    def verdict(self) -> str:
        """One of the seven words of every regime."""
        return self.decided.verdict

    @property
    def blocked(self) -> bool:
        """Say whether the law says no."""
        return self.verdict == "no"

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The answer of the contract."""
        return self.desk.rendered(self.part.regime, self.decided)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows it rests on."""
        return tuple(self.decided.rows)

    @property
    def effects(self) -> Mapping[str, Any]:
        """The figures of the answer, as they were decided."""
        found = getattr(self.decided, "found", None)
        effects = getattr(found, "effects", None)
        return effects if isinstance(effects, Mapping) else self.answer["effects"]


@dataclasses.dataclass(eq=False)
class Journey:
    """A plan in one place on one day under one law."""

    plan: Plan
    desk: Desk
    on: dt.date
    place: tuple[str, ...]
    asked: tuple[Asked, ...]

    def of(self, *roles: Role) -> tuple[Asked, ...]:
        """The answers of some roles."""
        return tuple(one for one in self.asked if one.part.role in roles)

    @cached_property
    def enter(self) -> str | None:
        """May the firm enter: the worst verdict of investment, services and security review.

        None where nothing in the plan asks it.
        """
        verdicts = [one.verdict for one in self.of("enter", "gate")]
        return worst(verdicts) if verdicts else None

    @cached_property
    def operate(self) -> str | None:
        """May it operate: entry and every regime of operation; None where nothing asks it."""
        verdicts = [one.verdict for one in self.of("enter", "gate", "operate")]
        return worst(verdicts) if verdicts else None

    @cached_property
    def blocked(self) -> tuple[Asked, ...]:
        """The parts to which the law says no."""
        return tuple(one for one in self.asked if one.blocked)

    @property
    def barred(self) -> tuple[Asked, ...]:
        """The blocked parts that entry or operation turns on."""
        return tuple(one for one in self.blocked if one.part.role != "more")

    @cached_property
    def open(self) -> tuple[Asked, ...]:
        """The parts that ask for facts, or for law that is not on record."""
        return tuple(one for one in self.asked if one.verdict in ("ask", "look_up"))

    @cached_property
    def amounts(self) -> dict[str, Decimal]:
        """Duties and taxes on all goods, in yuan; of those parts that could be worked out."""
        sums = dict.fromkeys(AMOUNTS, Decimal(0))
        for one in self.asked:
            if one.part.regime == "goods" and one.verdict == "yes":
                for name, fen in getattr(one.decided, "amounts", {}).items():
                    if name in sums:
                        sums[name] += Decimal(fen).scaleb(-2)
        return sums

    @property
    def unpriced(self) -> tuple[Asked, ...]:
        """The goods whose duties could not be worked out."""
        return tuple(
            one for one in self.asked if one.part.regime == "goods" and one.verdict != "yes"
        )


def worst(verdicts: Iterable[str]) -> str:
    """The verdict that stands for all; yes when there is none."""
    return min(verdicts, key=WORST_FIRST.index, default="yes")


def walk(desk: Desk, plan: Plan, place: tuple[str, ...] | None = None) -> Journey:
    """Put a plan to every regime that it touches.

    `place` stands instead of the place of the plan. Raises CaseError with the faults of all parts,
    each with the part that it is in.
    """
    here = plan.place if place is None else place
    on = plan.date or desk.today
    asked: list[Asked] = []
    faults: list[Fault] = []
    read_places(desk.law, {"place": list(here)}, on, {}, faults)
    if faults:
        raise CaseError(faults)
    for part in parts(plan, desk.law.book, desk.today, place):
        try:
            asked.append(Asked(desk, part, desk.decided({**part.case, "regime": part.regime})))
        except CaseError as error:
            faults += [_in_part(fault, part) for fault in error.faults]
    if faults:
        raise CaseError(dict.fromkeys(faults))
    return Journey(plan, desk, on, here, tuple(asked))


def _in_part(fault: Fault, part: Part) -> Fault:
    field = f"{part.key}.{fault.field}" if fault.field else part.key
    return dataclasses.replace(fault, field=f"{part.regime}: {field}")
