"""The rows that the chart draws: steps of counts, states and scores, with their labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from openzone.rulebook.model import MILLION
from openzone.watch.openness import Figure, Openness, Place
from openzone.watch.words import decimal, word

Row = dict[str, Any]


class Dated(Protocol):
    """What holds from a day on until the next."""

    @property
    def on(self) -> dt.date:
        """The day."""
        ...


Day = TypeVar("Day", bound=Dated)
DAY = dt.timedelta(days=1)
EPOCH = dt.date(1970, 1, 1)
SETTLED = 30 * DAY
# Fill and ink of each state: one blue from dark to light.
STATES = {
    "closed": ("#08519C", "#FFFFFF"),
    "partly_open": ("#6BAED6", "#000000"),
    "open": ("#DEEBF7", "#000000"),
}


def at(on: dt.date) -> int:
    """A day as charts have it: milliseconds since 1970 in universal time, whoever looks where."""
    return (on - EPOCH) // DAY * 86_400_000


def covered(measured: Openness, place: Place) -> list[Figure]:
    """The figures of a place that could be measured, by day."""
    return sorted(
        (f for f in measured.figures if f.place.id == place.id and f.total is not None),
        key=lambda figure: figure.on,
    )


def end(figures: Sequence[Dated]) -> dt.date:
    """Up to which day the last figure is drawn: a little room for it."""
    length = (figures[-1].on - figures[0].on) // DAY
    return figures[-1].on + max(20, length // 25) * DAY


def spans(figures: Sequence[Day]) -> Iterator[tuple[Day, Row]]:
    """Each figure with the edges of what is drawn of it."""
    ends = [(one, after.on) for one, after in pairwise(figures)]
    for figure, until in [*ends, (figures[-1], end(figures))]:
        yield (
            figure,
            {"x": at(figure.on), "x2": at(until), "from": str(figure.on), "to": str(until)},
        )


def merged(rows: Iterable[Row]) -> list[Row]:
    """Rows of one series, those that follow each other and differ in nothing but days as one."""
    found: list[Row] = []
    for row in rows:
        if found and found[-1] | {key: row[key] for key in ("x", "x2", "from", "to")} == row:
            found[-1] |= {"x2": row["x2"], "to": row["to"]}
        else:
            found.append(row)
    return found


def count_rows(measured: Openness, lang: str) -> Iterator[Row]:
    """The editions of the lists as steps; `side` is where there is room for the number."""
    for one in measured.counts:
        settled = one.on + SETTLED
        others = [
            c.count
            for c in measured.counts
            if c.list != one.list and c.on <= settled and (c.until is None or settled < c.until)
        ]
        row = {"list": one.name.lang(lang), "count": one.count}
        yield row | {
            "x": at(one.on),
            "on": str(one.on),
            "edition": one.edition,
            "number": one.number or "",
            "side": "above" if one.count >= max(others, default=0) else "below",
            "drawn": True,
        }
        if one.until is None:
            yield row | {"x": at(max(measured.known, one.on)), "side": "", "drawn": False}


# ---- classes by state ------------------------------------------------------------------------


def _heights(figure: Figure, top: int) -> Iterator[tuple[str, int, int, int]]:
    """State, count, lower and upper edge: closed and partly open to scale, open up to the top."""
    total = figure.total
    assert total is not None
    barred = total.closed + total.partly_open
    yield "closed", total.closed, 0, total.closed
    yield "partly_open", total.partly_open, total.closed, barred
    yield "open", total.open, barred, min(top, barred + total.open)


def state_rows(figures: list[Figure], top: int, lang: str) -> Iterator[Row]:
    """The bands of the three states."""
    for wanted, (fill, _) in STATES.items():
        kind = {"state": word(wanted, lang), "fill": fill}
        yield from merged(
            edges | kind | {"low": low, "high": high, "count": count}
            for figure, edges in spans(figures)
            for state, count, low, high in _heights(figure, top)
            if state == wanted
        )


def state_labels(figures: list[Figure], top: int, lang: str) -> Iterator[Row]:
    """The counts of the first day with their names, and those of the last."""
    ends = [("left", figures[0], figures[0].on)]
    if len(figures) > 1:
        ends.append(("right", figures[-1], end(figures)))
    for side, figure, day in ends:
        for state, count, low, high in _heights(figure, top):
            yield {
                "x": at(day),
                "low": (low + high) / 2,
                "text": f"{count:,}" if side == "right" else f"{word(state, lang)} {count:,}",
                "side": side,
                "ink": STATES[state][1],
            }


# ---- the score -------------------------------------------------------------------------------


def score_rows(figures: list[Figure]) -> list[Row]:
    """The band and the score in it."""
    return merged(
        edges | {name: (getattr(figure.total, name) or 0) / MILLION for name in SCORES}
        for figure, edges in spans(figures)
    )


SCORES = ("low", "score", "high")


def score_line(figures: list[Figure]) -> list[Row]:
    """The steps of the line, the last drawn on to the end."""
    rows = score_rows(figures) if figures else []
    return rows + [row | {"x": row["x2"]} for row in rows[-1:]]


def score_labels(figures: list[Figure]) -> Iterator[Row]:
    """The score of the first and of the last day, and the edges of the band on the last."""
    last = SCORES if len(figures) > 1 else ("low", "high")
    for side, figure, day, names in (
        ("left", figures[0], figures[0].on, ("score",)),
        ("right", figures[-1], end(figures), last),
    ):
        for name in names:
            micro = getattr(figure.total, name) or 0
            yield {
                "x": at(day),
                "score": micro / MILLION,
                "text": decimal(micro),
                "side": f"{side} {'under' if name == 'high' else 'over'}",
            }
