"""A table of declaration lines answers each line as a single case does, to the fen."""

import datetime as dt
import random
from decimal import Decimal
from functools import cache

import ibis
import pyarrow as pa
import pytest

from benchmarks.goods_made import generated, with_tariff
from openzone.errors import CaseError
from openzone.regimes.goods.money import duty, half_up
from openzone.regimes.goods.table import amounts
from openzone.regimes.goods.table.engine import ANSWERS, FEN, GoodsTable
from openzone.regimes.goods.taxes import TaxRate, consumption_tax
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash
from openzone.rulebook.law import Law
from openzone.rulebook.loading import load_files
from openzone.rulebook.tariff import Rate
from tests.rulebook.bench import goods_only
from tests.strategies.declarations import lines
from tests.strategies.effort import seeds

TODAY = dt.date(2026, 11, 23)
DAY = dt.date(2026, 6, 1)
FUELS = ("27101210", "27101911", "27101922", "27101991")


@cache
def law(*reforms):
    return Law(load_book("cn"), TODAY, reforms)


def tariff(one):
    return next(iter(one.book.schedules.values()))


def table(rows, **casts):
    held = pa.Table.from_pylist(rows)
    return ibis.duckdb.connect().create_table("lines", held).cast(casts)


def differing(engine, rows):
    """The lines that a table answers otherwise than a single case, with both answers."""
    numbered = [{"id": number, **row} for number, row in enumerate(rows)]
    found = {}
    for batch in engine.answers(table(numbered), ("id",)):
        for row in batch.to_pylist():
            found[row.pop("id")] = row
    assert len(found) == len(rows)
    return [
        (row, {name: (one[name], found[n][name]) for name in one if one[name] != found[n][name]})
        for n, row in enumerate(rows)
        if (one := engine.one(row)) != found[n]
    ]


def reform(*changes, territory=("ftz:tianjin", "ftz:shanghai")):
    start = m.Interval(dt.date(2026, 5, 1), None)
    return m.Reform("TRY", m.Text("试", "try"), "draft", changes, territory, start,
                    m.Authorisation(False), body_hash(changes))  # fmt: skip


ZERO = m.Change(
    "zero", "add", table="goods_lines", measures=("goods.line.hainan.zero",), effect="exempt",
    params=(("taxes", ("duty", "vat", "consumption_tax")), ("keeps_remedies", True)),
    conditions=(m.Condition("line", "in", ("first",)),),
)  # fmt: skip
ON_TOP = m.Change(
    "top", "add", table="goods_remedies", measures=("goods.remedy.beef",), hs=("22", "02"),
    effect="additional_duty", params=(("rate_percent", 25),),
    conditions=(
        m.Condition("origin", "in", ("US", "AU")), m.Condition("producer", "in", ("A Works",)),
    ),
)  # fmt: skip
ON_TOP_TOO = m.Change(
    "top-too", "add", table="goods_remedies", measures=("goods.remedy.beef",), hs=("2204",),
    effect="additional_duty", params=(("rate_percent", Decimal("7.5")),),
    conditions=(m.Condition("origin", "in", ("US",)),),
)  # fmt: skip
BY_LITRE = m.Change(  # kerosene by the litre, or by its weight at a stated density
    "litre", "add", table="goods_consumption_tax", measures=("goods.ct.aviation_kerosene",),
    hs=("27101911",), effect="specific",
    params=(("amount_yuan", Decimal("1.2")), ("unit", "litre"), ("unit_per_kg", Decimal("1.246"))),
    conditions=(m.Condition("motorised", "is", (True,)),),
)  # fmt: skip
LESS_VAT = m.Change("vat", "parameter", parameter="vat_standard_percent", value=Decimal("12.5"))


@pytest.mark.parametrize("seed", seeds(1, 60))
def test_a_line_of_a_table_is_answered_as_a_single_case(seed):
    engine = GoodsTable(law(), TODAY)
    assert not differing(engine, lines(law(), tariff(law()), 1500, seed))


@pytest.mark.parametrize("seed", seeds(1, 30))
def test_a_line_is_answered_as_a_single_case_under_reforms(seed):
    changed = law(reform(ZERO, ON_TOP, ON_TOP_TOO, LESS_VAT))
    drawn = lines(changed, tariff(changed), 1500, 1000 + seed, columns=0.9)
    engine = GoodsTable(changed, TODAY)
    assert not differing(engine, drawn)
    wine = {"hs": "22042100", "customs_value": Decimal(1000), "date": dt.date(2026, 6, 1),
            "place": "ftz:tianjin", "origin": "US", "producer": "A Works", "line": ""}  # fmt: skip
    on_top = [{**wine, "line": line} for line in ("first", "second", "")]
    assert not differing(engine, [*on_top, {**wine, "origin": "FR", "line": "second"}])
    assert engine.one({**wine, "line": "second"})["remedy_fen"] == 32500
    assert engine.one({**wine, "line": "first"})["total_fen"] == 32500


@pytest.mark.parametrize("seed", seeds(1, 20))
def test_lines_of_a_full_tariff_with_excise_by_litre_engine_and_value(seed):
    book = load_book("cn")
    full = generated(book, FUELS)
    held = Law(with_tariff(book, full), TODAY, [reform(BY_LITRE, territory=())])
    heads = ("2203", "2204", "2710", "2402", "8703")
    taxed = [code for code in (*full.hs, *FUELS * 5) if code[:4] in heads]
    drawn = lines(held, full, 1200, 4000 + seed, columns=1)
    gone = {"papers", "direction", "channel", "relief", "purpose", "line", "place"}
    drawn = [
        {**{name: value for name, value in row.items() if name not in gone}, "date": DAY,
         "aromatics_below_200c_volume_pct": n % 90, "oil_below_440c_volume_pct": n % 70,
         "motorised": "true",
         "hs": taxed[n % len(taxed)], "engine_litres": Decimal(n % 9) / 2}
        for n, row in enumerate(drawn)
    ]  # fmt: skip
    engine = GoodsTable(held, TODAY)
    assert not differing(engine, drawn)
    excised = [row for row in map(engine.one, drawn) if row["consumption_tax_fen"]]
    assert len(excised) > 100


@pytest.mark.parametrize("seed", seeds(1, 20))
def test_facts_given_for_all_lines_are_as_good_as_columns(seed):
    drawn = lines(law(), tariff(law()), 800, 2000 + seed, columns=0.6)
    given = {"line": "first", "place": "hainan", "beneficiary": True}
    drawn = [{n: v for n, v in row.items() if n not in given} for row in drawn]
    assert not differing(GoodsTable(law(), TODAY, given), drawn)


@pytest.mark.parametrize("seed", seeds(1, 20))
def test_lists_of_goods_by_code_settle_lines_of_a_table(seed, tmp_path):
    from openzone.rulebook.reading import yaml_reading
    from openzone.rulebook.reform_files import reform_of
    from tests.regimes.test_goods_by_list import RETALIATION, put, taxed

    root = goods_only(tmp_path)
    taxed(root)
    put(root, "rates", "hs,from,to,rate,note\n2204,,,5,\n22042100,2026-05-01,,10,\n0201,,,7,\n"
        "8703,,,2.5/item,\n", more="")  # fmt: skip
    put(root, "spared", "hs,from,to,rate,note\n22042100,2026-06-01,,,\n")
    book = load_files(root)
    round_one = reform_of(book, yaml_reading(RETALIATION, "reform.yaml"))
    held = Law(book, TODAY, [round_one])
    drawn = lines(held, tariff(held), 1200, 3000 + seed, columns=0.7)
    drawn = [{**row, "hs": row["hs"] if n % 3 else "2204210000"} for n, row in enumerate(drawn)]
    assert not differing(GoodsTable(held, TODAY), drawn)


@pytest.mark.parametrize("kind", ["float64", "string", "decimal(20, 4)", "int64"])
def test_amounts_of_every_type_of_column_are_read_alike(kind):
    rows = [
        {"hs": "22042100", "origin": "FR", "date": "2026-06-01", "customs_value": one}
        for one in ("0", "0.01", "499.99", "500", "123456.78", "999999999.99")
    ]
    if kind == "int64":
        rows = [{**row, "customs_value": row["customs_value"].partition(".")[0]} for row in rows]
    engine = GoodsTable(law(), TODAY)
    numbered = [{"id": number, **row} for number, row in enumerate(rows)]
    (batch, *_) = engine.answers(table(numbered, customs_value=kind), ("id",))
    found = {row["id"]: row["total_fen"] for row in batch.to_pylist()}
    assert found == {row["id"]: engine.one(row)["total_fen"] for row in numbered}


def test_totals_add_up_what_the_lines_answer():
    drawn = lines(law(), tariff(law()), 2000, 5, columns=0.6)
    engine = GoodsTable(law(), TODAY)
    totals = engine.totals(
        table([{**row, "group": n % 3} for n, row in enumerate(drawn)]), ("group",)
    )
    expected: dict = {}
    for number, row in enumerate(drawn):
        one = engine.one(row)
        key = (number % 3, one["outcome"], one["needs"])
        held = expected.setdefault(key, [0] * (1 + len(FEN)))
        held[0] += 1
        for place, name in enumerate(FEN, start=1):
            held[place] += one[name] or 0
    got = {
        (row["group"], row["outcome"], row["needs"]): [row["n"], *(row[name] or 0 for name in FEN)]
        for row in totals.to_pylist()
    }
    assert got == expected


def test_new_words_days_and_combinations_are_met_as_they_come():
    engine = GoodsTable(law(), TODAY)
    for seed in (1, 2):
        drawn = lines(law(), tariff(law()), 300, seed, columns=1)
        engine.given = {}
        assert not differing(engine, drawn)


class TestRefused:
    def refused(self, rows, **given):
        with pytest.raises(CaseError) as caught:
            list(GoodsTable(law(), TODAY, given).answers(table(rows)))
        return [(fault.code, fault.field) for fault in caught.value.faults]

    def test_a_column_that_is_not_known_or_not_for_tables(self):
        row = {"hs": "22042100", "customs_value": 1, "orign": "FR", "freight": 3}
        assert self.refused([row]) == [("unknown_field", "orign"), ("unknown_field", "freight")]

    def test_a_table_without_codes_or_values(self):
        assert self.refused([{"origin": "FR"}]) == [
            ("missing_field", "hs"), ("missing_field", "customs_value"),
        ]  # fmt: skip

    def test_a_fact_given_twice(self):
        row = {"hs": "22042100", "customs_value": 1, "line": "first"}
        assert self.refused([row], line="first") == [("contradiction", "line")]

    def test_a_fact_for_all_lines_that_is_no_fact(self):
        with pytest.raises(CaseError):
            GoodsTable(law(), TODAY, {"line": "third"})


# ---- the arithmetic --------------------------------------------------------------------------

EDGES = (0, 1, 2, 499_999, 500_000, 999_999, 1_000_000, 9_999, 10_000)


def drawn(bounds, seed, count=4000):
    """Whole numbers below bounds, the edges of rounding among them, as columns of a table."""
    pick = random.Random(seed)
    rows = [
        {
            name: min(pick.choice([*EDGES, pick.randrange(bound + 1)]), bound)
            if pick.random() < 0.5
            else pick.randrange(bound + 1)
            for name, bound in bounds.items()
        }
        for _ in range(count)
    ]
    return rows, table(rows)


def worked(held, expression):
    return held.select(found=expression).to_pyarrow().column("found").to_pylist()


@pytest.mark.parametrize("seed", seeds(3, 30))
def test_a_duty_by_quantity_is_that_of_the_single_case(seed):
    bounds = {"value": 10**11, "rate": 2_000_000, "quantity": 10**12, "amount": 10**8}
    rows, held = drawn(bounds, seed)
    found = worked(held, amounts.by_quantity(held.value, held.rate, held.quantity, held.amount))
    assert found == [
        duty(Rate(row["rate"], row["amount"], "kg"), row["value"], {"kg": row["quantity"]})
        for row in rows
    ]


@pytest.mark.parametrize("seed", seeds(3, 30))
def test_a_compound_excise_is_that_of_the_single_case(seed):
    bounds = {"base": 10**11, "rate": 900_000, "quantity": 10**12, "amount": 10**8}
    rows, held = drawn(bounds, seed)
    found = worked(held, amounts.compound_excise(held.base, held.rate, held.quantity, held.amount))
    assert found == [
        consumption_tax(
            TaxRate(Rate(row["rate"], row["amount"], "litre")), row["base"],
            {"litre": row["quantity"]},
        )[0]
        for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("seed", seeds(1, 10))
def test_halves_go_up_in_a_table_too(seed):
    rows, held = drawn({"number": 10**17, "by": 10**6}, seed)
    by = held.by + 1
    assert worked(held, amounts.half_up(held.number, by)) == [
        half_up(row["number"], row["by"] + 1) for row in rows
    ]
    for fixed in (1, 2, 7, 10_000, 1_000_000):
        assert worked(held, amounts.half_up(held.number, fixed)) == [
            half_up(row["number"], fixed) for row in rows
        ]


def test_an_answer_names_what_the_documents_say():
    assert ANSWERS.names == [
        "verdict", "outcome", "needs", "admissibility", "column", "rate", "customs_value_fen",
        "duty_fen", "remedy_fen", "consumption_tax_fen", "vat_fen", "total_fen",
    ]  # fmt: skip
