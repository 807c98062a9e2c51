"""`openzone follow`: saved plans and answers, and what is otherwise today."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path as File
from typing import Any

import click

from openzone.cli.options import book_option, known_option, lang_option, reform_option, today
from openzone.errors import CaseError, Fault

FOLDER = "openzone-saved"


@click.group(name="follow", invoke_without_command=True)
@click.option("--folder", default=FOLDER, show_default=True, type=click.Path(file_okay=False),
              help="Where the saved files stand.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The changes as JSON.")
@click.option("--accept", is_flag=True, help="Keep today's answers as the saved ones.")
@known_option
@reform_option
@book_option
@lang_option
@click.pass_context
def command(
    context: click.Context,
    folder: str,
    as_json: bool,
    accept: bool,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
) -> None:
    """Which saved answers are otherwise today, and exactly how.

    Save a plan or a case first: openzone follow save FILE. Exit: 1 when something changed or a
    saved plan is refused now, 0 when nothing did.
    """
    if context.invoked_subcommand is not None:
        context.obj = folder
        return
    if accept and reforms:
        raise click.UsageError("--accept keeps the answers of the law as it is; leave --reform out")
    from openzone.regimes.journey.saved import Changed, follow, read
    from openzone.regimes.journey.wording import changed_wording

    desk = _desk(book_name, known, reforms)
    files = sorted(File(folder).glob("*.json"))
    if not files:
        raise click.UsageError(f"{folder} holds nothing saved; save a plan: openzone follow save")
    found: list[Changed] = []
    refused = False
    for file in files:
        try:
            saved = read(file)
            changes = follow(desk, saved)
        except CaseError as error:
            refused = True
            for fault in error.faults:
                click.echo(f"{file.name}: {fault}", err=True)
            continue
        found += changes
        if not as_json:
            from openzone.decide.words.sentences import say

            told = list(changed_wording(changes, lang))
            click.echo("\n".join(told) or say("journey.unchanged", lang, name=saved.name))
        if accept and changes:
            _write(_again(desk, saved), File(folder))
    if as_json:
        data = {"changes": [one.as_dict() for one in found]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
    sys.exit(1 if found or refused else 0)


@command.command("save")
@click.argument("file")
@click.option("--as", "name", help="The name to save it under; the id where none is given.")
@click.option("--id", "wanted", help="The case of a file of cases.")
@click.option("--regime", help="The regime of a case that names none.")
@known_option
@reform_option
@book_option
@click.pass_context
def save(
    context: click.Context,
    file: str,
    name: str | None,
    wanted: str | None,
    regime: str | None,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
) -> None:
    """Save a plan, or one case of a file, with its answers of today."""
    from openzone.cli.explain import given
    from openzone.regimes.journey.plan import bundled, is_plan, plan_path, read_plan
    from openzone.regimes.journey.saved import save_case, save_plan

    desk = _desk(book_name, known, reforms, regime)
    try:
        if file in bundled() or is_plan(File(file)):
            plan = read_plan(plan_path(file))
            saved = save_plan(desk, plan, _name(name or plan.id))
        else:
            case = given((file,), wanted)
            saved = save_case(desk, case, _name(name or str(case.get("id") or File(file).stem)))
    except CaseError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    click.echo(_write(saved, File(context.obj)))


def _desk(
    book_name: str, known: dt.date | None, reforms: tuple[str, ...], regime: str | None = None
) -> Any:
    from openzone.regimes.asking import Desk
    from openzone.rulebook.books import load_book
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    named = load_reforms(book, reforms)
    return Desk(book, known=known or today(), reforms=named, today=today(), regime=regime)


def _again(desk: Any, saved: Any) -> Any:
    from openzone.regimes.journey.saved import asked_again

    return asked_again(desk, saved)


def _write(saved: Any, folder: File) -> File:
    from openzone.cli.pages import write_text

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{saved.name}.json"
    write_text(path, json.dumps(saved.as_dict(), ensure_ascii=False, indent=2, default=str) + "\n")
    return path


def _name(name: str) -> str:
    """A name that can be that of a file."""
    if not name or not all(sign.isalnum() or sign in "-_." for sign in name) or name[0] == ".":
        raise CaseError(Fault("wrong_value", "this is no name of a file", field="as", seen=name,
                              expected="letters, digits, '-', '_' and '.'"))  # fmt: skip
    return name


__all__ = ["command"]
