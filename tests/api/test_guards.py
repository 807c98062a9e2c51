"""Guards: who is let in by cookie or key, and what is refused and journalled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from openzone.api import problems
from openzone.api.guards import COOKIE, denials_of, needs, writing_denials
from openzone.office.callers import Caller
from openzone.office.permission import ACTIONS
from openzone.office.sessions import csrf_of
from openzone.store.chain import Event
from openzone.store.rebuilding import differing_tables
from tests.office.people_made import key_of, session_of, user_with

HOST = "http://testserver"


@pytest.fixture
def client(store):
    app = FastAPI()
    app.state.store = store

    problems.install(app)

    def add(path: str, action: str) -> None:
        async def route(caller: Caller = Depends(needs(action))):  # noqa: B008
            return {"id": caller.id, "actor": caller.actor, "roles": sorted(caller.roles)}

        app.add_api_route(path, route, methods=["GET", "POST"])

    for action in ACTIONS:
        add(f"/{action}", action)
    return TestClient(app, base_url=HOST)


def with_session(token: str, **headers: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={token}", **headers}


def whole(token: str) -> dict[str, str]:
    """A request as a page of the service sends it."""
    return with_session(token, **{"X-CSRF-Token": csrf_of(token), "Origin": HOST})


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def denied(store) -> list[Event]:
    return [one.event for one in store.events(kinds=["access.denied"])]


def test_a_guard_tells_its_action():
    assert needs("case.read").action == "case.read"
    with pytest.raises(KeyError):
        needs("case.reed")


def test_a_visitor_asks_the_law_and_nothing_else(client):
    assert client.post("/decide").json() == {"id": "", "actor": "visitor", "roles": ["visitor"]}
    answer = client.get("/case.read")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_session_acts_as_its_user_and_its_roles(client, store):
    user = user_with(store, "officer", "auditor")
    answer = client.get("/journal.read", headers=with_session(session_of(store, user)))
    assert answer.json() == {"id": user, "actor": user, "roles": ["auditor", "officer", "visitor"]}


def test_a_user_without_a_granted_role_is_a_firm(client, store):
    headers = with_session(session_of(store, user_with(store)))
    assert client.get("/case.read", headers=headers).json()["roles"] == ["firm", "visitor"]
    answer = client.get("/reform.read", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_made_up_cookie_opens_nothing(client):
    for token in ("x", "", "../..", "é"):
        cookie = f"{COOKIE}={token}".encode()
        assert client.get("/account.own", headers={b"Cookie": cookie}).status_code == 401


def test_a_session_ends_when_idle_and_after_its_longest_time(client, store, clock):
    def asked(token):
        return client.get("/account.own", headers=with_session(token)).status_code

    token = session_of(store, user_with(store))
    for _ in range(28):
        clock.on(minutes=25)
        assert asked(token) == 200
    clock.on(minutes=20)  # twelve hours since it began
    assert asked(token) == 401
    token = session_of(store, user_with(store))
    clock.on(minutes=29, seconds=59)
    assert asked(token) == 200
    clock.on(minutes=30)
    assert asked(token) == 401


def test_the_settings_say_how_long_a_session_lasts(client, store, clock):
    told = {"session_idle_minutes": 100, "session_minutes_max": 2000}
    client.app.state.settings = type("Settings", (), told)
    token = session_of(store, user_with(store))
    for _ in range(20):
        clock.on(minutes=99)
        assert client.get("/account.own", headers=with_session(token)).status_code == 200
    clock.on(minutes=20)
    assert client.get("/account.own", headers=with_session(token)).status_code == 401
    token = session_of(store, user_with(store))
    clock.on(minutes=100)
    assert client.get("/account.own", headers=with_session(token)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": HOST},
        {"X-CSRF-Token": "TOKEN"},
        {"X-CSRF-Token": "", "Origin": HOST},
        {"X-CSRF-Token": "0" * 64, "Origin": HOST},
        {"X-CSRF-Token": "TOKEN", "Origin": "http://elsewhere"},
        {"X-CSRF-Token": "TOKEN", "Origin": "null"},
        {"X-CSRF-Token": "TOKEN", "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": "TOKEN", "Sec-Fetch-Site": "same-site", "Origin": HOST},
        {"X-CSRF-Token": "TOKEN", "Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere"},
    ],
)
def test_a_write_by_cookie_from_elsewhere_is_refused(client, store, headers):
    token = session_of(store, user_with(store))
    sent = {name: value.replace("TOKEN", csrf_of(token)) for name, value in headers.items()}
    for action in ("case.save", "account.own", "decide"):
        answer = client.post(f"/{action}", headers=with_session(token, **sent))
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_a_write_by_cookie_from_a_page_of_the_service_passes(client, store):
    token = session_of(store, user_with(store))
    assert client.post("/case.save", headers=whole(token)).status_code == 200
    fetched = {"X-CSRF-Token": csrf_of(token), "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/case.save", headers=with_session(token, **fetched))
    assert answer.status_code == 200


def test_behind_a_proxy_pages_of_the_public_address_pass(client, store):
    token = session_of(store, user_with(store))
    headers = {"X-CSRF-Token": csrf_of(token), "Origin": "https://zone.example"}
    sent = with_session(token, **headers)
    assert client.post("/case.save", headers=sent).status_code == 403
    client.app.state.settings = type("Settings", (), {"public_url": "https://zone.example"})
    assert client.post("/case.save", headers=sent).status_code == 200
    other = with_session(token, **{**headers, "Origin": "http://zone.example"})
    assert client.post("/case.save", headers=other).status_code == 403


def test_the_token_of_another_session_does_not_fit(client, store):
    user = user_with(store)
    one, other = session_of(store, user), session_of(store, user)
    headers = with_session(one, **{"X-CSRF-Token": csrf_of(other), "Origin": HOST})
    assert client.post("/case.save", headers=headers).json()["code"] == "csrf"


def test_a_sign_in_form_on_another_site_is_refused(client):
    assert client.post("/account.sign_in").status_code == 200
    assert client.post("/account.sign_in", headers={"Origin": HOST}).status_code == 200
    answer = client.post("/account.sign_in", headers={"Origin": "http://elsewhere"})
    assert answer.json()["code"] == "csrf"


def test_what_needs_a_second_factor_is_refused_without(client, store):
    user = user_with(store, "approver")
    plain = session_of(store, user)
    answer = client.post("/reform.approve", headers=whole(plain))
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
    proved = session_of(store, user, second_factor=True)
    assert client.post("/reform.approve", headers=whole(proved)).status_code == 200


@pytest.mark.parametrize(
    ("stage", "code"), [("factor", "second_factor_needed"), ("change", "password_change_needed")]
)
def test_an_unfinished_session_is_let_nowhere_but_to_its_end(client, store, stage, code):
    token = session_of(store, user_with(store, "administrator"), stage=stage)
    for action, rule in ACTIONS.items():
        answer = client.get(f"/{action}", headers=with_session(token))
        if rule.unfinished:
            assert answer.status_code == 200, action
        elif "visitor" in rule.roles and not rule.signed_in:
            assert answer.json()["actor"] == "visitor", action
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, code), action


def test_a_key_acts_in_the_roles_that_it_and_its_owner_have(client, store):
    user = user_with(store, "officer", "approver", "administrator")
    secret = key_of(store, user, "officer", "approver", "administrator", "auditor")
    answer = client.get("/case.read", headers=bearer(secret)).json()
    assert answer["id"] == user
    assert answer["actor"].startswith("key:k-")
    assert answer["roles"] == ["officer", "visitor"]
    for action in ("reform.approve", "user.create", "journal.read"):
        assert client.post(f"/{action}", headers=bearer(secret)).status_code == 403


def test_a_key_needs_no_token_against_forged_requests(client, store):
    secret = key_of(store, user_with(store), "firm")
    assert client.post("/case.save", headers=bearer(secret)).status_code == 200


def test_a_key_that_does_not_hold_is_refused_even_where_visitors_may(client, store, clock):
    user = user_with(store)
    secret = key_of(store, user, "firm", lasts=dt.timedelta(days=1))
    assert client.get("/decide", headers=bearer(secret)).status_code == 200
    wrong = [bearer(secret + "x"), bearer(secret[:-1]), bearer("oz_"), bearer(""),
             {"Authorization": f"Basic {secret}"}, {"Authorization": ""}]  # fmt: skip
    for headers in wrong:
        assert client.get("/decide", headers=headers).status_code == 401
    clock.on(days=1)
    assert client.get("/decide", headers=bearer(secret)).status_code == 401


def test_a_wrong_key_beside_a_good_cookie_is_refused(client, store):
    token = session_of(store, user_with(store))
    answer = client.get("/account.own", headers=with_session(token, **bearer("oz_wrong")))
    assert answer.status_code == 401


def test_a_disabled_user_is_let_in_by_nothing(client, store):
    user = user_with(store, "officer")
    token, secret = session_of(store, user), key_of(store, user, "officer")
    with store.writing() as writing:
        writing.append(Event("e-1", "u-one", "user.disabled", user, {}))
    assert client.get("/case.read", headers=with_session(token)).status_code == 401
    assert client.get("/case.read", headers=bearer(secret)).status_code == 401


def test_each_denied_attempt_is_journalled_and_repeats_are_folded(client, store, clock):
    user = user_with(store)
    headers = with_session(session_of(store, user))
    for _ in range(20):
        client.get("/journal.read", headers=headers)
    client.get("/journal.read")
    first, other = denied(store)
    assert (first.actor, first.subject) == (user, "journal.read")
    assert first.payload == {
        "action": "journal.read", "reason": "not_allowed", "route": "/journal.read",
        "method": "GET", "repeats": 0,
    }  # fmt: skip
    assert (other.actor, other.payload["reason"]) == ("visitor", "not_signed_in")
    clock.on(minutes=1)
    client.get("/journal.read")
    found = [(one.actor, one.payload["repeats"]) for one in denied(store)]
    assert found[2:] == [(user, 19), ("visitor", 0)]


def test_what_is_journalled_of_an_address_names_its_parts_and_not_their_values(store):
    app = FastAPI()
    app.state.store = store
    problems.install(app)

    @app.get("/cases/{case}", dependencies=[Depends(needs("case.read"))])
    def route(case: str):
        return case

    for path in ("secret-1", "secret-2", "a%00b"):
        assert TestClient(app).get(f"/cases/{path}").status_code == 401
    (told,) = denied(store)
    assert told.payload["route"] == "/cases/{case}"


def test_counts_that_wait_are_written_before_the_service_stops(client, store):
    for _ in range(5):
        client.get("/user.read")
    request: Any = type("Request", (), {"app": client.app})
    denials_of(request).flush(store)
    assert [one.payload["repeats"] for one in denied(store)] == [0, 4]
    denials_of(request).flush(store)
    assert len(denied(store)) == 2


def test_an_application_that_stops_writes_the_counts_that_wait(store):
    app = FastAPI(lifespan=writing_denials)
    app.state.store = store
    problems.install(app)

    @app.get("/users", dependencies=[Depends(needs("user.read"))])
    def route():
        return []

    with TestClient(app) as living:
        for _ in range(3):
            living.get("/users")
        assert [one.payload["repeats"] for one in denied(store)] == [0]
    assert [one.payload["repeats"] for one in denied(store)] == [0, 2]


def test_a_store_that_cannot_be_written_still_refuses(client, store, monkeypatch):
    from openzone.errors import Fault
    from openzone.store.faults import StoreError

    def full(*_):
        raise StoreError(Fault("store_full", "full"))

    with monkeypatch.context() as patch:
        patch.setattr(store, "writing", full)
        assert client.get("/user.read").status_code == 401
    request: Any = type("Request", (), {"app": client.app})
    denials_of(request).flush(store)
    assert [one.payload["repeats"] for one in denied(store)] == [1]


def test_the_tables_of_people_are_what_the_journal_says(client, store):
    user = user_with(store, "officer")
    key_of(store, user, "officer")
    client.get("/user.read")
    assert differing_tables(store) == []
