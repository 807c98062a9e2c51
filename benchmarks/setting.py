"""What every benchmark starts from: the bundled book, its law, a population on disk."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.population import SEED, Menu, menu, write_parquet
from openzone.decide.frame import Frame
from openzone.regimes.asking import Desk
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law

REGIME = "capital"
FOLDER = "OPENZONE_BENCH_DATA"
PLAIN = ("activity", "place", "date", "foreign_share")


@dataclass(frozen=True)
class Options:
    """How far to go: `quick` for a look, `full` for the largest tables as well."""

    quick: bool = False
    full: bool = False

    def rounds(self, usual: int) -> int:
        """How many rounds to time."""
        return max(3, usual // 3) if self.quick else usual


class Setting:
    """The bundled book as public on its own day, and what is compiled from it."""

    @cached_property
    def book(self) -> Book:
        """The bundled book."""
        return load_book("cn")

    @cached_property
    def desk(self) -> Desk:
        """A desk for capital questions."""
        day = self.book.info.as_of
        return Desk(self.book, known=day, today=day, regime=REGIME)

    @property
    def law(self) -> Law:
        """The law of the desk."""
        return self.desk.law

    @property
    def frame(self) -> Frame:
        """The frame of the capital regime."""
        return self.desk.frame(REGIME)

    @cached_property
    def menu(self) -> Menu:
        """What cases are drawn from."""
        return menu(self.book)

    def population(self, rows: int) -> Path:
        """The Parquet file of `rows` seeded cases, written on first use."""
        return write_parquet(self.menu, rows, data_folder() / f"cases-{SEED}-{rows}.parquet")

    def plain_population(self, rows: int) -> Path:
        """The same cases with four columns: activity, place, date and share."""
        path = data_folder() / f"plain-{SEED}-{rows}.parquet"
        return write_parquet(self.menu, rows, path, PLAIN)


def data_folder() -> Path:
    """Where populations are kept: OPENZONE_BENCH_DATA, else a folder for temporary files."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else Path(tempfile.gettempdir()) / "openzone-bench"
