"""A kind of event for tests, and the table that is read from it: numbers added up by subject."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select, update

from openzone.store import rebuilding, tables
from openzone.store.chain import Event, Recorded
from openzone.store.store import Store

KIND = "test.counted"
metadata = MetaData()
totals = Table("test_totals", metadata, Column("subject", String(200), primary_key=True),
               Column("total", Integer, nullable=False))  # fmt: skip


def install() -> None:
    """Let the store read this kind; in this process, from now on."""
    cast(dict[str, Any], tables.READERS)[KIND] = add_up
    projected = rebuilding.__dict__["PROJECTED"]
    if totals not in projected:
        rebuilding.__dict__["PROJECTED"] = (*projected, totals)


def uninstall() -> None:
    """Let this process read what the program reads again, for the tests of others."""
    cast(dict[str, Any], tables.READERS).pop(KIND, None)
    rebuilding.__dict__["PROJECTED"] = tables.PROJECTED


def add_up(connection: Connection, one: Recorded) -> None:
    number = one.event.payload["number"]
    here = totals.c.subject == one.event.subject
    changed = update(totals).where(here).values(total=totals.c.total + number)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(totals).values(subject=one.event.subject, total=number))


def counted(id: str, subject: str = "s-1", number: int = 1, actor: str = "u-1") -> Event:
    return Event(id, actor, KIND, subject, {"number": number})


def record(store: Store, *ids: str, **told: Any) -> list[Recorded]:
    """Record events, in one transaction."""
    with store.writing() as writing:
        return [writing.append(counted(id, **told)) for id in ids]


def ask(store: Store, id: str, number: int, actor: str = "u-1", subject: str = "s-1") -> Any:
    """A call as a caller makes it: under an id, answered with its first result when repeated."""
    with store.writing() as writing:
        first = writing.first_result(id, actor, {"number": number})
        if first is not None:
            return first
        done = writing.append(counted(f"{id}/1", subject, number, actor))
        result = {"seq": done.seq}
        writing.keep_result(id, actor, {"number": number}, result)
        return result


def total(store: Store, subject: str = "s-1") -> int:
    with store.reading() as connection:
        query = select(totals.c.total).where(totals.c.subject == subject)
        return connection.execute(query).scalar_one_or_none() or 0


def opened(url: str, **told: Any) -> Store:
    """A store that reads this kind."""
    install()
    store = Store.opened(url, **told)
    with store.writing() as writing:
        writing.lock()
        metadata.create_all(writing.connection)
    return store


class Clock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.time

    def go_on(self, **span: float) -> None:
        self.time += dt.timedelta(**span)
