"""A backup is whole or not there; what is restored is what was, on either database."""

import json
import stat
import zipfile

import pytest
from sqlalchemy import delete, insert, select

from openzone.store import backing_up, schema, sealed
from openzone.store.backing_up import MANIFEST, backup, restore
from openzone.store.chain import Event
from openzone.store.faults import StoreError
from openzone.store.rebuilding import differing_tables, table_digest
from openzone.store.store import Store
from openzone.store.upgrades import founded
from openzone.store.verifying import verify
from tests.store import counting
from tests.store.counting import ask


@pytest.fixture
def full(store):
    """A store with something in each table of the journal; the names of secrets too."""
    for number in range(1, 8):
        ask(store, f"call-{number}", number, subject=f"方案-{number % 3}")
    with store.writing() as writing:
        mark = sealed.seal(
            writing.connection, "person-1", {"name": "王小明", "note": "a\nb\\u0000"}
        )
        writing.append(Event("p", "u-1", counting.KIND, "s", {"number": 1, "name": mark}))
    return store


@pytest.fixture
def file(full, tmp_path):
    path = tmp_path / "zone.zip"
    backup(full, path)
    return path


def digests(store):
    with store.reading() as connection:
        return {
            table.name: table_digest(connection, table) for table in schema.metadata.sorted_tables
        }


TARGETS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("target", TARGETS)
def test_a_store_is_restored_as_it_was_on_either_database(
    full, tmp_path, request, target, postgres_free
):
    path, before, checkpoint = tmp_path / "zone.zip", digests(full), full.checkpoint()
    written = backup(full, path)
    url = postgres_free() if target == "postgresql" else f"sqlite:///{tmp_path}/other.db"
    assert restore(url, path) == written
    again = counting.opened(url, clock=full.clock)
    assert again.id == full.id
    assert again.checkpoint() == checkpoint
    assert digests(again) == before
    assert verify(again, [checkpoint]).holds
    with again.reading() as connection:
        (mark,) = connection.execute(select(schema.sealed.c.digest)).scalars()
        assert sealed.opened(connection, [{"sealed": mark}])[mark]["name"] == "王小明"
    assert ask(again, "call-3", 3) == {"seq": 3}  # a repeat is still a repeat
    assert ask(again, "call-9", 9) == {"seq": 9}
    again.close()


@pytest.fixture
def postgres_free(request):
    """A further database of PostgreSQL, made when it is asked for."""
    names = []

    def made():
        import secrets

        server = request.getfixturevalue("postgres_server")
        names.append(f"restored_{secrets.token_hex(6)}")
        server.execute(f"CREATE DATABASE {names[-1]}")
        return server.url(names[-1])

    yield made
    for name in names:
        request.getfixturevalue("postgres_server").execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_backup_of_what_was_restored_has_the_same_rows(full, file, tmp_path):
    url = f"sqlite:///{tmp_path}/other.db"
    restore(url, file)
    again = Store.opened(url)
    second = backup(again, tmp_path / "second.zip")
    again.close()
    with zipfile.ZipFile(file) as archive:
        first = json.loads(archive.read(MANIFEST))
    assert second.tables == first["tables"]


def test_a_backup_can_be_read_by_its_owner_only_and_writes_nothing_over(full, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        backup(full, file)
    assert caught.value.code == "wrong_value"
    assert file.read_bytes() == held


def test_a_backup_is_of_one_moment_while_others_write(full, tmp_path, monkeypatch):
    real = backing_up._written

    def meanwhile(connection, table, *rest):
        ask(full, f"meanwhile-{table.name}", 1)
        return real(connection, table, *rest)

    monkeypatch.setattr(backing_up, "_written", meanwhile)
    # The first question fixes the moment; on SQLite too.
    written = backup(full, tmp_path / "zone.zip")
    assert written.count < full.checkpoint().count
    restore(f"sqlite:///{tmp_path}/other.db", tmp_path / "zone.zip")


def test_a_backup_that_fails_leaves_nothing(full, tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up, "_written", fails)
    before = set(tmp_path.iterdir())
    with pytest.raises(StoreError) as caught:
        backup(full, tmp_path / "half.zip")
    assert caught.value.faults[0].seen == "No space left on device"
    assert set(tmp_path.iterdir()) == before


def refused(url, file):
    with pytest.raises(StoreError) as caught:
        restore(url, file)
    return caught.value


def test_a_database_that_is_not_empty_is_not_written(full, file, store_url):
    before = digests(full)
    assert refused(store_url, file).code == "store_version"
    assert digests(full) == before


def test_a_file_that_is_cut_off_anywhere_is_refused(full, file, tmp_path):
    whole = file.read_bytes()
    for length in (0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert refused(f"sqlite:///{tmp_path}/other.db", file).code == "backup_damaged"
    assert not (tmp_path / "other.db").exists()


def test_a_file_with_a_byte_altered_is_refused_or_the_same(full, file, tmp_path):
    whole, url = bytearray(file.read_bytes()), f"sqlite:///{tmp_path}/other.db"
    step = max(1, len(whole) // 60)
    for place in range(0, len(whole), step):
        whole[place] ^= 0x55
        file.write_bytes(whole)
        whole[place] ^= 0x55
        try:
            restore(url, file)
        except StoreError as error:
            assert error.code in ("backup_damaged", "store_version"), (place, error)
            continue
        restored = Store.opened(url)  # the byte was of the form of the archive only
        assert verify(restored, [full.checkpoint()]).holds
        restored.close()
        for path in tmp_path.glob("other.db*"):
            path.unlink()


def rewritten(file, change):
    """The archive with its members changed by `change(name, text)`."""
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in held.items():
            if (said := change(name, text)) is not None:
                archive.writestr(name, said)


def hashed(text):
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def test_rows_that_are_not_those_of_the_manifest_are_refused(full, file, tmp_path):
    rewritten(
        file, lambda name, text: text.replace("u-1", "u-2") if name == "calls.jsonl" else text
    )
    error = refused(f"sqlite:///{tmp_path}/other.db", file)
    assert error.code == "backup_damaged"
    assert "calls" in str(error)


def test_a_journal_that_does_not_hold_is_refused_though_the_manifest_agrees(full, file, tmp_path):
    with zipfile.ZipFile(file) as archive:
        bent = archive.read("events.jsonl").decode().replace("方案-1", "方案-9")
        manifest = json.loads(archive.read(MANIFEST))
    manifest["tables"]["events"]["sha256"] = hashed(bent)
    told = {"events.jsonl": bent, MANIFEST: json.dumps(manifest)}
    rewritten(file, told.get)
    url = f"sqlite:///{tmp_path}/other.db"
    error = refused(url, file)
    assert error.code == "backup_damaged"
    assert "altered" in str(error)
    store = Store.opened(url)  # nothing stands: the database is still empty
    assert store.id != full.id
    store.close()


@pytest.mark.parametrize(
    "change",
    [{"version": "9999"}, {"form": "other/1"}, {"count": 3}, {"root": "00" * 32}, {"tables": {}},
     {"store": "another"}, {"more": 1}],
)  # fmt: skip
def test_a_manifest_of_something_else_is_refused(full, file, tmp_path, change):
    def changed(name, text):
        return json.dumps(json.loads(text) | change) if name == MANIFEST else text

    rewritten(file, changed)
    code = refused(f"sqlite:///{tmp_path}/other.db", file).code
    assert code == ("store_version" if {"version", "form"} & change.keys() else "backup_damaged")


@pytest.mark.parametrize("name", [MANIFEST, "events.jsonl"])
def test_a_backup_without_one_of_its_parts_is_refused(full, file, tmp_path, name):
    rewritten(file, lambda part, text: None if part == name else text)
    assert refused(f"sqlite:///{tmp_path}/other.db", file).code == "backup_damaged"


def test_a_backup_that_is_not_there_is_told(tmp_path):
    assert refused(f"sqlite:///{tmp_path}/other.db", tmp_path / "no.zip").code == "unreadable"


def test_long_work_tells_how_far_it_is(full, tmp_path, monkeypatch):
    monkeypatch.setattr(backing_up, "EVERY", 4)
    told: list[int] = []
    written = backup(full, tmp_path / "zone.zip", told.append)
    rows = sum(one["rows"] for one in written.tables.values())
    assert told == list(range(4, rows + 1, 4))
    told.clear()
    restore(f"sqlite:///{tmp_path}/other.db", tmp_path / "zone.zip", told.append)
    assert told[-1] == rows
    assert told == sorted(told)


def test_no_table_points_to_itself(store):
    """Rows are restored in batches, in the order of their keys."""
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_keys:
            assert key.column.table is not table, table.name


def test_no_table_that_stays_is_emptied_with_one_that_is_made_anew(store):
    """What is not in the journal must not hang on rows that a rebuild removes for a moment."""
    from openzone.store.tables import PROJECTED

    for table in schema.metadata.sorted_tables:
        if table not in PROJECTED:
            assert not [key for key in table.foreign_keys if key.column.table in PROJECTED]


def test_tables_restored_are_what_the_journal_says(full, file, tmp_path):
    url = f"sqlite:///{tmp_path}/other.db"
    restore(url, file)
    again = counting.opened(url)
    with again.writing() as writing:
        writing.connection.execute(delete(counting.totals))
        with full.reading() as connection:
            rows = [dict(row._mapping) for row in connection.execute(select(counting.totals))]
        writing.connection.execute(insert(counting.totals), rows)
    assert differing_tables(again) == []
    again.close()


def test_founding_leaves_a_restored_store_as_it_is(full, file, tmp_path):
    url = f"sqlite:///{tmp_path}/other.db"
    restore(url, file)
    again = Store.opened(url)
    founded(again.engine, lambda _: pytest.fail("it was founded again"))
    again.close()
