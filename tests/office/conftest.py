"""A store on SQLite with a clock that a test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openzone.store import schema
from openzone.store.store import Store
from tests.office.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    held = Store.opened(str(tmp_path / "office.db"), clock)
    schema.metadata.create_all(held.engine)
    yield held
    held.close()
