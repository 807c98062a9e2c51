"""Reforms of the starter book, books that differ from it, and the people of an office."""

from __future__ import annotations

import itertools
import shutil
from functools import cache
from pathlib import Path

import pytest

from openzone.errors import OpenZoneError
from openzone.office import keys
from openzone.office.callers import Caller
from openzone.office.reform_acts import Seen
from openzone.office.reforms import Reforms
from openzone.rulebook.book import Book
from openzone.rulebook.books import book_folder, load_book
from openzone.store.chain import Event
from openzone.store.store import Store
from openzone.store.tables.people import grants
from tests.office.people_made import key_of, user_with

ROWS = "capital/rows.yaml"
TEXT = """\
schema: openzone/reform/1
id: {name}
title: {{zh: 养殖开放, en: Open aquaculture}}
status: draft
body:
  changes:
    - id: aquaculture
      kind: add
      measures: [fishery.entry]
      title: {{zh: 海水养殖, en: Marine aquaculture}}
      table: capital
      binds: {{activity: [fishery.aquaculture], industry: [{{code: A0321, match: exact}}]}}
      effect: {effect}
      {params}instead_of: [ZONE-1]
      was: {{ZONE-1: b4f591861b7121ee}}
scope:
  territory: ['zone:harbour']
  in_force: {{from: 2027-01-01, to: 2030-01-01}}
authorisation:
  on_record: {on_record}
  note: {note}
"""
calls = (f"call-{number}" for number in itertools.count(1))


def text(
    name: str = "OPEN-SEA",
    *,
    cap: int | None = None,
    note: str = "none yet",
    on_record: bool = False,
) -> str:
    """A reform that opens aquaculture in the harbour, wholly or up to a share in percent."""
    params = "" if cap is None else f"params: {{foreign_total_max_percent: {cap}}}\n      "
    return TEXT.format(
        name=name, effect="open" if cap is None else "share_cap", params=params, note=note,
        on_record=str(on_record).lower(),
    )  # fmt: skip


@cache
def book() -> Book:
    """The starter book."""
    return load_book("starter")


def other_book(folder: Path, old: str, new: str) -> Book:
    """The starter book with one figure or word of its rows changed, and no reform of its own."""
    root = folder / "book"
    shutil.copytree(book_folder("starter"), root, ignore=shutil.ignore_patterns("reforms"))
    rows = (root / ROWS).read_text(encoding="utf-8")
    assert old in rows
    (root / ROWS).write_text(rows.replace(old, new), encoding="utf-8")
    return load_book(root, cached=False)


def session(store: Store, *roles: str, second_factor: bool = True) -> Caller:
    """Somebody who has signed in and to whom these roles are granted."""
    user = user_with(store, *roles)
    return Caller(user, user, frozenset({"visitor", *roles}), "session", second_factor)


def call() -> str:
    """A new id of a call."""
    return next(calls)


def seen(found: dict) -> Seen:
    """What an approver saw who read a reform."""
    return Seen(found["revision"], found["content_hash"], found["book"]["hash"])


def submitted(office: Reforms, drafter: Caller, words: str = "") -> dict:
    """A reform that was drafted and submitted."""
    found = office.draft(drafter, call(), words or text())
    return office.submit(drafter, call(), found["id"], found["revision"])


def refusal(act, *given, **named) -> OpenZoneError:
    """The error of an act that is refused."""
    with pytest.raises(OpenZoneError) as caught:
        act(*given, **named)
    return caught.value


def kinds(store: Store, id: str) -> list[str]:
    """What the journal tells of a reform."""
    return [one.event.kind.removeprefix("reform.") for one in store.events(subject=id)]


def key_caller(store: Store, owner: str, *roles: str) -> Caller:
    """Who asks with a new API key of a user."""
    found = keys.caller_of(store, key_of(store, owner, *roles))
    assert found is not None
    return found


def revoke(store: Store, user: str) -> None:
    """Take every role from a user."""
    with store.writing() as writing:
        writing.lock()
        for row in writing.connection.execute(grants.select().where(grants.c.user_id == user)):
            told = {"grant": row.id, "role": row.role}
            writing.append(Event(f"revoke-{row.id}", "u-admin", "role.revoked", user, told))
