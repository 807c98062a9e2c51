"""Killed and cut at random moments under load: what was acknowledged stands, nothing is doubled.

`make test` takes five of each, drawn by a seed; `make soak` fifty.
"""

import os
import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from openzone.errors import OpenZoneError
from openzone.store import schema
from openzone.store.checkpoint import Checkpoint
from openzone.store.rebuilding import differing_tables
from openzone.store.verifying import verify
from tests.store import counting
from tests.store.cutting import CUT, cut, shim
from tests.tidy import tree

__all__ = ["shim"]
FULL = os.environ.get("OPENZONE_SOAK") == "full"
ROUNDS = 50 if FULL else 5
SEED = random.SystemRandom().randrange(1 << 20) if FULL else 20261123
WRITERS = 2
CALLS_MAX = 400


def command(url, name, first, *more):
    module = [sys.executable, "-m", "tests.store.writer"]
    return [*module, url, name, "--first", str(first), *more]


def started(url, name, first, *more, **environment):
    return subprocess.Popen(
        command(url, name, first, *more), cwd=tree.ROOT, env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def acknowledged(text):
    """The calls that a writer said were acknowledged; a line cut off in the middle says nothing."""
    lines = text.split("\n")[:-1]
    return [line for line in lines if line != "ready"]


def check(store, said, checkpoints):
    """Everything that was said stands, once; at most one call more of each writer."""
    with store.reading() as connection:
        held = list(connection.execute(select(schema.calls.c.id)).scalars())
        events = list(connection.execute(select(schema.events.c.id)).scalars())
        count = connection.execute(select(func.count()).select_from(schema.events)).scalar()
    assert set(said) <= set(held), f"lost (seed {SEED}): {sorted(set(said) - set(held))}"
    assert sorted(events) == sorted(f"{id}/1" for id in held)
    names = {id.rsplit("-", 1)[0] for id in held}
    for name in names:
        numbers = sorted(int(id.rsplit("-", 1)[1]) for id in held if id.rsplit("-", 1)[0] == name)
        assert numbers == list(range(1, len(numbers) + 1))
        assert counting.total(store, name) == len(numbers)
    verdict = verify(store, checkpoints)
    assert verdict.holds, verdict.findings
    assert verdict.count == count
    assert differing_tables(store) == []


def next_number(said, name):
    """The first call of a writer that was not acknowledged: it is sent again."""
    return 1 + sum(id.startswith(f"{name}-") for id in said)


@pytest.mark.timeout(3600)
def test_killed_under_load_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    store, store_url, request
):
    draw, notes = random.Random(SEED), [store.checkpoint()]
    said: list[str] = []
    server = None
    if store_url.startswith("postgresql"):
        server = request.getfixturevalue("postgres_server")
    for number in range(ROUNDS):
        names = [f"w{one}" for one in range(WRITERS)]
        writers = [started(store_url, name, next_number(said, name)) for name in names]
        for one in writers:
            assert one.stdout.readline() == "ready\n", one.stderr.read()
        time.sleep(draw.uniform(0.01, 0.6))
        if server is not None and server.private and number % 2:
            server.cut()  # the server dies under its clients
            time.sleep(draw.uniform(0.01, 0.3))
        for one in writers:
            one.kill()
        for one in writers:
            said += acknowledged(one.communicate()[0])
        check(store, said, notes)
        notes.append(store.checkpoint())
    assert len(said) > ROUNDS


def written_until_cut(shim, folder, draw, first, *more):
    """Let a writer write until its power is cut; give what it said was acknowledged."""
    power = cut(shim, folder, draw.randint(60, 1500), draw)
    url, most = f"sqlite:///{folder}/zone.db", ("--most", str(CALLS_MAX))
    writer = started(url, "w", first, *most, *more, **power)
    out, told = writer.communicate(timeout=300)
    assert writer.returncode == CUT, f"not cut (seed {SEED}): {writer.returncode} {told}"
    return acknowledged(out)


LINUX = sys.platform == "linux"


@pytest.mark.compiler
@pytest.mark.skipif(not LINUX, reason="the cut of power is made for Linux")
@pytest.mark.timeout(3600)
def test_cut_from_power_nothing_acknowledged_is_lost(tmp_path, shim):
    draw = random.Random(SEED)
    said: list[str] = []
    notes: list[Checkpoint] = []
    url = f"sqlite:///{tmp_path}/zone.db"
    counting.opened(url).close()
    for _ in range(ROUNDS):
        # A log that is taken over every few pages: cuts fall into that too.
        said += written_until_cut(
            shim, tmp_path, draw, next_number(said, "w"), "--forced", "wal_autocheckpoint=20"
        )
        store = counting.opened(url)
        check(store, said, notes)
        notes.append(store.checkpoint())
        store.close()
    assert len(said) > ROUNDS


@pytest.mark.compiler
@pytest.mark.skipif(not LINUX, reason="the cut of power is made for Linux")
def test_the_cut_shows_the_loss_when_sqlite_does_not_sync(tmp_path, shim):
    draw, lost = random.Random(SEED), []
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        url = f"sqlite:///{folder}/zone.db"
        counting.opened(url).close()
        said = written_until_cut(shim, folder, draw, 1, "--forced", "synchronous=OFF")
        assert said
        try:
            store = counting.opened(url)
            with store.reading() as connection:
                held = set(connection.execute(select(schema.calls.c.id)).scalars())
            store.close()
        except OpenZoneError:  # the file is ruined
            held = set()
        lost.append(len(set(said) - held))
    assert sum(count > 0 for count in lost) >= 4, lost
