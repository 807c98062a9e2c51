"""A copy of a book to break in one place, and what loading then says."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from openzone.errors import BookError, Fault
from openzone.rulebook.book import Book
from openzone.rulebook.books import BUNDLED
from openzone.rulebook.loading import load_files

TINY = Path(__file__).parent / "tiny"
FAULTS = Path(__file__).parent / "faults"
CN = BUNDLED / "cn"


# What the law of goods does without, at the top of the bundled book: rooms, then files.
OTHER_ROOMS = (
    "calendar", "capital", "cases", "data", "incentives", "licences", "money", "outbound", "people",
    "procurement", "reforms", "security_review", "services",
)  # fmt: skip
OTHER_FILES = (
    "documents.yaml", "measures.yaml", "parameters.yaml", "precedents.yaml", "openness.yaml",
)  # fmt: skip

NAMED_BY_PLACES = """schema: openzone/documents/1
documents:
  - id: DOC-FI-HN-2020
    title: {zh: 海南清单, en: List of Hainan}
    level: ministry_rule
    in_force: {from: 2021-02-01, to: null}
    evidence: {status: none}
"""


def goods_only(folder: Path) -> Path:
    """A copy of the bundled book with what is about goods alone, which loads fast."""
    skipped = shutil.ignore_patterns(*OTHER_ROOMS)
    root = Path(shutil.copytree(CN, folder / "goods-only", ignore=skipped))
    for name in OTHER_FILES:
        (root / name).unlink()
    (root / "documents.yaml").write_text(NAMED_BY_PLACES, encoding="utf-8")
    return root


def mistakes(kind: str) -> list[dict[str, Any]]:
    """The mistakes of one file of `faults`, each with what it changes in the tiny book."""
    text = (FAULTS / f"{kind}.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)
    return found


@dataclass(frozen=True)
class Bench:
    """A copy of a book in a folder of its own."""

    root: Path

    @classmethod
    def of(cls, book: Path, folder: Path) -> Bench:
        """Copy a book."""
        return cls(Path(shutil.copytree(book, folder / book.name)))

    def text(self, file: str) -> str:
        return (self.root / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str | bytes) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def change(self, file: str, old: str, new: str) -> None:
        """Put `new` where `old` stands, which must be one place."""
        text = self.text(file)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.write(file, text.replace(old, new))

    def line(self, file: str, at: str) -> int:
        """The line of the one place where `at` stands."""
        text = self.text(file)
        assert text.count(at) == 1, f"{at!r} stands {text.count(at)} times in {file}"
        return text[: text.index(at)].count("\n") + 1

    def book(self) -> Book:
        return load_files(self.root)

    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the book, which must be something."""
        try:
            load_files(self.root)
        except BookError as error:
            return error.faults
        raise AssertionError("the book loads")

    def fault(self) -> Fault:
        """The one thing that is wrong with the book."""
        found = self.faults()
        assert len(found) == 1, "\n".join(map(str, found))
        return found[0]
