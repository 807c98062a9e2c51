"""`openzone duty`: what is owed on goods, step by step, with every rate that could apply."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from openzone.cli.explain import given
from openzone.cli.options import book_option, known_option, lang_option, reform_option, today
from openzone.errors import CaseError

REGIME = "goods"


@click.command(name="duty")
@click.argument("case", nargs=-1, required=True, metavar="CASE")
@click.option("--id", "wanted", help="The case of a file to work out.")
@click.option("--json", "as_json", is_flag=True, help="The answer with its sheet, as JSON.")
@click.option(
    "--html", "page", type=click.Path(dir_okay=False), help="Write the sheet as a page to print."
)
@known_option
@reform_option
@book_option
@lang_option
def command(
    case: tuple[str, ...],
    wanted: str | None,
    as_json: bool,
    page: str | None,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
) -> None:
    """What is owed on goods: customs value, duty, consumption tax, VAT, each step with its ground.

    CASE is a file with one case ('-' for standard input; --id chooses one of several), or the
    fields themselves as key=value. Amounts are yuan. Exit: 1 when the case is refused, 2 when the
    command cannot run.

    \b
      openzone duty hs=22042100 origin=AU customs_value=500000 proofs=AU date=2026-06-01
      openzone duty case.yaml --lang zh --html sheet.html
    """
    from openzone.decide.answer import refusal
    from openzone.regimes.asking import Desk
    from openzone.rulebook.books import load_book
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    named = load_reforms(book, reforms)
    desk = Desk(book, known=known or today(), reforms=named, today=today(), regime=REGIME)
    raw: Mapping[str, Any] | None = None
    try:
        raw = given(case, wanted)
        answer = desk.answered({**raw, "regime": REGIME})
    except CaseError as error:
        if as_json:
            click.echo(json.dumps(refusal(raw, error, REGIME), ensure_ascii=False, default=str))
        for fault in error.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    if page is not None:
        from openzone.cli.pages import duty_page, write_text

        write_text(Path(page), duty_page(answer, lang))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
        return
    from openzone.regimes.goods.wording import wording

    click.echo(wording(answer, lang), nl=False)


__all__ = ["command"]
