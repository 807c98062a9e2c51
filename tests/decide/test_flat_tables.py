"""A table of cases of a regime of decision tables has the answers of its cases, one by one."""

import dataclasses
import datetime as dt
import json
from collections import Counter
from functools import cache

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openzone.decide.dmn.table.bits import WORD_BITS
from openzone.decide.dmn.table.engine import FlatEngine
from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.registry import table_regime
from openzone.rulebook import model as m
from openzone.rulebook.books import load_book
from openzone.rulebook.hashing import body_hash, row_hash
from openzone.rulebook.law import Law
from tests.strategies.effort import seeds
from tests.strategies.flat_tables import prove
from tests.strategies.seeded_laws import TODAY

GIVEN = {"data": {}, "money": {"kind": "transfer"}}
PLACES = ["", "ftz:beijing", "ftz:shanghai", "hainan", "ftz:beijing;ftz:shanghai", "nowhere"]
START = m.Interval(dt.date(2025, 6, 1), dt.date(2026, 12, 1))


@cache
def law(*reforms):
    return Law(load_book("cn"), TODAY, reforms)


def reform(name, *changes, territory=("ftz:shanghai", "ftz:beijing")):
    return m.Reform(name, m.Text("试", "try"), "draft", changes, territory, START,
                    m.Authorisation(False), body_hash(changes))  # fmt: skip


def added(table, measure, effect, number, conditions, outcome=None):
    return m.Change(f"add-{number}", "add", table=table, measures=(measure,), effect=effect,
                    outcome=outcome, conditions=conditions)  # fmt: skip


def repealed(row):
    held = row_hash(next(one for one in reversed(load_book("cn").rows) if one.id == row))
    return m.Change("less", "repeal", rows=(row,), was=((row, held),))


REFORMS = {
    "data": reform(
        "TRY-DATA",
        repealed("large_volume"),
        added("data", "data.middle_volume", "route", 1,
              (m.Condition("nonsensitive", "between", min=5000, below=9000),
               m.Condition("purpose", "in", ("hr", "other"), negated=True)),
              "contract_or_certification"),
        added("data_volume", "data.bj_volume_ciio", "important", 2,
              (m.Condition("volume_all", "between", max=40),)),
    ),
    "money": reform(
        "TRY-MONEY",
        repealed("second_line_fx"),
        *(added("money_transfers", "money.transfer.ft_other", "allowed_with_review", n,
                (m.Condition("loan_age_months", "between", min=n, max=n),
                 m.Condition("counter", "in", ("DOM",))))
          for n in range(WORD_BITS + 10)),
    ),
}  # fmt: skip

PARTLY = {
    regime: dataclasses.replace(one, territory=("ftz:shanghai-lingang", "ftz:guangdong-nansha"))
    for regime, one in REFORMS.items()
}


@pytest.fixture(scope="module")
def connection():
    return ibis.duckdb.connect()


@pytest.mark.parametrize("regime", GIVEN)
@pytest.mark.parametrize("seed", seeds(2, 100))
def test_a_case_of_a_table_is_answered_as_a_single_case(connection, regime, seed):
    places = PLACES if seed % 2 else None
    prove(law(), table_regime(regime), GIVEN[regime], seed, places=places, connection=connection)


@pytest.mark.parametrize("regime", GIVEN)
@pytest.mark.parametrize("seed", seeds(2, 100))
def test_under_a_reform_of_some_zones_for_some_time(connection, regime, seed):
    changed = law(REFORMS[regime])
    found: Counter[str] = prove(
        changed, table_regime(regime), GIVEN[regime], 500 + seed, places=PLACES[1:4],
        connection=connection,
    )  # fmt: skip
    assert len(found) > 1


@pytest.mark.parametrize("regime", GIVEN)
@pytest.mark.parametrize("seed", seeds(2, 100))
def test_a_place_in_parts_of_which_the_law_differs_is_asked_for_the_part(connection, regime, seed):
    found: Counter[str] = prove(
        law(PARTLY[regime]), table_regime(regime), GIVEN[regime], 900 + seed, connection=connection,
        places=["ftz:shanghai", "ftz:shanghai-lingang", "ftz:guangdong", "ftz:guangdong;hainan"],
    )  # fmt: skip
    assert found["ask"]


def test_the_place_is_asked_for_where_its_parts_are_answered_otherwise(connection):
    case = {"transfer_abroad": True, "contains_pi": True, "ciio": False, "nonsensitive": 2000000,
            "sensitive": 0, "date": "2025-06-02"}  # fmt: skip
    rows = [{**case, "place": name} for name in ("ftz:shanghai", "ftz:shanghai-lingang")]
    table = connection.create_table("partly", pa.Table.from_pylist(rows))
    engine = FlatEngine(law(PARTLY["data"]), table_regime("data"), TODAY)
    wide, narrow = engine.decide(table, ("place",)).order_by("place").to_pyarrow().to_pylist()
    assert (wide["outcome"], wide["needs"]) == ("ask", "place")
    assert narrow["outcome"] in wide["possible"].split(";")


def test_a_reform_changes_answers_in_its_territory_on_its_days(connection):
    case = {"transfer_abroad": True, "contains_pi": True, "ciio": False, "nonsensitive": 2000000,
            "sensitive": 0}  # fmt: skip
    rows = [
        {**case, "place": place, "date": day}
        for place in ("ftz:shanghai", "hainan")
        for day in ("2025-05-31", "2025-06-01", "2026-12-01")
    ]
    table = connection.create_table("reformed", pa.Table.from_pylist(rows))
    regime = table_regime("data")
    before = FlatEngine(law(), regime, TODAY).decide(table, ("place", "date"))
    after = FlatEngine(law(REFORMS["data"]), regime, TODAY).decide(table, ("place", "date"))
    was, became = (
        {(row["place"], row["date"]): row["rule"] for row in one.to_pyarrow().to_pylist()}
        for one in (before, after)
    )
    changed = [key for key in was if was[key] != became[key]]
    assert changed == [("ftz:shanghai", "2025-06-01")]
    assert was[changed[0]] == "large_volume"


def test_one_engine_answers_table_after_table_and_learns_what_is_new(connection):
    engine = FlatEngine(law(), table_regime("data"), TODAY)
    case = {"transfer_abroad": "true", "contains_pi": "true", "ciio": "false", "sensitive": "0"}
    for number, more in enumerate(
        ({"nonsensitive": "5"}, {"nonsensitive": "1e6"}, {"place": "ftz:beijing"}, {"ciio": "?"})
    ):
        held = pa.Table.from_pylist([case, {**case, **more}])
        table = connection.create_table(f"one_{number}", held)
        wanted = [Desk(load_book("cn"), known=TODAY, today=TODAY).answer({"regime": "data", **one})
                  for one in held.to_pylist()]  # fmt: skip
        counted = {row["outcome"]: row["n"] for row in engine.counts(table).to_pylist()}
        assert counted == Counter(one.get("outcome", "refused") for one in wanted)
        by = engine.counts(table, by=("sensitive",), answer="verdict").to_pylist()
        assert sum(row["n"] for row in by) == 2


class TestRefused:
    def test_a_column_that_no_fact_has(self, connection):
        table = connection.create_table("odd", schema={"nonsensitve": "int64"})
        with pytest.raises(CaseError, match=r"nonsensitve.*did you mean 'nonsensitive'"):
            FlatEngine(law(), table_regime("data"), TODAY).counts(table)

    def test_a_fact_with_two_columns(self, connection):
        table = connection.create_table("two", schema={"place": "string", "zone": "string"})
        with pytest.raises(CaseError, match="two columns"):
            FlatEngine(law(), table_regime("data"), TODAY).counts(table)

    def test_cases_of_another_kind(self, connection):
        held = pa.table({"kind": ["transfer", "report"], "zone_acct": ["FTE", "FTE"]})
        table = connection.create_table("kinds", held)
        with pytest.raises(CaseError, match=r"kind is transfer.*one by one"):
            FlatEngine(law(), table_regime("money"), TODAY).counts(table)

    def test_a_regime_that_is_not_flat_and_an_engine_that_does_not_fit(self, tmp_path):
        path = tmp_path / "cases.csv"
        path.write_text("id\n1\n")
        for regime, engine, said in (
            ("licences", "duckdb", "one by one"),
            ("data", "spark", "DuckDB"),
            ("goods", "spark", "DuckDB"),
        ):
            desk = Desk(load_book("cn"), known=TODAY, today=TODAY, regime=regime)
            with pytest.raises(CaseError, match=said):
                desk.decide_file(path, str(tmp_path / "out.parquet"), engine)


def test_a_file_is_written_as_parquet_or_as_lines(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(
        "id,transfer_abroad,contains_pi,ciio,nonsensitive,sensitive,place\n"
        "007,true,true,false,1000000,0,\n8,true,true,false,,0,hainan\n9,true,true,false,-1,0,\n"
    )
    desk = Desk(load_book("cn"), known=TODAY, today=TODAY, regime="data")
    assert desk.decide_file(path, str(tmp_path / "out.parquet")) == 1
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "out.parquet").to_pylist()}
    assert (rows["007"]["rule"], rows["007"]["outcome"]) == ("large_volume", "security_assessment")
    assert rows["9"]["verdict"] == "refused"
    assert desk.decide_file(path, str(tmp_path / "out.jsonl")) == 1
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["007", "8", "9"]
    one = desk.answer({"id": "8", "transfer_abroad": True, "contains_pi": True, "ciio": False,
                       "sensitive": 0, "place": "hainan"})  # fmt: skip
    assert {name: one[name] for name in ("needs", "possible", "outcome", "confidence")} == {
        name: lines[1][name] for name in ("needs", "possible", "outcome", "confidence")
    }
