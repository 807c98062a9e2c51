"""From the parts of entries to those of the model: words, days, evidence, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.rulebook import files
from openzone.rulebook import model as m


def text(entry: files.Text) -> m.Text:
    """Both languages."""
    return m.Text(entry.zh, entry.en)


def interval(entry: files.Interval) -> m.Interval:
    """Half-open days."""
    return m.Interval(entry.from_, entry.to)


def evidence(entry: files.Evidence) -> m.Evidence:
    """How far it was checked."""
    return m.Evidence(entry.status, entry.confidence, entry.sources, entry.note)


def frozen(value: Any) -> Any:
    """An immutable copy of a parameter value: `{parameter: x}` becomes a reference."""
    if isinstance(value, dict):
        if set(value) == {"parameter"}:
            return m.ParameterRef(str(value["parameter"]))
        return tuple((str(key), frozen(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in value)
    return value


def params(entry: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Typed parameters of an effect, sorted by name."""
    return tuple(sorted((name, frozen(value)) for name, value in entry.items()))


def condition(entry: files.Condition) -> m.Condition:
    """One condition, its kind named."""
    if entry.between is not None:
        bounds = entry.between
        return m.Condition(
            entry.fact,
            "between",
            (),
            bounds.min,
            bounds.above,
            bounds.max,
            bounds.below,
            entry.not_,
        )
    if entry.under is not None:
        return m.Condition(entry.fact, "under", entry.under, negated=entry.not_)
    if entry.in_ is not None:
        return m.Condition(entry.fact, "in", entry.in_, negated=entry.not_)
    return m.Condition(entry.fact, "is", (entry.is_,), negated=entry.not_)


def industry(entries: tuple[files.IndustryMatch, ...]) -> tuple[tuple[str, str], ...]:
    """Codes with their match, whole or part."""
    return tuple((entry.code, entry.match) for entry in entries)
