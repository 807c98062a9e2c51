"""Find a book by name or folder and load it, from its compiled cache when that is fresh."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from openzone.errors import BookError, Fault, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.cache import cache_folder, files_key, read_cached, write_cached

BUNDLED = Path(__file__).resolve().parent.parent / "books"
_NAME = "book.yaml"


def bundled_books() -> tuple[str, ...]:
    """The names of the bundled books."""
    return tuple(sorted(path.parent.name for path in BUNDLED.glob(f"*/{_NAME}")))


def book_folder(name: str | Path) -> Path:
    """The folder of a book: a bundled book by name (`cn`), any other by its path."""
    folder = Path(name)
    if folder.is_dir():
        return folder.resolve()
    known = bundled_books()
    if str(name) in known:
        return BUNDLED / str(name)
    raise BookError(
        Fault(
            "no_book",
            f"there is no book '{name}'",
            expected="a folder with book.yaml, or a bundled book: " + ", ".join(known),
            next=nearest(str(name), known) or "`openzone book new` writes one to begin with",
        )
    )


def book_files(root: Path) -> list[Path]:
    """The YAML and CSV files of a book, in one order on every machine; hidden ones are left out."""
    found = {
        path.relative_to(root).as_posix(): path
        for path in root.rglob("*")
        if path.suffix in (".yaml", ".yml", ".csv") and not path.is_dir()
    }
    return [
        found[name]
        for name in sorted(found)
        if not any(part.startswith(".") for part in name.split("/"))
    ]


def load_book(name: str | Path = "cn", cached: bool = True) -> Book:
    """Load a book by name or folder. Raises BookError with every fault when it does not load.

    With `cached`, a compiled copy keyed by the hash of all files is used and kept.
    """
    root = book_folder(name)
    if not cached:
        from openzone.rulebook.loading import load_files

        return load_files(root)
    return _load(root, _key(root), cache_folder())


def _key(root: Path) -> str:
    try:
        return files_key(root, book_files(root))
    except OSError as error:
        raise BookError(
            Fault(
                "unreadable",
                f"cannot be read: {error.strerror or error}",
                file=str(error.filename or root),
                next="check the path and its permissions",
            )
        ) from None


@lru_cache(maxsize=8)
def _load(root: Path, key: str, folder: Path) -> Book:
    book = read_cached(key)
    if book is None:
        from openzone.rulebook.loading import load_files

        book = load_files(root)
        write_cached(key, book)
    return book
