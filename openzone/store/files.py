"""Files that appear whole or not at all, and stay after a cut of power."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from openzone.errors import Fault
from openzone.store.faults import StoreError

ONLY_OWNER = 0o600


@contextlib.contextmanager
def appearing(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A stream to a new file, which takes its name at the end; nothing is written over.

    Raises StoreError where the name is taken, and where the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, path)  # unlike renaming, refuses a name that is taken
        _keep_names(path.parent)
    except FileExistsError:
        raise StoreError(
            Fault("wrong_value", "there is a file of this name", file=str(path),
                  expected="a new name: nothing is written over")
        ) from None  # fmt: skip
    except OSError as error:
        raise StoreError(
            Fault("unreadable", "the file cannot be written", file=str(path),
                  seen=error.strerror or str(error))
        ) from None  # fmt: skip
    finally:
        part.unlink(missing_ok=True)


def read_text(path: Path, most: int = 1 << 20) -> str:
    """The text of a small file. Raises StoreError."""
    try:
        with path.open("rb") as stream:
            held = stream.read(most + 1)
        if len(held) > most:
            raise OSError(None, f"more than {most} bytes")
        return held.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            Fault("unreadable", "the file cannot be read", file=str(path),
                  seen=getattr(error, "strerror", None) or str(error))
        ) from None  # fmt: skip


def _keep_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
