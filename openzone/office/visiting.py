"""Signing in with a provider of identities: out to it, back from it, and whose account that is.

Somebody new gets an account that is a firm: what a provider says of roles counts for nothing, and
an e-mail address that is known here is no proof of being that user.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select

from openzone.office.acts import Act, new_call, new_id
from openzone.office.callers import SYSTEM
from openzone.office.identity_provider import ProviderClient, at_fault
from openzone.office.people import record_known
from openzone.office.signing_in import SignedIn, begun, wrong
from openzone.store.canonical import sha256
from openzone.store.chain import time_text
from openzone.store.store import Store, Writing
from openzone.store.tables.people import ACTIVE, oidc_subjects, oidc_visits, users

LASTS = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where the browser goes, and the state that it must bring back and hold as a cookie."""

    address: str
    state: str


def leave(store: Store, client: ProviderClient) -> Visit:
    """Begin a visit to the provider. Raises PeopleError where it does not answer."""
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    address = client.address(state, nonce, verifier)
    now = store.clock()
    with store.writing() as writing:
        connection = writing.connection
        connection.execute(delete(oidc_visits).where(oidc_visits.c.expires_at <= time_text(now)))
        connection.execute(
            insert(oidc_visits).values(
                state=sha256(state), nonce=nonce, verifier=verifier,
                expires_at=time_text(now + LASTS),
            )
        )  # fmt: skip
    return Visit(address, state)


def come_back(
    store: Store, client: ProviderClient, told: Mapping[str, str], cookie: str
) -> SignedIn:
    """End a visit with what the browser brings (`told`) and the state that it holds (`cookie`).

    Raises AccessError for a visit that this browser did not begin, that is over, or that was ended
    before; PeopleError where the provider is at fault.
    """
    state = told.get("state", "")
    if not state or not hmac.compare_digest(state.encode(), cookie.encode()):
        raise wrong()
    visit = _ended(store, state)
    if visit is None:
        raise wrong()
    issuer = told.get("iss", "" if client.answers_with_issuer() else client.provider.issuer)
    if issuer != client.provider.issuer:
        raise at_fault("says that it is another", issuer)
    if "error" in told or not told.get("code"):
        raise wrong()
    claims = client.identity(told["code"], visit.nonce, visit.verifier)
    with store.writing() as writing:
        writing.lock()
        user = _user_of(writing, client.provider.issuer, claims)
        if user is None:
            Act(writing, SYSTEM, new_call()).tell("access.sign_in_failed", "unknown", how="oidc")
            signed = None
        else:
            signed = begun(writing, user, "oidc", False, False)
    if signed is None:
        raise wrong()
    return signed


def _ended(store: Store, state: str) -> Row[Any] | None:
    """The visit of a state, once: it is gone from then on."""
    key = sha256(state)
    query: Select[Any] = select(oidc_visits).where(
        oidc_visits.c.state == key, oidc_visits.c.expires_at > time_text(store.clock())
    )
    with store.writing() as writing:
        writing.lock()
        row = writing.connection.execute(query).one_or_none()
        writing.connection.execute(delete(oidc_visits).where(oidc_visits.c.state == key))
    return row


def _user_of(writing: Writing, issuer: str, claims: Mapping[str, Any]) -> str | None:
    """The user of an identity, made where there is none; None for one whose account is closed."""
    connection = writing.connection
    subject = writing.store.fingerprint(["oidc", issuer, claims["sub"]])
    query = (
        select(users.c.id, users.c.state)
        .join(oidc_subjects, oidc_subjects.c.user_id == users.c.id)
        .where(oidc_subjects.c.subject == subject)
    )
    row = connection.execute(query).one_or_none()
    if row is not None:
        return row.id if row.state == ACTIVE else None
    user, act = new_id("u"), Act(writing, SYSTEM, new_call())
    record_known(act, user, _text(claims, "name", "preferred_username"), _text(claims, "email"))
    act.tell("identity.linked", user, issuer=issuer)
    connection.execute(insert(oidc_subjects).values(subject=subject, user_id=user))
    return user


def _text(claims: Mapping[str, Any], *names: str) -> str:
    """The first of some claims that is a text, as far as it can be printed."""
    found = next((claims[one] for one in names if isinstance(claims.get(one), str)), "")
    return "".join(one for one in found if one.isprintable())
