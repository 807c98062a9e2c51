"""The sentences of the pages of the law."""

from __future__ import annotations

from openzone.rulebook.model import Text

PAGES: dict[str, Text] = {}
