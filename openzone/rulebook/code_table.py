"""The table of codes of a classification: a CSV, one code a line, each under its parent."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from openzone.errors import Fault, nearest
from openzone.rulebook import building, files
from openzone.rulebook import model as m
from openzone.rulebook.classification import Classification, Code
from openzone.rulebook.linking.circles import circles
from openzone.rulebook.nomenclature import Nomenclature, table_of
from openzone.rulebook.reading import ReadError, Reading, read_csv

COLUMNS = ("code", "level", "parent", "title_zh", "title_en", "note")
MAY_BE_EMPTY = ("parent", "note")


def read_classification(
    root: Path, reading: Reading, entry: files.ClassificationFile, faults: list[Fault]
) -> Classification | None:
    """The classification of a file with the codes of its CSV; None, and faults, when it has any."""
    codes = _beside(root, reading, entry.codes, faults)
    if codes is None:
        return None
    return Classification(
        entry.id,
        building.text(entry.title),
        entry.edition,
        building.interval(entry.in_force),
        building.evidence(entry.evidence),
        codes,
        entry.notes,
    )


def read_nomenclature(
    root: Path, reading: Reading, entry: files.NomenclatureFile, faults: list[Fault]
) -> Nomenclature | None:
    """The nomenclature of a file with the codes of its CSV; None, and faults, when it has any."""
    codes = _beside(root, reading, entry.codes, faults, (*MAY_BE_EMPTY, "title_zh"))
    if codes is None:
        return None
    return Nomenclature(
        entry.id,
        building.text(entry.title),
        entry.edition,
        building.interval(entry.in_force),
        building.evidence(entry.evidence),
        table_of(codes),
        entry.notes,
    )


def _beside(
    root: Path,
    reading: Reading,
    named: str,
    faults: list[Fault],
    empty: Collection[str] = MAY_BE_EMPTY,
) -> list[Code] | None:
    """The codes of the CSV that a file names; None, and faults, when it has any."""
    name = csv_beside(root, reading, "codes", named, faults)
    if name is None:
        return None
    before = len(faults)
    codes = _codes(root / name, name, faults, empty)
    return codes if len(faults) == before else None


def csv_beside(
    root: Path, reading: Reading, field: str, named: str, faults: list[Fault]
) -> str | None:
    """The name in the book of a CSV that a file names beside itself; None, and a fault, if none."""
    name = (Path(reading.file).parent / named).as_posix()
    line = reading.line((field,))
    if ".." in Path(named).parts or Path(named).is_absolute():
        faults.append(
            Fault(
                "wrong_value", "the table lies outside the book", reading.file, line, field, named,
                "a CSV beside this file", "move it there",
            )
        )  # fmt: skip
        return None
    if not (root / name).is_file():
        faults.append(
            Fault(
                "unreadable", "the table is missing", reading.file, line, field, named,
                "a CSV beside this file", "add it, or correct the name",
            )
        )  # fmt: skip
        return None
    return name


def _codes(path: Path, name: str, faults: list[Fault], may_be_empty: Collection[str]) -> list[Code]:
    codes: dict[str, Code] = {}
    lines: dict[str, int] = {}
    try:
        for line, record in read_csv(path, name, COLUMNS):
            code = record["code"]
            if code in codes:
                faults.append(
                    Fault("duplicate", f"'{code}' stands twice; first on line {lines[code]}",
                          name, line, "code", next="remove one of the two")
                )  # fmt: skip
                continue
            empty = [c for c in COLUMNS if c not in may_be_empty and not record[c].strip()]
            faults.extend(
                Fault("missing_field", f"the column '{column}' is empty", name, line, column,
                      next=f"add the {column}")
                for column in empty
            )  # fmt: skip
            title = m.Text(record["title_zh"], record["title_en"])
            parent = record["parent"] or None
            codes[code] = Code(code, record["level"], parent, title, record["note"])
            lines[code] = line
    except ReadError as error:
        faults.extend(error.faults)
        return []
    if not codes:
        faults.append(
            Fault("unreadable", "holds no code", name, 1, expected="a code a line",
                  next="add the codes")
        )  # fmt: skip
    faults.extend(
        Fault("unknown_code", "the parent is not in the table", name, lines[code.code], "parent",
              code.parent, "a code of this table", nearest(code.parent, codes) or "add it")
        for code in codes.values()
        if code.parent is not None and code.parent not in codes
    )  # fmt: skip
    above = {code.code: [code.parent] if code.parent else [] for code in codes.values()}
    faults.extend(
        Fault("cycle", "codes lie in each other: " + " → ".join(circle), name, lines[circle[0]],
              "parent", next="correct one of the parents")
        for circle in circles(above)
    )  # fmt: skip
    return list(codes.values())
