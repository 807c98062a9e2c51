"""`openzone interview`: a plan made by answering questions, and only those that matter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import book_option, known_option, lang_option, today
from openzone.errors import CaseError

if TYPE_CHECKING:
    from openzone.regimes.journey.interview import Interview, Question

WORDS = {
    "zh": "back 返回上一题，why 为什么问，? 不知道，stop 结束",
    "en": "back: the question before; why: why it is asked; ?: I do not know; stop: end here",
}


@click.command(name="interview")
@click.option("--save", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write the plan here, for openzone journey.")  # fmt: skip
@known_option
@book_option
@lang_option
def command(save: str | None, known: dt.date | None, book_name: str, lang: str) -> None:
    """Ask what matters for a plan, one question at a time, and give the verdict.

    At each question: an answer, 'back', 'why', '?' (I do not know) or 'stop'. Lists are split at
    ';'. Standard input works too, one answer a line.
    """
    from openzone.cli.terminal import terminal
    from openzone.regimes.asking import Desk
    from openzone.regimes.journey.interview import Interview
    from openzone.regimes.journey.path import path_of
    from openzone.regimes.journey.wording import wording
    from openzone.rulebook.books import load_book

    desk = Desk(load_book(book_name), known=known or today(), today=today())
    interview = Interview(desk)
    click.echo(WORDS[lang])
    _conversation(interview, lang)
    if save is not None:
        _saved(interview, save)
    journey = interview.journey()
    width, paint = terminal()
    click.echo()
    click.echo(wording(journey, path_of(journey), lang, None, width, paint), nl=False)


def _conversation(interview: Interview, lang: str) -> None:
    """Ask until nothing matters any more, or the person stops, or the input ends."""
    from openzone.regimes.journey.interview import UNKNOWN

    while (question := interview.question()) is not None:
        click.echo()
        click.echo(_asked(question, lang))
        try:
            text = click.prompt(">", default="", show_default=False, prompt_suffix=" ").strip()
        except (click.Abort, EOFError):
            return
        if text == "stop":
            return
        if text == "back":
            interview.back()
        elif text == "why":
            click.echo(question.why.lang(lang) if question.why else "–")
        else:
            _answered(interview, question, UNKNOWN if text in ("?", "？") else text)


def _asked(question: Question, lang: str) -> str:
    text = question.title.lang(lang)
    if question.kind == "flag":
        text += " (yes/no)"
    elif question.values:
        text += f" ({', '.join(question.values)})"
    if question.suggested is not None:
        text += f" [{_shown(question.suggested)}]"
    return text


def _shown(value: Any) -> str:
    return ";".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _answered(interview: Interview, question: Question, value: Any) -> None:
    """Take an answer; an empty one takes the suggestion, or none of several."""
    if value == "":
        if question.suggested is not None:
            value = question.suggested
        elif question.kind in ("several", "place"):
            value = ()
    if question.kind == "flag" and isinstance(value, str):
        value = {"yes": True, "y": True, "no": False, "n": False, "是": True, "否": False}.get(
            value.lower(), value
        )
    try:
        interview.answer(question, value)
    except CaseError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)


def _saved(interview: Interview, save: str) -> None:
    from openzone.cli.pages import write_text
    from openzone.regimes.journey.plan import plan_text

    write_text(File(save), plan_text(interview.plan()))
    click.echo(f"{save}: openzone journey {save}", err=True)


__all__ = ["command"]
