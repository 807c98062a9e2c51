"""`openzone search`: everyday words in, the ids that cases and commands use out."""

from __future__ import annotations

import json
import sys

import click

from openzone.cli.options import book_option, lang_option
from openzone.decide.search.find import KINDS, Hit, search
from openzone.decide.words.lines import aligned, columns
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.model import Text

_TITLE_COLUMNS_MAX = 48
_CODES_MAX = 4
_HEADS = {
    "kind": Text("种类", "kind"),
    "id": Text("编号", "id"),
    "title": Text("名称", "title"),
    "codes": Text("代码", "codes"),
}
_KIND_NAMES = {
    "activity": Text("经营活动", "activity"),
    "row": Text("条文行", "row"),
    "industry": Text("行业代码", "industry"),
    "place": Text("地域", "place"),
    "goods": Text("商品编码", "goods"),
}
_NEXT = Text("下一步: ", "Next: ")
_NOTHING = Text(
    "没有找到与“{text}”相符的内容。换几个更通用的词，或改用另一种语言再试，"
    "例如: openzone search 医院",
    "Nothing matches '{text}'. Try fewer or more general words, or the other language,"
    " for example: openzone search hospital",
)
_OTHER_KINDS = Text("；也可以去掉 --kind", "; or leave out --kind")


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True,
              help="Only hits of this kind. Repeatable (default: all kinds).")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True,
              help="At most so many hits.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Hits as a JSON array.")
@lang_option
@book_option
def command(
    words: tuple[str, ...],
    kinds: tuple[str, ...],
    limit: int,
    as_json: bool,
    lang: str,
    book_name: str,
) -> None:
    """Find an activity, a row, an industry code, a place or goods by everyday words.

    Goods are searched with --kind goods, by a code, and when nothing else matches.

    WORDS may be Chinese or English, in any order, with small typing errors. Exits with 1 when
    nothing matches.

    \b
    openzone search data centre
    openzone search 外资 医院 --lang zh --kind activity
    openzone search frozen fish --kind goods
    """
    book = load_book(book_name)
    text = " ".join(words)
    hits = search(book, text, kinds or KINDS, limit)
    if as_json:
        click.echo(json.dumps([_plain(hit) for hit in hits], ensure_ascii=False, indent=2))
    elif hits:
        for line in _table(hits, lang):
            click.echo(line)
        click.echo()
        click.echo(_NEXT.lang(lang) + _next(book, hits[0]))
    if not hits:
        said = _NOTHING.lang(lang).format(text=text)
        click.echo(said + (_OTHER_KINDS.lang(lang) if kinds else ""), err=True)
        sys.exit(1)


def _plain(hit: Hit) -> dict[str, object]:
    return {
        "kind": hit.kind,
        "id": hit.id,
        "title": hit.title._asdict(),
        "score": hit.score,
        "why": hit.why,
        "codes": list(hit.codes),
    }


def _next(book: Book, hit: Hit) -> str:
    """The command to try with a hit."""
    if hit.kind == "row":
        return f"openzone law {hit.id}"
    if hit.kind == "place":
        return f"openzone law --place {hit.id}"
    if hit.kind == "goods":
        return f"openzone duty hs={hit.id} origin=.. customs_value=.."
    case = json.dumps({"regime": _regime(book, hit), hit.kind: hit.id})
    return f"echo '{case}' | openzone decide -"


def _regime(book: Book, hit: Hit) -> str:
    """The first regime with a row for the activity, else the first of the book."""
    tables = list(book.tables.values())
    if hit.kind == "activity":
        line = book.vocabulary.lineage(hit.id)
        bound = {row.table for row in book.rows if not line.isdisjoint(row.activity)}
        tables = [table for table in tables if table.id in bound] or tables
    return tables[0].regime


def _table(hits: list[Hit], lang: str) -> list[str]:
    """The hits as lines of aligned columns; the kind is left out when there is only one."""
    cells = [[head.lang(lang) for head in _HEADS.values()]]
    for hit in hits:
        codes = " ".join(hit.codes[:_CODES_MAX]) + (" …" if len(hit.codes) > _CODES_MAX else "")
        title = _shortened(hit.title.lang(lang))
        cells.append([_KIND_NAMES[hit.kind].lang(lang), hit.id, title, codes])
    if len({hit.kind for hit in hits}) == 1:
        cells = [line[1:] for line in cells]
    return list(aligned(cells))


def _shortened(title: str) -> str:
    if columns(title) <= _TITLE_COLUMNS_MAX:
        return title
    while columns(title) >= _TITLE_COLUMNS_MAX:
        title = title[:-1]
    return title.rstrip() + "…"
