"""`openzone diff A B`: the exact difference of two laws."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from openzone.cli.options import Day, book_option, known_option, lang_option, today


@click.command(name="diff")
@click.argument("before")
@click.argument("after")
@click.option("--regime", default="capital", show_default=True, help="The regime to compare.")
@click.option("--on", type=Day(), default=None, help="The day, where a side names none.")
@click.option("--place", "places", multiple=True, help="Only these places; 'outside' is none.")
@click.option("--json", "as_json", is_flag=True, help="The statements as JSON.")
@click.option("--html", "html", type=click.Path(dir_okay=False), help="Write a page to this file.")
@book_option
@known_option
@lang_option
def command(
    before: str,
    after: str,
    regime: str,
    on: dt.date | None,
    places: tuple[str, ...],
    as_json: bool,
    html: str | None,
    book_name: str,
    known: dt.date | None,
    lang: str,
) -> None:
    """Every situation whose answer changes from BEFORE to AFTER, as few readable statements.

    A side is parts joined by ',': a day, a place (or 'outside'), a reform (a file, or an id of the
    book), 'without:ID', a book (a name or a folder), or 'law'.

    \b
      openzone diff 2024-10-31 2024-11-01
      openzone diff outside ftz:tianjin --on 2025-06-01
      openzone diff without:PO-2024-HOSP law
      openzone diff law my-reform.yaml --lang zh
    """
    from openzone.decide.words.differences import as_data, text_of
    from openzone.regimes.comparing import compare, side_named
    from openzone.rulebook.books import load_book

    book = load_book(book_name)
    day = on or today()
    chosen = tuple("" if place == "outside" else place for place in places)
    found = compare(
        side_named(before, book),
        side_named(after, book),
        regime=regime,
        on=day,
        known=known or today(),
        places=chosen,
    )
    territories = found.after.law.territories
    data = as_data(found.difference, found.after.law.book, territories)
    data |= {"before": before, "after": after, "law": found.after.law.stamp(day)}
    if html:
        from openzone.cli.pages import diff_page, write_text

        write_text(Path(html), diff_page(data, lang))
        click.echo(html)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    elif not html:
        statements = [
            text_of(one, found.after.law.book, territories, lang)
            for one in found.difference.statements
        ]
        click.echo(listing(data, statements, lang))


def listing(data: dict[str, Any], statements: list[str], lang: str) -> str:
    """The statements as lines, with what was compared."""
    if not statements:
        regime = data["regime"]
        if lang == "zh":
            return f"没有任何情形的答案发生变化（{regime}；其他领域：openzone reform check）。"
        return f"No answer changes ({regime}; of the others tells openzone reform check)."
    if lang == "zh":
        head = f"{len(statements)} 项变化（{data['cells_changed']} 个情形单元）"
    else:
        head = f"{len(statements)} statements ({data['cells_changed']} cells change)"
    return "\n".join([head, *(f"  - {one}" for one in statements)])
