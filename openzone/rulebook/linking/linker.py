"""Collects the faults between the parts of a book, each at its exact place."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from openzone.errors import Fault, nearest
from openzone.rulebook.classification import Classification, Vocabulary
from openzone.rulebook.reading import Path_, Reading
from openzone.rulebook.sheaf import Sheaf
from openzone.rulebook.territories import Territories


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file that a fault points at."""

    reading: Reading
    path: Path_ = ()

    def at(self, *parts: str | int) -> Spot:
        """The place further in."""
        return Spot(self.reading, (*self.path, *parts))

    def of(self, value: Any) -> Spot:
        """The place of one value of the list that stands here."""
        here = self.reading.at(self.path)
        return self.at(here.index(value)) if isinstance(here, tuple) and value in here else self

    @property
    def line(self) -> int | None:
        """Its line."""
        return self.reading.line(self.path)

    @property
    def field(self) -> str:
        """Its name."""
        return self.reading.field(self.path)


class Linker:
    """Collects the faults between the parts of a book.

    `sheaf` holds the files the parts were made from; it is None for a reform beside a loaded book,
    whose own file may stand in `readings`, so that its faults are told at their exact lines.
    """

    def __init__(
        self, parts: dict[str, Any], sheaf: Sheaf | None, readings: Iterable[Reading] = ()
    ) -> None:
        self.parts = parts
        self.sheaf = sheaf or Sheaf()
        self.faults: list[Fault] = []
        self.vocabulary: Vocabulary = parts["vocabulary"]
        self.codes: Classification | None = parts["classification"]
        self.territories: Territories = parts["territories"]
        self.row_ids = {row.id for row in parts["rows"]}
        self.reform_keys = {
            f"{reform.id}#{change.id}"
            for reform in parts["reforms"].values()
            for change in reform.changes
        } | set(parts["reforms"])
        held = [one for entries in self.sheaf.by_kind.values() for one, _ in entries]
        self._readings = {reading.file: reading for reading in (*held, *readings)}
        self.classes: frozenset[str] = _classes(self.codes)
        self._at_line: dict[str, dict[int, Path_]] = {}
        self._absent: dict[str, list[Spot]] = {}

    def note(self, spot: Spot, code: str, message: str, **more: Any) -> None:
        """Note one fault at its place."""
        self.faults.append(
            Fault(code, message, file=spot.reading.file, line=spot.line, field=spot.field, **more)
        )

    def known(self, noun: str, name: str, known: Collection[str], spot: Spot) -> bool:
        """Note a fault unless `name` is known. What has faults of its own is not judged."""
        if name in known:
            return True
        if noun in self.sheaf.doubtful or name in self.sheaf.lost.get(noun, ()):
            return False
        if not known and noun not in self.sheaf.lost:
            self._absent.setdefault(noun, []).append(spot)
            return False
        self.note(
            spot,
            "unknown_code" if noun == "code" else "unknown_reference",
            f"there is no such {noun}",
            seen=name,
            expected=_some(noun, known),
            next=nearest(name, known) or f"add the {noun}, or correct the name",
        )
        return False

    def all_known(self, noun: str, names: Iterable[str], known: Collection[str], at: Spot) -> None:
        """Note a fault for each of the names in the list at `at` that is not known."""
        for name in names:
            self.known(noun, name, known, at.of(name))

    def close(self) -> list[Fault]:
        """All faults; a book without any entry of some noun has one fault for it, not hundreds."""
        for noun, spots in self._absent.items():
            first = spots[0]
            self.note(
                first,
                "unknown_reference",
                f"the book holds no {noun}, and {len(spots)} names refer to one",
                expected=f"a file that holds each {noun}",
                next="add the file; `openzone book new` writes one of each kind",
            )
        self._absent = {}
        return self.faults

    # What knows a file and the line of an entry, not its path: reforms beside a book.

    def spot(self, file: str, line: int | None) -> Spot:
        """The entry of a file that begins on a line."""
        reading = self._readings.get(file)
        if reading is None:
            return Spot(Reading(file, None, {} if line is None else {(): line}))
        if line is None:
            return Spot(reading)
        if file not in self._at_line:
            entries = (path for path in reading.lines if path and isinstance(path[-1], int))
            ordered = sorted(entries, key=len, reverse=True)
            self._at_line[file] = {reading.lines[path]: path for path in ordered}
        return Spot(reading, self._at_line[file].get(line, ()))

    def fault(self, code: str, message: str, file: str, line: int | None, **more: Any) -> None:
        """Note one fault in the entry that begins on a line; `field` is a field of the entry."""
        field = str(more.pop("field", ""))
        self.note(self._inner(file, line, field, more.get("seen")), code, message, **more)

    def refer(
        self, kind: str, name: str, known: Iterable[str], file: str, line: int | None, field: str
    ) -> bool:
        """Note a fault unless `name` is known; `field` is a field of the entry on the line."""
        names = known if isinstance(known, Collection) else frozenset(known)
        return self.known(kind, name, names, self._inner(file, line, field, name))

    def _inner(self, file: str, line: int | None, field: str, seen: Any) -> Spot:
        spot = self.spot(file, line)
        if not field:
            return spot
        inner = spot.at(*field.split("."))
        entry = spot.reading.at(spot.path)
        if seen is not None and isinstance(entry, dict) and spot.reading.at(inner.path) is None:
            # The caller took two lists together: the one that holds the value is meant.
            lists = (
                key for key, value in entry.items() if isinstance(value, tuple) and seen in value
            )
            inner = spot.at(next(lists, field))
        return inner.of(seen)


def _classes(codes: Classification | None) -> frozenset[str]:
    """The codes of the level that stands furthest from the top, to which a case belongs."""
    if not codes:
        return frozenset()
    deepest = max(codes, key=lambda code: len(codes.ancestors[code]))
    return frozenset(code for code in codes if codes[code].level == codes[deepest].level)


def _some(noun: str, known: Collection[str]) -> str:
    """The ids that are meant, where they are few."""
    return "one of " + ", ".join(sorted(known)) if len(known) <= 12 else f"a known {noun}"
