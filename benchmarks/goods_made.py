"""A tariff of full size, generated and labelled so: no full schedule may be bundled."""

from __future__ import annotations

import copy
import dataclasses
import random
from array import array
from collections.abc import Iterable

from openzone.rulebook.book import Book
from openzone.rulebook.model import Text
from openzone.rulebook.tariff import NONE, Schedule

SEED = 20251218
TITLE = Text("生成的税则（非法律）", "generated tariff (no law)")
RATES = {
    "mfn": (1.0, (0, 30_000, 50_000, 65_000, 80_000, 100_000, 150_000, 200_000)),
    "general": (1.0, (300_000, 500_000, 800_000, 1_000_000)),
    "provisional": (0.1, (0, 10_000, 50_000)),
    "agreement": (0.9, (0, 0, 0, 20_000, 50_000)),
    "special": (0.98, (0,)),
}
"""For each kind of column: how many of its cells hold a rate, and which, in millionths."""


def generated(book: Book, more: Iterable[str] = ()) -> Schedule:
    """Every subheading of the bundled nomenclature as one or two lines, and `more` codes, with the
    columns of the bundled tariff and drawn rates by value."""
    held = next(iter(book.schedules.values()))
    pick = random.Random(SEED)
    codes: list[str] = []
    for code in book.nomenclature or ():
        if len(code) == 6:
            codes += [f"{code}00"] if pick.random() < 0.6 else [f"{code}10", f"{code}90"]
    codes = sorted({*codes, *more})
    rates = {}
    for column in held.columns.values():
        filled, choices = RATES[column.kind]
        drawn = [pick.choice(choices) if pick.random() < filled else NONE for _ in codes]
        rates[column.id] = array("i", drawn).tobytes()
    return dataclasses.replace(
        held, title=TITLE, hs=tuple(codes), titles=tuple(("", "") for _ in codes),
        incomplete=frozenset(), rates=rates, others={}, quotas={}, published_lines=len(codes),
    )  # fmt: skip


def with_tariff(book: Book, schedule: Schedule) -> Book:
    """The book with one tariff in place of its own."""
    changed = copy.copy(book)
    object.__setattr__(changed, "schedules", {schedule.id: schedule})
    return changed
