"""`openzone ledger`: a firm's transfers of personal data over a year, and the route after each."""

from __future__ import annotations

import datetime as dt
import gc
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import book_option, known_option, lang_option, reform_option, today
from openzone.errors import Fault

if TYPE_CHECKING:
    from openzone.regimes.data.ledger import Entry
    from openzone.regimes.data.ledger_file import LedgerFile

WARN_PERCENT = 10


@click.command(name="ledger")
@click.argument("file", metavar="FILE.csv")
@click.option(
    "--place", "places", multiple=True, metavar="P", help="Where the firm is. Repeatable."
)
@click.option(
    "--fact", "facts", multiple=True, metavar="NAME=VALUE",
    help="A fact of the firm that holds for every line (ciio=false). Repeatable.",
)  # fmt: skip
@click.option("--year", type=int, help="Show this year only.")
@click.option("--warn", type=click.IntRange(0, 100), default=WARN_PERCENT, show_default=True,
              help="Warn when this percent of a threshold, or less, is left.")  # fmt: skip
@click.option("--all", "whole", is_flag=True, help="Every transfer, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines: each transfer, then a summary.")
@known_option
@reform_option
@book_option
@lang_option
def command(
    file: str,
    places: tuple[str, ...],
    facts: tuple[str, ...],
    year: int | None,
    warn: int,
    whole: bool,
    as_json: bool,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
) -> None:
    """The route in force after each transfer of a ledger, and how far the next threshold is.

    FILE.csv ('-' for standard input) has the columns id, date, nonsensitive and sensitive: persons
    whose data are sent for the first time in the year, without and with a sensitive item. It may
    have special_sensitive, recipient, note, place and every fact of a case of the regime data
    (purpose, strictly_necessary, ...). Exit: 1 when lines are refused; then nothing is counted.

    \b
      openzone ledger transfers.csv --place ftz:tianjin --fact ciio=false --lang zh
    """
    from openzone.regimes.data.ledger import Ledger
    from openzone.regimes.data.ledger_file import LedgerError, read_ledger
    from openzone.rulebook.books import load_book
    from openzone.rulebook.law import Law
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    law = Law(book, known or today(), load_reforms(book, reforms))
    base = {"place": list(places), **dict(_fact(one) for one in facts)}
    gc.disable()  # a ledger makes no circles; looking for them takes half the time of a long one
    try:
        held = read_ledger(law, _lines(file), file, base, today())
        entries: Iterator[Entry] = Ledger(law, base, today(), warn).entries(held.transfers)
        if year is not None:
            entries = (one for one in entries if one.year == year)
        if as_json:
            _print_json(entries, held)
            return
        from openzone.regimes.data.wording import wording

        for line in wording(list(entries), held, lang, whole=whole):
            click.echo(line)
    except LedgerError as error:
        _refuse(error.faults)
    finally:
        gc.enable()


def _fact(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise click.BadParameter(f"'{text}'; expected NAME=VALUE", param_hint="--fact")
    return name.strip(), value.strip()


def _lines(file: str) -> Iterator[str]:
    """The lines of a file as text; one that is no text refuses the file."""
    from openzone.cli.case_lines import open_bytes, text_lines
    from openzone.regimes.data.ledger_file import LedgerError

    stream, name = open_bytes(file)
    with stream:
        for line in text_lines(stream, name):
            if line.fault is not None:
                raise LedgerError(line.fault)
            yield line.text


def _print_json(entries: Iterator[Entry], held: LedgerFile) -> None:
    from openzone.cli.output import output

    last: dict[int, dict[str, Any]] = {}
    with output(None) as stream:
        for one in entries:
            told = one.as_dict()
            stream.write(_json(told))
            last[one.year] = told
        stream.write(_json({"summary": _summary(last, held)}))


def _json(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False) + "\n").encode()


def _summary(last: dict[int, dict[str, Any]], held: LedgerFile) -> dict[str, Any]:
    """The last entry of each year, and what was odd about the lines of the file."""
    return {
        "years": {
            str(year): {name: one[name] for name in ("nonsensitive", "sensitive", "route", "next")}
            for year, one in last.items()
        },
        "repeated": [one._asdict() for one in held.repeats],
        "out_of_order": [
            {**one._asdict(), "on": one.on.isoformat(), "after": one.after.isoformat()}
            for one in held.disorder
        ],
    }


def _refuse(faults: Sequence[Fault]) -> None:
    for fault in faults:
        click.echo(str(fault), err=True)
    click.get_current_context().exit(1)


__all__ = ["command"]
