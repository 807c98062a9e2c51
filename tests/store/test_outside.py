"""Checkpoints outside: written when they are due, once whoever writes, and they verify."""

import pytest

from openzone.store.checkpoint import SigningKey
from openzone.store.faults import StoreError
from openzone.store.outside import Outside
from openzone.store.verifying import verify
from tests.store.counting import record

KEY = SigningKey("zone.example", bytes(range(32)))


@pytest.fixture
def outside(store, tmp_path):
    return Outside(store, KEY, tmp_path / "kept", events=3, minutes=10)


def counts(outside):
    return sorted(int(path.stem.rsplit("-", 1)[1]) for path in outside.folder.iterdir())


def test_nothing_is_written_before_it_is_due(store, outside, clock):
    assert outside.write_if_due() is None
    clock.go_on(minutes=60)
    assert outside.write_if_due() is None  # nothing was recorded
    assert not outside.folder.exists()


def test_one_is_written_after_enough_events(store, outside):
    record(store, "a", "b")
    assert outside.write_if_due() is None
    record(store, "c", "d")
    path = outside.write_if_due()
    assert path is not None
    assert outside.write_if_due() is None
    assert KEY.verifier().opened(path.read_text("utf-8")) == store.checkpoint()
    assert counts(outside) == [4]


def test_one_is_written_after_enough_time_with_an_event_in_it(store, outside, clock):
    record(store, "a")
    clock.go_on(minutes=9)
    assert outside.write_if_due() is None
    clock.go_on(minutes=1)
    assert outside.write_if_due() is not None
    clock.go_on(minutes=30)
    assert outside.write_if_due() is None
    record(store, "b")
    assert outside.write_if_due() is not None
    assert counts(outside) == [1, 2]


def test_a_process_that_starts_again_goes_on_after_the_last_one(store, outside, clock):
    record(store, "a", "b", "c")
    outside.write_if_due()
    clock.go_on(minutes=5)
    again = Outside(store, KEY, outside.folder, events=3, minutes=10)
    record(store, "d")
    assert again.write_if_due() is None
    clock.go_on(minutes=5)
    assert again.write_if_due() is not None
    assert counts(outside) == [3, 4]


def test_of_several_processes_one_writes(store, outside):
    others = [Outside(store, KEY, outside.folder, events=3, minutes=10) for _ in range(3)]
    record(store, "a", "b", "c")
    assert outside.write_if_due() is not None
    assert [one.write_if_due() for one in others] == [None] * 3
    assert counts(outside) == [3]


def test_one_may_be_written_at_any_time_and_is_not_written_over(store, outside, clock):
    record(store, "a")
    path = outside.write()
    held = path.read_text("utf-8")
    clock.go_on(minutes=1)
    assert outside.write() == path
    assert path.read_text("utf-8") == held


def test_what_stands_outside_shows_a_past_that_is_shorter(store, outside):
    record(store, "a", "b", "c")
    path = outside.write()
    checkpoint = KEY.verifier().opened(path.read_text("utf-8"))
    assert verify(store, [checkpoint]).holds


def test_a_file_that_is_no_checkpoint_is_passed_over(store, outside):
    outside.folder.mkdir()
    (outside.folder / "checkpoint-999999999999.txt").write_text("nonsense")
    again = Outside(store, KEY, outside.folder, events=3, minutes=10)
    record(store, "a", "b", "c")
    assert again.write_if_due() is not None


def test_a_folder_that_cannot_be_made_is_told(store, tmp_path):
    (tmp_path / "file").write_text("in the way")
    record(store, "a")
    with pytest.raises(StoreError) as caught:
        Outside(store, KEY, tmp_path / "file" / "kept").write()
    assert caught.value.code == "unreadable"
