"""Journeys and interviews over HTTP: nothing is kept between two requests."""

from __future__ import annotations

import pytest

from openzone.regimes.journey.plan import bundled
from openzone.rulebook.reading import yaml_reading
from openzone.rulebook.reform_files import reform_of
from tests.api.door import asking, desk, refused


@pytest.mark.parametrize("name", bundled())
def test_a_plan_that_comes_with_the_program_is_walked(name):
    told = asking().post("/v1/journey", json={"plan": name, "lang": "zh"}).json()
    assert told["schema"] == "openzone/journey/1"
    assert told["answers"]
    assert told["text"]


def test_a_plan_as_data_may_be_put_to_another_place():
    plan = {"id": "p", "date": "2026-06-01", "place": ["ftz:shanghai"],
            "firm": {"facts": {"foreign_share": "1.0"}},
            "activities": [{"activity": "telecom.vas.idc"}]}  # fmt: skip
    inside = asking().post("/v1/journey", json={"plan": plan}).json()
    outside = asking().post("/v1/journey", json={"plan": plan, "place": ["outside"]}).json()
    assert inside["place"] == ["ftz:shanghai"]
    assert outside["place"] == []


def test_what_would_unblock_a_plan_is_a_reform_that_loads():
    body = {"plan": "cloud", "place": ["outside"]}
    told = asking().post("/v1/journey/unblock", json=body).json()
    assert told["unblock"]
    assert reform_of(desk().law.book, yaml_reading(told["draft"], "draft")).changes


def test_places_are_compared_best_first():
    body = {"plan": "cloud", "places": ["outside", "city:zhengzhou", "ftz:shanghai"]}
    told = asking().post("/v1/journey/compare", json=body).json()
    assert len(told["places"]) == 3
    assert told["text"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"plan": "/etc/passwd"}, "unknown_reference"),
        ({"plan": {}}, "missing_field"),
        ({"plan": {"id": "p", "colour": 1}}, "unknown_field"),
        ({"plan": {"id": "p"}, "place": ["atlantis"]}, "unknown_place"),
        ({}, "missing_field"),
        ({"plan": 3}, "wrong_value"),
        ({"plan": "cloud", "colour": 1}, "unknown_field"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/journey", "/v1/journey/unblock"])
def test_a_plan_that_is_none_is_refused(path, body, code):
    refused(asking().post(path, json=body), 422, code)


ANSWERS = {
    "place": ["ftz:shanghai-lingang"], "activity": "health.medical_institution.hospital",
    "foreign_share": "1.0", "topics": [],
}  # fmt: skip


def test_an_interview_asks_until_nothing_matters_any_more():
    answers: list[object] = []
    for _ in range(40):
        told = asking().post("/v1/interview", json={"answers": answers}).json()
        if told["finished"]:
            break
        question = told["question"]
        answers = [
            *told["answers"],
            {"question": question["id"], "value": ANSWERS.get(question["id"])},
        ]
    assert told["finished"]
    assert told["journey"]["schema"] == "openzone/journey/1"
    assert told["plan"]["place"] == ["ftz:shanghai-lingang"]
    walked = asking().post("/v1/journey", json={"plan": told["plan"]}).json()
    assert walked["verdict"] == told["journey"]["verdict"]


def test_going_back_puts_the_last_question_again_with_its_answer():
    answers = [{"question": "place", "value": ["ftz:shanghai"]}]
    told = asking().post("/v1/interview", json={"answers": answers, "back": True}).json()
    assert told["answers"] == []
    assert told["question"]["id"] == "place"
    assert told["question"]["suggested"] == ["ftz:shanghai"]


def test_an_interview_may_end_early():
    told = asking().post("/v1/interview", json={"finish": True, "lang": "zh"}).json()
    assert told["finished"]
    assert told["text"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([{"question": "nothing", "value": 1}], "unknown_reference"),
        ([{"question": "place", "value": ["atlantis"]}], "unknown_place"),
        ([{"question": "topics", "value": ["colours"]}], "wrong_value"),
        ([{"value": 1}], "missing_field"),
        (
            [{"question": "place", "value": []}, {"question": "activity", "value": " "}],
            "missing_field",
        ),
    ],
)
def test_an_answer_that_cannot_be_is_refused(answers, code):
    refused(asking().post("/v1/interview", json={"answers": answers}), 422, code)
