"""What is missing, in words: the questions in order, and where each answer leads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from openzone.decide.cited import STRUCTURE_TITLES
from openzone.decide.explain.trace import Ask, Branch, Choice, Explanation
from openzone.decide.words.lines import Line
from openzone.decide.words.rows import fact_text, names
from openzone.decide.words.sentences import clauses, joined, percent, say, term
from openzone.rulebook.model import Text

NAMED_MAX = 6
FINE = Decimal("0.0001")  # a share that is no multiple of it is the first one past a limit


def ask_lines(seen: Explanation, lang: str) -> Iterator[Line]:
    """The facts to ask for, then the first question with where each answer leads."""
    facts = joined((fact_title(seen, name, lang) for name in seen.needs), lang)
    yield Line(1, say("ask.order", lang, facts=facts))
    if seen.ask is not None:
        yield from _ask(seen, seen.ask, 1, lang)


def fact_title(seen: Explanation, name: str, lang: str) -> str:
    """The title of a fact of the regime, or of the structure of every case."""
    title = seen.titles.get(name) or STRUCTURE_TITLES.get(name) or Text(name, name)
    return title.lang(lang)


def _ask(seen: Explanation, ask: Ask, depth: int, lang: str) -> Iterator[Line]:
    yield Line(depth, say("ask.fact", lang, title=ask.title))
    for branch in ask.branches:
        yield from _branch(seen, ask, branch, depth + 1, lang)


def _branch(seen: Explanation, ask: Ask, branch: Branch, depth: int, lang: str) -> Iterator[Line]:
    told = (choice_text(choice, ask.kind, lang) for choice in branch.choices)
    named = any(choice.named for choice in branch.choices)
    choices = clauses(told, lang) if named else joined(told, lang)
    if branch.then is not None:
        yield Line(depth, say("ask.then", lang, choices=choices), "-")
        yield from _ask(seen, branch.then, depth + 1, lang)
        return
    if branch.asks:
        facts = joined((fact_title(seen, name, lang) for name in branch.asks), lang)
        possible = joined((_outcome(seen, word, lang) for word in branch.possible), lang)
        yield Line(
            depth, say("ask.later", lang, choices=choices, facts=facts, possible=possible), "-"
        )
        return
    verdict = term("verdict", branch.verdict, lang)
    word = _outcome(seen, branch.possible[0], lang)
    result = f"{verdict}。{word}" if lang == "zh" else f"{verdict}; {word}"
    yield Line(depth, say("ask.leads", lang, choices=choices, result=result), "-")


def _outcome(seen: Explanation, word: str, lang: str) -> str:
    text = term(f"outcome.{seen.case.regime.id}", word, lang)
    return f"{text}（{word}）" if lang == "zh" else f"{text} ({word})"


def choice_text(choice: Choice, kind: str, lang: str) -> str:
    """One value, or run of values, in words."""
    if choice.kind == "range":
        return _range(choice, kind, lang)
    if choice.kind in ("host", "foreign"):
        return term("value", choice.kind, lang)
    if choice.kind == "value":
        return fact_text(kind, choice.value, lang)
    if choice.kind == "elsewhere":
        return say("choice.elsewhere", lang, named=names(choice.named, lang))
    if choice.kind == "unnamed":
        return say("choice.unnamed", lang)
    told = names(choice.named[:NAMED_MAX], lang, ids=True)
    if choice.kind == "other_kind":
        return say("choice.other_kind", lang, named=told)
    more = len(choice.named) - NAMED_MAX
    if more <= 0:
        return told
    gap = "" if lang == "zh" else " "
    return f"{told}{gap}{say('choice.more', lang, n=more)}"


def _range(choice: Choice, kind: str, lang: str) -> str:
    """A run of values: `more than 49%` where it begins a millionth above a limit."""
    low, high = choice.low, choice.high
    unit = Decimal(1) / 1_000_000 if kind == "share" else Decimal(1)
    top = Decimal(1) if kind == "share" else None
    starts = low is not None and low > 0
    ends = high is not None and high != top
    if starts and ends and low == high:
        return say("choice.exactly", lang, low=_number(low, kind))
    parts = []
    if starts and low is not None:
        past = kind == "share" and low % FINE == unit
        parts.append(
            say(
                "choice.above" if past else "choice.from",
                lang,
                low=_number(low - unit if past else low, kind),
            )
        )
    if ends and high is not None:
        short = kind == "share" and (high + unit) % FINE == 0
        parts.append(
            say(
                "choice.below" if short else "choice.up_to",
                lang,
                high=_number(high + unit if short else high, kind),
            )
        )
    return say("choice.and", lang).join(parts) or say("choice.any", lang)


def _number(value: Decimal | None, kind: str) -> str:
    if value is None:
        return ""
    return percent(value) if kind == "share" else f"{value.normalize():f}"
