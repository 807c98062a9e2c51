"""The compiled cache of a book: loads in milliseconds, rebuilt when stale or damaged.

The key is the hash of all files of the book and of this package's version and format, so a changed
file never meets an old cache. What is read back may only hold the classes of the rulebook.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import io
import os
import pickle
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from openzone import __version__
from openzone.rulebook import book as book_module
from openzone.rulebook import classification, model, territories
from openzone.rulebook.book import Book

FORMAT = 1
_MODULES = {module.__name__: module for module in (book_module, classification, model, territories)}


def cache_folder() -> Path:
    """Where compiled books are kept: OPENZONE_CACHE, else the user's cache folder."""
    given = os.environ.get("OPENZONE_CACHE")
    if given:
        return Path(given)
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "openzone"


def files_key(root: Path, files: list[Path]) -> str:
    """Hash of the names and bytes of all files, the package version and the cache format."""
    key = hashlib.sha256(f"{__version__}/{FORMAT}".encode())
    for path in files:
        data = path.read_bytes()
        key.update(f"\0{path.relative_to(root).as_posix()}\0{len(data)}\0".encode())
        key.update(data)
    return key.hexdigest()


class _Unpickler(pickle.Unpickler):
    """Reads back only what a book is made of."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _MODULES:
            return getattr(_MODULES[module], name)
        allowed = {("datetime", "date"): dt.date, ("decimal", "Decimal"): Decimal,
                   ("builtins", "frozenset"): frozenset, ("builtins", "set"): set}
        if (module, name) in allowed:
            return allowed[(module, name)]
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a book")


def read_cached(key: str) -> Book | None:
    """The compiled book of this key, or None when there is none or it is damaged."""
    path = cache_folder() / f"{key}.book"
    try:
        data = path.read_bytes()
    except OSError:
        return None
    mark, body = data[:32], data[32:]
    if hashlib.sha256(body).digest() != mark:
        return None
    gc_was_on = gc.isenabled()
    gc.disable()
    try:
        found = _Unpickler(io.BytesIO(body)).load()
    except Exception:
        return None
    finally:
        if gc_was_on:
            gc.enable()
    return found if isinstance(found, Book) else None


def write_cached(key: str, book: Book) -> None:
    """Keep a compiled book; a folder that cannot be written is no error."""
    body = pickle.dumps(book, protocol=5)
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(hashlib.sha256(body).digest() + body)
        Path(file.name).replace(folder / f"{key}.book")
    except OSError:
        return
