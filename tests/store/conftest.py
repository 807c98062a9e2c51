"""The same tests on both databases: `store_url` names one, `store` is a store in it."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from openzone.store.store import Store
from tests.postgres import Server
from tests.store import counting

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store without events, on SQLite, to be copied: making its tables takes long."""
    path = tmp_path_factory.mktemp("made") / "empty.db"
    counting.opened(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def made_on_postgres(postgres_server: Server) -> str:
    """The name of a database with a store without events, to be copied."""
    name = f"openzone_made_{secrets.token_hex(6)}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    counting.opened(postgres_server.url(name)).close()
    return name


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database: empty, or with the store of a test that asks for `store` too."""
    filled = "store" in request.fixturenames
    if request.param == "postgresql":
        template = request.getfixturevalue("made_on_postgres") if filled else ""
        with request.getfixturevalue("postgres_server").database(template) as url:
            yield url
        return
    if filled:
        shutil.copy(request.getfixturevalue("made"), tmp_path / "openzone.db")
    yield f"sqlite:///{tmp_path}/openzone.db"


@pytest.fixture
def store(store_url: str, clock: counting.Clock) -> Iterator[Store]:
    """A new store, with a kind of event for tests."""
    opened = counting.opened(store_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> counting.Clock:
    """The clock of `store`."""
    return counting.Clock()
