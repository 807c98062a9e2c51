"""Signing in with a password and a second factor; what is told to strangers, and what is not."""

from __future__ import annotations

import datetime as dt
import threading

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from openzone.office import attempts, own_account, passwords, people, sessions, signing_in
from openzone.office.acts import PeopleError
from openzone.office.callers import OPERATOR
from openzone.office.permission import AccessError
from openzone.store.tables import people as tables

OWN = "a plain sentence of mine"
OTHER = "another sentence of mine"


@pytest.fixture
def user(store):
    """A user who changed the one-time password."""
    made = people.create(store, OPERATOR, "c-1", login="Li.Wei", name="李伟", email="li@x.cn")
    token = signing_in.sign_in(store, "li.wei", made.one_time_password).token
    own_account.change_password(store, token, made.one_time_password, OWN)
    return made.id


def with_factor(store, clock):
    """Enrol a second factor; gives its codes, one a step."""
    token = signing_in.sign_in(store, "li.wei", OWN).token
    codes = pyotp.TOTP(own_account.offer_second_factor(store, token, OWN)["secret"])
    own_account.accept_second_factor(store, token, codes.at(clock()))
    clock.on(seconds=30)
    return codes


def at(codes, clock, steps):
    """The code of some steps from now."""
    return codes.at(clock() + dt.timedelta(seconds=30 * steps))


def refused(code, do, *args, **more):
    with pytest.raises((AccessError, PeopleError)) as caught:
        do(*args, **more)
    assert caught.value.code == code
    return caught.value


def kinds(store):
    return [one.event.kind for one in store.events()]


def test_the_right_password_opens_a_session(store, user):
    signed = signing_in.sign_in(store, " LI.WEI ", OWN)
    session = sessions.found(store, signed.token)
    assert (signed.user, signed.stage) == (user, "full")
    assert session.caller.id == user
    assert not session.caller.second_factor
    assert session.csrf == signed.csrf
    assert kinds(store)[-1] == "access.signed_in"


def test_the_store_keeps_no_token_no_password_and_no_key_in_clear(store, user, tmp_path):
    signed = signing_in.sign_in(store, "li.wei", OWN)
    held = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert signed.user.encode() in held
    assert b"$argon2id$" in held
    for secret in (signed.token, OWN, signed.csrf):
        assert secret.encode() not in held


def test_a_wrong_password_an_unknown_login_and_a_closed_account_are_refused_alike(store, user):
    other = people.create(store, OPERATOR, "c-2", login="zhao", name="赵")
    people.disable(store, OPERATOR, "c-3", other.id)
    tried = [("li.wei", "wrong"), ("nobody", OWN), ("zhao", other.one_time_password),
             ("", ""), ("x" * 5000, OWN), ("li.wei", "\ud800"), ("\ud800", OWN)]  # fmt: skip
    told = {str(refused("sign_in_refused", signing_in.sign_in, store, *one)) for one in tried}
    assert len(told) == 1


def test_an_unknown_login_takes_one_hashing_like_a_known_one(store, user, monkeypatch):
    hasher, verified = passwords.HASHER, []

    class Watched:
        def verify(self, stored, password):
            verified.append(stored.split("$")[:4])  # the kind of hash and its costs
            return hasher.verify(stored, password)

    passwords._nobodys()
    monkeypatch.setattr(passwords, "HASHER", Watched())
    for login in ("li.wei", "nobody"):
        refused("sign_in_refused", signing_in.sign_in, store, login, "wrong")
    known, unknown = verified
    assert known == unknown
    assert known[1] == "argon2id"


@pytest.mark.parametrize("login", ["li.wei", "nobody"])
def test_a_login_is_closed_for_longer_with_each_failure_whether_it_exists_or_not(
    store, user, clock, login
):
    for _ in range(attempts.FREE):
        refused("sign_in_refused", signing_in.sign_in, store, login, "wrong")
    for seconds in (1, 2, 4, 8):
        refused("too_many_attempts", signing_in.sign_in, store, login, OWN)
        clock.on(seconds=seconds - 0.1)
        refused("too_many_attempts", signing_in.sign_in, store, login, OWN)
        clock.on(seconds=0.1)
        refused("sign_in_refused", signing_in.sign_in, store, login, "wrong")
    for _ in range(20):
        clock.on(seconds=attempts.CLOSED_MAX_S)
        refused("sign_in_refused", signing_in.sign_in, store, login, "wrong")


def test_the_right_password_opens_again_after_the_wait_and_forgets_the_failures(store, user, clock):
    for _ in range(attempts.FREE):
        refused("sign_in_refused", signing_in.sign_in, store, "li.wei", "wrong")
    clock.on(seconds=1)
    signing_in.sign_in(store, "li.wei", OWN)
    for _ in range(attempts.FREE):
        refused("sign_in_refused", signing_in.sign_in, store, "li.wei", "wrong")


def test_one_address_does_not_lock_the_owner_out_but_all_together_are_slowed(store, user, clock):
    for _ in range(attempts.FREE):
        refused("sign_in_refused", signing_in.sign_in, store, "li.wei", "no", source="10.0.0.1")
    refused("too_many_attempts", signing_in.sign_in, store, "li.wei", OWN, source="10.0.0.1")
    assert signing_in.sign_in(store, "li.wei", OWN, source="10.0.0.2")
    with store.writing() as writing:
        for _ in range(attempts.FREE_FROM_ANYWHERE):
            attempts.take(writing, "login li.wei", attempts.FREE_FROM_ANYWHERE)
    refused("too_many_attempts", signing_in.sign_in, store, "li.wei", OWN, source="10.0.0.3")


def test_guesses_at_once_are_no_more_guesses(store, user):
    told = []

    def guess():
        try:
            signing_in.sign_in(store, "li.wei", "wrong")
        except AccessError as error:
            told.append(error.code)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert told.count("sign_in_refused") == attempts.FREE
    assert told.count("too_many_attempts") == 20 - attempts.FREE


def test_failures_of_users_are_journalled_without_what_was_typed(store, user):
    refused("sign_in_refused", signing_in.sign_in, store, "li.wei", "wrong")
    refused("sign_in_refused", signing_in.sign_in, store, "li.wei.password", "wrong")
    (failed,) = store.events(kinds=["access.sign_in_failed"])
    assert (failed.event.actor, failed.event.subject) == ("visitor", user)
    assert failed.event.payload == {"how": "password"}


def test_a_hash_of_other_costs_is_made_anew_at_sign_in(store, user):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(OWN)
    with store.writing() as writing:
        writing.connection.execute(update(tables.passwords).values(hash=old))
    refused("sign_in_refused", signing_in.sign_in, store, "li.wei", "wrong")
    signing_in.sign_in(store, "li.wei", OWN)
    with store.reading() as connection:
        held = connection.execute(select(tables.passwords.c.hash)).scalar()
    assert held != old
    assert not passwords.outdated(held)
    assert signing_in.sign_in(store, "li.wei", OWN)


# ---- one-time passwords --------------------------------------------------------------------------


def test_a_one_time_password_opens_nothing_but_its_own_change(store):
    made = people.create(store, OPERATOR, "c-1", login="li", name="李")
    signed = signing_in.sign_in(store, "li", made.one_time_password)
    assert signed.stage == "change"
    refused("not_signed_in", own_account.offer_second_factor, store, signed.token,
            made.one_time_password)  # fmt: skip
    changed = own_account.change_password(store, signed.token, made.one_time_password, OWN)
    assert changed.stage == "full"
    assert sessions.found(store, signed.token) is None
    refused("sign_in_refused", signing_in.sign_in, store, "li", made.one_time_password)
    assert signing_in.sign_in(store, "li", OWN).stage == "full"


def test_a_one_time_password_ends_after_a_week(store, clock):
    made = people.create(store, OPERATOR, "c-1", login="li", name="李")
    clock.on(days=6, hours=23)
    assert signing_in.sign_in(store, "li", made.one_time_password)
    clock.on(hours=1)
    refused("sign_in_refused", signing_in.sign_in, store, "li", made.one_time_password)


@pytest.mark.parametrize(
    "new", ["", "short", "x" * 300, "aaaaaaaaaaaaaaaa", "my name is li.wei", OWN, "Ｌi.Wei abcdefg"]
)
def test_a_password_that_others_guess_is_refused(store, user, new):
    token = signing_in.sign_in(store, "li.wei", OWN).token
    refused("wrong_value", own_account.change_password, store, token, OWN, new)
    assert signing_in.sign_in(store, "li.wei", OWN)


def test_a_change_needs_the_old_password_and_guesses_at_it_are_counted(store, user):
    token = signing_in.sign_in(store, "li.wei", OWN).token
    for _ in range(attempts.FREE):
        refused("sign_in_refused", own_account.change_password, store, token, "wrong", OTHER)
    refused("too_many_attempts", own_account.change_password, store, token, OWN, OTHER)


def test_a_change_ends_all_other_sessions_and_gives_a_new_token(store, user):
    one, two = (signing_in.sign_in(store, "li.wei", OWN).token for _ in range(2))
    changed = own_account.change_password(store, one, OWN, OTHER)
    assert sessions.found(store, one) is sessions.found(store, two) is None
    assert sessions.found(store, changed.token).stage == "full"
    assert signing_in.sign_in(store, "li.wei", OTHER)
    assert kinds(store).count("password.changed") == 2


# ---- second factor -------------------------------------------------------------------------------


def test_with_a_second_factor_the_password_alone_opens_nothing(store, user, clock):
    codes = with_factor(store, clock)
    waiting = signing_in.sign_in(store, "li.wei", OWN)
    assert waiting.stage == "factor"
    refused("not_signed_in", own_account.change_password, store, waiting.token, OWN, OTHER)
    refused("not_signed_in", own_account.accept_second_factor, store, waiting.token, "000000")
    signed = signing_in.prove(store, waiting.token, codes.at(clock()))
    assert (signed.stage, signed.user) == ("full", user)
    assert sessions.found(store, signed.token).caller.second_factor
    assert sessions.found(store, waiting.token) is None


def test_no_code_opens_twice_and_none_of_another_time(store, user, clock):
    codes = with_factor(store, clock)
    code = codes.at(clock())

    def tried(sent):
        return signing_in.prove(store, signing_in.sign_in(store, "li.wei", OWN).token, sent)

    assert tried(f"{code[:3]} {code[3:]}").stage == "full"
    refused("sign_in_refused", tried, code)
    refused("sign_in_refused", tried, at(codes, clock, -1))  # before the last one used
    clock.on(minutes=5)
    refused("sign_in_refused", tried, at(codes, clock, -2))
    refused("sign_in_refused", tried, at(codes, clock, 2))
    assert tried(at(codes, clock, 1))


@pytest.mark.parametrize("code", ["", "0", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "12 45\n"])
def test_what_is_no_code_is_refused(store, user, clock, code):
    with_factor(store, clock)
    waiting = signing_in.sign_in(store, "li.wei", OWN).token
    refused("sign_in_refused", signing_in.prove, store, waiting, code)


def test_guesses_of_codes_are_counted_over_all_sessions(store, user, clock):
    codes = with_factor(store, clock)
    for _ in range(attempts.FREE):
        waiting = signing_in.sign_in(store, "li.wei", OWN).token
        refused("sign_in_refused", signing_in.prove, store, waiting, "000000")
    waiting = signing_in.sign_in(store, "li.wei", OWN).token
    refused("too_many_attempts", signing_in.prove, store, waiting, codes.at(clock()))
    clock.on(seconds=1)
    assert signing_in.prove(store, waiting, codes.at(clock())).stage == "full"


def test_a_code_proves_nothing_for_a_session_that_does_not_wait_for_one(store, user, clock):
    codes = with_factor(store, clock)
    waiting = signing_in.sign_in(store, "li.wei", OWN).token
    signed = signing_in.prove(store, waiting, codes.at(clock()))
    clock.on(seconds=30)
    for token in (signed.token, waiting, "made up", ""):
        refused("not_signed_in", signing_in.prove, store, token, codes.at(clock()))
    late = signing_in.sign_in(store, "li.wei", OWN).token
    clock.on(minutes=15)
    refused("not_signed_in", signing_in.prove, store, late, codes.at(clock()))


def test_a_second_factor_is_replaced_only_by_a_session_that_proved_it(store, user, clock):
    codes = with_factor(store, clock)
    plain = sessions_of(store, user)
    refused("second_factor_needed", own_account.offer_second_factor, store, plain, OWN)
    waiting = signing_in.sign_in(store, "li.wei", OWN).token
    token = signing_in.prove(store, waiting, codes.at(clock())).token
    refused("sign_in_refused", own_account.offer_second_factor, store, token, "wrong")
    fresh = pyotp.TOTP(own_account.offer_second_factor(store, token, OWN)["secret"])
    clock.on(seconds=30)
    waiting = signing_in.sign_in(store, "li.wei", OWN).token
    assert signing_in.prove(store, waiting, codes.at(clock()))  # the old one, until it is proved
    refused("sign_in_refused", own_account.accept_second_factor, store, token, "000000")
    token = own_account.accept_second_factor(store, token, fresh.at(clock())).token
    clock.on(seconds=30)
    waiting = signing_in.sign_in(store, "li.wei", OWN).token
    refused("sign_in_refused", signing_in.prove, store, waiting, codes.at(clock()))
    assert signing_in.prove(store, waiting, fresh.at(clock()))


def sessions_of(store, user):
    """A session of before the second factor, put into the store."""
    with store.writing() as writing:
        return sessions.begin(writing.connection, store.clock(), user, "full", False)


def test_enrolling_marks_the_user_and_the_session(store, user, clock):
    with_factor(store, clock)
    assert people.one(store, user).second_factor
    assert "second_factor.enrolled" in kinds(store)


# ---- signing out ---------------------------------------------------------------------------------


def test_signing_out_ends_this_session_or_all(store, user):
    one, two, three = (signing_in.sign_in(store, "li.wei", OWN).token for _ in range(3))
    signing_in.sign_out(store, one)
    assert sessions.found(store, one) is None
    assert sessions.found(store, two)
    assert signing_in.sign_out_everywhere(store, user) == 3  # with that of the change
    assert sessions.found(store, two) is sessions.found(store, three) is None
    before = len(kinds(store))
    signing_in.sign_out(store, "made up")
    assert len(kinds(store)) == before


def test_sessions_that_are_over_are_swept(store, user, clock):
    for _ in range(3):
        signing_in.sign_in(store, "li.wei", OWN)
    clock.on(days=31)
    signing_in.sign_in(store, "li.wei", OWN)
    with store.reading() as connection:
        assert len(connection.execute(select(tables.sessions)).all()) == 1
