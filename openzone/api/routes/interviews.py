"""Interviews: the answers so far come in, the next question or the finished plan comes out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import json_body
from openzone.api.guards import needs
from openzone.api.languages import language
from openzone.api.options import Asked, reforms_of
from openzone.api.service import service_of
from openzone.api.workers import Deadline
from openzone.api.written import json_response
from openzone.errors import CaseError, Fault, nearest
from openzone.regimes.asking import Desk
from openzone.regimes.journey.interview import UNKNOWN, Interview, Question
from openzone.regimes.journey.path import path_of
from openzone.regimes.journey.report import report
from openzone.regimes.journey.wording import wording

ANSWERS_MAX = 200

router = APIRouter(prefix=VERSION, tags=["interview"])


class Given(BaseModel):
    """One answer."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=200, description="The id of the question.")
    value: Any = Field(None, description="The answer; null: not known, do not ask again.")


class InterviewBody(Asked):
    """The answers so far, in the order in which they were given."""

    answers: list[Given] = Field(default_factory=list, max_length=ANSWERS_MAX)
    back: bool = Field(False, description="Take the last answer back.")
    finish: bool = Field(False, description="End here: give the journey of the plan as it is.")


_BODY = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "answers": {
            "type": "array", "maxItems": ANSWERS_MAX,
            "items": {
                "type": "object", "required": ["question"], "additionalProperties": False,
                "properties": {"question": {"type": "string"}, "value": {}},
            },
        },
        "back": {"type": "boolean"}, "finish": {"type": "boolean"},
        "known": {"type": ["string", "null"], "format": "date"},
        "lang": {"enum": ["zh", "en", None]},
        "reforms": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
    },
}  # fmt: skip
_NEXT = {
    "type": "object", "required": ["answers", "question", "finished", "plan"],
    "properties": {
        "answers": {"type": "array", "items": {"type": "object"}},
        "question": {"type": ["object", "null"]}, "finished": {"type": "boolean"},
        "plan": {"type": "object"}, "journey": {"type": "object"}, "text": {"type": "string"},
    },
}  # fmt: skip


@router.post(
    "/interview",
    summary="A plan made by answering questions, and only those that matter",
    dependencies=[Depends(needs("interview"))],
    responses={
        200: shapes.told("The next question; at the end the plan and its journey.", _NEXT),
        **shapes.problems(400, 415, 422),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {
                "schema": _BODY,
                "example": {"answers": [{"question": "place", "value": ["ftz:shanghai-lingang"]}]},
            }},
        }
    },
)  # fmt: skip
async def step(request: Request) -> Response:
    """One step. The service keeps nothing: every request brings all answers.

    An answer that cannot be read, or cannot be true together with those before, is refused; the
    fault names its question.
    """
    body = await json_body(request, InterviewBody)
    service, lang = service_of(request), body.lang or language(request)

    def work() -> dict[str, Any]:
        reforms = reforms_of(service.book, body.reforms, service.limits)
        with service.desks.at(body.known, reforms) as desk:
            return stepped(desk, body, lang, Deadline(service.limits.seconds))

    told = await service.workers.run(work)
    return json_response(told, headers={"content-language": lang})


def stepped(desk: Desk, body: InterviewBody, lang: str, deadline: Deadline) -> dict[str, Any]:
    """The interview after the answers given. Raises CaseError."""
    interview = Interview(desk)
    for one in body.answers:
        deadline.check()
        question = interview.asked(one.question)
        if question is None:
            raise _not_asked(interview, one.question)
        interview.answer(question, UNKNOWN if one.value is None else one.value)
    if body.back:
        interview.back()
    question = None if body.finish else interview.question()
    plan = interview.plan().model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    told: dict[str, Any] = {
        "answers": [
            {"question": id, "value": None if value is UNKNOWN else value}
            for id, value in interview.answers.items()
        ],
        "question": question and _written(question),
        "finished": question is None,
        "plan": {"schema": "openzone/plan/1", **plan},
    }
    if question is None:
        journey = interview.journey()
        path = path_of(journey)
        told |= {"journey": report(journey, path), "text": wording(journey, path, lang)}
    return told


def _written(question: Question) -> dict[str, Any]:
    suggested = question.suggested
    return {
        "id": question.id,
        "title": question.title._asdict(),
        "kind": question.kind,
        "values": list(question.values),
        "why": question.why and question.why._asdict(),
        "suggested": list(suggested) if isinstance(suggested, tuple) else suggested,
        "part": question.part,
    }


def _not_asked(interview: Interview, id: str) -> CaseError:
    question = interview.question()
    known = [] if question is None else [question.id]
    return CaseError(
        Fault("unknown_reference", "this question is not asked after the answers before it",
              field="answers", seen=id, expected=", ".join(known),
              next=nearest(id, known) or "answer the question that is asked, or leave this one out")
    )  # fmt: skip
