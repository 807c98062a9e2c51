"""Cases as a caller sends them: any activity, code, place, day; shares at and next to every cut."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from openzone.decide.axes import frame_facts
from openzone.decide.frame import Frame
from openzone.rulebook import model as m
from openzone.rulebook.model import MILLION
from tests.strategies.picking import Pick

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2030, 12, 31)
RECORD = dt.date(2020, 7, 1)
NATIONS = ("CN", "US", "中国", "HK", "DE")
CHILD = "other_kind"


@dataclasses.dataclass(frozen=True)
class Pool:
    """What the cases of a frame are drawn from; the words that rows name come twice."""

    regime: str
    tags: tuple[str, ...]
    codes: tuple[str, ...]
    codes_of: Mapping[str, tuple[str, ...]]
    places: tuple[str, ...]
    days: tuple[dt.date, ...]
    shares: tuple[int, ...]
    facts: tuple[tuple[str, tuple[Any, ...]], ...]


def pool(frame: Frame) -> Pool:
    """The pool of a frame: its book's words, the days on which something changes, every cut."""
    book = frame.law.book
    rows = [*frame.rows, *(o.row for o in frame.overlays if o.row is not None)]
    named = sorted({tag for row in rows for tag in (*row.activity, *row.not_activity)})
    parents = sorted({tag.rpartition(".")[0] for tag in named} - {""})
    tags = [*named, *parents, *book.vocabulary, *(f"{tag}.{CHILD}" for tag in named)]
    listed = [place for one in frame.table.lists for place in one.under]
    reformed = [place for overlay in frame.overlays for place in overlay.territory]
    places = [*listed, *reformed, *frame.law.territories]
    days = {dt.date.fromordinal(c + n) for c in frame.cuts for n in (-1, 0, 1)}
    return Pool(
        frame.regime.name,
        tuple(tags),
        (*sorted({code for row in rows for code, _ in row.industry}), *book.classification),
        {tag: codes for tag in tags if (codes := tuple(c for c, _ in book.vocabulary.codes(tag)))},
        tuple(dict.fromkeys(places)),
        _days(days),
        cut_shares(book.parameters.values(), rows),
        tuple((fact.name, _values(frame, fact)) for fact in frame_facts(frame)),
    )


def _days(cuts: Iterable[dt.date]) -> tuple[dt.date, ...]:
    """The days on which something changes with their neighbours; days on record come thrice."""
    near = sorted(day for day in cuts if FIRST <= day <= LAST)
    span = range(FIRST.toordinal(), LAST.toordinal(), 97)
    days = [*near, *map(dt.date.fromordinal, span)]
    return (*days, *2 * [day for day in days if day >= RECORD])


def cut_shares(parameters: Iterable[m.Parameter], rows: Iterable[m.Row]) -> tuple[int, ...]:
    """Every share that a row or a parameter names and what it leaves, with both neighbours."""
    cuts = {0, MILLION // 2, MILLION}
    figures = [value for row in rows for name, value in row.params if name.endswith("_percent")]
    figures += [one.value for parameter in parameters for one in parameter.values]
    for figure in figures:
        if isinstance(figure, (int, Decimal)):
            cuts.add(int(Decimal(figure) * MILLION / 100))
    cuts |= {MILLION - cut for cut in cuts}
    near = {cut + n for cut in cuts for n in (-1, 0, 1)}
    return tuple(sorted(cut for cut in near if 0 <= cut <= MILLION))


def _values(frame: Frame, fact: Any) -> tuple[Any, ...]:
    """What a fact is drawn from; shares are drawn from the pool."""
    rows = [*frame.rows, *(o.row for o in frame.overlays if o.row is not None)]
    conditions = [c for row in rows for c in row.conditions if c.fact == fact.name]
    words = [value for c in conditions for value in c.values]
    if fact.kind == "count":
        bounds = {b for c in conditions for b in (c.min, c.above, c.max, c.below) if b is not None}
        return tuple(sorted({0, *(max(0, int(b) + n) for b in bounds for n in (-1, 0, 1))}))
    if fact.kind == "nation":
        return (*NATIONS, *words)
    return fact.values or ((True, False) if fact.kind == "flag" else ())


def raw_case(pick: Pick, pool: Pool) -> dict[str, Any]:
    """A case as plain data, some of its facts missing; now and then one that is refused."""
    raw: dict[str, Any] = {"date": pick.one(pool.days).isoformat()}
    kind = pick.one(("tag", "tag", "tag", "code", "code", "both", "none"))
    if kind in ("tag", "both"):
        raw["activity"] = pick.one(pool.tags)
    if kind in ("code", "both"):
        raw["industry"] = pick.one(pool.codes)
    if kind == "both" and pick.chance(80):
        raw["industry"] = pick.one(pool.codes_of.get(raw["activity"], pool.codes))
    raw["place"] = pick.some(pool.places, pick.one((0, 1, 1, 1, 2, 3)))
    given = pick.one((20, 60, 90))
    for name, values in pool.facts:
        if pick.chance(given):
            raw[name] = pick.one(values) if values else share_text(pick.one(pool.shares))
    share, single = (raw.get(n) for n in ("foreign_share", "largest_single_foreign"))
    if share is not None and single is not None and Decimal(single) > Decimal(share):
        raw["foreign_share"], raw["largest_single_foreign"] = single, share
    return raw


def share_text(micro: int) -> str:
    """A share as decimal text, exactly."""
    return f"{Decimal(micro).scaleb(-6):f}"
