"""The application: every route of the service, over one book and one store."""

from __future__ import annotations

from fastapi import FastAPI

from openzone import __version__
from openzone.api import standing
from openzone.api.settings import Settings
from openzone.rulebook.books import load_book
from openzone.store.store import Store


def create(settings: Settings, store: Store) -> FastAPI:
    """The application over an open store."""
    app = FastAPI(title="OpenZone", version=__version__, docs_url=None, redoc_url=None)
    app.include_router(standing.router(settings, store, load_book(settings.book)))
    return app
