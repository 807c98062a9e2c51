"""`openzone reform`: write, check, show and stack reforms."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click

from openzone.cli.options import Day, book_option, known_option, lang_option, today


@click.group(name="reform")
def command() -> None:
    """Write, check and stack reforms: patches of rows with a scope and an authorisation."""


@command.command("list")
@book_option
@lang_option
def list_(book_name: str, lang: str) -> None:
    """The reforms of the book, with status, days, territory and the hash of the body."""
    from openzone.rulebook.books import load_book

    book = load_book(book_name)
    for reform in book.reforms.values():
        days = str(reform.in_force) if reform.in_force else "no days"
        click.echo(
            f"{reform.id:<16} {reform.status:<10} {days:<26} {reform.body_hash[:16]}  "
            f"{reform.title.lang(lang)}"
        )


@command.command("new")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--repeal", multiple=True, metavar="ROW", help="This row no longer binds.")
@click.option("--suspend", multiple=True, metavar="ROW", help="This row rests for a time.")
@click.option("--amend", multiple=True, metavar="ROW", help="This row gets other figures.")
@click.option(
    "--open",
    "opens",
    multiple=True,
    metavar="ROW",
    help="This row gives way to an opening that needs approval.",
)
@click.option("--place", "places", multiple=True, help="Where; several are possible.")
@click.option("--from", "start", type=Day(), help="The first day. Default: the next 1 January.")
@click.option("--to", "end", type=Day(), help="The first day no longer.")
@click.option("--id", "id_", default="MY-REFORM", show_default=True)
@book_option
def new(
    file: str,
    repeal: tuple[str, ...],
    suspend: tuple[str, ...],
    amend: tuple[str, ...],
    opens: tuple[str, ...],
    places: tuple[str, ...],
    start: dt.date | None,
    end: dt.date | None,
    id_: str,
    book_name: str,
) -> None:
    """Write a reform to FILE that you can edit: rows, their hashes, scope, authorisation.

    \b
      openzone reform new survey.yaml --amend FI-FTZ-2021-14b --place ftz:tianjin
    """
    from openzone.cli.pages import write_text
    from openzone.rulebook.books import load_book
    from openzone.rulebook.drafting import draft

    path = Path(file)
    if path.exists():
        raise click.ClickException(f"{file} exists; give another name")
    book = load_book(book_name)
    first = start or dt.date(today().year + 1, 1, 1)
    kinds = {"repeal": repeal, "suspend": suspend, "amend": amend, "open": opens}
    write_text(path, draft(book, id_, kinds, places, first, end))
    click.echo(f"{file}\nnext: edit it, then  openzone reform check {file}")


@command.command("check")
@click.argument("files", nargs=-1, required=True)
@click.option("--regime", default=None, help="Only the difference in this regime.")
@click.option("--json", "as_json", is_flag=True)
@book_option
@known_option
@lang_option
def check(
    files: tuple[str, ...],
    regime: str | None,
    as_json: bool,
    book_name: str,
    known: dt.date | None,
    lang: str,
) -> None:
    """Check reforms (files, or ids of the book) and what they do: fit, effect, power, conflicts.

    A patch that no longer fits the book, or that changes no answer, fails (exit 2).
    """
    from openzone.regimes.reform_check import checked, met
    from openzone.rulebook.books import load_book
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    reforms = load_reforms(book, files)
    day = known or today()
    found = [checked(book, reform, known=day, regime=regime) for reform in reforms]
    clashes = met(book, reforms)
    if as_json:
        click.echo(
            json.dumps({"reforms": found, "conflicts": clashes}, ensure_ascii=False, indent=2)
        )
    else:
        for one in found:
            click.echo(_report(one, lang))
        for clash in clashes:
            click.echo(f"conflict: {clash['message']}")


def _report(found: dict[str, Any], lang: str) -> str:
    power = found["power"]
    lines = [
        f"{found['id']}  body {found['body_hash'][:16]}  {found['in_force']}"
        f"  {', '.join(found['territory']) or 'whole country'}",
    ]
    for part in found["changes"]:
        lines.append(f"  {part['regime']}: {len(part['statements'])} statements")
        lines += [f"    - {one[lang]}" for one in part["statements"]]
    lines.append(("  权限：" if lang == "zh" else "  power: ") + power["why"][lang])
    for need in power["needs"][:3]:
        lines.append(
            f"    {need['row']} ({need['document']}, {need['level']}): {need['holder'][lang]};"
            f" {need['instrument'][lang]}; {need['article'] or '-'} [{need['evidence']}]"
        )
    if found["on_approval"]:
        lines.append("  conditions that no machine tests:")
        lines += [f"    - {one[lang]}" for one in found["on_approval"]]
    return "\n".join(lines)


@command.command("hash")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--write", is_flag=True, help="Write the hashes into the file.")
@book_option
def hash_(file: str, write: bool, book_name: str) -> None:
    """The present hash of each row that a reform changes, as `was` wants it."""
    from openzone.cli.pages import write_text
    from openzone.rulebook.books import load_book
    from openzone.rulebook.drafting import with_hashes

    book = load_book(book_name)
    text = Path(file).read_text(encoding="utf-8")
    filled, hashes = with_hashes(book, text, file)
    if write:
        write_text(Path(file), filled)
        click.echo(f"{file}: {len(hashes)} hashes written")
    for row, value in hashes.items():
        click.echo(f"{row}: {value}")
    sys.exit(0)
