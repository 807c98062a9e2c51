"""A ledger of transfers in words, Chinese or English: each year, its lines, what is ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from openzone.decide.words.lines import aligned
from openzone.decide.words.sentences import clauses, counted, joined, say, term
from openzone.regimes.data.ledger import Entry
from openzone.regimes.data.ledger_file import LedgerFile
from openzone.regimes.data.thresholds import value_of

LINES_MAX = 40


def wording(entries: Sequence[Entry], file: LedgerFile, lang: str, *, whole: bool) -> Iterator[str]:
    """The lines of the report. `whole`: every transfer, else those that matter where many are."""
    if not entries:
        yield say("ledger.empty", lang)
    for year, group in groupby(entries, key=lambda one: one.year):
        yield from _year(year, list(group), lang, whole)
    told = [
        *(say("ledger.repeat", lang, **one._asdict()) for one in file.repeats),
        *(say("ledger.disorder", lang, **one._asdict()) for one in file.disorder),
    ]
    yield from told if whole else told[:LINES_MAX]
    if not whole and len(told) > LINES_MAX:
        yield say("ledger.more", lang, n=len(told) - LINES_MAX)


def _year(year: int, entries: list[Entry], lang: str, whole: bool) -> Iterator[str]:
    last = entries[-1]
    yield counted(
        "ledger.head", lang, year=year, n=len(entries),
        nonsensitive=value_of("nonsensitive", last.counts),
        sensitive=value_of("sensitive", last.counts),
    )  # fmt: skip
    yield say("ledger.route", lang, route=_outcome(last.route.outcome, lang))
    for one in last.ahead:
        left = one.at - value_of(one.counter, last.counts)
        yield "  " + say(
            "ledger.next", lang, counter=term("value", one.counter, lang), at=one.at,
            left=left, route=_outcome(one.becomes, lang),
        )  # fmt: skip
    needs = last.own.needs or last.route.needs
    if needs:
        yield "  " + say("ledger.needs", lang, needs=joined(needs, lang))
    shown = entries if whole or len(entries) <= LINES_MAX else _that_matter(entries)
    yield from aligned([_heads(lang), *(_cells(one, lang) for one in shown)])
    if len(shown) < len(entries):
        yield say("ledger.more", lang, n=len(entries) - len(shown))
    yield ""


def _that_matter(entries: Sequence[Entry]) -> list[Entry]:
    """Transfers that cross a threshold, and the first of each run that warns."""
    found = [
        one
        for one, before in zip(entries, (None, *entries), strict=False)
        if one.was is not None or (one.warns and (before is None or not before.warns))
    ]
    return [*found[: LINES_MAX - 1], *([entries[-1]] if entries[-1] not in found else [])]


def _heads(lang: str) -> list[str]:
    return [
        say("ledger.id", lang), say("ledger.date", lang), say("ledger.own", lang),
        say("ledger.nonsensitive", lang), say("ledger.sensitive", lang),
        say("ledger.after", lang), say("ledger.remark", lang),
    ]  # fmt: skip


def _cells(one: Entry, lang: str) -> list[str]:
    return [
        one.transfer.id,
        one.transfer.on.isoformat(),
        one.own.rule or one.own.outcome,
        str(value_of("nonsensitive", one.counts)),
        str(value_of("sensitive", one.counts)),
        one.route.outcome,
        clauses(_remarks(one, lang), lang),
    ]


def _remarks(one: Entry, lang: str) -> Iterator[str]:
    if not one.own.counted:
        yield say("ledger.uncounted", lang)
    if one.was is not None:
        yield say("ledger.crosses", lang)
    if one.warns:
        nearest = max(one.ahead, key=lambda mark: value_of(mark.counter, one.counts) / mark.at)
        left = nearest.at - value_of(nearest.counter, one.counts)
        named = term("value", nearest.counter, lang)
        yield say("ledger.warns", lang, counter=named, at=nearest.at, left=left)


def _outcome(word: str, lang: str) -> str:
    return term("outcome.data", word, lang)
