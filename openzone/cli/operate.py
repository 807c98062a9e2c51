"""`openzone operate`: may a firm enter a class, and what may remain after entry: a lower bound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from openzone.cli.openness import reforms_named
from openzone.cli.options import (
    Day,
    book_option,
    known_option,
    lang_option,
    reform_option,
    today,
)
from openzone.decide.words.lines import aligned

if TYPE_CHECKING:
    from openzone.rulebook.book import Book
    from openzone.rulebook.model import Reform
    from openzone.watch.operate import Operating
    from openzone.watch.operate_reader import Tally

DRAWN = (".html", ".svg", ".png")
SUFFIXES = (".csv", ".parquet", ".json", *DRAWN)
CHANGES_SHOWN_MAX = 12


@click.command("operate")
@click.option(
    "--place", "places", multiple=True, metavar="P",
    help="A list of the book (national, ftz, ...) or a territory; ';' joins several. Repeatable.",
)  # fmt: skip
@click.option("--each", is_flag=True, help="Every zone on its own, the port, outside.")
@click.option("--on", "dates", multiple=True, type=Day(), help="A day to ask. Repeatable.")
@click.option(
    "--section", "sections", multiple=True, metavar="LETTER",
    help="Only this section of the classification, and its classes one by one. Repeatable.",
)  # fmt: skip
@click.option("--out", metavar="FILE",
              help="Write a file: " + " ".join(SUFFIXES) + ".")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The whole measure as JSON.")
@known_option
@reform_option
@lang_option
@book_option
def command(
    places: tuple[str, ...],
    each: bool,
    dates: tuple[dt.date, ...],
    sections: tuple[str, ...],
    out: str | None,
    as_json: bool,
    known: dt.date | None,
    reforms: tuple[str, ...],
    lang: str,
    book_name: str,
) -> None:
    """Enter against operate: may a wholly foreign-owned firm enter, and what may remain.

    For each class of the industry classification, place and day: the verdict on entry and the
    permit items that its code hits, with the mode of each. The book holds a part of the items, so
    the figures are lower bounds; a class of which nothing is on record is not free. Without --on:
    the days on which something changes. With --reform: before and after.

    \b
      openzone operate --place national --place ftz:shanghai --on 2025-06-01
      openzone operate --each --out operate.svg
      openzone operate --section H --lang zh
    """
    path = _path(out)
    from openzone.rulebook.books import load_book
    from openzone.watch.operate_records import as_json as whole

    book = load_book(book_name)
    letters = _letters(book, sections)
    named = reforms_named(book, reforms)
    before, measured = _measured(book, (places, each), dates, known or today(), named)
    if as_json:
        click.echo(whole(measured, before), nl=False)
    else:
        for line in _report(measured, before, lang, letters, bool(dates)):
            click.echo(line)
    if path is not None:
        _write(path, measured, before, lang, quiet=as_json)


def _path(out: str | None) -> Path | None:
    if out is None:
        return None
    path = Path(out)
    if path.suffix not in SUFFIXES:
        raise click.BadParameter(
            f"'{path.suffix}' is no kind of file known here; one of " + " ".join(SUFFIXES),
            param_hint="--out",
        )
    return path


def _letters(book: Book, sections: tuple[str, ...]) -> tuple[str, ...]:
    known = {book.classification.section(code) for code in book.classification}
    letters = tuple(dict.fromkeys(one.strip().upper() for one in sections))
    for one in letters:
        if one not in known:
            raise click.BadParameter(
                f"'{one}' is no section of {book.classification.title.en}; one of "
                + " ".join(sorted(known)),
                param_hint="--section",
            )
    return letters


def _measured(
    book: Book,
    named: tuple[tuple[str, ...], bool],
    dates: tuple[dt.date, ...],
    known: dt.date,
    reforms: tuple[Reform, ...],
) -> tuple[Operating | None, Operating]:
    """The measure, and the same without the reforms where there are any."""
    from openzone.watch.openness import default_places
    from openzone.watch.operate import every_zone, operate

    lists = {place.id: place.ids for place in default_places(book)}
    names, each = named
    asked = {
        name: lists.get(name, tuple(part.strip() for part in name.split(";") if part.strip()))
        for name in names
    }
    if each:
        asked |= every_zone(book, known)
    if not asked:
        asked = {**lists, **{id: (id,) for one in reforms for id in one.territory}}
    after = operate(book, known=known, places=asked, dates=dates or None, reforms=reforms)
    if not reforms:
        return None, after
    there = {id: ids for id, ids in asked.items() if all(book.territories.find(i) for i in ids)}
    return operate(book, known=known, places=there, dates=after.dates), after


# ---- the tables ------------------------------------------------------------------------------


def _report(
    measured: Operating,
    before: Operating | None,
    lang: str,
    letters: tuple[str, ...],
    all_days: bool,
) -> Iterator[str]:
    from openzone.decide.words.sentences import say
    from openzone.watch import operate_words as words
    from openzone.watch.words import word

    yield f"{say('operate.title', lang)}{word('colon', lang)}{words.law_line(measured, lang)}"
    yield words.caution(measured.coverage, lang)
    yield from (f"- {line}" for line in words.list_lines(measured.coverage, lang))
    size = max((words.summed(one, letters).classes for one in measured.figures), default=0)
    for title, head, numbers in (
        (say("operate.enter", lang, n=f"{size:,}"), words.entry_head(lang), words.entry_numbers),
        (say("operate.remains", lang), words.remains_head(lang), words.remains_numbers),
    ):
        yield ""
        yield title
        yield from _counts(measured, before, lang, letters, (head, numbers), all_days)
    yield ""
    yield say("operate.coverage", lang, held=measured.coverage.held)
    rows = words.coverage_rows(measured, lang)
    shown = [row for row in rows[1:] if not letters or row[0] in letters]
    yield from aligned([rows[0], *shown], range(2, 5), "  ")
    yield ""
    yield from (f"- {line}" for line in words.notes(measured.coverage, lang))
    if not all_days:
        yield "- " + word("unchanged", lang)
    if letters:
        yield from _classes(measured, lang, letters, all_days)
    if before is not None:
        yield ""
        yield from _changes(before, measured, lang, letters)


def _counts(
    measured: Operating,
    before: Operating | None,
    lang: str,
    letters: tuple[str, ...],
    columns: tuple[list[str], Callable[[Tally], list[int]]],
    all_days: bool,
) -> Iterator[str]:
    from openzone.watch.operate_words import summed

    head, numbers = columns
    earlier = {(one.place.id, one.on): one for one in before.figures} if before else {}
    rows: list[list[str]] = []
    for place in measured.places:
        rows.append([place.name.lang(lang)])
        shown: object = None
        for figure in measured.of_place(place.id):
            was = earlier.get((place.id, figure.on), figure)
            if figure.reason is not None:
                cells = [figure.reason.lang(lang)]
            else:
                now = numbers(summed(figure, letters))
                old = now if was.reason else numbers(summed(was, letters))
                cells = [_cell(a, b) for a, b in zip(old, now, strict=True)]
            if all_days or cells != shown or figure.on == measured.dates[-1]:
                rows.append([figure.on.isoformat(), *cells])
            shown = cells
    yield from aligned([head, *rows], range(1, len(head)), "  ")


def _cell(was: int, now: int) -> str:
    return f"{now:,}" if was == now else f"{was:,} → {now:,}"


def _classes(
    measured: Operating, lang: str, letters: Sequence[str], all_days: bool
) -> Iterator[str]:
    from openzone.decide.words.sentences import say
    from openzone.watch import operate_words as words

    codes = measured.book.classification
    for figure in measured.figures:
        if figure.reason is not None or not (all_days or figure.on == measured.dates[-1]):
            continue
        section = {code: codes.section(code) for code in figure.classes}
        found = list(words.listed(figure, letters, section))
        yield ""
        yield say("operate.classes_of", lang, place=figure.place.name, on=figure.on)
        rows = [
            [code, codes[code].title.lang(lang), *words.standing_cells(figure.classes[code], lang)]
            for code in found
        ]
        if rows:
            yield from aligned(rows, (), "  ")
        left = words.summed(figure, letters).classes - len(found)
        if left:
            yield "  " + say("operate.classes_left_out", lang, n=left)


def _changes(
    before: Operating, after: Operating, lang: str, letters: tuple[str, ...]
) -> Iterator[str]:
    """The classes that the reforms change, in each place on the last day that they change any."""
    from openzone.decide.words.sentences import say
    from openzone.watch.operate_records import differences
    from openzone.watch.operate_words import change_line
    from openzone.watch.words import word

    codes = after.book.classification
    found = [
        one for one in differences(before, after)
        if not letters or codes.section(one.code) in letters
    ]  # fmt: skip
    if not found:
        yield say("operate.unchanged", lang)
        return
    yield say("operate.changed", lang)
    for place in after.places:
        here = [one for one in found if one.place.id == place.id]
        if not here:
            continue
        day = max(one.on for one in here)
        shown = [one for one in here if one.on == day]
        yield f"  {place.name.lang(lang)} {day}"
        for one in shown[:CHANGES_SHOWN_MAX]:
            title = codes[one.code].title.lang(lang)
            told = change_line(one.before, one.after, lang)
            yield f"    {one.code} {title}{word('colon', lang)}{told}"
        if len(shown) > CHANGES_SHOWN_MAX:
            yield "    " + word("more", lang, n=len(shown) - CHANGES_SHOWN_MAX)


# ---- files -----------------------------------------------------------------------------------


def _write(
    path: Path, measured: Operating, before: Operating | None, lang: str, quiet: bool
) -> None:
    """Write the file and say so. Notices go to standard error."""
    from openzone.cli.output import output
    from openzone.watch.words import word

    if path.suffix in DRAWN:
        from openzone.watch.operate_chart import operate_pictures

        files, notices = operate_pictures(measured, [path.suffix], lang)
        data = files[path.suffix]
        for notice in notices:
            click.echo(notice, err=True)
    else:
        from openzone.watch.operate_records import as_csv, as_json, as_parquet

        if path.suffix == ".parquet":
            data = as_parquet(measured, before)
        else:
            text = as_csv if path.suffix == ".csv" else as_json
            data = text(measured, before).encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    with output(str(path)) as stream:
        stream.write(data)
    click.echo(word("wrote", lang, path=path), err=quiet)
