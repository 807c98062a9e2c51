"""Documents of cases, read whole: a JSON array or object, a YAML list or mapping."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from openzone.cli.case_json import ExactJson, FlawedObject, after_space, flaw_in, not_json
from openzone.cli.case_lines import CaseLine, unreadable
from openzone.cli.case_shape import WRAPPERS, canonical, shaped
from openzone.decide.case import IGNORED
from openzone.errors import Fault, nearest
from openzone.rulebook.reading import Path_, ReadError, Reading, text_of, yaml_reading

DOCUMENT_BYTES_MAX = 64 * 1024 * 1024
CASES_SCHEMA = "openzone/cases/1"
_OURS = "openzone/"
_NEIGHBOURS = ("schema", "regime", "defaults", "cases", "meta", "as_of", "sources")
_ELSEWHERE = {
    "known": "give the day on the command line: --known",
    "reforms": "give them on the command line: --reform",
}


def document_text(data: bytes, name: str) -> str:
    """The text of a document. Raises ReadError when it is too large, empty or not UTF-8."""
    if len(data) > DOCUMENT_BYTES_MAX:
        raise unreadable(
            name,
            "is too large to be read whole",
            expected=f"at most {DOCUMENT_BYTES_MAX:,} bytes",
            next="write JSON Lines (one case a line), CSV or Parquet: they have no limit",
        )
    text = text_of(data, name)
    if not text or text.isspace():
        raise unreadable(name, "is empty", expected="cases")
    return text


def yaml_cases(text: str, name: str) -> Iterator[CaseLine]:
    """The cases of a YAML document. Raises ReadError when the document is refused."""
    return document_cases(yaml_reading(text, name, as_text=True))


def json_cases(text: str, name: str) -> Iterator[CaseLine]:
    """The cases of a JSON document. Raises ReadError when the document is refused."""
    return document_cases(_JsonDocument(text, name).reading())


def document_cases(reading: Reading) -> Iterator[CaseLine]:
    """The cases of a list, or of a mapping with `cases`, or the one case that a mapping is."""
    value = reading.value
    if isinstance(value, Mapping):
        if "cases" in value:
            return _cases_of_file(reading, value)
        if "schema" in value and WRAPPERS[0] not in value:
            raise ReadError(_schema_fault(reading, value["schema"]))
        return iter((_case(reading, (), value, {}),))
    if not isinstance(value, (list, tuple)):
        raise unreadable(
            reading.file, "holds no cases", 1, seen=value,
            expected="a list of cases, or a mapping with 'cases'",
        )  # fmt: skip
    return (_case(reading, (index,), one, {}) for index, one in enumerate(value))


def _cases_of_file(reading: Reading, value: Mapping[str, Any]) -> Iterator[CaseLine]:
    faults = list(_file_faults(reading, value))
    if faults:
        raise ReadError(faults)
    defaults = canonical(value.get("defaults") or {})
    if value.get("regime") is not None:
        defaults.setdefault("regime", value["regime"])
    return (
        _case(reading, ("cases", index), one, defaults)
        for index, one in enumerate(value["cases"] or ())
    )


def _case(reading: Reading, path: Path_, value: Any, defaults: Mapping[str, Any]) -> CaseLine:
    line = reading.line(path)
    flaw = flaw_in(value)
    if flaw is not None:
        raw = value if isinstance(value, Mapping) else None
        return CaseLine(line, raw, flaw.fault(reading.file, line))
    return shaped(value, reading.file, line, defaults)


def _file_faults(reading: Reading, value: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with a file of cases beside its cases."""

    def fault(code: str, field: str, message: str, **more: Any) -> Fault:
        line = reading.line((field,))
        return Fault(code, message, file=reading.file, line=line, field=field, **more)

    around = {key: one for key, one in value.items() if key != "cases"}
    flaw = value.flaw if isinstance(value, FlawedObject) else flaw_in(around)
    if flaw is not None:
        yield flaw.fault(reading.file, None)
        return
    schema = value.get("schema")
    ours = schema is None or str(schema).startswith(_OURS)
    if ours and schema not in (None, CASES_SCHEMA):
        yield _schema_fault(reading, schema)
    if not isinstance(value["cases"], (list, tuple, type(None))):
        yield fault("wrong_value", "cases", "is no list", seen=value["cases"],
                    expected="a list of cases")  # fmt: skip
    if not isinstance(value.get("defaults"), (Mapping, type(None))):
        yield fault("wrong_value", "defaults", "is no mapping", seen=value["defaults"],
                    expected="fields that every case has")  # fmt: skip
    unknown = [key for key in around if key not in _NEIGHBOURS and key not in IGNORED]
    for key in unknown if ours else ():
        hint = _ELSEWHERE.get(key) or nearest(key, _NEIGHBOURS)
        yield fault("unknown_field", key, "stands beside 'cases' and would be ignored",
                    next=hint or "put fields that every case has under 'defaults'")  # fmt: skip


def _schema_fault(reading: Reading, schema: Any) -> Fault:
    return Fault(
        "wrong_value", "is no file of cases", file=reading.file, line=reading.line(("schema",)),
        field="schema", seen=schema, expected=CASES_SCHEMA,
    )  # fmt: skip


class _JsonDocument:
    """A JSON document, its parts found one by one so that each case keeps its line."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.lines: dict[Path_, int] = {(): 1}
        self._exact = ExactJson()
        self._at = 0
        self._line = 1

    def reading(self) -> Reading:
        """What the document says. Raises ReadError."""
        start = after_space(self.text, 0)
        try:
            value, end = self._part(start, ())
            end = after_space(self.text, end)
            if end != len(self.text):
                raise json.JSONDecodeError("Extra data", self.text, end)
        except ValueError as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else self._line
            raise ReadError(not_json(error, self.name, line)) from None
        return Reading(self.name, value, self.lines)

    def _part(self, start: int, path: Path_) -> tuple[Any, int]:
        """The value at `start`; of the document and of `cases` each part is noted with its line."""
        self._line += self.text.count("\n", self._at, start)
        self._at = start
        self.lines.setdefault(path, self._line)
        opening = self.text[start : start + 1]
        if opening == "[" and path in ((), ("cases",)):
            return self._array(start, path)
        if opening == "{" and path == ():
            return self._object(start)
        return self._exact.value(self.text, start)

    def _array(self, start: int, path: Path_) -> tuple[list[Any], int]:
        items: list[Any] = []
        at = after_space(self.text, start + 1)
        if self.text[at : at + 1] == "]":
            return items, at + 1
        while True:
            value, at = self._part(at, (*path, len(items)))
            items.append(value)
            at = after_space(self.text, at)
            if self.text[at : at + 1] == "]":
                return items, at + 1
            at = self._after(",", at)

    def _object(self, start: int) -> tuple[dict[str, Any], int]:
        pairs: list[tuple[str, Any]] = []
        at = after_space(self.text, start + 1)
        if self.text[at : at + 1] == "}":
            return {}, at + 1
        while True:
            key, at = scanstring(self.text, self._after('"', at, blank=False), True)
            value, at = self._part(self._after(":", after_space(self.text, at)), (key,))
            pairs.append((key, value))
            at = after_space(self.text, at)
            if self.text[at : at + 1] == "}":
                return self._exact.object(pairs), at + 1
            at = self._after(",", at)

    def _after(self, mark: str, at: int, blank: bool = True) -> int:
        """Where the text goes on behind a mark that must stand at `at`."""
        if self.text[at : at + 1] != mark:
            raise json.JSONDecodeError(f"Expecting {mark}", self.text, at)
        return after_space(self.text, at + 1) if blank else at + 1
