"""An interview: a plan made by answering questions, one at a time, and only those that matter.

The state is the list of answers; the plan is made from it anew each time. So going back is taking
the last answer off, and what was answered later is offered again where it is still asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openzone.decide.case import place_names
from openzone.decide.single import AREA, TAG
from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.journey.asked_of import Asking, asked_of
from openzone.regimes.journey.parts import ROLES
from openzone.regimes.journey.plan import MANY, Plan, plan_from
from openzone.regimes.journey.walk import Journey, walk
from openzone.regimes.registry import TABLES, known_regimes, table_regime
from openzone.rulebook.model import Text

UNKNOWN = object()
"""The answer of one who does not know: the question is not put again, the plan stays open there."""

TOPICS = "topics"
OUTSIDE = "outside"
PLACE, WHAT, SHARE = "place", "activity", "foreign_share"


@dataclasses.dataclass(frozen=True)
class Question:
    """A question to a person. `id` stays the same as long as it is about the same fact.

    `kind`: flag, choice, several, share, number, count, money, day, country, place, activity, text.
    `why`: what the answer can still change. `suggested`: an earlier answer to the same question.
    """

    id: str
    title: Text
    kind: str
    values: tuple[str, ...] = ()
    why: Text | None = None
    suggested: Any = None
    part: str | None = None


class Interview:
    """A conversation that ends in a plan. The same object serves a terminal and a page."""

    def __init__(self, desk: Desk, answers: Mapping[str, Any] | None = None) -> None:
        self.desk = desk
        self._answers: dict[str, Any] = dict(answers or {})
        self._remembered: dict[str, Any] = {}
        self._journey: tuple[dict[str, Any], Journey] | None = None

    @property
    def answers(self) -> Mapping[str, Any]:
        """What was answered, by the id of the question, in order."""
        return self._answers

    def answer(self, question: Question, value: Any) -> None:
        """Answer a question; UNKNOWN leaves it open.

        Raises CaseError, and keeps nothing, where the value cannot be read or cannot be true
        together with what was said before.
        """
        held = dict(self._answers)
        self._answers[question.id] = value if value is UNKNOWN else _read(question, value)
        try:
            self._walked()
        except CaseError:
            self._answers = held
            raise

    def back(self) -> str | None:
        """Take the last answer back; gives the id of its question, None when there is none."""
        if not self._answers:
            return None
        last, value = self._answers.popitem()
        self._remembered[last] = value
        return last

    def question(self) -> Question | None:
        """The next question; None when no answer can change what is said any more."""
        for question in self._questions():
            if question.id not in self._answers:
                suggested = self._remembered.get(question.id)
                return dataclasses.replace(
                    question, suggested=None if suggested is UNKNOWN else suggested
                )
        return None

    def asked(self, id: str) -> Question | None:
        """The question of this id as it is put now; None where it is not put."""
        return next((one for one in self._questions() if one.id == id), None)

    def plan(self) -> Plan:
        """The plan as far as it is told. Raises CaseError where it cannot be true."""
        return plan_from(self._data(), "interview")

    def journey(self) -> Journey:
        """The plan walked through the law."""
        return self._walked()

    # ---- questions -----------------------------------------------------------------------------

    def _questions(self) -> Iterator[Question]:
        yield from _opening()
        for topic in self._topics():
            yield from _which(topic)
        for asking in self._open():
            yield asked_question(asking)

    def _open(self) -> Iterator[Asking]:
        """What the parts of the plan still ask, in the order of the journey."""
        if WHAT not in self._answers and not self._topics():
            return
        for asked in self._walked().asked:
            yield from asked_of(asked)

    def _topics(self) -> tuple[str, ...]:
        chosen = self._answers.get(TOPICS, ())
        return () if chosen is UNKNOWN else tuple(chosen)

    def _walked(self) -> Journey:
        data = self._data()
        if self._journey is None or self._journey[0] != data:
            self._journey = (data, walk(self.desk, plan_from(data, "interview")))
        return self._journey[1]

    # ---- the plan ------------------------------------------------------------------------------

    def _data(self) -> dict[str, Any]:
        """The plan as plain data, from the answers."""
        told = {id: value for id, value in self._answers.items() if value is not UNKNOWN}
        data: dict[str, Any] = {"id": "interview", "firm": {"facts": {}}}
        if told.get(PLACE):
            data["place"] = tuple(told[PLACE])
        if told.get(WHAT):
            word = str(told[WHAT])
            name = "industry" if word in self.desk.law.book.classification else "activity"
            data["activities"] = ({name: word},)
        if SHARE in told:
            data["firm"]["facts"][SHARE] = told[SHARE]
        for topic in self._topics():
            if all(told.get(one.id) is not None for one in _which(topic)):
                data[topic] = ({},)
        for id, value in told.items():
            part, _, fact = id.partition("/")
            if fact:
                _put(data, part, fact, value)
        return data


def _opening() -> Iterator[Question]:
    """The questions that every plan begins with."""
    yield Question(
        PLACE,
        Text("在哪里经营？（地点；可不在试验区内）", "Where? (a place; none is outside zones)"),
        "place",
        why=Text("规则因地而异", "the rules differ by place"),
    )
    yield Question(
        WHAT,
        Text("做什么？（活动或行业代码）", "What is done? (an activity or an industry code)"),
        "activity",
        why=Text("清单按活动列出", "the lists name activities"),
    )
    yield Question(
        SHARE,
        Text("外方合计持股比例？（0 至 1）", "The share of all foreign investors? (0 to 1)"),
        "share",
        why=Text("许多限制看外资比例", "many limits look at the foreign share"),
    )
    yield Question(
        TOPICS,
        Text("还涉及哪些事项？（可多选，也可不选）", "What else is planned? (several, or none)"),
        "several",
        tuple(name for name in MANY if name in known_regimes()),
        Text("只问涉及的事项", "only what is planned is asked"),
    )


def _which(topic: str) -> Iterator[Question]:
    """Where the cases of a regime put several questions: which of them."""
    regime = table_regime(topic) if topic in TABLES else None
    if regime is not None and regime.selector is not None:
        field, words = regime.selector
        part = f"{topic}:{topic}[0]"
        title = Text(f"{regime.title.zh}：要问什么？", f"{regime.title.en}: what is asked?")
        yield Question(f"{part}/{field}", title, "choice", tuple(words), part=part)


def asked_question(asking: Asking) -> Question:
    """What a part of a plan asks, as a question to a person."""
    words = "、".join(one.zh for one in asking.possible)
    english = "; ".join(one.en for one in asking.possible)
    why = Text(f"答案可能是：{words}", f"the answer may be: {english}") if words else None
    return Question(
        f"{asking.part}/{asking.fact}", asking.title, asking.kind, asking.values, why,
        part=asking.part,
    )  # fmt: skip


def _put(data: dict[str, Any], part: str, fact: str, value: Any) -> None:
    """Write the answer to a part's question into the plan."""
    regime, _, key = part.partition(":")
    name, _, _ = key.partition("[")
    if fact == AREA:
        data["place"] = (value,)
    elif fact == TAG:
        data["activities"] = ({"activity": value},)
    elif regime == "capital":
        data["firm"]["facts"][fact] = value
    elif regime == "security_review":
        data.setdefault(regime, {})[fact] = value
    elif regime == "licences":
        held = data.setdefault(regime, {})
        permit, _, inner = fact.partition(".")
        if inner:
            held.setdefault(permit, {})[inner] = value
        else:
            held[fact] = value
    elif name in data and name in ROLES:
        (case,) = data[name]
        data[name] = ({**case, fact: value},)


_SPLIT: Mapping[str, Callable[[Any], list[Any]]] = {"place": place_names, "several": place_names}


def _read(question: Question, value: Any) -> Any:
    """The answer in the form that a plan has it; a word of a choice that is none is refused."""
    split = _SPLIT.get(question.kind)
    found = split(value) if split else value
    if question.id == PLACE and found == [OUTSIDE]:
        found = []
    if question.kind in ("choice", "several"):
        words = found if isinstance(found, list) else [found]
        strange = [word for word in words if str(word) not in question.values]
        if strange:
            raise CaseError(
                Fault("wrong_value", "the word is not among the answers", field=question.id,
                      seen=strange[0], expected="one of " + ", ".join(question.values))
            )  # fmt: skip
    if isinstance(found, str):
        found = found.strip()
    if found in ("", None):
        raise CaseError(Fault("missing_field", "nothing was answered", field=question.id,
                              next="answer it, or leave it open"))  # fmt: skip
    return tuple(found) if isinstance(found, Sequence) and not isinstance(found, str) else found
