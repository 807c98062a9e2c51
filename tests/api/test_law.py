"""The law over HTTP: pages, search, difference, openness, regimes; tags, parts of lists."""

from __future__ import annotations

import json

import pytest

from openzone.decide.search.find import search
from openzone.regimes.registry import known_regimes
from tests.api.door import DAY, HOSPITAL, asking, desk, refused

PAGES = (
    "/v1/law", "/v1/law/FI-NAT-2024-22", "/v1/search?q=hospital",
    "/v1/diff?before=2024-10-31&after=2024-11-01", "/v1/openness?on=2025-06-01&place=ftz",
    "/v1/regimes", "/v1/regimes/capital",
)  # fmt: skip


def test_the_page_of_a_row_is_that_of_the_command_line():
    from openzone.api.routes.law import written
    from openzone.rulebook.lookup import page_of

    told = asking().get("/v1/law/FI-NAT-2024-22?on=2025-01-10").json()
    day = DAY.replace(2025, 1, 10)
    law = desk().law
    assert told == json.loads(json.dumps(written(page_of(law, "FI-NAT-2024-22", day), law, day)))


@pytest.mark.parametrize("id", ["ftz:shanghai", "auto.passenger", "FI-NAT-2024-22", "8411"])
def test_anything_with_an_id_has_a_page(id):
    assert asking().get(f"/v1/law/{id}").status_code == 200


def test_an_unknown_id_names_the_nearest():
    problem = refused(asking().get("/v1/law/FI-NAT-2024-2222"), 404, "unknown_reference")
    assert "did you mean 'FI-NAT-2024-" in problem["faults"][0]["next"]


def test_an_unknown_place_is_refused_and_an_unknown_option_too():
    refused(asking().get("/v1/law?place=atlantis"), 422, "unknown_place")
    refused(asking().get("/v1/law?colour=red"), 422, "unknown_field")
    refused(asking().get("/v1/law?on=20250101"), 422, "wrong_value")


def test_an_overview_of_a_place_tells_its_lists():
    told = asking().get("/v1/law?on=2025-01-10&place=ftz:shanghai").json()
    assert told["kind"] == "overview"
    assert told["law"]["on"] == "2025-01-10"


@pytest.mark.parametrize("address", PAGES)
def test_an_answer_that_the_caller_holds_is_not_sent_again(address):
    first = asking().get(address)
    assert first.status_code == 200
    again = asking().get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = asking().get(address, headers={"if-none-match": '"other"'})
    assert other.content == first.content


def test_a_tag_changes_with_language_day_known_and_question():
    def tag(address, **headers):
        return asking().get(address, headers=headers).headers["etag"]

    tags = {
        tag("/v1/law"), tag("/v1/law?lang=zh"), tag("/v1/law?known=2024-01-01"),
        tag("/v1/law?on=2024-01-01"), tag("/v1/law?reform=PO-2024-HOSP"), tag("/v1/regimes"),
    }  # fmt: skip
    assert len(tags) == 6
    assert tag("/v1/law", **{"accept-language": "zh-CN"}) != tag("/v1/law")


def test_parts_of_a_list_join_to_the_whole():
    whole = [hit.id for hit in search(desk().law.book, "hospital", limit=200)]
    found, address = [], "/v1/search?q=hospital&limit=3"
    while address:
        answer = asking().get(address)
        found += [hit["id"] for hit in answer.json()["hits"]]
        link = answer.headers["link"]
        address = link.partition(">")[0].lstrip("<") if 'rel="next"' in link else ""
    assert found == whole


@pytest.mark.parametrize("cursor", ["x", "%00", "LTE", "OTk5OTk5", "é"])
def test_a_cursor_that_is_none_is_refused(cursor):
    refused(asking().get(f"/v1/search?q=hospital&cursor={cursor}"), 422, "wrong_value")


def test_a_difference_tells_statements_in_the_language_asked_for():
    told = asking().get("/v1/diff?before=2024-10-31&after=2024-11-01&lang=zh").json()
    assert told["statements"]
    assert all(one["text"] == one["zh"] for one in told["statements"])


@pytest.mark.parametrize("side", ["/etc/passwd", ".", "openzone", "../main"])
def test_a_side_of_a_difference_is_never_a_file(side):
    answer = asking().get("/v1/diff", params={"before": side, "after": "law"})
    refused(answer, 422, "unknown_reference")


def test_a_difference_of_a_reform_that_the_request_brings():
    from tests.api.door import REFORM
    from tests.api.test_decide import with_hash

    body = {"after": "OPEN-SURVEY", "reforms": [{"text": with_hash(REFORM)}]}
    told = asking().post("/v1/diff", json=body).json()
    assert told["statements"]


def test_openness_with_a_reform_tells_it_before_and_after():
    told = asking().get("/v1/openness?on=2025-06-01&place=ftz&reform=PO-2024-HOSP").json()
    assert told["figures"]
    assert "before" in told
    refused(asking().get("/v1/openness?place=atlantis"), 422, "unknown_place")


def test_every_regime_tells_its_fields():
    listed = asking().get("/v1/regimes").json()["regimes"]
    assert [one["name"] for one in listed] == list(known_regimes())
    for one in listed:
        told = asking().get(one["fields"]).json()
        assert told["fields"]
        assert told["outcomes"]
    problem = refused(asking().get("/v1/regimes/capitol"), 404, "unknown_regime")
    assert "did you mean 'capital'" in problem["faults"][0]["next"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_explanation_is_data_and_words(lang):
    answer = asking().post("/v1/explain", json={"case": HOSPITAL, "lang": lang})
    told = answer.json()
    assert told["trace"]["schema"] == "trace/1"
    assert told["text"][:10].isascii() is (lang == "en")
    assert answer.headers["content-language"] == lang


def test_a_case_of_tables_is_explained_and_a_refused_one_refused():
    case = {"regime": "goods", "hs": "87038000", "origin": "DE", "customs_value": "100000",
            "date": "2025-06-01"}  # fmt: skip
    told = asking().post("/v1/explain", json=case).json()
    assert told["regime"] == "goods"
    refused(asking().post("/v1/explain", json={"case": {"regime": "x"}}), 422, "unknown_regime")
    refused(asking().post("/v1/explain", json=[]), 422, "wrong_value")
