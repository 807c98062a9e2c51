"""The sentences of the regime data: data leaving the country."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

DATA: Mapping[str, Text] = {}
