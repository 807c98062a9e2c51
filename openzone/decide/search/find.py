"""Find an activity, a row, an industry code or a place by the words people use, zh or en.

A hit is judged by how much of the query a phrase of the book covers, and how much of the phrase the
query covers. Rare words weigh more; words of the question ("外资", "set up") nearly nothing. Words
may stand in any order, in both languages, with small typing errors.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

from openzone.decide.search.index import Entry, Kind, Phrases, phrases_of
from openzone.decide.search.query import Group, Query, read_query
from openzone.decide.search.terms import folded
from openzone.errors import Fault, OpenZoneError, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.classification import Classification
from openzone.rulebook.model import Text

KINDS: tuple[Kind, ...] = get_args(Kind)

GOODS: Kind = "goods"
GOODS_ASKED = re.compile(r"[0-9]{4}[0-9.]{0,7}")
QUERY_CHARACTERS_MAX = 200  # more of a text adds no word that a person searches for
COVERED = 0.999  # all of it, but for the rounding of sums
QUERY_SHARE = 0.85  # of a score: how much of the query is covered; the rest, of the phrase
ELSEWHERE = 0.5  # the worth of words that other phrases of the same entry cover
SCORE_MIN, SHARE_OF_BEST_MIN = 0.15, 0.5  # weaker hits are noise
KIND_WEIGHT: Mapping[Kind, float] = {
    "activity": 1.0, "place": 0.95, "row": 0.88, "industry": 0.85, "goods": 0.85,
}  # fmt: skip
PLACE_BESIDE = 0.85  # a place beside other words says where, not what
ID_START, ID_REST = 0.6, 0.3  # a hit whose id begins with the query, by how much of it
ID_AMONG_WORDS = 0.8  # a whole id beside other words
CARRIED, CARRIED_PART = 0.65, 0.55  # of a code's score: an activity that is, or holds part of it
CARRIED_UP = 0.97  # for each step up the classification


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: `score` from 0 to 100, `why` the phrase or id that matched best."""

    kind: Kind
    id: str
    title: Text
    score: int
    why: str
    codes: tuple[str, ...] = ()


def search(book: Book, text: str, kinds: Sequence[str] = KINDS, limit: int = 10) -> list[Hit]:
    """Find what `text` may mean, best first; an empty list when nothing in the book matches.

    Codes of goods are searched when only they are asked for, when the text is one, when nothing
    else matches, and when they alone hold the words as written.

    Raises OpenZoneError when a kind is none of `KINDS` or `limit` is below one.

    >>> from openzone.rulebook.books import load_book
    >>> [hit.id for hit in search(load_book("cn"), "dat center 外资", limit=1)]
    ['telecom.vas.idc']
    """
    _check(kinds, limit)
    text = folded(text[:QUERY_CHARACTERS_MAX])
    hits = _search(book, phrases_of(book), text, kinds)[:limit] if {*kinds} - {GOODS} else []
    if GOODS in kinds and (
        not hits
        or {*kinds} == {GOODS}
        or GOODS_ASKED.fullmatch(text)
        or _words_of_goods_only(book, text)
    ):
        goods = _search(book, phrases_of(book, goods=True), text.replace(".", ""), kinds)
        hits = sorted((*hits, *goods), key=lambda hit: -hit.score)[:limit]
    return hits


def _words_of_goods_only(book: Book, text: str) -> bool:
    """Whether codes of goods hold every word of a text as written, and the rest hold none."""
    if _as_written(read_query(phrases_of(book), text).content):
        return False
    content = read_query(phrases_of(book, goods=True), text).content
    return 0 < len(content) == len(_as_written(content))


def _as_written(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.likeness and group.likeness[0][1] == 1]


def _search(book: Book, index: Phrases, text: str, kinds: Sequence[str]) -> list[Hit]:
    found = _by_words(index, read_query(index, text))
    for entry, score in _by_id(index, text):
        _keep(found, entry, score)
    for entry, score in tuple(_by_code(index, found, book.classification)):
        _keep(found, entry, score)
    kept = {entry: score for entry, score in found.items() if index.entries[entry].kind in kinds}
    floor = _floor(max((score.value for score in kept.values()), default=0.0))
    strong = [entry for entry, score in kept.items() if score.value >= floor]
    strong.sort(key=lambda entry: _rank(index, entry, kept[entry]))
    return [_hit(index.entries[entry], kept[entry]) for entry in strong]


def _hit(entry: Entry, score: _Score) -> Hit:
    return Hit(entry.kind, entry.id, entry.title, round(100 * score.value), score.why, entry.codes)


def _check(kinds: Sequence[str], limit: int) -> None:
    for kind in kinds:
        if kind not in KINDS:
            raise OpenZoneError(
                Fault("wrong_value", "there is no such kind of hit", field="kinds", seen=kind,
                      expected="one of " + ", ".join(KINDS), next=nearest(str(kind), KINDS))
            )  # fmt: skip
    if limit < 1:
        raise OpenZoneError(
            Fault("out_of_range", "no hit was asked for", field="limit", seen=limit,
                  expected="one or more")
        )  # fmt: skip


class _Score(NamedTuple):
    """Of an entry: its score, how much all its phrases cover, and the phrase that matched best."""

    value: float
    spread: float
    why: str


_Found = dict[int, _Score]


def _keep(found: _Found, entry: int, score: _Score) -> None:
    if entry not in found or score.value > found[entry].value:
        found[entry] = score


def _floor(best: float) -> float:
    return max(SCORE_MIN, SHARE_OF_BEST_MIN * best)


def _rank(index: Phrases, entry: int, score: _Score) -> tuple[float, float, int, int, int]:
    """The order of hits: score, then spread, kind, general before specific, order of the book."""
    kind, id, _, _ = index.entries[entry]
    return (
        -round(score.value, 6),
        -round(score.spread, 6),
        KINDS.index(kind),
        id.count(".") if kind == "activity" else 0,
        entry,
    )


def _by_words(index: Phrases, query: Query) -> _Found:
    """Entries with a phrase that shares terms with the query."""
    asked = query.content or query.question
    matched, unlike, over_all = _matched(index, asked)
    wanted = sum(group.weight for group in asked)
    known = sum(group.weight for group in asked if group.likeness)
    extra: dict[int, float] = {}
    for group in query.question if query.content else ():
        wanted += group.weight
        for number in index.postings[group.likeness[0][0]]:
            if number in matched:
                extra[number] = extra.get(number, 0.0) + group.weight
    found: _Found = {}
    for number, content in matched.items():
        phrase = index.phrase(number)
        kind = index.entries[phrase.entry].kind
        weight = content + extra.get(number, 0.0)
        worth = phrase.field.part
        if weight >= COVERED * phrase.weight:
            worth = phrase.field.whole
        elif content >= COVERED * phrase.content:
            worth = (phrase.field.whole + worth) / 2
        worth *= 1 - unlike.get(number, 0.0) / weight
        covered = min(1.0, weight / phrase.weight)
        value = worth * (QUERY_SHARE * weight / wanted + (1 - QUERY_SHARE) * covered)
        spread = over_all[phrase.entry] / wanted
        value += ELSEWHERE * max(0.0, spread - worth * weight / wanted)
        if kind == "place" and content < COVERED * known:
            value *= PLACE_BESIDE
        _keep(found, phrase.entry, _Score(min(1.0, value) * KIND_WEIGHT[kind], spread, phrase.text))
    for number, likeness in query.near.items():
        phrase = index.phrase(number)
        value = phrase.field.part * likeness * KIND_WEIGHT[index.entries[phrase.entry].kind]
        _keep(found, phrase.entry, _Score(value, 0.0, phrase.text))
    return found


def _matched(
    index: Phrases, groups: Iterable[Group]
) -> tuple[dict[int, float], dict[int, float], dict[int, float]]:
    """The weight that phrases match, what of it is only likeness, and what entries match in all."""
    matched: dict[int, float] = {}
    unlike: dict[int, float] = {}
    over_all: dict[int, float] = {}
    for weight, alternatives in groups:
        numbers: dict[int, float] = {}
        for term, likeness in alternatives:
            for number in index.postings[term]:
                if likeness > numbers.get(number, 0.0):
                    numbers[number] = likeness
        entries: dict[int, float] = {}
        for number, likeness in numbers.items():
            matched[number] = matched.get(number, 0.0) + weight
            if likeness < 1:
                unlike[number] = unlike.get(number, 0.0) + weight * (1 - likeness)
            phrase = index.phrase(number)
            gain = weight * likeness * phrase.field.part
            if gain > entries.get(phrase.entry, 0.0):
                entries[phrase.entry] = gain
        for entry, gain in entries.items():
            over_all[entry] = over_all.get(entry, 0.0) + gain
    return matched, unlike, over_all


def _by_id(index: Phrases, text: str) -> Iterator[tuple[int, _Score]]:
    """Entries whose id or measure is the text, begins with it, or stands in it."""
    words = text.split()
    if len(words) == 1:
        yield from _ids(index, words[0])
    for word in words if len(words) > 1 else ():
        if any(map(str.isdigit, word)):
            for entry, score in _ids(index, word):
                if score.why == word:
                    yield entry, score._replace(value=ID_AMONG_WORDS)


def _ids(index: Phrases, word: str) -> Iterator[tuple[int, _Score]]:
    plain = word.isalpha()  # a plain word begins an id only up to a mark: "film", not "fil"
    at = bisect_left(index.ids, (word,))
    while at < len(index.ids) and index.ids[at][0].startswith(word):
        id, entry = index.ids[at]
        if id == word:
            yield entry, _Score(1.0, 1.0, id)
        elif not plain or id[len(word)] in ".:":
            yield entry, _Score(ID_START + ID_REST * len(word) / len(id), 0.0, id)
        at += 1


def _by_code(index: Phrases, found: _Found, codes: Classification) -> Iterator[tuple[int, _Score]]:
    """Activities that stand for an industry code that was found, or for a code above it."""
    floor = _floor(max((score.value for score in found.values()), default=0.0))
    best: dict[str, _Score] = {}
    for entry, score in found.items():
        if index.entries[entry].kind != "industry" or score.value < floor:
            continue
        code: str | None = index.entries[entry].id
        value = score.value
        while code is not None and (code not in best or value > best[code].value):
            best[code] = score._replace(value=value)
            code, value = codes[code].parent, value * CARRIED_UP
    for code, score in best.items():
        for carrier, exact in index.carriers.get(code, ()):
            share = CARRIED if exact else CARRIED_PART
            nearness = score.spread / len(index.entries[carrier].codes)
            yield carrier, _Score(score.value * share, nearness, score.why)
