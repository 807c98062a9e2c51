"""Load a book from its folder: every fault of every file at once, then one immutable Book."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from openzone.errors import BookError, Fault
from openzone.rulebook import building, files
from openzone.rulebook import model as m
from openzone.rulebook.book import Book
from openzone.rulebook.classification import Classification, Vocabulary
from openzone.rulebook.code_table import read_classification, read_nomenclature
from openzone.rulebook.goods_lists import GoodsList
from openzone.rulebook.hashing import digest
from openzone.rulebook.linking import linked
from openzone.rulebook.list_table import read_goods_list
from openzone.rulebook.patching import fit_faults
from openzone.rulebook.reading import Path_, Reading
from openzone.rulebook.sheaf import Sheaf, read_sheaf
from openzone.rulebook.tariff import Quota, Schedule
from openzone.rulebook.tariff_table import read_schedule
from openzone.rulebook.territories import Territories

CSV_FIELDS: dict[type[files.Entry], tuple[str, ...]] = {
    files.ClassificationFile: ("codes",),
    files.NomenclatureFile: ("codes",),
    files.TariffFile: ("lines", "quotas"),
    files.GoodsListFile: ("codes",),
}
"""The fields of book files that name a CSV beside them."""


def load_files(root: Path) -> Book:
    """Load a book from its files. Raises BookError with all faults of all files when there is any.

    What has faults is left out and the rest is still linked, so that one fault hides no other.
    """
    sheaf, faults = read_sheaf(root)
    gathering = _Gathering(sheaf, faults)
    parts = gathering.parts()
    faults += linked(parts, sheaf)
    if faults:
        raise BookError(sorted(faults, key=lambda f: (f.file, f.line or 0, f.field, f.code)))
    parts["hash"] = digest(_content(sheaf, parts))
    book = Book(**parts)
    unfit = [fault for reform in book.reforms.values() for fault in fit_faults(book, reform)]
    if unfit:
        raise BookError(unfit)
    return book


def _content(sheaf: Sheaf, parts: dict[str, Any]) -> dict[str, Any]:
    """What the content hash covers: every file but the worked cases.

    Not the formatting, the names of files, and whether a default is written out.
    """
    whole: dict[str, Any] = {}
    for kind, entries in sheaf.by_kind.items():
        if kind != files.CasesFile.__name__:
            whole[kind] = sorted(digest(_said(entry)) for _, entry in entries)
    codes: Classification = parts["classification"]
    whole["codes"] = digest(
        [[c.code, c.level, c.parent, c.title.zh, c.title.en, c.note] for c in codes.values()]
    )
    if parts["nomenclature"] is not None:
        whole["goods"] = digest(parts["nomenclature"].table)
    for id, one in parts["schedules"].items():
        columns = {name: data.hex() for name, data in one.rates.items()}
        others = [[column, place, *rate] for (column, place), rate in one.others.items()]
        quotas = [[code, *map(str, quota_key(quota))] for code, quota in one.quotas.items()]
        lines = [[code, *titles] for code, titles in zip(one.hs, one.titles, strict=True)]
        whole[f"tariff {id}"] = digest(
            [lines, columns, sorted(others), sorted(quotas), sorted(one.incomplete)]
        )
    for id, held in parts["goods_lists"].items():
        whole[f"goods list {id}"] = digest(held.content())
    return whole


def quota_key(quota: Quota) -> tuple[object, ...]:
    """What a quota says, for the content hash."""
    return quota.group, quota.in_quota, quota.provisional, quota.tonnes


def _said(entry: files.Entry) -> dict[str, Any]:
    content = entry.model_dump(by_alias=True, exclude_defaults=True)
    for field in CSV_FIELDS.get(type(entry), ()):
        content.pop(field, None)
    return content


class _Gathering:
    """Puts the entries of all files together by noun; the second of two with one id is a fault."""

    def __init__(self, sheaf: Sheaf, faults: list[Fault]) -> None:
        self.sheaf = sheaf
        self.faults = faults

    def parts(self) -> dict[str, Any]:
        """Everything a book is made of, but its hash."""
        info = self.only(files.BookFile, "book.yaml")
        codes = self.only(files.ClassificationFile, "classification")
        documents = _succession(
            self.each(files.DocumentsFile, "documents", "id", building.document)
        )

        def territory(entry: files.Territory) -> Any:
            return building.territory(entry, documents)

        places = self.each(files.TerritoriesFile, "territories", "id", territory)
        activities = self.each(files.ActivitiesFile, "activities", "tag", building.activity)
        goods = self.at_most_one(files.NomenclatureFile, "nomenclature")
        self.stray()
        return {
            "info": info and building.info(info[1]),
            "hash": "",
            "sources": self.sources(),
            "documents": documents,
            "measures": self.each(files.MeasuresFile, "measures", "id", building.measure),
            "tables": self.whole(files.TableFile, lambda entry, _: building.table(entry)),
            "parameters": self.each(files.ParametersFile, "parameters", "id", building.parameter),
            "levels": self.each(files.PowersFile, "levels", "id", building.level),
            "powers": self.each(files.PowersFile, "special", "id", building.power),
            "precedents": self.each(files.PrecedentsFile, "precedents", "id", building.precedent),
            "weights": self.each(files.OpennessFile, "weights", "id", building.weight),
            "territories": Territories(places.values()),
            "vocabulary": Vocabulary(activities.values()),
            "classification": codes and self.classification(*codes),
            "nomenclature": goods
            and read_nomenclature(self.sheaf.root, goods[0], goods[1], self.faults),
            "schedules": self.schedules(),
            "goods_lists": self.goods_lists(),
            "reforms": self.whole(files.ReformFile, building.reform),
            "rows": self.rows(documents),
        }

    def first(self, seen: dict[str, str], id: str, reading: Reading, path: Path_) -> bool:
        """Say whether an id stands for the first time; if not, note a fault."""
        here = f"{reading.file}:{reading.line(path)}"
        if id not in seen:
            seen[id] = here
            return True
        self.faults.append(
            Fault(
                "duplicate",
                f"'{id}' stands twice; first at {seen[id]}",
                file=reading.file,
                line=reading.line(path),
                field=reading.field(path),
                next="give one of them another id, or remove it",
            )
        )
        return False

    def each(
        self, kind: type[files.Entry], field: str, key: str, build: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """The entries of all files of a kind, by id."""
        found: dict[str, Any] = {}
        seen: dict[str, str] = {}
        for reading, entry in self.sheaf.each(kind):
            for index, one in enumerate(getattr(entry, field)):
                id = getattr(one, key)
                if self.first(seen, id, reading, (field, index, key)):
                    found[id] = build(one)
        return found

    def whole(
        self, kind: type[files.Entry], build: Callable[[Any, Reading], Any]
    ) -> dict[str, Any]:
        """The files of a kind of which each is one entry, by id."""
        found: dict[str, Any] = {}
        seen: dict[str, str] = {}
        for reading, entry in self.sheaf.each(kind):
            if self.first(seen, entry.id, reading, ("id",)):
                found[entry.id] = build(entry, reading)
        return found

    def rows(self, documents: dict[str, m.Document]) -> tuple[m.Row, ...]:
        """All versions of all rows."""
        found: list[m.Row] = []
        seen: dict[str, str] = {}
        for reading, entry in self.sheaf.each(files.RowsFile):
            for index, row in enumerate(entry.rows):
                if self.first(seen, row.id, reading, ("rows", index, "id")):
                    found.extend(building.rows(entry.table, row, documents, reading, index))
        return tuple(found)

    def sources(self) -> dict[str, str]:
        """What was read, by id."""
        found: dict[str, str] = {}
        seen: dict[str, str] = {}
        for reading, entry in self.sheaf.each(files.SourcesFile):
            for id, text in entry.sources.items():
                if self.first(seen, id, reading, ("sources", id)):
                    found[id] = text
        return found

    def schedules(self) -> dict[str, Schedule]:
        """The tariffs by id; those with faults are left out."""
        root, faults = self.sheaf.root, self.faults
        found = self.whole(
            files.TariffFile, lambda entry, reading: read_schedule(root, reading, entry, faults)
        )
        return {id: one for id, one in found.items() if one is not None}

    def goods_lists(self) -> dict[str, GoodsList]:
        """The lists by code, by id; those with faults are left out."""
        root, faults = self.sheaf.root, self.faults
        found = self.whole(
            files.GoodsListFile,
            lambda entry, reading: read_goods_list(root, reading, entry, faults),
        )
        return {id: one for id, one in found.items() if one is not None}

    def at_most_one(self, kind: type[files.Entry], name: str) -> Any:
        """The file, with its reading, of a kind of which a book has one or none."""
        found = self.sheaf.each(kind)
        for reading, _ in found[1:]:
            self.faults.append(
                Fault(
                    "duplicate",
                    f"the book has a second {name}; the first is {found[0][0].file}",
                    file=reading.file,
                    line=reading.line(("schema",)),
                    field="schema",
                    next="keep one of the two",
                )
            )
        return found[0] if found else None

    def only(self, kind: type[files.Entry], name: str) -> Any:
        """The file, with its reading, of a kind of which a book has exactly one."""
        found = self.at_most_one(kind, name)
        if not found and kind.__name__ not in self.sheaf.broken:
            schema = next(schema for schema, shape in files.FILES.items() if shape is kind)
            self.faults.append(
                Fault(
                    "missing_field",
                    f"the book has no {name}",
                    file=".",
                    expected=f"a file with 'schema: {schema}'",
                    next="write one; `openzone book new` shows how",
                )
            )
        return found

    def classification(
        self, reading: Reading, entry: files.ClassificationFile
    ) -> Classification | None:
        """The classification with its codes; None when they have faults."""
        return read_classification(self.sheaf.root, reading, entry, self.faults)

    def stray(self) -> None:
        """A CSV that no file names would be read by nobody."""
        named = set()
        for kind, fields in CSV_FIELDS.items():
            for reading, entry in self.sheaf.each(kind):
                folder = Path(reading.file).parent
                named |= {
                    (folder / getattr(entry, field)).as_posix()
                    for field in fields
                    if getattr(entry, field)
                }
        if {kind.__name__ for kind in CSV_FIELDS} & self.sheaf.broken:
            return  # a file with faults may name it
        if named - set(self.sheaf.csv_files):
            return  # told where the table is read
        self.faults.extend(
            Fault(
                "unknown_reference",
                "no file of the book names this CSV",
                file=name,
                next="name it in a file that takes a CSV (`openzone book format`), or take it out",
            )
            for name in self.sheaf.csv_files
            if name not in named
        )


def _succession(documents: dict[str, m.Document]) -> dict[str, m.Document]:
    """Where a document does not say what ended it: the one of its list that begins that day."""
    starts = {
        (d.table, d.list, d.in_force.start): d.id
        for d in documents.values()
        if d.list and d.in_force.start
    }

    def ended(document: m.Document) -> m.Document:
        end = document.in_force.end
        if document.ended_by or document.list is None or end is None:
            return document
        ender = starts.get((document.table, document.list, end))
        return dataclasses.replace(document, ended_by=ender)

    return {id: ended(document) for id, document in documents.items()}


def read_cases(root: Path, regimes: Iterable[str] | None = None) -> list[m.WorkedCase]:
    """The worked cases of a book, in the order of the files."""
    sheaf, faults = read_sheaf(root, only="openzone/cases/1")
    if faults:
        raise BookError(faults)
    wanted = None if regimes is None else set(regimes)
    return [
        m.WorkedCase(
            case.id,
            entry.regime,
            case.story,
            case.given,
            case.expect.model_dump(exclude_none=True),
            case.why,
            reading.file,
        )
        for reading, entry in sheaf.each(files.CasesFile)
        if wanted is None or entry.regime in wanted
        for case in entry.cases
    ]
