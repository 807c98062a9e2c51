"""From the entries of checked files to the nouns of the model."""

from __future__ import annotations

from openzone.rulebook.building.law import document, info, measure, parameter, rows, table
from openzone.rulebook.building.parts import (
    condition,
    evidence,
    frozen,
    industry,
    interval,
    params,
    text,
)
from openzone.rulebook.building.places import activity, territory
from openzone.rulebook.building.reforms import change, level, power, precedent, reform, weight

__all__ = [
    "activity",
    "change",
    "condition",
    "document",
    "evidence",
    "frozen",
    "industry",
    "info",
    "interval",
    "level",
    "measure",
    "parameter",
    "params",
    "power",
    "precedent",
    "reform",
    "rows",
    "table",
    "territory",
    "text",
    "weight",
]
