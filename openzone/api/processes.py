"""Several processes that answer on one socket: begun, replaced when one dies, stopped together."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

import structlog

from openzone.api.serving import worker
from openzone.api.settings import Settings

LOOK_S = 0.5
TRIES_MAX = 3
SPARE_S = 5
Target = Callable[[Settings, socket.socket, Event], None]
log = structlog.get_logger("openzone.processes")


class Processes:
    """The processes of a service. Each is begun anew (spawned), so none shares an open store."""

    def __init__(
        self, settings: Settings, listener: socket.socket, target: Target = worker
    ) -> None:
        self.settings, self.listener, self.target = settings, listener, target
        self._running: dict[BaseProcess, Event] = {}
        self._failed = 0

    def run(self, told: threading.Event) -> bool:
        """Keep the processes running until told to stop.

        Gives False where three in a row ended before they answered anything.
        """
        for _ in range(self.settings.workers):
            self._begin()
        try:
            while not told.is_set():
                wait([one.sentinel for one in self._running], timeout=LOOK_S)
                if not told.is_set() and not self._replace():
                    return False
        finally:
            self._stop()
        return True

    def _begin(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        answers = spawn.Event()
        process = spawn.Process(target=self.target, args=(self.settings, self.listener, answers))
        process.start()
        self._running[process] = answers

    def _replace(self) -> bool:
        for process in [one for one in self._running if not one.is_alive()]:
            answered = self._running.pop(process).is_set()
            self._failed = 0 if answered else self._failed + 1
            log.error("process ended", ended=process.pid, exit=process.exitcode, answered=answered)
            if self._failed >= TRIES_MAX:
                return False
            self._begin()
        return True

    def _stop(self) -> None:
        for process in self._running:
            process.terminate()
        end = time.monotonic() + self.settings.stop_seconds_max + SPARE_S
        for process in self._running:
            process.join(max(0.0, end - time.monotonic()))
            if process.is_alive():
                log.error("process killed", killed=process.pid)
                process.kill()
                process.join()
        self._running.clear()
