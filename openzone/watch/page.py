"""The chart of the openness measure as files, with its words and its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openzone.watch.chart import chart_spec
from openzone.watch.openness import Figure, Openness
from openzone.watch.pictures import Picture, pictures, table
from openzone.watch.words import decimal, in_words, law_line, word


def openness_pictures(
    measured: Openness, suffixes: Iterable[str], lang: str, before: Openness | None = None
) -> tuple[dict[str, bytes], list[str]]:
    """The chart as files with these suffixes, and what is to be said of them.

    Raises MissingExtraError when the extra `chart` is not installed.
    """

    def make(lang: str) -> Picture:
        return Picture(
            lang,
            chart_spec(measured, lang, before),
            word("title", lang),
            law_line(measured, lang),
            in_words(measured, lang),
            tuple(word(key, lang) for key in ("firm", "throughout", "score_note")),
            (_figures_table(measured, lang, before), _counts_table(measured, lang)),
        )

    return pictures(make, suffixes, lang)


def _figures_table(measured: Openness, lang: str, before: Openness | None) -> str:
    keys = ("open", "partly_open", "closed", "left_out", "low", "score_short", "high")
    head = [word(key, lang) for key in ("place", "on", "list", "count", *keys)]
    if before is None:
        rows = [_cells(figure, lang) for figure in measured.figures]
        return table(word("score", lang), head, rows, 3)
    laws = ((word("before", lang), before), (word("after", lang), measured))
    rows = [[name, *_cells(figure, lang)] for name, one in laws for figure in one.figures]
    return table(word("score", lang), ["", *head], rows, 4)


def _cells(figure: Figure, lang: str) -> list[Any]:
    count = "–" if figure.count is None else figure.count
    cells: list[Any] = [figure.place.name.lang(lang), figure.on, figure.list or "–", count]
    total = figure.total
    if total is None:
        return [*cells, figure.reason.lang(lang) if figure.reason else "", *([""] * 6)]
    scores = [decimal(micro) for micro in (total.low, total.score, total.high)]
    return [*cells, total.open, total.partly_open, total.closed, total.left_out, *scores]


def _counts_table(measured: Openness, lang: str) -> str:
    head = [word(key, lang) for key in ("list", "edition", "on", "document", "count")]
    rows = [
        [one.name.lang(lang), one.edition, one.on, one.number or one.document, one.count]
        for one in measured.counts
    ]
    return table(word("data_counts", lang), head, rows, 4)
