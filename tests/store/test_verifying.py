"""Verifying finds what was altered; and a past that was written anew, against a checkpoint."""

import json

import pytest
from sqlalchemy import delete, select, text, update

from openzone.store import rebuilding, sealed, verifying
from openzone.store.chain import GENESIS, Event, recorded
from openzone.store.checkpoint import CheckpointError, SigningKey
from openzone.store.faults import StoreError
from openzone.store.merkle import frontier_of
from openzone.store.proofs import Proof, checked, proven
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.schema import events, head
from openzone.store.verifying import verify
from tests.store import counting
from tests.store.counting import record, totals

COUNT = 9
KEY = SigningKey("zone.example", bytes(range(32)))


@pytest.fixture
def full(store):
    for number in range(1, COUNT + 1):
        record(store, f"e-{number}", subject=f"s-{number % 3}")
    return store


def change(store, *statements):
    with store.writing() as writing:
        for one in statements:
            writing.connection.execute(one)


def altered(store, seq, **values):
    change(store, update(events).where(events.c.seq == seq).values(**values))


def findings(store, *checkpoints):
    return [(one.code, one.seq) for one in verify(store, checkpoints).findings]


def anew(store, seq, payload):
    """Write the past anew from an event on: its payload, and every hash after it."""
    with store.writing() as writing:
        connection = writing.connection
        rows = connection.execute(select(events).order_by(events.c.seq)).all()
        previous, hashes = GENESIS, []
        for row in rows:
            held = payload if row.seq == seq else json.loads(row.payload)
            one = recorded(Event(row.id, row.actor, row.kind, row.subject, held), row.seq, row.at,
                           previous)  # fmt: skip
            there = events.c.seq == row.seq
            connection.execute(
                update(events).where(there).values(previous=f"-{row.seq}", hash=f"-{row.seq}")
            )
            hashes.append((there, one, held))
            previous = one.hash
        for there, one, held in hashes:
            text = json.dumps(held, sort_keys=True, separators=(",", ":"))
            connection.execute(
                update(events).where(there).values(
                    payload=text, previous=one.previous, hash=one.hash
                )
            )  # fmt: skip
        tree = frontier_of(one.hash for _, one, _ in hashes)
        frontier = json.dumps([tree.count, *tree.nodes])
        connection.execute(update(head).values(hash=previous, frontier=frontier))


def test_a_journal_as_it_was_recorded_holds(full):
    verdict = verify(full, [full.checkpoint()])
    assert verdict.holds
    checkpoint = full.checkpoint()
    assert (verdict.count, verdict.head, verdict.root) == (COUNT, checkpoint.head, checkpoint.root)


def test_an_empty_journal_holds(store):
    assert verify(store, [store.checkpoint()]).holds


@pytest.mark.parametrize(
    "values",
    [
        {"payload": '{"number":2}'},
        {"payload": '{"number": 1}'},
        {"payload": '{"number":0.5}'},
        {"payload": "not json"},
        {"payload": "[1]"},
        {"payload": '"text"'},
        {"payload": "[" * 5000},
        {"actor": "u-2"},
        {"subject": "s-9"},
        {"kind": "test.other"},
        {"id": "e-99"},
        {"at": "2020-01-01T00:00:00.000000Z"},
    ],
)
@pytest.mark.parametrize("seq", [1, 5, COUNT])
def test_the_event_that_was_altered_is_named(full, seq, values):
    altered(full, seq, **values)
    assert findings(full) == [("event_altered", seq)]


def test_a_hash_that_was_altered_is_found_with_what_follows(full):
    altered(full, 4, hash="f" * 64)
    assert findings(full)[:2] == [("event_altered", 4), ("chain_broken", 5)]
    altered(full, 4, hash="no hash")
    assert findings(full)[0] == ("event_altered", 4)


def test_an_event_that_was_altered_and_hashed_anew_breaks_the_chain_after_it(full):
    one = full.events(3, 1)[0]
    event = Event(one.event.id, one.event.actor, one.event.kind, one.event.subject, {"number": 7})
    other = recorded(event, 4, one.at, one.previous)
    altered(full, 4, payload='{"number":7}', hash=other.hash)
    assert findings(full)[0] == ("chain_broken", 5)


@pytest.mark.parametrize("seq", [1, 5])
def test_an_event_that_was_removed_is_named(full, seq):
    change(full, delete(events).where(events.c.seq == seq))
    assert findings(full)[0] == ("event_missing", seq)


def test_events_removed_at_the_end_are_found(full):
    before = full.checkpoint()
    change(full, delete(events).where(events.c.seq == COUNT))
    assert findings(full, before) == [("events_removed", COUNT), ("head_differs", None)]
    seq, last, tree = COUNT - 1, full.hashes()[-1], frontier_of(full.hashes())
    frontier = json.dumps([tree.count, *tree.nodes])
    change(full, update(head).values(seq=seq, hash=last, frontier=frontier))
    assert findings(full) == []  # the chain alone does not bind its keeper
    assert findings(full, before) == [("events_removed", COUNT)]


def test_two_events_that_changed_places_are_named(full):
    move = update(events)
    change(full, move.where(events.c.seq == 3).values(seq=100),
           move.where(events.c.seq == 4).values(seq=3),
           move.where(events.c.seq == 100).values(seq=4))  # fmt: skip
    assert findings(full)[0] == ("chain_broken", 3)
    assert ("event_altered", 3) in findings(full)


def test_a_past_written_anew_shows_against_a_checkpoint_only(full):
    early = full.checkpoint()
    record(full, "later")
    late = full.checkpoint()
    anew(full, 5, {"number": 500})
    assert findings(full) == []
    assert findings(full, early) == [("past_rewritten", 1)]
    assert findings(full, late, early) == [("past_rewritten", 1)] * 2


def test_checkpoints_tell_up_to_where_the_past_is_the_same(store):
    notes = []
    for number in range(1, COUNT + 1):
        record(store, f"e-{number}")
        notes.append(store.checkpoint())
    anew(store, 5, {"number": 500})
    assert findings(store, *notes) == [("past_rewritten", 5)] * 5
    (first, *_) = verify(store, notes).findings
    assert "up to event 4" in first.message


def test_a_checkpoint_of_another_journal_is_told(full, tmp_path):
    other = counting.opened(f"sqlite:///{tmp_path}/other.db")
    assert findings(full, other.checkpoint()) == [("checkpoint_of_another", None)]
    other.close()


@pytest.mark.parametrize("values", [{"seq": 3}, {"hash": "f" * 64}, {"frontier": "[0]"},
                                    {"frontier": "nonsense"}])  # fmt: skip
def test_a_head_that_tells_of_other_events_is_found(full, values):
    change(full, update(head).values(**values))
    assert findings(full) == [("head_differs", None)]


def test_a_head_that_is_gone_is_found(full):
    change(full, delete(head))
    assert findings(full) == [("head_differs", None)]


def test_erasing_personal_data_breaks_nothing_and_altering_it_is_found(full):
    with full.writing() as writing:
        mark = sealed.seal(writing.connection, "person-1", "王")
        writing.append(Event("p", "u-1", counting.KIND, "s", {"number": 1, "name": mark}))
    before = full.checkpoint()
    assert findings(full, before) == []
    change(full, text("UPDATE sealed SET value = '\"other\"'"))
    assert findings(full) == [("seal_broken", None)]
    with full.writing() as writing:
        assert sealed.erase(writing.connection, "person-1") == 1
    assert findings(full, before) == []


def test_a_ruined_journal_gives_many_findings_but_not_endlessly_many(store, monkeypatch):
    monkeypatch.setattr(verifying, "FINDINGS_MAX", 20)
    record(store, *(f"e-{number}" for number in range(60)))
    change(store, update(events).values(actor="u-2"))
    found = verify(store).findings
    assert found[0].seq == 1
    assert len(found) == 21


def test_long_work_tells_how_far_it_is(store, monkeypatch):
    monkeypatch.setattr(verifying, "EVERY", 10)
    monkeypatch.setattr(rebuilding, "EVERY", 10)
    record(store, *(f"e-{number}" for number in range(25)))
    told: list[int] = []
    verify(store, told=told.append)
    rebuild(store, told.append)
    assert told == [10, 20, 10, 20]


# ---- proofs of single events -----------------------------------------------------------------


def test_every_event_has_a_proof_that_is_checked_without_the_store(full):
    note = KEY.signed(full.checkpoint())
    record(full, "later")
    for seq in range(1, COUNT + 1):
        proof = Proof.read(proven(full, seq, note).text())
        assert checked(proof, KEY.verifier()).count == COUNT
        assert proof.event == full.events(seq - 1, 1)[0]


@pytest.mark.parametrize("seq", [0, -1, COUNT + 1])
def test_there_is_no_proof_of_an_event_that_the_checkpoint_does_not_hold(full, seq):
    note = KEY.signed(full.checkpoint())
    record(full, "later")
    with pytest.raises(StoreError) as caught:
        proven(full, seq, note)
    assert caught.value.code == "out_of_range"


def test_a_rewritten_journal_gives_no_proof_under_an_old_checkpoint(full):
    note = KEY.signed(full.checkpoint())
    anew(full, 5, {"number": 500})
    with pytest.raises(StoreError) as caught:
        proven(full, 5, note)
    assert caught.value.code == "store_damaged"


@pytest.mark.parametrize(
    ("field", "value"),
    [("payload", {"number": 2}), ("actor", "u-2"), ("seq", 4), ("hash", "00" * 32),
     ("at", "2020"), ("payload", {"number": 0.5})],
)  # fmt: skip
def test_a_proof_of_an_altered_event_does_not_hold(full, field, value):
    held = json.loads(proven(full, 3, KEY.signed(full.checkpoint())).text())
    held["event"][field] = value
    with pytest.raises(CheckpointError, match="not hold"):
        checked(Proof.read(json.dumps(held)), KEY.verifier())


def test_a_proof_with_another_way_or_another_signature_does_not_hold(full):
    text = proven(full, 3, KEY.signed(full.checkpoint())).text()
    held = json.loads(text)
    held["path"][0] = "00" * 32
    with pytest.raises(CheckpointError, match="not hold"):
        checked(Proof.read(json.dumps(held)), KEY.verifier())
    with pytest.raises(CheckpointError, match="no signature"):
        checked(Proof.read(text), SigningKey.made("other").verifier())


@pytest.mark.parametrize("bad", ["", "[]", "{}", "null", "[" * 100_000])
def test_what_is_no_proof_is_refused(bad):
    with pytest.raises(CheckpointError, match="no proof"):
        Proof.read(bad)


def test_a_proof_with_a_part_missing_or_of_another_kind_is_refused(full):
    held = json.loads(proven(full, 3, KEY.signed(full.checkpoint())).text())
    for name in held:
        for other in ({}, {name: None}, {name: 3}):
            bent = {key: value for key, value in held.items() if key != name} | other
            try:
                proof = Proof.read(json.dumps(bent))
            except CheckpointError:
                continue
            with pytest.raises(CheckpointError):
                checked(proof, KEY.verifier())


# ---- tables made anew ------------------------------------------------------------------------


def test_tables_made_anew_are_the_same(full):
    before = counting.total(full, "s-1")
    assert differing_tables(full) == []
    assert rebuild(full) == COUNT
    assert counting.total(full, "s-1") == before == 3
    assert differing_tables(full) == []


def test_a_table_that_was_changed_behind_the_journal_is_named_and_corrected(full):
    change(full, update(totals).where(totals.c.subject == "s-1").values(total=100))
    assert differing_tables(full) == ["test_totals"]
    assert counting.total(full, "s-1") == 100  # to look changes nothing
    rebuild(full)
    assert counting.total(full, "s-1") == 3
    change(full, delete(totals))
    assert differing_tables(full) == ["test_totals"]
    rebuild(full)
    assert differing_tables(full) == []


def test_an_event_of_a_kind_unknown_here_stops_the_making_and_changes_nothing(full):
    altered(full, 4, kind="test.newer")
    with pytest.raises(StoreError) as caught:
        rebuild(full)
    assert caught.value.code == "store_version"
    assert counting.total(full, "s-1") == 3
