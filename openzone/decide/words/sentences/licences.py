"""The sentences of the regime licences: permits and licences."""

from __future__ import annotations

from collections.abc import Mapping

from openzone.rulebook.model import Text

LICENCES: Mapping[str, Text] = {}
