"""The regimes, and what a case of each may say."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from openzone.api import etags, shapes
from openzone.api.addresses import VERSION
from openzone.api.guards import needs
from openzone.api.options import Shape
from openzone.api.problems import not_found
from openzone.api.service import service_of
from openzone.decide.axes import frame_facts
from openzone.decide.case import STRUCTURE
from openzone.decide.dmn.reading import declared
from openzone.decide.facts import ASK
from openzone.errors import CaseError
from openzone.regimes.asking import Desk
from openzone.regimes.goods.case import known_names
from openzone.regimes.registry import (
    OWN_ENGINE,
    REGIMES,
    TABLES,
    check_regime,
    known_regimes,
    table_regime,
)
from openzone.rulebook.model import Text

router = APIRouter(prefix=VERSION, tags=["regimes"], dependencies=[Depends(needs("law"))])
GOODS = Text("货物", "Goods")
_LISTED = {
    "type": "object", "required": ["regimes"],
    "properties": {
        "regimes": {
            "type": "array",
            "items": {
                "type": "object", "required": ["name", "title", "fields"],
                "properties": {
                    "name": {"type": "string"}, "title": shapes.reference(shapes.Words),
                    "fields": {"type": "string"},
                },
            },
        }
    },
}  # fmt: skip
_ONE = {
    "type": "object", "required": ["name", "title", "fields", "outcomes"],
    "properties": {
        "name": {"type": "string"}, "title": shapes.reference(shapes.Words),
        "fields": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "outcomes": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}  # fmt: skip
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller holds this answer already (If-None-Match)."}
}


@router.get(
    "/regimes",
    summary="The regimes that cases may be of",
    responses={200: shapes.told("All of them.", _LISTED), **_NOT_MODIFIED, **shapes.problems(422)},
)
async def listed(request: Request, query: Annotated[Shape, Query()]) -> Response:
    """Their names and titles, and where their fields are told."""

    def work() -> dict[str, Any]:
        return {
            "regimes": [
                {
                    "name": name,
                    "title": title(name)._asdict(),
                    "fields": f"{VERSION}/regimes/{name}",
                }
                for name in known_regimes()
            ]
        }

    return await etags.answered(service_of(request), request, work, known=query.known)


@router.get(
    "/regimes/{name}",
    summary="The fields of a case of one regime, and the outcomes it may have",
    responses={200: shapes.told("The regime.", _ONE), **_NOT_MODIFIED, **shapes.problems(404, 422)},
)
async def one(
    request: Request,
    query: Annotated[Shape, Query()],
    name: Annotated[str, Path(description="For example: capital.", max_length=60)],
) -> Response:
    """Each field with its kind, its words and what its absence means."""
    service = service_of(request)
    try:
        check_regime(name)
    except CaseError as error:
        raise not_found(error.faults) from None

    def work() -> dict[str, Any]:
        with service.desks.at(query.known) as desk:
            fields = [*_common(name), *_fields(desk, name)]
        return {
            "name": name, "title": title(name)._asdict(), "fields": fields,
            "outcomes": dict(_verdicts(name)),
        }  # fmt: skip

    return await etags.answered(service, request, work, known=query.known)


def title(name: str) -> Text:
    """What a regime is called."""
    if name in REGIMES:
        return REGIMES[name].title
    return table_regime(name).title if name in TABLES else GOODS


def _verdicts(name: str) -> Any:
    if name in TABLES:
        return table_regime(name).verdicts
    return import_module(f"openzone.regimes.{name}.outcome").VERDICTS


def _common(name: str) -> Iterator[dict[str, Any]]:
    """The fields of every case."""
    for field in STRUCTURE:
        if field in ("activity", "industry") and name in OWN_ENGINE:
            continue
        yield {"name": field, "kind": "structure"}


def _fields(desk: Desk, name: str) -> Iterator[dict[str, Any]]:
    if name in REGIMES:
        for fact in frame_facts(desk.frame(name)):
            yield _fact(fact, fact.name)
        for field, says in REGIMES[name].fields().items():
            yield {"name": field, "kind": "own", "says": says}
    elif name in TABLES:
        regime = table_regime(name)
        known = declared(desk.law, regime.tables)
        for told in known.values():
            yield _fact(told, told.fact)
        for field, says in regime.own.items():
            if field not in known:
                yield {"name": field, "kind": "own", "says": says}
    else:
        for field in sorted(known_names(desk.law) - set(STRUCTURE)):
            yield {"name": field, "kind": "own"}


def _fact(fact: Any, name: str) -> dict[str, Any]:
    asks = fact.assume is None or fact.assume == ASK
    told: dict[str, Any] = {
        "name": name, "kind": fact.kind, "title": fact.title._asdict(),
        "absent": "ask" if asks else "assume",
    }  # fmt: skip
    if not asks:
        told["assumed"] = fact.assume
    if fact.values:
        told["values"] = list(fact.values)
    return told
