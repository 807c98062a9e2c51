"""Sentences in Chinese and English from one set of keys, for explanations and pages of the law.

`say` fills a template. What fills it is data: names in both languages, days, shares, rows. A key
without both languages, or with placeholders that differ, fails a test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openzone.decide.words.sentences.data import DATA
from openzone.decide.words.sentences.effects import EFFECTS
from openzone.decide.words.sentences.goods import GOODS
from openzone.decide.words.sentences.incentives import INCENTIVES
from openzone.decide.words.sentences.journey import JOURNEY
from openzone.decide.words.sentences.licences import LICENCES
from openzone.decide.words.sentences.money import MONEY
from openzone.decide.words.sentences.operate import OPERATE
from openzone.decide.words.sentences.outbound import OUTBOUND
from openzone.decide.words.sentences.pages import PAGES
from openzone.decide.words.sentences.people import PEOPLE
from openzone.decide.words.sentences.procurement import PROCUREMENT
from openzone.decide.words.sentences.reasons import REASONS
from openzone.decide.words.sentences.terms import TERMS
from openzone.decide.words.sentences.traces import TRACES
from openzone.decide.words.sentences.values import VALUES
from openzone.rulebook.model import Interval, Text

SENTENCES: Mapping[str, Text] = {
    **TERMS, **GOODS, **LICENCES, **DATA, **MONEY, **PEOPLE, **INCENTIVES, **PROCUREMENT,
    **OUTBOUND,
    **JOURNEY,
    **EFFECTS, **OPERATE, **TRACES, **REASONS, **PAGES, **VALUES,
}  # fmt: skip
LANGUAGES = ("zh", "en")


def say(key: str, lang: str, **values: Any) -> str:
    """The sentence of `key` in `lang`, its placeholders filled with the words of `values`."""
    template = SENTENCES[key].lang(lang)
    return template.format_map({name: shown(value, lang) for name, value in values.items()})


def counted(key: str, lang: str, n: int, **values: Any) -> str:
    """The sentence of `key`; English takes the key with `.one` where there is one of it."""
    one = f"{key}.one"
    return say(one if n == 1 and one in SENTENCES else key, lang, n=n, **values)


def term(group: str, word: object, lang: str) -> str:
    """A word of the data in plain words; the word itself where no sentence is held for it."""
    found = SENTENCES.get(f"{group}.{word}")
    return found.lang(lang) if found is not None else str(word)


def word_of(regime: str, word: object, lang: str) -> str:
    """A value as a regime means it: its own words, else those that every regime shares."""
    found = SENTENCES.get(f"value.{regime}.{word}")
    return found.lang(lang) if found is not None else term("value", word, lang)


def title_of(regime: str, fact: str) -> Text | None:
    """What a fact is called that no table of a regime declares; None where no words are held."""
    return SENTENCES.get(f"fact.{regime}.{fact}") or SENTENCES.get(f"fact.{fact}")


def shown(value: Any, lang: str) -> str:
    """A value as it reads in a sentence."""
    if isinstance(value, Text):
        return value.lang(lang)
    if isinstance(value, bool):
        return term("value", str(value).lower(), lang)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Interval):
        return days(value, lang)
    if value is None:
        return ""
    return str(value)


def joined(words: Iterable[str], lang: str) -> str:
    """Words of a list, one after the other; `;` where a word itself holds a comma."""
    told = list(words)
    if lang == "zh":
        return "、".join(told)
    return ("; " if any(", " in word for word in told) else ", ").join(told)


def either(words: Iterable[str], lang: str) -> str:
    """Words of which one is meant: a, b or c."""
    *first, last = words
    return f"{joined(first, lang)}{say('or', lang)}{last}" if first else last


def sentences(parts: Iterable[str], lang: str) -> str:
    """Whole sentences, one after the other."""
    return (" " if lang == "en" else "").join(part for part in parts if part)


def clauses(parts: Iterable[str], lang: str) -> str:
    """Parts of a sentence that stand side by side."""
    return ("；" if lang == "zh" else "; ").join(part for part in parts if part)


def percent(share: Any) -> str:
    """A decimal fraction in percent, exactly: 0.660001 reads 66.0001%."""
    number = Decimal(str(share)) * 100
    text = f"{number.normalize():f}"
    return f"{text}%"


def days(span: Interval, lang: str) -> str:
    """From when to when something is in force; the end is the first day no longer in force."""
    if span.start is None and span.end is None:
        return say("days.always", lang)
    if span.start is None:
        return say("days.until", lang, end=span.end)
    if span.end is None:
        return say("days.since", lang, start=span.start)
    return say("days.between", lang, start=span.start, end=span.end)
