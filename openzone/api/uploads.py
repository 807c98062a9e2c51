"""Tables of cases in the body of a request: decided in a process of their own.

What strangers send may be damaged, may unpack to more than there is memory, may take for ever: the
process has its own bounds of memory and time, and DuckDB inside it reaches nothing outside.
"""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404: starts this Python with this package, never a shell
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request
from starlette.responses import Response

import openzone
from openzone.api.options import reforms_of
from openzone.api.problems import HttpError
from openzone.api.service import Service
from openzone.api.workers import overdue
from openzone.api.written import FRESH, LINES
from openzone.errors import Fault
from openzone.regimes.registry import check_regime

if TYPE_CHECKING:
    from openzone.api.routes.decide import DecideQuery

PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.stream"
FORMS = (PARQUET, ARROW, LINES)
PROCESS = "openzone.api.table_process"
REFUSED = 3
ROOT = Path(openzone.__file__).resolve().parent.parent


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
    answer = await service.workers.run(lambda: in_process(spec, data))
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


def in_process(spec: Mapping[str, Any], data: bytes) -> bytes:
    """Decide a table in a process of its own; gives the bytes of the answer.

    Raises HttpError where it is refused, takes too long or needs too much memory.
    """
    with tempfile.TemporaryDirectory(prefix="openzone-table-") as folder:
        cases, answers = Path(folder, "cases"), Path(folder, "answers")
        cases.write_bytes(data)
        try:
            done = subprocess.run(  # nosec B603: a fixed command, nothing of the request in it
                [sys.executable, "-P", "-m", PROCESS], input=json.dumps(spec).encode(),
                capture_output=True, cwd=folder, env=_environment(), check=False,
                timeout=float(spec["seconds"]),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise overdue(float(spec["seconds"])) from None
        if done.returncode == 0:
            return answers.read_bytes()
        raise _refusal(done)


def _environment() -> dict[str, str]:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}


def _refusal(done: subprocess.CompletedProcess[bytes]) -> HttpError:
    if done.returncode == REFUSED:
        told = json.loads(done.stdout)
        return HttpError([Fault(**fault) for fault in told["faults"]], told["status"])
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"bad_alloc" in done.stderr:
        return HttpError(
            Fault("too_large", "the table is damaged, or needs more memory than a request may take",
                  next="write it again, or send fewer rows at once"), 422,
        )  # fmt: skip
    raise RuntimeError(done.stderr.decode("utf-8", "replace")[-4000:])


__all__ = ["ARROW", "FORMS", "PARQUET", "decided", "in_process"]
