"""Backup and restore: all tables of one moment in one file, whatever the database.

The file is a ZIP archive: `manifest.json`, and for each table a file of JSON Lines with a row a
line. It holds the secrets and the personal data of the store: only its owner may read it.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, func, insert, select, text

from openzone.errors import Fault
from openzone.store.backup_values import plain_row, row_of
from openzone.store.chain import time_text
from openzone.store.databases import POSTGRES, SQLITE, check_durability, engine_of, writing
from openzone.store.faults import StoreError
from openzone.store.files import ONLY_OWNER, appearing
from openzone.store.progress import EVERY, Told, quiet
from openzone.store.schema import head, metadata
from openzone.store.store import Store, head_of
from openzone.store.upgrades import lock, make_tables, newest
from openzone.store.verifying import verified

FORM = "openzone-backup/1"
MANIFEST = "manifest.json"
MANIFEST_BYTES_MAX = 1 << 20
# What reading an archive raises whose bytes were altered.
DAMAGE = (EOFError, KeyError, OSError, RuntimeError, TypeError, ValueError, struct.error,
          zipfile.BadZipFile, zlib.error)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the store, its version, the journal; each table's rows and SHA-256."""

    form: str
    store: str
    version: str
    time: str
    count: int
    head: str
    root: str
    tables: dict[str, dict[str, Any]]


def backup(store: Store, file: Path, told: Told = quiet) -> Manifest:
    """Write all tables, as they stand at one moment, to a new file.

    The file appears when it is whole. Others may write to the store meanwhile. `told` hears of
    every EVERY rows. Raises StoreError.
    """
    with (
        appearing(file, ONLY_OWNER) as stream,
        store.reading() as connection,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        tables, done = {}, 0
        for table in metadata.sorted_tables:
            with archive.open(_member(table.name), "w", force_zip64=True) as member:
                rows, digest = _written(connection, table, member, done, told)
            tables[table.name] = {"rows": rows, "sha256": digest}
            done += rows
        seq, last, frontier = head_of(connection)
        manifest = Manifest(FORM, store.id, newest(), time_text(store.clock()), seq, last,
                            frontier.root, tables)  # fmt: skip
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def restore(url: str, file: Path, told: Told = quiet) -> Manifest:
    """Fill the empty database of `url` from a backup; all of it stands, or nothing.

    The hash of every table is compared before the first row is written, and the journal is verified
    before anything is committed. Raises StoreError for a database that is not empty, a damaged
    file, and one of another version.
    """
    engine = engine_of(url)
    try:
        with _archive(file) as archive:
            manifest = _manifest(archive, file)
            _check_tables(archive, manifest, file)
            check_durability(engine)
            with writing(engine) as connection:
                lock(connection)
                make_tables(connection)
                _fill(connection, archive, told)
                _check(connection, manifest, file)
    finally:
        engine.dispose()
    return manifest


def _written(
    connection: Connection, table: Table, member: IO[bytes], done: int, told: Told
) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=EVERY)):
        line = (json.dumps(plain_row(row), ensure_ascii=False) + "\n").encode()
        digest.update(line)
        member.write(line)
        rows += 1
        if (done + rows) % EVERY == 0:
            told(done + rows)
    return rows, digest.hexdigest()


def _archive(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except OSError as error:
        raise StoreError(
            Fault("unreadable", "the backup cannot be read", file=str(file),
                  seen=error.strerror or str(error))
        ) from None  # fmt: skip
    except DAMAGE:
        raise _damaged(file, "the file is cut off, or no backup") from None


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        if archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES_MAX:
            raise ValueError(MANIFEST)
        found = Manifest(**json.loads(archive.read(MANIFEST)))
    except DAMAGE:
        raise _damaged(file, "it has no manifest") from None
    if found.form != FORM or found.version != newest():
        raise StoreError(
            Fault("store_version", "the backup is of another version", file=str(file),
                  seen=f"{found.form}, tables {found.version}", expected=f"{FORM}, {newest()}",
                  next="restore it with the version of OpenZone that wrote it, then upgrade")
        )  # fmt: skip
    return found


def _check_tables(archive: zipfile.ZipFile, manifest: Manifest, file: Path) -> None:
    names = {table.name for table in metadata.sorted_tables}
    if set(manifest.tables) != names:
        raise _damaged(file, "its tables are not those of this version")
    for name in sorted(names):
        digest, rows = hashlib.sha256(), 0
        try:
            with archive.open(_member(name)) as member:
                for line in member:
                    digest.update(line)
                    rows += 1
        except DAMAGE:
            raise _damaged(file, f"the rows of {name} cannot be read") from None
        if {"rows": rows, "sha256": digest.hexdigest()} != manifest.tables[name]:
            raise _damaged(file, f"the rows of {name} are not those of the manifest")


def _fill(connection: Connection, archive: zipfile.ZipFile, told: Told) -> None:
    if connection.dialect.name == SQLITE:  # rows may name rows that follow
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    done = 0
    for table in metadata.sorted_tables:
        with archive.open(_member(table.name)) as member:
            for lines in _batches(member):
                connection.execute(insert(table), [row_of(table, line) for line in lines])
                done += len(lines)
                told(done)
        _count_on(connection, table)


def _member(name: str) -> str:
    return f"{name}.jsonl"


def _batches(member: Iterable[bytes]) -> Iterator[list[bytes]]:
    held: list[bytes] = []
    for line in member:
        held.append(line)
        if len(held) == EVERY:
            yield held
            held = []
    if held:
        yield held


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were restored."""
    column = table.autoincrement_column
    if connection.dialect.name != POSTGRES or column is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    highest = connection.execute(select(func.max(column))).scalar()
    if highest is not None:
        connection.execute(select(func.setval(sequence, highest)))


def _check(connection: Connection, manifest: Manifest, file: Path) -> None:
    id = connection.execute(select(head.c.store)).scalar_one_or_none()
    verdict = verified(connection, manifest.store)
    held = (id, verdict.count, verdict.head, verdict.root)
    if held != (manifest.store, manifest.count, manifest.head, manifest.root):
        raise _damaged(file, "the journal is not that of the manifest")
    if not verdict.holds:
        raise _damaged(file, verdict.findings[0].message)


def _damaged(file: Path, message: str) -> StoreError:
    return StoreError(
        Fault("backup_damaged", f"the backup cannot be restored: {message}", file=str(file),
              next="use another backup; nothing was changed")
    )  # fmt: skip
