"""The service card of one permit: basis, conditions, papers, steps, time, fee, result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openzone.decide.answer import CONFIRM
from openzone.decide.dmn.answer import plain
from openzone.decide.dmn.desk import Decision
from openzone.decide.dmn.sheet import Facts
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.licences.case import REGISTRATION
from openzone.regimes.licences.decide import NOT_BARRED, needed
from openzone.regimes.licences.history import barred
from openzone.regimes.licences.items import ABOLISHED, FILING, Item, by_effect, items
from openzone.regimes.licences.outcome import FREE
from openzone.regimes.licences.timeline import PROCEDURES
from openzone.rulebook.model import Row, Text

CONSEQUENCES = "licence_consequences"
DELIVERY = "licence_delivery_days"
CONDITIONS = (
    "capital_min_yuan",
    "capital_nationwide_min_yuan",
    "deposit_min_yuan",
    "staff_min_count",
)


def card(decision: Decision, permit: str) -> dict[str, Any]:
    """The card of a permit for the plan, place and day of a decision, as plain data.

    Raises CaseError when there is no such permit here on that day.
    """
    ground = decision.ground
    by_id = items(ground).by_id
    item = by_id.get(permit)
    if item is None:
        raise CaseError(
            Fault("unknown_reference", "there is no such permit here on this day", field="card",
                  seen=permit, next=nearest(permit, by_id) or "the plan lists its permits")
        )  # fmt: skip
    case, row = decision.case, item.row
    bars = barred(ground, case.own.get("bars", ()), case.on)
    bar = bars.get(permit, NOT_BARRED)
    free = item.mode == ABOLISHED
    word = None if free else needed(ground, Facts(decision.facts), case.own, item, bar)
    procedure = _one(by_effect(ground, PROCEDURES).get(item.mode or "", ()))
    found = {
        "permit": permit,
        "title": _text(row.title),
        "on": case.on,
        "place": list(case.places),
        "outcome": FREE if word is None else word.outcome,
        **item.shown,
        "basis": {"item": row.legal_basis, "mode": [_document(decision, one) for one in
                                                    item.mode_rows]},
        "conditions": {
            "scope_keywords": list(row.param("scope_keywords", ())),
            **{name: value for name in CONDITIONS
               if (value := ground.figure(row, name)) is not None},
        },
        "papers": [] if free else list(row.param("papers_due", ())),
        "steps": _steps(procedure),
        "time": {} if word is None else dict(word.days),
        "fee": [_titled(one) for one in by_effect(ground, REGISTRATION).get("fee", ())],
        "result": _result(decision, item),
        "if_false": [_titled(one) for one in
                     by_effect(ground, CONSEQUENCES).get(item.mode or "", ())],
        "evidence": {one.id: one.evidence.tag() for one in (row, *item.mode_rows)},
        "remarks": list(_remarks(item)),
        "law": ground.law.stamp(case.on),
    }  # fmt: skip
    told: dict[str, Any] = plain(found)
    return told


def _one(rows: Iterable[Row]) -> Row | None:
    return next(iter(rows), None)


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _titled(row: Row) -> dict[str, Any]:
    return {"row": row.id, **_text(row.title), "evidence": row.evidence.tag()}


def _document(decision: Decision, row: Row) -> dict[str, Any]:
    """The document of a mode; a reform stands in its own place."""
    document = decision.ground.law.book.documents.get(row.document)
    title = row.title if document is None else document.title
    number = None if document is None else document.number
    return {"row": row.id, **_text(title), "number": number, "item": row.item}


def _steps(procedure: Row | None) -> dict[str, Any]:
    if procedure is None:
        return {}
    names = ("before_opening", "after_opening")
    texts = {name: dict(procedure.param(name)) for name in names}
    return {"row": procedure.id, "states": list(procedure.param("states")), **texts}


def _result(decision: Decision, item: Item) -> dict[str, Any]:
    """What the firm gets: nothing, a filing, or a permit and how long it is valid."""
    if item.mode == ABOLISHED:
        return {"paper": "none"}
    if item.mode == FILING:
        return {"paper": "filing_receipt"}
    found: dict[str, Any] = {"paper": "permit"}
    years = decision.ground.figure(item.row, "validity_years")
    if years is not None:
        found["validity_years"] = years
    delivery = decision.ground.parameter(DELIVERY)
    if delivery is not None:
        found["delivered_within_working_days"] = delivery
    return found


def _remarks(item: Item) -> Iterable[str]:
    yield from item.row.notes
    if item.row.evidence.note:
        yield item.row.evidence.note
    tags = [one.evidence.tag() for one in (item.row, *item.mode_rows)]
    if any(tag.startswith(("memory", "none")) for tag in tags):
        yield CONFIRM
