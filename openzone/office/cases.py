"""Saved cases: what was asked and answered, under which law; asked again, then and now.

Facts and answer are sealed under the owner, and go when the owner is erased; what stays is that
there was an answer, under which law, with which outcome, and its salted hash.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from openzone.errors import CaseError, ReformError
from openzone.office.answers import (
    CASE,
    Answered,
    answered,
    differences,
    facts_text,
    text_of,
)
from openzone.office.belongings import erased, found, new_id, owner_only, page
from openzone.office.callers import Caller
from openzone.office.drafts import check_readable
from openzone.office.laws import Laws
from openzone.office.roles import check_standing
from openzone.rulebook.law import Law
from openzone.store.chain import Event
from openzone.store.sealed import opened_one, proved, seal
from openzone.store.store import Store
from openzone.store.tables.cases import RECHECKED, SAVED, cases, checks

SAVE, READ, RECHECK = "case.save", "case.read", "case.recheck"
SAME, BOOK_DIFFERS, DIFFERS = "same", "book_differs", "differs"
"""What asking again can show: the same to the byte; the same under another book; otherwise."""


@dataclass(frozen=True)
class Question:
    """What is asked, and of which law: as published on `known`, with reforms by their ids.

    `kind`: a case of a regime, or the plan of a journey. `known`: today where it is not given.
    """

    facts: Mapping[str, Any]
    kind: str = CASE
    known: dt.date | None = None
    reforms: Sequence[str] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The question as what tells a repeat from something else."""
        known = self.known.isoformat() if self.known else None
        facts = facts_text(self.kind, self.facts)
        return {"facts": facts, "kind": self.kind, "known": known, "reforms": list(self.reforms)}


def save(store: Store, laws: Laws, caller: Caller, call: str, question: Question) -> str:
    """Answer a question and keep both; gives the id of the case.

    A repeat of the call gives the first id. Raises CaseError and ReformError for what is refused.
    """
    content = {"save": question.as_dict()}
    today = laws.today()
    text = content["save"]["facts"]
    known = question.known or today
    check_readable(laws, caller, question.reforms)
    with laws.desk(known=known, today=today, reforms=question.reforms) as desk:
        answer = answered(desk, question.kind, text)
        law = _law(desk.law, question.reforms, answer.on)
    with store.writing() as writing:
        first = writing.first_result(call, caller.actor, content)
        if first is not None:
            return str(first["case"])
        check_standing(writing, caller, SAVE)
        id, connection = new_id("c"), writing.connection
        payload = {
            "owner": caller.id,
            "kind": question.kind,
            "regime": answer.regime,
            "verdict": answer.verdict,
            "outcome": answer.outcome,
            "today": today.isoformat(),
            "facts": seal(connection, caller.id, text),
            "answer": seal(connection, caller.id, answer.text),
            **law,
        }
        writing.append(Event(f"{call}/1", caller.actor, SAVED, id, payload))
        writing.keep_result(call, caller.actor, content, {"case": id})
    return id


def _law(law: Law, named: Sequence[str], on: dt.date) -> dict[str, Any]:
    """The law that was asked, as the journal writes it; reforms by the ids that named them."""
    reforms = zip(named, law.reforms, strict=True)
    return {
        "book": law.book.info.id,
        "book_hash": law.book.hash,
        "on": on.isoformat(),
        "known": law.known.isoformat(),
        "reforms": [{"id": id, "hash": one.body_hash} for id, one in reforms],
        "epoch": law.epoch,
    }


def read(store: Store, caller: Caller, id: str) -> dict[str, Any]:
    """A saved case with its facts, its answer and the checks made of it. Raises NotFoundError."""
    with store.reading() as connection:
        row = found(connection, cases, id, owner_only(caller, READ))
        query = select(checks).where(checks.c.case == id).order_by(checks.c.seq)
        told = [_check_line(connection, one) for one in connection.execute(query)]
        return {**line(row), **contents(connection, row), "checks": told}


def listed(
    store: Store, caller: Caller, before: int | None = None, limit: int = 50, owner: str = ""
) -> list[dict[str, Any]]:
    """Saved cases without facts and answers, from the newest back; `before`: a `seq` of a line.

    `owner`: of those that the caller may see, the cases of one owner.
    """
    only = owner_only(caller, READ)
    conditions = [cases.c.owner == owner] if owner else []
    with store.reading() as connection:
        return [line(row) for row in page(connection, cases, only, before, limit, *conditions)]


def line(row: Row[Any]) -> dict[str, Any]:
    """What is said of a case in a list: all but facts and answer."""
    held = row._mapping
    names = ("id", "seq", "owner", "by", "saved_at", "kind", "regime", "verdict", "outcome")
    law = {name: held[name] for name in ("book", "on", "known", "today", "epoch")}
    law |= {"hash": held["book_hash"], "reforms": json.loads(held["reforms"])}
    return {**{name: held[name] for name in names}, "law": law}


def contents(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """The facts and the answer of a case, each with what proves it; or that they were erased."""
    facts, answer = opened_one(connection, row.facts), opened_one(connection, row.answer)
    if facts is None or answer is None:
        return {"erased": True}
    return {
        "erased": False,
        "facts": json.loads(facts[1]),
        "answer": json.loads(answer[1]),
        "proof": {"hash": row.answer, "salt": answer[0], "text": answer[1]},
    }


def _check_line(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    held = dict(row._mapping)
    told = opened_one(connection, held.pop("told"))
    held["reforms"] = json.loads(held["reforms"])
    changes = held.pop("changes")
    return {**held, "count": changes, "changes": json.loads(told[1]) if told else None}


# ---- asked again ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kept:
    """A saved case as it is asked again."""

    id: str
    kind: str
    facts: str
    answer: str
    salt: str
    digest: str
    book_hash: str
    reforms: tuple[tuple[str, str], ...]
    known: dt.date
    today: dt.date
    owner: str


def _kept(store: Store, caller: Caller, id: str) -> _Kept:
    """The saved case. Raises NotFoundError, and ErasedError where facts and answer are gone."""
    with store.reading() as connection:
        row = found(connection, cases, id, owner_only(caller, RECHECK))
        facts, answer = opened_one(connection, row.facts), opened_one(connection, row.answer)
    if facts is None or answer is None:
        raise erased(id)
    reforms = tuple((one["id"], one["hash"]) for one in json.loads(row.reforms))
    return _Kept(id, row.kind, facts[1], answer[1], answer[0], row.answer, row.book_hash, reforms,
                 dt.date.fromisoformat(row.known), dt.date.fromisoformat(row.today),
                 row.owner)  # fmt: skip


def reproduce(store: Store, laws: Laws, caller: Caller, id: str) -> dict[str, Any]:
    """Ask a saved case again as it was asked, on its two times, and compare the answers.

    `found` is one of SAME, BOOK_DIFFERS and DIFFERS; `changes` says how. `kept`: whether the answer
    in the store is the one that the journal names.
    """
    kept = _kept(store, caller, id)
    ids = [one for one, _ in kept.reforms]
    report: dict[str, Any] = {
        "case": id,
        "kept": proved(kept.digest, kept.salt, kept.answer),
        "book": {"was": kept.book_hash, "now": laws.book.hash},
        "reforms": {"was": dict(kept.reforms), "now": {}},
    }
    try:
        with laws.desk(known=kept.known, today=kept.today, reforms=ids) as desk:
            hashes = (one.body_hash for one in desk.law.reforms)
            report["reforms"]["now"] = dict(zip(ids, hashes, strict=True))
            now = answered(desk, kept.kind, kept.facts)
    except (CaseError, ReformError) as error:
        return {**report, "found": DIFFERS, "changes": [], "refused": _faults(error)}
    if proved(kept.digest, kept.salt, now.text):
        return {**report, "found": SAME, "changes": []}
    changes = _changes(kept, now)
    books_differ = kept.book_hash != laws.book.hash
    same = books_differ and not changes
    return {**report, "found": BOOK_DIFFERS if same else DIFFERS, "changes": changes}


def recheck(
    store: Store,
    laws: Laws,
    caller: Caller,
    call: str,
    id: str,
    *,
    on: dt.date | None = None,
    known: dt.date | None = None,
    reforms: Sequence[str] = (),
) -> dict[str, Any]:
    """Ask a saved case of the law of another day; today's where none is given; record the result.

    The facts stay, their date becomes `on`. Gives what changes and exactly how. A repeat of the
    call is answered with the first result, as long as its owner is not erased.
    """
    kept = _kept(store, caller, id)
    today = laws.today()
    day, published = on or today, known or today
    content = {"recheck": id, "on": on and on.isoformat(), "known": known and known.isoformat(),
               "reforms": list(reforms)}  # fmt: skip
    facts = _on(kept.facts, day)
    check_readable(laws, caller, reforms)
    with laws.desk(known=published, today=day, reforms=reforms) as desk:
        law = _law(desk.law, reforms, day)
        try:
            now: Answered | None = answered(desk, kept.kind, facts)
            told: dict[str, Any] = {"changes": _changes(kept, now)} if now else {}
        except CaseError as error:
            now, told = None, {"changes": [], "refused": _faults(error)}
    told["answer"] = now.whole if now else None
    verdict, outcome = (now.verdict, now.outcome) if now else ("refused", "refused")
    with store.writing() as writing:
        connection = writing.connection
        first = writing.first_result(call, caller.actor, content)
        if first is None:
            check_standing(writing, caller, RECHECK)
            first = {
                "case": id, "verdict": verdict, "outcome": outcome,
                "changes": len(told["changes"]) or int(now is None),
                "told": seal(connection, kept.owner, text_of(told)), **law,
            }  # fmt: skip
            writing.append(Event(f"{call}/1", caller.actor, RECHECKED, id, first))
            writing.keep_result(call, caller.actor, content, first)
        held = opened_one(connection, first["told"]["sealed"])
    if held is None:
        raise erased(id)
    return {**{name: value for name, value in first.items() if name not in ("told", "changes")},
            "same": first["changes"] == 0, **json.loads(held[1])}  # fmt: skip


def _on(facts: str, day: dt.date) -> str:
    """The facts on another day; those that give no date are of the day they are asked on."""
    said = json.loads(facts)
    return text_of({**said, "date": day.isoformat()}) if "date" in said else facts


def _changes(kept: _Kept, now: Answered) -> list[dict[str, Any]]:
    was = json.loads(kept.answer)
    return [
        {name: value for name, value in one.as_dict().items() if name != "name"}
        for one in differences(kept.id, kept.kind, was, now.whole)
    ]


def _faults(error: CaseError | ReformError) -> list[dict[str, Any]]:
    return [fault.as_dict() for fault in error.faults]
