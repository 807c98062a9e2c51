"""`openzone journal`: what was recorded, verified; checkpoints, and proofs of single events."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from openzone.cli.options import store_option
from openzone.cli.output import output
from openzone.cli.progress import counting

API_KEY = "OPENZONE_API_KEY"
FILE = click.Path(path_type=Path, dir_okay=False)


def _key_option(function: Any) -> Any:
    return click.option(
        "--key", "key_file", type=FILE, default=None, envvar="OPENZONE_SIGNING_KEY",
        help="The file of the signing key (default: that of the service).",
    )(function)  # fmt: skip


def _public_option(function: Any) -> Any:
    return click.option("--key", "public_file", type=FILE, default=None,
                        help="The file of the public key.")(function)  # fmt: skip


@click.group()
def command() -> None:
    """The journal of the service: what was recorded, verified; checkpoints and proofs.

    An auditor keeps checkpoints and the public key, and verifies against them.
    """


@command.command("verify")
@store_option
@click.option("--service", "address", metavar="URL",
              help="Read the journal of this service over HTTP, not a store. The key of an auditor "
              "stands in OPENZONE_API_KEY.")  # fmt: skip
@click.option("--checkpoint", "files", type=FILE, multiple=True,
              help="A checkpoint that was kept elsewhere. Repeatable.")  # fmt: skip
@_public_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(
    url: str, address: str | None, files: tuple[Path, ...], public_file: Path | None, as_json: bool
) -> None:
    """Verify every event of the journal, against checkpoints when some are given.

    The first altered, missing or moved event is named. A past that was written anew shows only
    against a checkpoint. With --key the signatures of the checkpoints are verified too; without it
    a checkpoint is believed as it stands. With --service only HTTP is needed: the events are those
    of the checkpoint that the service signs now. Exit: 1 when something is wrong.
    """
    from openzone.cli.store import opened
    from openzone.store.verifying import verify as verified

    checkpoints = [_checkpoint(file, public_file) for file in files]
    if address is not None:
        verdict = _served(address, checkpoints, public_file)
    else:
        store = opened(url)
        with counting("events") as told:
            verdict = verified(store, checkpoints, told)
        store.close()
    if as_json:
        told_findings = [{"code": one.code, "seq": one.seq, "message": one.message}
                         for one in verdict.findings]  # fmt: skip
        click.echo(json.dumps({"holds": verdict.holds, "count": verdict.count,
                               "head": verdict.head, "root": verdict.root,
                               "checkpoints": len(checkpoints), "signed": bool(public_file),
                               "findings": told_findings}, indent=2))  # fmt: skip
    else:
        for one in verdict.findings:
            click.echo(f"[{one.code}] {one.message}")
        said = "the journal holds" if verdict.holds else "the journal does not hold"
        against = f", against {len(checkpoints)} checkpoints" if checkpoints else ""
        click.echo(f"{said}: {verdict.count} events{against}; root {verdict.root}")
        if not checkpoints:
            click.echo("no checkpoint was given: a past that was written anew would not show")
        elif public_file is None:
            click.echo("no --key was given: the signatures were not verified")
    sys.exit(0 if verdict.holds else 1)


def _served(address: str, checkpoints: list[Any], public_file: Path | None) -> Any:
    """The verdict on the journal of a service, by what it shows over HTTP."""
    from openzone.store.checkpoint import read_note
    from openzone.store.served import Served
    from openzone.store.verifying import verified_events

    api_key = os.environ.get(API_KEY, "").strip()
    if not api_key:
        raise click.UsageError(f"--service needs the key of an auditor in {API_KEY}")
    with Served(address, api_key) as served, counting("events") as told:
        note = served.checkpoint()
        now = _public_key(public_file).opened(note) if public_file else read_note(note)[1]
        events = served.events(now.count)
        return verified_events(events, now.origin, [*checkpoints, now], told)


@command.command("checkpoint")
@store_option
@_key_option
@click.option("--out", type=click.Path(dir_okay=False), help="A file (default: standard output).")
def checkpoint(url: str, key_file: Path | None, out: str | None) -> None:
    """Sign what the journal holds now: a checkpoint to be kept by somebody else."""
    from openzone.cli.store import opened

    key = _signing_key(key_file)
    store = opened(url)
    note = key.signed(store.checkpoint())
    store.close()
    with output(out) as stream:
        stream.write(note.encode())


@command.command("key")
@_key_option
@click.option("--name", default="openzone", show_default=True,
              help="The name that stands in signatures: the domain of the office.")  # fmt: skip
@click.option("--public", "only_public", is_flag=True,
              help="Make nothing: print the public half of the key that is there.")  # fmt: skip
def key(key_file: Path | None, name: str, only_public: bool) -> None:
    """Make the key that signs checkpoints, and print its public half.

    The file of the key can be read by its owner only. Hand the public half to auditors, by a way
    of its own. A key that is there is not written over.
    """
    from openzone.store.checkpoint import SigningKey
    from openzone.store.files import ONLY_OWNER, appearing
    from openzone.store.places import default_key

    if only_public:
        click.echo(_signing_key(key_file).verifier().text())
        return
    made = SigningKey.made(name)
    path = key_file or default_key()
    path.parent.mkdir(parents=True, exist_ok=True)
    with appearing(path, ONLY_OWNER) as stream:
        stream.write(f"{made.secret()}\n".encode())
    click.echo(f"{path}: keep it secret; the public half follows", err=True)
    click.echo(made.verifier().text())


@command.command("proof")
@click.argument("seq", type=click.IntRange(min=1))
@store_option
@click.option("--checkpoint", "file", type=FILE, default=None,
              help="A checkpoint that holds the event (default: a new one is signed).")  # fmt: skip
@_key_option
@click.option("--out", type=click.Path(dir_okay=False), help="A file (default: standard output).")
def proof(url: str, seq: int, file: Path | None, key_file: Path | None, out: str | None) -> None:
    """Prove that event SEQ stands in the journal, without showing any other event.

    Whoever has the public key checks the proof with openzone journal check.
    """
    from openzone.cli.store import opened
    from openzone.store.files import read_text
    from openzone.store.proofs import proven

    signer = None if file else _signing_key(key_file)
    store = opened(url)
    note = signer.signed(store.checkpoint()) if signer else read_text(file or Path())
    found = proven(store, seq, note)
    store.close()
    with output(out) as stream:
        stream.write(found.text().encode())


@command.command("check")
@click.argument("file", type=FILE)
@click.option("--key", "public_file", type=FILE, required=True, help="The file of the public key.")
@click.option("--json", "as_json", is_flag=True, help="The event and the checkpoint as JSON.")
def check(file: Path, public_file: Path, as_json: bool) -> None:
    """Check a proof FILE, without the store. Exit: 2 when it does not hold."""
    from openzone.store.files import read_text
    from openzone.store.proofs import Proof, checked

    held = Proof.read(read_text(file), str(file))
    found = checked(held, _public_key(public_file), str(file))
    if as_json:
        event = held.event.as_dict()
        click.echo(json.dumps({"holds": True, "event": event, "origin": found.origin,
                               "count": found.count, "time": found.time},
                              ensure_ascii=False, indent=2))  # fmt: skip
        return
    one = held.event
    click.echo(f"the proof holds: event {one.seq} of {found.origin} ({one.event.kind}, "
               f"{one.event.subject}, {one.at}) is among the {found.count} events that were "
               f"signed at {found.time}")  # fmt: skip


@command.command("show")
@store_option
@click.option("--after", default=0, show_default=True, help="Only events after this number.")
@click.option("--kind", "kinds", multiple=True, help="Only events of this kind. Repeatable.")
@click.option("--subject", default="", help="Only events about this.")
@click.option("--actor", default="", help="Only what this person, key or program did.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--json", "as_json", is_flag=True, help="As JSON Lines, with payloads and hashes.")
def show(
    url: str,
    after: int,
    kinds: tuple[str, ...],
    subject: str,
    actor: str,
    limit: int,
    as_json: bool,
) -> None:
    """Show events, in order: number, time, actor, kind, subject."""
    from openzone.cli.store import opened

    store = opened(url)
    while limit > 0:
        found = store.events(after, limit, kinds=kinds, subject=subject, actor=actor)
        for one in found:
            if as_json:
                click.echo(json.dumps(one.as_dict(), ensure_ascii=False))
            else:
                event = one.event
                click.echo(f"{one.seq:>8}  {one.at}  {event.actor:<12}  {event.kind:<24}  "
                           f"{event.subject}")  # fmt: skip
        if not found:
            break
        after, limit = found[-1].seq, limit - len(found)
    store.close()


def _checkpoint(file: Path, public_file: Path | None) -> Any:
    from openzone.store.checkpoint import read_note
    from openzone.store.files import read_text

    text = read_text(file)
    if public_file is not None:
        return _public_key(public_file).opened(text, str(file))
    return read_note(text, str(file))[1]


def _public_key(file: Path) -> Any:
    from openzone.store.checkpoint import Verifier
    from openzone.store.files import read_text

    return Verifier.read(read_text(file))


def _signing_key(file: Path | None) -> Any:
    from openzone.store.checkpoint import SigningKey
    from openzone.store.files import read_text
    from openzone.store.places import default_key

    path = file or default_key()
    if not path.exists():
        raise click.UsageError(f"there is no key {path}; make one: openzone journal key")
    return SigningKey.read(read_text(path))
