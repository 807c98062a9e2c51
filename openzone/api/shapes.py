"""The shapes of answers, for the OpenAPI document; what is read stands beside each route."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERDICTS = Literal["yes", "on_conditions", "on_approval", "no", "ask", "look_up", "refused"]


class Open(BaseModel):
    """An object that may hold more than what is named."""

    model_config = ConfigDict(extra="allow")


class FaultShape(BaseModel):
    """One thing that is wrong: where, what was seen, what was expected, what to do next."""

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None
    seen: str | None = None
    expected: str | None = None
    next: str | None = None


class Problem(BaseModel):
    """A refusal or a failure, as RFC 9457 has it."""

    type: str = Field(description="The page of the code, relative to the service.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The id of the request, as in X-Request-Id.")
    code: str = Field(description="The code of the first fault.")
    faults: list[FaultShape]


class Stamp(Open):
    """The law an answer rests on: book and its hash, day of the facts, day known, reforms."""

    book: str
    hash: str
    on: str
    known: str
    reforms: list[str]
    epoch: int


class Answer(Open):
    """An answer of the contract; a refused case has `faults` instead of the law."""

    id: str | None = None
    regime: str | None = None
    verdict: VERDICTS
    outcome: str
    effects: dict[str, Any] | None = None
    because: list[dict[str, Any]] | None = None
    needs: list[str] | None = None
    possible: list[str] | None = None
    assumed: dict[str, Any] | None = None
    next: list[str] | None = None
    law: Stamp | None = None
    confidence: str | None = None
    faults: list[FaultShape] | None = None


class Words(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class HitShape(BaseModel):
    """Something found by words."""

    kind: str
    id: str
    title: Words
    score: int
    why: str
    codes: list[str]


PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, beside those of every route."""
    told = {
        400: "The body cannot be read.", 401: "Nobody has signed in.", 403: "Not allowed.",
        404: "Nothing has this id; the nearest one is named.", 406: "Not in the form asked for.",
        409: "In conflict with what stands.", 410: "No longer there: erased, or ended.",
        413: "The request is too large.",
        415: "This kind of content is not taken.",
        422: "The content is refused; `faults` says each thing that is wrong.",
        429: "Too many requests.", 500: "The service failed.",
        501: "A part of the program is not installed.",
        502: "The provider of identities did not answer as it should.",
        503: "The service cannot do this now.", 507: "The store is full.",
    }  # fmt: skip
    every = {401, 403, 413, 429, 503}
    return {one: {"description": told[one], "content": PROBLEM}
            for one in sorted({*statuses, *every})}  # fmt: skip


def told(description: str, schema: Any = None, **contents: Any) -> dict[str, Any]:
    """The description of a 200: JSON of a schema, and other kinds of content beside it."""
    content = {"application/json": {"schema": schema or {"type": "object"}}}
    return {"description": description, "content": {**content, **contents},
            "headers": {"X-Request-Id": {"schema": {"type": "string"}}}}  # fmt: skip


def body(model: type[BaseModel], *, example: Any = None) -> dict[str, Any]:
    """The body of a request in the shape of a model, for `openapi_extra`."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    content: dict[str, Any] = {"schema": schema}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


COMPONENTS: tuple[type[BaseModel], ...] = (Problem, FaultShape, Answer, Stamp, HitShape, Words)
"""Models that the descriptions above name."""


def reference(model: type[BaseModel]) -> dict[str, str]:
    """The name of a model in the document."""
    return {"$ref": f"#/components/schemas/{model.__name__}"}
