"""Lines for a terminal: wrapped by columns, where a Chinese character takes two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

WIDTH = 100
STEP = 2  # columns for each depth

_CLOSING = frozenset("，。；：、？！）》」』”’】〉…,.;:?!)]}%")
_OPENING = frozenset("（《「『“‘【〈([{")
_WORD = re.compile(r"\s+|[^\s\u2e80-\u9fff\u3000-\u303f\uf900-\ufaff\uff00-\uffef]+|.", re.DOTALL)


class Line(NamedTuple):
    """One paragraph: how deep it stands, its text, the mark before it; a heading stands out."""

    depth: int
    text: str
    mark: str = ""
    heading: bool = False


class Lines:
    """Paragraphs in their order."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def head(self, text: str) -> None:
        """Begin a part with a heading."""
        self.lines.append(Line(0, text, heading=True))

    def add(self, depth: int, text: str, mark: str = "") -> None:
        """Add a paragraph; an empty one is left out."""
        if text:
            self.lines.append(Line(depth, text, mark))

    def text(self, width: int = WIDTH, paint: bool = False) -> str:
        """The paragraphs wrapped to `width` columns; headings are bold when `paint` is true."""
        out: list[str] = []
        for line in self.lines:
            if line.heading:
                if out:
                    out.append("")
                rows = wrapped(line, width)
                out.extend(f"\033[1m{row}\033[0m" if paint else row for row in rows)
            else:
                out.extend(wrapped(line, width))
        return "\n".join(out) + "\n"


def columns(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def aligned(
    rows: Sequence[Sequence[str]], numbers: Collection[int] = (), indent: str = ""
) -> Iterator[str]:
    """Rows as a table: each cell filled up to the widest of its column, `numbers` to the right.

    A row shorter than the first ends with a text that runs on: it sets no width.
    """
    widths = [0] * len(rows[0])
    for row in rows:
        for n, cell in enumerate(row if len(row) == len(widths) else row[:-1]):
            widths[n] = max(widths[n], columns(cell))
    for row in rows:
        cells = []
        for n, cell in enumerate(row):
            space = " " * (widths[n] - columns(cell))
            cells.append(space + cell if n in numbers else cell + space)
        if len(row) < len(widths):
            cells[-1] = row[-1]
        yield (indent + "  ".join(cells)).rstrip()


def wrapped(line: Line, width: int) -> Iterator[str]:
    """The rows of a paragraph; the second hangs under the text of the first."""
    indent = " " * (STEP * line.depth)
    first = f"{indent}{line.mark} " if line.mark else indent
    hanging = " " * columns(first)
    start, row = first, ""
    for piece in _pieces(line.text):
        if piece == " " and not row:
            continue
        if row and columns(start) + columns(row) + columns(piece) > width:
            yield start + row.rstrip()
            start, row = hanging, "" if piece == " " else piece
        else:
            row += piece
    yield start + row.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Parts that stay whole: words, Chinese characters with the marks that cling to them."""
    held = ""
    for match in _WORD.finditer(text):
        part = match.group()
        if part.isspace():
            if held:
                yield held
                held = ""
            yield " "
        elif not held:
            held = part
        elif part[0] in _CLOSING or held[-1] in _OPENING:
            held += part
        else:
            yield held
            held = part
    if held:
        yield held


def marked(texts: Iterable[str], depth: int, mark: str = "-") -> Iterator[Line]:
    """Paragraphs that each begin with the same mark."""
    return (Line(depth, text, mark) for text in texts if text)
