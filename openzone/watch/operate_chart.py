"""Entry against operation as a chart: classes by what may remain, stacked over time, by place.

Needs the extra `chart`. What is known to remain goes from dark to light; what is not on record is
grey, so that it does not pass for free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import Any

from openzone.decide.words.sentences import say, term
from openzone.errors import missing_extra
from openzone.watch.chart import (
    COLUMNS,
    GAP,
    HIGH,
    LIGHT,
    NARROW,
    Pad,
    chart_config,
    days_axis,
    side_axis,
)
from openzone.watch.operate import Operating
from openzone.watch.operate_reader import WORDS, Figure
from openzone.watch.operate_words import (
    caution,
    coverage_rows,
    entry_head,
    entry_numbers,
    in_words,
    law_line,
    notes,
    remains_head,
    remains_numbers,
)
from openzone.watch.pictures import Picture, pictures, table
from openzone.watch.series import merged, spans
from openzone.watch.words import word

FILLS = {
    "blocked": "#1A1A1A",
    "permit": "#08519C",
    "commitment": "#4292C6",
    "filing": "#9ECAE1",
    "unknown": "#E69F00",
    "free": "#B8E3B2",
    "nothing": "#E6E6E6",
}


def operate_pictures(
    measured: Operating, suffixes: Iterable[str], lang: str
) -> tuple[dict[str, bytes], list[str]]:
    """The chart as files with these suffixes, and what is to be said of them.

    Raises MissingExtraError when the extra `chart` is not installed.
    """

    def make(lang: str) -> Picture:
        return Picture(
            lang,
            operate_spec(measured, lang),
            say("operate.title", lang),
            law_line(measured, lang),
            in_words(measured, lang),
            (caution(measured.coverage, lang), *notes(measured.coverage, lang)),
            tuple(_tables(measured, lang)),
        )

    return pictures(make, suffixes, lang)


def _tables(measured: Operating, lang: str) -> Iterator[str]:
    shown = [figure for figure in measured.figures if figure.classes]
    place = word("place", lang)
    counts = {figure.total.classes for figure in shown}
    for key, head, numbers in (
        ("operate.enter", entry_head(lang), entry_numbers),
        ("operate.remains", remains_head(lang), remains_numbers),
    ):
        title = say(key, lang, n=max(counts, default=0))
        rows: list[list[Any]] = [
            [one.place.name.lang(lang), one.on, *numbers(one.total)] for one in shown
        ]
        yield table(title, [place, *head], rows, 2)
    sections = coverage_rows(measured, lang)
    title = say("operate.coverage", lang, held=measured.coverage.held)
    yield table(title, sections[0], sections[1:], 2)


def operate_spec(measured: Operating, lang: str) -> dict[str, Any]:
    """The Vega-Lite specification of the chart. Raises MissingExtraError without the extra."""
    try:
        import altair as alt
    except ImportError:
        raise missing_extra("chart", "the chart of entry against operation") from None
    pad = Pad(alt)
    found = [
        (place, [one for one in measured.of_place(place.id) if one.classes])
        for place in measured.places
    ]
    shown = [(place, figures) for place, figures in found if figures]
    n = max((figures[-1].total.classes for _, figures in shown), default=0)
    names = [term("operate.word", one, lang) for one in WORDS]
    scale = alt.Scale(domain=names, range=[FILLS[one] for one in WORDS])
    charts = []
    for number, (place, figures) in enumerate(shown):
        x, _ = days_axis(alt, shown)
        y = alt.Y("low:Q", title=None, axis=side_axis(alt, number),
                  scale=alt.Scale(domain=[0, n], nice=False))  # fmt: skip
        hints = [
            alt.Tooltip("word:N", title=word("state", lang)),
            alt.Tooltip("count:Q", title=word("classes", lang)),
            alt.Tooltip("from:N", title=word("on", lang)),
        ]
        bars = pad.chart(stacked(figures, lang)).mark_rect(strokeWidth=0)
        bars = bars.encode(
            x=x, x2="x2:T", y=y, y2="high:Q", fill=alt.Fill("word:N", scale=scale), tooltip=hints
        )
        title = alt.TitleParams(
            place.name.lang(lang), anchor="start", frame="group", fontSize=12, offset=6
        )
        charts.append(bars.properties(width=NARROW, height=HIGH, title=title))
    held = measured.coverage
    note = say("operate.chart_note", lang, n=f"{n:,}", held=held.held, listed=held.listed or "?")
    title = alt.TitleParams(
        say("operate.title", lang), subtitle=[law_line(measured, lang), note], anchor="start",
        fontSize=14, offset=14,
    )  # fmt: skip
    gaps = {"row": 2 * GAP, "column": GAP}
    whole = alt.concat(
        *charts, columns=COLUMNS, spacing=gaps, title=title, background="white", padding=14
    )
    spec: dict[str, Any] = whole.resolve_scale(x="shared").to_dict()
    spec["config"] = chart_config(LIGHT)
    spec["config"]["legend"] |= {"columns": 4}
    spec["datasets"] = pad.datasets
    return spec


def stacked(figures: list[Figure], lang: str) -> Iterator[dict[str, Any]]:
    """The bands of the words, one upon the other in their order; equal days as one."""
    found: dict[str, list[dict[str, Any]]] = {one: [] for one in WORDS}
    for figure, edges in spans(figures):
        counts = [figure.total.words[one] for one in WORDS]
        for name, count, top in zip(WORDS, counts, accumulate(counts), strict=True):
            kind = {"word": term("operate.word", name, lang), "count": count}
            found[name].append(edges | kind | {"low": top - count, "high": top})
    return chain.from_iterable(merged(rows) for rows in found.values())
