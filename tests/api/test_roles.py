"""Who may use which route, written by hand beside the program: what each role is denied over HTTP.

The program guards a route by an action, and an action by a rule. This table knows of neither. A new
route fails the suite until it is written here; so does one that lets in more, or fewer.
"""

import pytest

from openzone.api.app import create
from openzone.api.guards import COOKIE
from openzone.api.limits import Limits
from openzone.api.preparing import signing_key
from openzone.api.reading import settings
from openzone.office.callers import ROLES
from openzone.store.store import Store
from tests.api.browser import Browser
from tests.api.door import DAY
from tests.office.people_made import key_of, session_of, user_with

EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
APPLICANTS = frozenset({"firm", "officer", "reform_officer"})
OFFICE = SIGNED_IN - {"firm"}
READERS_OF_CASES = SIGNED_IN - {"administrator"}
AUDIT = frozenset({"auditor", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})
DRAFTERS = frozenset({"reform_officer"})
APPROVERS = frozenset({"approver"})
ASK_FOR_JOBS = APPLICANTS | APPROVERS
MAY = {
    "GET /openapi.json": EVERYBODY,
    "GET /v1/health": EVERYBODY,
    "GET /v1/ready": EVERYBODY,
    "GET /metrics": AUDIT,
    "POST /v1/decide": EVERYBODY,
    "POST /v1/explain": EVERYBODY,
    "GET /v1/law": EVERYBODY,
    "GET /v1/law/{id:path}": EVERYBODY,
    "GET /v1/search": EVERYBODY,
    "GET /v1/diff": EVERYBODY,
    "POST /v1/diff": EVERYBODY,
    "GET /v1/openness": EVERYBODY,
    "POST /v1/journey": EVERYBODY,
    "POST /v1/journey/unblock": EVERYBODY,
    "POST /v1/journey/compare": EVERYBODY,
    "POST /v1/interview": EVERYBODY,
    "GET /v1/regimes": EVERYBODY,
    "GET /v1/regimes/{name}": EVERYBODY,
    "GET /v1/problems": EVERYBODY,
    "GET /v1/problems/{code}": EVERYBODY,
    "GET /v1/shared/{token}": EVERYBODY,
    "GET /v1/reforms": OFFICE,
    "GET /v1/reforms/{id}": OFFICE,
    "GET /v1/reforms/{id}/revisions": OFFICE,
    "GET /v1/reforms/{id}/comments": OFFICE,
    "GET /v1/reforms/{id}/effect": OFFICE,
    "POST /v1/reforms/new": EVERYBODY,
    "POST /v1/reforms": DRAFTERS,
    "POST /v1/reforms/{id}/revisions": DRAFTERS,
    "POST /v1/reforms/{id}/submit": DRAFTERS,
    "POST /v1/reforms/{id}/withdraw": DRAFTERS,
    "POST /v1/reforms/{id}/comments": OFFICE - ADMINISTRATOR,
    "POST /v1/reforms/{id}/approve": APPROVERS,
    "POST /v1/reforms/{id}/reject": APPROVERS,
    "POST /v1/session": EVERYBODY,
    "GET /v1/session": SIGNED_IN,
    "DELETE /v1/session": SIGNED_IN,
    "POST /v1/session/second-factor": SIGNED_IN,
    "GET /v1/session/oidc": EVERYBODY,
    "GET /v1/session/oidc/callback": EVERYBODY,
    "DELETE /v1/sessions": SIGNED_IN,
    "PUT /v1/account/password": SIGNED_IN,
    "POST /v1/account/second-factor": SIGNED_IN,
    "PUT /v1/account/second-factor": SIGNED_IN,
    "GET /v1/keys": SIGNED_IN,
    "POST /v1/keys": SIGNED_IN,
    "DELETE /v1/keys/{key}": SIGNED_IN,
    "GET /v1/users": AUDIT,
    "GET /v1/users/{user}": AUDIT,
    "GET /v1/grants": AUDIT,
    "POST /v1/users": ADMINISTRATOR,
    "POST /v1/users/{user}/disable": ADMINISTRATOR,
    "POST /v1/users/{user}/enable": ADMINISTRATOR,
    "POST /v1/users/{user}/reset": ADMINISTRATOR,
    "DELETE /v1/users/{user}": ADMINISTRATOR,
    "POST /v1/grants": ADMINISTRATOR,
    "POST /v1/grants/{grant}/confirm": ADMINISTRATOR,
    "POST /v1/grants/{grant}/revoke": ADMINISTRATOR,
    "POST /v1/cases": APPLICANTS,
    "GET /v1/cases": READERS_OF_CASES,
    "GET /v1/cases/{id}": READERS_OF_CASES,
    "POST /v1/cases/{id}/reproduce": READERS_OF_CASES,
    "POST /v1/cases/{id}/recheck": READERS_OF_CASES,
    "GET /v1/cases/{id}/shares": READERS_OF_CASES,
    "POST /v1/cases/{id}/shares": APPLICANTS,
    "DELETE /v1/cases/{id}/shares/{share}": APPLICANTS,
    "POST /v1/attachments": APPLICANTS,
    "GET /v1/attachments": READERS_OF_CASES,
    "GET /v1/attachments/{id}": READERS_OF_CASES,
    "GET /v1/attachments/{id}/content": READERS_OF_CASES,
    "POST /v1/jobs": ASK_FOR_JOBS,
    "GET /v1/jobs": SIGNED_IN,
    "GET /v1/jobs/{id}": SIGNED_IN,
    "GET /v1/jobs/{id}/result": SIGNED_IN,
    "DELETE /v1/jobs/{id}": ASK_FOR_JOBS | ADMINISTRATOR,
    "GET /v1/journal": AUDIT,
    "GET /v1/journal/checkpoint": AUDIT,
    "GET /v1/journal/key": AUDIT,
    "GET /v1/journal/{seq}/proof": AUDIT,
}
PEOPLE_ONLY = {
    "POST /v1/session", "GET /v1/session", "DELETE /v1/session", "POST /v1/session/second-factor",
    "GET /v1/session/oidc", "GET /v1/session/oidc/callback", "DELETE /v1/sessions",
    "PUT /v1/account/password", "POST /v1/account/second-factor", "PUT /v1/account/second-factor",
    "GET /v1/keys", "POST /v1/keys", "DELETE /v1/keys/{key}", "GET /v1/users",
    "GET /v1/users/{user}", "GET /v1/grants", "POST /v1/users", "POST /v1/users/{user}/disable",
    "POST /v1/users/{user}/enable", "POST /v1/users/{user}/reset", "DELETE /v1/users/{user}",
    "POST /v1/grants", "POST /v1/grants/{grant}/confirm", "POST /v1/grants/{grant}/revoke",
    "POST /v1/reforms/{id}/approve", "POST /v1/reforms/{id}/reject", "POST /v1/cases/{id}/shares",
}  # fmt: skip
SECOND_FACTOR = {
    "POST /v1/reforms/{id}/approve", "POST /v1/reforms/{id}/reject",
    "POST /v1/users/{user}/disable", "POST /v1/users/{user}/enable",
    "POST /v1/users/{user}/reset", "DELETE /v1/users/{user}", "POST /v1/grants",
    "POST /v1/grants/{grant}/confirm", "POST /v1/grants/{grant}/revoke",
}  # fmt: skip
NO_KEY_CARRIES = {"approver", "administrator"}
DENIED = {"not_signed_in", "not_allowed", "second_factor_needed"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    data = tmp_path_factory.mktemp("roles")
    held = settings(given={"data": str(data)})
    store = Store.opened(held.store_url)
    signing_key(held.key_file, store)
    yield create(held, store, limits=Limits(anonymous_rate=0, caller_rate=0), today=lambda: DAY)
    store.close()


def asked(app, route, session="", key=""):
    """Ask a route as a page does, or with a key: the code that denies it to the caller, or nothing.

    The parts of the address name nothing that there is, and the question is none: who may use the
    route is told before that.
    """
    method, path = route.split()
    parts = ("1" if part == "{seq}" else "none" if part[:1] == "{" else part
             for part in path.split("/"))  # fmt: skip
    browser = Browser(app, None)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    if session:
        browser.http.cookies.set(COOKIE, session)
        browser.get("/session")
        headers = {"Origin": browser.base, "X-CSRF-Token": browser.csrf}
    answer = browser.http.request(
        method, "/".join(parts) + "?no_such_field=1", headers=headers,
        json=None if method == "GET" else {},
    )  # fmt: skip
    assert answer.status_code < 500, answer.text
    code = answer.json()["code"] if answer.status_code in {401, 403} else ""
    return code if code in DENIED else ""


def open_to(role):
    return {route for route, roles in MAY.items() if role in roles}


def test_every_route_stands_in_the_table(app):
    held = {f"{method} {one.path}" for one in app.routes for method in one.methods - {"HEAD"}}
    assert held == set(MAY)
    assert held >= PEOPLE_ONLY | SECOND_FACTOR


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_let_in_where_it_should_be_and_nowhere_else(app, role):
    store = app.state.store
    user = "" if role == "visitor" else user_with(store, role)
    let_in = {
        route for route in MAY
        if not asked(app, route, user and session_of(store, user, second_factor=True))
    }  # fmt: skip
    assert let_in == open_to(role)


@pytest.mark.parametrize("role", [one for one in ROLES if one != "visitor"])
def test_a_key_is_let_in_where_its_role_is_but_not_in_the_place_of_a_person(app, role):
    key = key_of(app.state.store, user_with(app.state.store, role), role)
    let_in = {route for route in MAY if not asked(app, route, key=key)}
    as_role = "visitor" if role in NO_KEY_CARRIES else role
    assert let_in == open_to(as_role) - PEOPLE_ONLY


@pytest.mark.parametrize("role", ["approver", "administrator"])
def test_without_the_second_factor_a_role_is_denied_what_takes_one(app, role):
    user = user_with(app.state.store, role)
    said = {route: asked(app, route, session_of(app.state.store, user)) for route in open_to(role)}
    expected = dict.fromkeys(SECOND_FACTOR & open_to(role), "second_factor_needed")
    assert {route: code for route, code in said.items() if code} == expected
