"""Tables of cases in the body of a request, answered in the form they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from starlette.responses import Response

from openzone.api.options import reforms_of
from openzone.api.problems import HttpError
from openzone.api.service import Service
from openzone.api.written import FRESH, LINES
from openzone.errors import Fault
from openzone.regimes.registry import check_regime

if TYPE_CHECKING:
    from openzone.api.routes.decide import DecideQuery

PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"
FORMS = (PARQUET, ARROW, LINES)


async def decided(
    service: Service, request: Request, kind: str, data: bytes, query: DecideQuery
) -> Response:
    """The answers to a table, in the form it came in or the one that Accept names.

    Raises HttpError, CaseError, ReformError.
    """
    if query.regime is None:
        raise HttpError(
            Fault("missing_field", "a table has one regime", field="regime",
                  next="name it in the address: ?regime=capital"), 422,
        )  # fmt: skip
    check_regime(query.regime)
    form = _form(request.headers.get("accept", "*/*"), kind)
    reforms_of(service.book, query.reform, service.limits)
    spec = {
        "book": service.book_name, "hash": service.book.hash, "regime": query.regime,
        "known": query.known.isoformat() if query.known else None,
        "today": service.desks.today().isoformat(), "reforms": query.reform,
        "kind": kind, "form": form, "rows": service.limits.table_rows,
        "columns": service.limits.table_columns, "memory": service.limits.table_memory,
        "seconds": service.limits.seconds,
    }  # fmt: skip
    answer = await service.workers.run(lambda: service.tables.decide(spec, data))
    return Response(answer, 200, {"cache-control": FRESH, "vary": "accept"}, form)


def _form(accept: str, kind: str) -> str:
    """The form of the answer: that of the table where the caller takes it, else one of ours."""
    names = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if kind in names or "*/*" in names or "application/*" in names or names == [""]:
        return kind
    for name in names:
        if name in FORMS:
            return name
    raise HttpError(
        Fault("not_acceptable", "a table is not answered in this form", field="accept",
              seen=accept, expected="one of " + ", ".join(FORMS))
    )  # fmt: skip
