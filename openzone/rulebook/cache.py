"""The compiled cache of a book: loads in milliseconds, rebuilt when stale or damaged.

The key is the hash of all files of the book and of the code that compiles it, so a changed file
never meets an old cache. What is read back may only hold the classes of the rulebook.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import io
import os
import pickle  # nosec B403  # _Unpickler makes nothing but the classes of a book
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openzone import __version__
from openzone.rulebook import book as book_module
from openzone.rulebook import (
    classification,
    goods_lists,
    model,
    nomenclature,
    tariff,
    territories,
)
from openzone.rulebook.book import Book

FORMAT = 4
ENTRIES_MAX = 16
_CODE = Path(__file__).resolve().parent
_SUFFIX = ".book"
_MARK_BYTES = 32


def _parts() -> dict[tuple[str, str], Any]:
    """What a compiled book may be made of, by module and name."""
    found: dict[tuple[str, str], Any] = {
        ("builtins", "dict"): dict,
        ("builtins", "frozenset"): frozenset,
        ("builtins", "set"): set,
        ("datetime", "date"): dt.date,
        ("decimal", "Decimal"): Decimal,
        (book_module.__name__, "_rebuild"): vars(book_module)["_rebuild"],
    }
    for module in (classification, goods_lists, model, nomenclature, tariff, territories):
        for name, part in vars(module).items():
            if isinstance(part, type) and part.__module__ == module.__name__:
                found[module.__name__, name] = part
    return found


def cache_folder() -> Path:
    """Where compiled books are kept: OPENZONE_CACHE, else the user's cache folder."""
    given = os.environ.get("OPENZONE_CACHE")
    if given:
        return Path(given)
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "openzone"


def files_key(root: Path, files: list[Path]) -> str:
    """Hash of the names and bytes of all files of a book and of the code that compiles it."""
    key = hashlib.sha256(f"{__version__}/{FORMAT}".encode())
    for path in sorted(_CODE.rglob("*.py")):
        facts = path.stat()
        key.update(f"\0{path.name}\0{facts.st_size}\0{facts.st_mtime_ns}".encode())
    for path in files:
        data = path.read_bytes()
        key.update(f"\0{path.relative_to(root).as_posix()}\0{len(data)}\0".encode())
        key.update(data)
    return key.hexdigest()


class _Pickler(pickle.Pickler):
    """Writes an entry as a call of its class, which reads back faster than field by field."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return dict, (tuple(value.items()),)
        if is_dataclass(value) and not isinstance(value, type):
            return type(value), tuple(getattr(value, field.name) for field in fields(value))
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Reads back only what a book is made of."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.parts = _parts()

    def find_class(self, module: str, name: str) -> Any:
        part = self.parts.get((module, name))
        if part is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a book")
        return part


def read_cached(key: str) -> Book | None:
    """The compiled book of this key, or None when there is none or it is damaged."""
    try:
        data = (cache_folder() / f"{key}{_SUFFIX}").read_bytes()
    except OSError:
        return None
    mark, body = data[:_MARK_BYTES], data[_MARK_BYTES:]
    if hashlib.sha256(body).digest() != mark:
        return None
    gc_was_on = gc.isenabled()
    gc.disable()  # nothing that is read back is garbage
    try:
        found = _Unpickler(io.BytesIO(body)).load()
    except Exception:  # whatever is wrong with it, the files are at hand
        return None
    finally:
        if gc_was_on:
            gc.enable()
    return found if isinstance(found, Book) else None


def write_cached(key: str, book: Book) -> None:
    """Keep a compiled book; a folder that cannot be written is no error."""
    body = io.BytesIO()
    _Pickler(body, protocol=5).dump(book)
    data = body.getvalue()
    folder = cache_folder()
    part = folder / f"{key}.{os.getpid()}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            part.write_bytes(hashlib.sha256(data).digest() + data)
            part.replace(folder / f"{key}{_SUFFIX}")
        finally:
            part.unlink(missing_ok=True)
        for _, old in _entries()[:-ENTRIES_MAX]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def clear_cache() -> int:
    """Remove all compiled books; the number removed. Raises OSError when one cannot be removed."""
    found = cached_files()
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def cached_files() -> list[Path]:
    """The compiled books that are kept, and what a broken-off write left, oldest first."""
    return [path for _, path in _entries()]


def _entries() -> list[tuple[float, Path]]:
    found = []
    folder = cache_folder()
    for pattern in (f"{'?' * 64}{_SUFFIX}", f"{'?' * 64}.*.part"):
        for path in folder.glob(pattern):
            try:
                found.append((path.stat().st_mtime, path))
            except OSError:  # removed meanwhile by another process
                continue
    return sorted(found)
