"""Check one file against its shape and say every fault in the words of a reader, with its line."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from openzone.errors import Fault, nearest
from openzone.rulebook import files
from openzone.rulebook.reading import Reading

_EXPECTED = {
    "date_type": "a day, YYYY-MM-DD",
    "date_from_datetime_parsing": "a day, YYYY-MM-DD",
    "string_type": "text (put codes and words like 'no' in quotes)",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list, [a, b]",
    "dict_type": "a mapping, {key: value}",
    "model_type": "a mapping, {key: value}",
    "model_attributes_type": "a mapping, {key: value}",
    "is_instance_of": "a number",
    "too_short": "at least one entry",
}


def shaped(reading: Reading) -> tuple[files.Entry | None, list[Fault]]:
    """Give the file as its shape, or every fault that it has."""
    value = reading.value
    if not isinstance(value, dict) or "schema" not in value:
        return None, [
            Fault(
                "missing_field",
                "the file does not say what it is",
                file=reading.file,
                line=1,
                field="schema",
                expected="one of " + ", ".join(sorted(files.FILES)),
                next="put the line 'schema: openzone/rows/1' (or another kind) at the top",
            )
        ]
    shape = files.FILES.get(str(value["schema"]))
    if shape is None:
        return None, [
            Fault(
                "wrong_value",
                "this kind of file is not known",
                file=reading.file,
                line=reading.line(("schema",)),
                field="schema",
                seen=value["schema"],
                expected="one of " + ", ".join(sorted(files.FILES)),
                next=nearest(str(value["schema"]), files.FILES),
            )
        ]
    return entry(shape, reading)


def entry(
    shape: type[files.Entry], reading: Reading
) -> tuple[files.Entry | None, list[Fault]]:
    """Give what was read as an instance of `shape`, or every fault that it has."""
    try:
        return shape.model_validate(reading.value), []
    except ValidationError as error:
        faults: dict[tuple[Any, ...], Fault] = {}
        for detail in error.errors(include_url=False):
            path = _path(reading, tuple(detail["loc"]))
            fault = _fault(reading, shape, path, detail)
            faults.setdefault((fault.line, fault.field, fault.code), fault)
        return None, list(faults.values())


def _path(reading: Reading, loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """Keep of a location what stands in the file: union branches are no part of it."""
    path: tuple[Any, ...] = ()
    for part in loc:
        if (*path, part) in reading.lines:
            path = (*path, part)
    return path


def _fault(
    reading: Reading, shape: type[files.Entry], path: tuple[Any, ...], detail: Any
) -> Fault:
    kind = detail["type"]
    loc = detail["loc"]
    name = str(loc[-1]) if loc else ""
    where = ".".join(str(part) for part in path)
    line = reading.line(path)
    seen = detail.get("input")
    if kind == "missing":
        why = _why_required(name)
        return Fault(
            "missing_field",
            f"the field '{name}' is missing{why}",
            file=reading.file,
            line=line,
            field=f"{where}.{name}" if where else name,
            next=f"add '{name}'",
        )
    if kind == "extra_forbidden":
        return Fault(
            "unknown_field",
            f"the field '{name}' is not known here",
            file=reading.file,
            line=line,
            field=where,
            next=nearest(name, _names(shape, path)) or "remove it, or move it to 'notes'",
        )
    if kind == "value_error":
        message = str(detail["msg"]).removeprefix("Value error, ")
        code = "dates_reversed" if message.startswith("dates reversed") else "wrong_value"
        return Fault(code, message, file=reading.file, line=line, field=where)
    expected = _EXPECTED.get(kind, "")
    if kind in ("literal_error", "enum"):
        expected = "one of " + str(detail["ctx"]["expected"])
    if kind == "string_pattern_mismatch":
        expected = f"text of the form {detail['ctx']['pattern']}"
    return Fault(
        "wrong_value",
        "the value does not fit" if expected else str(detail["msg"]).lower(),
        file=reading.file,
        line=line,
        field=where,
        seen=seen,
        expected=expected,
    )


def _why_required(name: str) -> str:
    if name == "evidence":
        return ": every fact says how far it was checked"
    if name in ("versions", "document"):
        return ": every row cites the document it stands in"
    return ""


def _names(shape: type[files.Entry], path: tuple[Any, ...]) -> set[str]:
    """The field names of the entry in which the last part of `path` stands."""
    here: Any = shape
    for part in path[:-1]:
        if isinstance(part, int):
            continue
        field = next(
            (f for n, f in here.model_fields.items() if part in (n, f.alias)), None
        ) if isinstance(here, type) and issubclass(here, files.Entry) else None
        if field is None:
            return set()
        here = _entry_in(field.annotation)
    if isinstance(here, type) and issubclass(here, files.Entry):
        return {f.alias or n for n, f in here.model_fields.items()}
    return set()


def _entry_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, files.Entry):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _entry_in(argument)
        if found is not None:
            return found
    return None
