"""Options that several verbs share, with one meaning everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import click

from openzone.decide.facts import as_day


class Day(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases only
    """A day of the calendar, YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the day, or say what was expected."""
        day = as_day(value)
        if day is None:
            self.fail(f"'{value}' is no day of the calendar; expected YYYY-MM-DD", param, ctx)
        return day


def book_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--book: a bundled book by name, or the folder of another."""
    return click.option(
        "--book",
        "book_name",
        default="cn",
        show_default=True,
        help="A bundled book by name, or the folder of a book.",
    )(function)


def known_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--known: the law as published by this day."""
    return click.option(
        "--known",
        type=Day(),
        default=None,
        help="The law as published by this day (default: today).",
    )(function)


def reform_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--reform: a reform file, or the id of a reform of the book; may be repeated."""
    return click.option(
        "--reform",
        "reforms",
        multiple=True,
        help="A reform file, or the id of a reform of the book; in force in its scope. Repeatable.",
    )(function)


def lang_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--lang: the language of texts."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="en",
        show_default=True,
        envvar="OPENZONE_LANG",
        help="Language of texts.",
    )(function)


def store_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--store: the URL of the store of the service."""
    from openzone.store.places import default_url

    return click.option(
        "--store",
        "url",
        default=default_url,
        show_default="$OPENZONE_STORE, else openzone.db in the folder of data",
        help="The store: a file of SQLite, or a URL.",
    )(function)


def today() -> dt.date:
    """The day on which the program runs; OPENZONE_TODAY sets it, for documents and tests."""
    import os

    given = os.environ.get("OPENZONE_TODAY")
    day = as_day(given) if given else None
    return day or dt.date.today()
