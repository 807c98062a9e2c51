"""Where the interface stands: every address of a version begins with its name."""

from __future__ import annotations

VERSION = "/v1"
