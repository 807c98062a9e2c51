"""`openzone store`: its state, its versions, its tables made anew, backup and restore."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from openzone.cli.options import store_option
from openzone.cli.progress import counting


@click.group()
def command() -> None:
    """The store of the service: state, upgrade, tables made anew, backup and restore.

    Take a backup before an upgrade. See openzone journal for what was recorded.
    """


@command.command("status")
@store_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def status(url: str, as_json: bool) -> None:
    """Tell what the store is: its name, version, database, and how much the journal holds."""
    store = opened(url)
    checkpoint = store.checkpoint()
    from openzone.store.upgrades import version

    held: dict[str, Any] = {
        "store": store.id,
        "database": store.engine.dialect.name,
        "version": version(store.engine),
        "events": checkpoint.count,
        "head": checkpoint.head,
        "root": checkpoint.root,
    }
    store.close()
    if as_json:
        click.echo(json.dumps(held, indent=2))
    else:
        click.echo("\n".join(f"{name:<10}{value}" for name, value in held.items()))


@command.command("upgrade")
@store_option
def upgrade(url: str) -> None:
    """Bring the tables of the store to the version of this program.

    Stop the service and take a backup first.
    """
    from openzone.store.databases import check_durability
    from openzone.store.upgrades import newest, upgraded

    engine = _existing(url)
    check_durability(engine)
    done = upgraded(engine)
    engine.dispose()
    click.echo(f"{'upgraded to' if done else 'nothing to do: the version is'} {newest()}")


@command.command("rebuild")
@store_option
@click.option("--check", is_flag=True, help="Change nothing: tell which tables differ; exit 1.")
def rebuild(url: str, check: bool) -> None:
    """Make the tables anew from the journal.

    Personal data, secrets and sessions are not in the journal, and stay as they are. Nobody else
    writes meanwhile.
    """
    from openzone.store import rebuilding

    store = opened(url)
    with counting("events") as told:
        if check:
            differing = rebuilding.differing_tables(store, told)
        else:
            count = rebuilding.rebuild(store, told)
    store.close()
    if not check:
        click.echo(f"the tables were made anew from {count} events")
        return
    for name in differing:
        click.echo(f"{name}: differs from what the journal says")
    if not differing:
        click.echo("the tables are what the journal says")
    sys.exit(1 if differing else 0)


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
def backup(file: Path, url: str) -> None:
    """Write the whole store, as it stands now, to a new FILE.

    The service may go on meanwhile. FILE holds the secrets of the store: keep it as safe as the
    store itself.
    """
    from openzone.store import backing_up

    store = opened(url)
    with counting("rows") as told:
        manifest = backing_up.backup(store, file, told)
    store.close()
    click.echo(_told(manifest))


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
def restore(file: Path, url: str) -> None:
    """Fill an empty database from a backup FILE, whatever database it was written from.

    The backup is verified, and its journal, before anything stands.
    """
    from openzone.store import backing_up

    with counting("rows") as told:
        manifest = backing_up.restore(url, file, told)
    click.echo(_told(manifest))


def _told(manifest: Any) -> str:
    rows = sum(one["rows"] for one in manifest.tables.values())
    return (f"store {manifest.store}, version {manifest.version}, as of {manifest.time}: "
            f"{manifest.count} events, {rows} rows, root {manifest.root}")  # fmt: skip


def _existing(url: str) -> Any:
    """The engine of a store that is there; a command that looks at a store makes none."""
    from openzone.errors import Fault
    from openzone.store.databases import engine_of
    from openzone.store.faults import StoreError
    from openzone.store.upgrades import version

    engine = engine_of(url)
    file = engine.url.database
    there = engine.dialect.name != "sqlite" or Path(file or "").is_file()
    if not there or version(engine) is None:
        engine.dispose()
        raise StoreError(
            Fault("store_gone", "there is no store", field="store", seen=url if not there else None,
                  next="name it with --store; openzone serve makes a new one")
        )  # fmt: skip
    return engine


def opened(url: str) -> Any:
    """The store of a URL, which must be there."""
    from openzone.store.store import Store

    _existing(url).dispose()
    return Store.opened(url)
