"""The files of a book, each read and shaped, with all that is wrong and all that could be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openzone.errors import Fault
from openzone.rulebook import files
from openzone.rulebook.books import book_files
from openzone.rulebook.reading import ReadError, Reading, bytes_of, read_yaml
from openzone.rulebook.shaping import entry, likely_shape, salvaged, shape_of

# What the entries of each kind of file are called when something refers to them, and their id.
NOUNS: dict[type[files.Entry], dict[str, tuple[str, str]]] = {
    files.ActivitiesFile: {"activities": ("activity", "tag")},
    files.ClassificationFile: {"": ("code", "id")},
    files.DocumentsFile: {"documents": ("document", "id")},
    files.MeasuresFile: {"measures": ("measure", "id")},
    files.NomenclatureFile: {"": ("nomenclature", "id")},
    files.TariffFile: {"": ("tariff", "id")},
    files.GoodsListFile: {"": ("goods list", "id")},
    files.ParametersFile: {"parameters": ("parameter", "id")},
    files.PowersFile: {"levels": ("level", "id"), "special": ("power", "id")},
    files.ReformFile: {"": ("row", "id")},
    files.RowsFile: {"rows": ("row", "id")},
    files.SourcesFile: {"sources": ("source", "")},
    files.TableFile: {"": ("table", "id")},
    files.TerritoriesFile: {"territories": ("territory", "id")},
}
# Files that are one entry: with a fault in it, nothing is left to keep.
ONE_ENTRY = (
    files.BookFile,
    files.ClassificationFile,
    files.GoodsListFile,
    files.NomenclatureFile,
    files.ReformFile,
    files.TableFile,
    files.TariffFile,
)
_SAID = re.compile(rb"""^schema:\s*['"]?([\w/-]+)""", re.MULTILINE)


@dataclass(slots=True)
class Sheaf:
    """The shaped files of a book by kind, each with what was read.

    `lost` holds, by noun, the ids of entries that have faults: they exist, but cannot be judged.
    Of the nouns in `doubtful` some ids are not known at all.
    """

    root: Path = Path()
    by_kind: dict[str, list[tuple[Reading, Any]]] = field(default_factory=dict)
    lost: dict[str, set[str]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    csv_files: list[str] = field(default_factory=list)

    def each(self, kind: type[files.Entry]) -> list[tuple[Reading, Any]]:
        """The files of one kind."""
        return self.by_kind.get(kind.__name__, [])

    def put(self, reading: Reading, shaped: files.Entry) -> None:
        """Add a shaped file."""
        self.by_kind.setdefault(type(shaped).__name__, []).append((reading, shaped))

    def lose(self, shape: type[files.Entry], reading: Reading) -> None:
        """Note the ids of a file that has faults."""
        self.broken.add(shape.__name__)
        for key, (noun, name) in NOUNS.get(shape, {}).items():
            entries = (reading.value,) if not key else reading.value.get(key)
            if not isinstance(entries, (tuple, dict)):
                self.doubtful.add(noun)
                continue
            ids = self.lost.setdefault(noun, set())
            if isinstance(entries, dict):
                ids.update(entries)
                continue
            given = [one.get(name) if isinstance(one, dict) else None for one in entries]
            ids.update(id for id in given if isinstance(id, str))
            if any(not isinstance(id, str) for id in given):
                self.doubtful.add(noun)
        if shape is files.ReformFile:
            self._lose_changes(reading)

    def _lose_changes(self, reading: Reading) -> None:
        """The rows and places that a reform with faults may have brought."""
        body = reading.value.get("body")
        changes = body.get("changes") if isinstance(body, dict) else None
        for change in changes if isinstance(changes, tuple) else ():
            if isinstance(change, dict):
                key = f"{reading.value.get('id')}#{change.get('id')}"
                self.lost.setdefault("row", set()).add(key)
                self.lost.setdefault("territory", set()).add(str(change.get("territory")))

    def doubt(self, said: bytes | None) -> None:
        """Note that a file could not be read; `said` is the kind that it says it has, if any."""
        shape = files.FILES.get(said.decode(errors="replace")) if said else None
        for kind in files.FILES.values() if shape is None else (shape,):
            self.broken.add(kind.__name__)
            self.doubtful.update(noun for noun, _ in NOUNS.get(kind, {}).values())


def read_sheaf(root: Path, only: str | None = None) -> tuple[Sheaf, list[Fault]]:
    """Read and shape every YAML file under `root`, or those that say they are of one kind.

    The order is that of what the files say, so that it does not change when one is renamed.
    """
    sheaf = Sheaf(root)
    faults: list[Fault] = []
    for path in book_files(root):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".csv":
            sheaf.csv_files.append(name)
        elif only is None or _said(path) == only.encode():
            faults += _read_into(sheaf, path, name)
    for entries in sheaf.by_kind.values():
        entries.sort(key=lambda one: _place(one[1]))
    return sheaf, faults


def _place(entry: files.Entry) -> tuple[str, ...]:
    """Where a file stands among those of its kind: by its table or regime, then its first id."""
    group = getattr(entry, "table", "") or getattr(entry, "regime", "")
    nouns = NOUNS.get(type(entry), {"cases": ("case", "id")})
    for key, (_, name) in nouns.items():
        entries = getattr(entry, key, ()) if key else (entry,)
        for one in entries:
            return (group, str(getattr(one, name, one)))
    return (group, "")


def _read_into(sheaf: Sheaf, path: Path, name: str) -> list[Fault]:
    faults: list[Fault] = []
    try:
        reading = read_yaml(path, name)
    except ReadError as error:
        faults.extend(error.faults)
        if error.reading is None:
            sheaf.doubt(_said(path))
            return faults
        reading = error.reading
    shape = shape_of(reading)
    if isinstance(shape, Fault):
        likely = likely_shape(reading)
        if likely is None:
            sheaf.doubt(None)
        else:
            sheaf.lose(likely, reading)
        return [*faults, shape]
    shaped, found = entry(shape, reading)
    faults += found
    if faults:
        sheaf.lose(shape, reading)
        shaped, reading = (None, reading) if shape in ONE_ENTRY else salvaged(shape, reading)
    if shaped is not None:
        sheaf.put(reading, shaped)
    return faults


def _said(path: Path) -> bytes | None:
    try:
        found = _SAID.search(bytes_of(path))
    except ReadError:
        return None
    return found[1] if found else None
