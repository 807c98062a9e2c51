"""The journal: numbered without gaps, each event bound to the one before; repeats are answered."""

import datetime as dt

import pytest
from sqlalchemy import func, insert, select, update

from openzone.store import schema, sealed
from openzone.store import store as store_module
from openzone.store.canonical import CanonicalError
from openzone.store.chain import GENESIS, Event, hash_of, time_text
from openzone.store.faults import RepeatError, StoreError
from openzone.store.merkle import frontier_of
from openzone.store.store import CALL_ID_MAX
from tests.store import counting
from tests.store.counting import ask, counted, record, total


def test_events_are_numbered_without_gaps_and_each_names_the_one_before(store):
    record(store, "a", "b")
    record(store, "c")
    found = store.events()
    assert [one.seq for one in found] == [1, 2, 3]
    assert [one.event.id for one in found] == ["a", "b", "c"]
    assert [one.previous for one in found] == [GENESIS, found[0].hash, found[1].hash]
    assert all(one.hash == hash_of(one.event, one.seq, one.at, one.previous) for one in found)
    assert {one.at for one in found} == {"2026-11-23T08:00:00.000000Z"}


def test_an_event_and_what_it_changes_stand_together_or_not_at_all(store):
    record(store, "a", "b")
    with pytest.raises(KeyError), store.writing() as writing:
        writing.append(counted("c"))
        raise KeyError("the caller failed")
    assert total(store) == 2
    record(store, "c")
    assert [one.seq for one in store.events()] == [1, 2, 3]
    assert total(store) == 3


def test_a_reader_that_fails_leaves_nothing(store):
    with pytest.raises(KeyError), store.writing() as writing:
        writing.append(Event("a", "u-1", counting.KIND, "s-1", {}))
    assert store.events() == []
    assert store.checkpoint().count == 0


def test_events_are_asked_for_after_a_number_and_by_what_they_are_about(store):
    record(store, "a", "b", subject="s-1")
    record(store, "c", subject="s-2", actor="u-2")
    assert [one.event.id for one in store.events(1)] == ["b", "c"]
    assert [one.event.id for one in store.events(0, 2)] == ["a", "b"]
    assert [one.event.id for one in store.events(subject="s-2")] == ["c"]
    assert [one.event.id for one in store.events(actor="u-1")] == ["a", "b"]
    assert [one.event.id for one in store.events(kinds=["test.counted"])] == ["a", "b", "c"]
    assert store.events(kinds=["other"]) == store.events(3) == []


def test_a_page_of_events_has_a_limit(store, monkeypatch):
    monkeypatch.setattr(store_module, "PAGE_MAX", 5)
    record(store, *(f"e-{number}" for number in range(6)))
    assert len(store.events(0, 10_000)) == 5
    assert len(store.events(5)) == 1


def test_an_event_reads_as_it_was_written(store):
    payload = {"number": 1, "文": ["a\u0000b", "\U0001f600", None, True], "": {"深": {"x": -5}}}
    with store.writing() as writing:
        writing.append(Event("e-1", "u-1", counting.KIND, "方案/1", payload))
    (one,) = store.events()
    assert one.event == Event("e-1", "u-1", counting.KIND, "方案/1", payload)


def test_an_id_stands_in_the_journal_once(store):
    record(store, "a")
    with pytest.raises(RepeatError):
        record(store, "b", "a")
    assert [one.event.id for one in store.events()] == ["a"]


def test_a_kind_that_no_table_reads_is_refused(store):
    with pytest.raises(ValueError, match="no table reads"), store.writing() as writing:
        writing.append(Event("a", "u-1", "test.unknown", "s-1"))


@pytest.mark.parametrize("name", ["", "a\nb", "a\x00b", "x" * (schema.ID + 1), "\ud800"])
@pytest.mark.parametrize("field", ["id", "actor", "subject"])
def test_what_can_name_nothing_is_refused_on_every_database(store, field, name):
    names = {"id": "a", "actor": "u-1", "subject": "s-1"} | {field: name}
    with pytest.raises(StoreError) as caught, store.writing() as writing:
        writing.append(Event(kind=counting.KIND, payload={"number": 1}, **names))
    assert (caught.value.code, caught.value.faults[0].field) == ("wrong_value", field)


@pytest.mark.parametrize("field", ["id", "actor", "subject"])
def test_the_longest_names_fit_every_database(store, field):
    names = {"id": "a", "actor": "u-1", "subject": "s-1"} | {field: "名" * schema.ID}
    with store.writing() as writing:
        writing.append(Event(kind=counting.KIND, payload={"number": 1}, **names))
    assert getattr(store.events()[0].event, field) == "名" * schema.ID


def test_a_payload_without_one_form_is_refused(store):
    with pytest.raises(CanonicalError), store.writing() as writing:
        writing.append(Event("a", "u-1", counting.KIND, "s-1", {"number": 0.5}))


def test_a_repeat_gets_the_first_result_and_is_not_done_again(store):
    first = ask(store, "call-1", 5)
    assert ask(store, "call-1", 5) == first == {"seq": 1}
    assert total(store) == 5
    assert store.checkpoint().count == 1


@pytest.mark.parametrize(("number", "actor"), [(6, "u-1"), (5, "u-2")])
def test_an_id_used_for_something_else_or_by_somebody_else_is_refused(store, number, actor):
    ask(store, "call-1", 5)
    with pytest.raises(RepeatError) as caught:
        ask(store, "call-1", number, actor)
    assert caught.value.code == "repeat_differs"
    assert total(store) == 5


def test_a_call_that_failed_may_be_sent_again(store):
    with pytest.raises(KeyError), store.writing() as writing:
        assert writing.first_result("call-1", "u-1", {"number": 5}) is None
        writing.append(counted("call-1/1"))
        writing.keep_result("call-1", "u-1", {"number": 5}, {"seq": 1})
        raise KeyError("the caller failed")
    assert ask(store, "call-1", 5) == {"seq": 1}


@pytest.mark.parametrize("id", ["", "x" * (CALL_ID_MAX + 1), "a\x00b"])
def test_an_id_of_a_call_that_is_no_name_is_refused(store, id):
    with pytest.raises(StoreError) as caught:
        ask(store, id, 5)
    assert caught.value.code == "wrong_value"


def test_the_longest_id_of_a_call_is_taken(store):
    assert ask(store, "x" * CALL_ID_MAX, 5) == {"seq": 1}


def test_what_was_asked_is_not_told_by_the_table_of_calls(store):
    ask(store, "call-1", 5)
    with store.reading() as connection:
        (kept,) = connection.execute(select(schema.calls.c.fingerprint)).scalars()
    assert kept == store.fingerprint({"number": 5}) != store.fingerprint({"number": 6})
    import hashlib

    assert kept != hashlib.sha256(b'{"number":5}').hexdigest()


def test_the_head_holds_the_tree_over_all_events(store):
    for number in range(1, 20):
        record(store, f"e-{number}")
        checkpoint = store.checkpoint()
        assert checkpoint.count == number
        assert checkpoint.root == frontier_of(store.hashes()).root
        assert checkpoint.head == store.hashes()[-1]


def test_two_stores_have_names_of_their_own(store, tmp_path):
    other = counting.opened(f"sqlite:///{tmp_path}/other.db")
    assert other.id != store.id
    assert store.checkpoint().origin == f"openzone/{store.id}"
    other.close()


def test_a_store_is_the_same_when_opened_again(store, store_url):
    record(store, "a")
    again = counting.opened(store_url)
    assert (again.id, again.hashes()) == (store.id, store.hashes())
    assert again.fingerprint("x") == store.fingerprint("x")
    again.close()


def test_a_head_that_lags_behind_is_told_and_makes_no_fork(store):
    record(store, "a", "b")
    with store.writing() as writing:
        writing.connection.execute(
            update(schema.head).values(
                seq=1, hash=store.events()[0].hash, frontier='[1,"' + "00" * 32 + '"]'
            )
        )
    with pytest.raises(StoreError) as caught:
        record(store, "c")
    assert caught.value.code == "store_damaged"
    assert len(store.events()) == 2


@pytest.mark.parametrize("frontier", ["", "[]", "{}", "[7]", '["a"]', "null", "[2, 3"])
def test_a_head_that_makes_no_sense_is_told(store, frontier):
    with store.writing() as writing:
        writing.connection.execute(update(schema.head).values(frontier=frontier))
    with pytest.raises(StoreError) as caught:
        record(store, "a")
    assert caught.value.code == "store_damaged"


def test_the_database_itself_takes_no_second_event_after_one(store):
    from sqlalchemy.exc import IntegrityError

    (one,) = record(store, "a")
    row = {"seq": 2, "id": "b", "at": one.at, "actor": "u", "kind": counting.KIND, "subject": "s",
           "payload": "{}", "previous": one.previous, "hash": "f" * 64}  # fmt: skip
    with pytest.raises(IntegrityError), store.writing() as writing:
        writing.connection.execute(insert(schema.events).values(row))


def test_a_moment_is_written_in_utc():
    there = dt.timezone(dt.timedelta(hours=8))
    assert time_text(dt.datetime(2026, 1, 1, 7, tzinfo=there)) == "2025-12-31T23:00:00.000000Z"


# ---- personal data ---------------------------------------------------------------------------


def sealed_event(store, id, subject, value):
    with store.writing() as writing:
        mark = sealed.seal(writing.connection, subject, value)
        writing.append(Event(id, "u-1", counting.KIND, "s-1", {"number": 1, "name": mark}))
    return mark


def test_personal_data_is_not_in_the_journal_and_opens_by_its_mark(store):
    mark = sealed_event(store, "a", "person-1", {"name": "王小明"})
    with store.reading() as connection:
        assert sealed.opened(connection, [mark]) == {mark["sealed"]: {"name": "王小明"}}
        text = connection.execute(select(schema.events.c.payload)).scalar_one()
    assert "王小明" not in text
    assert mark["sealed"] in text


def test_equal_values_have_marks_that_cannot_be_compared(store):
    assert sealed_event(store, "a", "p", "王") != sealed_event(store, "b", "p", "王")


def test_what_is_erased_is_gone_and_what_is_not_stays(store):
    gone = sealed_event(store, "a", "person-1", "王")
    stays = sealed_event(store, "b", "person-2", "李")
    with store.writing() as writing:
        assert sealed.erase(writing.connection, "person-1") == 1
        assert sealed.erase(writing.connection, "person-1") == 0
    with store.reading() as connection:
        assert sealed.opened(connection, [gone, stays]) == {stays["sealed"]: "李"}
        assert connection.execute(select(func.count()).select_from(schema.sealed)).scalar() == 1
