"""The same tests on both databases: `store_url` names an empty one, `store` is a store in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openzone.store import schema
from openzone.store.store import Store
from tests.store import counting

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/openzone.db"


@pytest.fixture
def store(store_url: str, clock: counting.Clock) -> Iterator[Store]:
    """A new store, with a kind of event for tests."""
    opened = counting.opened(store_url, clock=clock)
    schema.metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> counting.Clock:
    """The clock of `store`."""
    return counting.Clock()
