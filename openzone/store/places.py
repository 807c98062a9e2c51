"""Where a store, its key and its checkpoints stand when nobody says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

DATA = "openzone-data"


def data_folder() -> Path:
    """The folder of a service's own files: `$OPENZONE_DATA`, else `openzone-data` here."""
    return Path(os.environ.get("OPENZONE_DATA") or DATA)


def default_url() -> str:
    """The URL of the store: `$OPENZONE_STORE`, else SQLite in the folder of data."""
    return os.environ.get("OPENZONE_STORE") or f"sqlite:///{data_folder()}/openzone.db"


def default_key() -> Path:
    """The file of the key that signs checkpoints."""
    return data_folder() / "journal.key"


def default_checkpoints() -> Path:
    """The folder that checkpoints are written to; hand what it holds to somebody else."""
    return data_folder() / "checkpoints"
