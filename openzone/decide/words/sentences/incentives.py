"""The sentences of the regime incentives: incentives."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

INCENTIVES: Mapping[str, Text] = {}
