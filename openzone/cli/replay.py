"""`openzone replay`: a population of cases decided before and after a reform."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from openzone.cli.options import Day, book_option, known_option, lang_option, today

if TYPE_CHECKING:
    from openzone.lab.replay import Replay
    from openzone.rulebook.book import Book


@click.command(name="replay")
@click.option(
    "--reform",
    "names",
    multiple=True,
    help="A reform file, or the id of a reform of the book. Repeatable.",
)
@click.option(
    "--cases",
    "source",
    type=click.Path(exists=True, dir_okay=False),
    help="A file of cases (Parquet; for goods CSV and Arrow too); without it, cases are drawn.",
)
@click.option(
    "--draw",
    type=click.IntRange(min=1),
    default=10_000_000,
    show_default=True,
    help="How many cases to draw.",
)
@click.option("--seed", default=20130929, show_default=True, help="The seed of the draw.")
@click.option("--from", "first", type=Day(), help="First day of the cases drawn.")
@click.option("--to", "last", type=Day(), help="Last day of the cases drawn.")
@click.option("--keep", type=click.Path(dir_okay=False), help="Keep the cases drawn here.")
@click.option("--regime", default="capital", show_default=True)
@click.option(
    "--given",
    multiple=True,
    metavar="FACT=VALUE",
    help="Goods: a fact of every line (line=first, schedule=ID). Repeatable.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Goods: the column of the file that holds a field; others are left. Repeatable.",
)
@click.option(
    "--on",
    "days",
    multiple=True,
    type=Day(),
    help="Goods: decide the same lines on this day. Repeatable.",
)
@click.option("--by", metavar="COLUMN", help="Goods, with --on: the column to group by.")
@click.option(
    "--chart",
    "charts",
    multiple=True,
    metavar="FILE",
    help="Goods: write the chart (.svg .png .html). Repeatable.",
)
@click.option("--json", "as_json", is_flag=True)
@book_option
@known_option
@lang_option
def command(
    names: tuple[str, ...],
    source: str | None,
    draw: int,
    seed: int,
    first: dt.date | None,
    last: dt.date | None,
    keep: str | None,
    regime: str,
    given: tuple[str, ...],
    mapping: tuple[str, ...],
    days: tuple[dt.date, ...],
    by: str | None,
    charts: tuple[str, ...],
    as_json: bool,
    book_name: str,
    known: dt.date | None,
    lang: str,
) -> None:
    """Decide a population under the law without the reforms, and with them; say what changes.

    A drawn population is synthetic: independent draws of activity, place, day and share, of code,
    origin, proof, place, day and value for goods. It shows what the rules do to a mix of cases, not
    a quantity of the economy. For goods the report begins with how many lines the tariff knows.
    """
    from openzone.regimes.registry import check_regime
    from openzone.rulebook.books import load_book

    check_regime(regime)
    if not names and not days:
        raise click.UsageError("name a reform with --reform (or, for goods, days with --on)")
    book = load_book(book_name)
    day = known or today()
    if regime == "goods":
        from openzone.cli import replay_goods

        asked = replay_goods.Asked(
            names, source, draw, seed, first, last, keep, given, mapping, days, by, charts,
            as_json, day, today(), lang,
        )  # fmt: skip
        replay_goods.run(book, asked)
        return
    if given or mapping or days or by or charts:
        raise click.UsageError("--given, --map, --on, --by and --chart are for --regime goods")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(source) if source else Path(keep or Path(folder) / "projects.parquet")
        found, seconds = run(
            book, names, path, drawn=None if source else draw, seed=seed, first=first, last=last,
            regime=regime, known=day, say=lambda text: click.echo(text, err=True),
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(as_data(found, seconds), ensure_ascii=False))
    else:
        click.echo("\n".join(report(found, seconds, book, lang)))


def as_data(found: Replay, seconds: float) -> dict[str, Any]:
    """A replay as plain data."""
    return {**found.as_dict(), "seconds": round(seconds, 2)}


def run(
    book: Book,
    names: tuple[str, ...],
    path: Path,
    *,
    drawn: int | None,
    seed: int,
    first: dt.date | None,
    last: dt.date | None,
    regime: str,
    known: dt.date,
    say: Any,
) -> tuple[Replay, float]:
    """Draw the projects where none are given, and replay them; the seconds are of the replay."""
    from openzone.decide.frame import Frame
    from openzone.lab.population import draw_projects
    from openzone.lab.replay import replay
    from openzone.regimes.registry import regime_named
    from openzone.rulebook.law import Law
    from openzone.rulebook.reform_files import load_reforms

    reforms = load_reforms(book, names)
    own = [reform.id for reform in reforms if reform.id in book.reforms]
    before = Frame(Law(book, known, without=own), regime_named(regime))
    after = Frame(Law(book, known, reforms), regime_named(regime))
    if drawn is not None:
        starts = [r.in_force.start for r in reforms if r.in_force and r.in_force.start]
        begin = first or min([*starts, known])
        end = last or max([known, *(start + dt.timedelta(days=365) for start in starts)])
        say(f"drawing {drawn:,} projects (seed {seed}, {begin} to {end}): synthetic")
        draw_projects(
            after,
            path,
            cases=drawn,
            seed=seed,
            first=begin,
            last=end,
            progress=lambda done: say(f"  {done:,} drawn") if done % 2_500_000 == 0 else None,
        )
    say("deciding every project twice")
    began = time.perf_counter()
    found = replay(before, after, path, today=known)
    return found, time.perf_counter() - began


def report(found: Replay, seconds: float, book: Book, lang: str) -> list[str]:
    """What changed, in a few lines: outcomes, sectors, places."""
    from openzone.decide.words.differences import OUTCOMES

    zh = lang == "zh"
    pace = 2 * found.cases / seconds / 1e6 if seconds else 0
    kind = found.synthetic or "given"
    lines = [
        f"{found.cases:,} 个项目（{kind}），前后各判定一次，用时 {seconds:.1f} 秒"
        f"（每秒 {pace:.1f} 百万次）；{found.changed:,} 个结果改变"
        if zh
        else f"{found.cases:,} projects ({kind}), decided before and after in {seconds:.1f} s"
        f" ({pace:.1f} million decisions a second); {found.changed:,} answers change"
    ]
    lines.append("  结果变化" if zh else "  outcomes")
    for one in found.by("before", "after")[:8]:
        was, becomes = (
            OUTCOMES[one[k]].lang(lang) if one[k] in OUTCOMES else one[k]
            for k in ("before", "after")
        )
        lines.append(f"    {one['n']:>12,}  {was} → {becomes}")
    lines.append("  行业" if zh else "  sectors")
    for one in found.by("section")[:6]:
        titles = [
            book.classification[s].title.lang(lang)
            for s in one["section"]
            if s in book.classification
        ]
        lines.append(f"    {one['n']:>12,}  {one['section']} {' / '.join(titles)}")
    lines.append("  地点" if zh else "  places")
    for one in found.by("place")[:8]:
        place = one["place"]
        name = (
            book.territories[place].name.lang(lang)
            if place in book.territories
            else (place or ("区外" if zh else "outside zones"))
        )
        lines.append(f"    {one['n']:>12,}  {name}")
    return lines
