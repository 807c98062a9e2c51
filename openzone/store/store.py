"""The store: the journal, and the tables that are read from it, in one database.

An event and what it changes are committed together. One appender at a time holds the head of the
journal: SQLite lets one transaction write, PostgreSQL locks the row of the head. Numbers have no
gaps and are seen in their order, so a reader who asks for what came after a number misses nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import json
import secrets as random_secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from openzone.errors import Fault
from openzone.store import schema
from openzone.store.canonical import canonical_json
from openzone.store.chain import GENESIS, Event, Recorded, payload_of, recorded, time_text
from openzone.store.checkpoint import Checkpoint
from openzone.store.databases import check_durability, engine_of, reading, writing
from openzone.store.faults import DAMAGED, RepeatError, StoreError, store_error
from openzone.store.merkle import Frontier
from openzone.store.tables import READERS
from openzone.store.upgrades import check_version, founded

PAGE_MAX = 1000
CALL_ID_MAX = schema.ID - 20  # the events of a call are named after it, and numbered
FINGERPRINTS = "fingerprints"
# What every writing runs is put together once: that takes longer than running it.
HEAD = select(schema.head)
LOCKED_HEAD = HEAD.with_for_update()
NEW_HEAD = update(schema.head)
ADD_EVENT, ADD_CALL = insert(schema.events), insert(schema.calls)
EVENT_OF_ID = select(schema.events.c.seq).where(schema.events.c.id == bindparam("wanted"))
CALL = select(schema.calls).where(schema.calls.c.id == bindparam("wanted"))
Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The time of the machine, in UTC."""
    return dt.datetime.now(dt.UTC)


class Store:
    """A store that is open. Use `Store.opened`; threads may share one."""

    def __init__(self, engine: Engine, clock: Clock = now) -> None:
        self.engine = engine
        self.clock = clock
        with self.reading() as connection:
            id = connection.execute(select(schema.head.c.store)).scalar_one_or_none()
            query = select(schema.secrets.c.value).where(schema.secrets.c.name == FINGERPRINTS)
            secret = connection.execute(query).scalar_one_or_none()
        if id is None or secret is None:
            raise store_error(DAMAGED, "no head" if id is None else "no secret")
        self.id: str = id
        self._secret = bytes.fromhex(secret)

    @classmethod
    def opened(cls, url: str, clock: Clock = now) -> Store:
        """Open a store by its URL or file; an empty database becomes a store.

        Raises StoreError where its settings could lose acknowledged writes, or where its tables are
        of another version than this program's.
        """
        engine = engine_of(url)
        try:
            check_durability(engine)
            founded(engine, _begun)
            check_version(engine)
            return cls(engine, clock)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def reading(self) -> contextlib.AbstractContextManager[Connection]:
        """A transaction that reads."""
        return reading(self.engine)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction that writes: all of it stands, or nothing."""
        with writing(self.engine) as connection:
            held = Writing(self, connection)
            yield held
            held.done()

    def fingerprint(self, content: Any) -> str:
        """What tells whether two contents are the same, without telling the content."""
        text = canonical_json(content).encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()

    # ---- the journal -------------------------------------------------------------------------

    def events(
        self,
        after: int = 0,
        limit: int = PAGE_MAX,
        *,
        kinds: Sequence[str] = (),
        subject: str = "",
        actor: str = "",
    ) -> list[Recorded]:
        """The events after a number, in order; at most PAGE_MAX."""
        table = schema.events
        query = select(table).where(table.c.seq > after).order_by(table.c.seq)
        if kinds:
            query = query.where(table.c.kind.in_(kinds))
        if subject:
            query = query.where(table.c.subject == subject)
        if actor:
            query = query.where(table.c.actor == actor)
        with self.reading() as connection:
            return [event_of(row) for row in connection.execute(query.limit(min(limit, PAGE_MAX)))]

    def checkpoint(self) -> Checkpoint:
        """What the journal holds now, to be signed."""
        with self.reading() as connection:
            seq, last, frontier = head_of(connection)
        return Checkpoint(f"openzone/{self.id}", seq, frontier.root, last, time_text(self.clock()))

    def hashes(self, count: int | None = None) -> list[str]:
        """The hashes of the first `count` events, in order; of all without it."""
        table = schema.events
        query = select(table.c.hash).order_by(table.c.seq)
        if count is not None:
            query = query.where(table.c.seq <= count)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())


class Writing:
    """A transaction that writes; it holds the head of the journal from its first event."""

    def __init__(self, store: Store, connection: Connection) -> None:
        self.store, self.connection = store, connection
        self._head: tuple[int, str, Frontier] | None = None
        self._appended = False

    def append(self, event: Event) -> Recorded:
        """Record an event and what it changes.

        Raises RepeatError where its id stands in the journal; StoreError for an id, actor or
        subject that is no name; ValueError for a kind that no table reads.
        """
        if event.kind not in READERS:
            raise ValueError(f"no table reads events of the kind {event.kind}")
        for field in ("id", "actor", "subject"):
            check_name(field, getattr(event, field), schema.ID)
        payload = canonical_json(dict(event.payload))
        seq, last, frontier = self.lock()
        self._check_new(event.id)
        at = time_text(self.store.clock())
        found = recorded(event, seq + 1, at, last)
        try:
            self.connection.execute(ADD_EVENT, {
                "seq": found.seq, "id": event.id, "at": at, "actor": event.actor,
                "kind": event.kind, "subject": event.subject, "payload": payload,
                "previous": last, "hash": found.hash,
            })  # fmt: skip
        except IntegrityError as error:  # there are events after the one that the head names
            raise store_error(DAMAGED, str(error.orig)) from error
        READERS[event.kind](self.connection, found)
        self._head, self._appended = (found.seq, found.hash, frontier.added(found.hash)), True
        return found

    def first_result(self, id: str, actor: str, content: Any) -> Any:
        """The result of the first call with an id, or None where there was none.

        Raises RepeatError where the id was used by somebody else, or for other content; StoreError
        for an id that is no name, or has more than CALL_ID_MAX signs.
        """
        check_name("id", id, CALL_ID_MAX)
        self.lock()
        row = self.connection.execute(CALL, {"wanted": id}).one_or_none()
        if row is None:
            return None
        if (row.actor, row.fingerprint) != (actor, self.store.fingerprint(content)):
            raise repeated(id)
        return json.loads(row.result)

    def keep_result(self, id: str, actor: str, content: Any, result: Any) -> None:
        """Keep the result of a call, to answer repeats of it."""
        self.connection.execute(ADD_CALL, {
            "id": id, "actor": actor, "fingerprint": self.store.fingerprint(content),
            "result": canonical_json(result), "at": time_text(self.store.clock()),
        })  # fmt: skip

    def done(self) -> None:
        """Write the head, when something was appended."""
        if self._head is None or not self._appended:
            return
        seq, last, frontier = self._head
        nodes = json.dumps([frontier.count, *frontier.nodes])
        self.connection.execute(NEW_HEAD, {"seq": seq, "hash": last, "frontier": nodes})

    def lock(self) -> tuple[int, str, Frontier]:
        """Hold the head until the end: what is read now, no other writer changes meanwhile."""
        if self._head is None:
            self._head = head_of(self.connection, lock=True)
        return self._head

    def _check_new(self, id: str) -> None:
        if self.connection.execute(EVENT_OF_ID, {"wanted": id}).first() is not None:
            raise repeated(id)


def event_of(row: Row[Any] | Mapping[str, Any]) -> Recorded:
    """A row of the journal as an event."""
    held = row if isinstance(row, Mapping) else row._mapping
    event = Event(held["id"], held["actor"], held["kind"], held["subject"],
                  payload_of(held["payload"]))  # fmt: skip
    return Recorded(held["seq"], held["at"], event, held["previous"], held["hash"])


def repeated(id: str) -> RepeatError:
    """The error of an id that was used for something else."""
    return RepeatError(
        Fault("repeat_differs", "this id was used before, for something else", field="id", seen=id,
              expected="a new id, or the content that was sent with it first")
    )  # fmt: skip


def check_name(field: str, name: str, most: int) -> None:
    """Refuse what cannot name anything in a database: empty, too long, or not to be printed."""
    if not 0 < len(name) <= most or not name.isprintable():
        raise StoreError(
            Fault("wrong_value", "this is no name", field=field, seen=name,
                  expected=f"1 to {most} printable signs")
        )  # fmt: skip


def head_of(connection: Connection, lock: bool = False) -> tuple[int, str, Frontier]:
    """The number and hash of the last event, and the tree over all; `lock`: until it is written.

    Raises StoreError where the head is gone or makes no sense.
    """
    row = connection.execute(LOCKED_HEAD if lock else HEAD).one_or_none()
    if row is None:
        raise store_error(DAMAGED, "no head")
    try:
        count, *nodes = json.loads(row.frontier)
        if count != row.seq or len(nodes) != int(count).bit_count():
            raise ValueError(row.frontier)
    except (TypeError, ValueError):
        raise store_error(DAMAGED, row.frontier) from None
    return row.seq, row.hash, Frontier(count, tuple(nodes))


def _begun(connection: Connection) -> None:
    """Give an empty store its name, its secret and the head of an empty journal."""
    connection.execute(
        insert(schema.head).values(
            one=1, store=random_secrets.token_hex(8), seq=0, hash=GENESIS, frontier="[0]"
        )
    )
    connection.execute(
        insert(schema.secrets).values(name=FINGERPRINTS, value=random_secrets.token_hex(32))
    )
