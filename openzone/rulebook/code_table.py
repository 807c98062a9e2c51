"""The table of codes of a classification: a CSV, one code a line, each under its parent."""

from __future__ import annotations

from pathlib import Path

from openzone.errors import Fault, nearest
from openzone.rulebook import building, files
from openzone.rulebook import model as m
from openzone.rulebook.classification import Classification, Code
from openzone.rulebook.linking.circles import circles
from openzone.rulebook.reading import ReadError, Reading, read_csv

COLUMNS = ("code", "level", "parent", "title_zh", "title_en", "note")


def read_classification(
    root: Path, reading: Reading, entry: files.ClassificationFile, faults: list[Fault]
) -> Classification | None:
    """The classification of a file with the codes of its CSV; None, and faults, when it has any."""
    folder = Path(reading.file).parent
    name = (folder / entry.codes).as_posix()
    before = len(faults)
    if ".." in Path(entry.codes).parts or Path(entry.codes).is_absolute():
        faults.append(
            Fault(
                "wrong_value", "the codes lie outside the book", file=reading.file,
                line=reading.line(("codes",)), field="codes", seen=entry.codes,
                expected="a CSV beside this file", next="move it there",
            )
        )  # fmt: skip
        return None
    if not (root / name).is_file():
        faults.append(
            Fault(
                "unreadable", "the table of codes is missing", file=reading.file,
                line=reading.line(("codes",)), field="codes", seen=entry.codes,
                expected="a CSV beside this file", next="add it, or correct the name",
            )
        )  # fmt: skip
        return None
    codes = _codes(root / name, name, faults)
    if len(faults) > before:
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


def _codes(path: Path, name: str, faults: list[Fault]) -> list[Code]:
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
            empty = [c for c in COLUMNS if c not in ("parent", "note") and not record[c].strip()]
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
