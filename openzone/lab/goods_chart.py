"""A replay of declaration lines as a chart: change of what is due by group, or duty day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openzone.errors import missing_extra
from openzone.lab.goods_replay import GROUPS, GoodsReplay, OnDay
from openzone.lab.goods_words import (
    coverage_line,
    days_table,
    group_table,
    head,
    named,
    percent,
    sums_table,
    tariff_line,
    yuan,
)
from openzone.rulebook.law import Law
from openzone.watch.chart import DASHES, HUES, LIGHT, chart_config
from openzone.watch.pictures import Picture, table

LESS, MORE = HUES[2], HUES[1]
BARS, HIGH, WIDE = 12, 18, 300
LINES = 6
YUAN_PER_UNIT = 1_000_000


def replay_picture(found: GoodsReplay, law: Law, lang: str) -> Picture:
    """Bars of the change by chapter, origin and place, with the tables of all groups.

    Raises MissingExtraError when the extra `chart` is not installed.
    """
    alt = _altair()
    unit = {"zh": "百万元", "en": "million yuan"}[lang]
    datasets: dict[str, Any] = {}
    charts = []
    for group in GROUPS:
        rows = [
            {
                "name": named(law, group, one[group], lang),
                "change": (one["total_after"] - one["total_before"]) / 100 / YUAN_PER_UNIT,
            }
            for one in found.by(group)[:BARS]
        ]
        rows = [row for row in rows if row["change"]]
        if not rows:
            continue
        datasets[group] = rows
        bars = alt.Chart(alt.NamedData(name=group), width=WIDE, height=HIGH * len(rows))
        charts.append(
            bars.mark_bar().encode(
                x=alt.X("change:Q", title=f"{head('change', lang)} ({unit})"),
                y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
                color=alt.condition("datum.change < 0", alt.value(LESS), alt.value(MORE)),
                tooltip=["name:N", alt.Tooltip("change:Q", format=",.3f")],
            ).properties(title=alt.TitleParams(head(group, lang), anchor="start"))
        )  # fmt: skip
    title = head("title", lang)
    line = tariff_line(found.tariffs, found.source, found.synthetic, lang)
    spec = _whole(alt, alt.vconcat(*charts, spacing=28), title, line, datasets)
    was, becomes = (found.total(f"total_{side}") for side in ("before", "after"))
    told = f"{coverage_line(found, lang)}. {head('due', lang)}: {yuan(was)} → {yuan(becomes)}"
    tables = [table(head("due", lang), *sums_table(found, lang), 1)]
    tables += [table(head(g, lang), *group_table(found, law, g, lang), 1) for g in GROUPS]
    notes = (coverage_line(found, lang), *(f"{what}: {n:,}" for what, n in found.missing()[:BARS]))
    told += f" ({percent(was, becomes)} %)"
    return Picture(lang, spec, title, line, told, notes, tuple(tables))


def days_picture(found: Sequence[OnDay], line: str, lang: str) -> Picture:
    """The weighted average of duty day by day: all lines, and the largest groups.

    Raises MissingExtraError when the extra `chart` is not installed.
    """
    alt = _altair()
    value: dict[str, int] = {}
    for one in found:
        value[one.group] = max(value.get(one.group, 0), one.value)
    groups = sorted(value, key=lambda group: -value[group])[:LINES]
    rows = [
        {
            "day": one.day.isoformat(),
            "group": one.group or head("all", lang),
            "average": round(one.average, 4),
        }
        for one in found
        if one.average is not None and one.group in groups
    ]
    shown = [group or head("all", lang) for group in groups]
    plain = alt.Chart(alt.NamedData(name="days"), width=520, height=260).encode(
        x=alt.X(
            "day:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%Y-%m-%d", tickCount=6),
        ),
        y=alt.Y("average:Q", title=head("average", lang)),
        color=alt.Color("group:N", scale=alt.Scale(domain=shown, range=list(HUES[: len(shown)]))),
    )
    lines = plain.mark_line(interpolate="step-after", strokeWidth=2).encode(
        strokeDash=alt.StrokeDash(
            "group:N", scale=alt.Scale(domain=shown, range=DASHES[: len(shown)])
        )
    )
    points = plain.mark_point(filled=True, size=40).encode(
        tooltip=["day:T", "group:N", alt.Tooltip("average:Q", format=".2f")]
    )
    title = head("days_title", lang)
    spec = _whole(alt, lines + points, title, line, {"days": rows})
    told = "; ".join(f"{row['day']} {row['group']} {row['average']:.2f} %" for row in rows)
    tables = (table(title, *days_table(found, lang), 2),)
    return Picture(lang, spec, title, line, told, (), tables)


def _altair() -> Any:
    try:
        import altair as alt
    except ImportError:
        raise missing_extra("chart", "the chart of a replay") from None
    return alt


def _whole(alt: Any, chart: Any, title: str, line: str, datasets: dict[str, Any]) -> dict[str, Any]:
    """The specification with its title, look and rows."""
    words = alt.TitleParams(title, subtitle=line, anchor="start", fontSize=16, offset=12)
    spec: dict[str, Any] = chart.properties(title=words, background="white", padding=14).to_dict()
    spec["config"] = chart_config(LIGHT)
    spec["datasets"] = datasets
    return spec
