"""The sentences of the regime people: people."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

PEOPLE: Mapping[str, Text] = {}
