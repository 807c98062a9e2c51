"""The law as small tables, as an analyst would lay them out by hand for SQL.

Read from the rows of the rulebook alone: nothing here comes from the engines under test, so the
floor and the peers are a second opinion on every answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from openzone.regimes.capital.case import BOARD, LEGAL_REP, MANAGER
from openzone.regimes.capital.outcome import EFFECTS
from openzone.rulebook.law import Law
from openzone.rulebook.model import MILLION, Condition, Document, ParameterRef, Row
from openzone.rulebook.patching import Overlay

NOBODY = MILLION + 1  # a share that nobody holds: "denied from here" when nothing is denied
PERSONS = {LEGAL_REP: "legal_rep", MANAGER: "manager"}
BEFORE_LIMITS = ("not_on_record", "allowed_with_approval", "allowed_on_conditions")


@dataclass(frozen=True)
class Terms:
    """What the rows that bind an activity ask, each test in one column; shares in millionths."""

    prohibited: bool = False
    denied_from: int = NOBODY
    no_partnership: bool = False
    host_leads: bool = False
    single_denied_from: int = NOBODY
    legal_rep: bool = False
    manager: bool = False
    board_from: int = 0
    passing: str = "allowed"


@dataclass(frozen=True)
class Stand:
    """A list on the days of a segment, with the pilots that reach a place."""

    list: str | None
    document: Document | None
    first: dt.date
    overlays: tuple[Overlay, ...] = ()
    rows: tuple[Row, ...] = field(default=(), repr=False)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """What tells stands apart."""
        return self.first, self.list, tuple(one.index for one in self.overlays)

    def opening(self, lineage: frozenset[str]) -> Sequence[Row]:
        """The rows of the pilots that name the activity, whatever their conditions."""
        return binding((one.row for one in self.overlays if one.row is not None), lineage)


def segments(law: Law, first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of the runs of days on which the law stays the same."""
    return sorted({first, *(day for day in law.cut_days if first < day <= last)})


def stand(law: Law, table: str, ancestors: frozenset[str], on: dt.date) -> Stand:
    """The list that applies inside `ancestors` on a day, with the pilots there."""
    overlays = tuple(
        overlay
        for overlay in law.overlays
        if overlay.span.holds(on)
        and (not overlay.territory or overlay.territory & ancestors)
        and overlay.row is not None
        and overlay.row.table == table
        and _in_place(overlay.row.conditions, ancestors)
    )
    if not all(overlay.late for overlay in overlays):
        # Hand-written SQL for the bundled law: what that does not use stops here, never misread.
        raise NotImplementedError("a reform other than an opening is not laid out for SQL")
    for one in law.book.tables[table].lists:
        if one.under and not ancestors & set(one.under):
            continue
        document = law.document_of(table, one.id, on)
        if document is not None:
            rows = tuple(
                row
                for row in law.rows
                if row.table == table and row.list == one.id and row.in_force.holds(on)
            )
            return Stand(one.id, document, on, overlays, rows)
    return Stand(None, None, on, overlays)


def _in_place(conditions: Iterable[Condition], ancestors: frozenset[str]) -> bool:
    return all(
        ancestors.isdisjoint(one.values) is one.negated for one in conditions if one.fact == "place"
    )


def binding(rows: Iterable[Row], lineage: frozenset[str]) -> list[Row]:
    """The rows that name the activity, or something it is part of."""
    return [
        row
        for row in rows
        if not lineage.isdisjoint(row.activity) and lineage.isdisjoint(row.not_activity)
    ]


def standing(
    here: Stand, lineage: frozenset[str], form: str | None = None, acted: set[int] | None = None
) -> list[Row]:
    """The rows left when special rows have replaced general ones, and pilots have opened some.

    Without `form`, the pilots act whatever form of entry they ask for; `acted` collects them.
    """
    found = binding(here.rows, lineage)
    replaced = {name for row in found for name in row.instead_of}
    found = [row for row in found if not _named(row, replaced)]
    for overlay in here.overlays:
        opening = overlay.row
        if opening is None or not binding((opening,), lineage):
            continue
        if form is not None and not _for_form(opening, form):
            continue
        kept = [row for row in found if not _named(row, overlay.removes)]
        if len(kept) < len(found):
            found = [*kept, opening]
            if acted is not None:
                acted.add(overlay.index)
    return found


def acting(here: Stand, lineage: frozenset[str]) -> frozenset[int]:
    """The pilots that open something for the activity here."""
    acted: set[int] = set()
    standing(here, lineage, acted=acted)
    return frozenset(acted)


def _named(row: Row, names: Iterable[str]) -> bool:
    return bool({row.id, row.key, row.origin} & set(names))


def _for_form(row: Row, form: str) -> bool:
    """Whether the conditions on facts hold; counts of the law are taken as zero, as assumed."""
    for one in row.conditions:
        if one.fact == "form" and (form in one.values) is one.negated:
            return False
        if one.fact not in ("form", "place") and (one.below is None or one.below <= 0):
            raise NotImplementedError(f"a condition on {one.fact} is not laid out for SQL")
    return True


def terms(law: Law, here: Stand, rows: Sequence[Row], silent: str) -> Terms:
    """The tests of the rows that stand, together."""
    found: dict[str, int | bool] = {"denied_from": NOBODY, "single_denied_from": NOBODY}
    gives = set()
    for row in rows:
        effect = EFFECTS[row.effect]
        figure = _micro(law, row, effect.figure, here.first) if effect.figure else 0
        limit = MILLION - figure if effect.complement else figure
        if effect.test == "never":
            return Terms(prohibited=True)
        if effect.test == "share":
            least = limit if effect.strict else limit + 1
            found["denied_from"] = min(found["denied_from"], least)
        elif effect.test == "single":
            found["single_denied_from"] = min(found["single_denied_from"], figure + 1)
        elif effect.test == "relative":
            found["host_leads"] = True
        elif effect.test == "person":
            found[PERSONS[effect.fact]] = True
        elif effect.test == "board" and effect.fact == BOARD:
            found["board_from"] = max(int(found.get("board_from", 0)), figure)
        bars = limit < MILLION if effect.equity is None else effect.equity
        found["no_partnership"] = bars or found.get("no_partnership", False)
        gives.add(effect.gives)
    return Terms(**found, passing=_passing(gives, silent))  # type: ignore[arg-type]


def _passing(gives: set[str], silent: str) -> str:
    for outcome in (*BEFORE_LIMITS, "allowed_within_limits", "allowed"):
        if outcome in gives:
            return outcome
    return silent


def _micro(law: Law, row: Row, name: str, on: dt.date) -> int:
    value = row.param(name)
    if isinstance(value, ParameterRef):
        value = law.parameter(value.parameter, on)
    return int(value * MILLION // 100)


def silence(law: Law, here: Stand, table: str) -> str:
    """What a list says of what it does not name."""
    said = law.book.tables[table]
    record = here.document.record if here.document else None
    if record is None or record.state in ("counts_only", "not_held"):
        return said.before_record
    if record.state == "by_section":
        raise NotImplementedError("a list held by section is not laid out for SQL")
    return said.silence_complete if record.state == "complete" else said.silence_partial


def part_of(law: Law) -> dict[str, list[str]]:
    """For each tag, what it may still turn out to be: itself first, then the tags under it."""
    return {tag: [tag, *law.book.vocabulary.below[tag]] for tag in law.book.vocabulary}
