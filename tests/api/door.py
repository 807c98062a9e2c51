"""The service without a store, as its tests ask it: one application for all, no limit of rate."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from openzone.api.app import create
from openzone.api.limits import Limits
from openzone.regimes.asking import Desk

DAY = dt.date(2026, 11, 23)
HOSPITAL = {
    "id": "H-1", "regime": "capital", "activity": "health.medical_institution.hospital",
    "foreign_share": "1.0", "place": "ftz:shanghai-lingang", "date": "2025-06-01",
}  # fmt: skip
REFORM = """\
schema: openzone/reform/1
id: OPEN-SURVEY
title: {zh: 试改革, en: A reform to try}
status: draft
body:
  changes:
    - id: lift
      kind: repeal
      rows: [FI-NAT-2024-22]
scope:
  territory: []
  in_force: {from: 2027-01-01, to: null}
authorisation: {on_record: false, note: none}
"""


def application(**limits: Any) -> FastAPI:
    """An application of its own, with limits of its own."""
    held = {"anonymous_rate": 0, "caller_rate": 0, "seconds": 240.0, **limits}
    return create(limits=Limits(**held), today=lambda: DAY)


@functools.cache
def shared() -> FastAPI:
    """The application that most tests ask."""
    return application()


@functools.cache
def asking() -> TestClient:
    """A caller of it."""
    return TestClient(shared(), raise_server_exceptions=False)


@functools.cache
def desk() -> Desk:
    """The same law, asked without HTTP."""
    service = shared().state.service
    return Desk(service.book, known=DAY, today=DAY)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, once it is one in full."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"/v1/problems/{code}"
    assert problem["instance"].endswith(answer.headers["x-request-id"])
    assert problem["faults"][0]["code"] == code
    return problem
