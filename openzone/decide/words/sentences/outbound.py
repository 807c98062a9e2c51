"""The sentences of the regime outbound: outbound investment."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

OUTBOUND: Mapping[str, Text] = {}
