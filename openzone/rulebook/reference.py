"""The pages of docs/reference that are made from the code: the format of a book, the errors."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from openzone.errors import CODES, Fault
from openzone.rulebook import files
from openzone.rulebook.linking.effects import UNIT_RANGES
from openzone.rulebook.schema_files import KINDS, entries_of, field_words

_MADE = "<!-- made by `openzone book {command} --out {page}`; change the code, not this page -->"
_RANGES = tuple(UNIT_RANGES.items())
_SHARED = (files.Text, files.Interval, files.Evidence, files.IndustryMatch)
_WORDS: dict[Any, str] = {
    files.Identifier: "id",
    files.Code: "code",
    files.Tag: "tag",
    files.Country: "country",
    files.Day: "day",
    files.Number: "number",
    str: "text",
    int: "whole number",
    bool: "true or false",
    Any: "anything",
}

_EXAMPLE = Fault(
    "out_of_range",
    "'foreign_total_max_percent' is out of range",
    file="capital/rows.yaml",
    line=26,
    field="rows[NAT-2].params.foreign_total_max_percent",
    seen=490,
    expected="a number, 0 to 100",
    next="correct the figure; the unit is the end of the name",
)

_FORMAT = """# The format of a book

{made}

A book is a folder of YAML files and a few CSV. Each YAML file says in its field `schema` what kind
it is; its name and its place in the folder mean nothing. Hidden files and folders are left out. A
kind may be spread over many files, but there is one book file and one classification.

An editor that knows JSON Schema completes and checks each file by its first line:

```yaml
# yaml-language-server: $schema=schema/rows.schema.json
```

`openzone book new DIR` writes a small book with these lines, and `openzone book schema --out DIR`
the schemas alone. `openzone check DIR` loads a book and names every fault of every file at once.

## How files are read

- UTF-8, indented by spaces. Plain `no`, `on` and `yes` are words; `true` and `false` are not.
- A number with a point is a decimal and stays exact. A number is at most 40 digits long.
- `2024-01-31` is a day, and must exist. Intervals are half-open: `to` is the first day no longer.
- Text that looks like a number or a day stands in quotes: an edition `'2015'`, a code `'0511'`.
- Anchors, aliases and tags are refused, and so are keys that stand twice and unknown fields.
- The content hash covers every file but the worked cases. It does not change with comments,
  formatting, the order of keys, the names of files, or a default that is written out.

## Figures

The end of the name of a figure is its unit, and says what it may be:

| end of the name | may be |
|---|---|
{units}

`_max` or `_min` may follow. A figure of a row may be that of a parameter: `{{parameter: id}}`.

## Kinds of files

| kind | holds |
|---|---|
{kinds}
"""

_ERRORS = """# Error codes

{made}

Everything that OpenZone refuses has a code, and says where it stands, what was seen, what was
expected and what to do next:

```text
{example}
```

A book that does not load names every fault of every file at once. In JSON each fault has the
fields `code`, `message`, `file`, `line`, `field`, `seen`, `expected` and `next`; empty ones are
left out. The command line tells faults on standard error, one a line, and ends with 2.

| code | meaning |
|---|---|
{codes}
"""


def format_page() -> str:
    """The page of the format: every kind of file, field by field."""
    made = _MADE.format(command="format", page="docs/reference/book-format.md")
    kinds = "\n".join(
        f"| [`{_schema(shape)}`](#{kind}) | {_cell(_doc(shape))} |" for kind, shape in KINDS.items()
    )
    page = [_FORMAT.format(made=made, kinds=kinds, units=_units())]
    shown: set[type[files.Entry]] = set(_SHARED)
    for kind, shape in KINDS.items():
        page += [f"## {kind}\n", _entry(shape)]
        for entry in entries_of(shape)[1:]:
            if entry not in shown:
                shown.add(entry)
                page += [f"### {entry.__name__}\n", _entry(entry)]
    page.append("## Entries that all files share\n")
    for entry in _SHARED:
        page += [f"### {entry.__name__}\n", _entry(entry)]
    page += ["## Words\n", "| word | form |", "|---|---|"]
    forms = zip(
        ("id", "code", "tag", "country", "code of goods"), files.FORMS.values(), strict=True
    )
    page += [f"| {word} | {form.partition(': ')[2] or form} |" for word, form in forms]
    return "\n".join(page) + "\n"


def errors_page() -> str:
    """The page of the error codes."""
    made = _MADE.format(command="errors", page="docs/reference/errors.md")
    codes = "\n".join(f"| `{code}` | {_cell(meaning)} |" for code, meaning in CODES.items())
    return _ERRORS.format(made=made, example=_EXAMPLE, codes=codes)


def _entry(shape: type[files.Entry]) -> str:
    words = field_words(shape)
    lines = [f"{_doc(shape)}\n", "| field | form | meaning |", "|---|---|---|"]
    for name, field in shape.model_fields.items():
        called = field.alias or name
        must = "**Required.** " if field.is_required() else ""
        lines.append(f"| `{called}` | {_form(field)} | {must}{_cell(words[called])} |")
    return "\n".join(lines) + "\n"


def _form(field: FieldInfo) -> str:
    annotation: Any = field.annotation
    if field.metadata:
        annotation = Annotated[(annotation, *field.metadata)]
    return _cell(_word(annotation))


def _word(annotation: Any) -> str:
    for known, word in _WORDS.items():
        if annotation == known:
            return word
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, files.Entry):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if origin is Annotated:
        return _word(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin is tuple:
        return f"list of {_word(arguments[0])}"
    if origin is dict:
        return f"mapping from {_word(arguments[0])} to {_word(arguments[1])}"
    if origin in (Union, types.UnionType):
        return " or ".join(_union(arguments))
    raise TypeError(f"no word for {annotation!r}")


def _union(arguments: tuple[Any, ...]) -> Iterator[str]:
    """The kinds of a union; a decimal or a whole number is a number, and null is no kind."""
    rest = [one for one in arguments if one is not type(None)]
    numbers = get_args(files.Number)
    if all(number in rest for number in numbers):
        yield "number"
        rest = [one for one in rest if one not in numbers]
    yield from map(_word, rest)


def _units() -> str:
    upto = {unit: "or more" if most is None else f"to {most}" for unit, (_, most) in _RANGES}
    return "\n".join(f"| `{unit}` | {least} {upto[unit]} |" for unit, (least, _) in _RANGES)


def _schema(shape: type[files.Entry]) -> str:
    return next(schema for schema, one in files.FILES.items() if one is shape)


def _doc(shape: type[files.Entry]) -> str:
    return inspect.cleandoc(shape.__doc__ or "").replace("\n\n", " ").replace("\n", " ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
