"""Requests drawn from the OpenAPI document, allowed and forbidden: nothing makes the service fail.

What comes back must be what the document says of it, refusals among them.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.api.door import shared

schemathesis = pytest.importorskip("schemathesis")
from schemathesis import checks as held  # noqa: E402

CHECKS = (
    held.not_a_server_error, held.status_code_conformance, held.content_type_conformance,
    held.response_schema_conformance, held.response_headers_conformance,
)  # fmt: skip
EXAMPLES = 200 if os.environ.get("OPENZONE_SOAK") == "full" else 12

schema = schemathesis.openapi.from_asgi("/openapi.json", shared())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_route_answers_as_the_document_says(case):
    case.call_and_validate(checks=CHECKS)
