"""The two applications that `service` compares: a bare route, and the service itself."""

from __future__ import annotations

from typing import Any

UNREACHED = 1_000_000_000  # requests a minute: counted as ever, never refused
ANSWER = {
    "id": "0", "regime": "capital", "verdict": "no", "outcome": "denied_share",
    "effects": {"max_foreign_share": {"below": 1.0}},
    "because": [{"row": "FI-NAT-2024-22", "measure": "health.medical_institution",
                 "cite": "item 22 of the national list of 2024, in force from 2024-11-01",
                 "evidence": "verified/high"}],
    "needs": [], "possible": ["denied_share"], "assumed": {"vehicle": "company", "form": "new"},
    "next": [], "law": {"book": "cn", "hash": "9c0522fcfaf6a1fc", "on": "2025-06-01",
                        "known": "2026-11-23", "reforms": [], "epoch": 0}, "confidence": "high",
}  # fmt: skip


def bare() -> Any:
    """A route of Starlette that reads JSON and writes JSON of the size of an answer."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def answer(request: Request) -> JSONResponse:
        case = await request.json()
        return JSONResponse({**ANSWER, "id": case["id"]})

    return Starlette(routes=[Route("/v1/decide", answer, methods=["POST"])])


def service() -> Any:
    """The service over the bundled book, all of its layers around it."""
    from openzone.api.app import create
    from openzone.api.limits import Limits

    return create(limits=Limits(anonymous_rate=UNREACHED, caller_rate=UNREACHED))
