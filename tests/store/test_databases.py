"""What a store may live in: refused settings, faults told in words, and going on after them."""

import os
import secrets
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from openzone.errors import MissingExtraError
from openzone.store import databases, schema, upgrades
from openzone.store.databases import engine_of
from openzone.store.faults import StoreError
from openzone.store.store import Store
from openzone.store.upgrades import newest, upgraded
from openzone.store.verifying import verify
from tests.store import counting
from tests.store.counting import ask, record, total


def refused(url):
    with pytest.raises(StoreError) as caught:
        Store.opened(url)
    return caught.value


# ---- which databases -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["mysql://u:p@h/d", "sqlite://", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "nonsense://",
     "http://x"],
)  # fmt: skip
def test_what_names_no_store_is_refused(url):
    assert refused(url).code == "wrong_value"


def test_a_password_is_not_told():
    assert "hidden" not in str(refused("mysql://u:hidden@h/d"))


def test_a_folder_that_is_not_there_is_told(tmp_path):
    error = refused(f"sqlite:///{tmp_path}/no/store.db")
    assert error.code == "store_gone"
    assert "mkdir" in error.faults[0].next


def test_a_file_is_a_store_on_sqlite(tmp_path):
    store = Store.opened(str(tmp_path / "zone.db"))
    assert (tmp_path / "zone.db").is_file()
    store.close()


def test_a_driver_that_is_not_installed_is_told(monkeypatch):
    def missing(*_, **__):
        raise ImportError("psycopg")

    monkeypatch.setattr(databases, "create_engine", missing)
    with pytest.raises(MissingExtraError, match="postgres"):
        engine_of("postgresql://h/d")


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "zone.db").write_bytes(b"this is a letter, not a database, and long enough" * 50)
    assert refused(f"sqlite:///{tmp_path}/zone.db").code == "store_damaged"


def test_a_server_that_is_not_there_is_told(tmp_path):
    assert refused(f"postgresql://u@/d?host={tmp_path}").code == "store_gone"


# ---- durability ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "seen"),
    [("synchronous=OFF", "synchronous=0"), ("synchronous=NORMAL", "synchronous=1"),
     ("journal_mode=DELETE", "journal_mode=delete"),
     ("journal_mode=MEMORY", "journal_mode=memory")],
)  # fmt: skip
def test_weak_settings_of_sqlite_are_refused(tmp_path, monkeypatch, setting, seen):
    real = databases._safe

    def weak(connection, record):
        real(connection, record)
        connection.execute(f"PRAGMA {setting}")

    monkeypatch.setattr(databases, "_safe", weak)
    error = refused(f"sqlite:///{tmp_path}/zone.db")
    assert (error.code, error.faults[0].seen) == ("store_weak", seen)


def test_a_place_where_there_can_be_no_log_ahead_is_refused(tmp_path):
    engine = engine_of(f"sqlite:///{tmp_path}/zone.db")
    engine.dispose()
    held = sqlite3.connect(tmp_path / "zone.db", isolation_level=None)
    held.execute("PRAGMA journal_mode=DELETE")
    held.execute("CREATE TABLE t (a)")
    held.execute("BEGIN EXCLUSIVE")  # nobody may change the mode while it is held
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(databases, "WAIT_S", 0)
            assert refused(f"sqlite:///{tmp_path}/zone.db").code == "store_busy"
    finally:
        held.close()


@pytest.mark.postgres
@pytest.mark.parametrize("of", ["ROLE", "DATABASE"])
def test_a_commit_that_does_not_wait_is_refused_on_postgresql(postgres_server, postgres_url, of):
    from sqlalchemy import make_url

    url, role = make_url(postgres_url), f"weak_{secrets.token_hex(4)}"
    name = {"ROLE": role, "DATABASE": url.database}[of]
    postgres_server.execute(
        f"CREATE ROLE {role} LOGIN SUPERUSER", f"ALTER {of} {name} SET synchronous_commit = off"
    )
    try:
        weak = url.set(username=role).render_as_string(hide_password=False)
        error = refused(weak)
        assert (error.code, error.faults[0].seen) == ("store_weak", "synchronous_commit=off")
    finally:
        postgres_server.execute(f"DROP ROLE {role}")


@pytest.mark.postgres
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_sync_is_refused(postgres_server, postgres_url, setting):
    if not postgres_server.private:
        pytest.skip("the settings of a server that others use are not changed")
    change = f"ALTER SYSTEM SET {setting} = off"
    postgres_server.execute(change, "SELECT pg_reload_conf()", "SELECT pg_sleep(0.5)")
    try:
        error = refused(postgres_url)
        assert (error.code, error.faults[0].seen) == ("store_weak", f"{setting}=off")
    finally:
        postgres_server.execute(
            f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.5)"
        )
    Store.opened(postgres_url).close()


def test_every_connection_to_sqlite_is_safe(tmp_path):
    store = Store.opened(str(tmp_path / "zone.db"))
    with store.reading() as one, store.reading() as other:
        for connection in (one, other):
            for name, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1),
                                ("secure_delete", 1)):  # fmt: skip
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value
    store.close()


# ---- versions --------------------------------------------------------------------------------


def test_a_store_of_a_newer_program_is_refused_and_not_touched(store, store_url):
    with store.writing() as writing:
        writing.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    error = refused(store_url)
    assert error.code == "store_version"
    assert "newer" in error.faults[0].next
    with pytest.raises(StoreError) as caught:
        upgraded(store.engine)
    assert caught.value.faults[0].seen == "9999"


def test_a_store_of_an_older_program_is_refused_until_it_is_upgraded(store_url, monkeypatch):
    Store.opened(store_url).close()
    real = upgrades.newest()
    monkeypatch.setattr(upgrades, "newest", lambda: "later")
    error = refused(store_url)
    assert (error.code, error.faults[0].seen, error.faults[0].expected) == (
        "store_version", real, "later")  # fmt: skip
    assert "openzone store upgrade" in error.faults[0].next


def test_a_store_of_this_version_needs_no_upgrade(store):
    assert upgraded(store.engine) is False


def test_an_empty_database_is_not_upgraded(store_url):
    engine = engine_of(store_url)
    with pytest.raises(StoreError) as caught:
        upgraded(engine)
    assert caught.value.faults[0].seen == "no tables"
    engine.dispose()


def test_a_database_with_tables_of_others_is_refused_and_not_touched(store_url):
    engine = engine_of(store_url)
    with databases.writing(engine) as connection:
        connection.execute(text("CREATE TABLE theirs (a INTEGER)"))
    assert refused(store_url).code == "store_version"
    assert upgrades.version(engine) is None
    engine.dispose()


def test_a_store_without_its_head_is_told(store, store_url):
    with store.writing() as writing:
        writing.connection.execute(schema.head.delete())
    assert refused(store_url).code == "store_damaged"
    with pytest.raises(StoreError) as caught:
        record(store, "a")
    assert caught.value.code == "store_damaged"


def test_a_table_that_is_gone_is_told(store):
    with store.writing() as writing:
        writing.connection.execute(text("DROP TABLE calls"))
    with pytest.raises(StoreError) as caught:
        ask(store, "call-1", 1)
    assert caught.value.code == "store_damaged"


def test_the_version_is_that_of_the_newest_script(store):
    assert upgrades.version(store.engine) == newest()


# ---- faults, and going on --------------------------------------------------------------------


@contextmanager
def sqlite_store(folder):
    store = counting.opened(f"sqlite:///{folder}/zone.db")
    yield store
    store.close()


def test_a_full_disk_is_told_and_the_store_goes_on_when_there_is_room(tmp_path):
    with sqlite_store(tmp_path) as store:
        ask(store, "call-1", 1)
        pages: list[int] = []

        @event.listens_for(store.engine, "begin")
        def limit(connection):
            if pages:
                connection.exec_driver_sql(f"PRAGMA max_page_count={pages[0]}")

        with store.reading() as connection:
            pages.append(int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0))
        with pytest.raises(StoreError) as caught:
            for number in range(2, 500):
                ask(store, f"call-{number}", 1)
        assert caught.value.code == "store_full"
        count = store.checkpoint().count
        assert total(store) == count == number - 1
        pages[0] = 100_000
        assert ask(store, f"call-{number}", 1) == {"seq": count + 1}
        assert verify(store).holds


MOUNTS = os.geteuid() == 0 and shutil.which("mount") is not None


@pytest.mark.skipif(not MOUNTS, reason="only the owner of a machine may mount a small disk")
def test_a_disk_that_is_really_full_is_told_and_the_store_goes_on():
    folder = Path(tempfile.mkdtemp(prefix="ozfull-"))
    if os.system(f"mount -t tmpfs -o size=600k tmpfs {folder} 2>/dev/null"):
        folder.rmdir()
        pytest.skip("no small disk can be mounted here")
    try:
        with sqlite_store(folder) as store:
            ask(store, "call-1", 1)
            room = shutil.disk_usage(folder).free
            (folder / "ballast").write_bytes(b"x" * (room - 3 * 4096))
            with pytest.raises(StoreError) as caught:
                for number in range(2, 500):
                    ask(store, f"call-{number}", 1)
            assert caught.value.code == "store_full"
            count = store.checkpoint().count
            (folder / "ballast").unlink()
            assert ask(store, f"call-{number}", 1) == {"seq": count + 1}
            assert verify(store).holds
    finally:
        os.system(f"umount {folder}")
        folder.rmdir()


@contextmanager
def nobody():
    """Go on without the powers of root, which no file is read-only to."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def folder_of_nobody():
    folder = Path(tempfile.mkdtemp(prefix="ozread-"))
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def test_a_store_that_cannot_be_written_is_told_and_goes_on_when_it_can(tmp_path):
    with folder_of_nobody() as folder, nobody(), sqlite_store(folder) as store:
        ask(store, "call-1", 1)
        store.engine.dispose()
        for path in (*folder.iterdir(), folder):
            path.chmod(path.stat().st_mode & ~0o222)
        with pytest.raises(StoreError) as caught:
            ask(store, "call-2", 1)
        assert caught.value.code == "store_read_only"
        folder.chmod(0o700)
        for path in folder.iterdir():
            path.chmod(0o600)
        store.engine.dispose()
        assert ask(store, "call-2", 1) == {"seq": 2}
        assert verify(store).holds


def test_a_store_that_another_holds_is_told_as_busy(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "WAIT_S", 0.2)
    with sqlite_store(tmp_path) as store, sqlite_store(tmp_path) as other:
        with store.writing() as writing:
            writing.append(counting.counted("a"))
            with pytest.raises(StoreError) as caught:
                ask(other, "call-1", 1)
            assert caught.value.code == "store_busy"
            assert other.events() == []  # reading goes on meanwhile
        assert ask(other, "call-1", 1) == {"seq": 2}


@pytest.mark.postgres
def test_a_connection_that_was_lost_is_told_and_the_next_call_goes_on(
    postgres_server, postgres_url
):
    store = counting.opened(postgres_url)
    ask(store, "call-1", 1)
    with pytest.raises(StoreError) as caught, store.writing() as writing:
        assert writing.first_result("call-2", "u-1", {"number": 1}) is None
        postgres_server.cut()
        writing.append(counting.counted("call-2/1"))
    assert caught.value.code == "store_gone"
    assert ask(store, "call-2", 1) == {"seq": 2}
    postgres_server.cut()
    assert [one.seq for one in store.events()] == [1, 2]
    assert verify(store).holds
    store.close()


@pytest.mark.postgres
def test_a_server_that_is_down_is_told_until_it_is_up_again(postgres_server, postgres_url):
    if not postgres_server.private:
        pytest.skip("a server that others use is not stopped")
    store = counting.opened(postgres_url)
    ask(store, "call-1", 1)
    postgres_server.stop("immediate")
    try:
        for _ in range(3):
            with pytest.raises(StoreError) as caught:
                ask(store, "call-2", 1)
            assert caught.value.code == "store_gone"
    finally:
        postgres_server.start()
    assert ask(store, "call-2", 1) == {"seq": 2}
    store.close()


@pytest.mark.postgres
def test_a_role_that_may_only_read_is_told(postgres_server, postgres_url):
    store = counting.opened(postgres_url)
    ask(store, "call-1", 1)
    name = postgres_url.partition("?")[0].rsplit("/", 1)[1]
    postgres_server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store.engine.dispose()
    with pytest.raises(StoreError) as caught:
        ask(store, "call-2", 1)
    assert caught.value.code == "store_read_only"
    postgres_server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    store.engine.dispose()
    assert ask(store, "call-2", 1) == {"seq": 2}
    store.close()
