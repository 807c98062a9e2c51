"""Accounts over HTTP: signing in, users, roles and keys, as a browser or a program asks."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from openzone.api.guards import COOKIE
from openzone.api.identity import close_provider
from openzone.api.routes import keys, session, users
from openzone.office import people
from openzone.office.permission import ACTIONS
from openzone.store.rebuilding import differing_tables
from openzone.store.verifying import verify
from tests.api.browser import HOST, OWN, Browser, refused
from tests.office.local_provider import CLIENT, SECRET, LocalProvider

# ---- the session ---------------------------------------------------------------------------------


def test_every_route_names_the_action_that_guards_it():
    guarded = {}
    routes: list[Any] = [*session.router.routes, *users.router.routes, *keys.router.routes]
    for route in routes:
        held = [one.call for one in route.dependant.dependencies]
        actions = [one.action for one in held if hasattr(one, "action")]
        assert len(actions) == 1, route.path
        assert actions[0] in ACTIONS
        guarded[route.path, *route.methods] = actions[0]
    assert guarded["/v1/users/{user}", "DELETE"] == "user.erase"
    assert len(guarded) == 24


def test_the_first_administrator_settles_and_is_told_who_they_are(boss):
    me = boss.get("/session").json()
    assert (me["login"], me["roles"]) == ("admin", ["administrator", "visitor"])
    assert (me["stage"], me["second_factor"], me["enrolled"]) == ("full", True, True)
    answer = boss.get("/session")
    assert answer.headers["cache-control"] == "no-store"


def test_the_cookie_is_for_pages_of_the_service_alone(anybody, app, clock, store):
    made = people.first_administrator(store)

    def cookie(base):
        answer = Browser(app, clock, base).sign_in("admin", made.one_time_password)
        return answer.headers["set-cookie"]

    plain = cookie(HOST)
    assert plain.startswith(f"{COOKIE}=")
    for word in ("HttpOnly", "Path=/", "SameSite=lax"):
        assert word in plain
    assert "Secure" not in plain
    for base in ("https://localhost", "https://zone.example", "http://zone.example"):
        assert "Secure" in cookie(base)
    app.state.settings = type("Settings", (), {"public_url": "https://zone.example"})
    assert "Secure" in cookie(HOST)


def test_a_session_that_is_not_finished_tells_nothing_of_the_account(app, clock, store):
    made = people.first_administrator(store)
    waiting = Browser(app, clock)
    waiting.sign_in("admin", made.one_time_password)
    me = waiting.get("/session").json()
    assert (me["stage"], me["login"], me["roles"]) == ("change", "", [])
    refused(waiting.get("/users"), 403, "password_change_needed")
    refused(waiting.get("/keys"), 403, "password_change_needed")
    refused(waiting.post("/account/second-factor", {}), 403, "password_change_needed")


def test_with_a_second_factor_the_password_is_half_of_it(boss, anybody, clock):
    assert anybody.sign_in("admin", OWN).json()["stage"] == "factor"
    refused(anybody.get("/users"), 403, "second_factor_needed")
    refused(anybody.ask("PUT", "/account/password", {"old": OWN, "new": OWN + "2"}),
            401, "not_signed_in")  # fmt: skip
    refused(anybody.post("/session/second-factor", {"code": "000000"}), 401, "sign_in_refused")
    code = boss.codes.at(clock())
    old = anybody.http.cookies[COOKIE]
    answer = anybody.post("/session/second-factor", {"code": code})
    assert answer.json()["stage"] == "full"
    assert anybody.http.cookies[COOKIE] != old
    assert anybody.get("/users").status_code == 200


def test_a_wrong_password_is_refused_and_journalled(boss, anybody, store):
    refused(anybody.sign_in("admin", "wrong"), 401, "sign_in_refused")
    refused(anybody.sign_in("nobody", "wrong"), 401, "sign_in_refused")
    (told,) = store.events(kinds=["access.denied"])
    assert told.event.payload["route"] == "/v1/session"
    assert "set-cookie" not in anybody.sign_in("admin", "wrong").headers


def test_after_some_failures_the_wait_is_told(boss, anybody, clock):
    for _ in range(5):
        anybody.sign_in("admin", "wrong")
    answer = anybody.sign_in("admin", OWN)
    refused(answer, 429, "too_many_attempts")
    assert answer.headers["retry-after"] == "1"


def test_signing_in_again_ends_the_session_that_the_browser_held(boss, clock, store):
    other = Browser(boss.http.app, clock)
    other.http.cookies = boss.http.cookies.__class__(boss.http.cookies)
    assert other.get("/session").status_code == 200
    boss.sign_in("admin", OWN)
    refused(other.get("/session"), 401, "not_signed_in")


def test_signing_out_ends_the_session_and_drops_the_cookie(boss, app, clock):
    twin = Browser(app, clock)
    twin.http.cookies.set(COOKIE, boss.http.cookies[COOKIE])
    assert twin.get("/session").status_code == 200
    answer = boss.ask("DELETE", "/session")
    assert answer.status_code == 204
    assert COOKIE not in boss.http.cookies
    refused(twin.get("/session"), 401, "not_signed_in")


def test_signing_out_everywhere_ends_all(boss, app, clock):
    twin = Browser(app, clock)
    twin.sign_in("admin", OWN)
    twin.post("/session/second-factor", {"code": boss.codes.at(clock())})
    assert twin.ask("DELETE", "/sessions").status_code == 204
    refused(boss.get("/session"), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/session"), ("DELETE", "/sessions"), ("PUT", "/account/password"),
     ("POST", "/account/second-factor"), ("PUT", "/account/second-factor"), ("POST", "/users"),
     ("POST", "/session/second-factor"), ("POST", "/grants"), ("POST", "/keys"),
     ("POST", "/users/u-1/reset"), ("DELETE", "/users/u-1"), ("POST", "/grants/g-1/confirm")],
)  # fmt: skip
def test_no_other_site_writes_with_the_cookie(boss, method, path):
    refused(boss.ask(method, path, {}, Origin="https://evil.example"), 403, "csrf")
    refused(boss.ask(method, path, {}, **{"X-CSRF-Token": "0" * 64}), 403, "csrf")


def test_a_sign_in_form_of_another_site_is_refused(anybody):
    answer = anybody.post("/session", {"login": "a", "password": "b"}, Origin="https://evil")
    refused(answer, 403, "csrf")


@pytest.mark.parametrize(
    "body", [{}, {"login": "admin"}, {"login": 7, "password": "x"}, [], None,
             {"login": "admin", "password": "x", "remember": True},
             {"login": "x" * 300, "password": "x"}, {"login": "x", "password": "x" * 2000}]
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(anybody, body):
    answer = anybody.post("/session", body)
    assert answer.status_code == 422
    assert "x" * 100 not in answer.text


# ---- users and roles -----------------------------------------------------------------------------


def test_two_administrators_make_an_approver(hired, boss, store):
    approver = hired("approver", "approver")
    me = approver.get("/session").json()
    assert me["roles"] == ["approver", "visitor"]
    granted = boss.get(f"/grants?user={approver.id}&state=granted").json()
    assert [(one["role"], one["alone"]) for one in granted] == [("approver", False)]
    assert differing_tables(store) == []
    assert verify(store).holds


def test_nobody_confirms_their_own_proposal_over_http(hired, boss):
    user = boss.post("/users", {"login": "wang", "name": "王"}).json()["id"]
    grant = boss.post("/grants", {"user": user, "role": "officer"}).json()["id"]
    refused(boss.post(f"/grants/{grant}/confirm"), 403, "four_eyes")
    me = boss.get("/session").json()["user"]
    refused(boss.post("/grants", {"user": me, "role": "approver"}), 403, "four_eyes")


ADMINISTRATION = [
    ("GET", "/users", None), ("GET", "/users/u-1", None), ("GET", "/grants", None),
    ("POST", "/users", {"login": "x1", "name": "x"}), ("POST", "/users/u-1/disable", None),
    ("POST", "/users/u-1/enable", None), ("POST", "/users/u-1/reset", None),
    ("DELETE", "/users/u-1", None), ("POST", "/grants", {"user": "u-1", "role": "officer"}),
    ("POST", "/grants/g-1/confirm", None), ("POST", "/grants/g-1/revoke", None),
]  # fmt: skip


@pytest.mark.parametrize("role", ["firm", "officer", "reform_officer", "approver", "auditor"])
def test_no_other_role_administers_users(hired, role):
    somebody = hired("somebody", *({role} - {"firm"}))
    for method, path, body in ADMINISTRATION:
        answer = somebody.ask(method, path, body)
        if role == "auditor" and method == "GET":
            assert answer.status_code in (200, 404)
        else:
            refused(answer, 403, "not_allowed")


def test_a_visitor_administers_nothing(anybody):
    for method, path, body in ADMINISTRATION:
        refused(anybody.ask(method, path, body), 401, "not_signed_in")


def test_an_administrator_without_a_second_factor_grants_nothing(app, clock, store):
    made = people.first_administrator(store)
    plain = Browser(app, clock)
    plain.sign_in("admin", made.one_time_password)
    plain.ask("PUT", "/account/password", {"old": made.one_time_password, "new": OWN})
    user = plain.post("/users", {"login": "wang", "name": "王"}).json()["id"]
    refused(plain.post("/grants", {"user": user, "role": "administrator"}), 403,
            "second_factor_needed")  # fmt: skip


def test_users_are_closed_opened_reset_and_erased(boss):
    made = boss.post("/users", {"login": "wang", "name": "王"}).json()
    path = f"/users/{made['id']}"
    assert boss.post(f"{path}/disable").json()["state"] == "disabled"
    refused(boss.post(f"{path}/disable"), 409, "wrong_state")
    assert boss.post(f"{path}/enable").json()["state"] == "active"
    assert boss.post(f"{path}/reset").json()["one_time_password"] != made["one_time_password"]
    assert boss.ask("DELETE", path).status_code == 204
    assert boss.get(path).json()["login"] == ""
    refused(boss.post(f"{path}/reset"), 409, "wrong_state")


def test_what_does_not_exist_is_not_found(boss):
    for method, path in (("GET", "/users/u-9"), ("POST", "/users/u-9/reset"),
                         ("DELETE", "/users/u-9"), ("POST", "/grants/g-9/revoke"),
                         ("POST", "/grants/g-9/confirm"), ("DELETE", "/keys/k-9")):  # fmt: skip
        refused(boss.ask(method, path), 404, "unknown_reference")
    refused(boss.post("/grants", {"user": "u-9", "role": "officer"}), 422, "unknown_reference")
    for id in ("%00", "a%00b", "%FF", "x" * 201, "%E2%80%AE"):
        assert boss.get(f"/users/{id}").status_code == 422


def test_users_come_in_parts_with_links(boss):
    for number in range(3):
        boss.post("/users", {"login": f"user{number}", "name": "王"})
    whole = [one["id"] for one in boss.get("/users").json()]
    first = boss.get("/users?limit=2")
    following = first.links["next"]["url"].removeprefix("/v1")
    parts = [one["id"] for one in first.json() + boss.get(following).json()]
    assert parts == whole
    assert "next" not in boss.get("/users").links
    for query in ("limit=0", "limit=101", "limit=x", "cursor=x", "cursor=NQ"):
        assert boss.get(f"/users?{query}").status_code == 422


def test_a_repeated_request_is_answered_and_shows_no_password_again(boss):
    body = {"login": "wang", "name": "王"}
    one = boss.post("/users", body, **{"Idempotency-Key": "mine-1"}).json()
    two = boss.post("/users", body, **{"Idempotency-Key": "mine-1"}).json()
    assert (two["id"], two["one_time_password"]) == (one["id"], "")
    other = boss.post("/users", {**body, "login": "li"}, **{"Idempotency-Key": "mine-1"})
    refused(other, 409, "repeat_differs")
    for key in ("", " ", "x" * 200):
        answer = boss.post("/users", {"login": "li2", "name": "x"}, **{"Idempotency-Key": key})
        refused(answer, 422, "wrong_value")


# ---- keys ----------------------------------------------------------------------------------------


def test_a_key_is_made_used_as_far_as_it_goes_and_revoked(hired, app, clock):
    auditor = hired("auditor", "auditor", "officer")
    made = auditor.post("/keys", {"label": "reader", "roles": ["officer"], "days": 9})
    assert made.status_code == 201
    secret = made.json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    program = Browser(app, clock)
    for method, path in (("GET", "/session"), ("GET", "/keys"), ("GET", "/users"),
                         ("DELETE", "/sessions"), ("POST", "/keys")):  # fmt: skip
        refused(program.ask(method, path, {}, **bearer), 403, "not_allowed")
    (held,) = auditor.get("/keys").json()
    assert (held["label"], held["roles"], held["revoked_at"]) == ("reader", ["officer"], "")
    assert secret not in auditor.get("/keys").text
    assert auditor.ask("DELETE", f"/keys/{held['id']}").status_code == 204
    refused(program.ask("GET", "/session", **bearer), 401, "not_signed_in")


def test_a_key_with_more_than_its_owner_may_is_refused(hired):
    officer = hired("officer", "officer")
    for body in ({"label": "x", "roles": ["auditor"], "days": 9},
                 {"label": "x", "roles": ["approver"], "days": 9},
                 {"label": "x", "roles": [], "days": 9}, {"label": "", "roles": ["officer"]},
                 {"label": "x", "roles": ["officer"], "days": 9999}):  # fmt: skip
        assert officer.post("/keys", body).status_code == 422


# ---- a provider of identities --------------------------------------------------------------------


def test_without_a_provider_there_is_nothing_to_visit(anybody):
    refused(anybody.get("/session/oidc"), 404, "not_found")
    refused(anybody.get("/session/oidc/callback?code=x&state=y"), 404, "not_found")


def settings(local, **more):
    """Settings of a service that knows the provider."""
    told = {"oidc_issuer": local.issuer, "oidc_client": CLIENT, "oidc_secret": SecretStr(SECRET),
            "public_url": "", "port": 80, **more}  # fmt: skip
    return type("Settings", (), told)


def test_a_browser_visits_the_provider_and_comes_back_signed_in(app, clock, anybody):
    local = LocalProvider(clock)
    app.state.settings = settings(local)
    try:
        away = anybody.get("/session/oidc")
        assert away.status_code == 303
        assert "HttpOnly" in away.headers["set-cookie"]
        back = local.visited(away.headers["location"])
        assert local.visits[back["code"]]["redirect_uri"] == (
            "http://localhost:80/v1/session/oidc/callback"
        )
        query = f"/session/oidc/callback?code={back['code']}&state={back['state']}"
        refused(Browser(app, clock).get(query), 401, "sign_in_refused")  # another browser
        answer = anybody.get(query)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert anybody.get("/session").json()["name"] == "李伟"
        assert anybody.get("/session").json()["roles"] == ["firm", "visitor"]
        refused(anybody.get(query), 401, "sign_in_refused")
        local.down = True
        clock.on(hours=2)
        refused(anybody.get("/session/oidc"), 502, "identity_provider")
    finally:
        close_provider(app)
        local.close()
