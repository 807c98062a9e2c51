"""The permit items that stand on a day in a place: what triggers each, its mode, its filing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.sheet import Facts
from openzone.regimes.licences.outcome import LOOK_UP
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row

PERMITS, MODES, FILINGS = "licence_permits", "licence_modes", "licence_filings"
STATUTE, SUSPENSION = "statute", "suspension"
ABOLISHED, FILING, COMMITMENT, OPTIMISED = "abolished", "filing", "commitment", "optimised"
TERMS_MAX = 4096
NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Item:
    """A permit item here: its row, its mode with the rows it rests on, how it is filed.

    `mode` is None where nothing on record covers the day. `limit`: days and their unit; None where
    no limit is on record. `general`: the limit is that of the general statute. `filed`: the days of
    its filing, their unit and the event they are counted from; None where no days are on record.
    """

    id: str
    row: Row
    mode: str | None
    mode_rows: tuple[Row, ...]
    filing: Row | None
    limit: tuple[int, str] | None
    general: bool
    filed: tuple[int, str, str] | None
    group: str | None
    shown: Mapping[str, Any]


@dataclass(slots=True)
class Items:
    """All items of a ground, by keyword and by the beginning of a code; `rank` orders them."""

    by_id: dict[str, Item]
    rank: dict[str, int]
    order: dict[str, int]
    """The outcomes, the one that goes before the others first."""
    by_keyword: dict[str, tuple[str, ...]]
    by_code: dict[str, tuple[str, ...]]
    _terms: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    _codes: dict[str, frozenset[str]] = field(default_factory=dict)
    _narrower: dict[str, frozenset[str]] = field(default_factory=dict)

    def of_term(self, term: str) -> tuple[frozenset[str], frozenset[str]]:
        """The items that a scope term hits: strongly (it is a keyword), weakly (it holds one)."""
        found = self._terms.get(term)
        if found is None:
            strong = frozenset(self.by_keyword.get(term, ()))
            held = (ids for word, ids in self.by_keyword.items() if word in term)
            weak = frozenset(one for ids in held for one in ids) - strong
            if len(self._terms) >= TERMS_MAX:
                self._terms.clear()
            found = self._terms[term] = (strong, weak)
        return found

    def of_code(self, code: str) -> frozenset[str]:
        """The items of which a trigger begins the code."""
        found = self._codes.get(code)
        if found is None:
            begun = (code[: length + 1] for length in range(len(code)))
            hit = frozenset(one for key in begun for one in self.by_code.get(key, ()))
            found = self._codes[code] = hit
        return found

    def narrower(self, code: str) -> frozenset[str]:
        """The items whose triggers lie under a code, which is too wide to hit them."""
        found = self._narrower.get(code)
        if found is None:
            under = frozenset(
                one for key, ids in self.by_code.items() if key.startswith(code) for one in ids
            )
            found = self._narrower[code] = under - self.of_code(code)
        return found


def items(ground: Ground) -> Items:
    """The items of a ground, put together once."""
    found: Items | None = ground.memo.get(PERMITS)
    if found is None:
        found = ground.memo[PERMITS] = _items(ground)
    return found


def permit_of(row: Row) -> str:
    """The id of the permit of a row of items; a row of a reform names it or takes its place."""
    return str(row.param("permit") or row.origin or row.part or row.id)


def permit_ids(law: Law) -> tuple[str, ...]:
    """The ids of every permit that a law knows, on any day."""
    found: tuple[str, ...] | None = law.memo.get(PERMITS)
    if found is None:
        added = (overlay.row for overlay in law.overlays if overlay.row is not None)
        rows = (row for row in (*law.rows, *added) if row.table == PERMITS)
        found = law.memo[PERMITS] = tuple(dict.fromkeys(map(permit_of, rows)))
    return found


def _items(ground: Ground) -> Items:
    strength = {one[0]: n for n, one in enumerate(ground.law.book.tables[MODES].effects)}
    modes = _by_permit(ground.sheet(MODES).collect(NO_FACTS))
    filings = _by_permit(ground.sheet(FILINGS).collect(NO_FACTS))
    every = filings.get(None, [])
    by_id: dict[str, Item] = {}
    keywords: dict[str, dict[str, None]] = {}
    codes: dict[str, dict[str, None]] = {}
    for row in ground.sheet(PERMITS).collect(NO_FACTS):
        id = permit_of(row)
        rows = mode_rows(modes.get(id, ()), strength)
        mode = rows[0].effect if rows else None
        filed = [*filings.get(id, ()), *every] if mode == FILING else []
        by_id[id] = _item(ground, id, row, rows, filed[0] if filed else None)
        for word in row.param("scope_keywords", ()):
            keywords.setdefault(word, {})[id] = None
        for code, _ in row.industry:
            codes.setdefault(code, {})[id] = None
    return Items(
        by_id,
        {id: number for number, id in enumerate(by_id)},
        {word: n for n, word in enumerate(ground.law.book.tables[PERMITS].outcomes)},
        {word: tuple(ids) for word, ids in keywords.items()},
        {code: tuple(ids) for code, ids in codes.items()},
    )


def _item(ground: Ground, id: str, row: Row, rows: tuple[Row, ...], filing: Row | None) -> Item:
    days, unit = ground.figure(row, "limit_days"), row.param("limit_unit")
    shown: dict[str, Any] = {
        "mode": rows[0].effect if rows else LOOK_UP,
        "authority": dict(row.param("authority")),
        "level": "/".join(row.param("levels")),
    }
    if row.param("before_registration"):
        shown["before_registration"] = True
    if any(one.level() == "low" for one in rows):
        shown["to_confirm"] = True
    return Item(
        id,
        row,
        rows[0].effect if rows else None,
        rows,
        filing,
        None if days is None or unit is None else (int(days), unit),
        bool(row.param("limit_general")),
        None if filing is None else _filed(ground, filing),
        row.param("exclusive_group"),
        shown,
    )


def _filed(ground: Ground, row: Row) -> tuple[int, str, str] | None:
    days = ground.figure(row, "filing_days")
    unit, event = row.param("filing_unit"), row.param("filing_from")
    return None if days is None or unit is None else (int(days), unit, str(event))


def mode_rows(rows: Iterable[Row], strength: Mapping[str, int]) -> tuple[Row, ...]:
    """The rows that give the mode of a permit; several where sources of one rank agree.

    A statute goes before the lists; without one the strongest list holds. A suspension replaces
    either where it is stronger.
    """
    ranks: dict[str, list[Row]] = {STATUTE: [], SUSPENSION: [], "": []}
    for row in rows:
        rank = row.param("rank")
        ranks[rank if rank in ranks else ""].append(row)
    base = _strongest(ranks[STATUTE] or ranks[""], strength)
    suspended = _strongest(ranks[SUSPENSION], strength)
    if suspended and (not base or strength[suspended[0].effect] < strength[base[0].effect]):
        return suspended
    return base


def _strongest(rows: list[Row], strength: Mapping[str, int]) -> tuple[Row, ...]:
    best = min((strength[row.effect] for row in rows), default=0)
    return tuple(row for row in rows if strength[row.effect] == best)


def _by_permit(rows: Iterable[Row]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row.param("permit"), []).append(row)
    return found


def by_effect(ground: Ground, table: str) -> dict[str, list[Row]]:
    """The rows of a table here by effect; those of consequences by the mode they follow."""
    key = ("licences rows", table)
    found: dict[str, list[Row]] | None = ground.memo.get(key)
    if found is None:
        found = ground.memo[key] = {}
        for row in ground.sheet(table).collect(NO_FACTS):
            for name in row.param("modes", (row.effect,)):
                found.setdefault(name, []).append(row)
    return found
