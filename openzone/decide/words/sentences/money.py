"""The sentences of the regime money: money across the two lines."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

MONEY: Mapping[str, Text] = {}
