"""What a part of a plan still asks: each fact with its title, its kind, what it can change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from openzone.decide.axes import frame_facts
from openzone.decide.dmn.reading import declared
from openzone.decide.single import AREA, TAG, Decision
from openzone.decide.words.sentences import term
from openzone.regimes.journey.walk import Asked
from openzone.regimes.registry import OWN_ENGINE
from openzone.rulebook.model import Text

KINDS = {"nation": "country", "word": "choice", "mode": "choice"}
ASKS = "ask"
LICENCES, GOODS = "licences", "goods"


@dataclasses.dataclass(frozen=True)
class Asking:
    """A fact that a part asks for. `possible`: the outcomes that are still open, in words."""

    part: str
    fact: str
    title: Text
    kind: str
    values: tuple[str, ...] = ()
    possible: tuple[Text, ...] = ()


def asked_of(asked: Asked) -> Iterator[Asking]:
    """The facts that a part asks for, in the order of a clerk; nothing where it asks none.

    Permits ask one by one, also where another permit settles the word of the whole plan.
    """
    regime = asked.part.regime
    if regime == GOODS and asked.verdict != ASKS:
        for fact in getattr(asked.decided, "figures", {}).get("open_facts", ()):
            title, kind, values = _fact(asked, fact)
            yield Asking(asked.part.id, fact, title, kind, values)
        return
    if asked.verdict != ASKS and regime != LICENCES:
        return
    if regime == LICENCES:
        yield from _permits(asked)
        return
    answer = asked.answer
    possible = _possible(asked)
    for fact in answer["needs"]:
        title, kind, values = _fact(asked, fact)
        yield Asking(asked.part.id, fact, title, kind, values, possible)


def _possible(asked: Asked) -> tuple[Text, ...]:
    """The outcomes that are still open, in words."""
    words = asked.answer["possible"]
    return tuple(_outcome(asked.part.regime, word) for word in words if word != ASKS)


def _outcome(regime: str, word: str) -> Text:
    group = f"outcome.{regime}"
    return Text(term(group, word, "zh"), term(group, word, "en"))


def _fact(asked: Asked, fact: str) -> tuple[Text, str, tuple[str, ...]]:
    """Title, kind and values of a fact of a regime."""
    law, regime = asked.desk.law, asked.part.regime
    if fact == AREA:
        return Text("具体在哪一片区？", "In which area exactly?"), "place", _areas(asked.decided)
    if fact == TAG:
        title = Text("具体是哪一种活动？", "Which activity exactly?")
        return title, "activity", _tags(asked.decided)
    if regime not in OWN_ENGINE:
        for one in frame_facts(asked.desk.frame(regime)):
            if one.name == fact:
                values = tuple(str(value) for value in one.values)
                return one.title, KINDS.get(one.kind, one.kind), values
    tables = [name for name, table in law.book.tables.items() if table.regime == regime]
    held = declared(law, tables).get(fact)
    if held is not None:
        return held.title, held.kind, held.values
    return Text(term("fact", fact, "zh"), term("fact", fact, "en")), "text", ()


def _areas(decision: Any) -> tuple[str, ...]:
    if not isinstance(decision, Decision):
        return ()
    return tuple(dict.fromkeys(one.area for one in decision.bundle.alternatives if one.area))


def _tags(decision: Any) -> tuple[str, ...]:
    if not isinstance(decision, Decision):
        return ()
    return tuple(dict.fromkeys(one.tag for one in decision.bundle.alternatives if one.tag))


def _permits(asked: Asked) -> Iterator[Asking]:
    """The permits that are asked for one by one, and the choice of commitment."""
    permits = asked.effects.get("permits", {})
    book = asked.desk.law.book
    for id, told in permits.items():
        if told.get("outcome") != ASKS:
            continue
        possible = _possible(asked)
        titles = [row.title for row in book.versions(id)]
        title = titles[-1] if titles else Text(id, id)
        if told.get("hit") == "weak":
            question = Text(f"业务是否属于“{title.zh}”？", f"Does the business need “{title.en}”?")
            yield Asking(asked.part.id, f"answers.{id}", question, "flag", (), possible)
        else:
            question = Text(
                f"“{title.zh}”：是否采用告知承诺？",
                f"“{title.en}”: do you choose the commitment route?",
            )
            yield Asking(asked.part.id, f"commitment.{id}", question, "flag", (), possible)
