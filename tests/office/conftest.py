"""A store on SQLite with a clock that a test moves."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from openzone.office.reforms import Reforms
from openzone.store.store import Store
from tests.office.clock import Clock
from tests.office.reforms_made import book, session


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without events, to be copied: making its tables takes long."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    held = Store.opened(str(path))
    held.close()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock, empty_store: Path) -> Iterator[Store]:
    held = Store.opened(str(shutil.copy(empty_store, tmp_path / "office.db")), clock)
    yield held
    held.close()


@pytest.fixture
def live(tmp_path):
    """A store with the clock of the machine, as processes of their own see it."""
    held = Store.opened(str(tmp_path / "live.db"))
    yield held
    held.close()


@pytest.fixture
def work(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def office(store):
    return Reforms(store, book())


@pytest.fixture
def drafter(store):
    return session(store, "reform_officer")


@pytest.fixture
def approver(store):
    return session(store, "approver")
