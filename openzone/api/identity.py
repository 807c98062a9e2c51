"""The provider of identities that the operator has set up, made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from openzone.api.problems import HttpError
from openzone.errors import Fault

if TYPE_CHECKING:
    from openzone.office.identity_provider import ProviderClient

CALLBACK = "/v1/session/oidc/callback"


def provider_of(app: FastAPI) -> ProviderClient:
    """The provider of an application. Raises HttpError (404) where none is set up."""
    from openzone.office.identity_provider import Provider, ProviderClient

    state = app.state
    held = getattr(state, "identity_provider", None)
    if isinstance(held, ProviderClient):
        return held
    settings = getattr(state, "settings", None)
    issuer = str(getattr(settings, "oidc_issuer", ""))
    if settings is None or not issuer:
        raise HttpError(
            Fault("not_found", "no provider of identities is set up",
                  next="sign in with a password")
        )  # fmt: skip
    address = settings.public_url or f"http://localhost:{settings.port}"
    provider = Provider(
        issuer, settings.oidc_client, settings.oidc_secret.get_secret_value(),
        address.rstrip("/") + CALLBACK,
    )  # fmt: skip
    state.identity_provider = ProviderClient(provider, state.store.clock)
    return provider_of(app)


def close_provider(app: FastAPI) -> None:
    """Let go of the connections to the provider, where there are any."""
    held = getattr(app.state, "identity_provider", None)
    if held is not None:
        held.close()
