"""Declaration lines before and after a reform, or day by day: what is due, who gains or loses."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from openzone.errors import CaseError, Fault, missing_extra, nearest
from openzone.rulebook.law import Law
from openzone.rulebook.tariff import Schedule

try:
    import ibis

    from openzone.decide.table.files import read_texts
    from openzone.decide.table.opening import opened
    from openzone.lab.replay import label_of
    from openzone.regimes.goods.case import SYNONYMS
    from openzone.regimes.goods.rates import schedule_of
    from openzone.regimes.goods.rows import Ground
    from openzone.regimes.goods.table.engine import FEN, GoodsTable
    from openzone.regimes.goods.table.small_tables import AMOUNTS
    from openzone.regimes.goods.table.words import code_of
except ImportError as error:
    raise missing_extra("table", "replaying declaration lines") from error

CHAPTER = "chapter"
GROUPS = (CHAPTER, "origin", "place")
DUTIES = ("duty", "remedy")
TAXES = (*DUTIES, "consumption_tax", "vat")
SIDES = ("before", "after")
_NAMES = count()
UNTAXED = {"vat": "0", "ct": "0"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a tariff knows the codes of a table: lines whose code has a line of its own, lines
    of which it holds a part only, and all lines."""

    whole: int
    part: int
    lines: int

    @property
    def share(self) -> float:
        """The share of the lines that meet a line on record, whole or in part."""
        return (self.whole + self.part) / self.lines if self.lines else 0.0


@dataclass(frozen=True)
class GoodsReplay:
    """Declaration lines under two laws. `groups`: for each of GROUPS one dict for lines alike, with
    their `group`, the outcome on both SIDES (`outcome_before`), what is missing (`needs_before`),
    `n`, `less`, `more`, and the sums in fen (`duty_before`, ...) of the lines that have amounts on
    both.
    """

    groups: Mapping[str, Sequence[Mapping[str, Any]]]
    coverage: Coverage
    synthetic: str | None
    source: str
    tariffs: tuple[Schedule, ...]

    @property
    def cells(self) -> Sequence[Mapping[str, Any]]:
        """All lines, by chapter."""
        return self.groups[CHAPTER]

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self.coverage.lines

    def total(self, name: str) -> int:
        """The sum of a figure over all lines."""
        return sum(cell[name] for cell in self.cells)

    @cached_property
    def counted(self) -> int:
        """How many lines have amounts under both laws."""
        return sum(cell["n"] for cell in self.cells if cell["counted"])

    def outcomes(self) -> list[tuple[str, str, int]]:
        """Outcome before, outcome after, and how many lines; the most first."""
        found: Counter[tuple[str, str]] = Counter()
        for cell in self.cells:
            found[cell["outcome_before"], cell["outcome_after"]] += cell["n"]
        return [(*pair, n) for pair, n in found.most_common()]

    def missing(self) -> list[tuple[str, int]]:
        """What keeps lines without an amount under the law as it is, and how many; most first."""
        found: Counter[str] = Counter()
        for cell in self.cells:
            if cell["outcome_before"] in ("ask", "look_up", "asks_proof"):
                found[f"{cell['outcome_before']} {cell['needs_before']}"] += cell["n"]
        return found.most_common()

    def as_dict(self) -> dict[str, Any]:
        """The replay as plain data: coverage first."""
        held = self.coverage
        return {
            "schema": "openzone/goods-replay/1",
            "coverage": {"lines": held.lines, "whole": held.whole, "part": held.part,
                         "share": held.share, "counted": self.counted},
            "tariffs": [{"id": one.id, "use": one.use, "lines": len(one.hs),
                         "published_lines": one.published_lines} for one in self.tariffs],
            "synthetic": self.synthetic,
            "missing": [{"what": what, "n": n} for what, n in self.missing()],
            "outcomes": [{"before": b, "after": a, "n": n} for b, a, n in self.outcomes()],
            **{f"by_{group}": self.by(group) for group in GROUPS},
        }  # fmt: skip

    def by(self, group: str) -> list[dict[str, Any]]:
        """The sums by one of GROUPS: lines, those that gain and lose, what is due on both sides.

        The largest change comes first.
        """
        found: dict[Any, dict[str, Any]] = {}
        names = ["n", "less", "more", *(f"{name}_{side}" for name in AMOUNTS for side in SIDES)]
        for cell in self.groups[group]:
            word = cell["group"]
            held = found.setdefault(word, {group: word, **dict.fromkeys(names, 0)})
            for name in names:
                held[name] += cell[name]
        return sorted(
            found.values(),
            key=lambda one: (-abs(one["total_after"] - one["total_before"]), str(one[group])),
        )


def declarations(
    connection: Any, source: Path, mapping: Mapping[str, str], without: Iterable[str] = ()
) -> Any:
    """The lines of a file as an Ibis table.

    `mapping` names the column of the file for a field; with it, no other column is used. Columns
    for the fields `without` are left out. Raises CaseError.
    """
    cases = read_texts(connection, source)
    faults = [
        Fault("unknown_field", "the file has no such column", str(source), field=column,
              next=nearest(column, cases.columns) or "columns are " + ", ".join(cases.columns))
        for column in mapping.values()
        if column not in cases.columns
    ]  # fmt: skip
    if faults:
        raise CaseError(faults)
    if mapping:
        cases = cases.select(**{field: cases[column] for field, column in mapping.items()})
    return cases.drop(*[name for name in cases.columns if SYNONYMS.get(name, name) in without])


def coverage(law: Law, cases: Any, schedules: Iterable[Any]) -> Coverage:
    """How many lines of a table meet a line of one of the tariffs."""
    words = cases.select(hs=cases.hs.cast("string").fill_null("")).group_by("hs")
    found = Counter[str]()
    held = list(schedules)
    for row in words.agg(n=lambda t: t.count()).to_pyarrow().to_pylist():
        code = code_of(law, row["hs"])
        whole = any(one.place(code) is not None or code[:8] in one.quotas for one in held)
        part = any(one.in_part(code) for one in held)
        found["whole" if whole else "part" if part else "none"] += row["n"]
    return Coverage(found["whole"], found["part"], sum(found.values()))


def replay_goods(
    before: Law,
    after: Law,
    source: Path,
    *,
    today: dt.date,
    given: Mapping[str, Any] | None = None,
    mapping: Mapping[str, str] | None = None,
    memory_limit: str | None = None,
) -> GoodsReplay:
    """Decide the lines of a file under two laws, in one pass over the file on DuckDB.

    `given`: facts of every line; `mapping`: the columns of the file by field. Raises CaseError.
    """
    connection = opened()
    if memory_limit:
        connection.raw_sql(f"SET memory_limit = '{memory_limit}'")
    cases = declarations(connection, source, mapping or {})
    engines = [GoodsTable(law, today, given) for law in (before, after)]
    days = engines[0].lay_of(cases).days[2]
    engines[1].know(engines[0])
    tariffs = tariffs_on(before, days, (given or {}).get("schedule"))
    known = coverage(before, engines[0].named(cases), tariffs)
    groups = _groups(engines, cases)
    if sum(cell["n"] for cell in groups[CHAPTER]) != known.lines:
        for engine in engines:
            engine.learn(cases)
        groups = _groups(engines, cases)
    return GoodsReplay(groups, known, label_of(source), str(source), tariffs)


def _groups(engines: Sequence[GoodsTable], cases: Any) -> dict[str, list[dict[str, Any]]]:
    """The lines counted and added up by each group and their states under both laws."""
    named = engines[0].named(cases)
    table = named.mutate(**{CHAPTER: named.hs.replace(".", "").strip().substr(0, 2)})
    first, laid = engines[0].encode(table, tuple(table.columns), "b_")
    second, laid_after = engines[1].encode(first, tuple(first.columns), "a_")
    laids = dict(zip("ba", (laid, laid_after), strict=True))
    told = [group for group in GROUPS if group in table.columns]
    joint = _joint(second, told, named.columns)
    states = ["b_state", "a_state", "b_due", "a_due"]
    plain = joint.filter(~joint._alone)
    sums = [name for name in joint.columns if name not in {*told, *states, "_alone", "lines"}]
    found: dict[str, list[dict[str, Any]]] = {}
    for group in GROUPS:
        keys = [*([group] if group in told else []), *states]
        grouped = plain.group_by(keys).agg(**{n: plain[n].sum().cast("int64") for n in sums})
        rows = grouped.to_pyarrow().to_pylist()
        found[group] = [_cell(row, row.get(group) or "", laids) for row in rows]
    for row in joint.filter(joint._alone).select(*told, "lines").to_pyarrow().to_pylist():
        for line in row["lines"]:
            cell = _single(engines, line)
            for group in GROUPS:
                found[group].append({**cell, "group": row.get(group) or ""})
    return found


def _joint(lines: Any, groups: Sequence[str], fields: Sequence[str]) -> Any:
    """The lines by all groups and states at once, kept in the database: one pass over them."""
    both = ~lines.b_alone & ~lines.a_alone
    line = ibis.struct({name: lines[name] for name in fields})
    table = lines.mutate(_line=line, _alone=~both, b_due=lines.b_total > 0, a_due=lines.a_total > 0)
    sums = {
        f"{side}_{name}": table[f"{side}_{name}"].sum(where=~table._alone).cast("int64")
        for side in "ba"
        for name in AMOUNTS
    }
    keys = [*groups, "b_state", "a_state", "b_due", "a_due", "_alone"]
    counted = table.group_by(keys).agg(
        n=table.count(),
        less=(table.a_total < table.b_total).sum(),
        more=(table.a_total > table.b_total).sum(),
        lines=table._line.collect(where=table._alone),
        **sums,
    )
    backend = lines.get_backend()
    return backend.create_table(f"_openzone_joint_{next(_NAMES)}", counted, temp=True)


def _cell(row: Mapping[str, Any], word: str, laids: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"group": word, "n": row["n"]}
    counted = True
    for key, side in zip("ba", SIDES, strict=True):
        terms = laids[key].known[row[f"{key}_state"]]
        due = terms.amounts and row[f"{key}_due"]
        told[f"outcome_{side}"] = terms.outcome or ("payable" if due else "free")
        told[f"needs_{side}"] = ";".join(terms.needs)
        counted = counted and terms.amounts
    for key, side in zip("ba", SIDES, strict=True):
        for name in AMOUNTS:
            told[f"{name}_{side}"] = (row[f"{key}_{name}"] or 0) if counted else 0
    told |= {name: (row[name] or 0) if counted else 0 for name in ("less", "more")}
    return told | {"counted": counted}


def _single(engines: Sequence[GoodsTable], line: Mapping[str, Any]) -> dict[str, Any]:
    """A line that is decided alone, as a cell of its own."""
    found = [engine.one(line) for engine in engines]
    counted = all(one["total_fen"] is not None for one in found)
    told: dict[str, Any] = {"n": 1, "counted": counted}
    for one, side in zip(found, SIDES, strict=True):
        told[f"outcome_{side}"], told[f"needs_{side}"] = one["outcome"], one["needs"]
        for name, fen in zip(AMOUNTS, FEN, strict=True):
            told[f"{name}_{side}"] = (one[fen] or 0) if counted else 0
    told["less"] = int(told["total_after"] < told["total_before"])
    told["more"] = int(told["total_after"] > told["total_before"])
    return told


def tariffs_on(law: Law, days: Iterable[dt.date], named: str | None = None) -> tuple[Schedule, ...]:
    """The tariffs of some days, or the one that is named."""
    held = (schedule_of(Ground(law, day, frozenset(), {}), named) for day in days)
    return tuple({one.id: one for one in held if one is not None}.values())


@dataclass(frozen=True, slots=True)
class OnDay:
    """What is due on the same lines on one day, by group: fen of customs value, duty of the tariff
    and measures on top; `lines` counts all, `counted` those with amounts."""

    day: dt.date
    group: str
    lines: int
    counted: int
    value: int
    duty: int
    remedy: int

    @property
    def average(self) -> float | None:
        """Duty and measures in percent of the value, the trade-weighted average."""
        return None if not self.value else 100 * (self.duty + self.remedy) / self.value


def over_days(
    law: Law,
    cases: Any,
    days: Sequence[dt.date],
    *,
    today: dt.date,
    by: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> list[OnDay]:
    """The same lines decided on each of some days: by a column of theirs, or all together.

    Only the duty is asked for: consumption tax and VAT are taken as nothing, so that a line counts
    whose taxes are not on record.
    """
    found: list[OnDay] = []
    kept = (by,) if by else ()
    for day in days:
        engine = GoodsTable(law, today, {**UNTAXED, **(given or {}), "date": day})
        held: dict[str, list[int]] = {}
        for row in engine.totals(cases, kept).to_pylist():
            amounts = held.setdefault(str(row[by] or "") if by else "", [0] * 5)
            counted = row["n"] if row["total_fen"] is not None else 0
            for place, one in enumerate((
                row["n"], counted, row["customs_value_fen"], row["duty_fen"], row["remedy_fen"],
            )):  # fmt: skip
                amounts[place] += one or 0
        found += [OnDay(day, group, *amounts) for group, amounts in sorted(held.items())]
    return found
