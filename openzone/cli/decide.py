"""`openzone decide`: answers to a file of cases, one JSON object a line, refusals said aloud."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from openzone.cli.case_input import CaseLine, read_cases
from openzone.cli.case_lines import STDIN, STDIN_NAME
from openzone.cli.options import book_option, known_option, reform_option, today
from openzone.cli.output import output
from openzone.decide.answer import refusal
from openzone.decide.written import as_text
from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.registry import check_regime
from openzone.rulebook.books import load_book

if TYPE_CHECKING:
    from openzone.rulebook.book import Book
    from openzone.rulebook.model import Reform

_PROGRESS_SECONDS = 2.0
_MESSAGE_CHARACTERS = 2000


@click.command("decide")
@click.argument("cases", metavar="CASES")
@click.option("--regime", help="The regime of cases that name none: capital, services, ...")
@known_option
@reform_option
@click.option("--out", metavar="FILE", help="Write the answers here; .parquet makes a table.")
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), help="Decide as a table, by this engine."
)
@book_option
def command(
    cases: str,
    regime: str | None,
    known: dt.date | None,
    reforms: tuple[str, ...],
    out: str | None,
    engine: str | None,
    book_name: str,
) -> None:
    """Answer every case of CASES: a file, or '-' for standard input.

    JSON Lines, JSON, YAML, CSV, Parquet or Arrow, told by the suffix, else by the content. Answers
    are JSON Lines, in the order of the cases. Exit: 0 when every case has an answer, 1 when some
    line was refused (the others are answered), 2 when the command could not run.
    """
    if regime is not None:
        check_regime(regime)
    book = load_book(book_name)
    named = _reforms(book, reforms)
    if engine is not None or (out is not None and Path(out).suffix.lower() == ".parquet"):
        refused = _table(cases, out, regime, known, named, book, engine)
    else:
        desk = Desk(book, known=known, reforms=named, today=today(), regime=regime)
        with closing(read_cases(cases)) as lines, output(out, cases) as stream:
            refused = _answer_all(desk, lines, stream, STDIN_NAME if cases == STDIN else cases)
    if refused:
        sys.exit(1)


def _reforms(book: Book, names: tuple[str, ...]) -> tuple[Reform, ...]:
    if not names:
        return ()
    from openzone.rulebook.reform_files import load_reforms

    return load_reforms(book, names)


def _table(
    path: str,
    out: str | None,
    regime: str | None,
    known: dt.date | None,
    reforms: Sequence[Reform],
    book: Book,
    engine: str | None,
) -> int:
    """Decide a file of cases as a table; gives the number of refused lines."""
    if path == STDIN:
        raise click.UsageError("a table is decided from a file, not from standard input")
    if regime is None:
        raise click.UsageError("a table has one regime: name it with --regime")
    desk = Desk(book, known=known, reforms=reforms, today=today(), regime=regime)
    refused = desk.decide_file(Path(path), out, engine or "duckdb")
    if refused:
        click.echo(
            f"{path}: {refused} lines refused; decide them one by one to see each reason:"
            " openzone decide FILE without --engine, with --out answers.jsonl",
            err=True,
        )
    return refused


def _answer_all(desk: Desk, lines: Iterable[CaseLine], stream: BinaryIO, name: str) -> int:
    """Write one answer a case; gives the number of refused lines."""
    refused = 0
    progress = _Progress()
    try:
        for line in lines:
            result, faults = _answered(desk, line)
            stream.write(as_line(result))
            progress.step()
            if faults:
                refused += 1
                progress.clear()
                for fault in faults:
                    _say(fault, name, line.line)
    finally:
        progress.end()
    return refused


def _answered(desk: Desk, line: CaseLine) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The answer to one line, with the faults of a refused one."""
    try:
        if line.fault is not None:
            raise CaseError(line.fault)
        return desk.answered(line.raw or {}), ()
    except CaseError as error:
        placeless = CaseError(
            dataclasses.replace(fault, file="", line=None) for fault in error.faults
        )
        named = (line.raw or {}).get("regime") or desk.regime
        result = refusal(line.raw, placeless, str(named) if named else None)
        return result | {"line": line.line}, error.faults


def _say(fault: Fault, name: str, line: int | None) -> None:
    placed = dataclasses.replace(fault, file=fault.file or name, line=fault.line or line)
    text = str(placed)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    if len(text) > _MESSAGE_CHARACTERS:
        text = text[:_MESSAGE_CHARACTERS] + " ..."
    click.echo(text, err=True)


def as_line(result: Mapping[str, Any]) -> bytes:
    """An answer as a line of JSON."""
    return as_text(result).encode() + b"\n"


class _Progress:
    """Cases answered and per second, on a terminal, every two seconds of a long run."""

    def __init__(self) -> None:
        self.count = 0
        self._shown = False
        self._tty = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._due = self._begun + _PROGRESS_SECONDS

    def step(self) -> None:
        """Count one case, and say so when it is time."""
        self.count += 1
        if self._tty and (now := time.monotonic()) >= self._due:
            self._due = now + _PROGRESS_SECONDS
            rate = self.count / (now - self._begun)
            text = f"{self.count:,} cases answered, {rate:,.0f} per second"
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            self._shown = True

    def clear(self) -> None:
        """Take the line away, so that another message can stand there."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
            self._shown = False

    def end(self) -> None:
        """Leave the terminal as it was."""
        self.clear()


__all__ = ["command"]
