"""POST /v1/decide: one case, many cases, reforms on top; the same answers as without HTTP."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openzone.decide.written import as_text
from tests.api.door import HOSPITAL, REFORM, application, asking, desk, refused

LINES = {"content-type": "application/x-ndjson"}


def plainly(answer):
    return json.loads(as_text(answer))


def test_one_case_gets_the_answer_that_the_desk_gives():
    answer = asking().post("/v1/decide", json=HOSPITAL)
    assert answer.status_code == 200
    assert answer.json() == plainly(desk().answer(HOSPITAL))


def test_the_short_way_and_the_route_answer_alike():
    short = asking().post("/v1/decide", json=HOSPITAL)
    routed = asking().post("/v1/decide?lang=en", json=HOSPITAL)
    assert short.content == routed.content
    assert set(short.headers) == set(routed.headers)


@pytest.mark.parametrize("regime", ["goods", "money", "data", "licences", "people"])
def test_cases_of_every_engine_are_answered(regime):
    case = {"regime": regime, "date": "2025-06-01"}
    answer = asking().post("/v1/decide", json=[case])
    assert answer.json() == [plainly(desk().answer(case))]


def test_an_array_is_answered_in_order_with_refused_cases_inside():
    cases = [HOSPITAL, {"regime": "none"}, {**HOSPITAL, "id": "H-2", "colour": "red"}]
    answer = asking().post("/v1/decide", json=cases)
    assert answer.status_code == 200
    assert answer.json() == [plainly(desk().answer(case)) for case in cases]
    assert [one["verdict"] for one in answer.json()][1:] == ["refused", "refused"]


def test_lines_of_json_are_answered_line_by_line():
    text = json.dumps(HOSPITAL) + "\nno json\n" + json.dumps({**HOSPITAL, "id": "H-2"}) + "\n"
    answer = asking().post("/v1/decide", content=text, headers=LINES)
    assert answer.headers["content-type"] == "application/x-ndjson"
    first, second, third = (json.loads(line) for line in answer.text.splitlines())
    assert first == plainly(desk().answer(HOSPITAL))
    assert (second["verdict"], second["line"]) == ("refused", 2)
    assert third["id"] == "H-2"


def test_defaults_and_regime_stand_under_cases():
    body = {"defaults": {"date": "2025-06-01"}, "regime": "capital",
            "cases": [{"activity": HOSPITAL["activity"], "foreign_share": "1.0"}]}  # fmt: skip
    answer = asking().post("/v1/decide", json=body)
    assert answer.json()[0]["law"]["on"] == "2025-06-01"


def test_a_document_published_later_changes_nothing():
    answer = asking().post("/v1/decide?known=2024-01-01", json=HOSPITAL)
    assert answer.json()["law"]["known"] == "2024-01-01"


def test_a_reform_that_the_request_brings_is_on_top():
    case = {**HOSPITAL, "date": "2027-06-01", "place": "ftz:shanghai"}
    before = asking().post("/v1/decide", json={"case": case}).json()
    hashed = with_hash(REFORM)
    answer = asking().post("/v1/decide", json={"case": case, "reforms": [{"text": hashed}]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["law"]["reforms"][0].startswith("OPEN-SURVEY@")
    assert before["law"]["reforms"] == []


def with_hash(text: str) -> str:
    from openzone.rulebook.drafting import with_hashes

    return with_hashes(desk().law.book, text, "reform")[0]


def test_a_reform_is_never_a_file():
    body = {"case": HOSPITAL, "reforms": ["/etc/passwd"]}
    refused(asking().post("/v1/decide", json=body), 422, "unknown_reference")


def test_a_reform_that_is_no_yaml_is_refused_with_its_line():
    body = {"case": HOSPITAL, "reforms": [{"text": "schema: [\n"}]}
    problem = refused(asking().post("/v1/decide", json=body), 422, "unreadable")
    assert problem["faults"][0]["file"] == "reform"


@pytest.mark.parametrize(
    ("lang", "title"), [("zh", "内容被拒绝"), ("en", "The content is refused")]
)
def test_a_refused_case_is_a_problem_in_the_language_asked_for(lang, title):
    answer = asking().post(
        "/v1/decide", json={**HOSPITAL, "colour": "red"}, headers={"accept-language": lang}
    )
    problem = refused(answer, 422, "unknown_field")
    assert problem["title"] == title
    assert problem["faults"][0]["field"] == "colour"
    assert answer.headers["content-language"] == lang


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "unreadable"),
        (b"{", 400, "unreadable"),
        (b'{"a": 1, "a": 2}', 400, "duplicate"),
        (b'{"a": NaN}', 400, "wrong_value"),
        (b"\xff\xfe", 400, "unreadable"),
        (b"[" * 100 + b"]" * 100, 400, "unreadable"),
        (b"1", 422, "wrong_value"),
        (b'{"case": {}, "cases": []}', 422, "contradiction"),
        (b'{"case": {}, "colour": 1}', 422, "unknown_field"),
        (b'{"case": 3}', 422, "wrong_value"),
        (b"{}", 422, "missing_field"),
        (b'{"regime": "x"}', 422, "unknown_regime"),
    ],
)
def test_a_body_that_is_no_case_is_refused(body, status, code):
    headers = {"content-type": "application/json"}
    refused(asking().post("/v1/decide", content=body, headers=headers), status, code)


@pytest.mark.parametrize(
    "kind", ["text/csv", "application/yaml", "", "application/json; charset=gbk"]
)
def test_other_kinds_of_content_are_not_taken(kind):
    answer = asking().post("/v1/decide", content=b"a,b", headers={"content-type": kind})
    refused(answer, 415, "media_type")
    assert "application/json" in answer.headers["accept-post"]


@pytest.mark.parametrize(
    "query", ["colour=red", "known=yesterday", "known=2025-01-01&known=2025-01-02"]
)
def test_options_that_are_none_are_refused(query):
    assert asking().post(f"/v1/decide?{query}", json=HOSPITAL).status_code == 422


def test_too_many_cases_at_once_are_refused():
    from fastapi.testclient import TestClient

    few = TestClient(application(cases=2))
    refused(few.post("/v1/decide", json=[HOSPITAL] * 3), 413, "too_large")
    text = (json.dumps(HOSPITAL) + "\n") * 3
    refused(few.post("/v1/decide", content=text, headers=LINES), 413, "too_large")


def test_too_much_text_of_cases_is_refused_before_it_is_read():
    from fastapi.testclient import TestClient

    small = TestClient(application(batch_bytes=1000))
    for kind in ("application/json", "application/x-ndjson"):
        answer = small.post("/v1/decide", content=b" " * 1001, headers={"content-type": kind})
        refused(answer, 413, "too_large")


@given(st.binary(max_size=300))
def test_no_body_makes_the_service_fail(body):
    for kind in ("application/json", "application/x-ndjson"):
        answer = asking().post("/v1/decide", content=body, headers={"content-type": kind})
        assert answer.status_code < 500


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = (
    "regime", "id", "date", "place", "activity", "industry", "foreign_share", "investors", "hs",
    "kind", "given", "cases", "case", "reforms",
)  # fmt: skip
FIELDS = st.sampled_from(NAMES)


@given(st.dictionaries(FIELDS, VALUES, max_size=6))
def test_no_case_makes_the_service_fail(case):
    body = json.dumps(case).encode()
    headers = {"content-type": "application/json"}
    assert asking().post("/v1/decide", content=body, headers=headers).status_code < 500


@given(st.text(max_size=200))
def test_no_text_of_a_reform_makes_the_service_fail(text):
    body = json.dumps({"case": HOSPITAL, "reforms": [{"text": text}]}).encode()
    headers = {"content-type": "application/json"}
    assert asking().post("/v1/decide", content=body, headers=headers).status_code == 422
