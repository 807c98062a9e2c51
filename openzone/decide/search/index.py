"""What a book can be searched by: the phrases of its activities, rows, codes and places, indexed.

Built in one pass over the book: each phrase is cut into terms, each term knows its phrases, and a
term weighs the more the fewer entries hold it.
"""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from math import log
from typing import Literal, NamedTuple

from openzone.decide.search.terms import QUESTION_TERMS, folded, is_chinese, terms
from openzone.rulebook.book import Book
from openzone.rulebook.model import Text

Kind = Literal["activity", "row", "industry", "place", "goods"]

QUESTION_SHARE = 0.05  # of the weight that another term as rare has
_TAG_MARKS = re.compile(r"[._:-]")


class Field(NamedTuple):
    """Where a phrase stands: its worth when the query is all of it, and when it is a part."""

    whole: float
    part: float


TITLE = Field(1.0, 0.92)
KEYWORD = Field(0.97, 0.80)
TAG = Field(0.70, 0.60)


class Entry(NamedTuple):
    """What a search can find."""

    kind: Kind
    id: str
    title: Text
    codes: tuple[str, ...]


class Phrase(NamedTuple):
    """A text that names an entry: the weight of its terms, and of those that name a thing."""

    entry: int
    field: Field
    text: str
    weight: float
    content: float


class Phrases:
    """The index of a book; `goods`: of its codes of goods alone, which are many and of their own.

    `postings` lists for each term the numbers of the phrases that hold it, `ids` in order all ids
    with their entries, `carriers` for each industry code the activities that stand for it (and
    whether the whole class does).
    """

    def __init__(self, book: Book, goods: bool = False) -> None:
        self.entries: list[Entry] = []
        self.ids: list[tuple[str, int]] = []
        self.carriers: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)
        self._texts: list[tuple[int, Field, str]] = []
        if goods:
            self._goods(book)
        else:
            self._activities(book)
            self._rows(book)
            self._industries(book)
            self._places(book)
        self.ids.sort()
        self._terms = _cut(dict.fromkeys(text for _, _, text in self._texts))
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, _, text) in enumerate(self._texts):
            for term in self._terms[text]:
                postings[term].append(number)
        self.postings: Mapping[str, list[int]] = dict(postings)
        self.weight = self._weights()
        self._phrases: dict[int, Phrase] = {}

    def phrase(self, number: int) -> Phrase:
        """The phrase with this number."""
        found = self._phrases.get(number)
        if found is None:
            entry, field, text = self._texts[number]
            cut, weight_of = self._terms[text], self.weight.__getitem__
            content = weight = sum(map(weight_of, cut))
            if not QUESTION_TERMS.isdisjoint(cut):
                content = sum(weight_of(term) for term in cut if term not in QUESTION_TERMS)
            found = self._phrases[number] = Phrase(entry, field, text, weight, content or weight)
        return found

    def alone(self, term: str) -> bool:
        """Say whether some phrase is this term and nothing else."""
        numbers = self.postings.get(term, ())
        return any(len(self._terms[self._texts[number][2]]) == 1 for number in numbers)

    @cached_property
    def english(self) -> tuple[str, ...]:
        """The English terms in alphabetical order."""
        return tuple(sorted(term for term in self.postings if not is_chinese(term)))

    @cached_property
    def chinese(self) -> Mapping[str, tuple[int, ...]]:
        """For each text that begins in Chinese, the numbers of the phrases with it."""
        found: dict[str, tuple[int, ...]] = {}
        for number, (_, _, text) in enumerate(self._texts):
            if is_chinese(text):
                found[text] = (*found.get(text, ()), number)
        return found

    def _entry(self, kind: Kind, id: str, title: Text, codes: tuple[str, ...]) -> int:
        number = len(self.entries)
        self.entries.append(Entry(kind, id, title, codes))
        self.ids.append((folded(id), number))
        return number

    def _add(self, entry: int, field: Field, texts: Iterable[str]) -> None:
        self._texts += [(entry, field, text) for text in texts if text]

    def _activities(self, book: Book) -> None:
        for tag, activity in book.vocabulary.items():
            codes = tuple(code for code, _ in book.vocabulary.codes(tag))
            entry = self._entry("activity", tag, activity.title, codes)
            self._add(entry, TITLE, activity.title)
            self._add(entry, KEYWORD, activity.keywords_zh)
            self._add(entry, KEYWORD, activity.keywords_en)
            self._add(entry, TAG, (_TAG_MARKS.sub(" ", tag),))
            for code, match in activity.industry:
                self.carriers[code].append((entry, match == "exact"))

    def _rows(self, book: Book) -> None:
        for id in book.row_ids:
            versions = book.versions(id)
            row = versions[-1]
            entry = self._entry("row", id, row.title, tuple(code for code, _ in row.industry))
            texts = dict.fromkeys(text for version in versions for text in version.title)
            for name in dict.fromkeys(version.measure for version in versions):
                self.ids.append((folded(name), entry))
                if name in book.measures:
                    texts.update(dict.fromkeys(book.measures[name].title))
            self._add(entry, TITLE, texts)

    def _industries(self, book: Book) -> None:
        for code in book.classification.values():
            entry = self._entry("industry", code.code, code.title, (code.code,))
            self._add(entry, TITLE, code.title)

    def _places(self, book: Book) -> None:
        for id, place in book.territories.items():
            entry = self._entry("place", id, place.name, (place.code,) if place.code else ())
            self._add(entry, TITLE, place.name)
            self._add(entry, TITLE, place.aliases)
            self._add(entry, TAG, (_TAG_MARKS.sub(" ", id),))

    def _goods(self, book: Book) -> None:
        for code in (book.nomenclature or {}).values():
            entry = self._entry("goods", code.code, code.title, (code.code,))
            self._add(entry, TITLE, code.title)
        for schedule in book.schedules.values():
            for hs, (zh, en) in zip(schedule.hs, schedule.titles, strict=True):
                entry = self._entry("goods", hs, Text(zh, en), (hs,))
                self._add(entry, TITLE, (zh, en))

    def _weights(self) -> dict[str, float]:
        entry_of = [entry for entry, _, _ in self._texts]
        count, scale = len(self.entries), log(1 + len(self.entries))
        found = {}
        for term, numbers in self.postings.items():
            held_by = len({entry_of[number] for number in numbers}) if len(numbers) > 1 else 1
            weight = log(1 + count / held_by) / scale
            found[term] = weight * QUESTION_SHARE if term in QUESTION_TERMS else weight
        return found


def _cut(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The terms of each text; all are folded in one go, which is faster than one by one."""
    texts = tuple(texts)
    lines = folded("\n".join(text.replace("\n", " ") for text in texts)).split("\n")
    return {text: terms(line) for text, line in zip(texts, lines, strict=True)}


def phrases_of(book: Book, goods: bool = False) -> Phrases:
    """The index of a book, or of its goods, built on first use and kept with the book."""
    name = "search_goods" if goods else "search_index"
    index: Phrases | None = book.memo.get(name)
    if index is None:
        collects = gc.isenabled()
        gc.disable()  # an index is many small objects and no garbage
        try:
            index = book.memo[name] = Phrases(book, goods)
        finally:
            if collects:
                gc.enable()
    return index
