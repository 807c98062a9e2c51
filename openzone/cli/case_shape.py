"""What a case is once it is read: defaults under it, `given` unwrapped, neighbours dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openzone.cli.case_lines import CaseLine
from openzone.decide.case import IGNORED, SYNONYMS
from openzone.errors import Fault

WRAPPERS = ("given", "inputs")
_SPECIAL = frozenset(WRAPPERS) | IGNORED
_NONE: Mapping[str, Any] = {}


def shaped(
    value: Any, name: str, line: int | None, defaults: Mapping[str, Any] = _NONE
) -> CaseLine:
    """The case that a value is, or the fault that refuses it alone.

    Fields beside `given` (or `inputs`) are kept, the texts that only people read are not. A field
    of the case, under any of its names, replaces the default; null takes the default away.
    """
    if type(value) is dict and not defaults and _SPECIAL.isdisjoint(value):
        return CaseLine(line, value)
    if not isinstance(value, Mapping):
        return _refused(
            None, name, line, "wrong_value", "a case is a mapping of fields", seen=value,
            expected="{field: value, ...}",
        )  # fmt: skip
    wrapped = [key for key in WRAPPERS if key in value]
    case = {key: one for key, one in value.items() if key not in _SPECIAL}
    if len(wrapped) > 1:
        return _refused(
            case, name, line, "contradiction", "the facts stand twice", field="inputs",
            expected="'given' or 'inputs', one of them",
        )  # fmt: skip
    for wrapper in wrapped:
        facts = value[wrapper]
        if not isinstance(facts, Mapping):
            return _refused(
                case, name, line, "wrong_value", "the facts are a mapping of fields",
                field=wrapper, seen=facts, expected="{field: value, ...}",
            )  # fmt: skip
        for key, one in facts.items():
            if key in IGNORED:
                continue
            if key in case and case[key] != one:
                return _refused(
                    case, name, line, "contradiction",
                    f"'{key}' is given twice, differently", field=str(key), seen=one,
                    expected=str(case[key]),
                )  # fmt: skip
            case[key] = one
    named = {SYNONYMS.get(key, key) for key in case}
    return CaseLine(line, {k: v for k, v in defaults.items() if k not in named} | case)


def canonical(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults under the names of the contract."""
    return {SYNONYMS.get(key, key): one for key, one in defaults.items() if key not in IGNORED}


def _refused(
    raw: Mapping[str, Any] | None, name: str, line: int | None, code: str, message: str, **more: Any
) -> CaseLine:
    return CaseLine(line, raw, Fault(code, message, file=name, line=line, **more))
