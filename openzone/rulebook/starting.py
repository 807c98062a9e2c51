"""A new book: the bundled starter, copied with the schemas that its files name."""

from __future__ import annotations

import re
from pathlib import Path

from openzone.errors import BookError, Fault
from openzone.rulebook.books import BUNDLED, book_files
from openzone.rulebook.schema_files import write_schemas

STARTER = BUNDLED / "starter"
SCHEMAS = "schema"
_LINE = re.compile(r"\A# yaml-language-server: \$schema=(?:\.\./)*")


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
    written = []
    for source in book_files(STARTER):
        name = source.relative_to(STARTER)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        line = "# yaml-language-server: $schema=" + "../" * (len(name.parts) - 1)
        text = source.read_text(encoding="utf-8")
        path.write_text(_LINE.sub(line, text), encoding="utf-8")
        written.append(path)
    return written + write_schemas(folder / SCHEMAS)
