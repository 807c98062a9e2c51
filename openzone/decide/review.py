"""A book reviewed: coverage, gaps, overlaps that conflict, dead rows, cells that no case touches.

Everything is counted over exact situations (an activity itself, a place seen exactly) under the law
as known on a day, from the first day of the record.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.bundle import Alternative
from openzone.decide.cells import CellSpace
from openzone.decide.compare.situations import Side, exact
from openzone.decide.frame import Frame, PlaceView
from openzone.rulebook.law import Law
from openzone.rulebook.model import Document, Row


@dataclass(slots=True)
class Review:
    """What a review of one table found. Rows are told by id; `cells` counts distinct cells."""

    regime: str
    rows: int = 0
    versions: int = 0
    evidence: Counter[str] = field(default_factory=Counter)
    documents: list[dict[str, Any]] = field(default_factory=list)
    overlaps: list[dict[str, str]] = field(default_factory=list)
    dead: list[dict[str, str]] = field(default_factory=list)
    standing: list[dict[str, str]] = field(default_factory=list)
    situations: int = 0
    cells: int = 0
    touched: int = 0
    untouched_measures: list[str] = field(default_factory=list)
    unverified: list[tuple[str, str, int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The review as plain data."""
        return {
            "regime": self.regime,
            "rows": self.rows,
            "versions": self.versions,
            "evidence": dict(sorted(self.evidence.items())),
            "documents": self.documents,
            "overlaps": self.overlaps,
            "dead_rows": self.dead,
            "zone_rows_standing": self.standing,
            "situations": self.situations,
            "cells": self.cells,
            "cells_touched_by_cases": self.touched,
            "measures_untouched": self.untouched_measures,
            "unverified": [
                {"row": row, "evidence": tag, "cells": cells} for row, tag, cells in self.unverified
            ],
        }


def review(frame: Frame, cases: Iterable[Any] = ()) -> Review:
    """Review the table of a frame; `cases` are decided worked cases (Decision)."""
    found = Review(frame.regime.name)
    ids = {row.id: row for row in frame.rows}
    found.rows, found.versions = len(ids), len(frame.rows)
    found.evidence = Counter(row.evidence.status for row in ids.values())
    found.documents = list(_documents(frame))
    touched = _touched(cases)
    resting: Counter[str] = Counter()
    living: set[str] = set()
    bound: set[str] = set()
    conflicts: dict[tuple[str, str], dict[str, str]] = {}
    measures: dict[str, bool] = {}
    for alternative, keys in situations(frame):
        found.situations += 1
        bound |= keys
        for one in _conflicts(alternative):
            conflicts.setdefault((one["row"], one["other"]), one)
        for rows, number in _cells(frame, alternative):
            found.cells += 1
            living.update(row.key for row in rows)
            resting.update({row.id for row in rows})
            hit = number in touched.get(alternative.signature, ())
            found.touched += hit
            for row in rows:
                measures[row.measure] = measures.get(row.measure, False) or hit
    found.overlaps = [conflicts[key] for key in sorted(conflicts)]
    found.dead = list(_dead(frame, living, bound))
    found.standing = list(_standing(frame))
    found.untouched_measures = sorted(name for name, hit in measures.items() if not hit)
    found.unverified = sorted(
        (
            (id, row.evidence.tag(), resting[id])
            for id, row in ids.items()
            if row.evidence.status not in ("verified", "verified_in_part") and resting[id]
        ),
        key=lambda one: (-one[2], one[0]),
    )
    return found


def review_rows(law: Law, table: str, touched: Collection[str]) -> Review:
    """Review a table whose rows bind no activities: its rows, how far each was checked, and the
    measures that no worked case rests on. `touched`: ids of the rows that worked cases rest on."""
    rows = [row for row in law.rows if row.table == table]
    ids = {row.id: row for row in rows}
    found = Review(table)
    found.rows, found.versions = len(ids), len(rows)
    found.evidence = Counter(row.evidence.status for row in ids.values())
    hit = {row.measure for row in rows if row.id in touched}
    found.untouched_measures = sorted({row.measure for row in rows} - hit)
    return found


def views(frame: Frame) -> Iterator[PlaceView]:
    """Every distinct view of a place, from the first document of the table on."""
    starts = [
        d.in_force.start
        for d in frame.law.documents.values()
        if d.table == frame.table.id and d.in_force.start and d.record is not None
    ]
    first = min(starts, default=dt.date.min)
    seen: set[int] = set()
    for segment in range(len(frame.cuts) + 1):
        on = frame.day(segment)
        if on < first:
            continue
        for place in ((), *((id,) for id in frame.law.territories)):
            if place and not frame.law.territories.exists(place[0], on, frame.law.known):
                continue
            view = frame.exact_place(place, segment)
            if view.id not in seen:
                seen.add(view.id)
                yield view


def situations(frame: Frame) -> Iterator[tuple[Alternative, set[str]]]:
    """Every distinct situation, with the keys of the rows that bind it before displacement."""
    seen: set[Any] = set()
    for view in views(frame):
        for tag in frame.law.book.vocabulary:
            alternative = exact(frame, tag, view)
            if alternative.signature in seen:
                continue
            seen.add(alternative.signature)
            yield alternative, set(alternative.signature[0])


def _cells(frame: Frame, alternative: Alternative) -> Iterator[tuple[tuple[Row, ...], Any]]:
    """The cells of a situation: the rows that each rests on, and its parts."""
    side = Side(frame, alternative)
    space = CellSpace(frame)
    bundle = side.bundle()
    for cell in space.each(bundle):
        if all(cell.parts.values()) or not cell.parts:
            yield side.found(cell.case.facts).rows, tuple(sorted(cell.parts.items()))


def _touched(cases: Iterable[Any]) -> dict[Any, set[Any]]:
    """For each situation that a worked case lies in: the parts of its facts."""
    touched: dict[Any, set[Any]] = {}
    for decision in cases:
        for alternative in decision.bundle.alternatives[:1]:
            side = Side(decision.frame, alternative)
            facts = {**side.assumes, **decision.case.facts}
            space = CellSpace(decision.frame)
            bundle = side.bundle()
            number = space.number(bundle, facts)
            cell = space.cell(number)
            if cell is not None:
                touched.setdefault(alternative.signature, set()).add(
                    tuple(sorted(cell.parts.items()))
                )
    return touched


def _documents(frame: Frame) -> Iterator[dict[str, Any]]:
    held = Counter(row.document for row in frame.rows)
    own = [d for d in frame.law.documents.values() if d.table == frame.table.id]
    for document in sorted(own, key=lambda d: (d.list or "", d.in_force.start or dt.date.min)):
        record = document.record
        yield {
            "document": document.id,
            "list": document.list,
            "from": _iso(document.in_force.start),
            "to": _iso(document.in_force.end),
            "record": record.state if record else "counts_only",
            "gap": gap(document),
            "rows_held": held[document.id],
            "official_count": document.count,
        }


def gap(document: Document) -> str:
    """What silence cannot answer under a document, in words; empty when it is complete."""
    record = document.record
    if record is None or record.state in ("counts_only", "not_held"):
        return "nothing is held: every answer is to be looked up"
    if record.state == "partial":
        return "held in part: silence is to be looked up"
    if record.state == "by_section":
        return "silence is to be looked up in sections " + " ".join(sorted(record.partial))
    return ""


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _conflicts(alternative: Alternative) -> Iterator[dict[str, str]]:
    """Rows left over together of which one opens what another restricts, or that disagree."""
    plan = next(iter(alternative.plans()))
    rows = [row for row in plan.rows if row.part is None]
    for index, one in enumerate(rows):
        for other in rows[index + 1 :]:
            why = _disagreement(one, other)
            if why:
                first, second = sorted((one, other), key=lambda row: row.id)
                yield {"row": first.id, "other": second.id, "why": why, "document": one.document}


def _disagreement(one: Row, other: Row) -> str:
    if "open" in (one.effect, other.effect) and one.effect != other.effect:
        return "one opens what the other restricts, and neither displaces the other"
    if one.effect == other.effect and one.params != other.params:
        return "the same test with other figures"
    if one.outcome and other.outcome and one.effect == other.effect:
        return "" if one.outcome == other.outcome else "the same effect with other outcomes"
    return ""


def _dead(frame: Frame, living: set[str], bound: set[str]) -> Iterator[dict[str, str]]:
    for row in frame.rows:
        if row.key in living:
            continue
        if row.key not in bound:
            why = "binds no activity of the vocabulary on any day of its version"
        else:
            names = {row.id, row.key}
            by = sorted({o.id for o in frame.rows if names & set(o.instead_of)})
            why = "is displaced wherever it binds" + (f", by {', '.join(by)}" if by else "")
        yield {"row": row.id, "document": row.document, "why": why}


def _standing(frame: Frame) -> Iterator[dict[str, str]]:
    """Zone rows that stand although a newer document of a replaced list is more open."""
    by_measure: dict[tuple[str, str | None], list[Row]] = {}
    for row in frame.rows:
        by_measure.setdefault((row.measure, row.list), []).append(row)
    for selection in frame.table.lists:
        for wider in selection.replaces:
            for (measure, list_id), rows in by_measure.items():
                if list_id != selection.id:
                    continue
                yield from _newer(frame, rows, by_measure.get((measure, wider), []), wider)


def _newer(
    frame: Frame, rows: list[Row], others: list[Row], wider: str
) -> Iterator[dict[str, str]]:
    documents = frame.law.documents
    for row in rows:
        if row.in_force.end is not None:
            continue
        born = documents[row.document].in_force.start or dt.date.min
        live = [o for o in others if o.in_force.end is None]
        if live:
            other = live[0]
            newer = (documents[other.document].in_force.start or dt.date.min) > born
            same = (other.effect, other.params) == (row.effect, row.params)
            if newer and not same and _more_open(frame, other, row):
                yield {
                    "row": row.id,
                    "other": other.id,
                    "list": wider,
                    "why": "the newer row of the wider list allows every case that it allows",
                }
        elif others:
            last = max(others, key=lambda o: o.in_force.end or dt.date.min)
            if (last.in_force.end or dt.date.min) > born:
                yield {
                    "row": row.id,
                    "other": last.id,
                    "list": wider,
                    "why": f"the wider list dropped the measure on {last.in_force.end}",
                }


def _more_open(frame: Frame, newer: Row, older: Row) -> bool:
    """Say whether a row allows every share that another allows, and more (rows of shares only)."""
    from openzone.decide.regime import Setting

    limits = []
    for row in (newer, older):
        figures: Mapping[tuple[str, str], Any] = {
            (row.key, name): frame.law.parameter(value.parameter, frame.law.known)
            for name, value in row.params
            if hasattr(value, "parameter")
        }
        setting = Setting(
            frame.law,
            frame.table,
            frame.law.known,
            row.list,
            frame.law.documents[row.document],
            frozenset(),
            frozenset(),
            figures,
        )
        plan = frame.regime.plan((row,), setting)
        bound = plan.effects(None).get("max_foreign_share")
        if isinstance(bound, dict):
            limits.append((float(bound["below"]), 0))
        elif isinstance(bound, (int, float)):
            limits.append((float(bound), 1))
        else:
            return False
    return limits[0] > limits[1]
