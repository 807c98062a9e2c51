"""`openzone book`: the rulebook itself: its schema, its hash, its cache, a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from openzone.cli.book_import import import_list, import_tariff
from openzone.cli.options import lang_option
from openzone.cli.output import output
from openzone.rulebook.books import bundled_books, load_book
from openzone.rulebook.model import Text

_COUNTS = {
    "documents": Text("文件", "documents"),
    "measures": Text("事项", "measures"),
    "tables": Text("表", "tables"),
    "parameters": Text("参数", "parameters"),
    "territories": Text("地域", "places"),
    "vocabulary": Text("经营活动", "activities"),
    "classification": Text("行业代码", "industry codes"),
    "levels": Text("规范层级", "levels of norms"),
    "powers": Text("特别权限", "special powers"),
    "precedents": Text("先例", "precedents"),
    "sources": Text("来源", "sources"),
    "schedules": Text("税则", "tariffs"),
    "goods_lists": Text("商品清单", "lists of goods"),
}
_ROWS = Text("条文行", "rows")
_VERSIONS = Text("个版本", "versions")
_REFORMS = Text("改革", "reforms")
_KEPT = Text("份", "compiled")
_REMOVED = Text("已删除", "removed")


@click.group()
def command() -> None:
    """The rulebook itself: its schema, its hash, its compiled cache.

    A book is a folder of YAML files; `openzone book new` writes one to begin with.
    """


command.add_command(import_tariff)
command.add_command(import_list)


@command.command("list")
@lang_option
def list_books(lang: str) -> None:
    """List the bundled books.

    Name, version, the day of the state of the law, title.
    """
    for name in bundled_books():
        info = load_book(name).info
        click.echo(f"{name:<10} {info.version:<10} {info.as_of} {info.title.lang(lang)}")


@command.command("hash")
@click.argument("book", default="cn")
@lang_option
def hash_book(book: str, lang: str) -> None:
    """Tell the content hash of BOOK and how much it holds.

    The hash does not change with comments, formatting, the order of keys or the names of files.
    """
    loaded = load_book(book)
    click.echo(loaded.hash)
    rows = Counter(row.id for row in loaded.rows)
    click.echo(f"{_ROWS.lang(lang)}: {len(rows)} ({rows.total()} {_VERSIONS.lang(lang)})")
    states = Counter(reform.status for reform in loaded.reforms.values())
    told = ", ".join(f"{state} {count}" for state, count in sorted(states.items()))
    reforms = f"{len(loaded.reforms)} ({told})" if told else "0"
    click.echo(f"{_REFORMS.lang(lang)}: {reforms}")
    for part, name in _COUNTS.items():
        click.echo(f"{name.lang(lang)}: {len(getattr(loaded, part))}")


@command.command("schema")
@click.argument("kind", required=False)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="A folder for the schemas (default: standard output).")  # fmt: skip
def schema(kind: str | None, out: Path | None) -> None:
    """Print the JSON Schema of a KIND of file.

    An editor completes from it and checks with it.

    Without KIND and --out, lists the kinds; with --out alone, writes the schemas of all kinds.
    """
    from openzone.rulebook import schema_files as schemas

    if kind is not None:
        text = schemas.schema_text(kind)
        target = None if out is None else str(out / schemas.file_name(kind))
        with _writing(out), output(target) as stream:
            stream.write(text.encode())
    elif out is not None:
        with _writing(out):
            written = schemas.write_schemas(out)
        click.echo(f"{out}: {len(written)} schemas")
    else:
        for name in schemas.KINDS:
            click.echo(f"{name:<16}{schemas.schema_of(name)['description']}")


@command.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
def new_book(folder: Path) -> None:
    """Write a small commented book into FOLDER.

    The folder must be empty or not exist. The book loads as it is: replace it file by file, and
    load it after each step with openzone check FOLDER.
    """
    from openzone.rulebook.starting import start_book

    with _writing(folder):
        written = start_book(folder)
    for path in written:
        click.echo(path)


@command.command("cache")
@click.option("--clear", is_flag=True, help="Remove the compiled books.")
@lang_option
def cache(clear: bool, lang: str) -> None:
    """Tell where compiled books are kept, or remove them.

    A stale one is never used.
    """
    from openzone.rulebook.cache import cache_folder, cached_files, clear_cache

    folder = cache_folder()
    if clear:
        with _writing(folder):
            click.echo(f"{folder}: {clear_cache()} {_REMOVED.lang(lang)}")
        return
    sizes = [path.stat().st_size for path in cached_files()]
    click.echo(f"{folder}: {len(sizes)} {_KEPT.lang(lang)}, {sum(sizes):,} bytes")


@command.command("format")
@click.option("--out", type=click.Path(dir_okay=False), help="A file (default: standard output).")
def book_format(out: str | None) -> None:
    """Print the format of a book, field by field."""
    from openzone.rulebook.reference import format_page

    with output(out) as stream:
        stream.write(format_page().encode())


@command.command("errors")
@click.option("--out", type=click.Path(dir_okay=False), help="A file (default: standard output).")
def errors(out: str | None) -> None:
    """Print the error codes and what they mean."""
    from openzone.rulebook.reference import errors_page

    with output(out) as stream:
        stream.write(errors_page().encode())


@contextmanager
def _writing(place: Path | None) -> Iterator[None]:
    """Tell in one line that a place cannot be written."""
    try:
        if place is not None:
            place.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        name = str(error.filename or place)
        raise click.FileError(name, error.strerror or str(error)) from None
