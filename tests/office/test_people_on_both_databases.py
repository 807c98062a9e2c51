"""The life of an account, and races over accounts, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading

import pyotp
import pytest

from openzone.office import attempts, granting, keys, own_account, people, sessions, signing_in
from openzone.office.acts import PeopleError
from openzone.office.callers import OPERATOR, Caller
from openzone.office.permission import AccessError
from openzone.store import schema
from openzone.store.rebuilding import differing_tables
from openzone.store.store import Store
from openzone.store.verifying import verify
from tests.office.people_made import user_with

DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
OWN = "a plain sentence of mine"


@pytest.fixture(params=DATABASES)
def store(request, tmp_path, clock):
    url = tmp_path / "office.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    held = Store.opened(str(url), clock)
    schema.metadata.create_all(held.engine)
    yield held
    held.close()


def acting(user):
    return Caller(user, user, frozenset({"visitor", "administrator"}), "session", True)


def at_once(*acts):
    """What acts that run at the same time give: `done`, or the code of a refusal."""
    told = []

    def one(act):
        try:
            act()
            told.append("done")
        except (AccessError, PeopleError) as error:
            told.append(error.code)

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_an_account_from_the_first_start_to_its_erasure(store, clock):
    first = people.first_administrator(store)
    boss = acting(first.id)
    made = people.create(store, boss, "c-1", login="Wang.Fang", name="王芳", email="w@x.cn")
    second = acting(user_with(store))
    assert granting.propose(store, boss, "c-2", second.id, "administrator").alone
    grant = granting.propose(store, boss, "c-3", made.id, "officer")
    granting.confirm(store, second, "c-4", grant.id)
    token = signing_in.sign_in(store, "wang.fang", made.one_time_password).token
    token = own_account.change_password(store, token, made.one_time_password, OWN).token
    codes = pyotp.TOTP(own_account.offer_second_factor(store, token, OWN)["secret"])
    token = own_account.accept_second_factor(store, token, codes.at(clock())).token
    caller = sessions.found(store, token).caller
    assert (caller.roles, caller.second_factor) == ({"visitor", "officer"}, True)
    key = keys.create(store, caller, "c-5", label="x", roles=["officer"], days=9)
    assert keys.caller_of(store, key.secret).roles == {"visitor", "officer"}
    assert [one.login for one in people.listed(store) if one.login] == sorted(
        ("admin", "wang.fang"), key=lambda login: str(people.by_login(store, login))
    )
    assert differing_tables(store) == []
    people.erase(store, boss, "c-6", made.id)
    assert sessions.found(store, token) is None
    assert keys.caller_of(store, key.secret) is None
    assert differing_tables(store) == []
    assert verify(store).holds


@pytest.mark.parametrize("login", ["li\0wei", "\ud800", "' OR 1=1 --", "x" * 5000])
def test_whatever_is_typed_as_a_login_is_refused_in_the_same_words(store, login):
    with pytest.raises(AccessError) as caught:
        signing_in.sign_in(store, login, "\0\ud800", source="10.0.0.1")
    assert caught.value.code == "sign_in_refused"


def test_two_administrators_who_revoke_each_other_at_once_leave_one(store):
    one, two = (acting(user_with(store, "administrator")) for _ in range(2))
    grants = {grant.user: grant.id for grant in granting.listed(store)}
    told = at_once(lambda: granting.revoke(store, one, "c-1", grants[two.id]),
                   lambda: granting.revoke(store, two, "c-2", grants[one.id]))  # fmt: skip
    assert told == ["done", "not_allowed"]


def test_a_role_is_granted_before_its_user_is_closed_or_not_at_all(store):
    one, two = (acting(user_with(store, "administrator")) for _ in range(2))
    for number in range(5):
        user = user_with(store)
        grant = granting.propose(store, one, f"p-{number}", user, "approver").id
        acts = [
            lambda call=f"c-{number}", grant=grant: granting.confirm(store, two, call, grant),
            lambda call=f"r-{number}", user=user: people.disable(store, one, call, user),
        ]
        told = at_once(*acts)  # fmt: skip
        state = granting.one(store, grant).state
        assert (told, state) in (
            (["done", "done"], "granted"), (["done", "unknown_reference"], "proposed"),
        )  # fmt: skip


def test_guesses_at_once_are_no_more_guesses(store):
    people.create(store, OPERATOR, "c-1", login="li", name="李")
    guess = [lambda: signing_in.sign_in(store, "li", "wrong")] * 12
    told = at_once(*guess)
    assert told.count("sign_in_refused") == attempts.FREE
    assert told.count("too_many_attempts") == 12 - attempts.FREE


def test_one_code_at_once_opens_one_session(store, clock):
    made = people.create(store, OPERATOR, "c-1", login="li", name="李")
    token = signing_in.sign_in(store, "li", made.one_time_password).token
    token = own_account.change_password(store, token, made.one_time_password, OWN).token
    codes = pyotp.TOTP(own_account.offer_second_factor(store, token, OWN)["secret"])
    own_account.accept_second_factor(store, token, codes.at(clock()))
    clock.on(seconds=30)
    waiting = [signing_in.sign_in(store, "li", OWN).token for _ in range(3)]
    code = codes.at(clock())
    told = at_once(*[lambda one=one: signing_in.prove(store, one, code) for one in waiting])
    assert told == ["done", "sign_in_refused", "sign_in_refused"]
