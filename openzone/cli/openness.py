"""`openzone openness`: how open the law is, over time and place; a table, and files where asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
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
from openzone.decide.words.lines import aligned

if TYPE_CHECKING:
    from openzone.rulebook.book import Book
    from openzone.rulebook.model import Reform
    from openzone.watch.openness import Figure, Openness
    from openzone.watch.readings import Reading

SUFFIXES = (".svg", ".png", ".html", ".csv", ".json")
STEM = "openness"
CHANGES_SHOWN_MAX = 12


@click.command("openness")
@click.option(
    "--place", "places", multiple=True, metavar="P",
    help="A list of the book (national, ftz, ...) or a territory; ';' joins several. Repeatable.",
)  # fmt: skip
@click.option("--on", "dates", multiple=True, type=Day(), help="A day to measure. Repeatable.")
@click.option("--by-section", is_flag=True, help="The sections too; without --on, the last day.")
@click.option(
    "--out", metavar="DIR|FILE",
    help="Write a file (.svg .png .html .csv .json), or all of them into a folder.",
)  # fmt: skip
@known_option
@reform_option
@lang_option
@book_option
def command(
    places: tuple[str, ...],
    dates: tuple[dt.date, ...],
    by_section: bool,
    out: str | None,
    known: dt.date | None,
    reforms: tuple[str, ...],
    lang: str,
    book_name: str,
) -> None:
    """How open the law is to a wholly foreign-owned firm, over time and place.

    Three counts (classes of the industry classification open, partly open, closed), a score of
    restrictiveness with the band of its readings, and the entries of each edition of the lists.
    With --reform: before and after.
    """
    paths = _paths(out)
    from openzone.rulebook.books import load_book

    book = load_book(book_name)
    before, measured = _measured(
        book, places, dates, known or today(), reforms_named(book, reforms)
    )
    for line in _report(measured, before, lang, by_section, bool(dates)):
        click.echo(line)
    if paths:
        for line in _write(paths, measured, before, lang):
            click.echo(line)


def _paths(out: str | None) -> list[Path]:
    if out is None:
        return []
    path = Path(out)
    if path.is_dir() or not path.suffix:
        return [path / f"{STEM}{suffix}" for suffix in SUFFIXES]
    if path.suffix not in SUFFIXES:
        raise click.BadParameter(
            f"'{path.suffix}' is no kind of file known here; a folder, or one of "
            + " ".join(SUFFIXES),
            param_hint="--out",
        )
    return [path]


def reforms_named(book: Book, names: tuple[str, ...]) -> tuple[Reform, ...]:
    """The reforms named, as ids of the book or as files."""
    if not names:
        return ()
    from openzone.rulebook.reform_files import load_reforms

    return load_reforms(book, names)


def _measured(
    book: Book,
    places: tuple[str, ...],
    dates: tuple[dt.date, ...],
    known: dt.date,
    reforms: tuple[Reform, ...],
) -> tuple[Openness | None, Openness]:
    """The measure, and the same without the reforms where there are any."""
    from openzone.watch.openness import openness

    asked = _asked(book, places)
    after = openness(book, known=known, places=asked, dates=dates or None, reforms=reforms)
    if not reforms:
        return None, after
    there = {
        place.id: place.ids
        for place in after.places
        if all(id in book.territories for id in place.ids)
    }
    return openness(book, known=known, places=there, dates=after.dates), after


def _asked(book: Book, names: tuple[str, ...]) -> Mapping[str, Sequence[str]] | None:
    """The places named, each under the words it was named by."""
    if not names:
        return None
    from openzone.watch.openness import default_places

    lists = {place.id: place.ids for place in default_places(book)}
    return {
        name: lists.get(name, tuple(part.strip() for part in name.split(";") if part.strip()))
        for name in names
    }


# ---- the table -------------------------------------------------------------------------------


def _report(
    measured: Openness, before: Openness | None, lang: str, by_section: bool, all_days: bool
) -> Iterator[str]:
    from openzone.watch.words import law_line, word

    yield f"{word('title', lang)}{word('colon', lang)}{law_line(measured, lang)}"
    yield ""
    yield from _counts(measured, lang)
    yield ""
    figures = list(measured.figures) if all_days else _changing(measured, before)
    rows: list[list[str]] = []
    for place in measured.places:
        rows.append([place.name.lang(lang)])
        rows += [_cells(one, before, lang) for one in figures if one.place.id == place.id]
    head = [word(key, lang) for key in ("on", "list", "count", *_COUNTS, "range")]
    yield from aligned([head, *rows], range(2, len(head)))
    yield ""
    yield from _notes(measured, lang, len(figures) < len(measured.figures))
    if before is not None:
        yield ""
        yield from _changes(before, measured, lang)
    if by_section:
        yield from _sections(measured, before, lang, all_days)


_COUNTS = ("open", "partly_open", "closed", "score_short")


def _counts(measured: Openness, lang: str) -> Iterator[str]:
    from openzone.watch.words import word

    yield word("counts", lang)
    for name in dict.fromkeys(one.name for one in measured.counts):
        series = [one for one in measured.counts if one.name == name]
        yield f"  {name.lang(lang)}"
        yield "    " + ", ".join(f"{one.edition}: {one.count}" for one in series)
    yield f"  {word('counts_note', lang)}"


def _changing(measured: Openness, before: Openness | None) -> list[Figure]:
    """Of each place, the days on which the measure changed, and the last."""
    found: list[Figure] = []
    for place in measured.places:
        shown: object = None
        for figure in (f for f in measured.figures if f.place.id == place.id):
            earlier = _same(before, figure)
            numbers = (figure.total, figure.list, figure.count, earlier and earlier.total)
            if numbers != shown or figure.on == measured.dates[-1]:
                found.append(figure)
            shown = numbers
    return found


def _same(before: Openness | None, figure: Figure) -> Figure | None:
    """The figure of the same place and day before the reforms."""
    if before is None:
        return None
    for one in before.figures:
        if (one.place.id, one.on) == (figure.place.id, figure.on):
            return one
    return None


def _cells(figure: Figure, before: Openness | None, lang: str) -> list[str]:
    earlier = _same(before, figure)
    count = "–" if figure.count is None else str(figure.count)
    start = [figure.on.isoformat(), figure.list or "–", count]
    if figure.total is None:
        return [*start, figure.reason.lang(lang) if figure.reason else ""]
    now = _numbers(figure)
    was = _numbers(earlier) if earlier is not None and earlier.total is not None else now
    return start + [a if a == b else f"{a} → {b}" for a, b in zip(was, now, strict=True)]


def _numbers(figure: Figure) -> list[str]:
    from openzone.watch.words import decimal

    total = figure.total
    assert total is not None
    return [
        f"{total.open:,}",
        str(total.partly_open),
        str(total.closed),
        decimal(total.score),
        f"{decimal(total.low)}–{decimal(total.high)}",
    ]


def _notes(measured: Openness, lang: str, shortened: bool) -> Iterator[str]:
    from openzone.watch.words import word

    for key in ("firm", "throughout", "score_note"):
        yield "- " + word(key, lang)
    for figure in (one for one in measured.figures if one.on == measured.dates[-1]):
        total = figure.total
        if total is None:
            continue
        start = f"- {figure.place.name.lang(lang)} {figure.on}{word('colon', lang)}"
        if total.open_on_terms:
            yield start + word("terms", lang, n=total.open_on_terms)
        if total.partly_capped:
            yield start + word("capped", lang, n=total.partly_capped)
        if figure.reason is not None:
            yield start + figure.reason.lang(lang)
    if measured.covered_from is not None:
        yield "- " + word("covered", lang, day=measured.covered_from.isoformat())
    if shortened:
        yield "- " + word("unchanged", lang)


def _changes(before: Openness, after: Openness, lang: str) -> Iterator[str]:
    """The classes that the reforms change, in each place on the last day that they change any."""
    from openzone.watch.records import differences
    from openzone.watch.words import word

    found = differences(before, after)
    if not found:
        yield word("no_change", lang)
        return
    yield word("changed", lang)
    codes = after.book.classification
    for place in after.places:
        here = [one for one in found if one.place.id == place.id]
        if not here:
            continue
        day = max(one.on for one in here)
        shown = [one for one in here if one.on == day]
        yield f"  {place.name.lang(lang)} {day}"
        for one in shown[:CHANGES_SHOWN_MAX]:
            was, now = _reading(one.before, lang), _reading(one.after, lang)
            yield f"    {one.code} {codes[one.code].title.lang(lang)}: {was} → {now}"
        if len(shown) > CHANGES_SHOWN_MAX:
            yield "    " + word("more", lang, n=len(shown) - CHANGES_SHOWN_MAX)


def _reading(reading: Reading, lang: str) -> str:
    from openzone.watch.words import decimal, word

    text = f"{word(reading.state, lang)} {decimal(reading.low)}–{decimal(reading.high)}"
    return f"{text} ({word('on_terms', lang)})" if reading.on_terms else text


def _sections(
    measured: Openness, before: Openness | None, lang: str, all_days: bool
) -> Iterator[str]:
    from openzone.watch.words import decimal, word

    codes = measured.book.classification
    head = [word("section", lang), "", *(word(key, lang) for key in (*_COUNTS, "range"))]
    for figure in measured.figures:
        if figure.total is None or not (all_days or figure.on == measured.dates[-1]):
            continue
        rows = []
        for letter, one in figure.sections.items():
            band = f"{decimal(one.low)}–{decimal(one.high)}"
            rows.append(
                [letter, codes[letter].title.lang(lang), f"{one.open:,}", str(one.partly_open),
                 str(one.closed), decimal(one.score), band]
            )  # fmt: skip
        rows.append(["", word("all", lang), *_numbers(figure)])
        yield ""
        yield f"{figure.place.name.lang(lang)} {figure.on}"
        yield from aligned([head, *rows], range(2, len(head)))


# ---- files -----------------------------------------------------------------------------------


def _write(
    paths: list[Path], measured: Openness, before: Openness | None, lang: str
) -> Iterator[str]:
    """Write the files; give a line for each. Notices go to standard error."""
    from openzone.cli.output import output
    from openzone.watch.words import word

    suffixes = [path.suffix for path in paths]
    files: dict[str, bytes] = {}
    drawn = [suffix for suffix in suffixes if suffix not in (".csv", ".json")]
    if drawn:
        from openzone.watch.page import openness_pictures

        files, notices = openness_pictures(measured, drawn, lang, before)
        for notice in notices:
            click.echo(notice, err=True)
    if len(drawn) < len(suffixes):
        from openzone.watch.records import as_csv, as_json

        files |= {
            ".csv": as_csv(measured, before).encode("utf-8"),
            ".json": as_json(measured, before).encode("utf-8"),
        }
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        with output(str(path)) as stream:
            stream.write(files[path.suffix])
        yield word("wrote", lang, path=path)
