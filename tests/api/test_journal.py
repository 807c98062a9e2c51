"""The journal over HTTP: what an auditor takes away is enough to prove what the service held."""

import json
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from openzone.api.app import create
from openzone.api.limits import Limits
from openzone.store.checkpoint import Verifier
from openzone.store.proofs import Proof, checked
from openzone.store.verifying import verify
from tests.api.door import refused
from tests.api.keeping_client import TODAY, Person

LIMITS = Limits(anonymous_rate=0, caller_rate=0)


@pytest.fixture
def client(store, tmp_path):
    from openzone.api.preparing import signing_key

    signing_key(tmp_path / "journal.key", store)
    settings = SimpleNamespace(book="cn", public_url="", key_file=tmp_path / "journal.key")
    return TestClient(
        create(settings, store, limits=LIMITS, today=lambda: TODAY), raise_server_exceptions=False
    )


@pytest.fixture
def auditor(client, store):
    return Person(client, store, "auditor")


def test_the_journal_is_read_in_parts_that_follow_one_another(auditor, store):
    count = store.checkpoint().count
    first = auditor.get("/journal?limit=2")
    assert [one["seq"] for one in first.json()["items"]] == [1, 2]
    following = first.headers["link"].split(">")[0].strip("<")
    second = auditor.get(following.removeprefix("/v1")).json()["items"]
    assert second[0]["previous"] == first.json()["items"][1]["hash"]
    assert auditor.get(f"/journal?after={count + 99}").json()["items"] == []


def test_events_are_chosen_by_kind_subject_and_actor(auditor, store):
    kinds = {one["kind"] for one in auditor.get("/journal?kind=key.created").json()["items"]}
    assert kinds == {"key.created"}
    about = auditor.get(f"/journal?subject={auditor.user}&actor=system").json()["items"]
    assert [one["kind"] for one in about] == ["user.created"]


def test_a_checkpoint_taken_away_shows_a_past_that_was_written_anew(auditor, store):
    note = auditor.get("/journal/checkpoint").text
    verifier = Verifier.read(auditor.get("/journal/key").text)
    signed = verifier.opened(note)
    assert verify(store, [signed]).holds
    other = signed.__class__(signed.origin, signed.count, "0" * 64, signed.head, signed.time)
    assert [one.code for one in verify(store, [other]).findings] == ["past_rewritten"]


def test_a_proof_is_checked_without_the_service_and_fails_for_another_event(auditor):
    verifier = Verifier.read(auditor.get("/journal/key").text)
    told = auditor.get("/journal/1/proof")
    assert checked(Proof.read(told.text), verifier).count >= 1
    altered = told.json()
    altered["event"]["actor"] = "somebody"
    with pytest.raises(Exception, match="does not hold"):
        checked(Proof.read(json.dumps(altered)), verifier)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/journal/0/proof", 422, "out_of_range"),
        ("/journal/99999/proof", 422, "out_of_range"),
        ("/journal?cursor=nonsense", 422, "wrong_value"),
        ("/journal?limit=0", 422, "out_of_range"),
    ],
)
def test_what_is_not_there_is_refused_by_name(auditor, path, status, code):
    refused(auditor.get(path), status, code)


@pytest.mark.parametrize("path", ["/journal", "/journal/checkpoint", "/journal/key",
                                  "/journal/1/proof"])  # fmt: skip
def test_the_journal_is_for_auditors(client, store, path):
    refused(Person(client, store, "firm").get(path), 403, "not_allowed")
    refused(client.get(f"/v1{path}"), 401, "not_signed_in")


def test_a_service_without_a_key_says_so(store):
    bare = TestClient(create(None, store, limits=LIMITS, today=lambda: TODAY),
                      raise_server_exceptions=False)  # fmt: skip
    refused(Person(bare, store, "auditor").get("/journal/checkpoint"), 503, "unreadable")
