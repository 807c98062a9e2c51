"""A browser with its cookies, and people who sign in with it: for tests over HTTP."""

from __future__ import annotations

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from openzone.api import problems
from openzone.api.app import placed
from openzone.api.routes import keys, session, users
from openzone.office import people

HOST = "http://localhost"
OWN = "a plain sentence of mine"
PATIENCE_S = 120


@pytest.fixture
def app(store):
    app = FastAPI()
    app.state.store = store
    problems.install(app)
    for one in (session, users, keys):
        placed(app, one.router)
    return app


class Browser:
    """A browser with its cookies and the token of its session; it sends what a page would send."""

    def __init__(self, app, clock, base=HOST):
        """`app`: an application, or None for a service that runs at `base`."""
        self.http = TestClient(app, base_url=base, follow_redirects=False) if app else httpx.Client(
            base_url=base, timeout=PATIENCE_S
        )  # fmt: skip
        self.clock, self.csrf, self.base = clock, "", base
        self.codes = None

    def ask(self, method, path, body=None, **headers):
        headers = {"Origin": self.base, "X-CSRF-Token": self.csrf, **headers}
        answer = self.http.request(method, f"/v1{path}", json=body, headers=headers)
        if answer.headers.get("content-type") == "application/json":
            told = answer.json()
            if isinstance(told, dict) and "csrf" in told:
                self.csrf = told["csrf"]
        return answer

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, **headers)

    def sign_in(self, login, password):
        return self.post("/session", {"login": login, "password": password})

    def settle(self, login, one_time):
        """Sign in for the first time: a password of one's own, and a second factor."""
        assert self.sign_in(login, one_time).json()["stage"] == "change"
        changed = self.ask("PUT", "/account/password", {"old": one_time, "new": OWN})
        assert changed.status_code == 200, changed.json()
        offer = self.post("/account/second-factor", {"password": OWN}).json()
        self.codes = pyotp.TOTP(offer["secret"])
        code = self.codes.at(self.clock())
        answer = self.ask("PUT", "/account/second-factor", {"code": code})
        assert answer.status_code == 200, answer.json()
        self.clock.on(seconds=30)
        return self


@pytest.fixture
def anybody(app, clock):
    return Browser(app, clock)


@pytest.fixture
def boss(app, store, clock):
    made = people.first_administrator(store)
    return Browser(app, clock).settle("admin", made.one_time_password)


@pytest.fixture
def hired(app, clock, boss):
    """Make a user with roles and sign in as them: the second administrator is made on the way."""
    return hiring(boss, lambda: Browser(app, clock))


def hiring(boss, browser):
    """What makes a user with roles, signed in at a new `browser()`."""
    first = boss.post("/users", {"login": "second", "name": "二"}).json()
    boss.post("/grants", {"user": first["id"], "role": "administrator"})
    second = browser().settle("second", first["one_time_password"])

    def hire(login, *roles):
        made = boss.post("/users", {"login": login, "name": login}).json()
        for role in roles:
            grant = boss.post("/grants", {"user": made["id"], "role": role}).json()
            answer = second.post(f"/grants/{grant['id']}/confirm")
            assert answer.json()["state"] == "granted"
        found = browser().settle(login, made["one_time_password"])
        found.id = made["id"]
        return found

    return hire


def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
