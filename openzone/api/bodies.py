"""What a request brings: its kind of content, JSON read exactly, envelopes around cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from openzone.api.problems import HttpError
from openzone.api.written import JSON
from openzone.cli.case_json import ExactJson, not_json
from openzone.errors import Fault
from openzone.rulebook.reading import text_of

M = TypeVar("M", bound=BaseModel)


def content_type(request: Request, known: Sequence[str]) -> str:
    """The kind of content of a request. Raises HttpError (415) when it is none of `known`."""
    told = request.headers.get("content-type", "")
    name, _, parameters = told.partition(";")
    name = name.strip().lower()
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if name not in known or (
        "charset=" in charset and "charset=utf-8" not in charset and "us-ascii" not in charset
    ):
        raise HttpError(
            Fault("media_type", "this kind of content is not taken here", field="content-type",
                  seen=told or None, expected="one of " + ", ".join(known)),
            headers={"accept-post": ", ".join(known)},
        )  # fmt: skip
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpError(
            Fault("media_type", "a packed body is not taken", field="content-encoding",
                  seen=request.headers["content-encoding"], expected="no content-encoding")
        )  # fmt: skip
    return name


def exact_json(data: bytes) -> Any:
    """The one value of a body: decimals as written, no key twice, no bottomless nesting.

    Raises HttpError (400), and ReadError where the text is not UTF-8.
    """
    exact = ExactJson()
    try:
        value = exact.whole(text_of(data, ""))
    except ValueError as error:
        raise HttpError(not_json(error, "", 1), 400) from None
    if exact.flaws:
        flaw = exact.flaws[0]
        raise HttpError(Fault(flaw.code, flaw.message), 400)
    return value


async def json_body(request: Request, model: type[M]) -> M:
    """The JSON of a request in the shape of a model. Raises HttpError."""
    content_type(request, (JSON,))
    return shaped_as(model, exact_json(await request.body()))


def shaped_as(model: type[M], value: Any) -> M:
    """A value in the shape of a model. Raises HttpError (422) with every fault."""
    if not isinstance(value, Mapping):
        raise HttpError(
            Fault("wrong_value", "the body is no object", seen=value,
                  expected="{" + ", ".join(model.model_fields) + "}"), 422,
        )  # fmt: skip
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise HttpError([invalid(one, model) for one in error.errors()], 422) from None


def invalid(one: Any, model: type[BaseModel]) -> Fault:
    """One fault of a model as a fault of the house."""
    field = ".".join(str(part) for part in one["loc"])
    kind = str(one["type"])
    if kind == "extra_forbidden":
        return Fault("unknown_field", "the field is not part of the body", field=field,
                     expected="one of " + ", ".join(model.model_fields))  # fmt: skip
    if kind == "missing":
        return Fault("missing_field", "the field is required", field=field)
    said = str(one["msg"]).removeprefix("Value error, ")
    return Fault("wrong_value", said, field=field, seen=one.get("input"))
