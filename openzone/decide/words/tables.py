"""The explanation of a regime of tables in words, Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openzone.decide.dmn.explain import Explained
from openzone.decide.explain.trace import FactValue
from openzone.decide.words.lines import WIDTH, Line, Lines
from openzone.decide.words.reasons import near_source
from openzone.decide.words.rows import (
    condition_text,
    demand,
    fact_text,
    names,
    row_lines,
    statuses,
)
from openzone.decide.words.sentences import SENTENCES, counted, joined, say, sentences, term

HIDDEN = ("rule",)
WORKINGS = "workings"
OUTCOMES = ("outcome", "do")
"""Figures that are words of the regime's outcomes."""
MEMORY = ("memory", "none", "figure_memory", "figure_none")


def wording(seen: Explained, lang: str, width: int = WIDTH, paint: bool = False) -> str:
    """The explanation as text for a terminal; headings are bold when `paint` is true."""
    lines = Lines()
    lines.add(0, sentences(_first(seen, lang), lang))
    lines.head(say("head.case", lang))
    for text in _case(seen, lang):
        lines.add(1, text)
    lines.head(say("head.answer", lang))
    lines.lines += _answer(seen, lang)
    lines.head(say("head.binds", lang))
    regime = seen.regime.id
    for number, row in enumerate((*seen.rows, *seen.also), start=1):
        lines.add(1, say("row.head", lang, row=row.name, title=row.title), f"{number}.")
        for text in row_lines(row, regime, lang):
            lines.add(2, text)
    if not seen.rows:
        lines.add(1, say("table.no_row", lang))
    if seen.asked:
        lines.head(say("head.missing", lang))
        facts = joined([one.name.lang(lang) for one in seen.asked], lang)
        lines.add(1, say("ask.order", lang, facts=facts))
    if seen.near:
        lines.head(say("head.near", lang))
        lines.lines += _near(seen, lang)
    if seen.assumed:
        lines.head(say("head.assumed", lang))
        for fact in seen.assumed:
            lines.add(1, _fact(fact, seen.regime.id, lang))
    lines.head(say("head.confidence", lang))
    level = term("level", seen.answer["confidence"], lang)
    lines.add(1, say("confidence.line", lang, level=level))
    for text in seen.answer.get("said", ()):
        lines.add(1, say("case.remark", lang, text=text))
    return lines.text(width, paint)


def _first(seen: Explained, lang: str) -> Iterator[str]:
    counts = seen.evidence
    if not counts["rows"]:
        return
    key = "first.may" if seen.asked else "first.rows"
    yield counted(key, lang, counts["rows"], statuses=statuses(counts, lang))
    figures = sum(n for name, n in counts.items() if name.startswith("figure_"))
    if figures:
        yield counted("first.figures", lang, figures, statuses=statuses(counts, lang, "figure_"))
    if any(counts.get(name) for name in MEMORY):
        yield say("first.confirm", lang)


def _case(seen: Explained, lang: str) -> Iterator[str]:
    law = seen.answer["law"]
    yield say("case.line", lang, regime=seen.regime.name, on=law["on"], known=law["known"])
    told = names(seen.places, lang, ids=True) or say("case.nowhere", lang)
    yield say("case.place", lang, named=told)
    for fact in seen.facts:
        yield _fact(fact, seen.regime.id, lang)
    if law["reforms"]:
        yield say("case.reforms", lang, reforms=joined(law["reforms"], lang))
    yield say("case.book", lang, book=law["book"], hash=law["hash"])


def _fact(fact: FactValue, regime: str, lang: str) -> str:
    value = fact.value
    if isinstance(value, (list, tuple)):
        value = joined([_plain(one) for one in value], lang)
    elif isinstance(value, Mapping):
        value = _plain(value)
    told = fact_text(fact.kind, value, lang, regime)
    return say("case.fact", lang, title=fact.title, value=told)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{key}={_plain(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "/".join(_plain(item) for item in value)
    return str(value)


def _answer(seen: Explained, lang: str) -> Iterator[Line]:
    answer, regime = seen.answer, seen.regime.id
    verdict = term("verdict", answer["verdict"], lang)
    word = answer["outcome"]
    told = term(f"outcome.{regime}", word, lang)
    key = "answer.ask" if seen.asked else "answer.line"
    yield Line(1, say(key, lang, verdict=verdict, outcome=told, word=word))
    if seen.asked:
        yield Line(1, say("answer.possible", lang))
        for one in answer["possible"]:
            outcome = term(f"outcome.{regime}", one, lang)
            yield Line(2, say("answer.possible_one", lang, outcome=outcome, word=one), "-")
    for text in _figures(answer["effects"], regime, lang):
        yield Line(1, text)


def _figures(
    effects: Mapping[str, Any], regime: str, lang: str, around: tuple[str, ...] = ()
) -> Iterator[str]:
    """The figures of an answer, line by line; a nested one under the names of those around it."""
    for name, value in effects.items():
        if value is None or (name in HIDDEN and not around):
            continue
        if name == WORKINGS:
            yield from _workings(value, lang)
        elif isinstance(value, Mapping) and value.keys() != {"zh", "en"}:
            yield from _figures(value, regime, lang, (*around, _called(name, lang)))
        else:
            yield _figure(name, value, regime, lang, around)


def _figure(name: str, value: Any, regime: str, lang: str, around: tuple[str, ...]) -> str:
    if f"figure.{name}" in SENTENCES:
        text = say(f"figure.{name}", lang, n=_said(name, value, regime, lang), rest="")
        return " · ".join((*around, text))
    title = " · ".join((*around, _called(name, lang)))
    return say("case.fact", lang, title=title, value=_said(name, value, regime, lang))


def _called(name: str, lang: str) -> str:
    """What a figure is called."""
    return term("effect", name, lang)


def _said(name: str, value: Any, regime: str, lang: str) -> str:
    """The value of a figure in words."""
    if isinstance(value, Mapping):
        return str(value[lang])
    if isinstance(value, (list, tuple)):
        return joined([_plain(one) for one in value], lang)
    if name in OUTCOMES:
        return term(f"outcome.{regime}", value, lang)
    return fact_text("text", value, lang, regime)


def _workings(steps: Iterable[Mapping[str, Any]], lang: str) -> Iterator[str]:
    """A calculation, step by step."""
    for step in steps:
        told = _plain(step.get("figures", {}))
        values = {"step": step["step"], "formula": step["formula"], "result": step["result"]}
        yield say("table.working", lang, figures=told, **values)


def _near(seen: Explained, lang: str) -> Iterable[Line]:
    for number, near in enumerate(seen.near, start=1):
        row = near.row
        said = demand(row.effect, row.effect_title, row.figures, lang)
        yield Line(1, say("near.head", lang, row=row.name, title=row.title, demand=said),
                   f"{number}.")  # fmt: skip
        regime = seen.regime.id
        given = fact_text(near.failed.fact_kind, near.failed.given, lang, regime)
        wanted = condition_text(near.failed, lang, regime)
        reason = say("reason.fact", lang, wanted=wanted, given=given)
        yield Line(3, say("near.why", lang, reason=reason))
        yield Line(3, near_source(row, lang))
