"""Explain: why the answer to one case is what it is, and why it is nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import shapes
from openzone.api.addresses import VERSION
from openzone.api.bodies import content_type, exact_json, shaped_as
from openzone.api.guards import needs
from openzone.api.languages import language
from openzone.api.options import Asked, reforms_of
from openzone.api.service import service_of
from openzone.api.written import JSON, json_response
from openzone.cli.case_shape import shaped
from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.registry import OWN_ENGINE, check_regime

WIDTH = 100

router = APIRouter(prefix=VERSION, tags=["explain"])


class ExplainBody(Asked):
    """One case, with the law it is put to."""

    case: dict[str, Any] = Field(description="The case, as in POST /v1/decide.")
    regime: str | None = Field(None, description="The regime of a case that names none.")


_EXAMPLE = {
    "case": {"regime": "capital", "activity": "telecom.vas.idc", "foreign_share": "1",
             "place": "city:zhengzhou", "date": "2025-01-10"},
    "lang": "zh",
}  # fmt: skip


@router.post(
    "/explain",
    summary="Why, and why not: rows that bind, rows that came close, the condition that failed",
    dependencies=[Depends(needs("explain"))],
    responses={
        200: shapes.told("`trace`: everything, as data. `text`: the same in words."),
        **shapes.problems(400, 415, 422),
    },
    openapi_extra=shapes.body(ExplainBody, example=_EXAMPLE),
)
async def explain(request: Request) -> Response:
    """The trace of one case, as data and in words of the language asked for."""
    content_type(request, (JSON,))
    value = exact_json(await request.body())
    if isinstance(value, Mapping) and "case" not in value:
        value = {"case": value}
    body = shaped_as(ExplainBody, value)
    service, lang = service_of(request), body.lang or language(request)
    if body.regime is not None:
        check_regime(body.regime)

    def work() -> dict[str, Any]:
        line = shaped(body.case, "", None)
        if line.fault is not None:
            raise CaseError(line.fault)
        case: Mapping[str, Any] = line.raw or {}
        if body.regime is not None and "regime" not in case:
            case = {**case, "regime": body.regime}
        with service.desks.at(
            body.known, reforms_of(service.book, body.reforms, service.limits)
        ) as desk:
            return explained(desk, case, lang)

    told = await service.workers.run(work)
    return json_response(told, headers={"content-language": lang})


def explained(desk: Desk, case: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Trace and text of one case. Raises CaseError where it is refused."""
    name = desk.regime_of(case)
    if isinstance(name, str) and name in OWN_ENGINE:
        engine = desk.own(name)
        decision = engine.decision(case, desk.today)
        text = engine.explained(decision, lang, WIDTH, False)
        return {"regime": name, "trace": engine.traced(decision), "text": text}
    from openzone.decide.explain.explain import explain as traced
    from openzone.decide.words.explanations import wording

    explanation = traced(desk.decision(case))
    text = wording(explanation, lang, WIDTH, False)
    return {"regime": name, "trace": explanation.as_dict(), "text": text}
