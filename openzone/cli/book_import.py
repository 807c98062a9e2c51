"""`openzone book import-tariff`, `import-list`: whole tariffs and lists of goods, or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from openzone.cli.options import Day, lang_option
from openzone.rulebook.importing.source import Codes
from openzone.rulebook.model import Text

_LINES = Text("行", "lines")
_PUBLISHED = Text("公布的行数", "published")
_COLUMNS = Text("栏", "columns")
_RATES = Text(
    "从价 {}、从量或复合 {}、空 {}、零税率 {}", "ad valorem {}, specific {}, blank {}, zero {}"
)
_LEFT_OUT = Text("文件中没有、因而不收的栏", "columns left out, since the file has none of them")
_FORM_ONLY = Text(
    "手册没有 {} 年版协调制度，编码只核对了形式",
    "the book holds no nomenclature of {}: codes were checked for their form only",
)
_LOOKED_UP = Text("编码已按 {} 年版协调制度核对", "codes looked up in the edition of {}")
_RESERVED = Text("，第 98、99 章 {} 行除外", ", but {} lines of chapters 98 and 99")
_REPLACED = Text("替换了同一编号的旧文件", "replaces what stood under this id")
_WITH_RATE = Text("有税率 {}，有自己的日期 {}", "with a rate {}, with days of their own {}")
_STATE = {
    True: Text("整份清单：不在其中即为“否”", "held whole: a code that is not on it is told so"),
    False: Text("只有一部分：沉默不说明什么", "held in part: silence says nothing"),
}


class Share(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases only
    """A decimal fraction above 0, up to 1."""

    name = "SHARE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the fraction, or say what was expected."""
        try:
            share = Decimal(str(value))
        except InvalidOperation:
            share = Decimal(0)
        if not 0 < share <= 1:
            self.fail(f"'{value}' is no share; expected a decimal above 0, up to 1", param, ctx)
        return share


def _shared(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both imports have."""
    options = (
        click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
        click.option("--book", "folder", required=True, metavar="FOLDER",
                     type=click.Path(path_type=Path),
                     help="The folder of your book; one that does not exist is begun with a copy "
                     "of the bundled book."),
        click.option("--title-zh", help="The title in Chinese."),
        click.option("--title-en", help="The title in English."),
        click.option("--hs-edition", help="The edition of the nomenclature that the codes belong "
                     "to (default: that of the book)."),
        click.option("--from", "start", type=Day(), help="The first day on which it is law."),
        click.option("--to", "end", type=Day(), help="The first day on which it is so no longer."),
        click.option("--lines", type=click.IntRange(min=1),
                     help="How many lines the official text has; a count that differs by more than "
                     "2 percent is refused."),
        click.option("--yes", "take_count", is_flag=True,
                     help="Take a file with another count of lines, held as partial."),
        lang_option,
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@click.command("import-tariff")
@_shared
@click.option("--id", "name", help="The id of the tariff (default: cn- and the edition).")
@click.option("--edition", required=True, help="The edition; a year gives its days as well.")
@click.option("--document", help="The document that is cited (default: that of the tariff that "
              "the columns are taken from).")  # fmt: skip
@click.option("--use", type=click.Choice(["law", "estimate"]), default="law", show_default=True,
              help="An estimate decides no case that does not name it.")  # fmt: skip
@click.option("--columns", "columns_file", type=click.Path(path_type=Path, exists=True),
              help="A YAML or JSON file that says what the columns of rates are.")  # fmt: skip
@click.option("--columns-of", help="A tariff of the book whose columns these are (default: the one "
              "with this id).")  # fmt: skip
def import_tariff(
    file: Path, folder: Path, name: str | None, edition: str, lang: str, **given: Any
) -> None:
    """Take a whole tariff from FILE (CSV or Parquet) into a book of yours.

    FILE has the column hs and one column for each column of rates; title_zh, title_en and complete
    may stand beside them. Every fault is told at once, and then nothing is written. A tariff with
    this id is replaced.
    """
    from openzone.rulebook.importing.tariff import TariffTerms
    from openzone.rulebook.importing.tariff import import_tariff as taken

    terms = TariffTerms(id=name or f"cn-{edition}", edition=edition, **given)
    report = taken(file, folder, terms)
    published = (
        "" if report.published is None else f" ({_PUBLISHED.lang(lang)} {report.published:,})"
    )
    click.echo(f"{folder / report.file}: {report.lines:,} {_LINES.lang(lang)}{published}")
    _codes(report.codes, report.hs_edition, lang)
    click.echo(f"{_COLUMNS.lang(lang)}: {len(report.rates)}")
    wide = max(map(len, report.rates))
    for column, (ad_valorem, specific, blank, zero) in report.rates.items():
        counts = [f"{count:,}" for count in (ad_valorem, specific, blank)]
        share = f"{zero:,} ({zero / report.lines:.1%})"
        click.echo(f"  {column:<{wide}}  {_RATES.lang(lang).format(*counts, share)}")
    if report.left_out:
        click.echo(f"{_LEFT_OUT.lang(lang)}: {', '.join(report.left_out)}")
    if report.replaced:
        click.echo(_REPLACED.lang(lang))


@click.command("import-list")
@_shared
@click.option("--id", "name", required=True, help="The id of the list.")
@click.option("--document", required=True, help="The document that is cited.")
@click.option(
    "--kind",
    type=click.Choice(["members", "papers"]),
    default="members",
    show_default=True,
    help="The goods on a list, or the papers that goods need.",
)
@click.option("--settles", help="The fact that is true for a code on the list, as on_taxed_list.")
@click.option("--member", help="The value of that fact for a code on the list, for a choice.")
@click.option("--complete/--partial", default=True, show_default=True,
              help="Whether the file is the whole list.")  # fmt: skip
@click.option("--share", type=Share(),
              help="The published share of the lines of the tariff, as 0.26; a share that differs "
              "by more than a point is refused.")  # fmt: skip
def import_list(
    file: Path, folder: Path, name: str, start: dt.date | None, lang: str, **given: Any
) -> None:
    """Take a list of goods by code from FILE (CSV or Parquet) into a book of yours.

    FILE has the column hs; from, to, rate and note may stand beside it. A list of papers has hs,
    direction and paper; from, to and document may stand beside them. Every fault is told at once,
    and then nothing is written. A list with this id is replaced.
    """
    from openzone.rulebook.importing.goods_list import ListTerms
    from openzone.rulebook.importing.goods_list import import_list as taken

    if start is None:
        raise click.UsageError("give --from: the first day on which the list is law")
    report = taken(file, folder, ListTerms(id=name, start=start, **given))
    click.echo(f"{folder / report.file}: {report.lines:,} {_LINES.lang(lang)}")
    _codes(report.codes, report.hs_edition, lang)
    click.echo(_WITH_RATE.lang(lang).format(f"{report.with_rate:,}", f"{report.dated:,}"))
    click.echo(_STATE[report.complete].lang(lang))
    if report.replaced:
        click.echo(_REPLACED.lang(lang))


def _codes(codes: Codes, edition: str, lang: str) -> None:
    """Say how far the codes were checked."""
    if codes.edition is None:
        click.echo(_FORM_ONLY.lang(lang).format(edition))
        return
    reserved = _RESERVED.lang(lang).format(f"{codes.reserved:,}") if codes.reserved else ""
    click.echo(_LOOKED_UP.lang(lang).format(codes.edition) + reserved)
