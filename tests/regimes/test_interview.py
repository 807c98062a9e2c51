"""An interview: only questions that can still change an answer; going back; the plan it makes."""

import datetime as dt
from functools import cache

import pytest

from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.journey.interview import (
    PLACE,
    SHARE,
    TOPICS,
    UNKNOWN,
    WHAT,
    Interview,
    Question,
)
from openzone.regimes.journey.plan import plan_text, read_plan
from openzone.rulebook.books import load_book

TODAY = dt.date(2026, 11, 23)
HOSPITAL = "health.medical_institution.hospital.general"


@cache
def desk():
    return Desk(load_book("cn"), known=TODAY, today=TODAY)


def begun(place="ftz:shanghai", what=HOSPITAL, share="1.0", topics=()):
    interview = Interview(desk())
    for id, value in ((PLACE, place), (WHAT, what), (SHARE, share), (TOPICS, topics)):
        question = interview.question()
        assert question is not None and question.id == id
        interview.answer(question, value)
    return interview


def answered(interview, most=60):
    """Leave every further question open; gives what was asked."""
    asked: list[Question] = []
    while (question := interview.question()) is not None and len(asked) < most:
        asked.append(question)
        interview.answer(question, UNKNOWN)
    return asked


def test_every_question_can_change_an_answer():
    interview = begun(topics=("data", "goods"))
    while (question := interview.question()) is not None:
        part, _, fact = question.id.partition("/")
        (asked,) = [one for one in interview.journey().asked if one.part.id == part]
        assert asked.verdict == "ask"
        assert fact.partition(".")[0] in asked.answer["needs"]
        interview.answer(question, UNKNOWN)


def test_nothing_is_asked_of_what_is_not_planned():
    parts = {question.part.partition(":")[0] for question in answered(begun())}
    assert parts <= {"capital", "security_review", "licences"}
    parts = {question.part.partition(":")[0] for question in answered(begun(topics=("data",)))}
    assert "data" in parts and "goods" not in parts


def test_an_answer_ends_the_questions_that_it_settles():
    interview = begun(topics=("data",))
    while (question := interview.question()) is not None:
        if question.id.endswith("/transfer_abroad"):
            interview.answer(question, "false")
            break
        interview.answer(question, UNKNOWN)
    rest = [question.id for question in answered(interview)]
    assert not [id for id in rest if id.startswith("data:")]
    (data,) = [one for one in interview.journey().asked if one.part.regime == "data"]
    assert data.outcome == "no_procedure"


def test_going_back_offers_what_was_answered():
    interview = begun()
    assert interview.back() == TOPICS
    assert interview.back() == SHARE
    question = interview.question()
    assert question.id == SHARE and question.suggested == "1.0"
    interview.answer(question, "0.4")
    assert interview.plan().firm.facts[SHARE] == "0.4"
    assert interview.question().id == TOPICS
    while interview.back() is not None:
        pass
    assert interview.answers == {} and interview.question().id == PLACE


def test_a_wrong_answer_is_refused_and_nothing_is_kept():
    interview = begun(topics=("data",))
    while not (question := interview.question()).id.startswith("data:"):
        interview.answer(question, UNKNOWN)
    before = dict(interview.answers)
    with pytest.raises(CaseError):
        interview.answer(question, "perhaps")
    assert dict(interview.answers) == before and interview.question().id == question.id


def test_an_unknown_place_is_refused_with_the_nearest():
    interview = Interview(desk())
    first = interview.question()
    assert first is not None
    with pytest.raises(CaseError) as refused:
        interview.answer(first, "ftz:shanghia")
    assert "ftz:shanghai" in refused.value.faults[0].next
    assert interview.answers == {}


def test_the_same_answers_make_the_same_plan(tmp_path):
    interview = begun(topics=("goods",))
    file = tmp_path / "plan.yaml"
    file.write_text(plan_text(interview.plan()), encoding="utf-8")
    assert read_plan(file).activities == interview.plan().activities
    again = Interview(desk(), interview.answers)
    assert again.plan() == interview.plan()
    assert again.question() == interview.question()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_question_reads_in_both_languages(lang):
    for question in answered(begun(topics=("data", "money", "people", "goods"))):
        assert question.title.lang(lang).strip(), question.id
        assert question.why is None or question.why.lang(lang).strip()
