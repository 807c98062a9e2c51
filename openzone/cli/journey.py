"""`openzone journey`: a business plan through every regime; places compared; what would unblock."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import book_option, known_option, lang_option, reform_option, today
from openzone.errors import CaseError

if TYPE_CHECKING:
    from openzone.regimes.asking import Desk
    from openzone.regimes.journey.plan import Plan
    from openzone.rulebook.book import Book

OUTSIDE = "outside"  # the country outside zones, as a place on the command line


@click.command(name="journey")
@click.argument("plan", metavar="PLAN")
@click.option(
    "--place",
    "places",
    multiple=True,
    help="Instead of the place of the plan; 'outside' is outside zones.",
)
@click.option("--compare", "compares", is_flag=True,
              help="In each --place; without one: every zone, the port, outside.")  # fmt: skip
@click.option("--unblock", is_flag=True, help="Search the single changes that would unblock it.")
@click.option("--draft", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write the smallest of them as a reform file.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Every answer, step and figure as JSON.")
@click.option("--html", "page", type=click.Path(dir_okay=False), help="Write a page to print.")
@known_option
@reform_option
@book_option
@lang_option
def command(
    plan: str,
    places: tuple[str, ...],
    compares: bool,
    unblock: bool,
    draft: str | None,
    as_json: bool,
    page: str | None,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
) -> None:
    """May this plan enter and operate, what blocks it, in what steps, by when, at what cost.

    PLAN is a YAML file (docs/reference/plan-format.md), or a plan that comes with the program:
    hospital, cloud, car-maker, ft-trader, drug-trial. Exit: 1 when the plan is refused, 2 when
    the command cannot run.

    \b
      openzone journey plan.yaml --lang zh
      openzone journey plan.yaml --compare
      openzone journey plan.yaml --unblock --draft reform.yaml
    """
    if compares and (unblock or draft is not None):
        raise click.UsageError("--compare shows places; ask --unblock in one of them: --place")
    from openzone.regimes.asking import Desk
    from openzone.regimes.journey.plan import plan_path, read_plan
    from openzone.rulebook.books import load_book
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    desk = Desk(book, known=known or today(), reforms=load_reforms(book, reforms), today=today())
    try:
        read = read_plan(plan_path(plan))
        if compares:
            text = _compared(desk, read, places, as_json, lang)
        else:
            text = _walked(desk, read, places, unblock or draft is not None, draft, as_json, lang)
    except CaseError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    if page is not None:
        from openzone.cli.pages import text_page, write_text

        write_text(File(page), text_page(read.words().lang(lang), text, lang))
    click.echo(text, nl=False)


def _walked(
    desk: Desk, plan: Plan, places: tuple[str, ...], unblock: bool, draft: str | None,
    as_json: bool, lang: str,
) -> str:  # fmt: skip
    """The journey in one place, as text or JSON."""
    from openzone.cli.terminal import terminal
    from openzone.regimes.journey.path import path_of
    from openzone.regimes.journey.report import report
    from openzone.regimes.journey.unblock import searched
    from openzone.regimes.journey.walk import walk
    from openzone.regimes.journey.wording import wording

    chosen = tuple(place for place in places if place != OUTSIDE) if places else None
    journey = walk(desk, plan, chosen)
    path = path_of(journey)
    found = None
    if unblock:
        found = searched(journey)
    if draft is not None:
        _drafted([one for search in found or () for one in search.found], desk.law.book, draft)
    if as_json:
        return _json(report(journey, path, found))
    width, paint = terminal()
    return wording(journey, path, lang, found, width, paint)


def _drafted(found: list[Any], book: Book, draft: str) -> None:
    from openzone.cli.pages import write_text
    from openzone.regimes.journey.unblock import as_file

    if not found:
        raise click.ClickException("nothing is blocked, or no single change unblocks it: no draft")
    write_text(File(draft), as_file(min(found, key=lambda one: one.size), book))
    click.echo(f"{draft}: openzone reform check {draft}", err=True)


def _compared(desk: Desk, plan: Plan, places: tuple[str, ...], as_json: bool, lang: str) -> str:
    """The plan in many places, as text or JSON."""
    from openzone.regimes.journey.compare import compare
    from openzone.regimes.journey.wording import compared_wording

    chosen = [() if place == OUTSIDE else (place,) for place in places] or None
    found = compare(desk, plan, chosen)
    if as_json:
        return _json({"plan": plan.id, "places": [one.as_dict() for one in found]})
    return compared_wording(desk.law, found, lang)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"


__all__ = ["command"]
