"""Which reform would unblock this: single changes of one rule that turn a no into an answer.

Every candidate is a reform of one change in the place of the plan; it is tried on the law, never
guessed. Small goes before large: a figure or a mode changed, then a rule lifted; of equals, the one
that the lowest level of norms can make.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openzone.decide.binding import meets
from openzone.errors import CaseError, OpenZoneError
from openzone.regimes.asking import Desk
from openzone.regimes.journey.walk import Asked, Journey
from openzone.regimes.registry import table_regime
from openzone.rulebook import model as m
from openzone.rulebook.authority import Need, authority
from openzone.rulebook.book import Book
from openzone.rulebook.hashing import body_hash, row_hash
from openzone.rulebook.plain import plain

FIGURE, MODE, CONDITION, LIFT = "figure", "mode", "condition", "lift"
KINDS = (FIGURE, MODE, CONDITION, LIFT)
PERCENT = Decimal(100)
OPENING = ("on_approval", "on_conditions", "yes")
"""Verdicts after a change, the mildest opening first."""
ID = "UNBLOCK"
LICENCES, PERMIT = "licences", "permit_before_operating"
DRAFT = m.Authorisation(False)
CANDIDATES_MAX = 60


@dataclasses.dataclass(frozen=True)
class Unblocking:
    """A reform of one change that unblocks a part: what it does, the outcome after, the power.

    `kind`: figure (a cap), mode (another effect of the same rule), condition (one left out), lift
    (repeal).
    """

    reform: m.Reform
    row: m.Row
    kind: str
    change: m.Change
    outcome: str
    verdict: str
    needs: tuple[Need, ...]
    effects: Mapping[str, m.Text]
    strictness: int = 0
    """The place of the outcome among those of the regime, the strictest first."""

    @property
    def size(self) -> tuple[int, int, int, int, str]:
        """How large the change is: its kind, the power it needs, how far it opens."""
        highest = min((need.rank for need in self.needs), default=0)
        opens = OPENING.index(self.verdict) if self.verdict in OPENING else len(OPENING)
        return KINDS.index(self.kind), -highest, opens, self.strictness, self.row.id

    def said(self) -> dict[str, str]:
        """What the change does, in both languages."""
        row, change = self.row, self.change
        title = row.title
        if self.kind == LIFT:
            return {"zh": f"取消“{title.zh}”（{row.id}）", "en": f"lift “{title.en}” ({row.id})"}
        if self.kind == CONDITION:
            (left,) = [one for one in row.conditions if one not in change.conditions]
            return {
                "zh": f"“{title.zh}”（{row.id}）不再要求 {left.fact}",
                "en": f"“{title.en}” ({row.id}) no longer asks {left.fact}",
            }
        if self.kind == MODE:
            now, then = self.effects[row.effect], self.effects[change.effect or row.effect]
            return {
                "zh": f"“{title.zh}”（{row.id}）：由“{now.zh}”改为“{then.zh}”",
                "en": f"“{title.en}” ({row.id}): from “{now.en}” to “{then.en}”",
            }
        old, new = dict(row.params), dict(change.params or ())
        old = {key: getattr(value, "parameter", value) for key, value in old.items()}
        told = [(key, old.get(key), value) for key, value in new.items() if old.get(key) != value]
        words = "; ".join(f"{name} {was} → {value}" for name, was, value in told)
        return {
            "zh": f"“{title.zh}”（{row.id}）：{words}",
            "en": f"“{title.en}” ({row.id}): {words}",
        }

    def as_dict(self) -> dict[str, Any]:
        """The reform, the change in words, the outcome after, the power it needs."""
        return {
            "kind": self.kind,
            "row": self.row.id,
            "change": self.said(),
            "outcome": self.outcome,
            "verdict": self.verdict,
            "body_hash": self.reform.body_hash[:16],
            "power": [
                {
                    "level": need.level,
                    "document": need.document,
                    "holder": {"zh": need.holder.zh, "en": need.holder.en},
                    "instrument": {"zh": need.instrument.zh, "en": need.instrument.en},
                    "article": need.article,
                    "evidence": need.evidence,
                }
                for need in self.needs
            ],
        }


@dataclasses.dataclass(frozen=True)
class Search:
    """What was searched for: a part that is refused, or one permit of it that must come first."""

    asked: Asked
    found: tuple[Unblocking, ...]
    permit: str | None = None


def searched(journey: Journey) -> tuple[Search, ...]:
    """What would unblock each refused part, and each permit that comes before the business."""
    place, on = journey.place, journey.on
    found = [Search(one, unblockings(one, place, on)) for one in journey.blocked]
    for one in journey.of("operate"):
        if one.part.regime != LICENCES:
            continue
        for permit, told in one.effects.get("permits", {}).items():
            if told.get("outcome") == PERMIT:
                easier = unblockings(one, place, on, _eased(permit), permit)
                found.append(Search(one, easier, permit))
    return tuple(found)


def _eased(permit: str) -> Callable[[Asked], bool]:
    """A test of an answer: the permit need not come first any more."""

    def test(after: Asked) -> bool:
        told = after.effects.get("permits", {}).get(permit, {})
        return told.get("outcome") not in (None, PERMIT, "look_up")

    return test


def unblockings(
    asked: Asked,
    place: Sequence[str],
    on: dt.date,
    wanted: Callable[[Asked], bool] | None = None,
    permit: str | None = None,
) -> tuple[Unblocking, ...]:
    """Every single change that makes the answer of a part what is wanted, smallest first.

    `wanted`: a test of the answer after the change; without it, that it is no longer `no`, and that
    nothing more is asked. `permit`: only the rows of this permit are changed.
    """
    test = wanted or _allowed
    found: list[Unblocking] = []
    for kind, row, change in candidates(asked)[:CANDIDATES_MAX]:
        if permit is not None and permit not in row.measure.split("."):
            continue
        reform = _reform(change, place, on)
        after = _after(asked, reform)
        if after is not None and test(after):
            found.append(_unblocking(kind, row, reform, after, permit))
    return tuple(sorted(found, key=lambda one: one.size))


def _unblocking(
    kind: str, row: m.Row, reform: m.Reform, after: Asked, permit: str | None
) -> Unblocking:
    """A change that was tried and found to do it."""
    book = after.desk.law.book
    outcome = _outcome(after, permit)
    words = [
        word
        for table in book.tables.values()
        if table.regime == after.part.regime
        for word in table.outcomes
    ]
    return Unblocking(
        reform,
        row,
        kind,
        reform.changes[0],
        outcome,
        after.verdict if permit is None else table_regime(LICENCES).verdicts[outcome],
        authority(book, reform).needs,
        {effect: title for effect, title, _, _ in book.tables[row.table].effects},
        words.index(outcome) if outcome in words else len(words),
    )


def _outcome(after: Asked, permit: str | None) -> str:
    """The outcome of the answer, or that of one permit in it."""
    if permit is None:
        return after.outcome
    return str(after.effects["permits"][permit]["outcome"])


def _allowed(after: Asked) -> bool:
    return after.verdict in ("yes", "on_conditions", "on_approval")


def _after(asked: Asked, reform: m.Reform) -> Asked | None:
    """The part decided under the law with the reform; None where that cannot be."""
    desk = asked.desk
    try:
        there = Desk(
            desk.law.book, known=desk.law.known, reforms=(*desk.law.reforms, reform),
            today=desk.today,
        )  # fmt: skip
        part = asked.part
        return Asked(there, part, there.decided({**part.case, "regime": part.regime}))
    except (CaseError, OpenZoneError):
        return None


def candidates(asked: Asked) -> list[tuple[str, m.Row, m.Change]]:
    """Single changes of the rows that an answer rests on, small ones first."""
    book = asked.desk.law.book
    rows = [row for row in asked.rows if row.document in book.documents]
    found = [
        (kind, row, dataclasses.replace(change, id="change_1"))
        for row in rows
        for kind, change in _changes(book, row, asked)
    ]
    return sorted(found, key=lambda one: KINDS.index(one[0]))


def _changes(book: Book, row: m.Row, asked: Asked) -> Iterator[tuple[str, m.Change]]:
    yield from _figures(row, asked)
    yield from _modes(book, row)
    yield from _conditions(row, asked)
    yield LIFT, m.Change("", "repeal", rows=(row.id,), was=((row.id, row_hash(row)),))


def _figures(row: m.Row, asked: Asked) -> Iterator[tuple[str, m.Change]]:
    """Each limit of the row, as far as the case needs it, else open."""
    for name, value in row.params:
        for new in _looser(name, value, asked):
            if new != value:
                params = tuple((key, new if key == name else old) for key, old in row.params)
                yield FIGURE, m.Change("", "amend", rows=(row.id,), params=params,
                                       was=((row.id, row_hash(row)),))  # fmt: skip


def _looser(name: str, value: Any, asked: Asked) -> Iterator[int | Decimal]:
    """Values of a limit that let the case pass: the share that is asked for, else no limit."""
    if not isinstance(value, (int, Decimal, m.ParameterRef)) or isinstance(value, bool):
        return
    if name.endswith("_percent"):
        share = asked.part.case.get("foreign_share")
        wanted = _percent(share)
        if "_max" in name or "_below" in name:
            yield from (wanted,) if wanted is not None and "_max" in name else ()
            yield 100
        elif "_min" in name:
            yield from (100 - wanted,) if wanted is not None else ()
            yield 0


def _percent(share: Any) -> int | Decimal | None:
    from openzone.decide.dmn.reading import number

    found = number(share) if share is not None else None
    if found is None or found > 1:
        return None
    percent = found * PERCENT
    return int(percent) if percent == percent.to_integral_value() else percent


def _modes(book: Book, row: m.Row) -> Iterator[tuple[str, m.Change]]:
    """The row with each other effect of its table that takes the figures it has."""
    names = {name for name, _ in row.params}
    for effect, _, requires, allows in book.tables[row.table].effects:
        if effect != row.effect and set(requires) <= names <= {*requires, *allows}:
            yield MODE, m.Change("", "amend", rows=(row.id,), effect=effect, params=row.params,
                                 was=((row.id, row_hash(row)),))  # fmt: skip


def _conditions(row: m.Row, asked: Asked) -> Iterator[tuple[str, m.Change]]:
    """The row without one condition that the case does not meet."""
    facts = getattr(asked.decided, "facts", {})
    for failed in row.conditions:
        value = facts.get(failed.fact)
        rest = tuple(one for one in row.conditions if one is not failed)
        if rest and value is not None and not meets(failed, value):
            yield CONDITION, m.Change("", "amend", rows=(row.id,), conditions=rest,
                                      was=((row.id, row_hash(row)),))  # fmt: skip


def _reform(change: m.Change, place: Sequence[str], on: dt.date) -> m.Reform:
    """A reform of one change, in the places named, from the day on."""
    return m.Reform(
        id=ID,
        title=m.Text("解除障碍的改革", "A reform that unblocks"),
        status="draft",
        changes=(change,),
        territory=tuple(place),
        in_force=m.Interval(on, None),
        authorisation=DRAFT,
        body_hash=body_hash((change,)),
    )


def as_file(found: Unblocking, book: Book) -> str:
    """The reform as the text of a file to edit and to check."""
    import yaml

    reform, change = found.reform, found.change
    body = {
        "id": change.id,
        "kind": change.kind,
        "rows": list(change.rows),
        "was": dict(change.was),
        "effect": change.effect,
        "params": None if change.params is None else plain(dict(change.params)),
        "conditions": [_condition(one) for one in change.conditions],
    }
    data = {
        "schema": "openzone/reform/1",
        "id": reform.id,
        "title": plain(reform.title),
        "status": "draft",
        "body": {
            "changes": [{name: one for name, one in body.items() if one not in (None, [], {})}]
        },
        "scope": {
            "territory": list(reform.territory),
            "in_force": {"from": reform.in_force and reform.in_force.start, "to": None},
        },
        "authorisation": {"on_record": False, "note": "not on record, so this stays a draft"},
    }
    head = f"# One change of the book '{book.info.id}'. Try it: openzone reform check FILE\n"
    return head + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that hold something."""
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def _condition(one: m.Condition) -> dict[str, Any]:
    """A condition as a file of rows writes it."""
    told: dict[str, Any] = {"fact": one.fact}
    if one.kind == "between":
        bounds = {"min": one.min, "above": one.above, "max": one.max, "below": one.below}
        told["between"] = {
            name: plain(bound) for name, bound in bounds.items() if bound is not None
        }
    elif one.kind == "is":
        told["is"] = one.values[0]
    else:
        told[one.kind] = list(one.values)
    return {**told, "not": True} if one.negated else told
