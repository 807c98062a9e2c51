"""A journal read over HTTP: every event verified again, and what goes wrong told."""

import dataclasses
import json

import httpx
import pytest

from openzone.store.checkpoint import SigningKey, read_note
from openzone.store.faults import StoreError
from openzone.store.served import PAGE, TRIES_MAX, Served
from openzone.store.store import Store
from openzone.store.verifying import verified_events
from tests.store.counting import counted, opened

COUNT = PAGE + 5
HTTPS = "https://zone.example"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A store with a few more events than one part holds."""
    store = opened(f"sqlite:///{tmp_path_factory.mktemp('served')}/zone.db")
    with store.writing() as writing:
        for number in range(COUNT):
            writing.append(counted(f"e-{number}"))
    yield store
    store.close()


class Service:
    """What a service would answer; `change` alters the events, `first` are answers before."""

    def __init__(self, store: Store, change=lambda item: item, first=()):
        self.store, self.change, self.first, self.asked = store, change, list(first), 0
        self.key = SigningKey.made("zone.example")

    def __call__(self, request):
        self.asked += 1
        assert request.headers["authorization"] == "Bearer oz_secret"
        if self.first:
            return self.first.pop(0)
        if request.url.path.endswith("checkpoint"):
            return httpx.Response(200, text=self.key.signed(self.store.checkpoint()))
        after, limit = (int(request.url.params[name]) for name in ("after", "limit"))
        items = [one.as_dict() for one in self.store.events(after, limit)]
        changed = [found for one in items if (found := self.change(one)) is not None]
        return httpx.Response(200, json=json.loads(json.dumps({"items": changed})))


def served(service, address=HTTPS, **more):
    return Served(address, "oz_secret", transport=httpx.MockTransport(service), **more)


def verdict(service, *kept):
    with served(service) as held:
        now = read_note(held.checkpoint())[1]
        return verified_events(held.events(now.count), now.origin, [*kept, now])


def found(service, *kept):
    return [(one.code, one.seq) for one in verdict(service, *kept).findings]


def test_a_journal_is_read_whole_and_holds(full):
    service = Service(full)
    said = verdict(service, full.checkpoint())
    assert said.holds and said.count == COUNT
    assert (said.root, said.head) == (full.checkpoint().root, full.checkpoint().head)
    assert service.asked == 3


def test_an_event_that_is_shown_otherwise_is_named(full):
    service = Service(full, lambda one: {**one, "actor": "u-9"} if one["seq"] == 7 else one)
    assert found(service) == [("event_altered", 7)]


def test_an_event_that_is_held_back_is_named(full):
    service = Service(full, lambda one: None if one["seq"] == COUNT - 1 else one)
    codes = found(service)
    assert ("event_missing", COUNT - 1) in codes and codes[-1][0] == "events_removed"


def test_a_past_that_was_written_anew_shows_against_what_was_kept(full):
    kept = dataclasses.replace(full.checkpoint(), root="0" * 64)
    assert found(Service(full), kept) == [("past_rewritten", 1)]


def test_a_checkpoint_of_another_journal_is_told(full):
    kept = dataclasses.replace(full.checkpoint(), origin="openzone/other")
    assert found(Service(full), kept) == [("checkpoint_of_another", None)]


def test_a_busy_service_is_asked_again_when_it_says(full):
    busy = [httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503)]
    waited: list[float] = []
    service = Service(full, first=busy)
    with served(service, wait=waited.append) as held:
        assert len(list(held.events(3))) == 3
    assert waited == [7.0, 1.0]


def test_a_service_that_stays_busy_is_told_after_some_tries(full):
    waited: list[float] = []
    service = Service(full, first=[httpx.Response(503) for _ in range(9)])
    with served(service, wait=waited.append) as held, pytest.raises(StoreError) as caught:
        held.checkpoint()
    assert caught.value.faults[0].seen == "503"
    assert (service.asked, len(waited)) == (TRIES_MAX, TRIES_MAX - 1)


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (httpx.Response(401, json={"detail": "sign in"}), "401 sign in"),
        (httpx.Response(404, text="not here"), "404"),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), "302"),
    ],
)
def test_a_refusal_is_told_as_the_service_says_it(full, answer, seen):
    with served(Service(full, first=[answer])) as held, pytest.raises(StoreError) as caught:
        held.checkpoint()
    assert caught.value.faults[0].seen == seen


@pytest.mark.parametrize("wrong", [{"seq": "1"}, {"hash": 5}, {"at": None}, {"previous": []}])
def test_an_answer_that_is_no_journal_is_told(full, wrong):
    (first,) = full.events(0, 1)
    answer = httpx.Response(200, json={"items": [{**first.as_dict(), **wrong}]})
    with served(Service(full, first=[answer])) as held, pytest.raises(StoreError) as caught:
        list(held.events(1))
    assert "no part of a journal" in caught.value.faults[0].message


def test_a_service_that_does_not_answer_is_told(full):
    def gone(request):
        raise httpx.ConnectError("no route", request=request)

    with served(gone) as held, pytest.raises(StoreError) as caught:
        held.checkpoint()
    assert caught.value.faults[0].seen == f"{HTTPS}: ConnectError"


@pytest.mark.parametrize("address", ["http://zone.example", "zone.example", "ftp://localhost", ""])
def test_a_key_does_not_go_in_the_open(address):
    with pytest.raises(StoreError) as caught:
        Served(address, "oz_secret")
    assert caught.value.faults[0].field == "service"
    Served("http://127.0.0.1:8017", "oz_secret").__exit__(None, None, None)
