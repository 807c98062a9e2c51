"""Signing in with a provider of identities: a small one that runs at this machine."""

from __future__ import annotations

import pytest
from joserfc.jwk import ECKey, RSAKey

from openzone.office import people, sessions, visiting
from openzone.office.acts import PeopleError
from openzone.office.callers import OPERATOR
from openzone.office.identity_provider import Provider, ProviderClient
from openzone.office.permission import AccessError
from openzone.store.rebuilding import differing_tables
from tests.office.local_provider import CLIENT, SECRET, LocalProvider, shared_secret
from tests.office.people_made import user_with

BACK = "http://localhost:8017/v1/session/oidc/callback"


@pytest.fixture
def local(clock):
    held = LocalProvider(clock)
    yield held
    held.close()


@pytest.fixture
def client(local, clock):
    held = ProviderClient(Provider(local.issuer, CLIENT, SECRET, BACK), clock)
    yield held
    held.close()


def visited(store, client, local):
    """A whole visit, out and back."""
    visit = visiting.leave(store, client)
    return visiting.come_back(store, client, local.visited(visit.address), visit.state)


def refused(code, do, *args):
    with pytest.raises((AccessError, PeopleError)) as caught:
        do(*args)
    assert caught.value.code == code


def test_somebody_new_gets_an_account_that_is_a_firm(store, client, local):
    local.claims = {"roles": ["administrator"], "groups": ["approver"], "role": "administrator"}
    signed = visited(store, client, local)
    person = people.one(store, signed.user)
    assert (person.name, person.email, person.roles) == ("李伟", "li@x.cn", ())
    assert sessions.found(store, signed.token).caller.roles == {"visitor", "firm"}
    assert [one.event.kind for one in store.events()] == [
        "user.created", "identity.linked", "access.signed_in",
    ]  # fmt: skip
    assert differing_tables(store) == []


def test_the_same_person_comes_back_to_the_same_account(store, client, local):
    one = visited(store, client, local)
    local.claims = {"name": "another name", "email": "other@x.cn"}
    assert visited(store, client, local).user == one.user
    local.claims = {"sub": "zhao"}
    assert visited(store, client, local).user != one.user


def test_a_known_address_is_no_proof_of_being_that_user(store, client, local):
    made = people.create(store, OPERATOR, "c-1", login="li@x.cn", name="李伟", email="li@x.cn")
    assert visited(store, client, local).user != made.id


def test_a_closed_and_an_erased_account_are_refused_or_forgotten(store, client, local):
    user_with(store, "administrator")
    user = visited(store, client, local).user
    people.disable(store, OPERATOR, "c-1", user)
    refused("sign_in_refused", visited, store, client, local)
    people.erase(store, OPERATOR, "c-2", user)
    assert visited(store, client, local).user != user


def test_a_state_counts_once_for_ten_minutes_and_in_its_own_browser(store, client, local, clock):
    visit = visiting.leave(store, client)
    back = local.visited(visit.address)
    other = visiting.leave(store, client)
    for cookie in ("", "x", other.state):
        refused("sign_in_refused", visiting.come_back, store, client, back, cookie)
    assert visiting.come_back(store, client, back, visit.state)
    refused("sign_in_refused", visiting.come_back, store, client, back, visit.state)
    late = visiting.leave(store, client)
    back = local.visited(late.address)
    clock.on(minutes=10)
    refused("sign_in_refused", visiting.come_back, store, client, back, late.state)
    made_up = {"state": "x", "code": back["code"]}
    refused("sign_in_refused", visiting.come_back, store, client, made_up, "x")
    refused("sign_in_refused", visiting.come_back, store, client, {"code": "x"}, "")


def test_a_code_of_another_visit_fails_at_the_provider(store, client, local):
    one, two = visiting.leave(store, client), visiting.leave(store, client)
    stolen = {**local.visited(one.address), "state": two.state}
    refused("identity_provider", visiting.come_back, store, client, stolen, two.state)


def test_a_refusal_of_the_provider_is_told_as_one(store, client, local):
    visit = visiting.leave(store, client)
    back = {"state": visit.state, "error": "access_denied"}
    refused("sign_in_refused", visiting.come_back, store, client, back, visit.state)


@pytest.mark.parametrize(
    "claims",
    [{"iss": "http://127.0.0.1:1"}, {"iss": None}, {"aud": "another"}, {"aud": None},
     {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "another"], "azp": "another"},
     {"azp": "another"}, {"nonce": "another"}, {"nonce": None}, {"exp": 0}, {"exp": None},
     {"iat": None}, {"iat": 99999999999}, {"nbf": 99999999999}, {"sub": None}, {"sub": ""},
     {"sub": 7}, {"exp": "soon"}],
)  # fmt: skip
def test_a_token_that_says_something_else_does_not_hold(store, client, local, claims):
    local.claims = claims
    refused("identity_provider", visited, store, client, local)
    assert people.listed(store) == []


def test_a_token_for_several_that_was_issued_to_us_holds(store, client, local):
    local.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert visited(store, client, local)


def test_a_token_signed_by_somebody_else_does_not_hold(store, client, local):
    local.signs = RSAKey.generate_key(2048, {"kid": "one"})
    refused("identity_provider", visited, store, client, local)


def test_a_token_signed_with_the_shared_secret_or_not_at_all_does_not_hold(store, client, local):
    local.signs, local.alg = shared_secret(), "HS256"
    refused("identity_provider", visited, store, client, local)
    nothing = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsaS13ZWkifQ."
    for token in (nothing, "", "x", "a.b.c", "..", 7, None):
        local.token = (200, {"id_token": token})
        refused("identity_provider", visited, store, client, local)


@pytest.mark.parametrize(
    "answer", [(200, b"not json"), (200, []), (200, {}), (500, {}), (302, {}), (200, b"[" * 99999),
               (200, b" " * (2 << 20))]
)  # fmt: skip
def test_a_provider_that_answers_nonsense_is_at_fault(store, client, local, answer):
    local.token = answer
    refused("identity_provider", visited, store, client, local)


@pytest.mark.parametrize(
    "described",
    [{"issuer": "https://another"}, {"token_endpoint": "http://example.org/token"},
     {"token_endpoint": None}, {"authorization_endpoint": "javascript:alert(1)"},
     {"jwks_uri": "file:///etc/passwd"}, {"jwks_uri": "http://[::bad"}],
)  # fmt: skip
def test_a_provider_that_describes_itself_wrongly_is_at_fault(store, client, local, described):
    local.described = described
    refused("identity_provider", visited, store, client, local)


def test_a_provider_that_is_down_is_told_as_down(store, client, local):
    local.down = True
    refused("identity_provider", visiting.leave, store, client)
    local.close()
    refused("identity_provider", visiting.leave, store, client)


def test_new_keys_of_the_provider_are_asked_for_when_a_token_names_one(store, client, local, clock):
    visited(store, client, local)
    visited(store, client, local)
    assert local.asked.count("/keys") == 1
    local.keys = [ECKey.generate_key("P-256", {"kid": "two"}), *local.keys]
    local.signs, local.alg, local.kid = local.keys[0], "ES256", "two"
    refused("identity_provider", visited, store, client, local)  # asked less than a minute ago
    clock.on(minutes=1)
    assert visited(store, client, local)
    assert local.asked.count("/keys") == 2


def test_without_a_name_the_only_key_of_its_kind_is_taken(store, client, local):
    local.kid = ""
    assert visited(store, client, local)
    local.keys.append(RSAKey.generate_key(2048, {"kid": "three"}))
    other = ProviderClient(client.provider, client.clock)
    refused("identity_provider", visited, store, other, local)
    other.close()


def test_the_secret_goes_in_the_way_that_the_provider_takes(store, client, local):
    local.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert visited(store, client, local)


def test_a_provider_that_names_itself_must_be_the_one_that_was_visited(store, client, local):
    def back(**more):
        visit = visiting.leave(store, client)
        told = {**local.visited(visit.address), **more}
        return visiting.come_back(store, client, told, visit.state)

    assert back(iss=local.issuer)
    refused("identity_provider", lambda: back(iss="https://another"))
    local.described = {"authorization_response_iss_parameter_supported": True}
    other = ProviderClient(client.provider, client.clock)
    visit = visiting.leave(store, other)
    refused("identity_provider", visiting.come_back, store, other, local.visited(visit.address),
            visit.state)  # fmt: skip
    other.close()


@pytest.mark.parametrize("issuer", ["http://example.org", "ftp://x", "", "x", "https://", "//x"])
def test_a_provider_that_is_not_reached_over_https_is_refused(issuer):
    refused("wrong_value", Provider, issuer, CLIENT, SECRET, BACK)


def test_the_clients_secret_is_not_shown():
    assert SECRET not in repr(Provider("https://id.example", CLIENT, SECRET, BACK))


def test_a_user_with_a_second_factor_proves_it_after_the_visit_too(store, client, local, clock):
    import pyotp

    from openzone.office import own_account, signing_in

    token = visited(store, client, local).token
    codes = pyotp.TOTP(own_account.offer_second_factor(store, token, "")["secret"])
    own_account.accept_second_factor(store, token, codes.at(clock()))
    clock.on(seconds=30)
    waiting = visited(store, client, local)
    assert waiting.stage == "factor"
    assert signing_in.prove(store, waiting.token, codes.at(clock())).stage == "full"
