"""The ground of a drawn rulebook: activities, codes, places, tables, documents, parameters."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.classification import Activity, Classification, Code, Vocabulary
from openzone.rulebook.territories import DatedParent, Territories, Territory
from tests.strategies.picking import Pick

DAY = dt.timedelta(days=1)
WORD = m.Text("词", "word")
MEMORY = m.Evidence("memory", "high")
DAYS = tuple(
    map(
        dt.date.fromisoformat,
        ("2016-01-01", "2018-03-01", "2020-07-23", "2021-02-01", "2022-01-01", "2024-11-01"),
    )
)
REGIMES = ("capital", "services", "security_review")
PERCENTS = (0, 25, 34, 49, 50, 51, 66, 100, Decimal("33.3333"))
TAGS = (
    "farm", "farm.seed", "farm.seed.corn", "farm.seed.rice", "farm.fish",
    "mine", "mine.coal", "mine.ore", "club", "club.east", "club.west",
)  # fmt: skip
CODES = (
    ("A", None), ("01", "A"), ("011", "01"), ("0111", "011"), ("0112", "011"), ("02", "A"),
    ("0210", "02"), ("B", None), ("06", "B"), ("0610", "06"), ("0620", "06"),
)  # fmt: skip
MOVED = ("0112", "06")
PLACES = ("land", "north", "south", "harbour", "old-town", "zone", "zone:one", "zone:two", "port")
FACTS = (
    m.DeclaredFact("used", WORD, "count"),
    m.DeclaredFact("filed", WORD, "count", assume=0),
    m.DeclaredFact("green", WORD, "flag"),
    m.DeclaredFact("size", WORD, "choice", ("small", "large")),
    m.DeclaredFact("state_share", WORD, "share"),
)


def span(pick: Pick, starts: tuple[dt.date, ...] = DAYS) -> m.Interval:
    """Days from one of the starts on, for ever or to a later one."""
    start = pick.one(starts)
    ends: list[dt.date | None] = [None, *(day for day in DAYS if day > start)]
    return m.Interval(start, pick.one(ends))


def near(pick: Pick, day: dt.date | None) -> dt.date | None:
    """A day of publication for something that begins on a day: before, on or after it, or none."""
    apart = pick.one((-40, None, 0, 50, -400, 400))
    return None if day is None or apart is None else day + apart * DAY


def vocabulary(pick: Pick) -> Vocabulary:
    """Tags in two trees and a group, some with codes, some in groups."""
    found = []
    codes = [code for code, parent in CODES if parent]
    for tag in TAGS:
        matches = tuple(
            (code, pick.one(("exact", "part"))) for code in pick.some(codes, pick.one((0, 1, 1, 2)))
        )
        groups = () if tag.startswith("club") else pick.some(("club.east", "club.west", "club"), 1)
        member = tuple(groups) if pick.chance(40) else ()
        found.append(Activity(tag, m.Text(tag, tag), matches, member))
    return Vocabulary(found)


def classification(pick: Pick) -> Classification:
    """Two sections of codes; some meant another trade before the edition."""
    codes = []
    for code, parent in CODES:
        moved = code in MOVED and pick.chance(40)
        note = "2011 edition: another trade" if moved else ""
        codes.append(Code(code, "class", parent, m.Text(code, code), note))
    since = m.Interval(dt.date(2017, 10, 1))
    return Classification("codes", WORD, "2017", since, MEMORY, codes)


def territories(pick: Pick) -> Territories:
    """A land with two provinces, a town, zones that some places join for some days, and a port."""
    always = m.Interval()

    def dated(parent: str) -> tuple[DatedParent, ...]:
        if not pick.chance(60):
            return ()
        days = span(pick)
        return (DatedParent(parent, days, near(pick, days.start), near(pick, days.end)),)

    def place(id: str, *parents: str, **more: Any) -> Territory:
        return Territory(id, "area", m.Text(id, id), **{"valid": always, **more}, parents=parents)

    one = span(pick)
    return Territories(
        [
            place("land"),
            place("north", "land"),
            place("south", "land"),
            place("harbour", "south", dated=dated("zone")),
            place("old-town", "harbour", dated=dated("zone:two")),
            place("zone", valid=m.Interval(DAYS[0])),
            place("zone:one", "zone", "north", valid=one, published=near(pick, one.start)),
            place("zone:two", *pick.some(("zone", "south", "zone:one"), 2), dated=dated("harbour")),
            place("port", "land", dated=dated("zone")),
        ]
    )


def tables(pick: Pick) -> dict[str, m.Table]:
    """The questions of the bundled book, with lists of the drawn land and facts of its own."""
    lists = [m.ListSelection("national", WORD)]
    if pick.chance(80):
        lists.insert(0, m.ListSelection("zone", WORD, ("zone",), ("national",)))
    if pick.chance(50):
        lists.insert(0, m.ListSelection("port", WORD, ("port",), ("zone", "national")))
    found = {}
    for regime in REGIMES:
        table = load_book("cn").tables[regime]
        mine = lists[-1:] if regime == "security_review" else lists
        found[regime] = dataclasses.replace(table, lists=tuple(mine), facts=FACTS)
    return found


def documents(pick: Pick, asked: dict[str, m.Table]) -> dict[str, m.Document]:
    """For each list of each table a few editions, one ending where the next begins, or not."""
    found: dict[str, m.Document] = {}
    for table in asked.values():
        for one in table.lists:
            starts = sorted(pick.some(DAYS, 3, 1))
            ids = [f"{table.id}-{one.id}-{start.year}" for start in starts]
            for index, start in enumerate(starts):
                last = index + 1 == len(starts)
                end = pick.one((None, None, dt.date(2026, 1, 1))) if last else starts[index + 1]
                if end is not None and pick.chance(10):
                    end -= 30 * DAY
                ender = None if last else ids[index + 1]
                found[ids[index]] = m.Document(
                    ids[index], WORD, "law", m.Interval(start, end), MEMORY, table=table.id,
                    list=one.id, published=near(pick, start), ended_by=ender,
                    record=record(pick),
                )  # fmt: skip
    return found


def record(pick: Pick) -> m.Record | None:
    """How much of a document is held."""
    state = pick.one(("complete", "complete", "partial", "by_section", "not_held", None))
    if state is None:
        return None
    sections = frozenset(pick.some(("A", "B"), 2)) if state == "by_section" else frozenset[str]()
    return m.Record(state, None, sections, frozenset("AB") - sections)


def parameters(pick: Pick, cited: dict[str, m.Document]) -> dict[str, m.Parameter]:
    """Two figures that rows refer to: their values change on some days, or are not on record."""
    found = {}
    for name in ("least", "most"):
        starts = sorted(pick.some(DAYS, 3, 1))
        values = []
        for index, start in enumerate(starts):
            end = starts[index + 1] if index + 1 < len(starts) else pick.one((None, DAYS[-1]))
            if end is not None and end <= start:
                end = None
            document = pick.one((None, *cited)) if pick.chance(50) else None
            days = m.Interval(start, end)
            values.append(m.ParameterValue(pick.one(PERCENTS), days, MEMORY, document))
        found[name] = m.Parameter(name, WORD, tuple(values))
    return found


def book_of(**parts: Any) -> Book:
    """A book of these parts; what is not given is empty, or that of the bundled book."""
    bundled = load_book("cn")
    info = dataclasses.replace(bundled.info, id="drawn")
    empty: dict[str, Any] = {
        "info": info, "hash": "0" * 64, "sources": {}, "measures": {}, "levels": bundled.levels,
        "powers": {}, "precedents": {}, "weights": {}, "reforms": {},
    }  # fmt: skip
    return Book(**{name: _plain(value) for name, value in {**empty, **parts}.items()})


def _plain(value: Any) -> Any:
    return dict(value) if type(value).__name__ == "mappingproxy" else value
