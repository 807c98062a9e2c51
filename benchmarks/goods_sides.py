"""The two contenders of the goods benchmark: our table engine, and SQL written by hand.

`python -m benchmarks.goods_sides FILE`: a zero-tariff reform before and after over a file, in a
process of its own; prints one line of JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from benchmarks.goods_made import generated, with_tariff
from benchmarks.measure import child, peak_bytes
from openzone.lab.declarations import draw_declarations
from openzone.regimes.goods.case import Reader
from openzone.regimes.goods.table.engine import GoodsTable
from openzone.regimes.goods.table.outline import Outline
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash
from openzone.rulebook.law import Law

FIRST, LAST = dt.date(2026, 5, 1), dt.date(2026, 12, 31)
PLAIN = ("hs", "origin", "proofs", "date", "customs_value")
MEMORY = "6GB"
FLOOR_SQL = Path(__file__).with_name("goods_floor.sql")
Sums = list[tuple[str, int, int, int, int]]


def law_of(book: Book) -> Law:
    """The law of the bundled book with the generated tariff."""
    return Law(with_tariff(book, generated(book)), book.info.as_of)


def population(law: Law, rows: int, path: Path) -> Path:
    """The Parquet file of `rows` seeded lines, written on first use."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_declarations(law, path, cases=rows, seed=1, first=FIRST, last=LAST)
    return path


class Ours:
    """Our table engine on the columns of PLAIN, or on all."""

    def __init__(self, law: Law) -> None:
        self.engine = GoodsTable(law, law.book.info.as_of)
        self.connection = ibis.duckdb.connect()

    def sums(self, path: Path, columns: tuple[str, ...] = PLAIN) -> Sums:
        """Outcome, lines, and fen of duty, consumption tax and VAT."""
        lines = self.connection.read_parquet(path).select(*columns)
        found: dict[str, list[int]] = {}
        for row in self.engine.totals(lines).to_pylist():
            held = found.setdefault(row["outcome"], [0] * 4)
            for at, name in enumerate(("n", "duty_fen", "consumption_tax_fen", "vat_fen")):
                held[at] += row[name] or 0
        return sorted((outcome, *held) for outcome, held in found.items())  # type: ignore[misc]


class Floor:
    """One query over tables laid out by hand for one tariff and lines without a place."""

    def __init__(self, law: Law) -> None:
        schedule = next(iter(law.book.schedules.values()))
        codes = list(schedule.hs)
        origins = sorted({o for one in schedule.columns.values() for o in one.partners})
        origins += [one for one in ("US", "DE", "FR", "GB", "BR", "ZA") if one not in origins]
        base = [_mfn(schedule, at) for at in range(len(codes))]
        pairs: list[tuple[str, str, int]] = []
        best: list[int] = []
        seen: dict[str, int] = {}
        for origin in origins:
            opened = [one.id for one in schedule.open_to(origin)]
            for proof in ("", *opened):
                if proof not in seen:
                    seen[proof] = len(seen)
                    best += [_lower(schedule, at, proof, rate) for at, rate in enumerate(base)]
                pairs.append((origin, proof, seen[proof] * len(codes)))
        self.connection = duckdb.connect()
        self._lay("pair", pairs, ("origin", "proofs", "profile"))
        self._lay("best", list(enumerate(best)), ("key", "rate"))
        rows = [(code, at, *_taxes(law, code)) for at, code in enumerate(codes)]
        self._lay("code", rows, ("hs", "line", "settled", "excise", "vat"))
        self.query = FLOOR_SQL.read_text("utf-8")

    def _lay(self, name: str, rows: list[Any], columns: tuple[str, ...]) -> None:
        held = pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
        self.connection.register("held", held)
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM held")
        self.connection.unregister("held")

    def sums(self, path: Path) -> Sums:
        """The same as `Ours.sums` on the columns of PLAIN."""
        self.connection.execute(f"CREATE OR REPLACE VIEW lines AS SELECT * FROM '{path}'")
        found = self.connection.execute(self.query).fetchall()
        return [(outcome, n, *(int(one or 0) for one in sums)) for outcome, n, *sums in found]


def _mfn(schedule: Any, at: int) -> int:
    rates = [schedule.rate(at, name) for name in ("provisional", "mfn")]
    return next(one.ad_valorem for one in rates if one is not None)


def _lower(schedule: Any, at: int, proof: str, rate: int) -> int:
    held = schedule.rate(at, proof) if proof else None
    return rate if held is None else min(rate, held.ad_valorem)


def _taxes(law: Law, code: str) -> tuple[str | None, int, int]:
    """The outcome that is settled whatever the amounts are, else both rates of a code."""
    raw = {"hs": code, "origin": "FR", "date": FIRST}
    found = Outline(law, Reader(law, raw, FIRST).read(), None).terms()
    if found.alone or found.excise.unit:
        return "ask", 0, 0  # no quantity is in the columns
    return found.outcome, found.excise.ad_valorem, found.vat


def zero_tariff(book: Book) -> m.Reform:
    """Zero tariff at the first line of two more zones."""
    change = m.Change(
        "zero", "add", table="goods_lines", measures=("goods.line.hainan.zero",), effect="exempt",
        params=(("taxes", ("duty", "vat", "consumption_tax")), ("keeps_remedies", True)),
        conditions=(m.Condition("line", "in", ("first",)),),
    )  # fmt: skip
    title = m.Text("两区零关税", "Zero tariff in two more zones")
    return m.Reform(
        "ZERO-TWO", title, "draft", (change,), ("ftz:tianjin", "ftz:shanghai"),
        m.Interval(FIRST, None), m.Authorisation(False), body_hash((change,)),
    )  # fmt: skip


def streamed(path: Path) -> dict[str, float]:
    """Run this module in a child; give what it printed."""
    found: dict[str, float] = json.loads(child("-m", "benchmarks.goods_sides", str(path)).output)
    return found


def main(file: str) -> None:
    """Replay a file before and after the reform, cold, and print what it took."""
    from openzone.lab.goods_replay import replay_goods

    start = time.perf_counter()
    before = law_of(load_book("cn"))
    after = Law(before.book, before.known, [zero_tariff(before.book)])
    ready = time.perf_counter()
    found = replay_goods(before, after, Path(file), today=before.known, memory_limit=MEMORY)
    done = time.perf_counter()
    print(
        json.dumps(
            {"ready_s": ready - start, "seconds": done - ready, "peak_bytes": peak_bytes(),
             "lines": found.lines, "less": found.total("less"),
             "change_fen": found.total("total_after") - found.total("total_before")}
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
