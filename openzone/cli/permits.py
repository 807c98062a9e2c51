"""`openzone permits`: what a plan must get, file or promise, by when; the card of one permit."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import (
    Day,
    book_option,
    known_option,
    lang_option,
    reform_option,
    today,
)
from openzone.errors import CaseError, Fault

if TYPE_CHECKING:
    from openzone.decide.dmn.desk import Decision

REGIME = "licences"


@click.command(name="permits")
@click.option("--scope", "scope_terms", multiple=True, help="A scope term of the plan. Repeatable.")
@click.option("--activity", "activities", multiple=True,
              help="An industry code or activity tag of the plan. Repeatable.")  # fmt: skip
@click.option("--place", "places", multiple=True, help="A place of registration. Repeatable.")
@click.option("--date", "on", type=Day(), help="The day whose law is asked (default: today).")
@click.option("--answer", "answers", multiple=True, metavar="PERMIT=yes|no",
              help="The reply to a permit that is only perhaps needed. Repeatable.")  # fmt: skip
@click.option("--commit/--no-commit", "commitment", default=None,
              help="Take the route by commitment, or decline it.")  # fmt: skip
@click.option("--start", type=Day(),
              help="The day of the application for registration (default: --date).")  # fmt: skip
@click.option("--registered", "registered_on", type=Day(), help="The day of the licence.")
@click.option("--opened", "opened_on", type=Day(), help="The day the business begins.")
@click.option("--accepted", "accepted_on", type=Day(), help="The day an application was accepted.")
@click.option("--meet-by", "will_meet_by", type=Day(),
              help="The day by which the firm promises to meet the conditions.")  # fmt: skip
@click.option("--card", "card_of", metavar="PERMIT", help="Print the service card of one permit.")
@click.option("--further", is_flag=True, help="Also changes, dormancy, exit and penalties.")
@click.option("--json", "as_json", is_flag=True, help="The answer, timeline or card, as JSON.")
@known_option
@reform_option
@book_option
@lang_option
def command(
    answers: tuple[str, ...],
    start: dt.date | None,
    card_of: str | None,
    further: bool,
    as_json: bool,
    known: dt.date | None,
    reforms: tuple[str, ...],
    book_name: str,
    lang: str,
    **fields: Any,
) -> None:
    """What a plan must get, file or promise to open its business: permits, timeline, service card.

    Exit: 1 when the case is refused, 2 when the command cannot run.

    \b
      openzone permits --scope 餐饮服务 --place ftz:shanghai --date 2026-06-01 --commit
      openzone permits --scope 餐饮服务 --card food_business --lang zh
    """
    from openzone.decide.dmn.desk import TableDesk
    from openzone.regimes.registry import table_regime
    from openzone.rulebook.books import load_book
    from openzone.rulebook.law import Law
    from openzone.rulebook.reform_files import load_reforms

    book = load_book(book_name)
    law = Law(book, known or today(), load_reforms(book, reforms))
    try:
        case = _case(fields, _replies(answers))
        decision = TableDesk(law, table_regime(REGIME)).decision(case, today())
        if card_of is None:
            text = _plan(decision, start or decision.case.on, further, as_json, lang)
        else:
            text = _card(decision, card_of, as_json, lang)
    except CaseError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        sys.exit(1)
    click.echo(text, nl=False)


def _replies(answers: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in answers:
        permit, mark, reply = one.partition("=")
        if not mark:
            raise CaseError(
                Fault("wrong_value", "an answer has no reply", field="answers", seen=one,
                      expected="PERMIT=yes or PERMIT=no")
            )  # fmt: skip
        found[permit.strip()] = reply.strip()
    return found


def _case(fields: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """The case of the options that were given."""
    named = {"places": "place", "on": "date"}
    given = {named.get(name, name): value for name, value in fields.items()}
    case = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in given.items()
        if value not in (None, ())
    }
    return {**case, "answers": dict(answers)} if answers else case


def _card(decision: Decision, permit: str, as_json: bool, lang: str) -> str:
    from openzone.regimes.licences.card import card
    from openzone.regimes.licences.wording import card_wording

    told = card(decision, permit)
    return _json(told) if as_json else card_wording(told, lang)


def _plan(decision: Decision, start: dt.date, further: bool, as_json: bool, lang: str) -> str:
    from openzone.decide.dmn.answer import answer
    from openzone.regimes.licences.items import items
    from openzone.regimes.licences.timeline import FURTHER, duties, plain_step, timeline
    from openzone.regimes.licences.wording import plan_wording

    steps = [plain_step(one) for one in timeline(decision, start)]
    found = {**answer(decision), "merged": duties(decision, ("merged",))}
    if further:
        found["further"] = duties(decision, FURTHER)
    if as_json:
        return _json({**found, "timeline": steps})
    titles = {id: one.row.title for id, one in items(decision.ground).by_id.items()}
    return plan_wording(found, steps, titles, lang)


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


__all__ = ["command"]
