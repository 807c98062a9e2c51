"""Answers as they are kept: one text for one answer, and what differs between two.

A question is a case of a regime, or the plan of a journey through all of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openzone.decide.written import plain
from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.journey.path import path_of
from openzone.regimes.journey.report import report
from openzone.regimes.journey.saved import CASE, KEPT, Changed, changes, kept, plan_again
from openzone.regimes.journey.walk import walk

JOURNEY = "journey"
KINDS = (CASE, JOURNEY)
FACTS_CHARACTERS_MAX = 1_000_000
ASIDE = ("answers", "law", "on", "because", "id", *KEPT)
"""What of a whole answer is compared figure by figure or part by part, or is the question's own."""


@dataclass(frozen=True)
class Answered:
    """An answer with what is said of it in lists: the regime, the verdict and its own word."""

    text: str
    regime: str
    verdict: str
    outcome: str
    on: dt.date

    @property
    def whole(self) -> dict[str, Any]:
        """The answer as plain data."""
        found: dict[str, Any] = json.loads(self.text)
        return found


def facts_text(kind: str, facts: Any) -> str:
    """The facts of a question as the text they are kept as. Raises CaseError for what is none."""
    if kind not in KINDS:
        raise CaseError(Fault("wrong_value", "this is no kind of question", field="kind",
                              seen=kind, expected=" or ".join(KINDS)))  # fmt: skip
    if not isinstance(facts, Mapping):
        raise CaseError(Fault("wrong_value", "the facts are a mapping of fields", field="facts",
                              seen=facts, expected="{field: value, ...}"))  # fmt: skip
    try:
        text = text_of(facts)
    except (TypeError, ValueError, RecursionError) as error:
        raise CaseError(Fault("wrong_value", "the facts hold what JSON cannot say", field="facts",
                              seen=str(error))) from None  # fmt: skip
    if len(text) > FACTS_CHARACTERS_MAX:
        raise CaseError(Fault("too_large", "the facts are too long to be kept", field="facts",
                              seen=len(text), expected=f"{FACTS_CHARACTERS_MAX} characters at most")
                        )  # fmt: skip
    return text


def answered(desk: Desk, kind: str, text: str) -> Answered:
    """Answer a question from the text of its facts. Raises CaseError when it is refused."""
    facts = json.loads(text)
    if kind == JOURNEY:
        journey = walk(desk, plan_again(facts))
        found = report(journey, path_of(journey))
        word = journey.operate or journey.enter or "yes"
        return Answered(text_of(found), JOURNEY, word, word, journey.on)
    answer = desk.answered(facts)
    on = dt.date.fromisoformat(answer["law"]["on"])
    return Answered(text_of(answer), answer["regime"], answer["verdict"], answer["outcome"], on)


def text_of(value: Any) -> str:
    """The one text of plain data: sorted keys, exact numbers; equal data has equal text."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False,
                      allow_nan=False, default=plain)  # fmt: skip
    text.encode()  # half a character has no UTF-8: UnicodeEncodeError, a ValueError
    return text


def differences(
    name: str, kind: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[Changed, ...]:
    """What is otherwise in an answer: outcomes, figures and rows, then whatever else it says.

    Days and the stamp of the law are left out: whoever compares says what was asked of which law.
    """
    told = list(changes(name, _parts(kind, was), _parts(kind, now)))
    for part, before, after in _matched(kind, was, now):
        told += _other(name, part, before, after)
    return tuple(told)


def _parts(kind: str, whole: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    if kind == JOURNEY:
        return {one["part"]: kept(one) for one in whole["answers"]}
    return {CASE: kept(whole)}


def _matched(
    kind: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    if kind != JOURNEY:
        yield CASE, was, now
        return
    yield JOURNEY, was, now
    after = {one["part"]: one for one in now["answers"]}
    for one in was["answers"]:
        if one["part"] in after:
            yield one["part"], one, after[one["part"]]


def _other(
    name: str, part: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Changed]:
    for field in dict.fromkeys((*was, *now)):
        if field in ASIDE and not (part == JOURNEY and field == "verdict"):
            continue
        before, after = _undated(field, was.get(field)), _undated(field, now.get(field))
        if before != after:
            yield Changed(name, part, field, before, after)


def _undated(field: str, value: Any) -> Any:
    """What a field says beside the day that was asked for: that is the question's."""
    if field == "assumed" and isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key != "date"}
    return value


__all__ = ["CASE", "JOURNEY", "Answered", "answered", "differences", "facts_text", "text_of"]
