"""The sentences of the regime procurement: government procurement."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

PROCUREMENT: Mapping[str, Text] = {}
