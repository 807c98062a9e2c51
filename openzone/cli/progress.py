"""How far long work is, told on standard error when somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """A function that is told how many were done; it shows nothing where nobody watches."""
    watched, shown = sys.stderr.isatty(), False

    def told(count: int) -> None:
        nonlocal shown
        if watched:
            shown = True
            click.echo(f"\r{count:,} {what}", err=True, nl=False)

    try:
        yield told
    finally:
        if shown:
            click.echo(err=True)
