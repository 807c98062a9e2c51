"""Files put into a book of the user: tried on a copy first, so that a fault changes nothing."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from openzone.errors import BookError, Fault
from openzone.rulebook import files
from openzone.rulebook.books import BUNDLED, book_files, bundled_books
from openzone.rulebook.cache import files_key, write_cached
from openzone.rulebook.loading import load_files
from openzone.rulebook.schema_files import write_schemas
from openzone.rulebook.sheaf import read_sheaf
from openzone.rulebook.starting import SCHEMAS, copied

BUNDLED_BOOK = "cn"


def base_of(folder: Path) -> Path:
    """The book that files are added to: that of the folder, else the bundled one, which is copied.

    Raises BookError for a folder that is no book, and for the bundled books themselves.
    """
    if folder.resolve().is_relative_to(BUNDLED) or (
        str(folder) in bundled_books() and not folder.exists()
    ):
        raise BookError(
            Fault("wrong_value", "a bundled book is not changed", seen=str(folder),
                  expected="a folder of your own",
                  next="name one that does not exist yet: the bundled book is copied there")
        )  # fmt: skip
    if folder.exists() and not folder.is_dir():
        raise BookError(
            Fault("wrong_value", "this is no folder", seen=str(folder),
                  expected="the folder of a book, or one that does not exist",
                  next="name another")
        )  # fmt: skip
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return BUNDLED / BUNDLED_BOOK
    return folder


def placed(folder: Path, new: Mapping[str, str], replaced: Collection[str]) -> None:
    """Put files into the book of a folder in the place of others.

    `new`: text by name in the book. The book is first loaded as it would be; raises BookError with
    every fault, and then the folder is as it was.
    """
    base, whole = base_of(folder), not folder.is_dir() or not any(folder.iterdir())
    _free(base, new, replaced)
    folder.parent.mkdir(parents=True, exist_ok=True)
    stage = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.part"
    try:
        copied(base, stage, without=replaced)
        for name, text in new.items():
            path = stage / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _tried(stage)
        if whole:
            write_schemas(stage / SCHEMAS)
            if folder.exists():
                folder.rmdir()
            stage.rename(folder)
        else:
            _moved(stage, folder, new, replaced)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _free(base: Path, new: Iterable[str], replaced: Collection[str]) -> None:
    """Refuse to write over a file that holds something else."""
    taken = [name for name in new if name not in replaced and (base / name).exists()]
    if taken:
        raise BookError(
            Fault("duplicate", "a file of the book with this name holds something else", file=name,
                  next="give another --id, or rename that file")
            for name in taken
        )  # fmt: skip


def _tried(stage: Path) -> None:
    """Load a book and keep it compiled: what is loaded next has the same files."""
    book = load_files(stage)
    write_cached(files_key(stage, book_files(stage)), book)


def _moved(stage: Path, folder: Path, new: Iterable[str], replaced: Iterable[str]) -> None:
    """Move new files in and replaced ones out; on any error all are where they were."""
    aside = stage / ".replaced"
    with _undone() as done:
        for name in replaced:
            done.append(_move(folder / name, aside / name))
        for name in sorted(new, key=lambda one: not one.endswith(".csv")):
            done.append(_move(stage / name, folder / name))


@contextmanager
def _undone() -> Iterator[list[tuple[Path, Path]]]:
    done: list[tuple[Path, Path]] = []
    try:
        yield done
    except BaseException:
        for before, after in reversed(done):
            after.rename(before)
        raise


def _move(before: Path, after: Path) -> tuple[Path, Path]:
    after.parent.mkdir(parents=True, exist_ok=True)
    before.rename(after)
    return before, after


def files_of(base: Path, schema: str, id: str) -> list[str]:
    """The files of a book that hold the tariff or list of an id: the YAML first, then its CSVs."""
    sheaf, faults = read_sheaf(base, only=schema)
    if faults:
        raise BookError(faults)
    known = {path.relative_to(base).as_posix() for path in book_files(base)}
    found: list[str] = []
    for reading, entry in sheaf.each(files.FILES[schema]):
        if entry.id == id:
            beside = Path(reading.file).parent
            named = (getattr(entry, field, None) for field in ("lines", "quotas", "codes"))
            csvs = [(beside / name).as_posix() for name in named if name]
            found += [reading.file, *(name for name in csvs if name in known)]
    return found
