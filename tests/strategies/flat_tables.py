"""Drawn cases of a regime of decision tables, as a table and one by one."""

import datetime as dt
import random
from collections import Counter
from decimal import Decimal

import ibis
import pyarrow as pa

from openzone.decide.dmn.complete import parts
from openzone.decide.dmn.ground import ground
from openzone.decide.dmn.reading import declared, read
from openzone.decide.dmn.table.engine import ANSWERS, REFUSAL, FlatEngine, answer_of
from openzone.errors import CaseError
from tests.strategies.seeded_laws import TODAY

NUMBERS = ("number", "money", "share", "count")
BAD = {
    "number": ("-1", "1.2345678", "1e18", "many", "nan"),
    "money": ("-1", "1.2345678", "lots"),
    "share": ("1.000001", "-0.1", "49%"),
    "count": ("-1", "1.5", "few"),
    "choice": ("no such word", "?"),
    "country": ("X", "123"),
    "flag": ("maybe", "1"),
    "day": ("2024-02-30", "tomorrow"),
}
ODD = {
    "number": (" 7 ", "1e3", "007", "5.", ".5", "0.100000"),
    "money": ("1e4", "5."),
    "share": ("1", ".25", "1.0"),
    "count": ("5.0", "1e2", " 12"),
}
SHAPES = {
    "number": ("string", "decimal(24, 6)", "float64", "int64", "decimal(30, 8)"),
    "money": ("string", "decimal(24, 6)", "float64"),
    "share": ("string", "decimal(9, 6)", "float64"),
    "count": ("string", "int64", "float64", "decimal(20, 2)", "int32"),
    "flag": ("string", "boolean"),
    "day": ("string", "date"),
}


class Draw:
    """Draws cases of a regime under a law."""

    def __init__(self, law, regime, given, seed, places=None):
        self.law, self.regime, self.given = law, regime, given
        self.pick = random.Random(seed)
        self.facts = declared(law, regime.tables_of(given))
        self.places = places or ["", *law.territories]
        self.days = self._days()
        self.values = {name: self._values(fact) for name, fact in self.facts.items()}

    def _days(self):
        found = {TODAY}
        rows = [row for row in self.law.rows if row.table in self.regime.tables]
        spans = [row.in_force for row in rows]
        spans += [overlay.span for overlay in self.law.overlays]
        for span in spans:
            for day in (span.start, span.end):
                if day is not None:
                    found |= {day, day - dt.timedelta(days=1)}
        return sorted(found)

    def _values(self, fact):
        """A value for each part of a fact, on some grounds."""
        found = {}
        for place in ("", *self.pick.sample(self.places, min(4, len(self.places)))):
            for day in self.pick.sample(self.days, min(6, len(self.days))):
                names = [one for one in place.split(";") if one in self.law.territories]
                here = ground(self.law, day, self.law.territories.around(names, day))
                tests = [
                    one
                    for table in self.regime.tables
                    for one in here.sheet(table).conditions()
                    if one.fact == fact.fact
                ]
                cuts = self.regime.cuts(here).get(fact.fact, ())
                found.update(dict.fromkeys(parts(fact, tests, cuts)))
        return list(found)

    def table(self, count):
        """Cases, and the same as a table; each column in one of the types it may have."""
        pick = self.pick
        shapes = {
            name: pick.choice(SHAPES.get(fact.kind, ("string",)))
            for name, fact in self.facts.items()
        }
        gone = set(pick.sample(list(self.facts), pick.randrange(3))) - set(self.given)
        self.usual = {
            name: pick.choice(values) if fact.assume is None or pick.random() < 0.3 else fact.assume
            for (name, fact), values in zip(self.facts.items(), self.values.values(), strict=True)
        }
        self.near = pick.sample(self.places, min(5, len(self.places)))
        silent = pick.choice((0, 2, 10, 40))
        bad = pick.choice((0, 0, 1))
        columns: dict[str, list[object]] = {
            name: [] for name in (*self.facts, "place", "date") if name not in gone
        }
        cases = []
        for number in range(count):
            case = {"id": str(number)}
            for name, column in columns.items():
                value = self._value(name, shapes.get(name), silent, bad)
                column.append(value)
                if value is not None:
                    case[name] = value
            cases.append(case)
        kinds = {**shapes, "place": "string", "date": "string"}
        held = {
            name: pa.array(column, ibis.dtype(kinds[name]).to_pyarrow())
            for name, column in columns.items()
        }
        held["id"] = pa.array([case["id"] for case in cases])
        return cases, pa.table(held)

    def _value(self, name, shape, silent, bad):
        pick = self.pick
        if name == "place":
            return pick.choice([None, *self.near])
        if name == "date":
            day = pick.choice([None, TODAY, TODAY, TODAY, *self.days[-8:], pick.choice(self.days)])
            odd = pick.random() < bad / 100
            return pick.choice(("2024-02-30", "soon")) if odd else day and day.isoformat()
        if name in self.given:
            return self.given[name]
        if pick.random() < silent / 100:
            return pick.choice((None, None, "  ")) if shape == "string" else None
        kind = self.facts[name].kind
        odd = (*BAD.get(kind, ()),) if pick.random() < bad / 100 else ()
        if not odd and pick.random() < 0.02:
            odd = ODD.get(kind, ())
        usual = not odd and pick.random() < 0.6
        return shaped(self.usual[name] if usual else pick.choice(odd or self.values[name]), kind,
                      shape)  # fmt: skip


def shaped(value, kind, shape):
    """A value as a column of a type can hold it; None where it cannot."""
    if shape == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "day":
        return value if isinstance(value, dt.date) else None
    if shape == "boolean":
        return value if isinstance(value, bool) else None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    if shape == "float64":
        return float(number)
    if not number.is_finite():
        return None
    if shape.startswith("int"):
        whole = int(number)
        return whole if abs(whole) < 2**31 else None
    precision, places = (int(one) for one in shape[8:-1].split(","))
    fits = number == round(number, places) and abs(number) < 10 ** (precision - places)
    return round(number, places) if fits else None


def alone(engine, case):
    """The answer of one case as the table gives it."""
    try:
        decided = engine.desk.decide(read(engine.law, engine.regime, case, engine.today))
    except CaseError:
        return REFUSAL
    return answer_of(decided)


def prove(law, regime, given, seed, count=300, places=None, connection=None):
    """Assert that a drawn table has the answers of its cases; gives how many have each outcome."""
    cases, held = Draw(law, regime, given, seed, places).table(count)
    backend = connection or ibis.duckdb.connect()
    table = backend.create_table(f"cases_{seed}_{id(held)}", held)
    engine = FlatEngine(law, regime, TODAY)
    found = {row.pop("id"): row for row in engine.decide(table).to_pyarrow().to_pylist()}
    expected: Counter[str] = Counter()
    for case in cases:
        single = dict(zip(ANSWERS, alone(engine, case), strict=True))
        expected[single["outcome"]] += 1
        assert found[case["id"]] == single, (case, held.schema)
    counted = {row["outcome"]: row["n"] for row in engine.counts(table).to_pylist()}
    assert counted == dict(expected)
    return expected
