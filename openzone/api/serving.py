"""One process that answers: the application over its store, run by uvicorn until it is stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event
from types import FrameType
from typing import TYPE_CHECKING

import structlog
import uvicorn

from openzone.api import logs
from openzone.api.settings import Settings

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.types import ASGIApp

    from openzone.api.observed import Observed
    from openzone.store.store import Store

SIGNALS = (signal.SIGTERM, signal.SIGINT)
BACKLOG = 2048
SPARE_S = 2.0
CORS_HEADERS = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
                "x-request-id"]  # fmt: skip
log = structlog.get_logger("openzone.serving")


class Stop:
    """Whether the process was told to stop, by a signal or by `told.set()`.

    uvicorn has its own handlers while it serves and raises its signals again afterwards; these
    handlers keep the process alive then, so that it can close what it holds.
    """

    def __init__(self) -> None:
        self.told = threading.Event()
        for number in SIGNALS:
            signal.signal(number, self._on_signal)

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self.told.set()


class _Server(uvicorn.Server):
    """uvicorn's server; it calls `answers` when it does, `overdue` where it has not ended in time.

    uvicorn cancels what runs too long after a signal; work in a thread cannot be cancelled, and
    holds up the end of the process.
    """

    def __init__(
        self, config: uvicorn.Config, seconds: float, overdue: Callable[[], None],
        answers: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(config)
        self._answers = answers
        self._timer = threading.Timer(seconds, overdue)
        self._timer.daemon = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._answers()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if not self._timer.is_alive():
            self._timer.start()


def nothing() -> None:
    """Nobody asks to be told."""


def serve(
    settings: Settings,
    listener: socket.socket,
    stop: Stop,
    overdue: Callable[[], None],
    answers: Callable[[], None] = nothing,
) -> None:
    """Answer on a socket that listens, until a signal; running requests are finished first.

    `overdue` is called, in another thread, where they take longer than the settings allow; it must
    end the process. `answers` is called when requests are answered.
    """
    from openzone.api import metrics
    from openzone.store.store import Store

    store = Store.opened(settings.store_url)
    try:
        metrics.watch(store.engine)
        app = application(settings, store)
        server = _Server(
            uvicorn.Config(
                app, interface="asgi3", lifespan="on", ws="none", log_config=None,
                access_log=False, server_header=False, workers=1, backlog=BACKLOG,
                timeout_keep_alive=settings.keep_alive_seconds_max,
                timeout_graceful_shutdown=settings.stop_seconds_max,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(settings.trusted_proxies),
            ),
            settings.stop_seconds_max + SPARE_S, overdue, answers,
        )  # fmt: skip
        if not stop.told.is_set():
            server.run([listener])
    finally:
        store.close()


def application(settings: Settings, store: Store, more: Sequence[APIRouter] = ()) -> Observed:
    """The application with what stands around it in a service. Raises BookError."""
    from starlette.middleware.cors import CORSMiddleware

    from openzone.api.app import create
    from openzone.api.middleware.hosts import Hosts
    from openzone.api.observed import Observed

    app: ASGIApp = Hosts(create(settings, store, more=more), settings.hosts)
    if settings.cors_origins:
        app = CORSMiddleware(
            app, allow_origins=settings.cors_origins, allow_methods=["GET", "POST"],
            allow_headers=CORS_HEADERS, expose_headers=["etag", "link", "x-request-id"],
        )  # fmt: skip
    return Observed(app)


def worker(settings: Settings, listener: socket.socket, answers: Event) -> None:
    """One of several processes that answer; it stops when the process that began it is gone."""
    stop = Stop()
    logs.configure(settings.log_level, settings.log_form)
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    serve(settings, listener, stop, give_up, answers.set)


def give_up() -> None:
    """End the process at once, whatever its threads do."""
    log.error("requests were cut off: they took longer than the service had to stop")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _stop_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
