"""`openzone law`: what is in force, and the history of anything that has an id."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from openzone.cli.options import (
    Day,
    book_option,
    known_option,
    lang_option,
    reform_option,
    terminal,
    today,
)


@click.command(name="law")
@click.argument("name", required=False, metavar="[ID]")
@click.option("--on", type=Day(), default=None, help="The day asked about (default: today).")
@click.option("--place", "places", multiple=True, help="A place, by id or name. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="The page as JSON.")
@known_option
@reform_option
@book_option
@lang_option
def command(
    name: str | None,
    on: dt.date | None,
    places: tuple[str, ...],
    as_json: bool,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
) -> None:
    """What is in force: a row, a measure, a document; what changed over time.

    ID is that of a row, a measure, a document, a reform, a figure, a place, an activity or an
    industry code. Without ID: the documents in force, table by table.
    """
    from openzone.rulebook.books import load_book
    from openzone.rulebook.law import Law
    from openzone.rulebook.lookup import overview_page, page_of

    book = load_book(book_name)
    law = Law(book, known or today(), _reforms(book, reforms))
    day = on or today()
    named = tuple(_place(law, place) for place in places)
    page = overview_page(law, day, named) if name is None else page_of(law, name, day, named)
    if as_json:
        _as_json(page, law, day)
        return
    from openzone.decide.page_words import page_text

    width, paint = terminal()
    click.echo(page_text(page, lang, _facts(law), _documents(law), width, paint), nl=False)
