"""Figures that monitoring reads, in the form of Prometheus; over all worker processes.

With several workers, PROMETHEUS_MULTIPROC_DIR names a folder that they share; it must be set before
this module is imported. What the store knows (the length of the journal) is asked when it is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, event, func, select
from sqlalchemy.engine import ExceptionContext

from openzone import __version__
from openzone.regimes.registry import OWN_ENGINE, REGIMES
from openzone.store import schema
from openzone.store.faults import StoreError, told
from openzone.store.store import Store
from openzone.store.tables.jobs import jobs

SHARED = "PROMETHEUS_MULTIPROC_DIR"
FORM = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
VERDICTS = frozenset({
    "yes", "on_conditions", "on_approval", "no", "ask", "look_up", "refused",
})  # fmt: skip
REGIMES_KNOWN = frozenset({*REGIMES, *OWN_ENGINE})
OTHER = "other"
A = TypeVar("A", bound=Mapping[str, Any])

_own = CollectorRegistry()
requests = Counter(
    "openzone_http_requests", "Requests that were answered.", ["route", "method", "status"],
    registry=_own,
)  # fmt: skip
durations = Histogram(
    "openzone_http_request_seconds", "How long answers took.", ["route", "method"],
    buckets=SECONDS, registry=_own,
)  # fmt: skip
decisions = Counter(
    "openzone_decisions", "Cases that were decided.", ["regime", "verdict"], registry=_own
)
store_errors = Counter(
    "openzone_store_errors", "Faults of the database, by the code that callers saw.", ["code"],
    registry=_own,
)  # fmt: skip


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request. `route`: its template, never a path, of which there is no end."""
    method = method if method in METHODS else OTHER
    requests.labels(route, method, str(status)).inc()
    durations.labels(route, method).observe(seconds)


def decided(regime: str, verdict: str, count: int = 1) -> None:
    """Count decisions of a regime with a verdict."""
    decisions.labels(
        regime if regime in REGIMES_KNOWN else OTHER, verdict if verdict in VERDICTS else OTHER
    ).inc(count)


def counted(answer: A) -> A:
    """An answer to a case, which is counted."""
    decided(str(answer.get("regime")), str(answer.get("verdict")))
    return answer


def watch(engine: Engine) -> None:
    """Count the faults of a database from now on."""
    if not event.contains(engine, "handle_error", _count_fault):
        event.listen(engine, "handle_error", _count_fault)


def _count_fault(context: ExceptionContext) -> None:
    if context.sqlalchemy_exception is None:
        return
    try:
        with told():
            raise context.sqlalchemy_exception
    except StoreError as error:
        store_errors.labels(error.code).inc()
    except Exception:  # no fault of the database: a statement that a caller expected to fail
        return


Gauges = Callable[[Store], Iterable[Metric]]


def exposition(store: Store, book: str, more: Iterable[Gauges] = ()) -> bytes:
    """All figures as text. It asks the store: call it in a thread. `more`: gauges of others."""
    live = _Live(store, book, tuple(more))
    if not os.environ.get(SHARED):
        figures = generate_latest(_own)
    else:
        shared = CollectorRegistry()
        # The library has no types here.
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        figures = generate_latest(shared)
    asked = CollectorRegistry(auto_describe=False)
    asked.register(live)
    return figures + generate_latest(asked)


class _Live(Collector):
    """What is asked of the store at the moment of reading."""

    def __init__(self, store: Store, book: str, more: tuple[Gauges, ...]) -> None:
        self.store, self.book, self.more = store, book, more

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        program = GaugeMetricFamily(
            "openzone_info", "The program and its book.", labels=["version", "book"]
        )
        program.add_metric([__version__, self.book], 1)
        yield program
        up = GaugeMetricFamily("openzone_store_up", "Whether the store answers.")
        try:
            with self.store.reading() as connection:
                count: Any = connection.execute(select(schema.head.c.seq)).scalar_one()
                held = select(jobs.c.state, func.count()).group_by(jobs.c.state)
                states: Any = connection.execute(held).all()
            gauges = [one for gauges in self.more for one in gauges(self.store)]
        except StoreError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        length = GaugeMetricFamily("openzone_journal_events", "Events in the journal.")
        length.add_metric([], count)
        yield length
        waiting = GaugeMetricFamily("openzone_jobs", "Jobs of long work.", labels=["state"])
        for state, number in states:
            waiting.add_metric([state], number)
        yield waiting
        yield from gauges
