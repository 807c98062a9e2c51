"""Users: the first administrator, new ones, closed, reset and erased."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from openzone.office import granting, keys, people, sessions, signing_in
from openzone.office.acts import PeopleError
from openzone.office.callers import OPERATOR, Caller
from openzone.office.permission import AccessError
from openzone.store import schema
from openzone.store.faults import RepeatError
from openzone.store.rebuilding import differing_tables, rebuild
from openzone.store.tables import people as tables
from openzone.store.verifying import verify
from tests.office.people_made import key_of, session_of, user_with


@pytest.fixture
def boss(store):
    user = user_with(store, "administrator")
    return Caller(user, user, frozenset({"visitor", "administrator"}), "session", True)


@pytest.fixture
def other_boss(store, boss):
    user = user_with(store, "administrator")
    return Caller(user, user, frozenset({"visitor", "administrator"}), "session", True)


def refused(code, do, *args, **more):
    with pytest.raises((AccessError, PeopleError)) as caught:
        do(*args, **more)
    assert caught.value.code == code


def everywhere(store, text):
    """The tables in which a text stands."""
    found = []
    with store.reading() as connection:
        for table in schema.metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            found += [table.name for row in rows if text in repr(tuple(row))]
    return sorted(set(found))


# ---- the first start -----------------------------------------------------------------------------


def test_the_first_start_makes_one_administrator_with_a_one_time_password(store):
    made = people.first_administrator(store)
    person = people.one(store, made.id)
    assert (person.login, person.roles) == ("admin", ("administrator",))
    signed = signing_in.sign_in(store, "admin", made.one_time_password)
    assert signed.stage == "change"


def test_a_second_start_makes_nothing_and_no_default_password_opens(store):
    made = people.first_administrator(store)
    assert people.first_administrator(store) is None
    assert len(people.listed(store)) == 1
    assert everywhere(store, made.one_time_password) == []
    for password in ("", "admin", "password", "openzone", "None"):
        refused("sign_in_refused", signing_in.sign_in, store, "admin", password, source=password)


def test_two_stores_have_two_passwords(store, tmp_path, empty_store):
    import shutil

    from openzone.store.store import Store

    other = Store.opened(str(shutil.copy(empty_store, tmp_path / "other.db")))
    one, two = people.first_administrator(store), people.first_administrator(other)
    other.close()
    assert one.one_time_password != two.one_time_password
    assert len(one.one_time_password) == 29


def test_a_store_whose_only_user_was_erased_gets_no_new_first_administrator(store):
    made = people.create(store, OPERATOR, "c-1", login="wang", name="王")
    people.erase(store, OPERATOR, "c-2", made.id)
    assert people.first_administrator(store) is None


# ---- making users --------------------------------------------------------------------------------


def test_a_new_user_is_a_firm_with_a_one_time_password(store, boss):
    made = people.create(store, boss, "c-1", login="Wang.Fang", name="王芳", email="w@x.cn")
    person = people.one(store, made.id)
    assert (person.login, person.name, person.email) == ("wang.fang", "王芳", "w@x.cn")
    assert (person.state, person.roles, person.second_factor) == ("active", (), False)
    assert people.by_login(store, "WANG.FANG") == made.id


def test_a_repeated_call_makes_no_second_user_and_shows_no_password_again(store, boss):
    one = people.create(store, boss, "c-1", login="wang", name="王")
    two = people.create(store, boss, "c-1", login="wang", name="王")
    assert (two.id, two.one_time_password) == (one.id, "")
    assert signing_in.sign_in(store, "wang", one.one_time_password)
    with pytest.raises(RepeatError):
        people.create(store, boss, "c-1", login="wang2", name="王")


def test_a_login_is_used_once_whatever_its_case(store, boss):
    people.create(store, boss, "c-1", login="wang", name="王")
    refused("duplicate", people.create, store, boss, "c-2", login="ＷANG ", name="汪")


@pytest.mark.parametrize(
    "login", ["", "x", "two words", "x" * 81, "x" * 5000, "oidc:u-1", "a/b", "a'b", 'a"b', "<b>",
              "a\nb", "ab\0", "ab\ud800", "ab?"]
)  # fmt: skip
def test_what_is_no_login_is_refused(store, boss, login):
    refused("wrong_value", people.create, store, boss, "c-1", login=login, name="王")


@pytest.mark.parametrize(
    "more", [{"name": ""}, {"name": "  "}, {"name": "x" * 121}, {"name": "a\nb"},
             {"name": "王", "email": "x" * 121}, {"name": "王", "email": "a\0b"}]
)  # fmt: skip
def test_what_is_no_name_or_address_is_refused(store, boss, more):
    refused("wrong_value", people.create, store, boss, "c-1", login="wang", **more)


# ---- closing, opening, resetting -----------------------------------------------------------------


def test_a_closed_account_loses_its_sessions_and_opens_again(store, boss):
    user = user_with(store, "officer")
    token, secret = session_of(store, user), key_of(store, user, "officer")
    people.disable(store, boss, "c-1", user)
    assert sessions.found(store, token) is None
    assert keys.caller_of(store, secret) is None
    refused("wrong_state", people.disable, store, boss, "c-2", user)
    people.enable(store, boss, "c-3", user)
    assert sessions.found(store, token) is None
    assert keys.caller_of(store, secret).roles == {"visitor", "officer"}
    refused("wrong_state", people.enable, store, boss, "c-4", user)


def test_nobody_closes_resets_or_erases_themselves(store, boss, other_boss):
    for number, act in enumerate((people.disable, people.reset, people.erase)):
        refused("four_eyes", act, store, boss, f"c-{number}", boss.id)


def test_what_needs_a_second_factor_needs_it_here_too(store, boss):
    plain = Caller(boss.id, boss.id, boss.roles, "session", False)
    for number, act in enumerate((people.disable, people.reset, people.erase)):
        refused("second_factor_needed", act, store, plain, f"c-{number}", user_with(store))


def test_a_reset_takes_sessions_keys_factor_and_the_roles_that_decide_alone(
    store, boss, other_boss
):
    made = people.create(store, boss, "c-1", login="wang", name="王")
    for number, role in enumerate(("officer", "approver", "administrator")):
        grant = granting.propose(store, boss, f"p-{number}", made.id, role)
        granting.confirm(store, other_boss, f"q-{number}", grant.id)
    token, secret = session_of(store, made.id), key_of(store, made.id, "officer")
    again = people.reset(store, boss, "c-2", made.id)
    assert people.one(store, made.id).roles == ("officer",)
    assert sessions.found(store, token) is None
    assert keys.caller_of(store, secret) is None
    refused("sign_in_refused", signing_in.sign_in, store, "wang", made.one_time_password)
    assert signing_in.sign_in(store, "wang", again.one_time_password).stage == "change"
    assert people.reset(store, boss, "c-2", made.id).one_time_password == ""


def test_an_open_proposal_of_such_a_role_goes_with_a_reset_too(store, boss, other_boss):
    made = people.create(store, boss, "c-1", login="wang", name="王")
    grant = granting.propose(store, boss, "c-2", made.id, "approver")
    people.reset(store, boss, "c-3", made.id)
    assert granting.one(store, grant.id).state == "revoked"


def test_the_last_administrator_is_reset_by_the_operator_alone_and_stays_one(store):
    made = people.first_administrator(store)
    again = people.reset(store, OPERATOR, "c-1", made.id)
    assert people.one(store, made.id).roles == ("administrator",)
    assert signing_in.sign_in(store, "admin", again.one_time_password).stage == "change"


# ---- erasing -------------------------------------------------------------------------------------


def test_an_erased_user_is_gone_but_the_journal_stands(store, boss):
    made = people.create(store, boss, "c-1", login="wang.fang", name="王芳", email="w@fang.cn")
    token = session_of(store, made.id)
    secret = key_of(store, made.id, "firm")
    before = store.events()
    assert everywhere(store, "fang") == ["logins", "sealed"]
    people.erase(store, boss, "c-2", made.id)
    for text in ("fang", "王芳"):
        assert everywhere(store, text) == []
    assert sessions.found(store, token) is None
    assert keys.caller_of(store, secret) is None
    assert store.events()[: len(before)] == before
    assert verify(store).holds
    assert differing_tables(store) == []
    person = people.one(store, made.id)
    assert (person.state, person.login, person.name) == ("erased", "", "")
    refused("sign_in_refused", signing_in.sign_in, store, "wang.fang", made.one_time_password)
    with store.reading() as connection:
        for table in (tables.passwords, tables.second_factors, tables.key_secrets):
            assert connection.execute(select(table)).all() == []


def test_an_erased_user_has_no_roles_and_gets_none(store, boss, other_boss):
    user = user_with(store, "approver")
    people.erase(store, boss, "c-1", user)
    assert [one.state for one in granting.listed(store, user=user)] == ["revoked"]
    refused("unknown_reference", granting.propose, store, boss, "c-2", user, "officer")
    for number, act in enumerate((people.erase, people.enable, people.disable, people.reset)):
        refused("wrong_state", act, store, boss, f"d-{number}", user)
    refused("unknown_reference", people.erase, store, boss, "c-3", "u-none")


def test_the_login_of_an_erased_user_may_be_used_again(store, boss):
    one = people.create(store, boss, "c-1", login="wang", name="王")
    people.erase(store, boss, "c-2", one.id)
    two = people.create(store, boss, "c-3", login="wang", name="汪")
    assert two.id != one.id


def test_tables_made_anew_from_the_journal_leave_secrets_and_sessions_as_they_are(store, boss):
    made = people.create(store, boss, "c-1", login="wang", name="王")
    token = session_of(store, made.id)
    rebuild(store)
    assert sessions.found(store, token).caller.id == made.id
    assert signing_in.sign_in(store, "wang", made.one_time_password)


def test_users_are_listed_in_parts(store, boss):
    for number in range(5):
        people.create(store, boss, f"c-{number}", login=f"user{number}", name="王")
    whole = people.listed(store)
    parts = people.listed(store, limit=4)
    parts += people.listed(store, after=parts[-1].id)
    assert parts == whole
    assert len(whole) == 6
    refused("unknown_reference", people.one, store, "u-none")


# ---- keys ----------------------------------------------------------------------------------------


def of(user, *roles):
    return Caller(user, user, frozenset({"visitor", *roles}), "session")


def test_a_key_is_shown_once_and_kept_as_a_hash(store):
    user = user_with(store)
    one = keys.create(store, of(user, "firm"), "c-1", label="our ERP", roles=["firm"], days=30)
    assert one.secret.startswith("oz_")
    assert everywhere(store, one.secret) == []
    two = keys.create(store, of(user, "firm"), "c-1", label="our ERP", roles=["firm"], days=30)
    assert (two.id, two.secret, two.expires_at) == (one.id, "", one.expires_at)
    (held,) = keys.listed(store, user)
    assert (held.label, held.roles, held.revoked_at) == ("our ERP", ("firm",), "")
    assert "key.created" in [one.event.kind for one in store.events()]


def test_a_key_ends_on_its_day(store, clock):
    user = user_with(store)
    made = keys.create(store, of(user, "firm"), "c-1", label="x", roles=["firm"], days=1)
    clock.on(hours=23, minutes=59)
    assert keys.caller_of(store, made.secret).actor == f"key:{made.id}"
    clock.on(minutes=1)
    assert keys.caller_of(store, made.secret) is None


def test_a_key_loses_the_roles_that_its_owner_loses(store, boss):
    user = user_with(store, "officer", "auditor")
    made = keys.create(store, of(user, "officer", "auditor"), "c-1", label="x",
                       roles=["officer", "auditor"], days=9)  # fmt: skip
    officer = next(one for one in granting.listed(store, user=user) if one.role == "officer")
    granting.revoke(store, boss, "c-2", officer.id)
    assert keys.caller_of(store, made.secret).roles == {"visitor", "auditor"}


@pytest.mark.parametrize(
    ("more", "code"),
    [({"roles": ["approver"]}, "wrong_value"), ({"roles": ["administrator"]}, "wrong_value"),
     ({"roles": ["visitor"]}, "wrong_value"), ({"roles": ["auditor"]}, "wrong_value"),
     ({"roles": ["king"]}, "wrong_value"), ({"roles": []}, "missing_field"),
     ({"days": 0}, "out_of_range"), ({"days": 367}, "out_of_range"), ({"days": -1}, "out_of_range"),
     ({"label": ""}, "wrong_value"), ({"label": " "}, "wrong_value"),
     ({"label": "x" * 81}, "wrong_value"), ({"label": "a\0"}, "wrong_value")],
)  # fmt: skip
def test_a_key_that_may_not_be_is_refused(store, more, code):
    user = user_with(store, "officer", "approver", "administrator")
    caller = of(user, "officer", "approver", "administrator")
    whole = {"label": "x", "roles": ["officer"], "days": 9, **more}
    refused(code, keys.create, store, caller, "c-1", **whole)


def test_a_user_has_so_many_keys_and_no_more(store, monkeypatch, clock):
    monkeypatch.setattr(keys, "LIVE_MAX", 2)
    caller = of(user_with(store), "firm")

    def make(call):
        return keys.create(store, caller, call, label="x", roles=["firm"], days=1)

    make("c-1")
    make("c-2")
    refused("out_of_range", make, "c-3")
    clock.on(days=1)
    assert make("c-3")


def test_only_its_owner_revokes_a_key_and_others_cannot_tell_that_it_is(store):
    owner, stranger = of(user_with(store), "firm"), of(user_with(store), "firm")
    made = keys.create(store, owner, "c-1", label="x", roles=["firm"], days=9)
    refused("unknown_reference", keys.revoke, store, stranger, "c-2", made.id)
    refused("unknown_reference", keys.revoke, store, owner, "c-3", "k-none")
    keys.revoke(store, owner, "c-4", made.id)
    keys.revoke(store, owner, "c-5", made.id)
    assert keys.caller_of(store, made.secret) is None
    assert keys.listed(store, owner.id)[0].revoked_at
    assert [one.event.kind for one in store.events()].count("key.revoked") == 1


def test_a_key_makes_no_key(store):
    user = user_with(store)
    key_of(store, user, "firm", lasts=dt.timedelta(days=1))
    key = Caller(user, "key:k-1", frozenset({"visitor", "firm"}), "key")
    with pytest.raises(AccessError):
        keys.create(store, key, "c-1", label="x", roles=["firm"], days=9)
