"""How the tables combine: the first row decides; duties, routes and alternatives are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from openzone.decide.dmn.answer import RULE, rule_of
from openzone.decide.dmn.flat import Flat
from openzone.decide.dmn.ground import Ground
from openzone.decide.dmn.regime import Case, Defaults, Found, Reading
from openzone.decide.dmn.sheet import Facts, MissingFactError, Sheet
from openzone.errors import Fault
from openzone.regimes.data.case import (
    ALTERNATIVE,
    BY_VOLUME,
    COUNTED_IN,
    COVERED,
    DECIDING_RULE,
    DUTIES,
    LIST_HELD,
    LISTS,
    PART_OF,
    ROUTE,
    ROUTES,
    SUMMED,
    TABLE,
    TABLES,
    VOLUME,
    VOLUME_ALL,
    VOLUME_OF,
    add_volumes,
    below_counters,
    bounds,
    check_covered,
    check_parts,
    lists_to_come,
    volumes_told,
    working_copy,
)
from openzone.regimes.data.outcome import BY_LIST, GENERAL_LIST, NOT_HELD, POSITIVE_LIST, VERDICTS
from openzone.rulebook.law import Law
from openzone.rulebook.model import Row, Text

COUNTED = "counted"
ADDED = (DUTIES, ROUTES, ALTERNATIVE)
ADDITIONS_MAX = 4096
NO_LIST = "no list of this zone is on record here; ask the zone for it"


class ZoneLists(NamedTuple):
    """The lists that hold in a place: their rows, what absence means under them, what is said.

    `by_volume`: a volume of persons makes data important there.
    """

    rows: tuple[Row, ...]
    by_volume: bool
    assumed: Mapping[str, Any]
    effects: Mapping[str, Any]


class DataExport(Defaults):
    """The regime of data leaving the country."""

    name = "data"
    title = Text("数据出境", "Data leaving the country")
    tables: Sequence[str] = TABLES
    verdicts: Mapping[str, str] = VERDICTS

    def read(self, reading: Reading) -> Mapping[str, Any]:
        """No field of its own; parts above their wholes and lists to come are refused."""
        check_parts(reading)
        check_covered(reading)
        return {}

    def consistent(self, facts: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[Fault]:
        """A volume is never less than a counter of the same persons."""
        return below_counters(facts)

    def assume(self, ground: Ground, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """A general list covers every sector; volumes not told are those of the counters."""
        lists = zone_lists(ground)
        if not lists.by_volume:
            return lists.assumed
        return {**lists.assumed, **volumes_told(facts)}

    def cuts(self, ground: Ground) -> Mapping[str, Iterable[Any]]:
        """The counts at which a volume turns a row, a volume being that count if not told."""
        conditions = [*ground.sheet(VOLUME).conditions(), *ground.sheet(TABLE).conditions()]
        found: dict[str, Iterable[Any]] = {}
        for volume, counter in VOLUME_OF.items():
            tested = (volume, counter, VOLUME_ALL) if volume in SUMMED else (volume, counter)
            found[volume] = found[counter] = bounds(conditions, tested)
        return found

    def decide(self, ground: Ground, facts: Facts, case: Case) -> Found:
        """The first row that applies, with what is due beside it."""
        full = working_copy(facts)
        lists = zone_lists(ground)
        full[LIST_HELD] = bool(lists.rows)
        row, volumes = _decided(ground, full, lists.by_volume)
        if row is None or row.outcome is None:
            return Found(ground.silence(TABLE))
        if row.effect == NOT_HELD:
            return _not_held(ground, full, row.outcome)
        rule = rule_of(row)
        effects: dict[str, Any] = {"rule": rule}
        rows: tuple[Row, ...] = (row, *volumes)
        said: tuple[str, ...] = ()
        if volumes:
            effects["rests_on"] = [rule_of(one) for one in volumes]
        if row.param(COUNTED) is False:
            effects[COUNTED] = False
        effects.update(lists.effects)
        if row.effect == BY_LIST:
            rows += lists.rows
            said = () if lists.rows else (NO_LIST,)
        also = _added(ground, full, effects, row.outcome, rule)
        return Found(row.outcome, rows, effects, also=also, said=said)

    def flat(self, law: Law) -> Flat:
        """The first row that applies; a flag of volume where a row asks for it."""
        return Flat(
            (TABLE,),
            flags={BY_VOLUME: VOLUME, LIST_HELD: LISTS},
            instead=VOLUME_OF,
            raised={whole: part for part, whole in PART_OF.items()},
            sums={VOLUME_ALL: SUMMED},
            at_most=(*PART_OF.items(), *COUNTED_IN),
            never_where=(({COVERED: True}, lambda here: bool(lists_to_come(here))),),
        )


def _decided(ground: Ground, full: Facts, by_volume: bool) -> tuple[Row | None, tuple[Row, ...]]:
    """The deciding row, and the rows of volume where it rests on them.

    The volumes are worked out only when a row asks for them: what goes before needs no count.
    """
    sheet = ground.sheet(TABLE)
    if not by_volume:
        full[BY_VOLUME] = False
        return sheet.first(full), ()
    try:
        return sheet.first(full), ()
    except MissingFactError as unknown:
        if unknown.fact != BY_VOLUME:
            raise
    add_volumes(full)
    hit = ground.sheet(VOLUME).collect(full)
    full[BY_VOLUME] = bool(hit)
    row = sheet.first(full)
    asked = row is not None and any(one.fact == BY_VOLUME for one in row.conditions)
    return row, hit if asked else ()


def _not_held(ground: Ground, full: Facts, outcome: str) -> Found:
    """A day whose measures are not held: every document that ran then is named."""
    rows = tuple(one.row for one in ground.sheet(TABLE).rows if one.row.effect == NOT_HELD)
    effects: dict[str, Any] = {"documents": [row.document for row in rows]}
    also = _added(ground, full, effects, outcome, "")
    return Found(outcome, rows, effects, also=also)


def _added(
    ground: Ground, full: Facts, effects: dict[str, Any], outcome: str, rule: str
) -> tuple[Row, ...]:
    """Duties, the figures of the route, and an alternative to it; all are told in the effects.

    Equal facts have equal additions: they are worked out once, and again where reads are noted.
    """
    full[ROUTE], full[DECIDING_RULE] = outcome, rule
    if type(full) is not Facts:
        told, also = _additions(ground, full)
    else:
        memo = ground.memo
        names = memo.get(ADDED)
        if names is None:
            tested = (one.fact for name in ADDED for one in ground.sheet(name).conditions())
            names = memo[ADDED] = tuple(dict.fromkeys(tested))
        key = (ADDED, *map(full.get, names))
        held = memo.get(key)
        if held is None:
            held = _additions(ground, full)
            if len(memo) < ADDITIONS_MAX:
                memo[key] = held
        told, also = held
    effects.update(told)
    return also


def _additions(ground: Ground, full: Facts) -> tuple[dict[str, Any], tuple[Row, ...]]:
    """What is due beside the route. What turns on a missing fact is named under `open`."""
    duties, waiting = _certain(ground.sheet(DUTIES), full)
    routes, also_waiting = _certain(ground.sheet(ROUTES), full)
    others, further = _certain(ground.sheet(ALTERNATIVE), full)
    told: dict[str, Any] = {"duties": [rule_of(row) for row in duties]}
    if routes or others:
        told["routes"] = {rule_of(row): _figures(ground, row) for row in (*routes, *others)}
    if others:
        told["gba_alternative"] = True
    undecided = [rule_of(row) for row in (*waiting, *also_waiting, *further)]
    if undecided:
        told["open"] = list(dict.fromkeys(undecided))
    return told, (*duties, *routes, *others)


def _certain(sheet: Sheet, facts: Facts) -> tuple[tuple[Row, ...], list[Row]]:
    """The rows that apply on the facts that are told, and those that turn on a missing one."""
    found: list[Row] = []
    waiting: list[Row] = []
    for one in sheet.rows:
        try:
            if one.holds(facts):
                found.append(one.row)
        except MissingFactError:
            waiting.append(one.row)
    if sheet.standing.late:
        found = sheet.standing.replaced(found)
    return tuple(found), waiting


def _figures(ground: Ground, row: Row) -> Mapping[str, Any]:
    """The figures of a route by name; words in two languages as a mapping."""
    held = {name: _plain(ground.figure(row, name)) for name, _ in row.params if name != RULE}
    return {**held, "document": row.document}


def _plain(value: Any) -> Any:
    pairs = isinstance(value, tuple) and all(isinstance(one, tuple) for one in value)
    return dict(value) if pairs else value


def zone_lists(ground: Ground) -> ZoneLists:
    """The lists of the zones that hold here. Worked out once for a place."""
    held: ZoneLists | None = ground.memo.get(LISTS)
    if held is None:
        rows = tuple(one.row for one in ground.sheet(LISTS).rows)
        held = ground.memo[LISTS] = ZoneLists(
            rows,
            bool(ground.sheet(VOLUME).rows),
            {COVERED: True} if any(row.effect == GENERAL_LIST for row in rows) else {},
            _lists_told(rows),
        )
    return held


def _lists_told(rows: tuple[Row, ...]) -> dict[str, Any]:
    """For each kind of list, negative or positive: its id, its document and its kind."""
    told: dict[str, Any] = {}
    for row in rows:
        name = "positive_list" if row.effect == POSITIVE_LIST else "list"
        figures = {key: _plain(value) for key, value in row.params if key != RULE}
        entry = {"id": rule_of(row), "document": row.document, "kind": row.effect, **figures}
        told.setdefault(name, entry)
    return told


REGIME = DataExport()
