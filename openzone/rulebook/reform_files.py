"""Reforms that a caller names: files of their own, or reforms of the book by id."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from openzone.errors import Fault, ReformError, nearest
from openzone.rulebook.book import Book
from openzone.rulebook.model import Interval, Reform
from openzone.rulebook.reading import ReadError, Reading, read_yaml


def load_reforms(book: Book, names: Iterable[str | Path]) -> tuple[Reform, ...]:
    """The reforms named, in their order: a path to a file, or the id of a reform of the book.

    A reform of the book that is only announced is taken as in force from the day it was announced.
    Raises ReformError with every fault.
    """
    return tuple(_named(book, name) for name in names)


def reform_named(book: Book, id: str) -> Reform:
    """A reform of the book by its id, never a file. Raises ReformError."""
    if id not in book.reforms:
        raise ReformError(
            Fault(
                "unknown_reference",
                "there is no such reform in the book",
                field="reforms",
                seen=id,
                expected="one of " + ", ".join(book.reforms),
                next=nearest(id, book.reforms),
            )
        )
    return _in_force(book.reforms[id])


def _named(book: Book, name: str | Path) -> Reform:
    if str(name) in book.reforms:
        return reform_named(book, str(name))
    path = Path(name)
    if not path.is_file():
        known = nearest(str(name), book.reforms)
        raise ReformError(
            Fault(
                "unknown_reference",
                "there is no such reform file, and no such reform in the book",
                seen=str(name),
                expected="a file, or one of " + ", ".join(book.reforms),
                next=known or "write one: openzone reform new",
            )
        )
    return read_reform(book, path)


def _in_force(reform: Reform) -> Reform:
    if reform.in_force is not None or reform.announced is None:
        return reform
    return dataclasses.replace(reform, in_force=Interval(reform.announced, None))


def read_reform(book: Book, path: Path) -> Reform:
    """Read one reform file and check it against the book. Raises ReformError with every fault."""
    try:
        reading = read_yaml(path)
    except ReadError as error:
        raise ReformError(error.faults) from None
    return reform_of(book, reading)


def reform_of(book: Book, reading: Reading) -> Reform:
    """The reform that was read, checked against the book and its rows."""
    from openzone.rulebook import building, files
    from openzone.rulebook.linking import Linker
    from openzone.rulebook.patching import fit_faults, reform_faults
    from openzone.rulebook.shaping import shaped

    entry, faults = shaped(reading)
    if faults:
        raise ReformError(faults)
    if not isinstance(entry, files.ReformFile):
        raise ReformError(
            Fault(
                "wrong_value",
                "this is no reform",
                file=reading.file,
                line=1,
                field="schema",
                seen=reading.value["schema"],
                expected="openzone/reform/1",
            )
        )
    reform = building.reform(entry, reading)
    linker = Linker(_parts(book), None, (reading,))
    reform_faults(linker, reform)
    found = [*linker.close(), *fit_faults(book, reform)]
    if reform.in_force is None and reform.status != "announced":
        found.append(
            Fault(
                "missing_field",
                "the scope has no days",
                file=reading.file,
                line=reading.line(("scope",)),
                field="scope.in_force",
                next="add in_force: {from: 2027-01-01, to: null}",
            )
        )
    if found:
        raise ReformError(sorted(found, key=lambda fault: (fault.line or 0, fault.field)))
    return reform


def _parts(book: Book) -> dict[str, object]:
    names = (
        "vocabulary",
        "classification",
        "territories",
        "rows",
        "reforms",
        "tables",
        "measures",
        "parameters",
        "documents",
        "levels",
        "powers",
        "sources",
        "goods_lists",
    )
    return {name: getattr(book, name) for name in names}
