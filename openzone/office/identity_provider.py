"""A provider of identities, asked as OpenID Connect has it: discovery, keys, a code for a token.

The authorization code with PKCE (S256), state and nonce; the token must be signed with a public key
of the provider, for this service, now, and for this visit.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx

# Authlib carries no types.
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.util import urlsafe_b64decode

from openzone.errors import Fault
from openzone.office.acts import PeopleError

SIGNED_WITH = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
KEPT = dt.timedelta(hours=1)
KEYS_ASKED_AGAIN = dt.timedelta(minutes=1)
WAIT_S = 10
ANSWER_BYTES_MAX = 1 << 20
LEEWAY_S = 60
LOOPBACK = ("localhost", "127.0.0.1", "::1")
KEY_TYPES = {"R": "RSA", "P": "RSA", "E": "EC"}


@dataclass(frozen=True)
class Provider:
    """A provider and how this service is known to it. `redirect_uri`: the address of the callback.

    Raises PeopleError for an issuer that is not reached over https (or at this machine).
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scope: str = "openid profile email"

    def __post_init__(self) -> None:
        if not _safe(self.issuer):
            raise PeopleError(
                Fault("wrong_value", "the provider of identities is not reached over https",
                      field="issuer", seen=self.issuer, expected="https://...")
            )  # fmt: skip


class ProviderClient:
    """Asks a provider; what it says of itself is kept for an hour. Threads may share one."""

    def __init__(self, provider: Provider, clock: Callable[[], dt.datetime]) -> None:
        self.provider, self.clock = provider, clock
        self._http = httpx.Client(timeout=WAIT_S, follow_redirects=False)
        self._lock = threading.Lock()
        self._about: tuple[dt.datetime, dict[str, Any]] | None = None
        self._keys: tuple[dt.datetime, KeySet] | None = None

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to sign in. Raises PeopleError where the provider is at fault."""
        place = self._place("authorization_endpoint")
        provider = self.provider
        found: str = prepare_grant_uri(
            place, provider.client_id, "code", provider.redirect_uri, provider.scope, state,
            nonce=nonce, code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )  # fmt: skip
        return found

    def identity(self, code: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """The claims of whoever brought this code from the visit of this nonce and verifier.

        Raises PeopleError where the provider gives no token that holds.
        """
        provider = self.provider
        form = {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
            "redirect_uri": provider.redirect_uri,
        }  # fmt: skip
        auth = None
        methods = self._described().get("token_endpoint_auth_methods_supported")
        if not provider.client_secret:
            form["client_id"] = provider.client_id
        elif isinstance(methods, list) and "client_secret_basic" not in methods:
            form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        else:
            auth = httpx.BasicAuth(_quoted(provider.client_id), _quoted(provider.client_secret))
        answer = self._asked("POST", self._place("token_endpoint"), data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise at_fault("gave no token of an identity")
        return self._held(token, nonce, answer.get("access_token"))

    def answers_with_issuer(self) -> bool:
        """Whether the provider names itself when a browser comes back (RFC 9207)."""
        named = self._described().get("authorization_response_iss_parameter_supported")
        return named is True

    def _held(self, token: str, nonce: str, access_token: object) -> Mapping[str, Any]:
        """The claims of a token, after every check of OpenID Connect Core 3.1.3.7."""
        provider = self.provider
        try:
            read = jwt.decode(token, self._key_of(token), algorithms=list(SIGNED_WITH))
            claims = CodeIDToken(
                read.claims, read.header,
                {"iss": {"essential": True, "value": provider.issuer},
                 "aud": {"essential": True, "value": provider.client_id}},
                {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
            )  # fmt: skip
            claims.validate(now=int(self.clock().timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise at_fault("gave a token that does not hold", type(error).__name__) from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise at_fault("gave a token of nobody")
        return dict(claims)

    def _key_of(self, token: str) -> Key:
        """The public key that a token names; where there is none, keys are asked for again."""
        header = _header(token)
        found = _chosen(self._keyset(), header)
        if found is None and self._asked_long_ago():
            with self._lock:
                self._keys = None
            found = _chosen(self._keyset(), header)
        if found is None:
            raise ValueError("no key of the provider")
        return found

    def _asked_long_ago(self) -> bool:
        with self._lock:
            kept = self._keys
        return kept is not None and self.clock() - kept[0] >= KEYS_ASKED_AGAIN

    def _keyset(self) -> KeySet:
        with self._lock:
            kept = self._keys
        if kept is not None and self.clock() - kept[0] < KEPT:
            return kept[1]
        answer = self._asked("GET", self._place("jwks_uri"))
        try:
            # What the provider sent has any shape: the library checks it.
            keys = KeySet.import_key_set(answer)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise at_fault("gave keys that are none", type(error).__name__) from error
        with self._lock:
            self._keys = (self.clock(), keys)
        return keys

    def _described(self) -> dict[str, Any]:
        with self._lock:
            kept = self._about
        if kept is not None and self.clock() - kept[0] < KEPT:
            return kept[1]
        issuer = self.provider.issuer
        about = self._asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise at_fault("says that it is another", about.get("issuer"))
        with self._lock:
            self._about = (self.clock(), about)
        return about

    def _place(self, name: str) -> str:
        found = self._described().get(name)
        if not isinstance(found, str) or not _safe(found):
            raise at_fault(f"names no {name} over https", found)
        return found

    def _asked(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        try:
            with self._http.stream(method, url, **sent) as response:
                data = b""
                for part in response.iter_bytes():
                    data += part
                    if len(data) > ANSWER_BYTES_MAX:
                        raise at_fault("gave too long an answer")
            answer = json.loads(data)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise at_fault("did not answer", type(error).__name__) from error
        if response.status_code != 200 or not isinstance(answer, dict):
            told = answer.get("error") if isinstance(answer, dict) else None
            raise at_fault("refused", f"{response.status_code} {told or ''}".strip())
        return answer


def at_fault(what: str, seen: object = None) -> PeopleError:
    """The error of a provider that does not do as it should."""
    return PeopleError(
        Fault("identity_provider", f"the provider of identities {what}", seen=seen,
              next="try again; if it stays, tell the operator of the service")
    )  # fmt: skip


def _header(token: str) -> Mapping[str, Any]:
    found = json.loads(urlsafe_b64decode(token.split(".", 1)[0].encode()))
    if not isinstance(found, dict):
        raise TypeError("no header")
    return found


def _chosen(keys: KeySet, header: Mapping[str, Any]) -> Key | None:
    """The key with the id of the header; without an id, the only one of its kind."""
    kind = KEY_TYPES.get(str(header.get("alg", ""))[:1])
    fit = [
        one for one in keys
        if one.key_type == kind and one.get("use") in (None, "sig")
        and header.get("kid") in (None, one.kid)
    ]  # fmt: skip
    return fit[0] if len(fit) == 1 else None


def _quoted(text: str) -> str:
    """A part of the credentials as RFC 6749 2.3.1 has it."""
    return quote_plus(text)


def _safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False
