"""Follow: saved plans and answers, asked again when the book or the day changes.

A saved file holds what was asked, what was answered and under which law. Asked again, each answer
is compared with what it was: outcome, what is asked, figures, rows, how far they are checked.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openzone.decide.dmn.answer import plain
from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.journey.plan import Plan, plan_from
from openzone.regimes.journey.walk import walk

SCHEMA = "openzone/saved/1"
KEPT = ("outcome", "verdict", "needs", "effects", "confidence")
CASE = "case"


@dataclasses.dataclass(frozen=True)
class Saved:
    """What was asked, and each answer by the part it is of. `today`: the day it was asked."""

    name: str
    kind: str
    asked: Mapping[str, Any]
    today: dt.date
    known: dt.date
    book: str
    hash: str
    answers: Mapping[str, Mapping[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """The saved file as plain data."""
        return {
            "schema": SCHEMA,
            "name": self.name,
            "kind": self.kind,
            "today": self.today.isoformat(),
            "known": self.known.isoformat(),
            "book": self.book,
            "hash": self.hash,
            "asked": dict(self.asked),
            "answers": {part: dict(answer) for part, answer in self.answers.items()},
        }


@dataclasses.dataclass(frozen=True)
class Changed:
    """One thing that is otherwise than it was in one saved answer."""

    name: str
    part: str
    what: str
    was: Any
    now: Any

    def as_dict(self) -> dict[str, Any]:
        """The change as plain data."""
        return dataclasses.asdict(self)


def save_plan(desk: Desk, plan: Plan, name: str) -> Saved:
    """A plan with its answers under the law of the desk."""
    asked = plain(plan.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True))
    return _saved(desk, name, "plan", {"id": plan.id, **asked}, _plan_answers(desk, plan))


def save_case(desk: Desk, case: Mapping[str, Any], name: str) -> Saved:
    """A case with its answer under the law of the desk. Raises CaseError when it is refused."""
    given = plain({**case, "regime": desk.regime_of(case)})
    return _saved(desk, name, CASE, given, {CASE: kept(desk.answered(case))})


def _saved(
    desk: Desk, name: str, kind: str, asked: Mapping[str, Any], answers: Mapping[str, Any]
) -> Saved:
    law = desk.law
    return Saved(name, kind, asked, desk.today, law.known, law.book.info.id, law.book.hash, answers)


def _plan_answers(desk: Desk, plan: Plan) -> dict[str, dict[str, Any]]:
    return {one.part.id: kept(one.answer) for one in walk(desk, plan).asked}


def kept(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What is compared of an answer: words, figures, and the rows with how far they are checked."""
    told = {name: plain(answer[name]) for name in KEPT}
    told["effects"] = dict(_flat(told["effects"]))
    told["rows"] = {
        str(one.get("part") or one["row"]): one.get("evidence") for one in answer["because"]
    }
    return told


def _flat(effects: Mapping[str, Any], around: str = "") -> Iterator[tuple[str, Any]]:
    """The figures one by one; a nested one under the names around it, joined by dots."""
    for name, value in effects.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{around}{name}.")
        else:
            yield f"{around}{name}", value


def read(path: Path) -> Saved:
    """Read a saved file. Raises CaseError when it is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.get("schema") != SCHEMA:
            raise ValueError(f"schema {data.get('schema')!r}")
        return Saved(
            data["name"], data["kind"], data["asked"], dt.date.fromisoformat(data["today"]),
            dt.date.fromisoformat(data["known"]), data["book"], data["hash"], data["answers"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise CaseError(
            Fault("unreadable", "this is no saved plan or answer", file=str(path), seen=str(error),
                  expected=f"a file with schema {SCHEMA}",
                  next="save one: openzone follow save FILE")
        ) from None  # fmt: skip


def follow(desk: Desk, saved: Saved) -> tuple[Changed, ...]:
    """What is otherwise today than when it was saved. Raises CaseError when it is refused now."""
    if saved.kind == CASE:
        now = {CASE: kept(desk.answered(saved.asked))}
    else:
        now = _plan_answers(desk, plan_again(saved.asked, saved.name))
    return tuple(changes(saved.name, saved.answers, now))


def asked_again(desk: Desk, saved: Saved) -> Saved:
    """The same, saved anew with the answers of the desk's law."""
    if saved.kind == CASE:
        return save_case(desk, saved.asked, saved.name)
    return save_plan(desk, plan_again(saved.asked, saved.name), saved.name)


def changes(
    name: str, before: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]
) -> Iterator[Changed]:
    """What differs between two sets of answers, each as `kept` gives it, by the part it is of."""
    for part in dict.fromkeys((*before, *now)):
        was, becomes = before.get(part), now.get(part)
        if was is None or becomes is None:
            gone = None if was is None else was["outcome"]
            new = None if becomes is None else becomes["outcome"]
            yield Changed(name, part, "answer", gone, new)
            continue
        for field in KEPT:
            if field == "effects":
                yield from _figures(name, part, was[field], becomes[field])
            elif was[field] != becomes[field]:
                yield Changed(name, part, field, was[field], becomes[field])
        for row in dict.fromkeys((*was["rows"], *becomes["rows"])):
            old, new = was["rows"].get(row, "-"), becomes["rows"].get(row, "-")
            if old != new:
                yield Changed(name, part, f"row {row}", old, new)


def _figures(name: str, part: str, was: Any, now: Any) -> Iterator[Changed]:
    for figure in dict.fromkeys((*was, *now)):
        if was.get(figure) != now.get(figure):
            yield Changed(name, part, figure, was.get(figure), now.get(figure))


def plan_again(asked: Mapping[str, Any], name: str = "") -> Plan:
    """A plan from plain data in which days are text, as JSON has them. Raises CaseError."""
    firm = asked.get("firm", {})
    firm = {**firm} if isinstance(firm, Mapping) else firm
    found = {**asked, "firm": firm}
    for held, field in ((found, "date"), (firm, "registered_on"), (firm, "opens_on")):
        if isinstance(held, dict) and isinstance(held.get(field), str):
            with contextlib.suppress(ValueError):  # no day: the plan says what is wrong with it
                held[field] = dt.date.fromisoformat(held[field])
    return plan_from(found, name)
