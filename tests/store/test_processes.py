"""Many processes at one store: no fork, no gap, nothing missed by who follows, one founding."""

import multiprocessing
import time

import pytest

from openzone.store.chain import GENESIS, Recorded
from openzone.store.rebuilding import differing_tables
from openzone.store.store import Store
from openzone.store.verifying import verify
from tests.store import counting
from tests.store.counting import ask

PROCESSES = 8
CALLS = 12
SPAWN = multiprocessing.get_context("spawn")


def write(url: str, name: str, gate) -> None:
    counting.install()
    store = Store.opened(url)
    gate.wait()
    for number in range(CALLS):
        ask(store, f"{name}-{number}", 1, subject=name)
        ask(store, f"shared-{number}", 1, actor="u-shared", subject="shared")  # all ask the same
    store.close()


def found_store(url: str, gate, names) -> None:
    gate.wait()
    store = Store.opened(url)
    names.put(store.id)
    store.close()


def started(target, *arguments):
    processes = [SPAWN.Process(target=target, args=one) for one in arguments]
    for one in processes:
        one.start()
    return processes


def all_well(processes) -> None:
    for one in processes:
        one.join(240)
    assert [one.exitcode for one in processes] == [0] * len(processes)


def test_eight_processes_make_no_fork_and_a_poller_misses_nothing(store, store_url):
    gate = SPAWN.Barrier(PROCESSES + 1)
    processes = started(write, *((store_url, f"p-{number}", gate) for number in range(PROCESSES)))
    gate.wait(240)
    followed: list[Recorded] = []
    wanted = (PROCESSES + 1) * CALLS
    end = time.monotonic() + 240
    while len(followed) < wanted and time.monotonic() < end:
        followed += store.events(followed[-1].seq if followed else 0, 7)
    all_well(processes)
    assert [one.seq for one in followed] == list(range(1, wanted + 1))
    assert store.events(wanted) == []
    assert [one.previous for one in followed] == [GENESIS, *(one.hash for one in followed[:-1])]
    assert len({one.event.id for one in followed}) == wanted
    assert all(counting.total(store, f"p-{number}") == CALLS for number in range(PROCESSES))
    assert counting.total(store, "shared") == CALLS
    assert verify(store, [store.checkpoint()]).holds
    assert differing_tables(store) == []


def test_many_processes_found_one_store(store_url):
    gate, names = SPAWN.Barrier(PROCESSES), SPAWN.Queue()
    processes = started(found_store, *[(store_url, gate, names)] * PROCESSES)
    found = {names.get(timeout=240) for _ in processes}
    all_well(processes)
    assert len(found) == 1
    store = Store.opened(store_url)
    assert {store.id} == found
    assert verify(store).holds
    store.close()


@pytest.mark.postgres
def test_who_holds_the_head_too_long_is_given_up(postgres_url, monkeypatch):
    from openzone.store import databases

    monkeypatch.setattr(databases, "WAIT_S", 1)
    store = counting.opened(postgres_url)
    other = counting.opened(postgres_url)
    from openzone.store.faults import StoreError

    with pytest.raises(StoreError), store.writing() as writing:
        writing.lock()
        with pytest.raises(StoreError) as caught:
            ask(other, "call-1", 1)
        assert caught.value.code == "store_busy"
        time.sleep(2.5)  # silent for longer than anybody may be
        ask(other, "call-1", 1)
        writing.append(counting.counted("late"))
    assert [one.event.id for one in other.events()] == ["call-1/1"]
    assert ask(store, "call-2", 1) == {"seq": 2}
    store.close()
    other.close()
