"""Small rulebooks: rows of every effect and condition, in several editions and lists."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from typing import Any

from openzone.regimes.capital.outcome import EFFECTS
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.model import MILLION
from tests.strategies import worlds
from tests.strategies.picking import Pick
from tests.strategies.reforms import drawn_reform
from tests.strategies.worlds import MEMORY, PERCENTS, WORD

FIELDS = ("grain", "grid", "chips")
OUTCOMES = ("prohibited", "local_presence_required", "qualification_required", "on_conditions",
            "allowed", "look_up")  # fmt: skip
LETTERS = {"capital": "C", "services": "X", "security_review": "S"}
Params = tuple[tuple[str, Any], ...]


def drawn_book(pick: Pick, reforms: int = 1) -> Book:
    """A book whose every part is drawn; with up to so many reforms of its own."""
    tables = worlds.tables(pick)
    documents = worlds.documents(pick, tables)
    rows: list[m.Row] = []
    for regime in worlds.REGIMES:
        cited = [one for one in documents.values() if one.table == regime]
        for number in range(pick.one((3, 5, 8)) if regime == "capital" else pick.one((1, 3))):
            rows += _row(pick, regime, f"{LETTERS[regime]}{number}", cited, rows)
    measures = {row.measure: m.Measure(row.measure, row.table, WORD) for row in rows}
    book = worlds.book_of(
        tables=tables,
        documents=documents,
        rows=tuple(rows),
        measures=measures,
        parameters=worlds.parameters(pick, documents),
        vocabulary=worlds.vocabulary(pick),
        classification=worlds.classification(pick),
        territories=worlds.territories(pick),
    )
    own = [drawn_reform(pick, book, f"OWN{n}") for n in range(pick.one(range(reforms + 1)))]
    return with_parts(book, reforms={reform.id: reform for reform in own})


def with_parts(book: Book, **parts: Any) -> Book:
    """The book with other parts."""
    return Book(**{**{name: _of(book, name) for name in book_parts()}, **parts})


def book_parts() -> tuple[str, ...]:
    """The names of the parts of a book."""
    from openzone.rulebook.book import _PARTS

    return _PARTS


def _of(book: Book, name: str) -> Any:
    value = getattr(book, name)
    return dict(value) if type(value).__name__ == "mappingproxy" else value


def _row(
    pick: Pick, regime: str, id: str, cited: list[m.Document], before: list[m.Row]
) -> list[m.Row]:
    """One row, in each document that prints it; it may displace rows drawn before it."""
    tags, not_tags, codes = binding(pick, regime)
    earlier = [row.id for row in before if row.table == regime]
    row = m.Row(
        "", id, regime, f"measure-{id}", WORD, "", m.ALWAYS, "", MEMORY,
        activity=tags, not_activity=not_tags, industry=codes,
        conditions=conditions(pick, regime),
        instead_of=tuple(pick.some(earlier, 2)) if earlier and pick.chance(40) else (),
        requires=tuple(pick.some(("approval", "partner"), 1)),
    )  # fmt: skip
    word, figures, outcome = effect(pick, regime)
    found: list[m.Row] = []
    for document in pick.some(cited, 3, 1):
        if pick.chance(20):
            word, figures, outcome = effect(pick, regime)
        days = _within(pick, document.in_force)
        same = days.end is not None and days.end == document.in_force.end
        version = dataclasses.replace(
            row, key=f"{id}@{document.id}", document=document.id, list=document.list,
            in_force=days, effect=word, params=figures, outcome=outcome,
            ended_by=document.ended_by if same else None,
        )  # fmt: skip
        clash = any(v.list == version.list and v.in_force.overlaps(days) for v in found)
        if not clash:
            found.append(version)
    return found


def _within(pick: Pick, span: m.Interval) -> m.Interval:
    """The days of a document, or only some of them."""
    assert span.start is not None
    starts = [span.start, *(d for d in worlds.DAYS if d > span.start)]
    start = pick.one(starts) if pick.chance(20) else span.start
    if span.end is not None and start >= span.end:
        start = span.start
    ends = [day for day in worlds.DAYS if day > start]
    return m.Interval(start, pick.one(ends) if ends and pick.chance(20) else span.end)


def binding(pick: Pick, regime: str) -> tuple[Any, Any, Any]:
    """Tags, tags left out, codes; a security review binds by field alone."""
    if regime == "security_review" and pick.chance(80):
        return (), (), ()
    tags = tuple(pick.some(worlds.TAGS, 2, 0 if pick.chance(20) else 1))
    codes = [code for code, parent in worlds.CODES if parent]
    matches = tuple((code, pick.one(("exact", "part")) if tags else "exact")
                    for code in pick.some(codes, 2))  # fmt: skip
    return tags, tuple(pick.some(worlds.TAGS, 1)) if pick.chance(30) else (), matches


def effect(pick: Pick, regime: str) -> tuple[str, Params, str | None]:
    """An effect with its figures, and the outcome where the regime reads it from the row."""
    if regime == "services":
        return "prohibited", (), pick.one(OUTCOMES)
    if regime == "security_review":
        if pick.chance(30):
            return "declare_any_share", (("clocks", (15, 30)),), None
        hints = tuple((field, _hint(pick)) for field in pick.some(FIELDS, 2))
        least = ("foreign_share_min_percent", percent(pick))
        return "declare_if_control", (("clocks", (15, 30)), least, ("hints", hints)), None
    word = pick.one(tuple(EFFECTS))
    figure = EFFECTS[word].figure
    return word, ((figure, percent(pick)),) if figure else (), None


def percent(pick: Pick) -> Any:
    """A percentage, or the name of a parameter that has it."""
    if pick.chance(15):
        return m.ParameterRef(pick.one(("least", "most")))
    return pick.one(PERCENTS)


def _hint(pick: Pick) -> Params:
    tags = tuple(pick.some(worlds.TAGS, 1))
    return ("activity", tags), ("sections", tuple(pick.some(("A", "B"), 1)))


def conditions(pick: Pick, regime: str) -> tuple[m.Condition, ...]:
    """Conditions of every kind, some turned round; one for each fact at most."""
    found: dict[str, m.Condition] = {}
    if regime == "services":
        modes = tuple(pick.some((1, 2, 4), 2, 1))
        found["mode"] = m.Condition("mode", "in", modes, negated=pick.chance(20))
    if regime == "security_review":
        found["security_field"] = m.Condition(
            "security_field", "in", tuple(pick.some(FIELDS, 2, 1))
        )
    for _ in range(pick.one((0, 0, 0, 1, 2))):
        one = _condition(pick, regime)
        found.setdefault(one.fact, one)
    return tuple(found.values())


def _condition(pick: Pick, regime: str) -> m.Condition:
    kinds: dict[str, Iterable[Any]] = {
        "used": (1, 2, 5), "filed": (1, 2), "state_share": (MILLION // 4, MILLION // 2),
        "date": worlds.DAYS, "green": (True, False), "size": ("small", "large"),
        "activity": worlds.TAGS, "place": worlds.PLACES,
        "industry": [code for code, _ in worlds.CODES],
    }  # fmt: skip
    if regime == "capital":
        kinds |= {"form": ("new", "acquisition"), "legal_rep_nationality": ("US", "CN"),
                  "foreign_share": (MILLION // 4, MILLION // 2)}  # fmt: skip
    fact = pick.one(tuple(kinds))
    values, turned = tuple(kinds[fact]), pick.chance(35)
    if fact in ("used", "filed", "state_share", "date", "foreign_share"):
        bounds: dict[str, Any] = {pick.one(("min", "above", "max", "below")): pick.one(values)}
        return m.Condition(fact, "between", **bounds, negated=turned)
    if fact == "green":
        return m.Condition(fact, "is", (pick.one(values),), negated=turned)
    kind = "under" if fact in ("activity", "place", "industry") else "in"
    return m.Condition(fact, kind, (pick.one(values),), negated=turned)


def knowns(book: Book) -> list[dt.date]:
    """Days up to which the law may be known: around every publication, and late enough for all."""
    days = {dt.date(2026, 11, 23)}
    for document in book.documents.values():
        if document.known_from is not None:
            days |= {document.known_from, document.known_from - worlds.DAY}
    for reform in book.reforms.values():
        if reform.known_from is not None:
            days |= {reform.known_from, reform.known_from - worlds.DAY}
    return sorted(days, reverse=True)
