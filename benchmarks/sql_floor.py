"""The floor: the capital regime as one SQL query over tables laid out by hand for DuckDB.

It answers any case of the population: outcome, and the facts to ask for when some are missing.
`floor_answers.sql` fills the table of answers once; `floor_query.sql` is the query that is timed.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

from benchmarks.lawtables import (
    NOBODY,
    Stand,
    Terms,
    acting,
    binding,
    part_of,
    segments,
    silence,
    stand,
    standing,
    terms,
)
from benchmarks.population import FIRST_DAY, FORMS, LAST_DAY, MILLION, Menu, decimals
from openzone.rulebook.law import Law

TABLE = "capital"
HERE = Path(__file__).parent
NEEDS = (
    (1, "place"), (2, "activity"), (4, "largest_single_foreign"), (8, "legal_rep_nationality"),
    (16, "manager_nationality"), (32, "board_host_share"),
)  # fmt: skip
OPTIONS_OF_PERSON_VEHICLE_FORM = 3 * 2 * 2
OPTIONS_MAX = 24


@dataclass(frozen=True)
class Alternative:
    """What a case may turn out to be: which tag, which area inside its place, on which terms."""

    tag_no: int
    area_no: int
    terms_new: int
    terms_acquisition: int


class Layout:
    """Every meeting of an activity, a place and a run of days, as a program of alternatives."""

    def __init__(self, law: Law, menu: Menu) -> None:
        self.law = law
        self.menu = menu
        self.starts = segments(law, FIRST_DAY, LAST_DAY)
        self.terms: dict[Terms, int] = {}
        self.programs: dict[tuple[Alternative, ...], int] = {}
        self.matter: list[tuple[int, int, int, int]] = []
        self._bound: dict[Any, Any] = {}
        self._met: dict[Any, list[int]] = {}
        parts, lineages = part_of(law), law.book.vocabulary.lineages
        options = [[(part, lineages[part]) for part in parts[tag]] for tag in menu.tags]
        for segment, on in enumerate(self.starts):
            for place_no, place in enumerate(menu.places):
                if place and not law.territories.exists(place, on, law.known):
                    continue
                programs = self._programs(options, *self._stands(place, on))
                self.matter += [
                    (tag_no, place_no, segment, program) for tag_no, program in enumerate(programs)
                ]

    def _programs(
        self,
        options: list[list[tuple[str, frozenset[str]]]],
        stands: list[Stand],
        wider: frozenset[int],
    ) -> list[int]:
        """The number of the program of every tag where a place stands so."""
        key = (tuple(one.key for one in stands), wider)
        if key not in self._met:
            found = (self._program(option, stands, wider) for option in options)
            self._met[key] = [self.programs.setdefault(one, len(self.programs)) for one in found]
        return self._met[key]

    def _stands(self, place: str, on: dt.date) -> tuple[list[Stand], frozenset[int]]:
        """Where the place stands, then each area inside that a pilot treats otherwise; which."""
        here = self._ancestors(place, on)
        found = {one.key: one for one in (stand(self.law, TABLE, here, on),)}
        wider = [
            one
            for one in self.law.overlays
            if place and one.span.holds(on) and not one.territory & here
        ]
        for area in self.law.territories if wider else ():
            if area in here or not self.law.territories.exists(area, on, self.law.known):
                continue
            line = self._ancestors(area, on)
            if place in line and any(line & one.territory for one in wider):
                there = stand(self.law, TABLE, here | line, on)
                found.setdefault(there.key, there)
        return list(found.values()), frozenset(one.index for one in wider)

    def _ancestors(self, place: str, on: dt.date) -> frozenset[str]:
        law = self.law
        return law.territories.ancestors(place, on, law.known) if place else frozenset()

    def _program(
        self,
        options: list[tuple[str, frozenset[str]]],
        stands: list[Stand],
        wider: frozenset[int],
    ) -> tuple[Alternative, ...]:
        """What each option meets in the place, and in each area that is opened for one of them."""
        opened = [
            area
            for area in stands[1:]
            if any(self._binding(area, *option)[1] & wider for option in options)
        ]
        met: dict[Any, list[tuple[int, int]]] = {}
        for option in options:
            found = [self._binding(one, *option) for one in (stands[0], *opened)]
            met.setdefault(tuple(rows for rows, _, _ in found), [terms for _, _, terms in found])
        if len(met) > OPTIONS_MAX:
            # The floor lays out what the population asks, and says so rather than answer wrongly.
            raise NotImplementedError("an activity that may be so many things is not laid out")
        return tuple(
            Alternative(tag_no, area_no, *numbers)
            for tag_no, found in enumerate(met.values())
            for area_no, numbers in enumerate(found)
        )

    def _binding(self, here: Stand, tag: str, lineage: frozenset[str]) -> Any:
        """The rows that bind, the pilots that act, the terms for each form of entry."""
        key = (here.key, tag)
        if key not in self._bound:
            silent = silence(self.law, here, TABLE)
            numbers = []
            for form in FORMS:
                rows = standing(here, lineage, form)
                found = terms(self.law, here, rows, silent)
                numbers.append(self.terms.setdefault(found, len(self.terms)))
            bound = tuple(row.key for row in (*binding(here.rows, lineage), *here.opening(lineage)))
            self._bound[key] = ((bound, here.list), acting(here, lineage), tuple(numbers))
        return self._bound[key]

    @cached_property
    def single_caps(self) -> list[int]:
        """The shares from which some row denies a single investor."""
        return sorted({one.single_denied_from for one in self.terms} - {NOBODY})

    @cached_property
    def share_cuts(self) -> list[int]:
        """The first shares of the runs in which no test changes, whatever a single one holds."""
        cuts = {1, MILLION // 2, MILLION - 1, MILLION}
        cuts |= {one.denied_from for one in self.terms} - {NOBODY}
        for cap in self.single_caps:
            cuts |= {cap, MILLION - cap + 1}
        return sorted(cuts)

    def single_ways(self) -> Iterator[tuple[int, int, bool, int]]:
        """Share cell, what is said (0: nothing), then a way it can be; see floor_answers.sql."""
        caps = self.single_caps
        for cell, share in enumerate((0, *self.share_cuts)):
            held = {0, 1, share, MILLION - share, MILLION - share - 1}
            held |= {one for cap in caps for one in (cap, cap - 1)}
            possible = {
                (share + one >= MILLION, bisect_right(caps, one))
                for one in held
                if min(share, 1) <= one <= share
            }
            for rel, passed in sorted(possible):
                yield cell, 0, rel, (0, *caps)[passed]
            for rel in (False, True):
                for passed in range(len(caps) + 1):
                    yield cell, 1 + rel * (len(caps) + 1) + passed, rel, (0, *caps)[passed]


class Floor:
    """The laid-out law inside DuckDB, ready for the query."""

    def __init__(self, law: Law, menu: Menu, memory: str | None = None) -> None:
        import duckdb

        self.layout = Layout(law, menu)
        self.connection = duckdb.connect()
        self.connection.execute("SET perfect_ht_threshold = 16")
        # The joins stand in the order in which they are fastest.
        self.connection.execute("SET disabled_optimizers = 'join_order'")
        if memory is not None:
            self.connection.execute(f"SET memory_limit = '{memory}'")
        self._fill(law)

    def _fill(self, law: Law) -> None:
        layout, run = self.layout, self.connection.execute
        singles = 1 + 2 * (len(layout.single_caps) + 1)
        shares = len(layout.share_cuts) + 1
        step = OPTIONS_OF_PERSON_VEHICLE_FORM
        cells = shares * singles * step
        words = [*law.book.tables[TABLE].outcomes, "unknown"]
        run(f"CREATE TYPE outcome_word AS ENUM ({_quoted(words)})")
        self._table(
            "terms",
            ("terms", *(one.name for one in fields(Terms))),
            ((number, *astuple(one)) for one, number in layout.terms.items()),
        )
        self._table(
            "alternative",
            ("program", *(one.name for one in fields(Alternative))),
            ((number, *astuple(one)) for found, number in layout.programs.items() for one in found),
        )
        self._table("share_cell", ("share_cell", "share"), enumerate((0, *layout.share_cuts)))
        self._table(
            "single_way", ("share_cell", "single", "rel", "single_share"), layout.single_ways()
        )
        counts = {"share_cells": shares, "singles": singles}
        run(Template((HERE / "floor_answers.sql").read_text("utf-8")).substitute(counts))
        self._numbers(law, cells, singles * step)
        passed = " + ".join(
            f"(largest_single_foreign >= {_decimal(cap)})::INT * {step}"
            for cap in layout.single_caps
        )
        self._query = {
            "single_said": step,
            "host_no_longer_leads": (len(layout.single_caps) + 1) * step,
            "single_caps_passed": passed or "0",
        }

    def _numbers(self, law: Law, cells: int, share_step: int) -> None:
        """The small tables of the query: words, days and shares as ready multiples."""
        layout, menu = self.layout, self.layout.menu
        places, runs = len(menu.places), len(layout.starts)
        self._table(
            "activity_no",
            ("activity", "no"),
            ((tag, number * places * runs) for number, tag in enumerate(menu.tags)),
        )
        self._table(
            "place_no",
            ("place", "no", "place_no"),
            ((place, number * runs, number) for number, place in enumerate(menu.places)),
        )
        days = (FIRST_DAY + dt.timedelta(day) for day in range((LAST_DAY - FIRST_DAY).days + 1))
        self._table(
            "day_no", ("date", "no"), ((day, bisect_right(layout.starts, day) - 1) for day in days)
        )
        sections = [section_of(law, tag) for tag in menu.tags]
        self._table(
            "matter",
            ("no", "cell", "section"),
            (
                ((tag * places + place) * runs + run, program * cells, sections[tag])
                for tag, place, run, program in layout.matter
            ),
        )
        self._table("host_name", ("name",), ((name,) for name in sorted(law.book.info.host_names)))
        self._shares(share_step)

    def _shares(self, step: int) -> None:
        """Every share there is, whole millionths, with the run in which it lies."""
        import numpy as np
        import pyarrow as pa

        shares = np.arange(MILLION + 1)
        runs = np.searchsorted(self.layout.share_cuts, shares, side="right") * step
        laid = {"foreign_share": decimals(shares), "no": pa.array(runs, pa.int32())}
        self._register("share_no", pa.table(laid))

    def _table(self, name: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """A table from rows, its whole numbers as 32 bits."""
        import pyarrow as pa

        laid = {}
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            whole = type(values[0]) is int
            laid[column] = pa.array(values, pa.int32() if whole else None)
        self._register(name, pa.table(laid))

    def _register(self, name: str, laid: Any) -> None:
        self.connection.register("laid", laid)
        self.connection.execute(f"CREATE TABLE {name} AS FROM laid")
        self.connection.unregister("laid")

    def query(self, path: Path) -> str:
        """The query over a file: id, section, place, outcome, needs."""
        text = Template((HERE / "floor_query.sql").read_text("utf-8"))
        return text.substitute(self._query, path=path)

    def answers(self, path: Path) -> list[tuple[int, str, tuple[str, ...]]]:
        """Id, outcome and the facts to ask for, of every case in the order of the ids."""
        query = f"SELECT id, outcome, needs FROM ({self.query(path)}) ORDER BY id"
        found = self.connection.execute(query).fetchall()
        return [(id, outcome, needs_named(mask)) for id, outcome, mask in found]

    def scan(self, path: Path) -> None:
        """Read the columns that the query reads, and nothing more: what no contender can beat."""
        self.connection.execute(
            "SELECT max(activity), max(place), max(date), sum(foreign_share),"
            " sum(largest_single_foreign), max(legal_rep_nationality), max(vehicle), max(form)"
            f" FROM read_parquet('{path}') WHERE id >= 0"
        ).fetchall()

    def aggregate(self, path: Path) -> list[tuple[str, str, str, int]]:
        """Outcome, section, place, number of cases."""
        return self.connection.execute(
            "SELECT outcome, section, place_no.place, cases FROM (SELECT outcome, section,"
            f" place_no, count(*) AS cases FROM ({self.query(path)}) GROUP BY ALL) AS counted"
            " JOIN place_no USING (place_no)"
        ).fetchall()

    def write_rows(self, path: Path, out: Path) -> None:
        """Every answer, to a Parquet file."""
        self.connection.execute(
            f"COPY (SELECT id, outcome, needs FROM ({self.query(path)})) TO '{out}'"
            " (FORMAT parquet, COMPRESSION zstd)"
        )


def needs_named(mask: int) -> tuple[str, ...]:
    """The facts a mask stands for, in the order of asking."""
    return tuple(name for bit, name in NEEDS if mask & bit)


def section_of(law: Law, tag: str) -> str:
    """The section of the industry classification in which an activity is counted."""
    codes = law.book.vocabulary.codes(tag)
    return law.book.classification.section(codes[0][0]) if codes else ""


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _decimal(micro: int) -> str:
    return f"{micro // MILLION}.{micro % MILLION:06d}::DECIMAL(7, 6)"


__all__ = ["NEEDS", "Floor", "Layout", "needs_named", "section_of"]
