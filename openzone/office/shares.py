"""Links by which others read one saved answer: pinned, scoped, expiring, revocable.

The token is shown once, to whoever makes the link; its hash is kept. Opening a link gives the
answer as it was saved, whatever became of the law, and nothing else of the case.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from typing import Any

from sqlalchemy import Row, insert, select, update

from openzone.errors import Fault, OpenZoneError
from openzone.office.belongings import erased, found, new_id, not_found, owner_only
from openzone.office.callers import Caller
from openzone.office.roles import check_standing
from openzone.store.canonical import sha256
from openzone.store.chain import Event, time_text
from openzone.store.sealed import MARK, opened_one
from openzone.store.store import Store
from openzone.store.tables.cases import REVOKED, SHARED, cases, share_tokens, shares

CREATE, REVOKE, READ = "share.create", "share.revoke", "case.read"
TOKEN_BYTES = 32
TOKEN_CHARACTERS_MAX = 100
DAYS, DAYS_MAX = 14, 365


class ShareEndedError(OpenZoneError):
    """A link that has expired, or was revoked."""


def create(
    store: Store, caller: Caller, call: str, case: str, *, with_facts: bool = False,
    days: int = DAYS,
) -> dict[str, Any]:  # fmt: skip
    """Make a link to a saved answer; gives its `id` and `token`.

    `with_facts`: whether readers see the facts beside the answer. `days`: for how long, 1 to
    DAYS_MAX. A repeat of the call gives the link without its token: that is shown once. Raises
    NotFoundError for a case that is not the caller's.
    """
    if not 1 <= days <= DAYS_MAX:
        raise OpenZoneError(
            Fault("out_of_range", "a link holds for a time", field="days", seen=days,
                  expected=f"1 to {DAYS_MAX} days")
        )  # fmt: skip
    content = {"share": case, "with_facts": with_facts, "days": days}
    with store.writing() as writing:
        connection = writing.connection
        first = writing.first_result(call, caller.actor, content)
        if first is not None:
            return {**first, "token": None}
        check_standing(writing, caller, CREATE)
        row = found(connection, cases, case, owner_only(caller, CREATE))
        if opened_one(connection, row.answer) is None:
            raise erased(case)
        id, token = new_id("s"), secrets.token_urlsafe(TOKEN_BYTES)
        expires = time_text(store.clock() + dt.timedelta(days=days))
        payload = {"share": id, "answer": {MARK: row.answer}, "with_facts": with_facts,
                   "expires_at": expires}  # fmt: skip
        writing.append(Event(f"{call}/1", caller.actor, SHARED, case, payload))
        connection.execute(
            insert(share_tokens).values(hash=sha256(token), share=id, uses=0, used_at=None)
        )
        told = {"id": id, "case": case, "with_facts": with_facts, "expires_at": expires}
        writing.keep_result(call, caller.actor, content, told)
    return {**told, "token": token}


def revoke(store: Store, caller: Caller, call: str, case: str, share: str) -> dict[str, Any]:
    """End a link at once; ending an ended one changes nothing. Raises NotFoundError."""
    content = {"revoke": share, "case": case}
    with store.writing() as writing:
        connection = writing.connection
        first: dict[str, Any] | None = writing.first_result(call, caller.actor, content)
        if first is not None:
            return first
        check_standing(writing, caller, REVOKE)
        found(connection, cases, case, owner_only(caller, REVOKE))
        query = select(shares).where(shares.c.id == share, shares.c.case == case)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise not_found(share)
        told = {"id": share, "case": case, "revoked_at": row.revoked_at}
        if row.revoked_at is None:
            event = writing.append(
                Event(f"{call}/1", caller.actor, REVOKED, case, {"share": share})
            )
            told["revoked_at"] = event.at
        writing.keep_result(call, caller.actor, content, told)
    return told


def listed(store: Store, caller: Caller, case: str) -> list[dict[str, Any]]:
    """The links to a case, the newest first, each with how often it was opened."""
    query = (
        select(shares, share_tokens.c.uses, share_tokens.c.used_at)
        .outerjoin(share_tokens, share_tokens.c.share == shares.c.id)
        .where(shares.c.case == case)
        .order_by(shares.c.seq.desc())
    )
    with store.reading() as connection:
        found(connection, cases, case, owner_only(caller, READ))
        return [_line(row) for row in connection.execute(query)]


def _line(row: Row[Any]) -> dict[str, Any]:
    names = ("id", "case", "by", "at", "expires_at", "revoked_at", "uses", "used_at")
    return {**{name: row._mapping[name] for name in names}, "with_facts": bool(row.with_facts)}


def opened(store: Store, token: str) -> dict[str, Any]:
    """What a link shows; counts the use.

    Raises NotFoundError for no token of a link, ShareEndedError for one that has ended, ErasedError
    where the answer was erased with its owner.
    """
    if len(token) > TOKEN_CHARACTERS_MAX:
        raise not_found("…")
    key = sha256(token)
    query = (
        select(shares, share_tokens.c.hash)
        .join(share_tokens, share_tokens.c.share == shares.c.id)
        .where(share_tokens.c.hash == key)
    )
    now = time_text(store.clock())
    with store.writing() as writing:
        connection = writing.connection
        row = connection.execute(query).one_or_none()
        if row is None:
            raise not_found("…")
        _check_open(row, now)
        case = connection.execute(select(cases).where(cases.c.id == row.case)).one()
        answer, facts = opened_one(connection, row.answer), opened_one(connection, case.facts)
        if answer is None or facts is None:
            raise erased(row.case)
        counted = update(share_tokens).where(share_tokens.c.hash == key)
        connection.execute(counted.values(uses=share_tokens.c.uses + 1, used_at=now))
    law = {"book": case.book, "hash": case.book_hash, "on": case._mapping["on"],
           "known": case.known, "reforms": json.loads(case.reforms)}  # fmt: skip
    shown = {
        "saved_at": case.saved_at, "regime": case.regime, "verdict": case.verdict,
        "outcome": case.outcome, "law": law, "expires_at": row.expires_at,
        "proof": {"hash": row.answer, "salt": answer[0], "text": answer[1]},
        "answer": json.loads(answer[1]),
    }  # fmt: skip
    return {**shown, "facts": json.loads(facts[1])} if row.with_facts else shown


def _check_open(row: Row[Any], now: str) -> None:
    if row.revoked_at is not None or row.expires_at <= now:
        how = "was revoked" if row.revoked_at is not None else "has expired"
        raise ShareEndedError(
            Fault("share_ended", f"this link {how}", next="ask whoever sent it for a new one")
        )
