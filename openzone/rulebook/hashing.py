"""Hashes of content: of a book, of the legal content of a row, of the body of a reform.

A hash is taken over canonical JSON: sorted keys, no spaces, decimals and days as text, sets sorted.
What is not law (words, notes, evidence, file names, formatting) never enters a legal hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from openzone.rulebook.model import Change, Condition, ParameterRef, Row

SHORT = 16


def canonical(value: Any) -> Any:
    """Give the value in the one form in which equal content looks equal."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)):
        return {"number": f"{Decimal(value).normalize():f}"}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, ParameterRef):
        return {"parameter": value.parameter}
    if isinstance(value, dict):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(canonical(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    text = json.dumps(canonical(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _condition(condition: Condition) -> dict[str, Any]:
    content: dict[str, Any] = {"fact": condition.fact, "kind": condition.kind}
    if condition.kind == "between":
        content["bounds"] = [condition.min, condition.above, condition.max, condition.below]
    else:
        content["values"] = sorted(map(str, condition.values))
    content["not"] = condition.negated
    return content


def _conditions(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    return sorted((_condition(c) for c in conditions), key=lambda c: json.dumps(canonical(c)))


def _industry(industry: Iterable[tuple[str, str]]) -> list[list[str]]:
    return sorted([code, match] for code, match in industry)


def _goods(one: Row | Change) -> dict[str, Any]:
    """The codes of goods bound, where any are: rows without them hash as before there were any."""
    named = {"hs": one.hs, "not_hs": one.not_hs}
    return {name: sorted(codes) for name, codes in named.items() if codes}


def row_hash(row: Row) -> str:
    """Hash of what the row does to a case: binding, conditions, effect, figures, displacement."""
    return digest(
        {
            **_goods(row),
            "table": row.table,
            "list": row.list,
            "measure": row.measure,
            "activity": sorted(row.activity),
            "not_activity": sorted(row.not_activity),
            "industry": _industry(row.industry),
            "conditions": _conditions(row.conditions),
            "effect": row.effect,
            "params": dict(row.params),
            "outcome": row.outcome,
            "requires": sorted(row.requires),
            "instead_of": sorted(row.instead_of),
        }
    )[:SHORT]


def body_hash(changes: Iterable[Change]) -> str:
    """Hash of a reform's body: the changes without words, in any order."""
    content = [
        {
            "id": change.id,
            "kind": change.kind,
            "rows": sorted(change.rows),
            "measures": sorted(change.measures),
            "was": dict(change.was),
            "table": change.table,
            "activity": None if change.activity is None else sorted(change.activity),
            "not_activity": None if change.not_activity is None else sorted(change.not_activity),
            "industry": None if change.industry is None else _industry(change.industry),
            "conditions": _conditions(change.conditions),
            "effect": change.effect,
            "params": None if change.params is None else dict(change.params),
            "outcome": change.outcome,
            "instead_of": sorted(change.instead_of),
            "on_approval": sorted([text.zh, text.en] for text in change.on_approval),
            "parameter": change.parameter,
            "value": change.value,
            "territory": change.territory,
            "place_kind": change.place_kind,
            "parents": sorted(change.parents),
            **_goods(change),
        }
        for change in changes
    ]
    return digest(sorted(content, key=lambda c: str(c["id"])))
