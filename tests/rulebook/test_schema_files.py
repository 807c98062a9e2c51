"""The published JSON Schemas: up to date, closed, and of one mind with the loader."""

import datetime as dt
import json
import re
from decimal import Decimal

import jsonschema
import pytest

from openzone.rulebook import files
from openzone.rulebook.books import BUNDLED
from openzone.rulebook.reading import ReadError, read_yaml, yaml_reading
from openzone.rulebook.schema_files import (
    DRAFT,
    KINDS,
    entries_of,
    field_words,
    file_name,
    schema_of,
    write_schemas,
)
from openzone.rulebook.shaping import shaped
from tests.rulebook.bench import TINY, mistakes

PUBLISHED = BUNDLED / "schema"
BOOKS = (BUNDLED / "cn", BUNDLED / "starter", TINY)
YAML_FILES = [path for book in BOOKS for path in sorted(book.rglob("*.yaml"))]
EDITOR_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
ENTRIES = sorted(
    {e for shape in KINDS.values() for e in entries_of(shape)}, key=lambda e: e.__name__
)
# What JSON Schema cannot say: the order of two days.
DATES = [mistake for mistake in mistakes("shape") if mistake["code"] == "dates_reversed"]
SHAPE = [mistake for mistake in mistakes("shape") if mistake not in DATES]


def as_json(value):
    """What was read, as JSON: an editor and another program see days as text."""
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def validator(kind):
    schema = json.loads((PUBLISHED / file_name(kind)).read_text(encoding="utf-8"))
    made = jsonschema.Draft202012Validator
    return made(schema, format_checker=made.FORMAT_CHECKER)


def kind_of(value):
    return str(value.get("schema", "")).split("/")[1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_published_schema_is_the_one_that_the_code_makes(kind):
    text = (PUBLISHED / file_name(kind)).read_text(encoding="utf-8")
    told = "to renew: openzone book schema --out openzone/books/schema"
    assert json.loads(text) == schema_of(kind), told


def test_nothing_else_is_published():
    assert {path.name for path in PUBLISHED.iterdir()} == {file_name(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_sound_and_closed(kind):
    schema = schema_of(kind)
    assert schema["$schema"] == DRAFT
    jsonschema.Draft202012Validator.check_schema(schema)
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["description"]
        for name, field in part["properties"].items():
            assert field["description"].endswith("."), f"{part.get('title')}.{name}"


@pytest.mark.parametrize("shape", ENTRIES, ids=lambda shape: shape.__name__)
def test_every_field_of_every_entry_says_what_it_means(shape):
    names = {field.alias or name for name, field in shape.model_fields.items()}
    assert set(field_words(shape)) == names


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_file_of_the_books_is_valid(path):
    value = as_json(read_yaml(path).value)
    validator(kind_of(value)).validate(value)


@pytest.mark.parametrize(
    "path",
    [path for path in YAML_FILES if BUNDLED in path.parents],
    ids=lambda path: "/".join(path.parts[-3:]),
)
def test_every_file_of_a_bundled_book_names_its_schema_first(path):
    text = path.read_text(encoding="utf-8")
    found = EDITOR_LINE.match(text)
    assert found, "the first line names no schema"
    kind = kind_of(read_yaml(path).value)
    assert (path.parent / found[1]).resolve() == PUBLISHED / file_name(kind)


def broken(mistake):
    """The kind of file that is broken, and what is read of it."""
    text = (TINY / mistake["file"]).read_text(encoding="utf-8")
    kind = kind_of(yaml_reading(text, "").value)
    changed = text.replace(mistake["stands"], mistake["instead"])
    return kind, yaml_reading(changed, mistake["file"])


@pytest.mark.parametrize("mistake", SHAPE, ids=lambda mistake: mistake["name"])
def test_a_broken_file_is_refused_by_both(mistake):
    kind, reading = broken(mistake)
    entry, faults = shaped(reading)
    assert entry is None
    assert faults
    with pytest.raises(jsonschema.ValidationError):
        validator(kind).validate(as_json(reading.value))


@pytest.mark.parametrize("mistake", DATES, ids=lambda mistake: mistake["name"])
def test_the_order_of_days_only_the_loader_sees(mistake):
    kind, reading = broken(mistake)
    validator(kind).validate(as_json(reading.value))
    assert shaped(reading)[1]


@pytest.mark.parametrize("path", sorted(TINY.glob("*.yaml")), ids=lambda path: path.stem)
def test_each_field_without_which_a_file_means_nothing_is_asked_for_by_both(path):
    reading = yaml_reading(path.read_text(encoding="utf-8"), path.name)
    kind = kind_of(reading.value)
    for name in schema_of(kind)["required"]:
        value = {key: item for key, item in reading.value.items() if key != name}
        assert list(validator(kind).iter_errors(as_json(value)))
        entry, faults = shaped(type(reading)(path.name, value, {}))
        assert entry is None
        assert [fault.code for fault in faults] == ["missing_field"]


def test_a_schema_is_written_for_every_kind(tmp_path):
    written = write_schemas(tmp_path / "new" / "folder")
    assert len(written) == len(files.FILES) == len(KINDS)
    for path in written:
        jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_reading_refuses_what_no_schema_sees():
    with pytest.raises(ReadError, match="stands twice"):
        yaml_reading("a: 1\na: 2\n", "x.yaml")
