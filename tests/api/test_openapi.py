"""Requests drawn from the OpenAPI document, allowed and forbidden: nothing makes the service fail.

What comes back must be what the document says of it, refusals among them.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from openzone.api.app import create
from openzone.api.limits import Limits
from openzone.store import schema as tables
from openzone.store.store import Store
from tests.api.door import DAY

schemathesis = pytest.importorskip("schemathesis")
from schemathesis import checks as held  # noqa: E402

CHECKS = (
    held.not_a_server_error, held.status_code_conformance, held.content_type_conformance,
    held.response_schema_conformance, held.response_headers_conformance,
)  # fmt: skip
SECONDS_MAX = 240  # a machine may be busy; that the service answers is what is asked here
EXAMPLES = 200 if os.environ.get("OPENZONE_SOAK") == "full" else 12

FOLDER = tempfile.TemporaryDirectory(prefix="openzone-openapi-")
STORE = Store.opened(str(Path(FOLDER.name) / "store.db"))
tables.metadata.create_all(STORE.engine)
APP = create(store=STORE, limits=Limits(anonymous_rate=0, caller_rate=0), today=lambda: DAY)

schema = schemathesis.openapi.from_asgi("/openapi.json", APP)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_route_answers_as_the_document_says(case):
    case.call_and_validate(checks=CHECKS, timeout=SECONDS_MAX)
