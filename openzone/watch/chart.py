"""The measure as one chart: entries of the lists, classes by state, restrictiveness with its band.

Needs the extra `chart`. Colours are read by the colour-blind and in print: one blue from dark to
light for the states, and shapes and dashes beside the hues for the lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openzone.errors import missing_extra
from openzone.rulebook.model import MILLION
from openzone.watch.openness import Figure, Openness, Place
from openzone.watch.series import (
    Dated,
    at,
    count_rows,
    covered,
    end,
    score_labels,
    score_line,
    score_rows,
    state_labels,
    state_rows,
)
from openzone.watch.words import law_line, word

HUES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
DASHES = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
BLUE = "#0072B2"
FONT = "Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
COLUMNS, NARROW, GAP, HIGH, EXTENT = 3, 225, 24, 170, 30
WIDE = COLUMNS * NARROW + (COLUMNS - 1) * GAP
LIGHT = {"text": "#222222", "soft": "#555555", "grid": "#E3E3E3", "axis": "#888888"}
DARK = {"text": "#EDEDED", "soft": "#BBBBBB", "grid": "#3A3A3A", "axis": "#888888"}


def chart_spec(measured: Openness, lang: str, before: Openness | None = None) -> dict[str, Any]:
    """The Vega-Lite specification of the chart; `before` adds the law without the reforms.

    Raises MissingExtraError when the extra is not installed.
    """
    try:
        import altair as alt
    except ImportError:
        raise missing_extra("chart", "the chart of the openness measure") from None
    pad = Pad(alt)
    rows: list[Any] = [_counts(pad, measured, lang)]
    shown = [(place, covered(measured, place)) for place in measured.places]
    shown = [(place, figures) for place, figures in shown if figures]
    if shown:
        rows += [_states(pad, shown, lang), _scores(pad, shown, lang, before)]
    title = alt.TitleParams(word("title", lang), subtitle=law_line(measured, lang),
                            anchor="start", fontSize=18, offset=14)  # fmt: skip
    whole = alt.vconcat(*rows, spacing=40, title=title, background="white", padding=14)
    whole = whole.resolve_scale(color="independent", shape="independent", strokeDash="independent")
    spec: dict[str, Any] = whole.to_dict()
    spec["config"] = chart_config(LIGHT)
    spec["datasets"] = pad.datasets
    return spec


class Pad:
    """Where charts are begun. Their rows are named, so that Altair copies none of them."""

    def __init__(self, alt: Any) -> None:
        self.alt = alt
        self.datasets: dict[str, list[dict[str, Any]]] = {}

    def chart(self, rows: Iterable[dict[str, Any]]) -> Any:
        """A chart of some rows."""
        name = f"rows-{len(self.datasets) + 1}"
        self.datasets[name] = list(rows)
        return self.alt.Chart(self.alt.NamedData(name=name))


def chart_config(ink: dict[str, str]) -> dict[str, Any]:
    """The look of the chart on a light or a dark page."""
    soft = {"labelColor": ink["soft"], "titleColor": ink["soft"], "labelFontSize": 11,
            "titleFontSize": 11, "titleFontWeight": "normal"}  # fmt: skip
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": soft
        | {"gridColor": ink["grid"], "domainColor": ink["axis"], "tickColor": ink["axis"]},
        "legend": soft | {"orient": "top", "title": None, "symbolSize": 70, "offset": 12,
                          "labelLimit": 300, "columnPadding": 24},
        "title": {"color": ink["text"], "subtitleColor": ink["soft"], "fontSize": 13,
                  "subtitleFontSize": 11, "fontWeight": 600, "subtitlePadding": 5},
        "text": {"color": ink["text"], "fontSize": 11},
    }  # fmt: skip


def _utc(alt: Any, **given: Any) -> Any:
    return alt.Scale(type="utc", **given)


def _titled(alt: Any, text: str, note: str) -> Any:
    return alt.TitleParams(text, subtitle=note, anchor="start", offset=12)


# ---- entries of the lists --------------------------------------------------------------------


def _counts(pad: Pad, measured: Openness, lang: str) -> Any:
    alt = pad.alt
    names = list(dict.fromkeys(one.name.lang(lang) for one in measured.counts))
    n = len(names)
    top = max((one.count for one in measured.counts), default=1) * 1.08
    plain = pad.chart(count_rows(measured, lang)).encode(
        x=alt.X(
            "x:T",
            title=None,
            scale=_utc(alt),
            axis=alt.Axis(grid=False, format="%Y", tickCount="year"),
        ),
        y=alt.Y(
            "count:Q",
            title=None,
            axis=alt.Axis(tickCount=5, minExtent=EXTENT),
            scale=alt.Scale(domain=[0, top], nice=False),
        ),
    )
    hued = plain.encode(
        color=alt.Color("list:N", scale=alt.Scale(domain=names, range=list(HUES[:n])))
    )
    lines = hued.mark_line(interpolate="step-after", strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("list:N", scale=alt.Scale(domain=names, range=DASHES[:n]))
    )
    points = hued.transform_filter("datum.drawn").mark_point(filled=True, size=45, opacity=1)
    points = points.encode(
        shape=alt.Shape("list:N", scale=alt.Scale(domain=names, range=list(SHAPES[:n]))),
        tooltip=_hints(
            alt,
            lang,
            list="list:N",
            edition="edition:N",
            count="count:Q",
            on="on:N",
            document="number:N",
        ),
    )
    labels = [
        plain.transform_filter(f"datum.side == '{side}'")
        .mark_text(align="left", dx=4, dy=dy, fontSize=11)
        .encode(text="count:Q")
        for side, dy in (("above", -10), ("below", 12))
    ]
    title = _titled(alt, word("counts", lang), word("counts_note", lang))
    return alt.layer(lines, points, *labels).properties(width=WIDE, height=HIGH, title=title)


# ---- days ------------------------------------------------------------------------------------


def days_axis(alt: Any, shown: Sequence[tuple[Place, Sequence[Dated]]]) -> tuple[Any, Any]:
    """The axis of days, one for all places: years, or the first and last day when they are few.

    Twice: for spans, and with the range (which Vega-Lite takes amiss beside a second edge).
    """
    first = min(figures[0].on for _, figures in shown)
    last = max(figures[-1].on for _, figures in shown)
    if (last - first).days > 700:
        axis = alt.Axis(grid=False, format="%Y", tickCount="year")
    else:
        ticks = [at(day) for day in sorted({first, last})]
        axis = alt.Axis(grid=False, format="%Y-%m-%d", values=ticks)
    last = max(end(figures) for _, figures in shown)
    ranged = _utc(alt, domain=[at(first), at(last)])
    return (
        alt.X("x:T", title=None, axis=axis, scale=_utc(alt)),
        alt.X("x:T", title=None, axis=axis, scale=ranged),
    )


def _hints(alt: Any, lang: str, **fields: str) -> list[Any]:
    """What is shown where the reader points, under the words of the language."""
    return [alt.Tooltip(field, title=word(key, lang)) for key, field in fields.items()]


# ---- classes by state ------------------------------------------------------------------------


def _states(pad: Pad, shown: list[tuple[Place, list[Figure]]], lang: str) -> Any:
    alt = pad.alt
    totals = [f.total for _, figures in shown for f in figures if f.total]
    barred = max(one.closed + one.partly_open for one in totals)
    top = max(10, barred + max(barred // 4, 1))
    spans, days = days_axis(alt, shown)
    charts = []
    for n, (place, figures) in enumerate(shown):
        axis = side_axis(alt, n)
        y = alt.Y("low:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, top], nice=False))
        bars = pad.chart(state_rows(figures, top, lang)).mark_rect(strokeWidth=0)
        bars = bars.encode(
            x=spans, x2="x2:T", y=y, y2="high:Q",
            fill=alt.Fill("fill:N", scale=None, legend=None),
            tooltip=_hints(alt, lang, state="state:N", classes="count:Q", on="from:N"),
        )  # fmt: skip
        words = pad.chart(state_labels(figures, top, lang))
        labels = [
            words.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=side, dx=dx, fontSize=11)
            .encode(x=days, y="low:Q", text="text:N", color=alt.Color("ink:N", scale=None))
            for side, dx in (("left", 5), ("right", -5))
        ]
        title = alt.TitleParams(
            place.name.lang(lang), anchor="start", frame="group", fontSize=12, offset=6
        )
        charts.append(alt.layer(bars, *labels).properties(width=NARROW, height=HIGH, title=title))
    classes = max(one.measured for one in totals)
    note = f"{word('of', lang, n=f'{classes:,}')}; {word('cut', lang)}"
    return _row(alt, charts, word("states", lang), note)


def side_axis(alt: Any, n: int, **given: Any) -> Any:
    """The axis at the side: lines everywhere, words in the first column."""
    first = n % COLUMNS == 0
    return alt.Axis(tickCount=4, minExtent=EXTENT, labels=first, ticks=first, domain=first, **given)


def _row(alt: Any, charts: list[Any], text: str, note: str) -> Any:
    gaps = {"row": 3 * GAP, "column": GAP}
    row = alt.concat(
        *charts, columns=COLUMNS, spacing=gaps, bounds="flush", title=_titled(alt, text, note)
    )
    return row.resolve_scale(color="independent", fill="independent")


# ---- the score -------------------------------------------------------------------------------


def _scores(
    pad: Pad, shown: list[tuple[Place, list[Figure]]], lang: str, before: Openness | None
) -> Any:
    alt = pad.alt
    highs = [f.total.high or 0 for _, figures in shown for f in figures if f.total]
    top = max(highs) / MILLION * 1.18 or 0.1
    spans, days = days_axis(alt, shown)
    charts = []
    for n, (place, figures) in enumerate(shown):
        axis = side_axis(alt, n, format=".2f")
        scale = alt.Scale(domain=[0, top], nice=False)
        band = pad.chart(score_rows(figures))
        band = band.mark_rect(fill=BLUE, opacity=0.2, strokeWidth=0).encode(
            x=spans, x2="x2:T", y=alt.Y("low:Q", title=None, axis=axis, scale=scale), y2="high:Q",
            tooltip=_hints(alt, lang, on="from:N", low="low:Q", score_short="score:Q",
                           high="high:Q"),
        )  # fmt: skip
        steps = pad.chart(score_line(figures)).encode(x=days, y="score:Q")
        line = steps.mark_line(interpolate="step-after", color=BLUE, strokeWidth=2)
        words = pad.chart(score_labels(figures)).encode(x=days, y="score:Q")
        labels = [
            words.transform_filter(f"datum.side == '{side} {edge}'")
            .mark_text(align=side, dx=dx, dy=dy, fontSize=11)
            .encode(text="text:N")
            for side, dx in (("left", 4), ("right", -4))
            for edge, dy in (("over", -9), ("under", 9))
        ]
        layers = [band, line, *labels]
        earlier = [] if before is None else score_line(covered(before, place))
        if earlier and earlier != score_line(figures):
            dashed = pad.chart(earlier).encode(x=days, y="score:Q")
            layers.append(dashed.mark_line(
                interpolate="step-after", color="#D55E00", strokeDash=[4, 3], strokeWidth=1.5
            ))  # fmt: skip
        title = alt.TitleParams(
            place.name.lang(lang), anchor="start", frame="group", fontSize=12, offset=6
        )
        charts.append(alt.layer(*layers).properties(width=NARROW, height=HIGH, title=title))
    note = word("score_note", lang)
    if before is not None:
        note += word("dashed", lang)
    return _row(alt, charts, word("score", lang), note)
