"""`openzone replay --regime goods`: declaration lines before and after a reform, or day by day."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from openzone.lab.goods_replay import GoodsReplay, OnDay
    from openzone.rulebook.book import Book
    from openzone.rulebook.law import Law
    from openzone.watch.pictures import Picture

REPORT_EVERY = 2_500_000


@dataclass(frozen=True)
class Asked:
    """What the command was asked: see the options of `openzone replay`."""

    names: tuple[str, ...]
    source: str | None
    draw: int
    seed: int
    first: dt.date | None
    last: dt.date | None
    keep: str | None
    given: tuple[str, ...]
    mapping: tuple[str, ...]
    days: tuple[dt.date, ...]
    by: str | None
    charts: tuple[str, ...]
    as_json: bool
    known: dt.date
    today: dt.date
    lang: str


def run(book: Book, asked: Asked) -> None:
    """Replay declaration lines and say what changes."""
    from openzone.rulebook.law import Law
    from openzone.rulebook.reform_files import load_reforms

    given, mapping = (_pairs(one) for one in (asked.given, asked.mapping))
    reforms = load_reforms(book, asked.names)
    own = [reform.id for reform in reforms if reform.id in book.reforms]
    before, after = Law(book, asked.known, without=own), Law(book, asked.known, reforms)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(asked.source or asked.keep or Path(folder) / "declarations.parquet")
        if asked.source is None:
            _draw(after, path, asked)
        if asked.days:
            _by_days(after, path, given, mapping, asked)
            return
        _say(asked, "deciding every line twice")
        from openzone.lab.goods_replay import replay_goods

        began = time.perf_counter()
        found = replay_goods(
            before, after, path, today=asked.today, given=given, mapping=mapping
        )  # fmt: skip
        seconds = time.perf_counter() - began
    if asked.as_json:
        click.echo(json.dumps(as_data(found, seconds), ensure_ascii=False))
    else:
        from openzone.lab.goods_words import report

        click.echo("\n".join(report(found, after, asked.lang)))
        _say(asked, f"{found.lines:,} lines before and after in {seconds:.1f} s")
    if asked.charts:
        from openzone.lab.goods_chart import replay_picture

        _write(asked, lambda lang: replay_picture(found, after, lang))


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE pairs by name."""
    found: dict[str, str] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark or not name or not value:
            raise click.UsageError(f"'{text}' is no pair; expected NAME=VALUE")
        if name in found:
            raise click.UsageError(f"'{name}' is said twice")
        found[name] = value
    return found


def _say(asked: Asked, text: str) -> None:
    click.echo(text, err=True)


def _draw(law: Law, path: Path, asked: Asked) -> None:
    from openzone.lab.declarations import draw_declarations

    starts = [r.in_force.start for r in law.reforms if r.in_force and r.in_force.start]
    begin = asked.first or max([asked.known.replace(month=1, day=1), *starts])
    end = asked.last or max(begin, asked.known)
    _say(asked, f"drawing {asked.draw:,} lines (seed {asked.seed}, {begin} to {end}): synthetic")

    def progress(done: int) -> None:
        if done % REPORT_EVERY == 0:
            _say(asked, f"  {done:,} drawn")

    draw_declarations(
        law, path, cases=asked.draw, seed=asked.seed, first=begin, last=end, progress=progress
    )


def _by_days(
    law: Law, path: Path, given: Mapping[str, str], mapping: Mapping[str, str], asked: Asked
) -> None:
    """The same lines on each of the days."""
    import ibis

    from openzone.lab.goods_replay import declarations, over_days, tariffs_on
    from openzone.lab.goods_words import days_table, head, printed, tariff_line
    from openzone.lab.replay import label_of

    held = dict(mapping)
    if asked.by and held:
        held.setdefault(asked.by, asked.by)
    cases = declarations(ibis.duckdb.connect(), path, held, ("date",))
    if asked.by and asked.by not in cases.columns:
        raise click.UsageError(f"--by {asked.by}: the file has no such column")
    _say(asked, f"deciding every line on {len(asked.days)} days")
    found = over_days(
        law, cases, sorted(set(asked.days)), today=asked.today, by=asked.by, given=given
    )
    whole = found if asked.by is None else [*found, *_together(found)]
    tariffs = tariffs_on(law, asked.days, given.get("schedule"))

    def line(lang: str) -> str:
        return tariff_line(tariffs, path.name, label_of(path), lang)

    if asked.as_json:
        click.echo(json.dumps([_day_data(one) for one in whole], ensure_ascii=False))
    else:
        click.echo(head("days_title", asked.lang))
        click.echo(line(asked.lang))
        click.echo("\n".join(printed(*days_table(whole, asked.lang), words=2)))
    if asked.charts:
        from openzone.lab.goods_chart import days_picture

        _write(asked, lambda lang: days_picture(whole, line(lang), lang))


def _together(found: Sequence[OnDay]) -> Iterator[OnDay]:
    """All groups of each day as one."""
    from openzone.lab.goods_replay import OnDay

    for day in dict.fromkeys(one.day for one in found):
        held = [one for one in found if one.day == day]
        names = ("lines", "counted", "value", "duty", "remedy")
        yield OnDay(day, "", *(sum(getattr(one, name) for one in held) for name in names))


def _day_data(one: OnDay) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(), "group": one.group, "lines": one.lines,
        "counted": one.counted, "customs_value_fen": one.value, "duty_fen": one.duty,
        "remedy_fen": one.remedy, "average_percent": one.average,
    }  # fmt: skip


def as_data(found: GoodsReplay, seconds: float) -> dict[str, Any]:
    """A replay as plain data: coverage first."""
    return {**found.as_dict(), "source": found.source, "seconds": round(seconds, 2)}


def _write(asked: Asked, make: Callable[[str], Picture]) -> None:
    """Write the chart to the files that were asked for."""
    from openzone.cli.output import output
    from openzone.watch.pictures import PICTURES, pictures

    paths = [Path(one) for one in asked.charts]
    for path in paths:
        if path.suffix not in PICTURES:
            raise click.UsageError(f"--chart {path}: expected one of {', '.join(PICTURES)}")
    files, notices = pictures(make, dict.fromkeys(path.suffix for path in paths), asked.lang)
    for notice in notices:
        _say(asked, notice)
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        with output(str(path)) as stream:
            stream.write(files[path.suffix])
        _say(asked, f"wrote {path}")
