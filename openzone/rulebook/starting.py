"""A new book: a bundled one, copied with the schemas that its files name."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from openzone.errors import BookError, Fault
from openzone.rulebook.books import BUNDLED, book_files
from openzone.rulebook.schema_files import write_schemas

STARTER = BUNDLED / "starter"
SCHEMAS = "schema"
_LINE = re.compile(rb"\A# yaml-language-server: \$schema=(?:\.\./)*")


def start_book(folder: Path) -> list[Path]:
    """Write a small commented book that loads; the files written.

    Raises BookError when the folder holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BookError(
            Fault(
                "wrong_value",
                "there is something in this place",
                seen=str(folder),
                expected="a folder that is empty or does not exist",
                next="name another folder",
            )
        )
    return copied(STARTER, folder) + write_schemas(folder / SCHEMAS)


def copied(book: Path, folder: Path, without: Collection[str] = ()) -> list[Path]:
    """Copy the files of a book into a folder, but those `without`; the files written.

    The first line of each, by which an editor finds its schema, names the folder of the copy.
    """
    written = []
    for source in book_files(book):
        name = source.relative_to(book)
        if name.as_posix() in without:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = source.read_bytes()
        if source.suffix != ".csv":
            line = "# yaml-language-server: $schema=" + "../" * (len(name.parts) - 1)
            data = _LINE.sub(line.encode(), data)
        path.write_bytes(data)
        written.append(path)
    return written
