"""A service as a process of its own, on a free port, with a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.tidy import tree

PATIENCE_S = 120
ADDRESS = re.compile(r"^OpenZone \S+: (\S+)$", re.MULTILINE)
COMMAND = [sys.executable, "-m", "openzone.cli.main", "serve"]


@dataclass
class Running:
    """A service that runs; `said` and `logged` are what it printed so far."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def said(self) -> str:
        """Its standard output."""
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def logged(self) -> str:
        """Its standard error."""
        return (self.folder / "err").read_text(encoding="utf-8")

    @property
    def url(self) -> str:
        """Its address."""
        found = ADDRESS.search(self.said)
        assert found, self.said + self.logged
        return found[1]

    def get(self, path: str, **more) -> httpx.Response:
        """Ask it."""
        return httpx.get(self.url + path, timeout=PATIENCE_S, **more)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Stop it; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


def surroundings(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a service: no setting but those of `more`, and the cache of this user."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("OPENZONE_") or key == "OPENZONE_CACHE"
    }
    return kept | {"PYTHONPATH": str(tree.ROOT)} | dict(more or {})


def refused(*arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Start a service that is to refuse: its exit status and what it said of the fault."""
    ran = subprocess.run(
        [*COMMAND, *arguments], env=surroundings(env), capture_output=True, text=True,
        timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stderr


def ends_at_once(_settings: object, _listener: object, _answers: object) -> None:
    """A process of a service that cannot answer."""
    sys.exit(3)


@contextmanager
def running(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, data: Path | None = None
) -> Iterator[Running]:
    """A service that answers; killed at the end when the test has not stopped it."""
    folder.mkdir(parents=True, exist_ok=True)
    data = data or folder / "data"
    command = [*COMMAND, "--port", "0", "--data", str(data), *arguments]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        process = subprocess.Popen(command, env=surroundings(env), stdout=out, stderr=err)
    service = Running(process, folder)
    try:
        _wait(service)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(service: Running) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        assert service.process.poll() is None, service.said + service.logged
        if ADDRESS.search(service.said):
            try:
                if service.get("/v1/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
        time.sleep(0.05)
    raise AssertionError("the service did not come up: " + service.said + service.logged)
