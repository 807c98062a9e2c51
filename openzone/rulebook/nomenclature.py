"""The Harmonized System as the book holds it: codes of goods in a tree, with their titles.

A nomenclature has thousands of codes, so that it is kept as text and laid out when first asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from openzone.rulebook.classification import Code
from openzone.rulebook.model import Evidence, Interval, Text

COLUMNS = ("code", "level", "parent", "title_zh", "title_en", "note")


@dataclass(frozen=True)
class Nomenclature(Mapping[str, Code]):
    """An edition of the nomenclature of goods; `table` is its CSV (see COLUMNS)."""

    id: str
    title: Text
    edition: str
    in_force: Interval
    evidence: Evidence
    table: str
    notes: tuple[str, ...] = ()

    @cached_property
    def codes(self) -> Mapping[str, Code]:
        """Every code: section (Roman), chapter (2 digits), heading (4), subheading (6)."""
        import csv
        import io

        found = {}
        for record in csv.DictReader(io.StringIO(self.table, newline="")):
            title = Text(record["title_zh"], record["title_en"])
            parent = record["parent"] or None
            found[record["code"]] = Code(
                record["code"], record["level"], parent, title, record["note"]
            )
        return found

    def __getitem__(self, code: str) -> Code:
        return self.codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def nearest(self, code: str) -> Code | None:
        """The longest code on record that a code of goods begins with, two digits or more."""
        for length in range(len(code), 1, -1):
            found = self.codes.get(code[:length])
            if found is not None:
                return found
        return None

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """The codes that lie in each code, one level down."""
        found: dict[str, list[str]] = {}
        for code, one in self.codes.items():
            found.setdefault(one.parent or "", []).append(code)
        return {code: tuple(held) for code, held in found.items()}

    def line(self, code: str) -> tuple[Code, ...]:
        """The code on record that is nearest, and what it lies in, nearest first."""
        found = self.nearest(code)
        line: list[Code] = []
        while found is not None:
            line.append(found)
            found = self.codes.get(found.parent or "")
        return tuple(line)


def table_of(codes: Iterable[Code]) -> str:
    """Codes as the CSV that a nomenclature keeps."""
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in codes:
        row = (one.code, one.level, one.parent or "", one.title.zh, one.title.en, one.note)
        writer.writerow(row)
    return out.getvalue()
