"""Decide: one case, many cases, or a table of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from openzone.api import shapes, uploads
from openzone.api.addresses import VERSION
from openzone.api.bodies import content_type, exact_json, shaped_as
from openzone.api.guards import needs
from openzone.api.metrics import counted
from openzone.api.options import Asked, AskedInQuery, reforms_of
from openzone.api.problems import HttpError
from openzone.api.service import Service, service_of
from openzone.api.workers import Deadline
from openzone.api.written import FRESH, JSON, LINES, as_json, as_line
from openzone.cli.case_input import CaseLine, cases_of
from openzone.cli.case_shape import canonical, shaped
from openzone.decide.answer import refusal
from openzone.errors import CaseError, Fault
from openzone.regimes.asking import Desk
from openzone.regimes.registry import check_regime

ENVELOPE = frozenset(("case", "cases"))
LOOP_BYTES = 4 << 10  # a case that is larger is answered beside the loop

router = APIRouter(prefix=VERSION, tags=["decide"])


class DecideQuery(AskedInQuery):
    """The options of all cases of a request."""

    regime: str | None = Field(None, description="The regime of cases that name none.")


class DecideBody(Asked):
    """A case, or cases, with what is asked of all of them."""

    regime: str | None = Field(None, description="The regime of cases that name none.")
    case: dict[str, Any] | None = Field(None, description="One case.")
    cases: list[Any] | None = Field(None, description="Many cases.")
    defaults: dict[str, Any] = Field(
        default_factory=dict, description="Fields that stand under each of the cases."
    )


_QUERY = [
    {"name": "regime", "in": "query", "schema": {"type": "string"},
     "description": "The regime of cases that name none."},
    {"name": "known", "in": "query", "schema": {"type": "string", "format": "date"},
     "description": "The law as published by this day (default: today)."},
    {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["zh", "en"]},
     "description": "Language of problems."},
    {"name": "reform", "in": "query", "style": "form", "explode": True,
     "schema": {"type": "array", "items": {"type": "string"}},
     "description": "A reform of the book on top, by id. Repeatable."},
]  # fmt: skip
_CASE = {"regime": "capital", "activity": "health.hospital", "foreign_share": "1.0",
         "place": "ftz:shanghai-lingang", "date": "2025-06-01"}  # fmt: skip
_BODY = {
    "required": True,
    "content": {
        JSON: {
            "schema": {"anyOf": [
                {"type": "object", "title": "A case, or an envelope with case or cases"},
                {"type": "array", "items": {"type": "object"}, "title": "Cases"},
            ]},
            "example": _CASE,
        },
        LINES: {"schema": {"type": "string", "format": "binary"}},
        uploads.PARQUET: {"schema": {"type": "string", "format": "binary"}},
        uploads.ARROW: {"schema": {"type": "string", "format": "binary"}},
    },
}  # fmt: skip


@router.post(
    "/decide",
    summary="Answers to one case, many cases, or a table of cases",
    dependencies=[Depends(needs("decide"))],
    responses={
        200: shapes.told(
            "The answer to one case; of many, an answer each, in their order.",
            {"anyOf": [shapes.reference(shapes.Answer),
                       {"type": "array", "items": shapes.reference(shapes.Answer)}]},
            **{kind: {"schema": {"type": "string", "format": "binary"}}
               for kind in (LINES, uploads.PARQUET, uploads.ARROW)},
        ),
        **shapes.problems(400, 406, 415, 422, 501),
    },
    openapi_extra={"requestBody": _BODY, "parameters": _QUERY},
)  # fmt: skip
async def decide(request: Request) -> Response:
    """The verdict on each case, with its rows and citations.

    One JSON object gives one answer; an array, or JSON Lines, give as many answers in the same
    order, a refused case among them with the verdict `refused`. A table (Parquet, Arrow) of one
    `regime` gives a table of the same kind.
    """
    kind = content_type(request, (JSON, LINES, uploads.PARQUET, uploads.ARROW))
    data = await request.body()
    service = service_of(request)
    if kind in (JSON, LINES) and len(data) > service.limits.batch_bytes:
        raise HttpError(
            Fault("too_large", "too many cases as text at once", seen=len(data),
                  expected=f"at most {service.limits.batch_bytes:,} bytes",
                  next="send a table (Parquet, Arrow), or hand them in as a job")
        )  # fmt: skip
    if kind == JSON:
        small = len(data) <= LOOP_BYTES
        value = exact_json(data) if small else await service.workers.run(lambda: exact_json(data))
        if small and not request.scope["query_string"] and plain_case(value):
            return _one(service.desks.now(), value)
        return await _asked(service, value, _query(request))
    query = _query(request)
    if kind == LINES:
        return await service.workers.run(lambda: _lines(service, data, query))
    return await uploads.decided(service, request, kind, data, query)


def plain_case(value: Any) -> bool:
    """Whether a body is one case, and no envelope around cases."""
    return type(value) is dict and ENVELOPE.isdisjoint(value)


def _query(request: Request) -> DecideQuery:
    """The options of the address. Raises HttpError (422)."""
    told: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name == "reform":
            told.setdefault(name, []).append(value)
        elif name in told:
            raise HttpError(Fault("duplicate", "the option is given twice", field=name))
        else:
            told[name] = value
    query = shaped_as(DecideQuery, told)
    if query.regime is not None:
        check_regime(query.regime)
    return query


# ---- one case ------------------------------------------------------------------------------------


def _one(desk: Desk, value: Any, regime: str | None = None) -> Response:
    """The answer to one case. Raises CaseError where it is refused."""
    line = shaped(value, "", None)
    if line.fault is not None:
        raise CaseError(line.fault)
    case: Any = line.raw
    if regime is not None and "regime" not in case:
        case = {**case, "regime": regime}
    return Response(as_json(counted(desk.answered(case))), 200, {"cache-control": FRESH}, JSON)


async def _asked(service: Service, value: Any, query: DecideQuery) -> Response:
    """The answer to what a body asks with its options."""
    if not isinstance(value, Mapping) or ENVELOPE.isdisjoint(value):
        body = DecideBody(case=value) if isinstance(value, dict) else DecideBody(cases=_list(value))
    else:
        body = shaped_as(DecideBody, value)
    if (body.case is None) is (body.cases is None):
        raise HttpError(Fault("contradiction", "give 'case' or 'cases', one of them"), 422)
    named = [*query.reform, *body.reforms]
    known, regime = body.known or query.known, body.regime or query.regime
    if regime is not None:
        check_regime(regime)

    def work() -> Response:
        reforms = reforms_of(service.book, named, service.limits)
        with service.desks.at(known, reforms) as desk:
            if body.case is not None:
                return _one(desk, {**canonical(body.defaults), **body.case}, regime)
            cases = body.cases or []
            _check_count(service, len(cases))
            lines = (shaped(one, "", None, canonical(body.defaults)) for one in cases)
            answers = list(_answers(service, desk, lines, regime))
        return Response(as_json(answers), 200, {"cache-control": FRESH}, JSON)

    return await service.workers.run(work)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise HttpError(
            Fault("wrong_value", "the body is neither a case nor a list of cases", seen=value,
                  expected="{field: value, ...} or a list of such cases"), 422,
        )  # fmt: skip
    return value


# ---- many cases ----------------------------------------------------------------------------------


def _lines(service: Service, data: bytes, query: DecideQuery) -> Response:
    """JSON Lines in, JSON Lines out; each refused line carries its number."""
    _check_count(service, data.count(b"\n"))
    reforms = reforms_of(service.book, query.reform, service.limits)
    out = io.BytesIO()
    with service.desks.at(query.known, reforms) as desk:
        lines = cases_of(io.BytesIO(data), "body", ".jsonl")
        for one in _answers(service, desk, lines, query.regime):
            out.write(as_line(one))
    return Response(out.getvalue(), 200, {"cache-control": FRESH}, LINES)


def _answers(
    service: Service, desk: Desk, lines: Iterator[CaseLine], regime: str | None
) -> Iterator[dict[str, Any]]:
    """One answer for each line that was read."""
    deadline = Deadline(service.limits.seconds)
    for line in lines:
        deadline.check()
        raw = line.raw
        if regime is not None and raw is not None and "regime" not in raw:
            raw = {**raw, "regime": regime}
        if line.fault is None:
            yield counted(desk.answer(raw))
            continue
        named = (raw or {}).get("regime")
        told = refusal(raw, CaseError(line.fault), str(named) if named else None)
        yield told | ({} if line.line is None else {"line": line.line})


def _check_count(service: Service, count: int) -> None:
    if count > service.limits.cases:
        raise HttpError(
            Fault("too_large", "too many cases at once", seen=count,
                  expected=f"at most {service.limits.cases:,}",
                  next="send a table (Parquet, Arrow), or hand them in as a job")
        )  # fmt: skip
