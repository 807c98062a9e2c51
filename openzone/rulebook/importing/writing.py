"""What an import writes: a YAML file with its comment, and the CSV beside it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml

from openzone.errors import Fault, OpenZoneError
from openzone.rulebook import files
from openzone.rulebook.importing.source import Source
from openzone.rulebook.reading import yaml_reading
from openzone.rulebook.shaping import entry as shaped_entry
from openzone.rulebook.tariff import Rate


class _Dumper(yaml.SafeDumper):
    """YAML as books are read: decimals are exact, and nothing stands for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True


def _decimal(dumper: _Dumper, value: Decimal) -> yaml.Node:
    whole = value == value.to_integral_value()
    tag, text = ("int", f"{int(value)}") if whole else ("float", f"{value.normalize():f}")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{tag}", text)


_Dumper.add_representer(Decimal, _decimal)


def yaml_text(head: Iterable[str], kind: str, depth: int, content: Mapping[str, Any]) -> str:
    """A file of a book: the line for editors, comments, then the fields; empty ones are left out.

    `depth`: how many folders it lies under the top of its book.
    """
    line = f"# yaml-language-server: $schema={'../' * depth}schema/{kind}.schema.json\n"
    comments = "".join(f"# {one}\n" for one in head)
    kept = {name: value for name, value in content.items() if value not in (None, (), [], {})}
    return (
        line
        + comments
        + yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    )


def checked(shape: type[files.Entry], text: str, file: str) -> Any:
    """The entry that a text holds. Raises OpenZoneError when an option gave what cannot be."""
    found, faults = shaped_entry(shape, yaml_reading(text, file))
    if faults or found is None:
        raise OpenZoneError(faults)
    return found


def days(start: dt.date | None, end: dt.date | None) -> dict[str, dt.date | None]:
    """An interval as a file writes it."""
    return {"from": start, "to": end}


def evidence(source: Source) -> dict[str, str]:
    """What is known of figures that a user loads: nothing beyond the file itself."""
    note = (
        f"loaded by the user of the book from a file of SHA-256 {source.sha256[:16]}; not checked"
    )
    return {"status": "memory", "confidence": "low", "note": note}


def csv_text(header: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A CSV as books keep it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(list(header))
    writer.writerows(lines)
    return out.getvalue()


def rate_text(rate: Rate | None) -> str:
    """A rate as it is read: `10`, `1.5/kg`, `10+1.5/kg`; '' for none.

    >>> rate_text(Rate(100_000, 1_500_000, "kg"))
    '10+1.5/kg'
    """
    return "" if rate is None else str(rate).replace("%", "").replace(" ", "")


def refused(faults: list[Fault]) -> None:
    """Raise OpenZoneError with every fault, in the order of the file, when there is any."""
    if faults:
        raise OpenZoneError(sorted(faults, key=lambda one: (one.line or 0, one.field)))
