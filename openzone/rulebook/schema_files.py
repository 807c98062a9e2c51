"""The JSON Schema of each kind of file, made from the shapes and their docstrings.

An editor completes from it, and other programs check a book with it. It says what one file may
hold; what crosses files (a name that refers to nothing, an overlap) only loading can tell.
"""

from __future__ import annotations

import ast
import inspect
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from openzone.errors import Fault, OpenZoneError, nearest
from openzone.rulebook import files

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = {schema.split("/")[1]: shape for schema, shape in files.FILES.items()}


class _Generate(GenerateJsonSchema):
    """JSON Schema as files are read: a decimal is a number, never a text."""

    def decimal_schema(self, schema: Any) -> JsonSchemaValue:
        return {"type": "number"}

    def int_schema(self, schema: Any) -> JsonSchemaValue:
        return {"type": "integer"}


def kind_named(kind: str) -> type[files.Entry]:
    """The shape of a kind of file (`rows`, `table`, ...). Raises OpenZoneError for another name."""
    if kind in KINDS:
        return KINDS[kind]
    raise OpenZoneError(
        Fault(
            "wrong_value",
            "this kind of file is not known",
            seen=kind,
            expected="one of " + ", ".join(KINDS),
            next=nearest(kind, KINDS) or "name one of these kinds",
        )
    )


def file_name(kind: str) -> str:
    """Under which name the schema of a kind of file is kept."""
    return f"{kind}.schema.json"


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind of file. Raises OpenZoneError for another name."""
    shape = kind_named(kind)
    made = shape.model_json_schema(by_alias=True, schema_generator=_Generate)
    parts = made.pop("$defs", {})
    described = {
        entry.__name__: _described(parts[entry.__name__], entry)
        for entry in entries_of(shape)
        if entry.__name__ in parts
    }
    head = {"$schema": DRAFT, "title": f"OpenZone: {kind}"}
    return {**head, **_described(made, shape), "$defs": described}


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file as it stands in a file."""
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the schema of every kind of file into a folder; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in KINDS:
        path = folder / file_name(kind)
        path.write_text(schema_text(kind), encoding="utf-8")
        written.append(path)
    return written


def entries_of(shape: type[files.Entry]) -> list[type[files.Entry]]:
    """The entries that a shape is made of, in the order of reading, itself first."""
    found: list[type[files.Entry]] = []

    def walk(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, files.Entry):
            if annotation not in found:
                found.append(annotation)
                for field in annotation.model_fields.values():
                    walk(field.annotation)
            return
        for argument in getattr(annotation, "__args__", ()):
            walk(argument)

    walk(shape)
    return found


@lru_cache(maxsize=128)
def field_words(shape: type[files.Entry]) -> dict[str, str]:
    """What each field of an entry means: the text that stands under it in the source."""
    node = ast.parse(inspect.getsource(shape)).body[0]
    found: dict[str, str] = {}
    name = None
    for part in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name = part.target.id
        elif name and isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
            field = shape.model_fields[name]
            found[field.alias or name] = inspect.cleandoc(str(part.value.value)).replace("\n", " ")
            name = None
    return found


def _described(definition: dict[str, Any], shape: type[files.Entry]) -> dict[str, Any]:
    """The schema of an entry in the order of reading, with the words of its fields."""
    words = field_words(shape)
    properties = {}
    for name, field in definition.pop("properties").items():
        field.pop("title", None)
        if field.get("default", "") in (None, [], {}):
            del field["default"]
        for part in ("anyOf", "items"):
            _plain_union(field, part)
        properties[name] = {"description": words[name], **field}
    del definition["title"]
    return {
        "description": " ".join(inspect.cleandoc(shape.__doc__ or "").split()),
        "type": definition.pop("type"),
        "properties": properties,
        "required": definition.pop("required", []),
        "additionalProperties": definition.pop("additionalProperties"),
        **{key: rest for key, rest in definition.items() if key != "description"},
    }


def _plain_union(field: dict[str, Any], part: str) -> None:
    """A whole number is a number: one kind less for an editor to tell."""
    kinds = field.get(part)
    if isinstance(kinds, list) and {"type": "number"} in kinds:
        field[part] = [kind for kind in kinds if kind != {"type": "integer"}]
    elif isinstance(kinds, dict):
        _plain_union(kinds, "anyOf")
