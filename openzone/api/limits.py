"""How much one request, and one caller, may ask of the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the service. Sizes are bytes, times seconds, rates requests a minute.

    `batch_bytes`: a body of cases as JSON, which takes many times its size to be read.
    `uploads`: for the paths that begin so, how large a body may be instead of `body_bytes`.
    `rates_in`: where counts of requests are kept, in the words of the `limits` library; `loop://`
    counts in each process of the service apart. A rate of 0 is no limit.
    """

    body_bytes: int = MIB
    uploads: Mapping[str, int] = field(
        default_factory=lambda: {
            "/v1/decide": 32 * MIB, "/v1/jobs": 64 * MIB, "/v1/attachments": 32 * MIB,
            "/v1/cases": 8 * MIB,
        }
    )  # fmt: skip
    batch_bytes: int = 8 * MIB
    cases: int = 10_000
    table_rows: int = 1_000_000
    table_columns: int = 400
    table_memory: int = 1024 * MIB
    seconds: float = 60.0
    at_once: int = 2
    waiting: int = 32
    anonymous_rate: int = 300
    caller_rate: int = 30_000
    rates_in: str = "loop://"
    reforms: int = 20
    reform_bytes: int = 256 * KIB

    def body(self, path: str) -> int:
        """How large the body of a request to a path may be."""
        for start, size in self.uploads.items():
            if path.startswith(start):
                return size
        return self.body_bytes

    @classmethod
    def of(cls, settings: object | None) -> Limits:
        """The limits that the settings of a service name; the others stay as they are."""
        told = {name: getattr(settings, key) for key, name in SETTINGS.items()
                if hasattr(settings, key)}  # fmt: skip
        limits = cls(**told)
        large = getattr(settings, "table_bytes_max", None)
        if large is None:
            return limits
        return replace(limits, uploads=dict.fromkeys(limits.uploads, large))


SETTINGS: Mapping[str, str] = {
    "body_bytes_max": "body_bytes",
    "requests_per_minute": "caller_rate",
    "requests_per_minute_address": "anonymous_rate",
    "request_seconds_max": "seconds",
}
"""Settings of the service, and the limit that each of them is."""
