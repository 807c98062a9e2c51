"""The measure as plain data for files, and what reforms change in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from openzone.decide.facts import as_fraction
from openzone.watch.openness import Figure, Openness, Place, Tally
from openzone.watch.readings import Reading
from openzone.watch.words import decimal

SCORES = ("low", "score", "high")
_COLUMNS = ("law", "place", "on", "section", "list", "document", "entries")


@dataclass(frozen=True, slots=True)
class Difference:
    """A class that reads otherwise after the reforms, in one place on one day."""

    place: Place
    on: dt.date
    code: str
    before: Reading
    after: Reading


def differences(before: Openness, after: Openness) -> tuple[Difference, ...]:
    """The classes whose state or score the reforms change, by place and day."""
    found = []
    earlier = {(figure.place.id, figure.on): figure.classes for figure in before.figures}
    for figure in after.figures:
        classes = earlier.get((figure.place.id, figure.on), {})
        for code, now in figure.classes.items():
            was = classes.get(code)
            if was is not None and _measure(was) != _measure(now):
                found.append(Difference(figure.place, figure.on, code, was, now))
    return tuple(found)


def _measure(reading: Reading) -> tuple[object, ...]:
    return reading.state, reading.low, reading.high, reading.some_whole, reading.on_terms


def as_json(measured: Openness, before: Openness | None = None) -> str:
    """The whole measure; of the classes, those that are not open without terms."""
    record = _record(measured)
    if before is not None:
        record["before"] = _record(before)
    return json.dumps(record, ensure_ascii=False) + "\n"


def _record(measured: Openness) -> dict[str, Any]:
    return {
        "law": dict(measured.stamp),
        "firm": dict(measured.firm),
        "weights": [
            {
                "id": one.id,
                "when": one.when,
                "score": float(one.score),
                "evidence": one.evidence.tag(),
            }
            for one in measured.book.weights.values()
        ],
        "covered_from": measured.covered_from and measured.covered_from.isoformat(),
        "lists": [
            {
                "list": one.list,
                "edition": one.edition,
                "document": one.document,
                "entries": one.count,
                "from": one.on.isoformat(),
                "to": one.until and one.until.isoformat(),
                "note": one.note,
                "evidence": one.evidence,
            }
            for one in measured.counts
        ],
        "figures": [_figure(measured, figure) for figure in measured.figures],
    }


def _figure(measured: Openness, figure: Figure) -> dict[str, Any]:
    return {
        "place": figure.place.id,
        "in": list(figure.place.ids),
        "name": figure.place.name._asdict(),
        "on": figure.on.isoformat(),
        "list": figure.list,
        "document": figure.document,
        "entries": figure.count,
        "total": None if figure.total is None else _tally(figure.total),
        "reason": None if figure.reason is None else figure.reason._asdict(),
        "sections": {letter: _tally(one) for letter, one in figure.sections.items()},
        "classes": [
            {
                "code": code,
                "state": one.state,
                "low": as_fraction(one.low),
                "high": as_fraction(one.high),
                "some_whole": one.some_whole,
                "on_terms": one.on_terms,
                "rows": list(one.rows),
            }
            for code, one in figure.classes.items()
            if one.state != "open" or one.on_terms
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    counts = asdict(tally)
    return {
        name: as_fraction(value) if name in SCORES and value is not None else value
        for name, value in counts.items()
    }


def as_csv(measured: Openness, before: Openness | None = None) -> str:
    """One line for each place, day and section, and one for all sections (section empty)."""
    names = [field.name for field in fields(Tally)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, *names, "reason"])
    laws = [("", measured)] if before is None else [("before", before), ("after", measured)]
    for law, one in laws:
        for figure in one.figures:
            for section, tally in _tallies(figure):
                writer.writerow(_line(law, figure, section, tally, names))
    return out.getvalue()


def _tallies(figure: Figure) -> Iterator[tuple[str, Tally]]:
    yield "", figure.total or Tally()
    yield from figure.sections.items()


def _line(law: str, figure: Figure, section: str, tally: Tally, names: list[str]) -> list[Any]:
    start = [law, figure.place.id, figure.on, section, figure.list, figure.document, figure.count]
    reason = figure.reason.en if figure.reason and not section else ""
    if figure.total is None:
        return [*start, *[""] * len(names), reason]
    values = [getattr(tally, name) for name in names]
    shown = [
        decimal(value, 6) if name in SCORES and value is not None else value
        for name, value in zip(names, values, strict=True)
    ]
    return [*start, *shown, reason]
