"""`openzone serve`: the service over HTTP, on this machine until told otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from openzone import __version__
from openzone.errors import missing_extra

if TYPE_CHECKING:
    import socket

    from openzone.api.settings import Settings
    from openzone.store.checkpoint import SigningKey
    from openzone.store.store import Store

NEEDED = ("fastapi", "prometheus_client", "sqlalchemy", "structlog", "uvicorn")


@click.command(name="serve")
@click.option("--settings", "file", metavar="FILE", help="Settings in TOML.")
@click.option("--host", help="Listen on this address (default: 127.0.0.1).")
@click.option("--port", type=int, help="Listen on this port; 0 takes a free one (default: 8017).")
@click.option("--workers", type=int, help="Answer with so many processes (default: 1).")
@click.option("--data", metavar="FOLDER", help="The folder of store, key and checkpoints.")
@click.option("--store", metavar="URL", help="The database (default: SQLite in that folder).")
@click.option("--book", help="A bundled book by name, or the folder of a book (default: cn).")
@click.option("--public-url", metavar="URL", help="The https address that people use.")
@click.option("--behind-proxy", is_flag=True, default=None,
              help="A proxy in front ends TLS, and nobody else reaches the service.")  # fmt: skip
@click.option("--log-form", type=click.Choice(["auto", "json", "text"]),
              help="The form of the log (default: auto).")  # fmt: skip
@click.option("--prepare", is_flag=True,
              help="Make what a first start makes, print it, and end.")  # fmt: skip
def command(file: str | None, prepare: bool, **given: Any) -> None:
    """Run the service until it is stopped (Ctrl-C, or SIGTERM).

    The first start makes the folder of data, the embedded store, the key that signs checkpoints and
    one administrator, whose one-time password is printed once. An option goes before its variable
    of the environment (OPENZONE_PORT), and that before the file. Every setting:
    docs/reference/settings.md. Exit 1 when the processes that answer end as soon as they begin.
    """
    if any(find_spec(name) is None for name in NEEDED):
        raise missing_extra("serve", "the service")
    from openzone.api import logs
    from openzone.api.preparing import listening, private_files, refuse_open
    from openzone.api.reading import settings as read

    settings = read(file, os.environ, {key: value for key, value in given.items()
                                     if value is not None})  # fmt: skip
    refuse_open(settings)
    private_files()
    logs.configure(settings.log_level, settings.log_form)
    if prepare:
        with _prepared(settings):
            return
    with listening(settings.host, settings.port) as listener:
        if not _run(settings, listener):
            click.echo("the processes that answer end as soon as they begin; see the log", err=True)
            sys.exit(1)


@contextmanager
def _prepared(settings: Settings) -> Iterator[tuple[Store, SigningKey]]:
    """The store and the key of the service; what is missing is made, and who may enter is told."""
    from openzone.api.preparing import data_folder, signing_key
    from openzone.office.people import first_administrator
    from openzone.rulebook.books import load_book
    from openzone.store.store import Store

    data_folder(settings.data)
    book = load_book(settings.book)
    store = Store.opened(settings.store_url)
    try:
        key = signing_key(settings.key_file, store)
        first = first_administrator(store)
        click.echo(f"book {book.info.id} {book.info.version}; data in {settings.data.absolute()}")
        if first is not None:
            click.echo(f"administrator: {first.login}")
            click.echo(f"one-time password: {first.one_time_password}")
            click.echo("It is shown this once. Sign in with it and choose a password of your own.")
        sys.stdout.flush()
        yield store, key
    finally:
        store.close()


def _run(settings: Settings, listener: socket.socket) -> bool:
    """Prepare, say where, and serve; False where the processes do not stay."""
    from openzone.api.keeping import Keeper, outside_of
    from openzone.api.preparing import address
    from openzone.api.serving import Stop, give_up, serve

    stop = Stop()
    with _prepared(settings) as (store, key):
        click.echo(f"OpenZone {__version__}: {address(settings, listener)}")
        sys.stdout.flush()
        with Keeper(outside_of(settings, store, key)) as keeper:
            if settings.workers > 1:
                return _run_several(settings, listener, stop)

            def overdue() -> None:
                keeper.finish()
                give_up()

            serve(settings, listener, stop, overdue)
            return True


def _run_several(settings: Settings, listener: socket.socket, stop: Any) -> bool:
    import tempfile

    from openzone.api.processes import Processes

    with tempfile.TemporaryDirectory(prefix="openzone-metrics-") as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        return Processes(settings, listener).run(stop.told)
