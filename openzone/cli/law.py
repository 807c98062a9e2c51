"""`openzone law`: what is in force, and the history of anything that has an id."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import click

from openzone.cli.options import (
    Day,
    book_option,
    known_option,
    lang_option,
    reform_option,
    today,
)
from openzone.errors import Fault, OpenZoneError, nearest

if TYPE_CHECKING:
    from openzone.decide.facts import Fact, Kind
    from openzone.decide.words.pages import FactsOf
    from openzone.rulebook.law import Law
    from openzone.rulebook.pages import Page


KINDS: dict[str, Kind] = {
    "count": "count",
    "flag": "flag",
    "choice": "choice",
    "share": "share",
    "number": "count",
    "money": "count",
    "day": "count",
    "text": "choice",
    "country": "choice",
}
"""How a fact that a table declares is shown."""


@click.command(name="law")
@click.argument("name", required=False, metavar="[ID]")
@click.option("--on", type=Day(), default=None, help="The day asked about (default: today).")
@click.option("--place", "places", multiple=True, help="A place, by id or name. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="The page as JSON, schema law/1.")
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

    \b
      openzone law --on 2025-01-10 --place ftz:shanghai
      openzone law FI-NAT-2024-22
      openzone law auto.passenger.cap --lang zh
    """
    from openzone.cli.terminal import terminal
    from openzone.rulebook.books import load_book
    from openzone.rulebook.law import Law
    from openzone.rulebook.lookup import overview_page, page_of
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    law = Law(book, known or today(), load_reforms(book, reforms))
    day = on or today()
    named = tuple(_place(law, place) for place in places)
    page = overview_page(law, day, named) if name is None else page_of(law, name, day, named)
    if as_json:
        click.echo(_json(page, law, day))
        return
    from openzone.decide.words.law import page_text

    width, paint = terminal()
    titles = {id: place.name for id, place in law.territories.items()}
    text = page_text(page, lang, _facts(law), titles, _documents(law, lang), width, paint)
    click.echo(text, nl=False)


def _place(law: Law, name: str) -> str:
    found = law.territories.find(name)
    if found is None:
        raise OpenZoneError(
            Fault(
                "unknown_place",
                "the territory is not on record",
                field="--place",
                seen=name,
                next=nearest(name, law.territories) or f"openzone search '{name}'",
            )
        )
    return found


def _json(page: Page, law: Law, on: dt.date) -> str:
    from openzone.rulebook.plain import plain

    kind = type(page).__name__.removesuffix("Page").lower()
    data = {"schema": "law/1", "kind": kind, "law": law.stamp(on), "page": plain(page)}
    return json.dumps(data, ensure_ascii=False, indent=2)


def _facts(law: Law) -> dict[str, FactsOf]:
    """For each table, and each row, the facts it may name: its own, then those of its regime."""
    from openzone.decide.facts import Fact
    from openzone.decide.words.pages import FactsOf
    from openzone.regimes.registry import REGIMES

    shared: dict[str, dict[str, Fact]] = {
        regime.name: {fact.name: fact for fact in regime.facts} for regime in REGIMES.values()
    }
    own: dict[str, dict[str, Fact]] = {}
    for table in law.book.tables.values():
        declared = {one.fact: Fact(one.fact, KINDS[one.kind], one.title) for one in table.facts}
        own[table.id] = declared
        shared[table.regime] = {**declared, **shared.get(table.regime, {})}
    found = {
        table.id: FactsOf(table.regime, {**shared[table.regime], **own[table.id]})
        for table in law.book.tables.values()
    }
    return {**{row.id: found[row.table] for row in law.book.rows}, **found}


def _documents(law: Law, lang: str) -> dict[str, str]:
    """Documents by number, or by title where no number is on record."""
    return {
        document.id: document.number or document.title.lang(lang)
        for document in law.book.documents.values()
    }


__all__ = ["command"]
