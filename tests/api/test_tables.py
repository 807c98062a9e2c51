"""Tables over HTTP: the answers of single cases, in the form they came in; damage is refused."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.door import HOSPITAL, asking, desk, refused

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("ibis")

PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"
LINES = "application/x-ndjson"
IDS = ["b", "a", "c"]
CASES = {
    "id": IDS,
    "activity": [HOSPITAL["activity"], "telecom.vas.idc", "no.such.tag"],
    "foreign_share": ["1", "0.5", "1"],
    "date": ["2025-01-01"] * 3,
}


def parquet(table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def arrow(table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return out.getvalue()


def ask(data: bytes, kind: str = PARQUET, accept: str = "*/*", regime: str = "capital"):
    headers = {"content-type": kind, "accept": accept}
    return asking().post(f"/v1/decide?regime={regime}", content=data, headers=headers)


def expected(names):
    columns = [dict(zip(CASES, row, strict=True)) for row in zip(*CASES.values(), strict=True)]
    answers = [desk().answer({**case, "regime": "capital"}) for case in columns]
    return [{name: answer[name] for name in names} for answer in answers]


@pytest.mark.parametrize(("kind", "pack"), [(PARQUET, parquet), (ARROW, arrow)])
def test_a_table_is_answered_in_its_form_and_order_as_single_cases_are(kind, pack):
    answer = ask(pack(pa.table(CASES)), kind)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == kind
    held = io.BytesIO(answer.content)
    told = pq.read_table(held) if kind == PARQUET else pa.ipc.open_stream(held).read_all()
    names = ["id", "verdict", "outcome"]
    assert told.select(names).to_pylist() == expected(names)


def test_a_table_may_be_answered_as_lines_of_json():
    answer = ask(parquet(pa.table(CASES)), accept=LINES)
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == IDS
    refused(ask(parquet(pa.table(CASES)), accept="text/html"), 406, "not_acceptable")


def test_cases_without_ids_are_answered_by_row():
    table = pa.table({name: values for name, values in CASES.items() if name != "id"})
    told = pq.read_table(io.BytesIO(ask(parquet(table)).content))
    assert told.column("row").to_pylist() == [1, 2, 3]


def test_a_table_of_goods_and_one_of_money_are_decided_too():
    goods = pa.table({"id": ["1"], "hs": ["87038000"], "origin": ["DE"], "date": ["2025-06-01"],
                      "customs_value": ["100000"]})  # fmt: skip
    answer = ask(parquet(goods), regime="goods")
    case = {"regime": "goods", **{name: values[0] for name, values in goods.to_pydict().items()}}
    told = pq.read_table(io.BytesIO(answer.content)).to_pylist()
    assert told[0]["outcome"] == desk().answer(case)["outcome"]
    assert told[0]["id"] == "1"


def test_a_table_without_a_regime_or_of_one_that_has_no_tables_is_refused():
    data, headers = parquet(pa.table(CASES)), {"content-type": PARQUET}
    refused(asking().post("/v1/decide", content=data, headers=headers), 422, "missing_field")
    refused(ask(data, regime="procurement"), 422, "unknown_regime")
    refused(ask(data, regime="none"), 422, "unknown_regime")


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (pa.array([["a"], ["b"], ["c"]]), "wrong_value"),
        (pa.array([{"a": 1}] * 3), "wrong_value"),
        (pa.array([b"a"] * 3), "wrong_value"),
    ],
)
def test_columns_of_types_that_no_case_has_are_refused(column, code):
    table = pa.table({**CASES, "vehicle": column})
    refused(ask(parquet(table)), 422, code)


def test_a_column_that_no_case_has_is_refused_by_name():
    problem = refused(ask(parquet(pa.table({**CASES, "colour": IDS}))), 422, "unknown_field")
    assert problem["faults"][0]["field"] == "colour"


def test_a_table_with_too_many_columns_is_refused():
    table = pa.table({f"c{number}": ["x"] for number in range(401)})
    refused(ask(parquet(table)), 422, "out_of_range")


WHOLE = parquet(pa.table(CASES))
STREAM = arrow(pa.table(CASES))


@given(st.integers(0, len(WHOLE) - 1))
@settings(max_examples=25)
def test_a_table_cut_short_is_refused(length):
    assert ask(WHOLE[:length]).status_code in (400, 422)


@given(
    st.sampled_from([(WHOLE, PARQUET), (STREAM, ARROW)]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4),
)
@settings(max_examples=40)
def test_a_damaged_table_never_makes_the_service_fail(held, damage):
    data, kind = bytearray(held[0]), held[1]
    for place, byte in damage:
        data[place % len(data)] = byte
    assert ask(bytes(data), kind).status_code in (200, 400, 422)


@given(st.binary(max_size=200))
@settings(max_examples=20)
def test_bytes_that_are_no_table_are_refused(data):
    for kind in (PARQUET, ARROW):
        assert ask(data, kind).status_code in (400, 422)


def test_work_that_takes_too_long_is_stopped_and_the_next_table_is_decided():
    from fastapi.testclient import TestClient

    from tests.api.door import application

    late = TestClient(application(seconds=0.05))
    headers = {"content-type": PARQUET}
    answer = late.post("/v1/decide?regime=capital", content=WHOLE, headers=headers)
    refused(answer, 503, "took_too_long")
    assert ask(WHOLE).status_code == 200


# ---- the sealed engine -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/openzone-escaped'",
        "ATTACH '/tmp/openzone-escaped.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "RESET lock_configuration",
    ],
)
def test_the_engine_for_strangers_reaches_nothing_and_stays_so(statement):
    import duckdb

    from openzone.decide.table.opening import Bounds, opened

    connection = opened(Bounds(None, 1 << 28))
    with pytest.raises(duckdb.Error):
        connection.con.execute(statement)
