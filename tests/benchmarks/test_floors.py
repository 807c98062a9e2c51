"""The SQL written by hand, and the peers' encodings, answer as the single-case engine does."""

import json
from collections import Counter

import pytest

from benchmarks import peer_cases, peers_openfisca, peers_zen
from benchmarks.population import as_cases, chunks
from benchmarks.setting import Setting
from openzone.decide.case import read_case
from openzone.decide.single import decide

CASES = 4_000
PEER_CASES = 2_000


@pytest.fixture(scope="module")
def setting():
    pytest.importorskip("numpy", reason="the extra `table` is not installed")
    return Setting()


@pytest.fixture(scope="module")
def answers(setting):
    """Id, outcome and needs of every seeded case, one by one."""
    raws = as_cases(setting.menu, next(chunks(setting.menu, CASES)))
    today = setting.book.info.as_of
    found = [decide(setting.frame, read_case(setting.frame, raw, today)) for raw in raws]
    return [(int(one.case.id or -1), one.outcome, one.needs) for one in found]


@pytest.fixture(scope="module")
def path(setting, tmp_path_factory):
    pytest.importorskip("pyarrow", reason="the extra `table` is not installed")
    from benchmarks.population import write_parquet

    return write_parquet(setting.menu, CASES, tmp_path_factory.mktemp("cases") / "cases.parquet")


@pytest.fixture(scope="module")
def floor(setting):
    pytest.importorskip("duckdb", reason="the extra `table` is not installed")
    from benchmarks.sql_floor import Floor

    return Floor(setting.law, setting.menu)


@pytest.fixture(scope="module")
def complete(setting):
    """Cases of one day with every fact, as the peers can express them."""
    return peer_cases.peer_cases(setting.frame, setting.menu, PEER_CASES)


def differing(found, expected, raws):
    """The first differences, with the case, for a reader."""
    differ = [
        {"case": raw, "found": one[1:], "expected": other[1:]}
        for one, other, raw in zip(found, expected, raws, strict=True)
        if one != other
    ]
    return f"{len(differ)} differ:\n" + "\n".join(json.dumps(one) for one in differ[:5])


def test_the_floor_answers_every_case_as_the_single_engine_does(setting, floor, path, answers):
    raws = as_cases(setting.menu, next(chunks(setting.menu, CASES)))
    found = floor.answers(path)
    assert found == answers, differing(found, answers, raws)


def test_the_sample_reaches_most_outcomes_and_most_facts_to_ask_for(answers):
    assert len({outcome for _, outcome, _ in answers}) >= 9
    asked = {fact for _, _, needs in answers for fact in needs}
    assert asked >= {"place", "activity", "largest_single_foreign", "legal_rep_nationality"}


def test_the_floor_counts_what_it_answers(floor, path, answers):
    counted: Counter[str] = Counter()
    for outcome, _, _, cases in floor.aggregate(path):
        counted[outcome] += cases
    assert counted == Counter(outcome for _, outcome, _ in answers)


def test_the_floor_writes_the_rows_that_it_answers(floor, path, tmp_path):
    out = tmp_path / "rows.parquet"
    floor.write_rows(path, out)
    query = f"SELECT id, outcome FROM '{out}' ORDER BY id"
    assert floor.connection.execute(query).fetchall() == [
        (id, outcome) for id, outcome, _ in floor.answers(path)
    ]


def test_our_table_engine_answers_and_counts_as_the_floor_does(setting, floor, path):
    pytest.importorskip("ibis", reason="the extra `table` is not installed")
    from benchmarks.engine import Ours

    ours = Ours(setting.frame)
    raws = as_cases(setting.menu, next(chunks(setting.menu, CASES)))
    found, expected = ours.answers(path), floor.answers(path)
    assert found == expected, differing(found, expected, raws)
    assert sorted(ours.aggregate(path)) == sorted(floor.aggregate(path))


def test_zen_engine_given_the_same_rows_gives_the_same_outcomes(setting, complete):
    pytest.importorskip("zen", reason="the extra `bench` is not installed")
    peer = peers_zen.compiled(setting.law)
    found = [peer(peers_zen.context(case))["outcome"] for case in complete]
    assert found == [case.outcome for case in complete]


def test_zen_engine_names_a_row_that_decides(setting, complete):
    pytest.importorskip("zen", reason="the extra `bench` is not installed")
    peer = peers_zen.compiled(setting.law)
    for case in complete:
        row = peer(peers_zen.context(case))["row"]
        rows = {one.id for one in decide(setting.frame, case.case).found.rows}
        assert row in rows if row else not rows, case.raw


@pytest.mark.parametrize("formula", ["gather", "rows"])
def test_openfisca_given_the_same_rows_gives_the_same_outcomes(setting, complete, formula):
    pytest.importorskip("openfisca_core", reason="the extra `bench` is not installed")
    peer = peers_openfisca.Peer(setting.law, formula)
    numbers = peer.outcomes(peers_openfisca.facts_of(setting.law, complete))
    found = [peers_openfisca.OUTCOMES[number] for number in numbers]
    assert found == [case.outcome for case in complete]


def test_the_peers_are_given_every_row_in_force_on_the_day(setting):
    in_force = {
        row.id
        for row in setting.law.rows
        if row.table == peer_cases.TABLE and row.in_force.holds(peer_cases.DAY)
    }
    given = {row.id for _, _, rows in peer_cases.standing_rows(setting.law) for row in rows}
    assert given == in_force
