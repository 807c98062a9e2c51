"""Under which names the service answers: a page of another name must not reach it by a browser."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from openzone.api.middleware.telling import tell
from openzone.errors import Fault

MISDIRECTED = 421
ANY_NAME = frozenset({"/v1/health", "/v1/ready"})


class Hosts:
    """Answers requests whose `Host` is one of `names`; `*.zone.example` stands for all below.

    Probes ask by address whether the service lives and is ready, so these two take any name.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app = app
        self.names = frozenset(name.lower() for name in names if not name.startswith("*"))
        self.ends = tuple(name[1:].lower() for name in names if name.startswith("*"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["path"] not in ANY_NAME:
            name = host_of(scope)
            if name not in self.names and not (self.ends and name.endswith(self.ends)):
                await tell(scope, receive, send, [_unknown(name)], MISDIRECTED)
                return
        await self.app(scope, receive, send)


def _unknown(name: str) -> Fault:
    return Fault(
        "unknown_host", "the service does not answer under this name", field="host",
        seen=name[:80], next="use its address, or name it in the setting allowed_hosts",
    )  # fmt: skip


def host_of(scope: Scope) -> str:
    """The name that a request was sent to, without port and brackets; empty where there is none."""
    for key, value in scope["headers"]:
        if key == b"host":
            name: str = value.decode("latin-1").lower()
            if name.startswith("["):
                return name[1:].partition("]")[0]
            return name.partition(":")[0]
    return ""
