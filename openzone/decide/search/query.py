"""Reading a query: which words name a thing, which the question, and what a slip may have meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from openzone.decide.search.index import Phrases
from openzone.decide.search.terms import (
    QUESTION_CHARACTERS,
    QUESTION_TERMS,
    chinese_terms,
    chinese_words,
    english_terms,
    is_chinese,
    runs,
    stem,
)

GROUPS_MAX = 24  # more words than these are not read
UNKNOWN_WEIGHT = 0.5  # of a word that no phrase holds: it lowers every hit alike
LIKENESS_MIN = 0.6  # of a Chinese phrase with a wrong character


class Group(NamedTuple):
    """A word of the query: its weight, and the terms of the index it may stand for."""

    weight: float
    likeness: tuple[tuple[str, float], ...]


class Query(NamedTuple):
    """Words that name a thing, words that name the question, phrases much like the text."""

    content: tuple[Group, ...]
    question: tuple[Group, ...]
    near: Mapping[int, float]


def read_query(index: Phrases, text: str) -> Query:
    """Read a folded text as words of the index; what no phrase holds is matched by likeness."""
    content: dict[Group, None] = {}
    question: dict[Group, None] = {}
    near: dict[int, float] = {}
    for run in _joined(index, runs(text)[:GROUPS_MAX]):
        for term in _split(index, run):
            group = _group(index, term)
            if group is not None:
                asks = bool(group.likeness) and group.likeness[0][0] in QUESTION_TERMS
                (question if asks else content)[group] = None
        if is_chinese(run):
            near.update(_near_phrases(index, run))
    return Query(tuple(content)[:GROUPS_MAX], tuple(question)[:GROUPS_MAX], near)


def _joined(index: Phrases, found: Sequence[str]) -> Iterator[str]:
    """The runs; two English words that the book writes as one are joined (cyber cafe)."""
    at = 0
    while at < len(found):
        pair = found[at : at + 2]
        both = stem("".join(pair))
        odd = any(len(run) == 1 or stem(run) not in index.postings for run in pair)
        joins = len(pair) == 2 and odd and both.isascii() and both in index.postings
        yield both if joins else found[at]
        at += 2 if joins else 1


def _split(index: Phrases, run: str) -> Iterable[str]:
    """The terms of a run; an unknown English word may be two known ones (datacentre)."""
    if is_chinese(run):
        return chinese_terms(run)
    joined, *parts = english_terms(run)
    if joined in index.postings:
        return (joined,)
    if parts:
        return parts
    for at in range(3, len(joined) - 2):
        if joined[:at] in index.postings and joined[at:] in index.postings:
            return joined[:at], joined[at:]
    return (joined,)


def _group(index: Phrases, term: str) -> Group | None:
    """What a term of the query may stand for; None when it says nothing."""
    if term in index.postings and (len(term) > 1 or not is_chinese(term)):
        return Group(index.weight[term], ((term, 1.0),))
    if term in QUESTION_TERMS or term.isdigit():
        return None
    if is_chinese(term):
        if not QUESTION_CHARACTERS.isdisjoint(term):
            return None
        found = _near_pairs(index, term)
    else:
        found = _near_words(index, term)
    known = tuple((other, likeness) for other, likeness in found if other in index.postings)
    if not known:
        return None if found else Group(UNKNOWN_WEIGHT, ())
    return Group(index.weight[known[0][0]], known)


def _near_pairs(index: Phrases, term: str) -> list[tuple[str, float]]:
    """For one character the pairs that hold it; for an unknown pair it reversed, or its halves."""
    if len(term) > 1:
        turned = [term[::-1]] if term[::-1] in index.postings else []
        return [(other, 0.7) for other in (*turned, *filter(index.alone, term))]
    holding = [(other, 0.6) for other in index.postings if term in other and term != other]
    return [(term, 1.0), *holding] if term in index.postings else holding


def _near_words(index: Phrases, word: str) -> list[tuple[str, float]]:
    """English words that begin with `word` or are a slip or two away from it, likest first."""
    if len(word) < 3 or not word.isalpha():
        return []
    found: dict[str, float] = {}
    at = bisect_left(index.english, word)
    while at < len(index.english) and index.english[at].startswith(word):
        other = index.english[at]
        if len(word) > 3 or len(other) == 4:
            found[other] = 0.7 + 0.2 * len(word) / len(other)
        at += 1
    if len(word) > 3:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        slips = 1 if len(word) < 8 else 2
        words = (*index.english, *QUESTION_TERMS)
        near = process.extract(word, words, scorer=OSA.distance, score_cutoff=slips, limit=None)
        for other, distance, _ in near:
            start = 1.0 if other[0] == word[0] else 0.9
            likeness = 0.95 * (1 - distance / len(word)) * start
            found[other] = max(likeness, found.get(other, 0.0))
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _near_phrases(index: Phrases, run: str) -> dict[int, float]:
    """Chinese phrases that are nearly what a run says, when a pair of the run is in none."""
    odd = [word for word in chinese_words(run) if len(word) > 2 and _odd(index, word)]
    found: dict[int, float] = {}
    for word in odd:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = process.extract(
            word,
            index.chinese.keys(),
            scorer=OSA.normalized_similarity,
            score_cutoff=LIKENESS_MIN,
            limit=8,
        )
        for text, likeness, _ in near:
            found.update((number, likeness) for number in index.chinese[text])
    return found


def _odd(index: Phrases, word: str) -> bool:
    return any(
        pair not in index.postings and QUESTION_CHARACTERS.isdisjoint(pair)
        for pair in chinese_terms(word)
    )
