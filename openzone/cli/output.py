"""Where answers go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

_BUFFER_BYTES = 1 << 20


@contextmanager
def output(out: str | None, source: str = "") -> Iterator[BinaryIO]:
    """A stream to `out`, or to standard output for None and '-'.

    A file is written beside `out` and takes its name at the end; on any error, and on Ctrl-C, no
    part of it stays. Refuses to write over `source`. Raises click.ClickException.
    """
    if out is None or out == "-":
        with _writing("standard output"), _reader_may_leave():
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    path = Path(out).resolve()
    if path.is_dir():
        raise click.FileError(out, "is a folder; name a file")
    if path.exists() and not path.is_file():
        with _writing(out), path.open("wb") as stream:  # a pipe or a device: nothing to rename
            yield stream
        return
    if path.exists() and Path(source).exists() and path.samefile(source):
        raise click.FileError(out, "holds the cases; name another file for the answers")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with _writing(out):
            with part.open("xb", buffering=_BUFFER_BYTES) as stream:
                yield stream
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _writing(out: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.FileError(out, f"cannot be written: {error.strerror or error}") from None


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """End quietly when the reader of a pipe has seen enough (`| head`)."""
    try:
        yield
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # what is still held back goes there at the end
        sys.exit(0)
