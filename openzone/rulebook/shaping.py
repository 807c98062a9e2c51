"""Check one file against its shape and say every fault in the words of a reader, with its line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from openzone.errors import Fault, nearest
from openzone.rulebook import files
from openzone.rulebook.reading import Path_, Reading

_EXPECTED = {
    "date_type": "a day, YYYY-MM-DD",
    "date_from_datetime_parsing": "a day, YYYY-MM-DD",
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list, [a, b]",
    "dict_type": "a mapping, {key: value}",
    "is_instance_of": "a number",
    "too_short": "at least one entry",
}
_WHY = {
    "evidence": ": every fact says how far it was checked",
    "versions": ": every row cites the documents it stands in",
    "document": ": every version cites the document it stands in",
    "in_force": ": every version and document has its days",
    "sources": ": evidence names what was read",
}


def shaped(reading: Reading) -> tuple[files.Entry | None, list[Fault]]:
    """Give the file as its shape, or every fault that it has."""
    shape = shape_of(reading)
    if isinstance(shape, Fault):
        return None, [shape]
    return entry(shape, reading)


def shape_of(reading: Reading) -> type[files.Entry] | Fault:
    """The shape that the file says it has, or what is wrong with what it says."""
    value = reading.value
    known = ", ".join(sorted(files.FILES))
    if not isinstance(value, dict) or "schema" not in value:
        likely = likely_shape(reading)
        kind = next((k for k, s in files.FILES.items() if s is likely), "openzone/rows/1")
        message = "the file does not say what it is"
        if not isinstance(value, dict):
            message = "the file is empty" if value is None else "the file is no mapping"
        return Fault(
            "missing_field",
            message,
            file=reading.file,
            line=1,
            field="schema",
            expected=f"one of {known}",
            next=f"put the line 'schema: {kind}' at the top",
        )
    said = str(value["schema"])
    if said in files.FILES:
        return files.FILES[said]
    return Fault(
        "wrong_value",
        "this kind of file is not known",
        file=reading.file,
        line=reading.line(("schema",)),
        field="schema",
        seen=value["schema"],
        expected=f"one of {known}",
        next=nearest(said, files.FILES) or "write one of these kinds",
    )


def likely_shape(reading: Reading) -> type[files.Entry] | None:
    """The shape with whose fields a file agrees best, if it agrees with any."""
    names = set(reading.value) - {"schema"} if isinstance(reading.value, dict) else set()
    best = max(files.FILES.values(), key=lambda shape: len(names & _names_of(shape)))
    return best if names & _names_of(best) else None


def entry(shape: type[files.Entry], reading: Reading) -> tuple[files.Entry | None, list[Fault]]:
    """Give what was read as an instance of `shape`, or every fault that it has."""
    try:
        return shape.model_validate(reading.value), []
    except ValidationError as error:
        return None, [fault for _, fault in _located(shape, reading, error)]


def salvaged(shape: type[files.Entry], reading: Reading) -> tuple[files.Entry | None, Reading]:
    """Give what is left of a file without the entries that have faults, and its reading.

    So the faults of one entry do not hide what other entries and other files have. None where the
    faults are of the file itself.
    """
    broken = {_entry_path(reading, path) for path in reading.unread if path}
    try:
        shape.model_validate(reading.value)
    except ValidationError as error:
        paths = {path for path, _ in _located(shape, reading, error)}
        if () in paths:
            return None, reading
        broken |= {_entry_path(reading, path) for path in paths}
    rest = reading.without(broken)
    try:
        return shape.model_validate(rest.value), rest
    except ValidationError:
        return None, reading


def _entry_path(reading: Reading, path: Path_) -> Path_:
    """The entry of the file in which a part lies: a place in a list or in a mapping at its top."""
    many = isinstance(reading.value.get(path[0]), tuple) or path[0] == "sources"
    return path[:2] if many else path[:1]


def _located(
    shape: type[files.Entry], reading: Reading, error: ValidationError
) -> list[tuple[Path_, Fault]]:
    """Each fault with the path of the part it is in: one for each part, whatever pydantic tried."""
    groups: dict[tuple[Path_, str], list[Any]] = {}
    for detail in error.errors(include_url=False):
        path = _path(reading, tuple(detail["loc"]))
        if any(path[:n] in reading.unread for n in range(1, len(path) + 1)):
            continue
        name = str(detail["loc"][-1]) if detail["type"] == "missing" else ""
        groups.setdefault((path, name), []).append(detail)
    inner = {path[:n] for path, _ in groups for n in range(len(path))}
    missing = {(path, name) for path, name in groups if name}
    for path, details in [(path, details) for (path, name), details in groups.items() if not name]:
        if path in inner and all(detail["type"] in _EXPECTED for detail in details):
            # A union also says that the value is none of its other kinds; what is within says more.
            del groups[path, ""]
        elif details[0]["type"] == "extra_forbidden":
            # A field that is misspelt is not missing as well.
            meant = nearest(str(path[-1]), (name for at, name in missing if at == path[:-1]))
            groups.pop((path[:-1], meant.split("'")[1] if meant else ""), None)
    return [(path, _fault(shape, reading, path, details)) for (path, _), details in groups.items()]


def _path(reading: Reading, loc: tuple[Any, ...]) -> Path_:
    """Keep of a location what stands in the file: union branches are no part of it.

    Plain data, which comes from no file, has no lines; there the value itself tells.
    """
    path: Path_ = ()
    for part in loc:
        stands = (*path, part) in reading.lines if reading.lines else _holds(reading, path, part)
        if stands:
            path = (*path, part)
    return path


def _holds(reading: Reading, path: Path_, part: str | int) -> bool:
    here = reading.at(path) if path else reading.value
    if isinstance(part, int):
        return isinstance(here, tuple) and part < len(here)
    return isinstance(here, dict) and part in here


def _fault(shape: type[files.Entry], reading: Reading, path: Path_, details: list[Any]) -> Fault:
    detail = details[0]
    kind, loc, seen = detail["type"], detail["loc"], detail.get("input")
    where: dict[str, Any] = {
        "file": reading.file, "line": reading.line(path), "field": reading.field(path),
    }  # fmt: skip
    name = str(loc[-1]) if loc else ""
    if kind == "missing":
        where["field"] = f"{where['field']}.{name}".removeprefix(".")
        return _missing(name, f"the field '{name}' is missing", where)
    if kind == "extra_forbidden" or name == "[key]":
        cut = seen is None and " " in str(path[-1])  # {en: Towns, cities} without quotes
        return _unknown(str(path[-1]), _names(shape, path), where, cut)
    refusal = detail.get("ctx", {}).get("error")
    if isinstance(refusal, files.EntryError):
        return Fault(
            refusal.code, refusal.message, **where, seen=refusal.seen,
            expected=refusal.expected, next="correct the entry",
        )  # fmt: skip
    last = next((str(part) for part in reversed(path) if isinstance(part, str)), "the file")
    if seen is None and path and not isinstance(path[-1], int):
        return _missing(last, f"the field '{last}' has no value", where)
    expected = _any_of(_expected(shape, path, one) for one in details)
    why = _WHY.get(last, "") if kind == "too_short" else ""
    return Fault(
        "wrong_value",
        f"the value does not fit{why}" if expected else str(detail["msg"]).lower(),
        **where,
        seen=_told(seen),
        expected=expected,
        next=_step(kind, seen, detail.get("ctx", {})),
    )


def _missing(name: str, message: str, where: dict[str, Any]) -> Fault:
    return Fault("missing_field", message + _WHY.get(name, ""), **where, next=f"add '{name}'")


def _unknown(name: str, known: set[str], where: dict[str, Any], cut: bool) -> Fault:
    step = nearest(name, known) or "remove it, or say it in a note"
    return Fault(
        "unknown_field",
        f"the field '{name}' is not known here",
        **where,
        expected="one of " + ", ".join(sorted(known)) if known else "",
        next="put text that holds a comma in quotes" if cut else step,
    )


def _expected(shape: type[files.Entry], path: Path_, detail: Any) -> str:
    kind = detail["type"]
    if kind in ("model_type", "model_attributes_type"):
        here = _shape_at(shape, path)
        names = sorted(here.model_fields[n].alias or n for n in here.model_fields) if here else []
        return "a mapping with " + ", ".join(names) if names else "a mapping"
    if kind == "literal_error":
        return "one of " + str(detail["ctx"]["expected"]).replace(" or ", ", ")
    if kind == "string_pattern_mismatch":
        pattern = detail["ctx"]["pattern"]
        return files.FORMS.get(pattern, f"text of the form {pattern}")
    return _EXPECTED.get(kind, "")


def _any_of(words: Iterable[str]) -> str:
    found = list(dict.fromkeys(word for word in words if word))
    if _EXPECTED["is_instance_of"] in found and _EXPECTED["int_type"] in found:
        found.remove(_EXPECTED["int_type"])
    return " or ".join(found)


def _told(value: Any) -> Any:
    """A value as it stands in a file."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return [_told(item) for item in value] if isinstance(value, tuple) else value


def _step(kind: str, seen: Any, context: dict[str, Any]) -> str:
    if kind == "string_type" and isinstance(seen, (int, Decimal, dt.date)):
        return f"put it in quotes: '{str(seen).lower() if isinstance(seen, bool) else seen}'"
    if kind == "bool_type":
        return "write true or false, without quotes"
    if kind == "literal_error" and isinstance(seen, str):
        words = str(context["expected"]).replace(" or ", ", ").split(", ")
        return nearest(seen, (word.strip("'") for word in words)) or "write one of these words"
    if kind == "tuple_type":
        return "put it in brackets: [ ]"
    return "correct the value"


def _names(shape: type[files.Entry], path: Path_) -> set[str]:
    """The field names of the entry in which the last part of `path` stands."""
    here = _shape_at(shape, path[:-1])
    return _names_of(here) if here else {"zh", "en"} if "keywords" in path else set()


def _names_of(shape: type[files.Entry]) -> set[str]:
    return {field.alias or name for name, field in shape.model_fields.items()}


def _shape_at(shape: type[files.Entry], path: Path_) -> type[files.Entry] | None:
    """The shape of the entry at `path`; None where a mapping is open or a word stands."""
    here: type[files.Entry] | None = shape
    for part in path:
        if isinstance(part, int):
            continue
        if here is None:
            return None
        fields = here.model_fields.items()
        field = next((f for name, f in fields if part == (f.alias or name)), None)
        here = None if field is None else _entry_in(field.annotation)
    return here


def _entry_in(annotation: Any) -> type[files.Entry] | None:
    if isinstance(annotation, type) and issubclass(annotation, files.Entry):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _entry_in(argument)
        if found is not None:
            return found
    return None
