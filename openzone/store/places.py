"""Where a store, its key and its checkpoints stand when nobody says otherwise.

The names are those of the settings of the service, so that a command beside it finds its store.
"""

from __future__ import annotations

import os
from pathlib import Path

DATA = "openzone-data"


def data_folder() -> Path:
    """The folder of a service's own files: `$OPENZONE_DATA`, else `openzone-data` here."""
    return Path(os.environ.get("OPENZONE_DATA") or DATA)


def default_url() -> str:
    """The URL of the store: `$OPENZONE_STORE`, else SQLite in the folder of data.

    `$OPENZONE_STORE_PASSWORD` completes a URL without a password. Either may stand in a file, named
    by the same variable with `_FILE`.
    """
    url = _told("OPENZONE_STORE") or f"sqlite:///{data_folder()}/openzone.db"
    password = _told("OPENZONE_STORE_PASSWORD")
    if not password or not url.startswith("postgres"):
        return url
    from sqlalchemy import make_url

    named = make_url(url)
    if named.password is None:
        named = named.set(password=password)
    return named.render_as_string(hide_password=False)


def default_key() -> Path:
    """The file of the key that signs checkpoints: `$OPENZONE_SIGNING_KEY`, else in that folder."""
    return Path(os.environ.get("OPENZONE_SIGNING_KEY") or data_folder() / "journal.key")


def _told(name: str) -> str:
    given, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if given or not file:
        return given
    from openzone.store.files import read_text

    return read_text(Path(file)).strip()
