"""Find a book by name or folder and load it, from its compiled cache when that is fresh."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from openzone.errors import BookError, Fault, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.cache import cache_folder, files_key, read_cached, write_cached
from openzone.rulebook.reading import book_files

BUNDLED = Path(__file__).resolve().parent.parent / "books"


def book_folder(name: str | Path) -> Path:
    """The folder of a book: a bundled book by name (`cn`), any other by its path."""
    folder = Path(name)
    if folder.is_dir():
        return folder.resolve()
    bundled = BUNDLED / str(name)
    if folder.name == str(name) and bundled.is_dir():
        return bundled
    known = sorted(p.name for p in BUNDLED.iterdir() if (p / "book.yaml").is_file())
    raise BookError(
        Fault(
            "no_book",
            f"there is no book '{name}'",
            expected="a folder with book.yaml, or a bundled book: " + ", ".join(known),
            next=nearest(str(name), known),
        )
    )


def load_book(name: str | Path = "cn", cached: bool = True) -> Book:
    """Load a book by name or folder. Raises BookError with every fault when it does not load.

    With `cached`, a compiled copy keyed by the hash of all files is used and kept.
    """
    root = book_folder(name)
    if not cached:
        from openzone.rulebook.loading import load_files

        return load_files(root)
    return _load(root, files_key(root, book_files(root)), cache_folder())


@lru_cache(maxsize=8)
def _load(root: Path, key: str, folder: Path) -> Book:
    book = read_cached(key)
    if book is None:
        from openzone.rulebook.loading import load_files

        book = load_files(root)
        write_cached(key, book)
    return book
