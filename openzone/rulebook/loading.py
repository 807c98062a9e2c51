"""Load a book from its folder: every fault of every file at once, then one immutable Book."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openzone.errors import BookError, Fault
from openzone.rulebook import building, files
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.classification import Classification, Code, Vocabulary
from openzone.rulebook.hashing import digest
from openzone.rulebook.linking import linked
from openzone.rulebook.reading import Reading, ReadError, book_files, read_csv, read_yaml
from openzone.rulebook.shaping import shaped
from openzone.rulebook.territories import Territories

CASES = "openzone/cases/1"


@dataclasses.dataclass(slots=True)
class Sheaf:
    """The checked files of a book, each with what was read, by kind."""

    root: Path
    by_kind: dict[str, list[tuple[Reading, Any]]]

    def each(self, kind: type[files.Entry]) -> list[tuple[Reading, Any]]:
        """The files of one kind."""
        return self.by_kind.get(kind.__name__, [])


def read_sheaf(root: Path) -> tuple[Sheaf, list[Fault]]:
    """Read and shape every YAML file under `root`; worked cases are shaped too."""
    sheaf = Sheaf(root, {})
    faults: list[Fault] = []
    for path in book_files(root):
        if path.suffix == ".csv":
            continue
        try:
            reading = read_yaml(path, path.relative_to(root).as_posix())
        except ReadError as error:
            faults.extend(error.faults)
            continue
        entry, found = shaped(reading)
        faults.extend(found)
        if entry is not None:
            sheaf.by_kind.setdefault(type(entry).__name__, []).append((reading, entry))
    return sheaf, faults


def load_files(root: Path) -> Book:
    """Load a book from its files. Raises BookError with all faults when there is any."""
    sheaf, faults = read_sheaf(root)
    parts, found = _parts(sheaf)
    faults += found
    if not faults:
        faults += linked(parts, sheaf)
    if faults:
        raise BookError(sorted(faults, key=lambda f: (f.file, f.line or 0, f.field)))
    parts["hash"] = digest(_content(sheaf, parts))
    return Book(**parts)


def _content(sheaf: Sheaf, parts: dict[str, Any]) -> dict[str, Any]:
    """What the content hash covers: every file but the worked cases, without its formatting."""
    whole: dict[str, Any] = {}
    for kind, entries in sheaf.by_kind.items():
        if kind != files.CasesFile.__name__:
            whole[kind] = sorted(digest(reading.value) for reading, _ in entries)
    codes = parts["classification"]
    whole["codes"] = digest([[c.code, c.parent, c.title.zh, c.title.en, c.note]
                             for c in codes.values()])
    return whole


def _parts(sheaf: Sheaf) -> tuple[dict[str, Any], list[Fault]]:
    faults: list[Fault] = []
    info = _one(sheaf, files.BookFile, "book.yaml", faults)
    classification = _classification(sheaf, faults)
    documents = _keyed(
        sheaf, files.DocumentsFile, "documents", lambda e: e.id, building.document, faults
    )
    documents = _succession(documents)
    parts: dict[str, Any] = {
        "info": info and _info(info),
        "hash": "",
        "sources": {
            key: text
            for _, entry in sheaf.each(files.SourcesFile)
            for key, text in entry.sources.items()
        },
        "documents": documents,
        "measures": _keyed(
            sheaf, files.MeasuresFile, "measures", lambda e: e.id,
            lambda e: m.Measure(e.id, e.table, building.text(e.title)), faults,
        ),
        "tables": _whole(sheaf, files.TableFile, building.table, faults),
        "parameters": _keyed(
            sheaf, files.ParametersFile, "parameters", lambda e: e.id, building.parameter, faults
        ),
        "levels": _keyed(
            sheaf, files.PowersFile, "levels", lambda e: e.id, building.level, faults
        ),
        "powers": _keyed(
            sheaf, files.PowersFile, "special", lambda e: e.id, building.power, faults
        ),
        "precedents": _keyed(
            sheaf, files.PrecedentsFile, "precedents", lambda e: e.id, _precedent, faults
        ),
        "weights": _keyed(
            sheaf, files.OpennessFile, "weights", lambda e: e.id, _weight, faults
        ),
        "territories": Territories(
            _keyed(
                sheaf, files.TerritoriesFile, "territories", lambda e: e.id,
                lambda e: building.territory(e, documents), faults,
            ).values()
        ),
        "vocabulary": Vocabulary(
            _keyed(
                sheaf, files.ActivitiesFile, "activities", lambda e: e.tag, building.activity,
                faults,
            ).values()
        ),
        "classification": classification,
        "reforms": {},
        "rows": _rows(sheaf, documents, faults),
    }
    for reading, entry in sheaf.each(files.ReformFile):
        if entry.id in parts["reforms"]:
            faults.append(_duplicate(reading, ("id",), entry.id))
        parts["reforms"][entry.id] = building.reform(entry, reading)
    return parts, faults


def _rows(
    sheaf: Sheaf, documents: dict[str, m.Document], faults: list[Fault]
) -> tuple[m.Row, ...]:
    rows: list[m.Row] = []
    seen: dict[str, str] = {}
    for reading, entry in sheaf.each(files.RowsFile):
        for index, row in enumerate(entry.rows):
            if row.id in seen:
                faults.append(_duplicate(reading, ("rows", index, "id"), row.id))
                continue
            seen[row.id] = reading.file
            rows.extend(building.rows(entry.table, row, documents, reading, index))
    return tuple(rows)


def _one(sheaf: Sheaf, kind: type[Any], name: str, faults: list[Fault]) -> Any:
    found = sheaf.each(kind)
    if len(found) == 1:
        return found[0][1]
    if found:
        faults.append(_duplicate(found[1][0], (), kind.__name__))
    else:
        faults.append(
            Fault(
                "missing_field",
                f"the book has no {name}, or it does not load",
                file=name,
                next=f"write {name}; see docs/how-to/write-a-book.md",
            )
        )
    return None


def _keyed(
    sheaf: Sheaf, kind: type[Any], field: str, key: Any, build: Any, faults: list[Fault]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for reading, entry in sheaf.each(kind):
        for index, one in enumerate(getattr(entry, field)):
            if key(one) in found:
                faults.append(_duplicate(reading, (field, index), key(one)))
            found[key(one)] = build(one)
    return found


def _whole(sheaf: Sheaf, kind: type[Any], build: Any, faults: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for reading, entry in sheaf.each(kind):
        if entry.id in found:
            faults.append(_duplicate(reading, ("id",), entry.id))
        found[entry.id] = build(entry)
    return found


def _duplicate(reading: Reading, path: tuple[str | int, ...], id: str) -> Fault:
    return Fault(
        "duplicate",
        f"'{id}' stands twice",
        file=reading.file,
        line=reading.line(path),
        next="give one of them another id, or remove it",
    )


def _classification(sheaf: Sheaf, faults: list[Fault]) -> Classification | None:
    entry = _one(sheaf, files.ClassificationFile, "a classification", faults)
    if entry is None:
        return None
    reading = sheaf.each(files.ClassificationFile)[0][0]
    name = (Path(reading.file).parent / entry.codes).as_posix()
    codes: dict[str, Code] = {}
    try:
        for line, record in read_csv(sheaf.root / name, name):
            try:
                code = Code(
                    record["code"], record["level"], record["parent"] or None,
                    m.Text(record["title_zh"], record["title_en"]), record["note"],
                )
            except KeyError as error:
                faults.append(
                    Fault("missing_field", f"the column {error} is missing", file=name, line=1,
                          expected="code,level,parent,title_zh,title_en,note")
                )
                return None
            if code.code in codes:
                faults.append(Fault("duplicate", f"'{code.code}' stands twice", name, line))
            codes[code.code] = code
    except ReadError as error:
        faults.extend(error.faults)
        return None
    for code in codes.values():
        if code.parent is not None and code.parent not in codes:
            faults.append(
                Fault("unknown_code", "the parent is not in the table", name, None, code.code,
                      code.parent)
            )
            return None
    return Classification(
        entry.id, building.text(entry.title), entry.edition, building.interval(entry.in_force),
        building.evidence(entry.evidence), codes.values(), entry.notes,
    )


def _succession(documents: dict[str, m.Document]) -> dict[str, m.Document]:
    """Where a document does not say what ended it: the one of its list that begins that day."""
    starts = {
        (d.table, d.list, d.in_force.start): d.id for d in documents.values() if d.list
    }
    return {
        id: document
        if document.ended_by or document.in_force.end is None
        else dataclasses.replace(
            document,
            ended_by=starts.get((document.table, document.list, document.in_force.end)),
        )
        for id, document in documents.items()
    }


def _info(entry: files.BookFile) -> m.BookInfo:
    return m.BookInfo(
        entry.id, building.text(entry.title), entry.version, entry.as_of, entry.host,
        frozenset(entry.host_names) | {entry.host}, frozenset(entry.foreign_by_reference),
        entry.licence, entry.notes,
    )


def _precedent(entry: files.Precedent) -> m.Precedent:
    return m.Precedent(
        entry.id, building.text(entry.title), entry.measures, entry.lesson,
        building.evidence(entry.evidence),
    )


def _weight(entry: files.Weight) -> m.Weight:
    from decimal import Decimal

    return m.Weight(
        entry.id, building.text(entry.title), entry.when, Decimal(entry.score),
        building.evidence(entry.evidence),
    )


def read_cases(root: Path, regimes: Iterable[str] | None = None) -> list[m.WorkedCase]:
    """The worked cases of a book, in the order of the files."""
    sheaf, faults = read_sheaf(root)
    if faults:
        raise BookError(faults)
    wanted = None if regimes is None else set(regimes)
    return [
        m.WorkedCase(
            case.id, entry.regime, case.story, case.given,
            case.expect.model_dump(exclude_none=True), case.why, reading.file,
        )
        for reading, entry in sheaf.each(files.CasesFile)
        if wanted is None or entry.regime in wanted
        for case in entry.cases
    ]
